// Bad input gives one sentence that names the argument, what it was and what was expected, and the core works on.
import { AttentionError, load } from '../../dist/lib/node.js';
import { smallCall, tensor, thrownBy } from './helpers/tensors.js';

const core = await load();
const good = smallCall();
const expected = core.attend(good).output.data;
const empty = (...shape) => ({ data: new Float32Array(0), shape });

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
  [
    'zero kv heads',
    { key: tensor(0, 5, 8), value: tensor(0, 5, 6) },
    'invalid-argument',
    'numKvHeads must be at least 1, got 0.',
  ],
  [
    'a value width of zero',
    { value: tensor(2, 5, 0) },
    'invalid-argument',
    "vHeadDim (value's last dimension) must be at least 1, got 0.",
  ],
  [
    'a query width beyond 32 bits',
    { query: empty(4, 0, 2 ** 32 + 8), key: empty(2, 0, 2 ** 32 + 8), value: empty(2, 0, 6) },
    'invalid-argument',
    'headDim must be between 0 and 2147483647, got 4294967304.',
  ],
  [
    'queries beyond 32 bits',
    { query: empty(4, 2 ** 32 + 3, 0), key: empty(2, 5, 0) },
    'invalid-argument',
    'qLen must be between 0 and 2147483647, got 4294967299.',
  ],
  [
    'a value width beyond 32 bits',
    { key: empty(2, 0, 8), value: empty(2, 0, 2 ** 32 + 6) },
    'invalid-argument',
    'vHeadDim must be between 0 and 2147483647, got 4294967302.',
  ],
  [
    'an output whose size is beyond 32 bits',
    { key: empty(2, 0, 8), value: empty(2, 0, 2 ** 30) },
    'out-of-memory',
    "bytes, more than this program's memory can give.",
  ],
  [
    'heads beyond 32 bits',
    { query: empty(2 ** 32 + 4, 0, 8), key: empty(2, 0, 8), value: empty(2, 0, 6) },
    'invalid-argument',
    'numHeads must be an integer from 0 to 1048576, got 4294967300.',
  ],
  [
    'more heads than can be listed',
    { query: empty(2 ** 30, 0, 8), key: empty(2, 0, 8), value: empty(2, 0, 6) },
    'invalid-argument',
    'numHeads must be an integer from 0 to 1048576, got 1073741824.',
  ],
  [
    'a shape whose product is beyond all numbers',
    { query: empty(2 ** 50, 2 ** 50, 2 ** 50) },
    'invalid-argument',
    'query.data must hold 1.42724769270596e+45 elements',
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
    'a scale beyond single precision',
    { scale: 1e39 },
    'invalid-argument',
    'scale must be a finite number, got Infinity.',
  ],
  ['a scale that is text', { scale: '0.5' }, 'invalid-argument', 'scale must be a number, got "0.5".'],
  [
    'infinity as softcap',
    { softcap: Infinity },
    'invalid-argument',
    'softcap must be 0 (none) or a positive finite number, got Infinity.',
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
    'infinity in slopes',
    { alibiSlopes: Float32Array.of(1, 1, 1, -Infinity) },
    'invalid-argument',
    'alibiSlopes[3] must be a finite number, got -Infinity.',
  ],
  [
    'slopes that are an ordinary array',
    { alibiSlopes: [1, 1, 1, 1] },
    'invalid-argument',
    'alibiSlopes must be a Float32Array of 4, got [1, 1, 1, 1].',
  ],
  [
    'infinity in sinks',
    { sinks: Float32Array.of(0, Infinity, 0, 0) },
    'invalid-argument',
    'sinks[1] must be a finite number, got Infinity.',
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
    'a mask of four dimensions',
    { attnMask: { data: new Uint8Array(5), shape: [1, 1, 1, 5] } },
    'invalid-argument',
    'attnMask.shape must be broadcastable to [4, 3, 5], got [1, 1, 1, 5].',
  ],
  [
    'a mask of the wrong length',
    { attnMask: { data: new Uint8Array(4), shape: [5] } },
    'invalid-argument',
    'attnMask.data must hold 5 elements for shape [5], got 4.',
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
    'a pastLen beyond 32 bits',
    { pastLen: 2 ** 32 },
    'invalid-argument',
    'pastLen must be an integer from -2147483647 to 2147483647, got 4294967296.',
  ],
  [
    'a window beyond 32 bits',
    { slidingWindow: [2 ** 31, 0] },
    'invalid-argument',
    'slidingWindow[0] must be an integer from 0 to 2147483647, got 2147483648.',
  ],
  [
    'NaN as theta',
    { rope: { theta: NaN } },
    'invalid-argument',
    'rope.theta must be a positive finite number, got NaN.',
  ],
  [
    'isCausal that is a number',
    { isCausal: 1 },
    'invalid-argument',
    'isCausal must be true or false, got 1.',
  ],
  [
    'a tap by itself',
    { taps: 'weights' },
    'invalid-argument',
    'taps must be an array of scores, softcapped, masked, weights, lse, head_output, got "weights".',
  ],
  [
    'a head twice',
    { taps: ['weights'], heads: [1, 1] },
    'invalid-argument',
    'heads must be head numbers without repetition, got [1, 1].',
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

describe.each(['query', 'key', 'value'])('%s', (name) => {
  test.each([NaN, Infinity, -Infinity])('that holds %d passes unless checkFinite is set', (value) => {
    const call = smallCall();
    call[name].data[9] = value;
    expect(() => core.attend(call)).not.toThrow();
    expect(thrownBy(() => core.attend({ ...call, checkFinite: true }))).toMatchObject({
      code: 'not-finite',
      message: `${name} must hold finite numbers only, got ${value} at element 9.`,
    });
    expect(core.attend({ ...good, checkFinite: true }).output.data).toEqual(expected);
  });
});

test('no options at all are an error', () => {
  for (const action of [() => core.attend(), () => core.tensor(), () => core.createLayer()]) {
    expect(thrownBy(action).message).toMatch(/'s options must be an object, got undefined\.$/);
  }
  expect(core.attend(good).output.data).toEqual(expected);
});

test('positions at the ends of 32 bits are positions', () => {
  const last = 2 ** 31 - 1;
  const late = { ...good, pastLen: last, isCausal: true, taps: ['weights'] };
  expect(core.attend(late).output.data).toEqual(expected);
  expect(core.attend({ ...late, slidingWindow: [last, last] }).taps.weights.data[0]).toBeGreaterThan(0);
  expect(core.attend({ ...late, slidingWindow: [5, 5] }).output.data).toEqual(new Float32Array(72));
  expect(core.attend({ ...late, pastLen: -last }).output.data).toEqual(new Float32Array(72));
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
