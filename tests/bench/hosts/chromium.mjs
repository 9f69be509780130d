import { launchChromium } from './launch_chromium.mjs';

/** A fresh Chromium, in which every workload has a page of its own: the one at `path` of the server. */
export async function openChromium({ url }, path = '') {
  const browser = await launchChromium();
  return {
    async solve(workload, setting) {
      const page = await browser.newPage();
      try {
        await page.goto(url + path);
        await page.waitForFunction('globalThis.solve !== undefined');
        return await page.evaluate((...given) => globalThis.solve(...given), workload, setting);
      } finally {
        await page.close();
      }
    },
    version: () => browser.version(),
    close: () => browser.close(),
  };
}
