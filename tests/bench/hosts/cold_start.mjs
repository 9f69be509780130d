import puppeteer from 'puppeteer-core';

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

async function becomeSlowPhone(page) {
  await page.setViewport({ width: 360, height: 740, deviceScaleFactor: 3, isMobile: true, hasTouch: true });
  const bytesPerSecond = 1.6e6 / 8;
  await page.emulateNetworkConditions({ download: bytesPerSecond, upload: bytesPerSecond, latency: 150 });
  await page.emulateCPUThrottling(4);
}

/** How long a page may take. */
const PATIENCE_MS = 30_000;

/** The bytes of bodies that a page fetched, as they came over the net; runs in the page. */
function bytesFetched() {
  const entries = [
    ...performance.getEntriesByType('navigation'),
    ...performance.getEntriesByType('resource'),
  ];
  return entries.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
}

/**
 * Follows a link to a page of another site in a fresh profile: milliseconds from navigation to its first result, which
 * the page posts, and bytes that came over the net. Nothing but the page's own network is watched meanwhile: a debugger
 * takes time of its own. The slow phone needs one, since it is one that slows it.
 */
async function visit({ url, nextReport }, path, slowPhone) {
  let browser = await launchChromium();
  try {
    const [page] = await browser.pages();
    if (slowPhone) await becomeSlowPhone(page);
    const link = new URL('cold/rest.html', url);
    link.hostname = 'localhost';
    link.searchParams.set('to', url + path);
    const leave = () => (slowPhone ? undefined : browser.disconnect());
    const [report] = await Promise.all([nextReport(PATIENCE_MS), page.goto(link.href).then(leave)]);
    if (!slowPhone) browser = await puppeteer.connect({ browserWSEndpoint: browser.wsEndpoint() });
    const visited = (await browser.pages()).find((page) => page.url().endsWith(path));
    return { ms: Number(report), bytes: await visited.evaluate(bytesFetched) };
  } finally {
    await browser.close();
  }
}

/** Navigations in turns, each in a browser and a profile of its own. */
export async function openColdStart(server) {
  return {
    async solve({ slowPhone }) {
      const results = Object.keys(PAGES).map((name) => ({ name, times: [] }));
      for (let turn = 0; turn < TURNS; ++turn) {
        for (const result of results) {
          const { ms, bytes } = await visit(server, PAGES[result.name], slowPhone);
          result.times.push(ms);
          result.bytes = bytes;
        }
      }
      return { results };
    },
    close: async () => undefined,
  };
}
