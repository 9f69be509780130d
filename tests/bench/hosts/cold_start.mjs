import { launchChromium } from './launch_chromium.mjs';

/** So many navigations of each page a launch. */
const TURNS = 7;

const PAGES = { 'an empty page': 'cold/empty.html', ours: 'cold/ours.html', 'jax-js': 'cold/jax.html' };

async function becomeSlowPhone(page) {
  await page.setViewport({ width: 360, height: 740, deviceScaleFactor: 3, isMobile: true, hasTouch: true });
  const bytesPerSecond = 1.6e6 / 8;
  await page.emulateNetworkConditions({ download: bytesPerSecond, upload: bytesPerSecond, latency: 150 });
  await page.emulateCPUThrottling(4);
}

/** Opens a page in a fresh profile: milliseconds from navigation to its first result, and bytes that came over the net. */
async function visit(url, slowPhone) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    if (slowPhone) await becomeSlowPhone(page);
    await page.goto(url);
    await page.waitForFunction('globalThis.firstResult !== undefined');
    return await page.evaluate(() => {
      const entries = [
        ...performance.getEntriesByType('navigation'),
        ...performance.getEntriesByType('resource'),
      ];
      const bytes = entries.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
      return { ms: globalThis.firstResult, bytes };
    });
  } finally {
    await browser.close();
  }
}

/** Navigations in turns, each in a browser and a profile of its own. */
export async function openColdStart(url) {
  return {
    async solve({ slowPhone }) {
      const results = Object.keys(PAGES).map((name) => ({ name, times: [] }));
      for (let turn = 0; turn < TURNS; ++turn) {
        for (const result of results) {
          const { ms, bytes } = await visit(url + PAGES[result.name], slowPhone);
          result.times.push(ms);
          result.bytes = bytes;
        }
      }
      return { results };
    },
    close: async () => undefined,
  };
}
