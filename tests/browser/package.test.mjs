// The built package in real browsers, from a plain <script type="module"> and in a worker, on a page whose content
// policy allows its own scripts and WebAssembly and nothing else.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';

import { ENGINES } from './engines.mjs';
import { PolicyReports } from './policy_reports.mjs';

const DIST = new URL('../../dist/lib/', import.meta.url);
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; img-src 'self'";
const TYPES = { html: 'text/html', js: 'text/javascript', wasm: 'application/wasm', map: 'application/json' };

// Two tokens that look at each other and a third that is masked: the first weight is e^√½ / (e^√½ + 1).
const WORK = `
  const core = await load(options);
  const x = { data: Float32Array.of(1, 0, 0, 1, 1, 1), shape: [1, 3, 2] };
  const { taps } = core.attend({ query: x, key: x, value: x, kvLength: 2, taps: ['weights'] });
  const result = { variant: core.variant, weights: [...taps.weights.data].slice(0, 3) };`;
const PAGES = {
  '/page.html': '<!doctype html><title>page</title><script type="module" src="page.js"></script>',
  '/page.js': `import { load, AttentionError } from './index.js';
    const results = [];
    for (const options of [{}, { variant: 'simd' }]) { ${WORK} results.push(result); }
    const worker = new Worker('worker.js', { type: 'module' });
    results.push(await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = reject;
    }));
    const relaxed = await load({ variant: 'relaxed' }).then(
      ({ variant }) => variant,
      (error) => error instanceof AttentionError ? error.code + ': ' + error.message : String(error),
    );
    document.title = JSON.stringify({ results, relaxed });`,
  '/worker.js': `import { load } from './index.js'; const options = {}; ${WORK} postMessage(result);`,
};

const reports = new PolicyReports();
const server = createServer((request, response) => {
  if (reports.take(request, response)) return;
  const file = request.url.slice(1);
  try {
    const body = PAGES[request.url] ?? readFileSync(new URL(file, DIST));
    response.writeHead(200, {
      'content-type': TYPES[file.split('.').at(-1)],
      'content-security-policy': reports.reported(POLICY),
    });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});

before(() => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve)));
after(() => {
  server.closeAllConnections();
  server.close();
});

/** WebKit has no relaxed SIMD. */
const EXPECTED = {
  Chromium: { variant: 'relaxed', relaxed: /^relaxed$/ },
  Firefox: { variant: 'relaxed', relaxed: /^relaxed$/ },
  WebKit: { variant: 'simd', relaxed: /^wasm-unavailable: variant "relaxed" needs relaxed SIMD/ },
};

for (const [name, open] of Object.entries(ENGINES)) {
  describe(name, () => {
    let seen;
    before(async () => {
      reports.violated.length = 0;
      const page = await open();
      try {
        await page.goto(`http://127.0.0.1:${server.address().port}/page.html`);
        for (let tries = 0; seen === undefined && tries < 300; ++tries) {
          const title = await page.evaluate(() => document.title);
          if (title.startsWith('{')) seen = JSON.parse(title);
          else await new Promise((resolve) => setTimeout(resolve, 100));
        }
      } finally {
        await page.close();
      }
    });

    test('gives the right weights on a strict page and in a worker, with no violation', () => {
      const e = Math.exp(Math.SQRT1_2);
      assert.equal(seen.results.length, 3);
      for (const { weights } of seen.results) {
        assert.ok(Math.abs(weights[0] - e / (e + 1)) < 1e-6, String(weights));
        assert.ok(Math.abs(weights[1] - 1 / (e + 1)) < 1e-6, String(weights));
        assert.equal(weights[2], 0);
      }
      assert.deepEqual(reports.violated, []);
    });

    test('takes the fastest variant that the engine has, and says where a forced one lacks', () => {
      const { variant, relaxed } = EXPECTED[name];
      assert.deepEqual(
        seen.results.map((result) => result.variant),
        [variant, 'simd', variant],
      );
      assert.match(seen.relaxed, relaxed);
    });
  });
}
