// Folders as people have them: which files are the model's, what is said where they aren't, and what they say.
import { File } from 'node:buffer';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';

import { load } from '../../dist/lib/node.js';
import { readTensors, writeTensors } from './helpers/safetensors.js';

const core = await load();
const FOLDER = new URL('../golden/tiny_decoders/qwen3', import.meta.url).pathname;
const BERT = new URL('../golden/tiny_bert/odd_f32', import.meta.url).pathname;
const text = (name, folder = FOLDER) => readFileSync(`${folder}/${name}`, 'utf8');
const WEIGHTS = readFileSync(`${FOLDER}/model.safetensors`);
const TENSORS = readTensors(WEIGHTS);
const CONFIG = JSON.parse(text('config.json'));
const PLAIN = {
  'config.json': text('config.json'),
  'tokenizer.json': text('tokenizer.json'),
  'model.safetensors': WEIGHTS,
};
const IDS = [3, 9, 4, 17];

/** Files by their paths in what was dropped, as an input of a folder gives them. */
function filesOf(contents) {
  return Object.entries(contents).map(([path, content]) =>
    Object.defineProperty(new File([content], path.split('/').at(-1)), 'webkitRelativePath', { value: path }),
  );
}
const open = (contents, options) => core.loadModel(filesOf(contents), options);
const EXPECTED = (await open(PLAIN)).run(IDS).logits.data;
const without = (name, more = {}) => {
  const rest = Object.entries(PLAIN).filter(([file]) => file !== name);
  return { ...Object.fromEntries(rest), ...more };
};
const expectModel = (model) => expect([...model.run(IDS).logits.data]).toEqual([...EXPECTED]);
const changed = (name, change) => ({ ...PLAIN, [name]: change(PLAIN[name]) });

test('a folder gives its model the name; its files alone have none', async () => {
  const inFolder = (folder) =>
    Object.fromEntries(Object.entries(PLAIN).map(([name, content]) => [`${folder}${name}`, content]));
  expect((await open(inFolder('models/my-bert/'))).info.name).toBe('my-bert');
  expect((await open(inFolder(''))).info.name).toBe('model');
  expect((await open(inFolder('my-bert/'), { name: 'mine' })).info.name).toBe('mine');
});

const half = Math.floor(Object.keys(TENSORS).length / 2);
const shard = (which) =>
  writeTensors(Object.fromEntries(Object.entries(TENSORS).slice(...(which === 1 ? [0, half] : [half]))));
const indexOf = (first, second) =>
  JSON.stringify({
    weight_map: Object.fromEntries(Object.keys(TENSORS).map((name, i) => [name, i < half ? first : second])),
  });

describe('weights by other names', () => {
  test.each([
    ['a variant', { 'model.fp16.safetensors': WEIGHTS }],
    ['the only .safetensors', { 'weights.safetensors': WEIGHTS, 'adapter_model.safetensors': 'no' }],
    [
      'a variant in shards',
      {
        'model.fp16-00001-of-00002.safetensors': shard(1),
        'model.fp16-00002-of-00002.safetensors': shard(2),
        'model.safetensors.index.fp16.json': indexOf(
          'model.fp16-00001-of-00002.safetensors',
          'model.fp16-00002-of-00002.safetensors',
        ),
      },
    ],
    [
      'shards without an index',
      { 'model-00002-of-00002.safetensors': shard(2), 'model-00001-of-00002.safetensors': shard(1) },
    ],
    [
      'shards whose tensors come in any order',
      {
        'a.safetensors': shard(2),
        'b.safetensors': shard(1),
        'model.safetensors.index.json': indexOf('b.safetensors', 'a.safetensors'),
      },
    ],
  ])('%s', async (_name, files) => expectModel(await open(without('model.safetensors', files))));

  test('a shard that is missing, and two that could be the model', async () => {
    await expect(
      open(without('model.safetensors', { 'model-00001-of-00002.safetensors': shard(1) })),
    ).rejects.toThrow('There is no model-00002-of-00002.safetensors among the files.');
    await expect(
      open(without('model.safetensors', { 'a.safetensors': WEIGHTS, 'b.safetensors': WEIGHTS })),
    ).rejects.toThrow(
      "Either a.safetensors or b.safetensors could be the model's weights; call the right one model.safetensors.",
    );
  });

  test('numbers of 64 bits', async () => {
    const doubled = Object.fromEntries(
      Object.entries(TENSORS).map(([name, { shape, data }]) => {
        const numbers = new Float32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length));
        return [name, { dtype: 'F64', shape, data: Buffer.from(Float64Array.from(numbers).buffer) }];
      }),
    );
    expectModel(await open({ ...PLAIN, 'model.safetensors': writeTensors(doubled) }));
  });
});

test.each([
  [
    'pytorch_model.bin',
    /pytorch_model.bin is weights in PyTorch's own format.*from transformers import Qwen3ForCausalLM as M; M.from_pretrained\("."\).save_pretrained\("."\)\./,
  ],
  ['pytorch_model-00001-of-00002.bin', /PyTorch's own format/],
  ['consolidated.00.pth', /Meta's own format/],
  ['model.ckpt', /PyTorch's own format/],
  ['best.pth', /PyTorch's own format/],
  ['tf_model.h5', /tf_model.h5 is weights of TensorFlow.*from_tf=True/],
  ['flax_model.msgpack', /weights of Flax.*from_flax=True/],
  ['model.onnx', /an ONNX graph/],
  ['onnx/model.onnx', /an ONNX graph/],
  ['openvino_model.bin', /a model of OpenVINO/],
  ['rust_model.ot', /weights of rust-bert/],
  ['weights.npz', /older MLX; "mlx_lm.convert"/],
  ['consolidated.safetensors', /Mistral's own names/],
  ['adapter_model.safetensors', /a PEFT adapter, .*merge_and_unload/],
])('%s instead of model.safetensors', async (name, message) => {
  const files = without('model.safetensors', { [name]: 'x', 'optimizer.pt': 'x', 'training_args.bin': 'x' });
  await expect(open(files)).rejects.toMatchObject({
    code: 'file-format',
    message: expect.stringMatching(message),
  });
});

test.each(['model.onnx', 'pytorch_model.bin', 'adapter_model.safetensors', 'model.zip'])(
  '%s alone is named, not the config.json that it has none of',
  async (name) => {
    await expect(open({ [name]: 'x' })).rejects.toThrow(`${name} is a`.slice(0, name.length + 4));
  },
);

const beside = (name, tensor = { dtype: 'F32', shape: [1], data: Buffer.alloc(4) }) =>
  changed('model.safetensors', () =>
    writeTensors({ ...TENSORS, [`model.layers.0.self_attn.q_proj.${name}`]: tensor }),
  );
test.each([
  ['weight_scale', /have scales/],
  ['input_scale', /have scales/],
  ['weight_scale_inv', /FP8/],
  ['SCB', /bitsandbytes/],
  ['weight.absmax', /bitsandbytes/],
  ['weight.quant_state.bitsandbytes__nf4', /bitsandbytes/],
  ['qweight', /GPTQ, AWQ/],
  ['qzeros', /GPTQ, AWQ/],
  ['scales', /MLX/],
  ['biases', /MLX/],
  ['W_q', /HQQ/],
  ['weight_packed', /compressed-tensors/],
  ['_weight_qdata', /torchao/],
  ['weight._data', /Quanto/],
  ['lora_A.default.weight', /a LoRA that isn't merged/],
  ['base_layer.weight', /a LoRA that isn't merged/],
])('a tensor %s beside a weight is refused by its maker', async (name, maker) => {
  const error = await open(beside(name)).catch((reason) => reason);
  expect(error).toMatchObject({ code: 'file-format', message: expect.stringMatching(maker) });
  expect(error.message).toMatch(`"model.layers.0.self_attn.q_proj.${name}" is of`);
});

test.each(['I8', 'U8', 'F8_E4M3', 'F8_E5M2FNUZ'])('weights of %s are said to be', async (dtype) => {
  const name = 'model.layers.0.self_attn.q_proj.weight';
  const { shape, data } = TENSORS[name];
  const files = changed('model.safetensors', () =>
    writeTensors({ ...TENSORS, [name]: { dtype, shape, data: data.subarray(0, data.length / 4) } }),
  );
  await expect(open(files)).rejects.toThrow(`Tensor "${name}" must be of floats, got ${dtype}`);
});

test('an adapter beside its base is not applied, and the model says so', async () => {
  const model = await open({ ...PLAIN, 'adapter_config.json': '{}', 'adapter_model.safetensors': 'x' });
  expectModel(model);
  expect(model.info.assumptions).toContainEqual(expect.stringMatching(/PEFT adapter .* isn't applied/));
  expect((await open(PLAIN)).info.assumptions).toEqual([]);
});

test.each(['tokenizer.json', 'tokenizer_config.json', 'generation_config.json', 'added_tokens.json'])(
  '%s must be an object',
  async (name) => {
    const files = {
      ...PLAIN,
      'vocab.txt': '[UNK]',
      'tokenizer_config.json': '{"tokenizer_class": "BertTokenizer"}',
    };
    if (name === 'added_tokens.json') delete files['tokenizer.json'];
    for (const content of ['null', '[]', '5']) {
      await expect(open({ ...files, [name]: content })).rejects.toMatchObject({
        code: 'file-format',
        message: expect.stringContaining(`${name} must be an object, got `),
      });
    }
  },
);

describe('which files', () => {
  const inside = (folder, files) =>
    Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));
  const pooling = JSON.stringify({ word_embedding_dimension: 8 });

  test.each([
    ['of sentence-transformers', { 'top/1_Pooling/config.json': pooling, ...inside('top', PLAIN) }],
    [
      'with exports beside',
      { 'top/onnx/config.json': '{}', 'top/onnx/model.onnx': 'x', ...inside('top', PLAIN) },
    ],
    [
      'of older sentence-transformers',
      {
        'top/modules.json': '[]',
        'top/1_Pooling/config.json': pooling,
        ...inside('top/0_Transformer', PLAIN),
      },
    ],
    ['within another', { 'top/README.md': '', ...inside('top/model', PLAIN) }],
    ['without folders', PLAIN],
  ])('a folder %s, in any order', async (_name, files) => {
    expectModel(await open(files));
    expectModel(await open(Object.fromEntries(Object.entries(files).reverse())));
  });

  test('two models are an error that names both', async () => {
    await expect(open({ ...inside('a', PLAIN), ...inside('b', PLAIN) })).rejects.toThrow(
      'source must hold one model, got two: a/config.json and b/config.json.',
    );
  });
});

describe('JSON as Python writes it', () => {
  test('NaN and Infinity outside of texts are taken', async () => {
    const json = (name) => JSON.parse(PLAIN[name] ?? '{}');
    const python = (object) => JSON.stringify(object).replace(/"@(.+?)"/g, '$1');
    const files = {
      ...PLAIN,
      'config.json': python({
        ...json('config.json'),
        initializer_range: '@NaN',
        x: { y: ['@-Infinity', '@Infinity'] },
      }),
      'tokenizer.json': python({ ...json('tokenizer.json'), note: 'NaN "Infinity" \\', number: '@NaN' }),
      'generation_config.json': '{"temperature": NaN, "eos_token_id": 4}',
    };
    expectModel(await open(files));
  });

  test('a NaN that the model needs is an error that names it', async () => {
    const files = changed('config.json', (config) =>
      config.replace(/"rms_norm_eps": [^,]+/, '"rms_norm_eps": NaN'),
    );
    await expect(open(files)).rejects.toThrow(/norm_eps/);
  });

  test.each(['{"a": NaNa}', '{"a": Infinit}', '{"a": "NaN}', '{'])('%s is no JSON', async (config) => {
    await expect(open({ ...PLAIN, 'config.json': config })).rejects.toThrow(/^config.json must be JSON/);
  });
});

describe('tokenizers', () => {
  test('a token beyond the embedding matters to a text that has it alone', async () => {
    const tokenizer = JSON.parse(PLAIN['tokenizer.json']);
    const size = Object.keys(tokenizer.model.vocab).length;
    for (let id = size; id <= CONFIG.vocab_size; ++id) {
      tokenizer.added_tokens.push({ ...tokenizer.added_tokens[0], id, content: `<more${id}>` });
    }
    const model = await open({ ...PLAIN, 'tokenizer.json': JSON.stringify(tokenizer) });
    expect(model.run('the cat').tokens.length).toBeGreaterThan(0);
    expect(() => model.run('the cat<more100>')).toThrow(
      'text: the token "<more100>" has the number 100, of which the model with its 100 tokens (vocab_size) has no embedding.',
    );
  });

  test('without one the model runs on ids', async () => {
    const model = await open(without('tokenizer.json'));
    expectModel(model);
    expect(() => model.run('the cat')).toThrow(/tokenizer/);
  });

  test.each(['tokenizer.model', 'spiece.model', 'sentencepiece.bpe.model'])(
    '%s alone is to be converted',
    async (name) => {
      await expect(open(without('tokenizer.json', { [name]: 'x' }))).rejects.toThrow(
        `There is no tokenizer.json, and ${name} has to be converted to one. In its folder: from transformers import AutoTokenizer`,
      );
    },
  );

  const ids = (model, words) => model.tokenize(words).tokens.map(({ id }) => id);
  const TEXTS = ['The cat sat!', "it's  a Café, [MASK]", ' 12 naïve\ncats'];

  test("vocab.txt makes BERT's", async () => {
    const { model } = JSON.parse(text('tokenizer.json', BERT));
    const words = Object.entries(model.vocab)
      .sort(([, a], [, b]) => a - b)
      .map(([word]) => word);
    const bert = (more) =>
      open({
        'config.json': text('config.json', BERT),
        'model.safetensors': readFileSync(`${BERT}/model.safetensors`),
        ...more,
      });
    const whole = await bert({ 'tokenizer.json': text('tokenizer.json', BERT) });
    for (const end of ['\n', '', '\r\n']) {
      const made = await bert({
        'vocab.txt': words.join(end || '\n') + end,
        'tokenizer_config.json': '{"strip_accents": false}',
      });
      for (const one of TEXTS) expect(ids(made, one)).toEqual(ids(whole, one));
    }
    const cased = await bert({
      'vocab.txt': words.join('\n'),
      'tokenizer_config.json': '{"do_lower_case": false}',
    });
    expect(ids(cased, 'The cat')).not.toEqual(ids(whole, 'The cat'));
    await expect(
      bert({
        'vocab.txt': words.join('\n'),
        'tokenizer_config.json': '{"tokenizer_class": "BertJapaneseTokenizer"}',
      }),
    ).rejects.toThrow(
      /must be one of BertTokenizer, DistilBertTokenizer to be made of the vocabulary, got BertJapaneseTokenizer/,
    );
  });

  test("vocab.json and merges.txt make GPT-2's", async () => {
    const { model } = JSON.parse(PLAIN['tokenizer.json']);
    const merges = model.merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' ')));
    const made = await open(
      without('tokenizer.json', {
        'vocab.json': JSON.stringify(model.vocab),
        'merges.txt': `#version: 0.2\n${merges.join('\n')}\n`,
        'tokenizer_config.json': '{"tokenizer_class": "GPT2TokenizerFast"}',
      }),
    );
    const whole = await open(PLAIN);
    for (const one of [...TEXTS, 'cat<|endoftext|>dog']) expect(ids(made, one)).toEqual(ids(whole, one));
  });
});

describe('what ends a text', () => {
  const tokenizer = JSON.parse(PLAIN['tokenizer.json']);
  const withEnd = {
    ...tokenizer,
    added_tokens: [
      ...tokenizer.added_tokens,
      { ...tokenizer.added_tokens[0], id: 98, content: '<|im_end|>', special: true },
    ],
  };
  const next = EXPECTED.indexOf(Math.max(...EXPECTED));
  const name = Object.keys(tokenizer.model.vocab).find((token) => tokenizer.model.vocab[token] === next);
  const config = (change) => JSON.stringify({ ...CONFIG, eos_token_id: null, ...change });
  async function ends(files) {
    const model = await open({ ...PLAIN, 'config.json': config({}), ...files });
    const run = model.run(IDS, { room: 1 });
    return (await run.generate().next()).done;
  }
  test.each([
    ['nothing', {}, false],
    ['config.json', { 'config.json': config({ eos_token_id: next }) }, true],
    ['a list in config.json', { 'config.json': config({ eos_token_id: [1, next] }) }, true],
    ['generation_config.json', { 'generation_config.json': JSON.stringify({ eos_token_id: next }) }, true],
    ['a list there', { 'generation_config.json': JSON.stringify({ eos_token_id: [1, next] }) }, true],
    ['tokenizer_config.json', { 'tokenizer_config.json': JSON.stringify({ eos_token: name }) }, true],
    ['an object there', { 'tokenizer_config.json': JSON.stringify({ eos_token: { content: name } }) }, true],
    ['null there', { 'tokenizer_config.json': JSON.stringify({ eos_token: null }) }, false],
    [
      'the end of a turn',
      {
        'tokenizer.json': JSON.stringify({
          ...withEnd,
          added_tokens: withEnd.added_tokens.map((one) =>
            one.content === '<|im_end|>' ? { ...one, id: next } : one,
          ),
        }),
      },
      true,
    ],
  ])('%s', async (_name, files, expected) => expect(await ends(files)).toBe(expected));
});

describe('from a server', () => {
  let server;
  let url;
  let files;
  let refuse;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const body = files[request.url.slice(1)];
      if (body === undefined) return refuse(response);
      response.writeHead(200, { 'content-length': Buffer.byteLength(body) }).end(body);
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${server.address().port}/`;
  });
  afterAll(() => server.close());
  const sharded = without('model.safetensors', {
    'a.safetensors': shard(1),
    'b.safetensors': shard(2),
    'model.safetensors.index.json': indexOf('a.safetensors', 'b.safetensors'),
  });

  test.each([
    ['404', (response) => response.writeHead(404).end()],
    ['403', (response) => response.writeHead(403).end()],
    ['a page', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>')],
  ])('%s for what is missing: the index is asked for', async (_name, refusal) => {
    [refuse, files] = [refusal, sharded];
    expectModel(await core.loadModel(url));
    files = without('model.safetensors', { 'model.fp16.safetensors': WEIGHTS });
    expectModel(await core.loadModel(url));
    files = without('tokenizer.json');
    expectModel(await core.loadModel(url));
    files = without('model.safetensors', { 'pytorch_model.bin': 'x' });
    await expect(core.loadModel(url)).rejects.toThrow(
      /^pytorch_model.bin is weights in PyTorch's own format/,
    );
    files = { 'adapter_config.json': '{}' };
    await expect(core.loadModel(url)).rejects.toThrow(/^adapter_model.safetensors is a PEFT adapter/);
  });

  // Some servers let a page read what is there alone: to the page, all else can't be fetched.
  test.each([
    ['a cut line', (response) => response.destroy()],
    ['500', (response) => response.writeHead(500).end()],
  ])('%s for files that most folders lack', async (_name, refusal) => {
    [refuse, files] = [refusal, { ...PLAIN, 'tokenizer_config.json': '{}' }];
    const model = await core.loadModel(url);
    expectModel(model);
    expect(model.info.assumptions).toEqual([
      expect.stringMatching(/^The model is taken as having no generation_config.json: http/),
    ]);
    files = without('tokenizer.json', { 'tokenizer_config.json': '{}' });
    await expect(core.loadModel(url)).rejects.toThrow(/tokenizer.json (could not|answered)/);
  });

  test('a refusal is told where nothing else is there', async () => {
    [refuse, files] = [(response) => response.writeHead(403).end(), without('model.safetensors')];
    await expect(core.loadModel(url)).rejects.toThrow(`${url}model.safetensors answered with status 403.`);
    refuse = (response) => response.writeHead(404).end();
    await expect(core.loadModel(url)).rejects.toThrow(`There is no model.safetensors at ${url}.`);
  });
});

test('from a folder by its file: URL', async () => {
  const folder = mkdtempSync(`${tmpdir()}/model-`);
  try {
    const files = without('model.safetensors', {
      'a.safetensors': shard(1),
      'b.safetensors': shard(2),
      'model.safetensors.index.json': indexOf('a.safetensors', 'b.safetensors'),
    });
    for (const [name, content] of Object.entries(files)) writeFileSync(`${folder}/${name}`, content);
    expectModel(await core.loadModel(pathToFileURL(folder)));
    rmSync(`${folder}/model.safetensors.index.json`);
    await expect(core.loadModel(pathToFileURL(folder))).rejects.toThrow(
      /There is no model.safetensors at file:/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('memory', () => {
  test('is told before the weights are read', async () => {
    const seen = [];
    const model = await open(PLAIN, { tokens: 64, onProgress: (progress) => seen.push(progress) });
    const first = seen.find(({ memoryBytes }) => memoryBytes !== undefined);
    expect(seen[0].memoryBytes).toBeUndefined();
    const floats = Object.values(TENSORS).reduce((sum, { data }) => sum + data.length, 0);
    expect(first.memoryBytes).toBeGreaterThan(floats);
    // Panels of matrices whose rows are few are padded.
    expect(first.memoryBytes).toBeLessThan(4 * floats + 2 ** 20);
    const more = [];
    await open(PLAIN, { tokens: 16, onProgress: (progress) => more.push(progress) });
    expect(more.at(-1).memoryBytes).toBeLessThan(first.memoryBytes);
    expect(model.memoryBytes).toBeGreaterThan(first.memoryBytes);
  });

  test('that WebAssembly has not is refused before the weights come', async () => {
    const rows = 4_000_000;
    const config = JSON.stringify({
      ...CONFIG,
      vocab_size: rows,
      hidden_size: 1024,
      tie_word_embeddings: true,
    });
    let end = 0;
    const [embedding] = [{ dtype: 'BF16', shape: [rows, 1024], data_offsets: [0, (end = rows * 2048)] }];
    const header = Buffer.from(JSON.stringify({ 'model.embed_tokens.weight': embedding }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const server = createServer((request, response) => {
      const name = request.url.slice(1);
      if (name === 'config.json') return response.end(config);
      if (name !== 'model.safetensors') return response.writeHead(404).end();
      response.writeHead(200, { 'content-length': 8 + header.length + end });
      response.write(Buffer.concat([length, header, Buffer.alloc(4096)]));
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const error = await core
      .loadModel(`http://127.0.0.1:${server.address().port}/`)
      .catch((reason) => reason);
    server.closeAllConnections();
    server.close();
    expect(error).toMatchObject({
      code: 'out-of-memory',
      message: expect.stringMatching(
        /^This model takes 15\.\d GB of memory with a text of 64 tokens, and a program of WebAssembly has 4 GB/,
      ),
    });
  });
});
