// Every family against transformers (eager, float32): tiny random models as folders and as GGUF files.
import { File } from 'node:buffer';
import { readFileSync } from 'node:fs';

import { load } from '../../dist/lib/node.js';
import { decode, expectWithin, readGolden } from './helpers/golden.js';
import { filesOf } from './helpers/model_files.js';

const { variant: fastest } = await load();
const variants = [...new Set(['simd', fastest])];

const ENCODERS = ['roberta', 'distilbert'];
const DECODERS = [
  'llama',
  'llama_llama3',
  'llama_linear',
  'llama_yarn',
  'llama_bias',
  'llama_wide_bf16',
  'mistral',
  'qwen2_f16',
  'qwen3',
  'gemma2',
  'gemma3',
  'gpt2',
];
const TOLERANCE = 2e-5;

const folder = (name) => new URL(`../golden/tiny_decoders/${name}`, import.meta.url).pathname;
const gguf = (name) => readFileSync(`${folder(name)}/model.gguf`);
const answers = (name) => readGolden(`tiny_decoders/${name}/expected.json.gz`);

function everyMap(run) {
  const maps = [];
  for (let layer = 0; layer < run.numLayers; ++layer) {
    for (let head = 0; head < run.numHeads; ++head) maps.push(...run.tap('weights', { layer, head }).data);
  }
  return maps;
}

/** The largest magnitude, at least 1: logits are compared relative to it. */
function scaleOf(values) {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
}

function expectParity(model, name) {
  for (const { ids, weights, logits } of answers(name)) {
    const run = model.run(ids, { logits: 'all' });
    expectWithin('weights', everyMap(run), decode(weights, Float32Array).data, TOLERANCE);
    const expected = decode(logits, Float32Array).data;
    expectWithin('logits', run.logits.data, expected, TOLERANCE * scaleOf(expected));
    run.dispose();
  }
}

describe.each(variants)('%s', (variant) => {
  test.each(DECODERS)('%s: the folder and the GGUF', async (name) => {
    const core = await load({ variant });
    const model = await core.loadModel(filesOf(folder(name)));
    expect(model.info.isCausal).toBe(true);
    expectParity(model, name);
    model.dispose();
    expectParity(await core.loadModel(gguf(name)), name);
  });

  test.each(ENCODERS)('%s', async (name) => {
    const core = await load({ variant });
    const model = await core.loadModel(filesOf(folder(name)));
    expect(model.info).toMatchObject({ family: name, isCausal: false });
    for (const { ids, weights, hidden } of answers(name)) {
      const run = model.run(ids);
      expectWithin('weights', everyMap(run), decode(weights, Float32Array).data, TOLERANCE);
      expectWithin('hidden', run.lastHidden.data, decode(hidden, Float32Array).data, TOLERANCE);
    }
  });

  test.each(DECODERS)('%s: token by token through the cache', async (name) => {
    const model = await (await load({ variant })).loadModel(gguf(name));
    const { ids, weights, logits } = answers(name).at(-1);
    const expected = decode(logits, Float32Array);
    const vocab = expected.shape[1];
    const run = model.run(ids.slice(0, 4), { room: ids.length - 4 });
    const places = [4, 5, 9, 10, 18, ids.length];
    places.forEach((end, i) => {
      if (i > 0) run.extend(ids.slice(places[i - 1], end));
      const row = expected.data.subarray((end - 1) * vocab, end * vocab);
      expectWithin(`logits after ${end}`, run.logits.data, row, TOLERANCE * scaleOf(expected.data));
    });
    expectWithin('weights', everyMap(run), decode(weights, Float32Array).data, TOLERANCE);
  });
});

// A config that is wrong in one place gives another answer: so the tests above can see each of its settings.
const WRONG = {
  llama: { rope_theta: 500, rms_norm_eps: 0.1, hidden_act: 'gelu' },
  llama_llama3: { rope_scaling: null },
  llama_linear: { rope_scaling: { rope_type: 'linear', factor: 2 }, rope_theta: 10000 },
  mistral: { sliding_window: null },
  qwen3: { rope_theta: 500, rms_norm_eps: 0.1 },
  gemma2: {
    attn_logit_softcapping: null,
    final_logit_softcapping: null,
    query_pre_attn_scalar: 12,
    sliding_window: 6,
    layer_types: ['full_attention', 'sliding_attention'],
    hidden_activation: 'silu',
  },
  gemma3: { rope_local_base_freq: 100, rope_theta: 500, sliding_window: 4, query_pre_attn_scalar: 12 },
  gpt2: { activation_function: 'relu', layer_norm_epsilon: 0.1, scale_attn_weights: false },
};
const YARN = JSON.parse(readFileSync(`${folder('llama_yarn')}/config.json`)).rope_scaling;
const YARN_SWITCHES = [
  { rope_type: 'default' },
  { factor: 2 },
  { beta_fast: 0.5 },
  { beta_slow: 1 },
  { truncate: false },
]
  .concat([{ original_max_position_embeddings: 32 }, { attention_factor: 1 }])
  .map((change) => ['llama_yarn', 'rope_scaling', { ...YARN, ...change }]);
const SWITCHES = Object.entries(WRONG)
  .flatMap(([name, settings]) => Object.entries(settings).map(([key, value]) => [name, key, value]))
  .concat(YARN_SWITCHES);

test.each(SWITCHES)('%s with another %s, %j, is another model', async (name, key, value) => {
  const core = await load();
  const config = { ...JSON.parse(readFileSync(`${folder(name)}/config.json`)), [key]: value };
  const files = filesOf(folder(name), { 'config.json': JSON.stringify(config) });
  const model = await core.loadModel(files);
  const { ids, logits } = answers(name).at(-1);
  const actual = model.run(ids, { logits: 'all' }).logits.data;
  const expected = decode(logits, Float32Array).data;
  expect(Math.max(...actual.map((logit, i) => Math.abs(logit - expected[i])))).toBeGreaterThan(1e-3);
});

/** A safetensors file of some of another's tensors. */
function shardOf(bytes, names) {
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length));
  const data = [];
  let end = 0;
  const entries = names.map((name) => {
    const [from, to] = header[name].data_offsets.map((offset) => 8 + length + offset);
    data.push(bytes.subarray(from, to));
    const begin = end;
    end += to - from;
    return [name, { ...header[name], data_offsets: [begin, end] }];
  });
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([size, json, ...data]);
}

describe('a model in shards', () => {
  const bytes = readFileSync(`${folder('llama')}/model.safetensors`);
  const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))));
  const names = Object.keys(header).filter((name) => name !== '__metadata__');
  const shards = {
    'model-00001-of-00002.safetensors': names.slice(0, 9),
    'model-00002-of-00002.safetensors': names.slice(9),
  };
  const index = (weightMap) =>
    new File([JSON.stringify({ weight_map: weightMap })], 'model.safetensors.index.json');
  const weightMap = Object.fromEntries(
    Object.entries(shards).flatMap(([file, own]) => own.map((name) => [name, file])),
  );
  const others = filesOf(folder('llama')).filter(({ name }) => name !== 'model.safetensors');
  const shardFiles = Object.entries(shards).map(([name, own]) => new File([shardOf(bytes, own)], name));

  test('is the model', async () => {
    const core = await load();
    expectParity(await core.loadModel([...others, index(weightMap), ...shardFiles]), 'llama');
  });

  test('lacks what a shard lacks', async () => {
    const core = await load();
    const missing = core.loadModel([...others, index(weightMap), shardFiles[0]]);
    await expect(missing).rejects.toMatchObject({
      message: 'There is no model-00002-of-00002.safetensors among the files.',
    });
    const onlyFirst = index({ x: 'model-00001-of-00002.safetensors' });
    const incomplete = core.loadModel([...others, onlyFirst, shardFiles[0]]);
    await expect(incomplete).rejects.toMatchObject({
      message: expect.stringMatching(/is missing from the file/),
    });
    const outside = core.loadModel([...others, index({ x: '../secret' }), ...shardFiles]);
    await expect(outside).rejects.toMatchObject({ message: expect.stringMatching(/must name its files/) });
  });
});

function without(object, key) {
  return Object.fromEntries(Object.entries(object).filter(([other]) => other !== key));
}

// The spelling of transformers 5.
const RESPELT = {
  llama_llama3: ({ rope_theta, rope_scaling, ...config }) => ({
    ...config,
    dtype: 'float32',
    rope_parameters: { rope_theta, ...rope_scaling },
  }),
  llama_linear: ({ rope_theta, rope_scaling, ...config }) => ({
    ...config,
    rope_parameters: { rope_theta, ...rope_scaling },
  }),
  gemma3: ({ rope_theta, rope_local_base_freq, ...config }) => ({
    ...without(config, 'sliding_window_pattern'),
    rope_parameters: {
      full_attention: { rope_type: 'default', rope_theta },
      sliding_attention: { rope_type: 'default', rope_theta: rope_local_base_freq },
    },
  }),
};

test.each(Object.entries(RESPELT))('%s as transformers 5 spells its config', async (name, respell) => {
  const core = await load();
  const config = without(JSON.parse(readFileSync(`${folder(name)}/config.json`)), 'torch_dtype');
  const files = filesOf(folder(name), { 'config.json': JSON.stringify(respell(config)) });
  expectParity(await core.loadModel(files), name);
});

test.each([
  ['llama', { model_type: 'mamba' }, /model_type must be one of bert, .*, got "mamba"/],
  ['llama', { rope_scaling: { rope_type: 'longrope', factor: 4 } }, /rope_type must be .*, got "longrope"/],
  ['llama', { rope_scaling: { factor: 4, alpha: 2 } }, /rope_scaling.alpha isn't known here .*, got 2/],
  ['llama', { hidden_act: 'xielu' }, /hidden_act must be one of .*, got "xielu"/],
  ['llama', { num_key_value_heads: 3 }, /number of heads \(4\) must be a multiple .* \(3\)/],
  ['llama', { vocab_size: 99 }, /"model.embed_tokens.weight" must have the shape 99 by 24/],
  ['gpt2', { scale_attn_by_inverse_layer_idx: true }, /scale_attn_by_inverse_layer_idx must be false/],
  ['gemma2', { use_bidirectional_attention: true }, /use_bidirectional_attention must be false/],
])('%s with %j is refused by name', async (name, settings, message) => {
  const core = await load();
  const config = { ...JSON.parse(readFileSync(`${folder(name)}/config.json`)), ...settings };
  const files = filesOf(folder(name), { 'config.json': JSON.stringify(config) });
  await expect(core.loadModel(files)).rejects.toMatchObject({
    code: 'file-format',
    message: expect.stringMatching(message),
  });
});
