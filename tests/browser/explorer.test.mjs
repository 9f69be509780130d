// The explorer page as a person uses it, served as npm start does, under its strict content policy.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { listen, pageServer, POLICY } from '../../tools/serve.mjs';
import { ENGINES } from './engines.mjs';
import { PolicyReports } from './policy_reports.mjs';
import { chosen, until, words } from './waits.mjs';

const GOLDEN = new URL('../golden/minilm_attention.json.gz', import.meta.url);
const { sentences } = JSON.parse(gunzipSync(readFileSync(GOLDEN)));

/** One weight of a golden sentence. */
function goldenWeight(text, layer, head, query, key) {
  const { maps } = sentences.find((sentence) => sentence.text === text);
  const [, heads, count] = maps.shape;
  const cell = ((layer * heads + head) * count + query) * count + key;
  return Buffer.from(maps.data, 'base64').readFloatLE(4 * cell);
}

/**
 * A server before the page's own, whose files can be held back, refused or forbidden, and which is told of every
 * violation of the policy. /narrow is the page in a frame as wide as a phone.
 */
const own = pageServer();
const reports = new PolicyReports();
const READOUT = '#head >>> .readout';
const NUMBERS = '#head >>> .numbers';
const PLANE = '#head >>> .plane';
let modelsAre = 'there';
let missing = /^$/;
/** The hub is out of reach here, wherever this runs. */
const OFFLINE = POLICY.replaceAll(/ https:[^ ;]+/g, '');
let policy = OFFLINE;
const NARROW = '<!doctype html><title>Narrow</title><iframe width="360" height="800" src="/"></iframe>';
const server = createServer((request, response) => {
  if (reports.take(request, response)) return;
  if (missing.test(request.url)) return response.writeHead(404).end();
  if (request.url === '/narrow') return response.writeHead(200, { 'content-type': 'text/html' }).end(NARROW);
  if (request.url.startsWith('/models/') && modelsAre === 'missing') return response.writeHead(404).end();
  if (request.url.endsWith('model.safetensors') && modelsAre === 'stuck') {
    response.writeHead(200, { 'content-length': 90_868_376 });
    response.write(Buffer.alloc(4));
    return setTimeout(() => response.write(Buffer.alloc(1)), 300);
  }
  const writeHead = response.writeHead.bind(response);
  response.writeHead = (status, headers) =>
    writeHead(status, { ...headers, 'content-security-policy': reports.reported(policy) });
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

/** Has the page, or the one in a frame, draw another text, all at once. */
function put(text) {
  const page = document.querySelector('iframe')?.contentDocument ?? document;
  const field = page.querySelector('#text');
  field.value = text;
  field.dispatchEvent(new Event('input'));
}

/** Has the page choose of a list. */
function choose(list, value) {
  const element = document.querySelector(list);
  element.value = value;
  element.dispatchEvent(new Event('change'));
}

/** What moved on the page, or on the one in a frame, since it began; null where the engine doesn't tell. */
async function shifts() {
  const { PerformanceObserver } = document.querySelector('iframe')?.contentWindow ?? window;
  if (!PerformanceObserver.supportedEntryTypes.includes('layout-shift')) return null;
  const entries = await new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries())).observe({
      type: 'layout-shift',
      buffered: true,
    });
    setTimeout(() => resolve([]), 500);
  });
  return entries.map(({ value, sources }) => `${value} ${sources.map(({ node }) => node?.className)}`);
}

const shownText = () => document.documentElement.dataset.shown;

const untilModel = (page) =>
  until(page, words, (status) => status === 'Read by all-MiniLM-L6-v2, in your browser.', '#status');
const untilShown = (page, text) => until(page, shownText, (shown) => shown === text);

for (const [engine, open] of chosen(ENGINES)) {
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
      assert.match(await page.evaluate(words, READOUT), /“it” gives 67% of its attention to “animal”/);
      await until(
        page,
        words,
        (status) => /^Loading the model: \d+\.\d of \d+\.\d MB/.test(status),
        '#status',
      );
      await page.click('#examples button:nth-child(3)');
      await untilShown(page, 'if (a[i] > max) { max = a[i]; }');
      await page.type('#text', 'My own text');
      await until(page, words, (said) => /as soon as the model is here/.test(said), '#why');
    });

    test('loading can be stopped, and tried again', async () => {
      await page.click('#status-action');
      await until(page, words, (status) => /^Loading was stopped\./.test(status), '#status');
      modelsAre = 'missing';
      await page.click('#status-action');
      await until(page, words, (status) => /could not be fetched/.test(status), '#status');
      assert.match(await page.evaluate(words, '#why'), /^Your own text needs the model/);
      modelsAre = 'there';
      await page.click('#status-action');
      await untilModel(page);
      await untilShown(page, 'My own text');
    });

    test('moves nothing from the first trace to the typed text', async (t) => {
      const text = 'Nothing moves while internationalization is typed';
      await page.type('#text', text);
      await untilShown(page, text);
      const moved = await page.evaluate(shifts);
      if (moved === null) return t.skip('this engine does not tell');
      assert.deepEqual(moved, []);
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
        await page.press(PLANE, 'Home');
        for (let row = 0; row < 12; ++row) await page.press(PLANE, 'ArrowUp');
        for (let row = 0; row < query; ++row) await page.press(PLANE, 'ArrowDown');
        for (let column = 0; column < key; ++column) await page.press(PLANE, 'ArrowRight');
        const said = await page.evaluate(words, NUMBERS);
        const [, weight] = /Weight (\d\.\d+)/.exec(said);
        const expected = goldenWeight(text, layer, head, query, key);
        assert.ok(Math.abs(Number(weight) - expected) <= 1.2e-4, `${said}, expected ${expected}`);
      }
    });

    test('draws maps that are not blank, and marks the chosen head', async () => {
      const colours = await page.evaluate(() => {
        const count = (canvas, x, y, width, height) => {
          const { data } = canvas.getContext('2d').getImageData(x, y, width, height);
          return new Set(new Uint32Array(data.buffer)).size;
        };
        const map = document.querySelector('#head').shadowRoot.querySelector('.plane canvas');
        const grid = document.querySelector('#grid canvas');
        const frame = grid.getBoundingClientRect();
        const scale = grid.width / frame.width;
        const tiles = [...document.querySelectorAll('#grid button')].map((button) => {
          const { left, top, width } = button.getBoundingClientRect();
          const [x, y, side] = [left - frame.left, top - frame.top, width].map((length) => length * scale);
          return count(grid, x + 2, y + 2, side - 4, side - 4);
        });
        return [count(map, 0, 0, map.width, map.height), ...tiles];
      });
      assert.equal(colours.length, 73);
      assert.ok(
        colours.every((count) => count > 1),
        `colours of each map: ${colours}`,
      );
      await page.press('#grid [aria-checked=true]', 'ArrowRight');
      await until(page, words, (name) => name === 'Layer 4, head 1', '#head-name');
      await page.press('#grid [aria-checked=true]', 'End');
      await until(page, words, (name) => name === 'Layer 4, head 11', '#head-name');
    });

    test('colours by logarithm and without the first token', async () => {
      const pixels = () => {
        const canvas = document.querySelector('#head').shadowRoot.querySelector('.plane canvas');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return data.reduce((sum, value, i) => (sum * 31 + value * (i % 7)) % 1_000_003, 0);
      };
      await page.click('#head >>> [data-panel=what-if]');
      const hasSwitches = () =>
        document.querySelector('#head').shadowRoot.querySelector('.log input') !== null;
      await until(page, hasSwitches, Boolean);
      // The map gives some of its room to the switches.
      let before;
      await until(page, pixels, (sum) => sum === before || void (before = sum));
      await page.click('#head >>> .log input');
      const logarithmic = await until(page, pixels, (sum) => sum !== before);
      await page.click('#head >>> .ignore-first input');
      await until(page, pixels, (sum) => sum !== logarithmic);
      await page.click('#head >>> .log input');
      await page.click('#head >>> .ignore-first input');
      await until(page, pixels, (sum) => sum === before);
      await page.click('#head >>> [data-panel=what-if]');
    });

    test('takes markup as text, no text, and 100,000 characters', async () => {
      const markup = '<script>document.title = "run"</script>';
      await page.type('#text', markup);
      await untilShown(page, markup);
      assert.equal(await page.evaluate(() => document.title), 'Attention heads');
      await page.evaluate(put, '');
      await until(page, words, (said) => /^Type a sentence/.test(said), '#why');
      await page.evaluate(put, 'the quick brown fox '.repeat(5000));
      await until(page, words, (count) => /its first 512 tokens/.test(count), '#count');
    });

    test('redraws 20 tokens within 150 ms of the last key', async () => {
      const latencies = [];
      for (const last of 'rstuv') {
        const text = `a b c d e f g h i j k l m n o p q ${last}`;
        await page.evaluate(() => delete document.documentElement.dataset.latency);
        await page.type('#text', text);
        await untilShown(page, text);
        const latency = () => Number(document.documentElement.dataset.latency);
        latencies.push(await until(page, latency, (milliseconds) => milliseconds > 0));
      }
      // What else the machine does only adds: the least of five is the page's own.
      console.log(`# ${engine}: ${latencies.join(', ')} ms from the last key to the maps of 20 tokens`);
      assert.ok(Math.min(...latencies) <= 150, `${latencies} ms`);
    });

    test('a model that predicts says what comes next, and what taking a head out changes', async () => {
      await page.evaluate(choose, '#model', 'built-in');
      await until(page, words, (status) => /^Read by attention-head built-in/.test(status), '#status');
      await page.type('#text', 'Once upon a time there was');
      await untilShown(page, 'Once upon a time there was');
      const rows = await page.evaluate(() => document.querySelectorAll('#grid button').length);
      assert.equal(rows, 16);
      const before = await page.evaluate(words, '#next ol');
      assert.match(before, /^(\S.*?\s+(under )?\d[\d.]*%\s*){5}$/s);
      for (const head of [0, 1, 2, 3]) {
        await page.click(`#grid [aria-label^="Layer 0, head ${head}"]`);
        await until(page, words, (name) => name === `Layer 0, head ${head}`, '#head-name');
        // WebKit's driver loses a click here now and then.
        if (engine === 'WebKit') await page.evaluate(() => document.querySelector('#ablate').click());
        else await page.click('#ablate');
        await until(page, words, (button) => button === 'Put this head back', '#ablate');
      }
      await until(page, words, (next) => /%, was (under )?\d/.test(next), '#next ol');
      await until(
        page,
        () => document.querySelectorAll('#grid .out').length,
        (count) => count === 4,
      );
      await page.click('#restore');
      await until(page, words, (next) => next === before, '#next ol');
      await until(
        page,
        () => document.querySelectorAll('#grid .out').length,
        (count) => count === 0,
      );
    });

    test('heads are named, put in order, and the model goes on', async () => {
      await page.click('#name-heads');
      await until(page, words, (status) => /^Heads are named by 50 random tokens/.test(status), '#status');
      const labels = () =>
        [...document.querySelectorAll('#grid button')].map((tile) => tile.getAttribute('aria-label'));
      await page.evaluate(choose, '#order', 'name');
      await until(
        page,
        () => document.querySelector('#grid').className,
        (name) => /sorted/.test(name),
      );
      const named = await page.evaluate(labels);
      assert.equal(new Set(named).size, 16);
      for (const label of named)
        assert.match(label, /^Layer \d, head \d, (no clear pattern|.* 0\.\d\d|.* 1\.00)$/);
      assert.match(await page.evaluate(words, '#head-words'), / \(on 50 random tokens/);
      await page.evaluate(choose, '#order', 'layers');
      await page.click('#go-on');
      await until(
        page,
        () => document.querySelector('#text').value.length,
        (length) => length > 40,
      );
      await until(
        page,
        () => document.querySelector('#stop').hidden,
        (hidden) => hidden,
      );
      assert.match(
        await page.evaluate(() => document.querySelector('#text').value),
        /^Once upon a time there was/,
      );
      await page.evaluate(choose, '#model', 'minilm');
      await untilModel(page);
      await until(
        page,
        () => document.querySelector('#next').hidden,
        (hidden) => hidden,
      );
    });

    test('violates nothing of its content policy and fetches from nowhere else', async () => {
      const { header, foreign } = await page.evaluate(async () => {
        const response = await fetch(location.href);
        const names = performance.getEntriesByType('resource').map(({ name }) => name);
        return {
          header: response.headers.get('content-security-policy'),
          foreign: names.filter((name) => !name.startsWith(location.origin)),
        };
      });
      assert.match(header, /script-src 'self' 'wasm-unsafe-eval';/);
      assert.deepEqual(foreign, []);
      reports.violated.length = 0;
      await page.goto(address);
      await untilModel(page);
      await page.type('#text', 'Once more');
      await untilShown(page, 'Once more');
      // A violation on purpose, last: when it is here, so is every other.
      await page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = '0';
        document.body.append(script);
      });
      await until(
        page,
        () => null,
        () => reports.violated.length > 0,
      );
      assert.equal(reports.violated.length, 1, String(reports.violated));
      assert.match(reports.violated[0], /^script-src/);
    });

    test('says why it cannot run, and tries again', async () => {
      const fails = async (why) => {
        await page.goto(address);
        await until(page, words, (status) => why.test(status) && / Try again$/.test(status), '#status');
      };
      missing = /\/worker\.js$/;
      await fails(/^The part of this page that computes did not start\./);
      missing = /\.wasm$/;
      await page.click('#status-action');
      await until(
        page,
        words,
        (status) => /^This page's program could not be fetched/.test(status),
        '#status',
      );
      missing = /^$/;
      policy = OFFLINE.replace(" 'wasm-unsafe-eval'", '');
      await fails(/^WebAssembly with SIMD does not run here/);
      policy = OFFLINE;
      await page.goto(address);
      await untilModel(page);
    });

    test('is whole on a phone, in the dark', async () => {
      const phone = await open({ dark: true });
      try {
        await phone.goto(`${address}narrow`);
        const shown = () => document.querySelector('iframe').contentDocument.documentElement.dataset.shown;
        await until(phone, shown, Boolean);
        const seen = await phone.evaluate(() => {
          const { contentDocument: page, contentWindow: frame } = document.querySelector('iframe');
          // Each token of layer 0, head 2 looks at itself alone: the last cell of the first row is as good as 0.
          const { width } = page.querySelector('#grid canvas');
          const [side, pitch] = [44, 48].map((length) => (length * width) / 572);
          const place = [Math.floor(2 * pitch + side) - 2, 2];
          const context = page.querySelector('#grid canvas').getContext('2d');
          return {
            zero: [...context.getImageData(...place, 1, 1).data.slice(0, 3)],
            background: frame.getComputedStyle(page.body).backgroundColor,
            pageWidth: page.documentElement.scrollWidth,
            frameWidth: frame.innerWidth,
          };
        });
        assert.equal(seen.background, 'rgb(20, 20, 24)');
        assert.equal(`rgb(${seen.zero.join(', ')})`, seen.background);
        assert.equal(seen.frameWidth, 360);
        assert.ok(seen.pageWidth <= 360, `the page is ${seen.pageWidth} px wide`);
        await phone.evaluate(put, 'the quick brown fox '.repeat(200));
        const count = () =>
          document.querySelector('iframe').contentDocument.querySelector('#count').textContent;
        await until(phone, count, (said) => /first 512 tokens/.test(said));
        assert.deepEqual((await phone.evaluate(shifts)) ?? [], []);
      } finally {
        await phone.close();
      }
    });
  });
}
