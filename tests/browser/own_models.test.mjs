// Models of a person's own on the page: dropped as folders or files, and what is told of them.
import assert from 'node:assert/strict';
import { File } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';

import { load } from '../../dist/lib/node.js';
import { listen, pageServer } from '../../tools/serve.mjs';
import { changedGguf } from '../js/helpers/gguf_writer.js';
import { ENGINES } from './engines.mjs';
import { chosen, expectAccessible, until, words } from './waits.mjs';

const BERT = new URL('../golden/tiny_bert/even_f32/', import.meta.url);
const exported = (name) =>
  readFileSync(new URL(`../golden/exported_tensors/${name}`, import.meta.url)).toString('base64');
const base64 = (name) => readFileSync(new URL(name, BERT)).toString('base64');
/** A clone of a sentence-transformers model: another config comes first, and Git's own files are there. */
const FOLDER = {
  '.git': { config: '' },
  '1_Pooling': { 'config.json': Buffer.from('{"word_embedding_dimension": 8}').toString('base64') },
  'config.json': base64('config.json'),
  'model.safetensors': base64('model.safetensors'),
  'tokenizer.json': base64('tokenizer.json'),
};
/** Another model, in a folder of the same kind. */
const OTHER_FOLDER = Object.fromEntries(
  ['config.json', 'model.safetensors', 'tokenizer.json'].map((name) => [name, base64(`../odd_f32/${name}`)]),
);

const server = pageServer();
let address;
before(async () => {
  address = `http://localhost:${await listen(server, 8680)}/`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

/** Drops a folder as browsers hand it over: entries, told two at a time. */
function dropFolder(name, folder) {
  const entryOf = (path, content) => {
    const entry = { fullPath: path, name: path.split('/').at(-1), isDirectory: typeof content === 'object' };
    if (!entry.isDirectory) {
      const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
      entry.file = (give) => setTimeout(give, 0, new File([bytes], entry.name));
      return entry;
    }
    entry.createReader = () => {
      const left = Object.entries(content).map(([inner, of]) => entryOf(`${path}/${inner}`, of));
      return { readEntries: (give) => setTimeout(give, 0, left.splice(0, 2)) };
    };
    return entry;
  };
  const event = new Event('drop', { cancelable: true, bubbles: true });
  const items = [{ webkitGetAsEntry: () => entryOf(`/${name}`, folder) }];
  Object.defineProperty(event, 'dataTransfer', { value: { types: ['Files'], items } });
  document.body.dispatchEvent(event);
}

/** A GGUF that holds no tokenizer. */
const LLAMA = readFileSync(new URL('../golden/tiny_decoders/llama/model.gguf', import.meta.url));
const OF_IDS = changedGguf(LLAMA, { 'tokenizer.ggml.model': 'none', 'llama.vocab_size': 100 });
const core = await load({ variant: 'simd' });
const model = await core.loadModel(
  ['config.json', 'tokenizer.json', 'model.safetensors'].map(
    (name) => new File([readFileSync(new URL(name, BERT))], name),
  ),
);
const labels = () =>
  [...document.querySelector('#head').shadowRoot.querySelectorAll('.row-labels span')].map(
    (label) => label.textContent,
  );

/** Drops files and texts. */
function drop(files, texts = {}) {
  const dataTransfer = new DataTransfer();
  for (const [name, content] of Object.entries(files)) {
    const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
    dataTransfer.items.add(new File([bytes], name));
  }
  for (const [type, text] of Object.entries(texts)) dataTransfer.setData(type, text);
  document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true, bubbles: true }));
}

for (const [engine, open] of chosen(ENGINES)) {
  describe(engine, () => {
    let page;
    const untilSaid = (pattern) => until(page, words, (said) => pattern.test(said ?? ''), '#status');
    const count = (tiles) =>
      until(
        page,
        () => document.querySelectorAll('#grid button').length,
        (seen) => seen === tiles,
      );
    before(async () => {
      page = await open();
      await page.goto(`${address}#${new URLSearchParams({ text: 'a red fox', model: 'built-in' })}`);
      await untilSaid(/^Read by attention-head built-in/);
    });
    after(() => page.close());

    test('a folder that is dropped is read by its own config, whichever comes first', async () => {
      await page.evaluate(dropFolder, 'all-tiny', FOLDER);
      await untilSaid(/^Read by all-tiny, in your browser/);
      await count(8);
      assert.equal(await page.evaluate(() => document.querySelector('#model').value), 'own');
    });

    test('what can be read no better is said by its own reason, and the model from before stays', async () => {
      const { 'model.safetensors': weights, 'tokenizer.json': tokenizer } = FOLDER;
      await page.evaluate(drop, { 'model.safetensors': weights, 'tokenizer.json': tokenizer });
      await untilSaid(/config\.json/);
      assert.equal(await page.evaluate(() => document.querySelector('#model').value), 'own');
      await page.evaluate(drop, { 'picture.png': '' });
      await untilSaid(/^picture\.png is neither a model nor arrays: bring a GGUF, a folder/);
      await page.evaluate(drop, {}, { 'text/plain': 'a sentence' });
      await untilSaid(/^No file was dropped; a text goes into the field above\.$/);
      await page.evaluate(drop, {});
      await untilSaid(/^No file was dropped/);
      await count(8);
    });

    test('files of a model that are dropped together are a model', async () => {
      await page.evaluate(() => {
        document.querySelector('#model').value = 'built-in';
        document.querySelector('#model').dispatchEvent(new Event('change'));
      });
      await untilSaid(/^Read by attention-head built-in/);
      const files = Object.entries(FOLDER).filter(([, content]) => typeof content === 'string');
      await page.evaluate(drop, Object.fromEntries(files));
      await untilSaid(/^Read by (?!attention-head)/);
      await count(8);
    });

    test('a second text is read with token types of its own, linked, undone and removed', async () => {
      const run = model.run(['a cat', 'the mat']);
      const second = run.tokens.filter(({ type }) => type === 1).length;
      await page.type('#text', 'a cat');
      await page.click('#add-second');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'second-text');
      await page.type('#second-text', 'the mat');
      const counted = `${run.tokens.length} tokens, ${second} of the second text (²)`;
      await until(page, words, (said) => said === counted, '#count');
      await until(page, labels, (seen) => seen.filter((label) => label.endsWith('²')).length === second);
      const { query, key } = await page.evaluate(() => {
        const element = document.querySelector('#head');
        Object.assign(element, { layer: 1, head: 2 });
        element.cell = { query: 1, key: 2 };
        return element.cell;
      });
      const weight = run.tap('weights', { layer: 1, head: 2 }).data[query * run.tokens.length + key];
      await until(page, words, (said) => said?.includes(`Weight ${weight.toFixed(4)}`), '#head >>> .numbers');
      await until(
        page,
        () => location.hash,
        (hash) => hash.includes('second=the+mat'),
      );
      await expectAccessible(page, 'two texts');
      await page.click('#remove-second');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'add-second');
      await until(page, labels, (seen) => seen.every((label) => !label.endsWith('²')));
      await page.click('#undo');
      await until(page, words, (said) => said === counted, '#count');
    });

    test('a separator that is typed is told to be no second text', async () => {
      await page.click('#remove-second');
      await page.type('#text', 'a cat [SEP] the mat');
      await until(page, words, (said) => /^A typed \[SEP\] begins no second text/.test(said ?? ''), '#why');
      await page.type('#text', 'a cat');
      await until(page, words, (said) => said === '', '#why');
    });

    test('a model without a tokenizer takes ids', async () => {
      await page.evaluate(drop, { 'ids.gguf': OF_IDS.toString('base64') });
      await until(page, words, (said) => said === 'Token ids', 'label[for=text]');
      await until(
        page,
        words,
        (said) => said === 'This model has no tokenizer: type ids, whole numbers from 0 to 99.',
        '#why',
      );
      assert.equal(await page.evaluate(() => document.querySelector('#go-on').hidden), true);
      await page.type('#text', '5, 6 7');
      await until(page, labels, (seen) => seen.join() === '#5,#6,#7');
      assert.equal(await page.evaluate(() => document.querySelector('#go-on').hidden), true);
      await page.type('#text', '5 100');
      await until(page, words, (said) => /type ids, whole numbers from 0 to 99/.test(said ?? ''), '#why');
    });

    test('the head to compare with is of the model that is there, also where two are called alike', async () => {
      const alike = async (numHeads) => {
        await count(2 * numHeads);
        await until(
          page,
          () => ['#head', '#other'].map((id) => document.querySelector(id).source?.info.numHeads),
          (seen) => seen.every((heads) => heads === numHeads),
        );
      };
      await page.type('#text', 'a cat');
      await page.evaluate(dropFolder, 'tiny', FOLDER);
      await page.evaluate(() => void (document.querySelector('#compare').open = true));
      await alike(4);
      await page.evaluate(dropFolder, 'tiny', OTHER_FOLDER);
      await alike(3);
      await page.evaluate(() => void (document.querySelector('#compare').open = false));
    });

    test('arrays that nobody can tell apart lead to where they are chosen', async () => {
      await page.evaluate(drop, { 'half.npy': exported('half.npy') });
      await until(
        page,
        () => document.activeElement.id,
        (id) => id === 'role-query',
      );
      const notes = () => document.querySelector('#tensor-notes').textContent;
      assert.equal(await page.evaluate(notes), 'Choose which array is which, and draw.');
    });

    test('tensors that are drawn while a model loads stay when it is here, until a text is typed', async () => {
      const slow = createServer(async (request, response) => {
        if (request.url.endsWith('.gguf')) await released;
        server.emit('request', request, response);
      });
      let release;
      const released = new Promise((resolve) => (release = resolve));
      try {
        const port = await listen(slow, 8690);
        await page.goto(
          `http://localhost:${port}/#${new URLSearchParams({ text: 'a red fox', model: 'built-in' })}`,
        );
        await untilSaid(/^Loading the model/);
        await page.evaluate(drop, { 'step.npz': exported('step.npz') });
        await until(page, words, (said) => said === '1 token', '#count');
        release();
        await untilSaid(/^attention-head built-in is loaded; your own tensors are drawn\.$/);
        assert.deepEqual(await page.evaluate(labels), ['e']);
        await page.type('#text', 'a red fox');
        await until(page, labels, (seen) => seen.length > 2);
      } finally {
        slow.closeAllConnections();
        slow.close();
      }
    });
  });
}
