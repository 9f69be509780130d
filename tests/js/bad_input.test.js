// Bad input gives one sentence that names the argument, what it was and what was expected, and the core works on.
import { AttentionError, load } from '../../dist/lib/node.js';
import { smallCall, tensor, thrownBy } from './helpers/tensors.js';

const core = await load();
const good = smallCall();
const expected = core.attend(good).output.data;

const bad = [
  [
    'data that is an ordinary array',
    { query: { data: [1, 2], shape: [1, 1, 2] } },
    'invalid-argument',
    'query.data must be a Float32Array, got [1, 2].',
  ],
  [
    'data of another type',
    { value: { data: new Float64Array(60), shape: [2, 5, 6] } },
    'invalid-argument',
    'value.data must be a Float32Array, got Float64Array.',
  ],
  [
    'data of a wrong length',
    { key: { data: new Float32Array(3), shape: [2, 5, 8] } },
    'invalid-argument',
    'key.data must hold 80 elements for shape [2, 5, 8], got 3.',
  ],
  [
    'a missing tensor',
    { key: undefined },
    'invalid-argument',
    'key must be a tensor { data, shape }, got undefined.',
  ],
  [
    'a shape of two dimensions',
    { query: tensor(3, 8) },
    'invalid-argument',
    'query.shape must be of 3 dimensions, got [3, 8].',
  ],
  [
    'a negative size',
    { query: { data: new Float32Array(0), shape: [4, -3, 8] } },
    'invalid-argument',
    'query.shape must be an array of whole numbers, got [4, -3, 8].',
  ],
  ['an unknown option', { causal: true }, 'unknown-option', 'attend has no option "causal"'],
  [
    'an unknown option of rope',
    { rope: { theta: 10000, base: 1 } },
    'unknown-option',
    'rope has no option "base"',
  ],
  [
    'an unknown tap',
    { taps: ['attention'] },
    'invalid-argument',
    'taps must be some of scores, softcapped, masked, weights, lse, head_output, got "attention".',
  ],
  [
    'keys of another width than queries',
    { key: tensor(2, 5, 4) },
    'invalid-argument',
    "key's last dimension must be query's last dimension (8), got 4.",
  ],
  [
    'fewer values than keys',
    { value: tensor(2, 4, 6) },
    'invalid-argument',
    "value's second dimension must be key's second dimension (5), got 4.",
  ],
  [
    'numHeads that disagrees',
    { numHeads: 5 },
    'invalid-argument',
    "numHeads must be query's first dimension (4), got 5.",
  ],
  [
    'heads that are not a multiple of kv heads',
    { key: tensor(3, 5, 8), value: tensor(3, 5, 6) },
    'invalid-argument',
    'numHeads must be a multiple of numKvHeads, got 4 and 3.',
  ],
  ['zero heads', { query: tensor(0, 3, 8) }, 'invalid-argument', 'numHeads must be at least 1, got 0.'],
  [
    'a head width of zero',
    { query: tensor(4, 3, 0), key: tensor(2, 5, 0) },
    'invalid-argument',
    "headDim (query's last dimension) must be at least 1, got 0.",
  ],
  ['NaN as scale', { scale: NaN }, 'invalid-argument', 'scale must be a finite number, got NaN.'],
  [
    'infinity as scale',
    { scale: Infinity },
    'invalid-argument',
    'scale must be a finite number, got Infinity.',
  ],
  [
    'NaN as softcap',
    { softcap: NaN },
    'invalid-argument',
    'softcap must be 0 (none) or a positive finite number, got NaN.',
  ],
  [
    'a negative softcap',
    { softcap: -2.5 },
    'invalid-argument',
    'softcap must be 0 (none) or a positive finite number, got -2.5.',
  ],
  [
    'NaN in slopes',
    { alibiSlopes: Float32Array.of(1, NaN, 1, 1) },
    'invalid-argument',
    'alibiSlopes[1] must be a finite number, got NaN.',
  ],
  [
    'too few slopes',
    { alibiSlopes: new Float32Array(2) },
    'invalid-argument',
    'alibiSlopes must be a Float32Array of 4, got "Float32Array of 2".',
  ],
  [
    'NaN in sinks',
    { sinks: Float32Array.of(0, 0, NaN, 0) },
    'invalid-argument',
    'sinks[2] must be a finite number, got NaN.',
  ],
  [
    'a mask of the wrong shape',
    { attnMask: { data: new Uint8Array(8), shape: [2, 4] } },
    'invalid-argument',
    'attnMask.shape must be broadcastable to [4, 3, 5], got [2, 4].',
  ],
  [
    'a mask of the wrong type',
    { attnMask: { data: new Int8Array(5), shape: [5] } },
    'invalid-argument',
    'attnMask.data must be a Uint8Array or a Float32Array, got Int8Array.',
  ],
  [
    'NaN in a mask',
    { attnMask: { data: Float32Array.of(0, 0, NaN, 0, 0), shape: [5] } },
    'invalid-argument',
    'attnMask must hold finite numbers or -Infinity, got NaN at head 0, query 0, key 2.',
  ],
  [
    'infinity in a mask',
    { attnMask: { data: Float32Array.of(0, 0, 0, 0, Infinity), shape: [5] } },
    'invalid-argument',
    'got Infinity at head 0, query 0, key 4.',
  ],
  [
    'more valid keys than keys',
    { kvLength: 6 },
    'invalid-argument',
    'kvLength must be an integer from 0 to 5, got 6.',
  ],
  [
    'a broken pastLen',
    { pastLen: 1.5 },
    'invalid-argument',
    'pastLen must be an integer from -2147483647 to 2147483647, got 1.5.',
  ],
  [
    'a negative window',
    { slidingWindow: [-1, 0] },
    'invalid-argument',
    'slidingWindow[0] must be an integer from 0 to 2147483647, got -1.',
  ],
  [
    'a window that is a number',
    { slidingWindow: 4 },
    'invalid-argument',
    'slidingWindow must be [left, right] or null, got 4.',
  ],
  [
    'odd rope dimensions',
    { rope: { theta: 10000, dims: 3 } },
    'invalid-argument',
    'rope.dims must be even, at least 2 and at most headDim (8), got 3.',
  ],
  [
    'a rope scaling that is not known',
    { rope: { theta: 10000, scaling: { type: 'yarn' } } },
    'invalid-argument',
    'rope.scaling.type must be "linear" or "llama3", got "yarn".',
  ],
  [
    'a head that does not exist',
    { taps: ['weights'], heads: [4] },
    'invalid-argument',
    'heads[0] must be an integer from 0 to 3, got 4.',
  ],
  [
    'an out array of the wrong length',
    { out: { output: new Float32Array(1) } },
    'invalid-argument',
    'out.output must be a Float32Array of 72, got "Float32Array of 1".',
  ],
];

describe.each(bad)('%s', (_, change, code, sentence) => {
  test('is an error, and the next call works', () => {
    const error = thrownBy(() => core.attend({ ...good, ...change }));
    expect(error).toBeInstanceOf(AttentionError);
    expect(error.code).toBe(code);
    expect(error.message).toContain(sentence);
    expect(core.attend(good).output.data).toEqual(expected);
  });
});

test('NaN and infinity pass unless checkFinite is set', () => {
  const call = smallCall();
  call.key.data[9] = Infinity;
  expect(() => core.attend(call)).not.toThrow();
  const error = thrownBy(() => core.attend({ ...call, checkFinite: true }));
  expect(error.code).toBe('not-finite');
  expect(error.message).toBe('key must hold finite numbers only, got Infinity at element 9.');
  expect(core.attend({ ...good, checkFinite: true }).output.data).toEqual(expected);
});

test('zero tokens give empty results, and zero keys give zeros', () => {
  expect(core.attend({ ...good, query: tensor(4, 0, 8) }).output).toEqual({
    data: new Float32Array(0),
    shape: [4, 0, 6],
  });
  const { output, taps } = core.attend({
    query: tensor(1, 2, 4),
    key: tensor(1, 0, 4),
    value: tensor(1, 0, 3),
    taps: ['lse'],
  });
  expect(output.data).toEqual(new Float32Array(6));
  expect(taps.lse.data).toEqual(Float32Array.of(-Infinity, -Infinity));
});

test('a call larger than memory is an error, and the core works on', () => {
  const wide = { data: new Float32Array(200_000), shape: [1, 200_000, 1] };
  const error = thrownBy(() => core.attend({ query: wide, key: wide, value: wide, taps: ['weights'] }));
  expect(error.code).toBe('out-of-memory');
  expect(error.message).toMatch(
    /^This call needs 1600\d+ bytes, more than this program's memory can give\.$/,
  );
  expect(core.attend(good).output.data).toEqual(expected);
});

test('load refuses what it does not know', async () => {
  await expect(load({ variant: 'fast' })).rejects.toMatchObject({
    code: 'invalid-argument',
    message: 'variant must be "simd" or "relaxed", got "fast".',
  });
  await expect(load({ url: 'x' })).rejects.toMatchObject({ code: 'unknown-option' });
  await expect(load({ wasmBinary: new Uint8Array([1, 2, 3]) })).rejects.toMatchObject({
    code: 'wasm-unavailable',
  });
});
