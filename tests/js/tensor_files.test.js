// A person's own arrays: what Python and its libraries write, which of them is which, and what is left out, by name.
import { File } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { zipSync } from 'fflate';

import { load } from '../../dist/lib/node.js';
import { miniLM } from './helpers/model_files.js';
import { importSource } from './helpers/source.js';
import { safetensorsFile, traceMetadata } from './helpers/traces.js';

const { isTrace, readArrays } = await importSource('web/app/tensors/read_tensors.ts');
const { foreignWords } = await importSource('web/app/tensors/which_files.ts');
const { guessRoles } = await importSource('web/app/tensors/roles.ts');
const { axisOrders, giveTensors, guessChoice } = await importSource('web/app/tensors/give_tensors.ts');
const { readNpy } = await importSource('web/app/tensors/npy.ts');
const { writeNpy, writeNpz } = await importSource('web/app/tensors/write_npz.ts');
const golden = (name) => readFileSync(new URL(`../golden/exported_tensors/${name}`, import.meta.url));
const file = (name, bytes = golden(name)) => new File([bytes], name);
const json = (name, value) => file(name, JSON.stringify(value));
const expected = JSON.parse(gunzipSync(golden('expected.json.gz')));
const windowed = JSON.parse(gunzipSync(golden('windowed_steps.json.gz')));
const core = await load();
const VALUES = [0.5, -1.25, 3, 1e-3, 65504, -0];

/** What the page draws of files without being told anything, or with a change of what it guessed. */
async function draw(names, change = {}) {
  const files = [names].flat().map((name) => (typeof name === 'string' ? file(name) : name));
  const arrays = await readArrays(files);
  const guessed = guessChoice(arrays);
  const roles = new Map([...guessed.roles, ...Object.entries(change.roles ?? {})]);
  const orders = axisOrders(arrays, roles);
  const choice = { ...guessed, ...change, roles };
  const given = giveTensors(arrays, choice);
  const trace = await core.openTensors(given.tensors);
  const notes = [...guessed.notes, ...given.notes];
  return { arrays, roles: Object.fromEntries(roles), orders, ...given, notes, trace };
}

/** Expects the weights [layers][heads][queries][keys]. */
function expectWeights(trace, layers, tolerance = 1e-6) {
  expect([trace.numLayers, trace.numHeads]).toEqual([layers.length, layers[0].length]);
  layers.forEach((heads, layer) =>
    heads.forEach((rows, head) => {
      const { data, shape } = trace.tap('weights', { layer, head });
      expect(shape).toEqual([rows.length, rows[0].length]);
      rows.flat().forEach((weight, i) => expect(Math.abs(data[i] - weight)).toBeLessThan(tolerance));
    }),
  );
}
const textsOf = (tokens) => tokens.map(({ text }) => text);

describe('one array', () => {
  test.each([
    ['half.npy', 1e-6],
    ['single.npy', 1e-10],
    ['double.npy', 1e-10],
    ['big.npy', 1e-10],
    ['big_half.npy', 1e-6],
    ['big_double.npy', 1e-10],
    ['fortran.npy', 1e-10],
  ])('%s is what numpy saved', (name, tolerance) => {
    const { data, shape } = readNpy(golden(name));
    expect(shape).toEqual([2, 3]);
    data.forEach((value, i) => expect(Math.abs(value - VALUES[i])).toBeLessThanOrEqual(tolerance));
  });

  test('bfloat16, which numpy saves as two bytes of nothing', () => {
    const { data, kind } = readNpy(golden('bfloat.npy'));
    expect(kind).toBe('float');
    expect([...data]).toEqual([0.5, -1.25, 3, 0.00099945068359375, 65536, -0]);
  });

  test('three dimensions, column by column, big-endian', () => {
    const { data, shape } = readNpy(golden('fortran_cube.npy'));
    expect(shape).toEqual([2, 3, 4]);
    expect([...data]).toEqual(Array.from({ length: 24 }, (_, i) => i));
  });

  test('integers of every size', async () => {
    const { numbers } = await readArrays([file('integers.npz')]);
    const { data, shape, kind } = numbers.get('i1–8');
    expect({ kind, shape }).toEqual({ kind: 'integer', shape: [4, 1, 2, 3] });
    expect([...data]).toEqual(Array.from({ length: 4 }, () => [0, -1, 2, 3, 127, -128]).flat());
  });

  test('is written with the bytes that numpy writes, and an .npz is read again', async () => {
    const tensor = { data: Float32Array.from(VALUES), shape: [2, 3] };
    expect(Buffer.from(writeNpy(tensor))).toEqual(golden('single.npy'));
    const tensors = new Map([['weights', { data: Float32Array.of(1, 0, 0.5, 0.5), shape: [2, 2] }]]);
    const { numbers } = await readArrays([file('a.npz', writeNpz(tensors))]);
    expect([...numbers]).toEqual([...tensors].map(([name, own]) => [name, { ...own, kind: 'float' }]));
  });
});

describe("the page's snippet", () => {
  test('gives the attention of MiniLM, and its tokens', async () => {
    const { trace: given, roles, notes } = await draw('attention.npz');
    expect(roles).toEqual({ weights: 'attentions' });
    expect(notes).toEqual(['Tokens are from tokens.']);
    const model = await core.loadModel(miniLM());
    const run = model.run('The cat sat on the mat.');
    expect(textsOf(given.tokens)).toEqual(['[CLS]', 'the', 'cat', 'sat', 'on', 'the', 'mat', '.', '[SEP]']);
    for (let layer = 0; layer < 6; ++layer) {
      for (let head = 0; head < 12; ++head) {
        const own = run.tap('weights', { layer, head }).data;
        given.tap('weights', { layer, head }).data.forEach((weight, i) => {
          expect(Math.abs(weight - own[i])).toBeLessThan(1e-3);
        });
      }
    }
  });

  test.each(['bert', 'llama', 'gemma'])('gives that of %s', async (name) => {
    const { trace } = await draw(`${name}.npz`);
    expectWeights(trace, expected.snippet[name].attentions);
    expect(textsOf(trace.tokens)).toEqual([' the', ' cat', ' sat', ' on', ' the', ' mat', ' .']);
    expect(trace.text).toBe(' the cat sat on the mat .');
    expect(trace.keyTokens).toBeUndefined();
  });

  test("gives a T5's: of its encoder, its decoder and across, with the tokens of each axis", async () => {
    const source = [' the', ' cat', ' sat', ' on', ' the', ' mat', ' .'];
    const target = [' le', ' chat'];
    const axes = {
      encoder_attentions: [source, undefined],
      decoder_attentions: [target, undefined],
      cross_attentions: [target, source],
    };
    for (const [kind, [rows, columns]] of Object.entries(axes)) {
      const { trace } = await draw('t5.npz', { roles: { weights: kind } });
      expectWeights(trace, expected.snippet.t5[kind]);
      expect(textsOf(trace.tokens)).toEqual(rows);
      expect(trace.keyTokens && textsOf(trace.keyTokens)).toEqual(columns);
    }
  });
});

describe('arrays of layers and of steps', () => {
  test.each(['list.npz', 'attn.npz', 'stack.npy'])('layers of %s', async (name) => {
    const { trace } = await draw(name);
    expectWeights(trace, expected.layers);
  });

  test('layers that torch saved as bfloat16', async () => {
    const { trace, roles } = await draw('attentions.safetensors');
    expect(roles.weights).toBe('attentions.0–2');
    expectWeights(trace, expected.layers, 2 ** -8);
  });

  test('layers in files of their own, in the order of their numbers', async () => {
    const map = (layer) => ({ data: new Float32Array(4).fill(layer), shape: [2, 2] });
    const files = [10, 2, 9].map((i) => file(`w${i}.npy`, writeNpy(map(i))));
    const { trace, roles } = await draw(files);
    expect(roles.weights).toBe('w2–10');
    expect([0, 1, 2].map((layer) => trace.tap('weights', { layer, head: 0 }).data[0])).toEqual([2, 9, 10]);
  });

  test.each(['generate_steps.npz', 'generate_list.npz', 'generate_steps_layers.npz', 'generate.safetensors'])(
    "generate's steps of %s are the map of the whole text",
    async (name) => {
      const { trace, tensors } = await draw(name);
      expectWeights(trace, expected.generate, 1e-5);
      // The last token that was generated is no query yet.
      if (tensors.tokens !== undefined) expect(tensors.tokens).toHaveLength(7);
      expect(tensors.tokens === undefined).toBe(name === 'generate_list.npz');
    },
  );

  test.each(['3', '5', '7'])('steps of layers with a window of %s stand at their keys', async (window) => {
    const { trace } = await draw(`windowed_steps_${window}.npz`);
    expectWeights(trace, windowed[window], 1e-5);
  });

  test('what is no layer of the others stays by itself', async () => {
    const array = (...shape) => ({ data: new Float32Array(shape.reduce((a, b) => a * b, 1)), shape });
    const tensors = new Map([
      ['attn_0', array(2, 3, 3)],
      ['attn_1', array(2, 5, 5)],
      ['attn_2', array(2, 4, 4)],
    ]);
    const { numbers } = await readArrays([file('a.npz', writeNpz(tensors))]);
    expect([...numbers.keys()]).toEqual(['attn_0', 'attn_1', 'attn_2']);
  });

  test('heads of layers, a map each', async () => {
    const names = [0, 1].flatMap((layer) => [0, 1, 2].map((head) => `layer${layer}_head${head}`));
    const tensors = new Map(
      names.map((name, i) => [name, { data: new Float32Array(4).fill(i), shape: [2, 2] }]),
    );
    const { trace } = await draw(file('a.npz', writeNpz(tensors)));
    expect(trace).toMatchObject({ numLayers: 2, numHeads: 3 });
    expect(trace.tap('weights', { layer: 1, head: 2 }).data[0]).toBe(5);
  });
});

describe('queries, keys and values', () => {
  test('of layers, by the names of projections', async () => {
    const { trace, roles, orders } = await draw('vectors.safetensors');
    expect(roles).toEqual({
      query: 'layer.0–1.q_proj',
      key: 'layer.0–1.k_proj',
      value: 'layer.0–1.v_proj',
    });
    expect(orders[0]).toBe('heads');
    expectWeights(trace, expected.vectors);
  });

  test('of flax, tokens before heads, whose mask hides a key', async () => {
    const { trace, orders, notes } = await draw('flax.npz');
    expect(orders).toEqual(['tokens', 'heads']);
    expectWeights(trace, expected.flax);
    expect(textsOf(trace.tokens)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(notes).toEqual(['attention_mask says which keys are seen.', 'Tokens are from tokens.']);
  });

  test('of MLX, causal or not', async () => {
    expectWeights((await draw('mlx.safetensors')).trace, expected.mlx);
    expectWeights((await draw('mlx.safetensors', { isCausal: true })).trace, expected.mlx_causal);
  });

  test('of a step: the query is the last token, also where it is causal, with the last of the tokens', async () => {
    for (const isCausal of [false, true]) {
      const { trace, notes } = await draw('step.npz', { isCausal });
      expectWeights(trace, expected.step);
      expect(trace.mechanism.pastLen).toBe(4);
      expect(textsOf(trace.tokens)).toEqual(['e']);
      expect(textsOf(trace.keyTokens)).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(notes.includes('The queries are taken for the last 1 of 5 tokens.')).toBe(isCausal);
    }
  });
});

describe('weights beside queries, keys and values', () => {
  const tensor = (data, ...shape) => ({ data: Float32Array.from(data), shape });
  const vectors = {
    query: tensor([0.3, 0.9, 1, -0.4], 2, 2),
    key: tensor([1, 0, 0.5, 2], 2, 2),
    value: tensor([1, 2, 3, 4], 2, 2),
  };
  const weightsOf = async (isCausal) =>
    (await core.openTensors({ ...vectors, isCausal })).tap('weights', { layer: 0, head: 0 });
  const drawBeside = (weights) =>
    draw(file('a.npz', writeNpz(new Map(Object.entries({ ...vectors, attn: weights })))));

  test.each([false, true])('that they give are told to be causal or not: %s', async (isCausal) => {
    const weights = await weightsOf(isCausal);
    const { roles, trace, notes } = await drawBeside(weights);
    expect(roles).toEqual({ query: 'query', key: 'key', value: 'value' });
    expect(trace.tap('weights', { layer: 0, head: 0 }).data).toEqual(weights.data);
    expect(notes).toEqual([]);
  });

  test('that they do not give are drawn in their place, and it is said', async () => {
    const weights = tensor([0.1, 0.9, 0.8, 0.2], 2, 2);
    const { roles, trace, notes } = await drawBeside(weights);
    expect(roles).toEqual({ weights: 'attn' });
    expect(trace.tap('weights', { layer: 0, head: 0 }).data).toEqual(weights.data);
    expect(notes).toEqual([expect.stringMatching(/^attn are drawn, since query and key don't give them/)]);
  });
});

describe('tokens', () => {
  const weights = (q, k) =>
    file('weights.npy', writeNpy({ data: new Float32Array(q * k).fill(1 / k), shape: [q, k] }));
  const labels = ({ trace }) => [textsOf(trace.tokens), trace.keyTokens && textsOf(trace.keyTokens)];

  test('are two lists of JSON, by their lengths, or by their names', async () => {
    const [le, the] = [json('target.json', ['le', 'chat']), json('source.json', ['the', 'black', 'cat'])];
    expect(labels(await draw([the, le, weights(2, 3)]))).toEqual([
      ['le', 'chat'],
      ['the', 'black', 'cat'],
    ]);
    const two = [json('source.json', ['a', 'b']), json('target.json', ['c', 'd'])];
    expect(labels(await draw([...two, weights(2, 2)]))).toEqual([
      ['c', 'd'],
      ['a', 'b'],
    ]);
    const both = json('tokens.json', { keys: ['a', 'b'], queries: ['c', 'd'] });
    expect(labels(await draw([both, weights(2, 2)]))).toEqual([
      ['c', 'd'],
      ['a', 'b'],
    ]);
    const chosen = { rowTokens: 'source', keyTokens: 'target' };
    expect(labels(await draw([...two, weights(2, 2)], chosen))).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  test('are ids where there are no strings', async () => {
    expect(labels(await draw([json('ids.json', [[101, 7]]), weights(2, 2)]))).toEqual([
      ['101', '7'],
      undefined,
    ]);
  });

  test('are spelled without the marks of their vocabularies', async () => {
    const cases = [
      [['<s>', '▁The', '▁cat', 's'], '<s> The cats'],
      [['The', 'Ġcaf', 'Ã©', 'Ċ'], 'The café\n'],
      [['[CLS]', 'play', '##ing', '[SEP]'], '[CLS] playing [SEP]'],
      [['a', 'b', 'c', 'd'], 'a b c d'],
    ];
    for (const [tokens, text] of cases)
      expect((await draw([json('tokens.json', tokens), weights(4, 4)])).trace.text).toBe(text);
  });
});

describe('what is something else', () => {
  test('is left out and named, and the rest is drawn', async () => {
    const { arrays, trace, roles } = await draw('others.npz');
    expect(roles).toEqual({ weights: 'weights' });
    expect(textsOf(trace.tokens)).toEqual(['[CLS]', 'cät', '😀']);
    expect([...arrays.leftOut.keys()].sort()).toEqual([
      'complex',
      'dates',
      'float8',
      'objects',
      'records',
      'text',
    ]);
    expect(arrays.leftOut.get('objects')).toMatch(/Python objects, which are never unpickled/);
    expect(arrays.leftOut.get('float8')).toMatch(/numbers of one byte/);
    const { arrays: torch } = await draw('float8.safetensors');
    expect(torch.leftOut.get('q')).toMatch(/its numbers are F8_E4M3/);
  });

  test('masks of padding, which often mean the opposite, are no masks', async () => {
    const floats = (...shape) => ({ data: new Float32Array(shape.reduce((a, b) => a * b, 1)), shape });
    const names = {
      query: floats(3, 2),
      key: floats(3, 2),
      value: floats(3, 2),
      key_padding_mask: floats(1, 3),
    };
    const { roles, tensors } = await draw(file('a.npz', writeNpz(new Map(Object.entries(names)))));
    expect(roles).toEqual({ query: 'query', key: 'key', value: 'value' });
    expect(tensors.attnMask).toBeUndefined();
  });

  test('rows of weights that do not add up to 1 are said', async () => {
    const scores = file('weights.npy', writeNpy({ data: Float32Array.of(3, -1, 0.5, 0.5), shape: [2, 2] }));
    expect((await draw(scores)).notes).toEqual(['The rows of weights add up to 1.00 to 2.00, not to 1.']);
  });

  test("a model's parameters are said to be that", async () => {
    const data = { dtype: 'F32', shape: [2, 2], data: new Float32Array(4) };
    const names = [
      'embed_tokens.weight',
      'layers.0.self_attn.q_proj.weight',
      'layers.0.self_attn.k_proj.weight',
    ];
    const bytes = safetensorsFile(Object.fromEntries(names.map((name) => [name, data])), null);
    await expect(readArrays([file('model.safetensors', bytes)])).rejects.toThrow(
      /parameters of a model \(embed_tokens.weight and 2 others\).*config\.json/,
    );
  });

  test('a trace is told from arrays', () => {
    const weights = { dtype: 'F32', shape: [1, 1, 2, 2], data: new Float32Array(4) };
    expect(isTrace(safetensorsFile({ weights }, traceMetadata(2)))).toBe(true);
    expect(isTrace(safetensorsFile({ weights }, { text: 'a b', tokens: '["a","b"]' }))).toBe(false);
    expect(isTrace(safetensorsFile({ weights }, null))).toBe(false);
    expect(isTrace(new Uint8Array(3))).toBe(false);
  });

  test.each(['pt', 'pth', 'pkl', 'pickle', 'h5', 'parquet', 'csv', 'mat'])(
    'a .%s is said to be what it is, and how to save it',
    async (end) => {
      const name = `attention.${end}`;
      expect(foreignWords(name)).toMatch(/^attention\.\w+ is [^;.]*(\.\w[^;.]*)?; .*numpy\.savez.*\.$/);
      await expect(readArrays([file(name, 'x')])).rejects.toThrow(foreignWords(name));
      const { arrays } = await draw(['attention.npz', file(name, 'x')]);
      expect([...arrays.leftOut.keys()]).toEqual([name]);
    },
  );

  test('roles are guessed by name or shape', () => {
    const some = (names) =>
      new Map(names.map((name) => [name, { data: new Float32Array(4), shape: [2, 2], kind: 'float' }]));
    const guess = (...names) => Object.fromEntries(guessRoles(some(names)));
    const vectors = (query, key, value) => ({ query, key, value });
    for (const names of [
      ['layer.q', 'layer.k', 'layer.v'],
      ['queries', 'keys', 'values'],
      ['blocks.0.attn.hook_q', 'blocks.0.attn.hook_k', 'blocks.0.attn.hook_v'],
      ['query_states', 'keyStates', 'value_states'],
    ])
      expect(guess(...names, 'attn')).toEqual(vectors(...names));
    for (const name of [
      'attn_weights',
      'attentions',
      'attention_probs',
      'cross_attn_weights',
      'hook_pattern',
      'x',
      'layer_0/attn',
    ])
      expect(guess(name)).toEqual({ weights: name });
    expect(guess('attn_scores', 'attn_output', 'query_key_value', 'attn_probs')).toEqual({
      weights: 'attn_probs',
    });
    expect(guess('attn_probs', 'key')).toEqual({ weights: 'attn_probs' });
  });
});

/** Files that hold nothing to be drawn, each with what is said. */
test.each([
  [
    'cut.npy',
    golden('single.npy').subarray(0, 150),
    /cut\.npy can't be read: its shape \(2, 3\) takes 24 bytes, but it holds 22/,
  ],
  ['head.npy', golden('single.npy').subarray(0, 60), /head\.npy can't be read: its header is cut off/],
  ['text.npy', Buffer.from('no array at all'), /text\.npy can't be read: it is no \.npy file/],
  ['a.npz', Buffer.from('no archive at all'), /a\.npz can't be read: it is no \.npz file/],
  [
    'b.npz',
    Buffer.from(zipSync({ 'notes.txt': Buffer.from('x') })),
    /notes\.txt can't be read: it is no array/,
  ],
  ['c.safetensors', Buffer.from([1, 2, 3]), /c\.safetensors can't be read: it has 3 bytes/],
  ['d.json', Buffer.from('{"a": 1}'), /d\.json can't be read: a file of tokens must be a JSON list/],
  ['e.json', Buffer.from('{'), /e\.json can't be read: it is no JSON/],
])('%s is refused by name', async (name, bytes, message) => {
  await expect(readArrays([file(name, bytes)])).rejects.toThrow(message);
});

function npy(dictionary, data = 0) {
  const header = Buffer.from(`${dictionary}\n`);
  const length = Buffer.from([header.length & 255, header.length >> 8]);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\0', 'latin1'), length, header, Buffer.alloc(data)]);
}

test("what MLX writes: its header's shape ends otherwise, and a turned array lies column by column", () => {
  const bfloats = Buffer.from(Uint16Array.of(0x3f80, 0x4080, 0x4000, 0x40a0, 0x4040, 0x40c0).buffer);
  const header = npy("{'descr': '<V2', 'fortran_order': True, 'shape': (2, 3, )}");
  const { data, shape } = readNpy(Buffer.concat([header, bfloats]));
  expect({ data: [...data], shape }).toEqual({ data: [1, 2, 3, 4, 5, 6], shape: [2, 3] });
});

test('a header that is hostile is refused', async () => {
  const dictionary = (descr, shape) => `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`;
  const cases = [
    [npy(dictionary('<f4', '99999999999, 99999999999')), /takes .* bytes, but it holds 0/],
    [npy(dictionary('<f3', '1'), 4), /floats, integers or booleans, got <f3/],
    [npy(dictionary('<U99999999', '9')), /takes .* bytes, but it holds 0/],
    [npy(dictionary('__proto__', '1'), 4), /got __proto__/],
    [npy(dictionary('<U1', '2, 2'), 16), /its strings must be one list, got \[2, 2\]/],
    [npy("{'shape': ("), /its header is no array’s/],
  ];
  for (const [bytes, message] of cases)
    await expect(readArrays([file('a.npy', bytes)])).rejects.toThrow(message);
  const beyond = Buffer.from(Uint32Array.of(0x41, 0xffffffff).buffer);
  const { texts } = readNpy(Buffer.concat([npy(dictionary('<U2', '1,')), beyond]));
  expect(texts).toEqual(['A\ufffd']);
});

test('tensors that do not fit each other are refused by name', async () => {
  const tensor = (...shape) => ({ data: new Float32Array(shape.reduce((a, b) => a * b, 1)), shape });
  const cases = [
    [{}, /tensors must be query, key and value, or weights/],
    [{ query: tensor(2, 4), key: tensor(2, 3), value: tensor(2, 4) }, /key\.shape must be/],
    [{ query: tensor(2, 4), key: tensor(3, 4), value: tensor(2, 4) }, /value\.shape must be/],
    [
      { query: tensor(3, 2, 4), key: tensor(2, 2, 4), value: tensor(2, 2, 4) },
      /key\.shape must be .* divisor of 3/,
    ],
    [{ weights: tensor(2, 2), key: tensor(2, 2) }, /tensors must be query, key and value, or weights alone/],
    [{ weights: tensor(4) }, /weights\.shape must be two to four dimensions/],
    [{ weights: tensor(2, 2), tokens: ['a'] }, /tokens must be an array of 2 strings/],
    [{ weights: tensor(2, 3), keyTokens: ['a', 'b'] }, /keyTokens must be an array of 3 strings/],
    [{ weights: tensor(2, 2), softcap: -1 }, /softcap must be 0/],
    [{ weights: tensor(2, 2), slidingWindow: [1] }, /slidingWindow must be/],
    [{ weights: tensor(2, 2), causal: true }, /no option "causal"/],
  ];
  for (const [given, message] of cases) await expect(core.openTensors(given)).rejects.toThrow(message);
});
