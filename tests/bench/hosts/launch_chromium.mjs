import puppeteer from 'puppeteer-core';

/** Longer than any workload takes. */
const PATIENCE_MS = 600_000;

/** A fresh Chromium with a profile of its own. */
export function launchChromium() {
  return puppeteer.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    protocolTimeout: PATIENCE_MS,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
