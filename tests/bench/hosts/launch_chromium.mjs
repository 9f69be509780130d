import puppeteer from 'puppeteer-core';

import { CHROMIUM } from '../../../tools/setup/chromium.mjs';

/** Longer than any workload takes. */
const PATIENCE_MS = 600_000;

/** A fresh Chromium with a profile of its own. */
export function launchChromium() {
  return puppeteer.launch({ ...CHROMIUM, protocolTimeout: PATIENCE_MS });
}
