// What a person does with heads on the page: compare, take apart, bring tensors, go back, take away, go offline.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { load } from '../../dist/lib/node.js';
import { listen, pageServer } from '../../tools/serve.mjs';
import { ENGINES } from './engines.mjs';
import { chosen, expectAccessible, until, words } from './waits.mjs';

const TEXT = 'Peter met Rosa by the river, and then Peter met';
const ATTENTION = new URL('../golden/exported_tensors/attention.npz', import.meta.url);

const core = await load({ variant: 'simd' });
const model = await core.loadModel('built-in');
const run = model.run(TEXT);
const weight = (layer, head, query, key) =>
  run.tap('weights', { layer, head }).data[query * run.tokens.length + key];

const server = pageServer();
let address;
before(async () => {
  address = `http://localhost:${await listen(server, 8600)}/`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

/** A link that opens the built-in model with a text. */
const link = (more = {}) =>
  `${address}#${new URLSearchParams({ text: TEXT, model: 'built-in', layer: '1', head: '3', query: '14', key: '4', ...more })}`;
const shownText = () => document.documentElement.dataset.shown;
const openDetails = (selector) => void (document.querySelector(selector).open = true);
const choose = (list, value) => {
  const element = document.querySelector(list);
  element.value = value;
  element.dispatchEvent(new Event('change'));
};
const untilRead = (page) =>
  until(page, words, (status) => /^Read by attention-head built-in/.test(status ?? ''), '#status');

for (const [engine, open] of chosen(ENGINES)) {
  describe(engine, () => {
    let page;
    const visit = async (more) => {
      // Another hash alone would not load the page anew.
      await page.goto('about:blank');
      await page.goto(link(more));
      await untilRead(page);
      await until(page, shownText, (shown) => shown === TEXT);
    };
    before(async () => {
      page = await open();
    });
    after(() => page.close());

    test('a link restores the text, the model, the cell, the view, the order and what is changed', async () => {
      await visit({ view: 'words', order: 'entropy', out: '0.1 2.3', temperature: '2' });
      const seen = await page.evaluate(() => {
        const element = document.querySelector('#head');
        const { layer, head, cell, view, whatIf } = element;
        const out = [...document.querySelectorAll('#grid .out')].map((tile) =>
          tile.getAttribute('aria-label'),
        );
        return { layer, head, cell, view, whatIf, out, order: document.querySelector('#order').value };
      });
      assert.deepEqual(
        { ...seen, out: seen.out.map((label) => label.slice(0, 15)).sort() },
        {
          layer: 1,
          head: 3,
          cell: { query: 14, key: 4 },
          view: 'words',
          whatIf: { temperature: 2 },
          out: ['Layer 0, head 1', 'Layer 2, head 3'],
          order: 'entropy',
        },
      );
      await until(
        page,
        () => location.hash,
        (hash) => hash.includes('temperature=2') && hash.includes('out=0.1+2.3'),
      );
    });

    test('edits are undone and done again', async () => {
      await visit();
      const out = () => document.querySelectorAll('#grid .out').length;
      await page.click('#ablate');
      await until(page, out, (count) => count === 1);
      await page.click('#undo');
      await until(page, out, (count) => count === 0);
      await page.click('#redo');
      await until(page, out, (count) => count === 1);
      await page.evaluate(() => dispatchEvent(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true })));
      await until(page, out, (count) => count === 0);
      await page.evaluate(() => void (document.querySelector('#head').whatIf = { isCausal: false }));
      await until(
        page,
        () => document.querySelector('#undo').disabled,
        (disabled) => !disabled,
      );
      await page.click('#undo');
      await until(
        page,
        () => JSON.stringify(document.querySelector('#head').whatIf),
        (whatIf) => whatIf === '{}',
      );
    });

    test('two heads are compared with one cell, and their difference is what it should be', async () => {
      await page.evaluate(openDetails, '#compare');
      await page.evaluate(() => Object.assign(document.querySelector('#other'), { layer: 0, head: 2 }));
      await page.evaluate(() => void (document.querySelector('#head').cell = { query: 6, key: 5 }));
      const difference = weight(1, 3, 6, 5) - weight(0, 2, 6, 5);
      const share = `${(100 * Math.abs(difference)).toFixed(Math.abs(difference) < 0.0995 ? 1 : 0)}%`;
      const expected = `“a” gives “os” ${share} ${difference < 0 ? 'less' : 'more'} in the first than in the second.`;
      await until(page, words, (said) => said?.includes(expected), '#compare .content');
      const cells = await page.evaluate(() => [
        document.querySelector('#head').cell,
        document.querySelector('#other').cell,
      ]);
      assert.deepEqual(cells[0], cells[1]);
    });

    test('what speaks for the next token adds up to its logit', async () => {
      await page.evaluate(openDetails, '#contributions');
      const read = () => {
        const content = document.querySelector('#contributions .content');
        const logit = Number(/logit, (-?[\d.]+)\./.exec(content.innerText)?.[1]);
        const parts = [...content.querySelectorAll('.number')].map((part) =>
          Number(part.textContent.replace('−', '-')),
        );
        return { logit, sum: parts.reduce((total, part) => total + part, 0), count: parts.length };
      };
      const { logit, sum } = await until(page, read, ({ count }) => count === 15);
      assert.ok(Math.abs(sum - logit) < 0.1, `${sum} and ${logit}`);
      assert.ok(Math.abs(logit - Math.max(...run.logits.data)) < 0.01);
    });

    test('each head is taken out in turn, and circuits are shown', async () => {
      await page.evaluate(openDetails, '#ablate-each');
      await page.click('#ablate-each button');
      await until(
        page,
        words,
        (said) => /Without layer \d, head \d/.test(said ?? ''),
        '#ablate-each .content',
      );
      const place = await page.evaluate(() => {
        document.body.style.transform = 'scale(0.75)';
        const picture = document.querySelector('#ablate-each .head-matrix');
        picture.scrollIntoView({ block: 'center' });
        const { x, y, width, height } = picture.getBoundingClientRect();
        return [x + (3.5 / 4) * width, y + (2.5 / 4) * height];
      });
      await page.point(...place);
      await until(page, words, (said) => /Layer 2, head 3: /.test(said ?? ''), '#ablate-each .content');
      await page.evaluate(() => (document.body.style.transform = ''));
      await page.evaluate(openDetails, '#circuits');
      await page.click('#circuits button');
      await until(page, words, (said) => /Who copies/.test(said ?? ''), '#circuits .content');
      await page.click('#circuits .content button');
      await until(
        page,
        words,
        (said) => said === 'Layer 1, head 1' || /^Layer \d, head \d$/.test(said),
        '#head-name',
      );
    });

    test('heads are filtered by name and by statistic, and laid out by how alike they are', async () => {
      await page.click('#name-heads');
      await until(
        page,
        () => document.querySelector('#filter-name').disabled,
        (disabled) => !disabled,
      );
      await page.evaluate(choose, '#filter-name', 'induction');
      const { heads } = await model.nameHeads();
      const named = heads.filter(({ pattern }) => pattern === 'induction').length;
      await until(page, words, (said) => said === `${named} of 16 heads.`, '#all-words');
      await page.evaluate(choose, '#filter-name', '');
      await page.evaluate(choose, '#order', 'entropy');
      await until(page, words, (said) => said === '16 of 16 heads.', '#all-words');
      await page.evaluate(() => {
        const least = document.querySelector('#filter-least');
        least.value = '1';
        least.dispatchEvent(new Event('input'));
      });
      const many = run.analyse().filter(({ entropy }) => entropy >= 1).length;
      await until(page, words, (said) => said === `${many} of 16 heads.`, '#all-words');
      await page.evaluate(choose, '#order', 'similarity');
      await until(
        page,
        () => document.querySelectorAll('#similarity button').length,
        (count) => count === 16,
      );
      await page.evaluate(choose, '#order', 'layers');
    });

    test('tensors of Python are dropped, told apart and drawn', async () => {
      const bytes = [...readFileSync(ATTENTION)];
      await page.evaluate((data) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([Uint8Array.from(data)], 'attention.npz'));
        dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true, bubbles: true }));
      }, bytes);
      await until(page, words, (said) => /Your own tensors are drawn\./.test(said ?? ''), '#status');
      await until(
        page,
        () => document.querySelectorAll('#grid button').length,
        (count) => count === 72,
      );
      const roles = await page.evaluate(
        () => document.querySelector('#role-weights').selectedOptions[0].textContent,
      );
      assert.equal(roles, 'attentions [6, 12, 9, 9]');
      assert.equal(
        await page.evaluate(() => document.querySelector('#text').value),
        '[CLS] the cat sat on the mat . [SEP]',
      );
      assert.equal(
        await page.evaluate(() => document.querySelector('#tensor-notes').textContent),
        'Tokens are from tokens.',
      );

      await page.evaluate(() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(['no array'], 'a.npy'));
        dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true, bubbles: true }));
      });
      await until(
        page,
        words,
        (said) => /^a\.npy can't be read: it is no \.npy file/.test(said ?? ''),
        '#status',
      );
      assert.equal(await page.evaluate(() => document.querySelectorAll('#grid button').length), 72);
    });

    test('a trace that is dropped is drawn with its mask; a file of torch is told what it is', async () => {
      const drop = (name, data) =>
        page.evaluate(
          (own, bytes) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([Uint8Array.from(bytes)], own));
            dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true, bubbles: true }));
          },
          name,
          [...data],
        );
      await drop('run.safetensors', run.toTrace());
      await until(page, words, (said) => said === 'This trace is drawn.', '#status');
      await until(
        page,
        () => document.querySelectorAll('#grid button').length,
        (count) => count === 16,
      );
      await drop('attention.pt', [80, 75]);
      await until(
        page,
        words,
        (said) => /^attention\.pt is a file of torch\.save.*numpy\.savez/.test(said ?? ''),
        '#status',
      );
    });

    test('a map of 512 tokens zooms and pans by keys, and its read-out follows within a frame', async (t) => {
      await page.goto('about:blank');
      const long = 'the quick brown fox jumps over the lazy dog and '.repeat(60).trim();
      await page.goto(`${address}#${new URLSearchParams({ text: long, model: 'minilm' })}`);
      await until(page, words, (status) => /^Read by all-MiniLM/.test(status ?? ''), '#status');
      await until(page, words, (count) => /first 512 tokens/.test(count ?? ''), '#count');
      await until(page, shownText, (shown) => shown === long);
      const labels = () =>
        document.querySelector('#head').shadowRoot.querySelectorAll('.row-labels span').length;
      const many = await page.evaluate(labels);
      assert.ok(many < 60, `${many} labels`);
      const overlaps = () => {
        const boxes = [
          ...document.querySelector('#head').shadowRoot.querySelectorAll('.row-labels span:not([hidden])'),
        ].map((label) => label.getBoundingClientRect());
        boxes.sort((a, b) => a.top - b.top);
        return boxes.filter((box, i) => i > 0 && box.top < boxes[i - 1].bottom - 1).length;
      };
      assert.equal(await page.evaluate(overlaps), 0);
      const shown = () =>
        document.querySelector('#head').shadowRoot.querySelector('.row-outline').style.height;
      const before = parseFloat(await page.evaluate(shown));
      const key = (name) =>
        page.evaluate((pressed) => {
          const plane = document.querySelector('#head').shadowRoot.querySelector('.plane');
          plane.dispatchEvent(
            new KeyboardEvent('keydown', { key: pressed, bubbles: true, cancelable: true }),
          );
        }, name);
      for (let i = 0; i < 12; ++i) await key('+');
      await until(page, shown, (height) => parseFloat(height) > 5 * before);
      assert.equal(await page.evaluate(overlaps), 0);
      await key('PageDown');
      await until(page, words, (said) => /^“\[SEP\]”/.test(said ?? ''), '#head >>> .sentence');
      await key('0');
      await until(page, shown, (height) => Math.abs(parseFloat(height) - before) < 0.1);
      const times = await page.evaluate(async () => {
        const element = document.querySelector('#head');
        const measured = [];
        for (let i = 0; i < 20; ++i) {
          const since = performance.now();
          element.cell = { query: 20 + 7 * i, key: 3 + 5 * i };
          element.shadowRoot.querySelector('.sentence').getBoundingClientRect();
          measured.push(performance.now() - since);
          await new Promise((resolve) => requestAnimationFrame(resolve));
        }
        return measured.sort((a, b) => a - b);
      });
      t.diagnostic(`from hover to read-out, layout included: ${times[10].toFixed(1)} ms (median of 20)`);
      assert.ok(times[10] < 16, `${times} ms`);
    });

    test('works without a network after the first visit', async (t) => {
      const hasWorker = await page.evaluate(() => 'serviceWorker' in navigator && window.isSecureContext);
      if (!hasWorker) return t.skip('this browser keeps no pages');
      await visit();
      const isKept = () => navigator.serviceWorker.getRegistration().then((found) => found?.active != null);
      await until(page, isKept, Boolean);
      const own = pageServer();
      // The server is gone: nothing but what was kept can answer.
      const port = server.address().port;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      try {
        await visit();
      } finally {
        own.close();
        await new Promise((resolve) => server.listen(port, resolve));
      }
    });

    test('the list of keys opens by ?', async () => {
      await visit();
      await page.evaluate(() => dispatchEvent(new KeyboardEvent('keydown', { key: '?', bubbles: true })));
      assert.equal(await page.evaluate(() => document.querySelector('#shortcuts').open), true);
      await page.click('#shortcuts button');
    });

    test('axe finds nothing with all of it open', async () => {
      for (const dark of engine === 'Chromium' ? [false, true] : [false]) {
        const own = await open({ dark });
        try {
          await own.goto(link());
          await untilRead(own);
          await until(own, shownText, (shown) => shown === TEXT);
          await expectAccessible(own, 'closed');
          await own.evaluate(() => {
            for (const details of document.querySelectorAll('details')) details.open = true;
            document.querySelector('#circuits button').click();
          });
          await until(own, words, (said) => /Who copies/.test(said ?? ''), '#circuits .content');
          await own.evaluate(() => document.querySelector('#ablate-each button').click());
          await until(own, words, (said) => /Without layer/.test(said ?? ''), '#ablate-each .content');
          await expectAccessible(own, 'open');
          await own.evaluate(choose, '#order', 'similarity');
          await until(
            own,
            () => document.querySelectorAll('#similarity button').length,
            (count) => count === 16,
          );
          await expectAccessible(own, 'laid out');
          await own.evaluate(() => dispatchEvent(new KeyboardEvent('keydown', { key: '?' })));
          await expectAccessible(own, 'keys');
        } finally {
          await own.close();
        }
      }
    });
  });
}
