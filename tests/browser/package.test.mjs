// The built package in real browsers, from a plain <script type="module"> and in a worker, on a page whose content
// policy allows its own scripts and WebAssembly and nothing else.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';

import puppeteer from 'puppeteer-core';

const DIST = new URL('../../dist/lib/', import.meta.url);
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; base-uri 'none'";
const TYPES = { html: 'text/html', js: 'text/javascript', wasm: 'application/wasm', map: 'application/json' };

const ENGINES = {
  Chromium: {
    browser: 'chrome',
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
    ],
  },
  Firefox: { browser: 'firefox', executablePath: '/usr/bin/firefox-esr' },
};

// Two tokens that look at each other and a third that is masked: the first weight is e^√½ / (e^√½ + 1).
const WORK = `
  const core = await load(options);
  const x = { data: Float32Array.of(1, 0, 0, 1, 1, 1), shape: [1, 3, 2] };
  const { taps } = core.attend({ query: x, key: x, value: x, kvLength: 2, taps: ['weights'] });
  const result = { variant: core.variant, weights: [...taps.weights.data].slice(0, 3) };`;
const PAGES = {
  '/page.html': '<!doctype html><title>page</title><script type="module" src="page.js"></script>',
  '/page.js': `import { load } from './index.js';
    const violations = [];
    addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective));
    const results = [];
    for (const options of [{}, { variant: 'simd' }]) { ${WORK} results.push(result); }
    const worker = new Worker('worker.js', { type: 'module' });
    results.push(await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = reject;
    }));
    document.title = JSON.stringify({ results, violations });`,
  '/worker.js': `import { load } from './index.js'; const options = {}; ${WORK} postMessage(result);`,
};

const server = createServer((request, response) => {
  const file = request.url.slice(1);
  try {
    const body = PAGES[request.url] ?? readFileSync(new URL(file, DIST));
    response.writeHead(200, {
      'content-type': TYPES[file.split('.').at(-1)],
      'content-security-policy': POLICY,
    });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});

before(() => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve)));
after(() => server.close());

for (const [name, options] of Object.entries(ENGINES)) {
  describe(name, () => {
    test(
      'gives the right weights on a strict page and in a worker, with no violation',
      { timeout: 60000 },
      async () => {
        const browser = await puppeteer.launch({ headless: true, ...options });
        try {
          const page = await browser.newPage();
          await page.goto(`http://127.0.0.1:${server.address().port}/page.html`);
          await page.waitForFunction(() => document.title.startsWith('{'), { polling: 100, timeout: 30000 });
          const { results, violations } = JSON.parse(await page.title());
          const e = Math.exp(Math.SQRT1_2);
          assert.deepEqual(violations, []);
          assert.equal(results.length, 3);
          assert.equal(results[0].variant, 'relaxed');
          assert.equal(results[1].variant, 'simd');
          for (const { weights } of results) {
            assert.ok(Math.abs(weights[0] - e / (e + 1)) < 1e-6, String(weights));
            assert.ok(Math.abs(weights[1] - 1 / (e + 1)) < 1e-6, String(weights));
            assert.equal(weights[2], 0);
          }
        } finally {
          await browser.close();
        }
      },
    );
  });
}
