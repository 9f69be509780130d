// The site of `npm run site`, from a folder of a plain file server that sends no special headers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { load } from '../../dist/lib/node.js';
import { listen } from '../../tools/serve.mjs';
import { ENGINES } from './engines.mjs';
import { chosen, expectAccessible, until, words } from './waits.mjs';

const SITE = new URL('../../dist/site/', import.meta.url);
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};
let delay = 0;
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  const within = /^\/some\/where\/(.*)$/.exec(pathname)?.[1];
  if (within === undefined) return response.writeHead(404).end();
  const file = within === '' || within.endsWith('/') ? `${within}index.html` : within;
  try {
    const body = readFileSync(new URL(file, SITE));
    const headers = { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' };
    setTimeout(() => response.writeHead(200, headers).end(body), file.endsWith('/element.js') ? delay : 0);
  } catch {
    response.writeHead(404).end();
  }
});
let address;
before(async () => {
  address = `http://localhost:${await listen(server, 8620)}/some/where/`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const SENTENCE = 'attention-head >>> .sentence';

test('the glossary entry is complete without script', () => {
  const html = readFileSync(new URL('glossary/attention-head/index.html', SITE), 'utf8');
  for (const part of [
    'intermediate',
    'Why it matters',
    'Definition',
    '<math',
    'Keywords',
    'Domains',
    'Related terms',
  ]) {
    assert.ok(html.includes(part), part);
  }
  assert.match(html, /class="advertisement"/);
  assert.match(html, /gives 90% of its attention to “Jane”/);
  assert.ok(readFileSync(new URL('glossary/attention-head/jane.safetensors', SITE)).length < 60 * 1024);
});

test('what the glossary entry says of its sentence is what the model does', async () => {
  const html = readFileSync(new URL('glossary/attention-head/index.html', SITE), 'utf8');
  const [, share, without] =
    /“Jane” becomes the\s+likeliest way to go on, at (\d+)%. Without this one head it would be (\d+)%/.exec(
      html,
    );
  const model = await (await load({ variant: 'simd' })).loadModel('built-in');
  const place = { layer: 1, head: 1 };
  const next = (options) => {
    const { data } = model.run('Tom met Jane in the garden, and then Tom met', options).logits;
    const odds = data.map((logit) => Math.exp(logit - Math.max(...data)));
    const total = odds.reduce((sum, value) => sum + value);
    return (text) => odds[odds.findIndex((_, id) => model.detokenize([id]).text === text)] / total;
  };
  const [whole, edited] = [next({}), next({ edits: [{ ...place, ablate: 'zero' }] })];
  assert.equal(Math.round(100 * whole(' Jane')), Number(share));
  assert.equal(Math.round(100 * edited(' Jane')), Number(without));
  assert.ok(whole(' Jane') > 0.5);
});

for (const [engine, open] of chosen(ENGINES)) {
  describe(engine, () => {
    let page;
    before(async () => {
      page = await open();
    });
    after(() => page.close());

    test('the glossary draws its trace at once, and reads what a reader types', async (t) => {
      delay = 400;
      await page.goto(`${address}glossary/attention-head/`);
      await page.evaluate(() => document.querySelector('attention-head').scrollIntoView());
      const read = (isIt) => until(page, words, (said) => isIt.test(said ?? ''), SENTENCE);
      await read(/^“met” gives 90% of its attention to “Jane”/);
      const shifts = await page.evaluate(async () => {
        if (!PerformanceObserver.supportedEntryTypes.includes('layout-shift')) return null;
        return new Promise((resolve) => {
          new PerformanceObserver((list) => resolve(list.getEntries().length)).observe({
            type: 'layout-shift',
            buffered: true,
          });
          setTimeout(() => resolve(0), 500);
        });
      });
      delay = 0;
      if (shifts === null) t.diagnostic('this engine does not tell what moved');
      else assert.equal(shifts, 0);
      const fetched = () =>
        performance.getEntriesByType('resource').some(({ name }) => name.endsWith('.gguf'));
      assert.equal(await page.evaluate(fetched), false);
      await page.type('attention-head >>> .text-field input', 'The cat sat down');
      await read(/^“down” /);
    });

    test('the explorer works from its folder, and the documentation runs its examples', async () => {
      await page.goto(address);
      await until(
        page,
        words,
        (said) => /gives 67% of its attention to “animal”/.test(said ?? ''),
        '#head >>> .sentence',
      );
      await page.goto(`${address}docs/`);
      const isReady = () => !document.querySelector('[data-run]').disabled;
      await until(page, isReady, Boolean);
      const names = await page.evaluate(() =>
        [...document.querySelectorAll('[data-run]')].map(({ dataset }) => dataset.run),
      );
      assert.ok(names.length > 20, `${names.length} examples`);
      for (const name of names) {
        await page.click(`[data-run="${name}"]`);
        const printed = (example) => {
          const { parentElement } = document.querySelector(`[data-run="${example}"]`);
          const code = parentElement.previousElementSibling.textContent;
          const expected = [...code.matchAll(/^\s*\/\/ → ?(.*)$/gm)].map(([, line]) => line).join('\n');
          return { example, expected, printed: parentElement.nextElementSibling.textContent };
        };
        await until(page, printed, (seen) => seen.printed === seen.expected, name);
      }
    });

    test('axe finds nothing, and nothing is wider than a phone', async () => {
      for (const dark of engine === 'Chromium' ? [false, true] : [false]) {
        const own = await open({ dark });
        try {
          for (const path of ['glossary/attention-head/', 'docs/']) {
            await own.goto(`${address}${path}`);
            await until(own, () => document.querySelector('attention-head').shadowRoot !== null, Boolean);
            await expectAccessible(own, path);
            const isWide = await own.evaluate(async () => {
              const frame = document.createElement('iframe');
              Object.assign(frame, { width: 320, height: 800, src: location.href });
              const loaded = new Promise((resolve) => (frame.onload = resolve));
              document.body.append(frame);
              await loaded;
              const { scrollWidth } = frame.contentDocument.documentElement;
              frame.remove();
              return scrollWidth;
            });
            assert.ok(isWide <= 320, `${path} is ${isWide} px wide`);
          }
        } finally {
          await own.close();
        }
      }
    });
  });
}
