// npm run states: pictures of every state of every face, at three widths, light and dark, into build/states.
import { mkdirSync } from 'node:fs';

import { build } from './build.mjs';
import { installModels } from './models.mjs';
import { listen, pageServer } from './serve.mjs';
import { CHROMIUM } from './setup/chromium.mjs';
import { main, ROOT, say } from './setup/step.mjs';
import { installSystemPackages } from './setup/system_packages.mjs';
import { writeSite } from './site.mjs';

const WIDTHS = [320, 768, 1440];
const FOLDER = `${ROOT}build/states`;
const TEXT = 'Tom met Jane in the garden, and then Tom met';
const rest = (page, milliseconds = 600) =>
  page.evaluate((time) => new Promise((resolve) => setTimeout(resolve, time)), milliseconds);

/** A state: where it is, and what is done to come to it. */
const view = (name) => (page) =>
  page.evaluate((chosen) => void (document.querySelector('attention-head').view = chosen), name);
const press = (selector) => (page) =>
  page.evaluate(
    (inner) => document.querySelector('attention-head').shadowRoot.querySelector(inner).click(),
    selector,
  );
const openTools = async (page) => {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
    document.querySelector('#circuits button').click();
  });
  await rest(page, 2500);
  await page.evaluate(() => document.querySelector('#ablate-each button').click());
  await rest(page, 2500);
};
const type = (text) => (page) =>
  page.evaluate((typed) => {
    const field = document.querySelector('#text');
    field.value = typed;
    field.dispatchEvent(new Event('input'));
  }, text);
const builtIn = `#${new URLSearchParams({ text: TEXT, model: 'built-in', layer: 1, head: 1, query: 12, key: 4 })}`;
const STATES = [
  ['explorer', '/'],
  ['explorer-empty', '/', type(' ')],
  ['explorer-512', '/', type('the quick brown fox jumps over the lazy dog '.repeat(60))],
  ['explorer-built-in', `/${builtIn}`],
  ['explorer-tools', `/${builtIn}`, openTools],
  ['explorer-similarity', `/${builtIn}&order=similarity`],
  ['explorer-keys', '/', (page) => page.evaluate(() => document.querySelector('#shortcuts').showModal())],
  ['glossary', '/site/glossary/attention-head/'],
  ...['map', 'words', 'inside'].map((name) => [
    `glossary-${name}`,
    '/site/glossary/attention-head/',
    view(name),
  ]),
  ['glossary-heads', '/site/glossary/attention-head/', press('.head-button')],
  ['glossary-table', '/site/glossary/attention-head/', press('[data-panel=table]')],
  ['glossary-what-if', '/site/glossary/attention-head/', press('[data-panel=what-if]')],
  ['docs', '/site/docs/'],
];

await main(async () => {
  await build();
  await (await import('./bundle_app.mjs')).bundleApp();
  await writeSite();
  await installModels();
  installSystemPackages(['chromium']);
  mkdirSync(FOLDER, { recursive: true });
  const { default: puppeteer } = await import('puppeteer-core');
  const server = pageServer();
  const address = `http://localhost:${await listen(server, 8080)}`;
  const browser = await puppeteer.launch(CHROMIUM);
  try {
    for (const theme of ['light', 'dark']) {
      for (const width of WIDTHS) {
        for (const [name, path, act = () => undefined] of STATES) {
          const page = await browser.newPage();
          await page.setViewport({ width, height: 900 });
          await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
          await page.goto(`${address}${path}`, { waitUntil: 'networkidle0' });
          await page.evaluate(() => document.querySelector('attention-head').scrollIntoView());
          await rest(page, 1200);
          await act(page);
          await rest(page);
          await page.evaluate(() => scrollTo(0, 0));
          await page.screenshot({
            path: `${FOLDER}/${name}-${width}-${theme}.png`,
            fullPage: name !== 'explorer-keys',
          });
          await page.close();
        }
      }
    }
    say(`Pictures of ${STATES.length} states are in build/states.`);
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
});
