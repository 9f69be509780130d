import { setTimeout } from 'node:timers/promises';

import { launchChromium } from './launch_chromium.mjs';

/** So many navigations of each page a launch. */
const TURNS = 7;

const PAGES = {
  'an empty page': 'cold/empty.html',
  'the same fetches alone': 'cold/fetches.html',
  ours: 'cold/ours.html',
  'ours, fetched early': 'cold/ours_early.html',
  'jax-js': 'cold/jax.html',
};

/** In which a browser that was launched comes to rest. */
const REST_MS = 1000;

async function becomeSlowPhone(page) {
  await page.setViewport({ width: 360, height: 740, deviceScaleFactor: 3, isMobile: true, hasTouch: true });
  const bytesPerSecond = 1.6e6 / 8;
  await page.emulateNetworkConditions({ download: bytesPerSecond, upload: bytesPerSecond, latency: 150 });
  await page.emulateCPUThrottling(4);
}

/** How long a page may take. */
const PATIENCE_MS = 30_000;

/** The number that a page says; it isn't asked, since that would take time of its own. */
const numberSaidBy = (page) =>
  new Promise((resolve, reject) => {
    page.on('console', (message) => {
      if (message.type() === 'log') resolve(Number(message.text()));
    });
    AbortSignal.timeout(PATIENCE_MS).addEventListener('abort', () =>
      reject(new Error(`${page.url()} had no result in ${PATIENCE_MS / 1000} s.`)),
    );
  });

/** Opens a page in a fresh profile: milliseconds from navigation to its first result, and bytes that came over the net. */
async function visit(url, slowPhone) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    if (slowPhone) await becomeSlowPhone(page);
    await setTimeout(REST_MS);
    const [ms] = await Promise.all([numberSaidBy(page), page.goto(url)]);
    const bytes = await page.evaluate(() => {
      const entries = [
        ...performance.getEntriesByType('navigation'),
        ...performance.getEntriesByType('resource'),
      ];
      return entries.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
    });
    return { ms, bytes };
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
