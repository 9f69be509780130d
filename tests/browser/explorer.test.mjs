// The explorer page as a person uses it, served as npm start does, under its strict content policy.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { listen, pageServer } from '../../tools/serve.mjs';
import { ENGINES } from './engines.mjs';

const GOLDEN = new URL('../golden/minilm_attention.json.gz', import.meta.url);
const { sentences } = JSON.parse(gunzipSync(readFileSync(GOLDEN)));

/** One weight of a golden sentence. */
function goldenWeight(text, layer, head, query, key) {
  const { maps } = sentences.find((sentence) => sentence.text === text);
  const [, heads, count] = maps.shape;
  const cell = ((layer * heads + head) * count + query) * count + key;
  return Buffer.from(maps.data, 'base64').readFloatLE(4 * cell);
}

/** A server before the page's own, whose models can be held back or refused. */
const own = pageServer();
let modelsAre = 'there';
const server = createServer((request, response) => {
  if (request.url.startsWith('/models/') && modelsAre === 'missing') return response.writeHead(404).end();
  if (request.url.endsWith('model.safetensors') && modelsAre === 'stuck') {
    response.writeHead(200, { 'content-length': 90_868_376 });
    return response.write(Buffer.alloc(4));
  }
  own.emit('request', request, response);
});
let address;
before(async () => {
  address = `http://localhost:${await listen(server, 8480)}/`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const words = (selector) => document.querySelector(selector).innerText.replaceAll(/\s+/g, ' ').trim();
const shownText = () => document.documentElement.dataset.shown;

/** Waits until a function of the page gives what is asked for. */
async function until(page, work, isIt, ...values) {
  let seen;
  for (let tries = 0; tries < 150; ++tries) {
    seen = await page.evaluate(work, ...values);
    if (isIt(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`waited in vain; last seen: ${seen}`);
}
const untilModel = (page) =>
  until(page, words, (status) => /\d tokens|first \d+ tokens/.test(status), '#status');
const untilShown = (page, text) => until(page, shownText, (shown) => shown === text);

for (const [engine, open] of Object.entries(ENGINES)) {
  describe(engine, () => {
    let page;
    before(async () => {
      page = await open();
    });
    after(() => page.close());

    test('shows a trace before any model is there, and the examples without one', async () => {
      modelsAre = 'stuck';
      await page.goto(address);
      await untilShown(page, "The animal didn't cross the street because it was too tired.");
      assert.match(await page.evaluate(words, '#readout'), /“it” looks mostly at “animal” \(67%\)/);
      await until(
        page,
        words,
        (status) => /^Loading the model: \d+\.\d of \d+\.\d MB/.test(status),
        '#status',
      );
      await page.click('#examples button:nth-child(3)');
      await untilShown(page, 'if (a[i] > max) { max = a[i]; }');
      await page.type('#text', 'My own text');
      await until(page, words, (said) => /as soon as the model is here/.test(said), '#readout');
    });

    test('loading can be stopped, and tried again', async () => {
      await page.click('#status-action');
      await until(page, words, (status) => /^Loading was stopped\./.test(status), '#status');
      modelsAre = 'missing';
      await page.click('#status-action');
      await until(page, words, (status) => /could not be fetched|violat|status/.test(status), '#status');
      modelsAre = 'there';
      await page.click('#status-action');
      await untilModel(page);
      await untilShown(page, 'My own text');
    });

    test('shows the attention of a typed sentence, as transformers computes it', async () => {
      const text = 'Colourless green ideas sleep furiously';
      await page.type('#text', text);
      await untilShown(page, text);
      for (const [layer, head, query, key] of [
        [2, 8, 1, 3],
        [4, 0, 3, 0],
      ]) {
        await page.click(`#grid [aria-label="Layer ${layer}, head ${head}"]`);
        await until(page, words, (name) => name === `Layer ${layer}, head ${head}`, '#head-name');
        await page.press('#map .plane', 'Home');
        for (let row = 0; row < 12; ++row) await page.press('#map .plane', 'ArrowUp');
        for (let row = 0; row < query; ++row) await page.press('#map .plane', 'ArrowDown');
        for (let column = 0; column < key; ++column) await page.press('#map .plane', 'ArrowRight');
        const said = await page.evaluate(words, '#readout');
        const [, weight] = /Weight (\d\.\d+)/.exec(said);
        const expected = goldenWeight(text, layer, head, query, key);
        assert.ok(Math.abs(Number(weight) - expected) <= 1.2e-4, `${said}, expected ${expected}`);
      }
    });

    test('draws maps that are not blank, and marks the chosen head', async () => {
      const colours = await page.evaluate(() => {
        const canvases = [...document.querySelectorAll('#map canvas, #grid canvas')];
        return canvases.map((canvas) => {
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          return new Set(new Uint32Array(data.buffer)).size;
        });
      });
      assert.equal(colours.length, 73);
      assert.ok(
        colours.every((count) => count > 1),
        `colours of each canvas: ${colours}`,
      );
      await page.press('#grid [aria-checked=true]', 'ArrowRight');
      await until(page, words, (name) => name === 'Layer 4, head 1', '#head-name');
    });

    test('colours by logarithm and without the first token', async () => {
      const high = await page.evaluate(words, '#bar .high');
      await page.click('input[value=log]');
      await page.click('#ignore-first');
      await until(page, words, (said) => said !== high, '#bar .high');
      assert.notEqual(await page.evaluate(words, '#bar .low'), '0');
    });

    test('takes markup as text, no text, and 100,000 characters', async () => {
      const markup = '<script>document.title = "run"</script>';
      await page.type('#text', markup);
      await untilShown(page, markup);
      assert.equal(await page.evaluate(() => document.title), 'Attention heads');
      await page.evaluate(() => {
        const field = document.querySelector('#text');
        field.value = '';
        field.dispatchEvent(new Event('input'));
      });
      await until(page, words, (said) => /^Type a sentence/.test(said), '#readout');
      await page.evaluate(() => {
        const field = document.querySelector('#text');
        field.value = 'the quick brown fox '.repeat(5000);
        field.dispatchEvent(new Event('input'));
      });
      await until(page, words, (status) => /its first 512 tokens/.test(status), '#status');
    });

    test('redraws 20 tokens soon after the last key', async () => {
      const text = 'a b c d e f g h i j k l m n o p q r';
      await page.type('#text', text);
      await untilShown(page, text);
      const latency = Number(await page.evaluate(() => document.documentElement.dataset.latency));
      assert.ok(latency > 0);
      console.log(`# ${engine}: ${latency} ms from the last key to the maps of 20 tokens`);
    });

    test('violates nothing of its content policy and fetches from nowhere else', async () => {
      const { policy, foreign } = await page.evaluate(async () => {
        const response = await fetch(location.href);
        const names = performance.getEntriesByType('resource').map(({ name }) => name);
        return {
          policy: response.headers.get('content-security-policy'),
          foreign: names.filter((name) => !name.startsWith(location.origin)),
        };
      });
      assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/);
      assert.deepEqual(foreign, []);
      modelsAre = 'there';
      await page.goto(address);
      await page.evaluate(() => {
        window.violations = [];
        addEventListener('securitypolicyviolation', ({ violatedDirective }) =>
          window.violations.push(violatedDirective),
        );
      });
      await untilModel(page);
      await page.type('#text', 'Once more');
      await untilShown(page, 'Once more');
      assert.deepEqual(await page.evaluate(() => window.violations), []);
    });
  });
}
