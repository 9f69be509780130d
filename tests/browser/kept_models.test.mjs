// A model that is kept in the browser: fetched from a hub once, there without it afterwards, listed and removed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';

import { listen, pageServer } from '../../tools/serve.mjs';
import { ENGINES } from './engines.mjs';
import { chosen, until } from './waits.mjs';

const MODEL = new URL('../golden/tiny_bert/odd_f32/', import.meta.url);
const LIB = new URL('../../dist/lib/', import.meta.url);
const TYPES = { js: 'text/javascript', wasm: 'application/wasm' };
const HOST = '<!doctype html><title>A page</title>';

const own = pageServer();
let isHubThere = true;
let asked = 0;
const server = createServer((request, response) => {
  const [, place, name] = /^\/(hub\/org\/tiny\/resolve\/main|lib)\/(.*)$/.exec(request.url) ?? [];
  if (request.url === '/page.html') return response.writeHead(200, { 'content-type': 'text/html' }).end(HOST);
  if (place === undefined) return own.emit('request', request, response);
  const isHub = place !== 'lib';
  if (isHub) ++asked;
  if (isHub && !isHubThere) return response.destroy();
  try {
    const body = readFileSync(new URL(name, isHub ? MODEL : LIB));
    const type = TYPES[name.split('.').at(-1)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'content-length': body.length }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
let address;
before(async () => {
  address = `http://localhost:${await listen(server, 8640)}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

/** Loads the model in the page: how many tokens a text has, or the error's code. */
async function loadInPage(options) {
  const { load } = await import('/lib/index.js');
  const core = await load();
  try {
    const model = await core.loadModel('org/tiny', { hub: `${location.origin}/hub`, ...options });
    const { length } = model.run('the cat').tokens;
    model.dispose();
    return length;
  } catch (error) {
    return error.code;
  }
}
async function keptInPage() {
  const { keptFiles } = await import('/lib/index.js');
  return (await keptFiles()).map(({ url, bytes }) => [url.split('/').at(-1), bytes > 0]);
}

for (const [engine, open] of chosen(ENGINES)) {
  describe(engine, () => {
    let page;
    before(async () => {
      page = await open();
      await page.goto(`${address}/page.html`);
    });
    after(() => page.close());

    test('nothing is kept unless it is asked for', async () => {
      isHubThere = true;
      assert.equal(await page.evaluate(loadInPage, {}), 4);
      assert.deepEqual(await page.evaluate(keptInPage), []);
    });

    test('a model that is kept needs no hub any more', async () => {
      assert.equal(await page.evaluate(loadInPage, { keep: true }), 4);
      const kept = await until(page, keptInPage, (files) => files.length === 4);
      assert.deepEqual(kept.map(([name]) => name).sort(), [
        'config.json',
        'model.safetensors',
        'tokenizer.json',
        'tokenizer_config.json',
      ]);
      isHubThere = false;
      asked = 0;
      assert.equal(await page.evaluate(loadInPage, { keep: true }), 4);
      assert.equal(asked, 0);
      assert.equal(await page.evaluate(loadInPage, {}), 'network');
    });

    test('with the hub switched off no id is looked for', async () => {
      asked = 0;
      assert.equal(await page.evaluate(loadInPage, { hub: null }), 'invalid-argument');
      assert.equal(asked, 0);
    });

    test('the explorer lists what is kept, and removes it', async () => {
      await page.goto(`${address}/`);
      await until(page, () => document.querySelector('#kept summary') !== null, Boolean);
      await page.evaluate(() => void (document.querySelector('#kept').open = true));
      const listed = () => document.querySelectorAll('#kept li').length;
      await until(page, listed, (count) => count === 4);
      for (const left of [3, 2, 1, 0]) {
        await page.evaluate(() => document.querySelector('#kept li button').click());
        await until(page, listed, (count) => count === left);
      }
      await page.goto(`${address}/page.html`);
      assert.deepEqual(await page.evaluate(keptInPage), []);
      assert.equal(await page.evaluate(loadInPage, { keep: true }), 'network');
    });
  });
}
