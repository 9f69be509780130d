// What the metadata of a GGUF say: each key is honoured as llama.cpp honours it, or refused by its name.
import { File } from 'node:buffer';
import { readFileSync } from 'node:fs';

import { load } from '../../dist/lib/node.js';
import { changedGguf, readGguf } from './helpers/gguf_writer.js';

const core = await load();
const golden = (name) => readFileSync(new URL(`../golden/tiny_decoders/${name}/model.gguf`, import.meta.url));
const llama = golden('llama');
const IDS = [5, 6, 7, 8, 9, 10, 11, 12];

const changed = (metadata, file = llama) => core.loadModel(changedGguf(file, metadata));

test('a file read and written again is itself', () => {
  expect(changedGguf(llama, {}).equals(llama)).toBe(true);
});

describe('a model without a tokenizer', () => {
  const TOKENIZERS = {
    'no keys of one': Object.fromEntries(
      Object.keys(readGguf(llama).metadata)
        .filter((key) => key.startsWith('tokenizer.'))
        .map((key) => [key, undefined]),
    ),
    none: { 'tokenizer.ggml.model': 'none' },
    no_vocab: { 'tokenizer.ggml.model': 'no_vocab' },
  };
  test.each(Object.entries(TOKENIZERS))('%s: runs on ids', async (_, metadata) => {
    const model = await changed({ 'llama.vocab_size': 100, ...metadata });
    const whole = await core.loadModel(llama);
    const run = model.run(IDS, { room: 4 });
    expect([...run.logits.data]).toEqual([...whole.run(IDS).logits.data]);
    run.extend([3]);
    expect(run.tokens.at(-1)).toMatchObject({ id: 3, text: '#3' });
    expect(() => model.run('a text')).toThrow(
      'text must be a list of token ids, since the model\'s files hold no tokenizer, got "a text".',
    );
    expect((await model.nameHeads()).heads).toHaveLength(model.info.numLayers * model.info.numHeads);
  });
});

test.each([
  ['block_count', 4_278_190_082, '256'],
  ['block_count', 0, '256'],
  ['attention.head_count', 4_294_967_295, '4096'],
  ['attention.key_length', 4_294_967_295, '4096'],
])('a %s of %d is refused before anything is made of it', async (key, value, most) => {
  await expect(changed({ [`llama.${key}`]: value, 'llama.rope.scaling.type': 'yarn' })).rejects.toMatchObject(
    {
      code: 'file-format',
      message: expect.stringContaining(`llama.${key} must be a whole number from 1 to ${most}`),
    },
  );
});

test('a window that is no number is named', async () => {
  await expect(changed({ 'llama.attention.sliding_window': 'wide' })).rejects.toMatchObject({
    code: 'file-format',
    message: expect.stringContaining('llama.attention.sliding_window must be a number'),
  });
});

describe('what ends a text', () => {
  const tokens = readGguf(llama).metadata['tokenizer.ggml.tokens'].value;
  const named = (names) => tokens.map((token, id) => names[id] ?? token);
  const CASES = {
    'eos, eot and eom by their keys': [
      {
        'tokenizer.ggml.eos_token_id': 20,
        'tokenizer.ggml.eot_token_id': 21,
        'tokenizer.ggml.eom_token_id': 22,
      },
      [20, 21, 22],
      [23],
    ],
    'names that llama.cpp knows': [
      {
        'tokenizer.ggml.tokens': named({
          30: '<|im_end|>',
          31: '<end_of_turn>',
          32: '<|eot_id|>',
          33: '<|x|>',
        }),
      },
      [30, 31, 32],
      [33],
    ],
    'the name of padding in completion, unless a key says another': [
      {
        'tokenizer.ggml.tokens': named({ 30: '<|fim_pad|>' }),
        'tokenizer.ggml.fim_pad_token_id': 31,
      },
      [31],
      [30],
    ],
    'not <|end|> where a model calls tools': [
      { 'tokenizer.ggml.tokens': named({ 30: '<|end|>', 31: '<|call|>', 32: '<|return|>' }) },
      [31, 32],
      [30],
    ],
  };
  test.each(Object.entries(CASES))('%s', async (_, [metadata, ends, others]) => {
    const model = await changed(metadata);
    expect(ends.filter((id) => model.endsText(id))).toEqual(ends);
    expect(others.filter((id) => model.endsText(id))).toEqual([]);
  });
});

const gemma3 = golden('gemma3');
const logitsOf = (model) => [...model.run(IDS, { logits: 'all' }).logits.data];
const plain = logitsOf(await core.loadModel(llama));

/** How far two models' logits are from each other. */
function distance(a, b) {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i])));
}

async function refusal(metadata, file = llama) {
  const error = await changed(metadata, file).then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toMatchObject({ name: 'AttentionError', code: 'file-format' });
  return error.message;
}

describe('rotary positions', () => {
  const linear = { 'llama.rope.scaling.type': 'linear', 'llama.rope.scaling.factor': { float: 4 } };
  const SAME = {
    'rope.scale_linear': { 'llama.rope.scale_linear': { float: 4 } },
    'a factor without a type': { 'llama.rope.scaling.factor': { float: 4 } },
    'a new key before the old one': { 'llama.rope.scale_linear': { float: 2 }, ...linear },
  };
  test.each(Object.entries(SAME))('%s is linear scaling', async (_, metadata) => {
    const scaled = logitsOf(await changed(linear));
    expect(distance(scaled, plain)).toBeGreaterThan(1e-3);
    expect(logitsOf(await changed(metadata))).toEqual(scaled);
  });

  test('a type of none scales nothing', async () => {
    const none = { 'llama.rope.scaling.type': 'none', 'llama.rope.scaling.factor': { float: 4 } };
    expect(logitsOf(await changed(none))).toEqual(plain);
  });

  test.each([{}, linear])('an attention factor multiplies scores by its square: %j', async (scaling) => {
    const scale = (model) => model.mechanism.scale;
    const own = scale(await changed(scaling));
    const model = await changed({ ...scaling, 'llama.rope.scaling.attn_factor': { float: 0.5 } });
    expect(scale(model)).toBeCloseTo(own / 4, 6);
    expect(distance(logitsOf(model), logitsOf(await changed(scaling)))).toBeGreaterThan(1e-3);
  });

  test("Gemma 3's windowed layers turn by 10,000 where an old file doesn't say, and are never scaled", async () => {
    const own = logitsOf(await core.loadModel(gemma3));
    const said = logitsOf(await changed({ 'gemma3.rope.freq_base_swa': { float: 10000 } }, gemma3));
    expect(logitsOf(await changed({ 'gemma3.rope.freq_base_swa': undefined }, gemma3))).toEqual(said);
    expect(own).toEqual(said);
    const windowed = { 'gemma3.attention.sliding_window_pattern': [true, true, true, true, true, true] };
    const factor = { 'gemma3.rope.scaling.factor': { float: 8 } };
    const all = logitsOf(await changed(windowed, gemma3));
    expect(logitsOf(await changed({ ...windowed, ...factor }, gemma3))).toEqual(all);
    expect(distance(logitsOf(await changed(factor, gemma3)), own)).toBeGreaterThan(1e-4);
  });
});

describe('windows', () => {
  const windowedOf = async (metadata, file = gemma3) => {
    const model = await changed(metadata, file);
    return Array.from(
      { length: model.info.numLayers },
      (_, layer) => model.mechanismOf(layer).slidingWindow !== null,
    );
  };
  const pattern = (value) => ({ 'gemma3.attention.sliding_window_pattern': value });

  test('by a number, by layer, and as Gemma 3 has them', async () => {
    expect(await windowedOf({})).toEqual([true, true, true, true, true, false]);
    expect(await windowedOf(pattern(3))).toEqual([true, true, false, true, true, false]);
    expect(await windowedOf(pattern(1))).toEqual(Array(6).fill(false));
    const byLayer = [false, true, false, false, true, true];
    expect(await windowedOf(pattern(byLayer))).toEqual(byLayer);
    expect(await windowedOf(pattern(byLayer.map(Number)))).toEqual(byLayer);
    expect(await windowedOf({ 'gemma3.attention.sliding_window': undefined })).toEqual(Array(6).fill(false));
    expect(await refusal(pattern([true, false]), gemma3)).toMatch(
      /sliding_window_pattern must be 6 times true/,
    );
  });

  test("a Llama's is Mistral's; a Qwen's is refused where texts can be longer", async () => {
    expect(await windowedOf({ 'llama.attention.sliding_window': 4 }, llama)).toEqual([true, true]);
    const qwen = golden('qwen3');
    expect(await refusal({ 'qwen3.attention.sliding_window': 8 }, qwen)).toMatch(
      /qwen3\.attention\.sliding_window must be left out, or the 64 of context_length or more, got 8/,
    );
    await changed({ 'qwen3.attention.sliding_window': 64 }, qwen);
  });
});

test('a decoder whose queries see later keys', async () => {
  const model = await changed({ 'llama.attention.causal': false });
  expect(model.info).toMatchObject({ isCausal: false, predicts: true });
  const first = model.run(IDS).tap('weights', { layer: 0, head: 0 }).data.slice(0, IDS.length);
  expect([...first].every((weight) => weight > 0)).toBe(true);
});

describe('numbers by layer', () => {
  test.each(['attention.head_count', 'attention.head_count_kv', 'feed_forward_length'])('%s', async (key) => {
    const { value } = readGguf(llama).metadata[`llama.${key}`];
    expect(logitsOf(await changed({ [`llama.${key}`]: [value, value] }))).toEqual(plain);
    expect(await refusal({ [`llama.${key}`]: [value, value + 1] })).toMatch(
      new RegExp(`llama\\.${key} must be one number in every layer, got`),
    );
  });

  test('absent key-value heads are as many as heads', async () => {
    expect(await refusal({ 'llama.attention.head_count_kv': undefined })).toMatch(
      /"blk\.0\.attn_k\.weight" must have the shape 24 by 24/,
    );
  });
});

test('biases in one layer alone', async () => {
  const bias = golden('llama_bias');
  const some = (tensors) =>
    tensors.filter(({ name }) => !(name.startsWith('blk.1') && name.endsWith('.bias')));
  const zeros = (tensors) =>
    tensors.map((tensor) =>
      some([tensor]).length > 0 ? tensor : { ...tensor, bytes: Buffer.alloc(tensor.bytes.length) },
    );
  const model = await core.loadModel(changedGguf(bias, {}, some));
  expect(logitsOf(model)).toEqual(logitsOf(await core.loadModel(changedGguf(bias, {}, zeros))));
});

test('GGUFs that hold no model', async () => {
  expect(await refusal({ 'general.type': 'adapter' })).toMatch(/general.type "adapter"\) is a LoRA adapter/);
  expect(await refusal({ 'general.architecture': 'clip' })).toMatch(
    /is what a multimodal model sees or hears/,
  );
  expect(await refusal({ 'general.type': 'mmproj' })).toMatch(/give the GGUF of its language model/);
  expect(await refusal({ 'general.type': 'imatrix' })).toMatch(/an importance matrix/);
  await expect(core.loadModel(changedGguf(llama, {}, () => []))).rejects.toMatchObject({
    message: expect.stringMatching(/holds a vocabulary alone, without any tensors/),
  });
});

test('what a multimodal model sees with, beside the model', async () => {
  const eyes = new File([changedGguf(llama, { 'general.type': 'mmproj' })], 'mmproj-model-f16.gguf');
  const model = await core.loadModel([eyes, new File([llama], 'model-q4.gguf')]);
  expect(logitsOf(model)).toEqual(plain);
  await expect(core.loadModel([eyes])).rejects.toMatchObject({
    message: expect.stringMatching(/sees or hears/),
  });
});

test('scales beside weights are refused', async () => {
  const scale = { name: 'blk.0.attn_q.scale', shape: [1], type: 0, bytes: Buffer.alloc(4) };
  await expect(core.loadModel(changedGguf(llama, {}, (own) => [...own, scale]))).rejects.toMatchObject({
    message: expect.stringMatching(
      /tensor "blk\.0\.attn_q\.scale" multiplies a weight .* NVFP4 or for BitNet/,
    ),
  });
});

describe("every key of llama.cpp's", () => {
  const { keys, architectures } = JSON.parse(
    readFileSync(new URL('../golden/llama_cpp_keys.json', import.meta.url)),
  );
  const FILES = {
    llama,
    qwen2: golden('qwen2_f16'),
    qwen3: golden('qwen3'),
    gemma2: golden('gemma2'),
    gemma3,
    gpt2: golden('gpt2'),
    bert: readFileSync(new URL('../golden/converted_gguf/bert.gguf', import.meta.url)),
  };
  const own = keys.filter((key) => key.startsWith('%s.')).map((key) => key.slice(3));
  /** What changes nothing that is computed here. */
  const HARMLESS =
    /^(vocab_size|pooling_type|classifier\.\w+|embedding_length_out|dense_\d_feat_\w+|rope\.scaling\.finetuned|tensor_data_layout|target_layers|attention\.layer_norm_(rms_)?epsilon)$/;
  /** Without YaRN, or without a window, these say nothing. */
  const SAYS_NOTHING = /^(rope\.scaling\.original_context_length|attention\.sliding_window_pattern)$/;
  const answerOf = (model) => {
    const run = model.run(IDS);
    return [...run.lastHidden.data, ...(model.info.predicts ? run.logits.data : [])];
  };

  /** What becomes of a key whose value no model has: refused, told as unread, harmless, or another model. */
  async function fateOf(key, architecture) {
    const whole = `${architecture}.${key}`;
    const file = FILES[architecture];
    let model;
    try {
      model = await changed({ [whole]: { float: 0.8125 } }, file);
    } catch (error) {
      const isNamed = [whole, 'config', 'value_length'].some((name) => error.message.includes(name));
      return isNamed ? 'refused' : error.message;
    }
    const answer = answerOf(model);
    const { unreadKeys } = model.info;
    model.dispose();
    if (unreadKeys.includes(whole)) return 'unread';
    if (HARMLESS.test(key) || SAYS_NOTHING.test(key)) return 'harmless';
    if (['gpt2', 'bert'].includes(architecture) && key.startsWith('rope.')) return 'harmless';
    if (key === 'rope.freq_base_swa' && !architecture.startsWith('gemma')) return 'harmless';
    return distance(answer, answerOf(await core.loadModel(file))) > 0 ? 'read' : 'passed over';
  }

  test.each(Object.keys(FILES))('%s', async (architecture) => {
    const fates = {};
    for (const key of own) fates[key] = await fateOf(key, architecture);
    const { required, defaults } = architectures[architecture];
    const isRight = ([key, fate]) =>
      fate === 'unread'
        ? !required.includes(key) && !(key in defaults)
        : ['read', 'refused', 'harmless'].includes(fate);
    expect(Object.entries(fates).filter((entry) => !isRight(entry))).toEqual([]);
  });

  test("what isn't known and speaks of the mathematics is refused, what doesn't is told", async () => {
    expect(await refusal({ 'llama.attention.new_kind_of_scale': { float: 3 } })).toMatch(
      /llama\.attention\.new_kind_of_scale isn't known here/,
    );
    expect(await refusal({ 'llama.residual_scale': { float: 0.22 } })).toMatch(
      /llama\.residual_scale isn't known/,
    );
    expect(await refusal({ 'llama.expert_count': 8 })).toMatch(
      /llama\.expert_count must be 0, since mixtures/,
    );
    const model = await changed({ 'llama.favourite_colour': 'green', 'llama.residual_scale': { float: 1 } });
    expect(model.info.unreadKeys).toEqual(['llama.favourite_colour']);
  });
});
