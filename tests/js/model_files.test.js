// Files that are broken or can't be had: each is one clear error, and what was loaded before works on.
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';

import { load } from '../../dist/lib/node.js';
import { filesOf, tinyBert } from './helpers/model_files.js';

const FOLDER = tinyBert('odd_f32');
const core = await load();
const good = await core.loadModel(filesOf(FOLDER));

const whole = readFileSync(`${FOLDER}/model.safetensors`);
const headerBytes = Number(whole.readBigUInt64LE(0));
const header = () => JSON.parse(whole.subarray(8, 8 + headerBytes));
const NAMES = Object.keys(header()).filter((name) => name !== '__metadata__');
const QUERY = NAMES.find((name) => name.endsWith('layer.0.attention.self.query.weight'));

/** The model's file with its header changed, and its data as they were. */
function withHeader(change) {
  const changed = header();
  change(changed);
  const json = Buffer.from(JSON.stringify(changed));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, whole.subarray(8 + headerBytes)]);
}

async function errorOf(promise) {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error?.name).toBe('AttentionError');
  expect(good.run('the cat').tokens).toHaveLength(4);
  return error;
}

const config = (change) => {
  const json = JSON.parse(readFileSync(`${FOLDER}/config.json`));
  return JSON.stringify({ ...json, ...change });
};
const tokenizer = (change) => {
  const json = JSON.parse(readFileSync(`${FOLDER}/tokenizer.json`));
  change(json);
  return JSON.stringify(json);
};
const safetensors = (bytes) => ({ 'model.safetensors': bytes });
const broken = {
  'an empty file': [safetensors(Buffer.alloc(0)), /^model\.safetensors is empty\.$/],
  'a header longer than the file': [safetensors(Buffer.alloc(64, 0x7b)), /can't be \d+ bytes long/],
  'a header that is not JSON': [
    safetensors(Buffer.concat([whole.subarray(0, 8), Buffer.alloc(whole.length - 8, 0x7b)])),
    /header must be JSON/,
  ],
  'a file cut short': [safetensors(whole.subarray(0, whole.length - 10)), /ends at byte \d+/],
  'bytes after the last tensor': [safetensors(Buffer.concat([whole, Buffer.alloc(4)])), /last tensor at/],
  'tensors that overlap': [
    safetensors(
      withHeader((json) => {
        json[QUERY].data_offsets = json[QUERY].data_offsets.map((offset) => offset - 4);
      }),
    ),
    new RegExp(`"${QUERY}" begins at byte \\d+, within`),
  ],
  'a hole between tensors': [
    safetensors(
      withHeader((json) =>
        Reflect.deleteProperty(
          json,
          NAMES.find((name) => name.startsWith('cls.')),
        ),
      ),
    ),
    /that are no tensor's|last tensor/,
  ],
  'offsets that disagree with the shape': [
    safetensors(withHeader((json) => (json[QUERY].shape = [30, 31]))),
    new RegExp(`"${QUERY}" takes 3720 bytes by its shape and dtype, but 3600`),
  ],
  'an unknown dtype': [
    safetensors(withHeader((json) => (json[QUERY].dtype = 'F12'))),
    new RegExp(`"${QUERY}" has the unknown dtype "F12"`),
  ],
  'weights of integers': [
    safetensors(withHeader((json) => (json[QUERY].dtype = 'I32'))),
    new RegExp(`"${QUERY}" must be of floats, got I32`),
  ],
  'negative offsets': [
    safetensors(withHeader((json) => (json[QUERY].data_offsets = [-4, 3596]))),
    new RegExp(`"${QUERY}" must have data_offsets of two whole numbers`),
  ],
  'a missing tensor': [
    safetensors(
      withHeader((json) => {
        json.renamed = json[QUERY];
        Reflect.deleteProperty(json, QUERY);
      }),
    ),
    new RegExp(`"${QUERY}" is missing`),
  ],
  'a shape that the config contradicts': [
    { 'config.json': config({ intermediate_size: 46 }) },
    /intermediate.dense.\w+" must have .* by the config/,
  ],
  'another family': [
    { 'config.json': config({ model_type: 't5' }) },
    /model_type must be one of bert, .*, got "t5"/,
  ],
  'positions of another kind': [
    { 'config.json': config({ position_embedding_type: 'relative_key' }) },
    /position_embedding_type must be "absolute"/,
  ],
  'heads that do not divide': [
    { 'config.json': config({ num_attention_heads: 4 }) },
    /hidden_size must be a multiple of num_attention_heads \(4\), got 30/,
  ],
  'sizes beyond memory': [
    { 'config.json': config({ vocab_size: 17_000_000 }) },
    /vocab_size must be a whole number from 1 to 16777216, got 17000000/,
  ],
  'a config that is not JSON': [{ 'config.json': '{' }, /config.json must be JSON/],
  'a tokenizer of another kind': [
    { 'tokenizer.json': tokenizer((json) => (json.model.type = 'Bigram')) },
    /the model must be one of BPE, WordPiece, WordLevel, Unigram, got "Bigram"/,
  ],
};

test.each(Object.entries(broken))('%s', async (_name, [replaced, message]) => {
  const error = await errorOf(core.loadModel(filesOf(FOLDER, replaced)));
  expect(error).toMatchObject({ code: 'file-format', message: expect.stringMatching(message) });
});

test('a file cut short anywhere', async () => {
  for (let length = 0; length < whole.length; length += 397) {
    const cut = safetensors(whole.subarray(0, length));
    expect(await errorOf(core.loadModel(filesOf(FOLDER, cut)))).toMatchObject({ code: 'file-format' });
  }
});

test('a header with any byte changed is read as it says, or is an error', async () => {
  let refused = 0;
  for (let at = 0; at < 8 + headerBytes; at += 7) {
    const changed = Buffer.from(whole);
    changed[at] ^= 1 << (at % 7);
    try {
      (await core.loadModel(filesOf(FOLDER, safetensors(changed)))).dispose();
    } catch (error) {
      expect(error).toMatchObject({ name: 'AttentionError', code: 'file-format' });
      ++refused;
    }
  }
  expect(refused).toBeGreaterThan(100);
  expect(good.run('the cat').tokens).toHaveLength(4);
});

test.each(['config.json', 'model.safetensors'])('%s is not among them', async (missing) => {
  const files = filesOf(FOLDER).filter(({ name }) => name !== missing);
  const error = await errorOf(core.loadModel(files));
  expect(error).toMatchObject({ code: 'network', message: `There is no ${missing} among the files.` });
});

describe('from a server', () => {
  let server;
  let url;
  let answer;
  beforeAll(async () => {
    server = createServer((request, response) => answer(request, response));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${server.address().port}`;
  });
  afterAll(() => server.close());
  const serve = (request, response) => {
    const file = `${FOLDER}/${request.url.split('/').at(-1)}`;
    if (!existsSync(file)) return response.writeHead(404).end();
    const bytes = readFileSync(file);
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  };

  test('a folder is loaded by its URL, and says its bytes', async () => {
    answer = serve;
    const seen = [];
    const model = await core.loadModel(`${url}/tiny/`, { onProgress: (progress) => seen.push(progress) });
    expect(model.info.name).toBe('tiny');
    expect(seen.at(-1)).toMatchObject({ file: 'model.safetensors' });
    expect(seen.at(-1).loaded).toBe(seen.at(-1).total);
  });

  test('a hub id is asked from the hub', async () => {
    answer = serve;
    const { fetch } = globalThis;
    const asked = [];
    globalThis.fetch = (address, options) => {
      asked.push(String(address));
      return fetch(String(address).replace('https://huggingface.co', url), options);
    };
    try {
      const model = await core.loadModel('some/model');
      expect(model.info.name).toBe('some/model');
    } finally {
      globalThis.fetch = fetch;
    }
    expect(asked[0]).toBe('https://huggingface.co/some/model/resolve/main/config.json');
  });

  test('a missing file, a failing server, a web page and a cut body are said with the URL', async () => {
    answer = (_, response) => response.writeHead(404).end();
    expect((await errorOf(core.loadModel(url))).message).toBe(`There is no config.json at ${url}/.`);
    answer = (_, response) => response.writeHead(500).end();
    expect((await errorOf(core.loadModel(url))).message).toBe(`${url}/config.json answered with status 500.`);
    answer = (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>');
    expect((await errorOf(core.loadModel(url))).message).toMatch(/config.json must be a model's file, but/);
    answer = (request, response) => {
      if (!request.url.endsWith('.safetensors')) return serve(request, response);
      response.writeHead(200, { 'content-length': whole.length }).write(whole.subarray(0, 50_000));
      setTimeout(() => response.destroy(), 20);
    };
    expect(await errorOf(core.loadModel(url))).toMatchObject({ code: 'network' });
  });

  test('a server that sends nothing more is waited for so long, and the next answer is taken', async () => {
    const { setTimeout: real } = globalThis;
    globalThis.setTimeout = (work, time, ...rest) => real(work, time === 30_000 ? 100 : time, ...rest);
    try {
      answer = () => undefined;
      expect(await errorOf(core.loadModel(url))).toMatchObject({
        code: 'network',
        message: `${url}/config.json sent nothing for 30 seconds.`,
      });
      answer = (request, response) => {
        if (!request.url.endsWith('.safetensors')) return serve(request, response);
        response.writeHead(200, { 'content-length': whole.length }).write(whole.subarray(0, 50_000));
      };
      expect(await errorOf(core.loadModel(url))).toMatchObject({
        code: 'network',
        message: 'model.safetensors sent nothing for 30 seconds.',
      });
    } finally {
      globalThis.setTimeout = real;
    }
    answer = serve;
    expect((await core.loadModel(url)).info.numLayers).toBeGreaterThan(0);
  });

  test('loading can be stopped', async () => {
    answer = (request, response) => {
      if (!request.url.endsWith('.safetensors')) return serve(request, response);
      response.writeHead(200, { 'content-length': whole.length }).write(whole.subarray(0, 50_000));
    };
    const stop = new AbortController();
    const loading = core.loadModel(url, {
      signal: stop.signal,
      onProgress: ({ file }) => file === 'model.safetensors' && setTimeout(() => stop.abort(), 10),
    });
    expect(await errorOf(loading)).toMatchObject({ code: 'aborted', message: 'Loading was stopped.' });
    expect(await errorOf(core.loadModel(url, { signal: stop.signal }))).toMatchObject({ code: 'aborted' });
  });
});
