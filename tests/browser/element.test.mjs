// <attention-head> in pages of all kinds, in three engines, under the policy that it is made for.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { load } from '../../dist/lib/node.js';
import { listen } from '../../tools/serve.mjs';
import { elementServer, page, POLICY } from './element_server.mjs';
import { ENGINES } from './engines.mjs';
import { chosen, expectAccessible, until, words } from './waits.mjs';

const SENTENCE = 'Peter met Rosa by the river, and then Peter met';
const HOSTILE = [
  '<img src=x onerror="window.hacked=1">',
  '</style><script>window.hacked=1</script>',
  '&amp;"\'',
  '\u0000\u001b',
  '=1+1',
];

const core = await load({ variant: 'simd' });
const model = await core.loadModel('built-in');
const run = model.run(SENTENCE);
const { heads: names } = await model.nameHeads();
const trace = run.toTrace({ names });
const traced = await core.openTrace(trace);

/** Softmax in double precision over a traced head's own queries and keys, as a plain loop would have it. */
function plainWeights(
  { layer, head },
  query,
  {
    scale = 1 / Math.sqrt(32),
    isCausal = true,
    temperature = 1,
    window = Infinity,
    sink = -Infinity,
    softcap = 0,
  },
) {
  const q = traced.tap('query', { layer, head }).data;
  const k = traced.tap('key', { layer, head }).data;
  const scores = Array.from({ length: k.length / 32 }, (_, key) => {
    let sum = 0;
    for (let d = 0; d < 32; ++d) sum += q[query * 32 + d] * k[key * 32 + d];
    const isSeen = (!isCausal || key <= query) && Math.abs(query - key) <= window;
    const score = softcap > 0 ? softcap * Math.tanh((sum * scale) / softcap) : sum * scale;
    return isSeen ? score / temperature : -Infinity;
  });
  const largest = Math.max(...scores, sink);
  const exponentials = scores.map((score) => Math.exp(score - largest));
  const total = exponentials.reduce((sum, value) => sum + value, Math.exp(sink - largest));
  return exponentials.map((value) => value / total);
}

const TAG = `<attention-head id="head" src="/peter.safetensors" layer="1" head="3" query="14"><p id="inner">Read without script.</p></attention-head>`;
const twenty = Array.from(
  { length: 20 },
  (_, i) => `<attention-head id="e${i}" src="/peter.safetensors" layer="${i % 4}" head="1"></attention-head>`,
);
const pages = {
  '/trace': { html: page(TAG), delay: 400 },
  '/views': { html: page(TAG.replace('<attention-head', '<attention-head model="built-in"')) },
  '/tensors': { html: page('<attention-head id="head"><p>Nothing yet.</p></attention-head>') },
  '/twenty': { html: page(twenty.join('')) },
  '/far': {
    html: page(`<div class="tall"></div>${TAG}`, { head: '<link rel="stylesheet" href="/tall.css">' }),
  },
  '/hostile': { html: page(TAG, { head: '<link rel="stylesheet" href="/hostile.css">' }) },
  '/versions': { html: page(TAG, { head: '<script type="module" src="/other/element.js"></script>' }) },
  '/trusted': { html: page(TAG), policy: `${POLICY}; require-trusted-types-for 'script'` },
  '/forbidden': { html: page(TAG), policy: POLICY.replace(" 'wasm-unsafe-eval'", '') },
  '/scaled': {
    html: page(`<div id="outer"><div id="inner-box">${TAG}</div></div>`, {
      head: '<link rel="stylesheet" href="/scaled.css">',
    }),
  },
  '/missing': {
    html: page(
      '<attention-head id="head" src="/missing.safetensors"><p>Read without script.</p></attention-head>',
    ),
  },
};
const files = {
  '/peter.safetensors': Buffer.from(trace),
  '/tall.css': '.tall { height: 4000px; }',
  // The page's own heading is out of the way, and a part of it is at a place that is known.
  '/scaled.css':
    'h1 { display: none } main { position: absolute; inset: 60px auto auto 160px } main div { width: 700px; height: 420px; transform-origin: 0 0 } attention-head { height: 420px }',
  '/hostile.css':
    '* { font-size: 40px !important; color: red !important; letter-spacing: 9px !important; display: inline; line-height: 3 } div, button, canvas { border: 9px solid red !important; float: left } attention-head { display: block }',
};
const { server, reports, requests } = elementServer(pages, files);
/** The same from another origin. */
const foreign = elementServer({}, files);
let address;
before(async () => {
  address = `http://localhost:${await listen(server, 8540)}`;
  const other = `http://localhost:${await listen(foreign.server, 8560)}`;
  const policy = `default-src 'none'; script-src ${other} 'wasm-unsafe-eval'; connect-src 'self' ${other}; style-src ${other}`;
  pages['/foreign'] = { html: page(TAG, { lib: `${other}/lib` }), policy };
});
after(() => {
  for (const own of [server, foreign.server]) {
    own.closeAllConnections();
    own.close();
  }
});

/** How parts of pages are zoomed, scaled and turned: styles of the outer part and of the inner. */
const SCALED = [
  ['', ''],
  ['zoom: 1.6', ''],
  ['zoom: 0.7', 'transform: scale(1.3)'],
  ['zoom: 1.25', 'zoom: 0.75'],
  ['transform: scale(0.6)', ''],
  // As slides are scaled, and what is on them once more.
  ['transform: translate(-40px, -30px) scale(1.37)', 'transform: scale(0.8)'],
  ['transform: rotate(30deg)', 'zoom: 1.2'],
  ['transform: translate(640px, 60px) scaleX(-1)', 'transform: rotate(-20deg) skewX(10deg)'],
];

/** Where each of some places of an element, in shares of its sides, comes to be by such styles. */
function placesWhenScaled([outer, inner], selector, shares) {
  const element = document.querySelector('#head').shadowRoot.querySelector(selector);
  const parts = [document.querySelector('#outer'), document.querySelector('#inner-box')];
  for (const part of parts) part.style.cssText = '';
  const box = element.getBoundingClientRect();
  const origin = parts[0].getBoundingClientRect();
  parts[0].style.cssText = outer;
  parts[1].style.cssText = inner;
  const matrix = new DOMMatrix();
  for (const { style } of parts) {
    matrix.multiplySelf(new DOMMatrix(style.transform));
    matrix.scaleSelf(Number(style.zoom) || 1);
  }
  return shares.map(([x, y]) => {
    const place = new DOMPoint(box.x + x * box.width - origin.x, box.y + y * box.height - origin.y);
    const { x: left, y: top } = matrix.transformPoint(place);
    return [origin.x + left, origin.y + top];
  });
}

/** Where the middle of an element is in the window. WebKit divides boxes by their zoom; nothing here is scrolled. */
function middle(selector) {
  const element = document.querySelector('#head').shadowRoot.querySelector(selector);
  const { x, y, width, height } = element.getBoundingClientRect();
  const parts = 'currentCSSZoom' in element ? [] : ['#outer', '#inner-box'];
  const zoom = parts.reduce((all, part) => all * (Number(document.querySelector(part).style.zoom) || 1), 1);
  return [(x + width / 2) * zoom, (y + height / 2) * zoom];
}

const SENTENCE_OF = '#head >>> .sentence';
const READ = /^“met” gives 90% of its attention to “R”, 7\.7% to “<\|endoftext\|>”\.$/;
const untilRead = (browser, isIt = READ) =>
  until(browser, words, (said) => isIt.test(said ?? ''), SENTENCE_OF);
/** The chosen row's weights, as the element's own source computes them. */
const rowOfElement = async () => {
  const element = document.querySelector('#head');
  const table = element.shadowRoot.querySelector('table');
  return [...table.querySelectorAll('tbody tr')].map((row) => row.cells[2].innerText);
};

for (const [engine, open] of chosen(ENGINES)) {
  describe(engine, () => {
    let browser;
    before(async () => {
      browser = await open();
    });
    after(() => browser.close());

    test('shows a trace, in a box that was there before its script', async (t) => {
      await browser.goto(`${address}/trace`);
      await untilRead(browser);
      const seen = await browser.evaluate(async () => {
        const element = document.querySelector('#head');
        const canvas = element.shadowRoot.querySelector('.plane canvas');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const supported = PerformanceObserver.supportedEntryTypes.includes('layout-shift');
        const shifts = !supported
          ? null
          : await new Promise((resolve) => {
              new PerformanceObserver((list) => resolve(list.getEntries().length)).observe({
                type: 'layout-shift',
                buffered: true,
              });
              setTimeout(() => resolve(0), 500);
            });
        return {
          colours: new Set(new Uint32Array(data.buffer)).size,
          height: element.getBoundingClientRect().height,
          shifts,
          styles: element.shadowRoot.querySelectorAll('style, [style*="url"]').length,
        };
      });
      assert.ok(seen.colours > 5, `${seen.colours} colours`);
      assert.equal(seen.height, 600);
      assert.equal(seen.styles, 0);
      assert.deepEqual(reports.violated, []);
      if (seen.shifts === null) return t.diagnostic('this engine does not tell what moved');
      assert.equal(seen.shifts, 0);
    });

    test('attributes are properties, and what is chosen is told', async () => {
      const told = await browser.evaluate(async () => {
        const element = document.querySelector('#head');
        const heard = [];
        element.addEventListener('attention-change', ({ detail }) =>
          heard.push([detail.layer, detail.head, detail.query, detail.view]),
        );
        const drawn = () =>
          new Promise((resolve) => element.addEventListener('attention-drawn', resolve, { once: true }));
        const waiting = drawn();
        element.layer = 0;
        element.head = 2;
        // While that is on its way.
        await new Promise((resolve) => queueMicrotask(() => queueMicrotask(resolve)));
        element.cell = { query: 7, key: 5 };
        await waiting;
        const meanwhile = element.cell;
        element.query = 6;
        element.setAttribute('view', 'words');
        for (let tries = 0; tries < 100 && heard.at(-1)[3] !== 'words'; ++tries) {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        return {
          heard,
          meanwhile,
          attributes: ['layer', 'head', 'query', 'view'].map((name) => element.getAttribute(name)),
          cell: element.cell,
        };
      });
      assert.deepEqual(told.attributes, ['0', '2', '6', 'words']);
      assert.deepEqual(told.meanwhile, { query: 7, key: 5 });
      assert.equal(told.cell.query, 6);
      assert.deepEqual(told.heard.at(-1), [0, 2, 6, 'words']);
      const { data } = traced.tap('weights', { layer: 0, head: 2 });
      const share = Math.round(100 * data[6 * 15 + 5]);
      await until(
        browser,
        words,
        (said) => said?.includes(`gives ${share}% of its attention to “os”`),
        SENTENCE_OF,
      );
    });

    test('keys move in the map, open the table and close it', async () => {
      await browser.goto(`${address}/views`);
      await untilRead(browser);
      await browser.press('#head >>> .plane', 'ArrowUp');
      await untilRead(browser, /^“Peter” gives /);
      await browser.press('#head >>> .plane', 'End');
      const active = () =>
        document.querySelector('#head').shadowRoot.querySelector('#cell').getAttribute('aria-label');
      await until(browser, active, (said) => said === 'Peter to met: may not look');
      await browser.evaluate(() => {
        const plane = document.querySelector('#head').shadowRoot.querySelector('.plane');
        plane.dispatchEvent(new KeyboardEvent('keydown', { key: 't', bubbles: true }));
      });
      await until(browser, words, (said) => /^What “Peter” looks at/.test(said ?? ''), '#head >>> table');
      await browser.evaluate(() => {
        const panel = document.querySelector('#head').shadowRoot.querySelector('.panel');
        panel.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
      });
      await until(
        browser,
        () => document.querySelector('#head').shadowRoot.querySelector('.panel').hidden,
        Boolean,
      );
    });

    test('what-if switches give the weights that a plain loop gives', async () => {
      const place = { layer: 1, head: 3 };
      await browser.evaluate(() => {
        document.querySelector('#head').query = 14;
        document.querySelector('#head').shadowRoot.querySelector('[data-panel=table]').click();
      });
      const changes = [
        {},
        { isScaled: false },
        { isCausal: false },
        { temperature: 2 },
        { window: 3 },
        { sink: 4 },
        { softcap: 5 },
        { softcap: 5, temperature: 2 },
        { isScaled: false, temperature: 0.5, window: 12, sink: 1, isCausal: false },
      ];
      for (const change of changes) {
        await browser.evaluate((whatIf) => void (document.querySelector('#head').whatIf = whatIf), change);
        const expected = plainWeights(place, 14, {
          ...change,
          scale: change.isScaled === false ? 1 : 1 / Math.sqrt(32),
        });
        const agrees = (row) =>
          row.every((weight, key) => Math.abs(Number(weight.replace('−', '-')) - expected[key]) < 6e-5);
        await until(browser, rowOfElement, agrees);
      }
      await browser.evaluate(() => {
        document.querySelector('#head').whatIf = {};
        document.querySelector('#head').shadowRoot.querySelector('[data-panel=table]').click();
      });
    });

    test('every view shows the head', async () => {
      const shown = {
        lines: () =>
          document.querySelector('#head').shadowRoot.querySelectorAll('.query-column li').length === 15,
        words: () =>
          /Peter/.test(
            document.querySelector('#head').shadowRoot.querySelector('.words-view .text')?.innerText,
          ),
        inside: () =>
          /divided by √32, the score is/.test(
            document.querySelector('#head').shadowRoot.querySelector('.inside-view')?.innerText,
          ),
        map: () => document.querySelector('#head').shadowRoot.querySelector('.plane canvas') !== null,
      };
      for (const [view, isShown] of Object.entries(shown)) {
        await browser.evaluate(
          (name) =>
            void document.querySelector('#head').shadowRoot.querySelector(`[data-view=${name}]`).click(),
          view,
        );
        await until(browser, isShown, Boolean);
        assert.equal(await browser.evaluate(() => document.querySelector('#head').view), view);
      }
    });

    test('heads are chosen from small maps with their names', async () => {
      await browser.click('#head >>> .head-button');
      const label = () =>
        [...document.querySelector('#head').shadowRoot.querySelectorAll('.grid button')].map((tile) =>
          tile.getAttribute('aria-label'),
        );
      const labels = await until(browser, label, (found) => found.length === 16 && /,.*,/.test(found[2]));
      assert.match(labels[2], /^Layer 0, head 2, previous word, 1\.00$/);
      await browser.click('#head >>> .grid [aria-label^="Layer 0, head 2"]');
      await until(browser, words, (said) => /^Layer 0, head 2/.test(said ?? ''), '#head >>> .head-button');
      await browser.click('#head >>> .head-button');
    });

    test('a typed text is read by the model, which is loaded then', async () => {
      assert.ok(!requests.some((path) => path.endsWith('.gguf')) || engine !== Object.keys(ENGINES)[0]);
      await browser.type('#head >>> .text-field input', 'The cat sat. The cat');
      await until(
        browser,
        () => document.querySelector('#head').shadowRoot.querySelectorAll('.row-labels span').length,
        (count) => count === 7,
      );
      assert.ok(requests.some((path) => path.endsWith('.gguf')));
      assert.deepEqual(reports.violated, []);
    });

    test('tokens of any kind are labels in every view and figure, never markup', async () => {
      await browser.goto(`${address}/tensors`);
      const seen = await browser.evaluate(async (tokens) => {
        const element = document.querySelector('#head');
        const ready = new Promise((resolve) =>
          element.addEventListener('attention-ready', resolve, { once: true }),
        );
        const count = tokens.length;
        const same = { data: new Float32Array(4 * count).fill(1), shape: [count, 4] };
        element.tensors = { query: same, key: same, value: same, tokens };
        await ready;
        const texts = {};
        for (const view of ['map', 'lines', 'words', 'inside']) {
          element.view = view;
          const shown = () => element.shadowRoot.querySelector(`.${view}-view`)?.textContent ?? '';
          for (let tries = 0; tries < 500 && !shown().includes('<img'); ++tries) {
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
          texts[view] = element.shadowRoot.querySelector('.view').textContent;
        }
        const read = async (type) => (await element.toFigure({ type })).text();
        const svg = await read('svg');
        const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
        const png = await element.toFigure({ type: 'png', scale: 3 });
        return {
          texts,
          markup: element.shadowRoot.querySelectorAll('img, script').length,
          hacked: window.hacked ?? 0,
          csv: await read('csv'),
          svgError: parsed.querySelector('parsererror') !== null,
          svgScripts: parsed.querySelectorAll('script, img, [onerror]').length,
          svgTexts: [...parsed.querySelectorAll('text')].map((text) => text.textContent),
          svgImages: parsed.querySelectorAll('image').length,
          png: [png.type, png.size > 1000],
        };
      }, HOSTILE);
      assert.equal(seen.markup, 0);
      assert.equal(seen.hacked, 0);
      for (const [view, text] of Object.entries(seen.texts)) assert.ok(text.includes('<img'), view);
      assert.ok(seen.texts.map.includes('<img␣src'));
      assert.ok(seen.texts.words.includes(HOSTILE[0]));
      assert.equal(seen.svgError, false);
      assert.equal(seen.svgScripts, 0);
      assert.equal(seen.svgImages, 1);
      assert.ok(seen.svgTexts.includes('=1+1'));
      assert.deepEqual(seen.png, ['image/png', true]);
      assert.equal(seen.csv.split('\r\n').length, HOSTILE.length + 2);
      assert.ok(seen.csv.includes('"&amp;""\'"'));
    });

    test('labels say what emoji, right-to-left and combining text says', async () => {
      const tokens = ['👩‍👩‍👧', 'שלום', 'é', 'नि', ' \n'];
      const labels = await browser.evaluate(async (own) => {
        const element = document.querySelector('#head');
        element.view = 'map';
        const ready = new Promise((resolve) =>
          element.addEventListener('attention-ready', resolve, { once: true }),
        );
        const count = own.length;
        element.tensors = {
          weights: { data: new Float32Array(count * count).fill(1 / count), shape: [count, count] },
          tokens: own,
        };
        await ready;
        return [...element.shadowRoot.querySelectorAll('.row-labels span')].map((label) => [
          label.textContent,
          label.dir,
        ]);
      }, tokens);
      assert.deepEqual(
        labels,
        [...tokens.slice(0, 4), '␣⏎'].map((token) => [token, 'auto']),
      );
    });

    test('wrong tensors are said in one sentence, and the next are drawn', async () => {
      const seen = await browser.evaluate(async () => {
        const element = document.querySelector('#head');
        const wait = (name) =>
          new Promise((resolve) =>
            element.addEventListener(name, ({ detail }) => resolve(detail), { once: true }),
          );
        const failed = wait('attention-error');
        element.tensors = { weights: { data: new Float32Array(5), shape: [2, 2] } };
        const error = await failed;
        const ready = wait('attention-ready');
        element.tensors = {
          weights: { data: Float32Array.of(1, 0, 0.5, 0.5), shape: [2, 2] },
          tokens: ['a', 'b'],
        };
        await ready;
        return { error, sentence: element.shadowRoot.querySelector('.sentence').textContent };
      });
      assert.match(seen.error.message, /^weights\.data must hold 4 elements for shape \[2, 2\], got 5\.$/);
      assert.match(seen.sentence, /^“a” gives 100% of its attention to “a”/);
    });

    test('twenty on a page share one core, and each loads when it is near', async () => {
      requests.length = 0;
      await browser.goto(`${address}/twenty`);
      await until(
        browser,
        () => document.querySelector('#e0').shadowRoot?.querySelector('.sentence')?.textContent ?? '',
        (said) => said !== '',
      );
      const early = await browser.evaluate(
        () => document.querySelector('#e19').shadowRoot.querySelector('.sentence').textContent,
      );
      assert.equal(early, '');
      await browser.evaluate(async () => {
        for (let i = 0; i < 20; ++i) {
          document.querySelector(`#e${i}`).scrollIntoView();
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      });
      await until(
        browser,
        () =>
          Array.from(
            { length: 20 },
            (_, i) => document.querySelector(`#e${i}`).shadowRoot.querySelector('.sentence').textContent,
          ).filter(Boolean).length,
        (count) => count === 20,
      );
      assert.equal(requests.filter((path) => /core\.\w+\.wasm$/.test(path)).length, 1);
      // WebKit fetches a worker's script again where what that loads imports it.
      const scripts = requests.filter((path) => path.endsWith('/engine.js')).length;
      assert.ok(scripts <= (engine === 'WebKit' ? 2 : 1), `${scripts} scripts`);
    });

    test('nothing loads before it is near', async () => {
      requests.length = 0;
      await browser.goto(`${address}/far`);
      await until(browser, () => customElements.get('attention-head') !== undefined, Boolean);
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.deepEqual(
        requests.filter((path) => /engine|wasm|safetensors/.test(path)),
        [],
      );
      await browser.evaluate(() => document.querySelector('#head').scrollIntoView());
      await untilRead(browser);
    });

    test('styles neither leak in nor out', async () => {
      await browser.goto(`${address}/hostile`);
      await untilRead(browser);
      const seen = await browser.evaluate(() => {
        const { shadowRoot } = document.querySelector('#head');
        const look = (element) => {
          const { fontSize, color, letterSpacing, borderTopWidth, cssFloat } = getComputedStyle(element);
          return { fontSize, color, letterSpacing, borderTopWidth, cssFloat };
        };
        return {
          sentence: look(shadowRoot.querySelector('.sentence')),
          heading: look(document.querySelector('h1')),
        };
      });
      assert.deepEqual(seen.sentence, {
        fontSize: '14px',
        color: 'rgb(28, 28, 34)',
        letterSpacing: 'normal',
        borderTopWidth: '0px',
        cssFloat: 'none',
      });
      assert.equal(seen.heading.color, 'rgb(255, 0, 0)');
    });

    test('two versions on a page do not clash', async () => {
      await browser.goto(`${address}/versions`);
      await untilRead(browser);
      assert.deepEqual(reports.violated, []);
    });

    test('under trusted types, and from another origin without a worker, it is the same', async () => {
      for (const path of ['/trusted', '/foreign']) {
        await browser.goto(`${address}${path}`);
        await untilRead(browser);
      }
      assert.deepEqual(
        reports.violated.filter((violation) => !violation.startsWith('require-trusted')),
        [],
      );
      reports.violated.length = 0;
    });

    test('without a worker, what takes long leaves the page its turns', async () => {
      await browser.goto(`${address}/foreign`);
      await untilRead(browser);
      const turns = await browser.evaluate(async () => {
        const element = document.querySelector('#head');
        const [layers, heads, tokens, dim] = [24, 12, 64, 32];
        const random = () => ({
          data: Float32Array.from({ length: layers * heads * tokens * dim }, () => Math.random() - 0.5),
          shape: [layers, heads, tokens, dim],
        });
        const ready = new Promise((resolve) =>
          element.addEventListener('attention-ready', resolve, { once: true }),
        );
        element.tensors = { query: random(), key: random(), value: random() };
        await ready;
        const { shadowRoot } = element;
        const turn = () => new Promise((resolve) => setTimeout(resolve));
        const open = async () => {
          shadowRoot.querySelector('.head-button').click();
          let count = 0;
          const isPainted = () => shadowRoot.querySelector('.grid canvas')?.style.width;
          for (; !isPainted(); ++count) await turn();
          return count;
        };
        await open();
        shadowRoot.querySelector('.head-button').click();
        // Its script is here now.
        return open();
      });
      assert.ok(turns >= 5, `${turns} turns`);
    });

    test('where WebAssembly is forbidden, what stands between the tags stays', async () => {
      await browser.goto(`${address}/forbidden`);
      await until(
        browser,
        words,
        (said) => /a policy of this page forbids it/.test(said ?? ''),
        '#head >>> .notice',
      );
      assert.equal(
        await browser.evaluate(
          () =>
            document.querySelector('#inner').checkVisibility?.() ??
            document.querySelector('#inner').getBoundingClientRect().height > 0,
        ),
        true,
      );
      reports.violated.length = 0;
    });

    test('where the page is zoomed, scaled or turned, pointers and keys choose the cell that is outlined', async () => {
      await browser.goto(`${address}/scaled`);
      await untilRead(browser);
      const cell = () => document.querySelector('#head').cell;
      const isNear = (wanted) => (seen) => Math.hypot(seen[0] - wanted[0], seen[1] - wanted[1]) < 1;
      for (const styles of SCALED) {
        const cells = [
          { query: 3, key: 2 },
          { query: 13, key: 11 },
        ];
        const shares = cells.map(({ query, key }) => [(key + 0.5) / 15, (query + 0.5) / 15]);
        const places = await browser.evaluate(placesWhenScaled, styles, '.plane', shares);
        const choose = [browser.point, browser.tap ?? browser.point];
        for (const [i, place] of places.entries()) {
          await choose[i](...place);
          const wanted = JSON.stringify(cells[i]);
          const failed = (seen) => assert.fail(`${styles} at ${place}: ${wanted}, ${seen.message}`);
          await until(browser, cell, (seen) => JSON.stringify(seen) === wanted).catch(failed);
          await until(browser, middle, isNear(place), '#cell').catch(failed);
        }
        await browser.press('#head >>> .plane', 'ArrowLeft');
        const [beside] = await browser.evaluate(placesWhenScaled, styles, '.plane', [[10.5 / 15, 13.5 / 15]]);
        await until(browser, middle, isNear(beside), '#cell');
      }
    });

    test('lines end at their tokens and bars are pointed at where the page is scaled', async () => {
      for (const styles of SCALED) {
        // Away from what would choose a query by being pointed at.
        await browser.point(1, 1);
        await browser.evaluate(() => {
          const element = document.querySelector('#head');
          Object.assign(element, { view: 'lines', cell: { query: 14, key: 4 } });
        });
        await until(browser, words, Boolean, '#head >>> .lines-view');
        await browser.evaluate(placesWhenScaled, styles, '.lines canvas', []);
        const ends = await browser.evaluate(async () => {
          const canvas = document.querySelector('#head').shadowRoot.querySelector('.lines canvas');
          // Drawn anew as it is scaled now.
          document.querySelector('#head').cell = { query: 13, key: 4 };
          document.querySelector('#head').cell = { query: 14, key: 4 };
          const { width, height } = canvas;
          const { data } = canvas.getContext('2d').getImageData(width - 1, 0, 1, height);
          const opaque = (token) => {
            let most = 0;
            for (let y = Math.floor((token * height) / 15); y < Math.floor(((token + 1) * height) / 15); ++y)
              most = Math.max(most, data[4 * y + 3]);
            return most;
          };
          return Array.from({ length: 15 }, (_, token) => opaque(token));
        });
        assert.ok(ends[4] > 150 && Math.max(...ends.slice(5, 13)) < 10, `${styles}: ${ends}`);
        await browser.evaluate(() => void (document.querySelector('#head').view = 'inside'));
        await until(browser, words, (said) => /e to the power/.test(said ?? ''), '#head >>> .stage.softmax');
        await browser.evaluate(() =>
          document.querySelector('#head').shadowRoot.querySelector('.stage.softmax').scrollIntoView(),
        );
        const [bar] = await browser.evaluate(placesWhenScaled, styles, '.softmax .bars', [[4.5 / 15, 0.7]]);
        await browser.point(...bar);
        await until(browser, words, (said) => /“R” gets 90%$/.test(said ?? ''), '#head >>> .softmax .quiet');
      }
    });

    test('a trace that is not there is said, and can be tried again', async () => {
      await browser.goto(`${address}/missing`);
      await until(
        browser,
        words,
        (said) => /missing\.safetensors answered with status 404\. Try again$/.test(said ?? ''),
        '#head >>> .notice',
      );
      // An address is one long word; the button beside it stays in the box, as narrow as that may be.
      const overhang = await browser.evaluate(() => {
        const head = document.querySelector('#head');
        head.style.inlineSize = '240px';
        const button = head.shadowRoot.querySelector('.notice button');
        return button.getBoundingClientRect().right - head.getBoundingClientRect().right;
      });
      assert.ok(overhang <= 0, `${overhang} px`);
    });

    test('axe finds nothing in any state, light and dark', async () => {
      for (const dark of engine === 'Chromium' ? [false, true] : [false]) {
        const own = await open({ dark });
        try {
          await own.goto(`${address}/views`);
          await untilRead(own);
          for (const name of ['map', 'lines', 'words', 'inside']) {
            await own.evaluate((view) => void (document.querySelector('#head').view = view), name);
            await new Promise((resolve) => setTimeout(resolve, 300));
            await expectAccessible(own, `${name}, ${dark ? 'dark' : 'light'}`);
          }
          for (const panel of ['.head-button', '[data-panel=table]', '[data-panel=what-if]']) {
            await own.evaluate(
              (selector) => void document.querySelector('#head').shadowRoot.querySelector(selector).click(),
              panel,
            );
            await new Promise((resolve) => setTimeout(resolve, 400));
            await expectAccessible(own, `${panel}, ${dark ? 'dark' : 'light'}`);
          }
        } finally {
          await own.close();
        }
      }
    });
  });
}
