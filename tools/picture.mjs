// npm run picture: the README's pictures in docs/, taken of the real page with the model loaded.
import { mkdirSync, statSync } from 'node:fs';

import { build } from './build.mjs';
import { installModels } from './models.mjs';
import { listen, pageServer } from './serve.mjs';
import { CHROMIUM } from './setup/chromium.mjs';
import { main, ROOT, say, StepError } from './setup/step.mjs';
import { installSystemPackages } from './setup/system_packages.mjs';

const SIZE = { width: 1280, height: 848, deviceScaleFactor: 1.5 };
const MOST_BYTES = 150_000;

async function take(browser, address, theme) {
  const page = await browser.newPage();
  await page.setViewport(SIZE);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
  await page.goto(address);
  await page.waitForFunction(() => /^Read by/.test(document.querySelector('#status').innerText));
  await page.waitForFunction(() => document.getAnimations().length === 0);
  // The model has yet to draw what the trace showed.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const path = `${ROOT}docs/page-${theme}.webp`;
  await page.screenshot({ path, quality: 90 });
  await page.close();
  const { size } = statSync(path);
  if (size > MOST_BYTES) throw new StepError(`${path} has ${size} bytes; ${MOST_BYTES} is the most.`);
  say(`docs/page-${theme}.webp: ${size} bytes`);
}

await main(async () => {
  await build();
  await (await import('./bundle_app.mjs')).bundleApp();
  await installModels();
  installSystemPackages(['chromium']);
  mkdirSync(`${ROOT}docs`, { recursive: true });
  const { default: puppeteer } = await import('puppeteer-core');
  const server = pageServer();
  const address = `http://localhost:${await listen(server, 8080)}/`;
  const browser = await puppeteer.launch(CHROMIUM);
  try {
    for (const theme of ['light', 'dark']) await take(browser, address, theme);
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
});
