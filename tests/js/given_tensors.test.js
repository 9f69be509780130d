// Tensors that ran elsewhere: where their queries stand, what a mask hides, and batches of one; against plain softmax.
import { load } from '../../dist/lib/node.js';
import { importSource } from './helpers/source.js';

const { computeHead } = await importSource('web/element/compute_head.ts');
const core = await load();
const PLACE = { layer: 0, head: 0 };
const KEYS = [1, 0, 0, 1, 1, 1, 0.5, -1, -1, 0.5];
const QUERIES = [0.3, 0.9, 1, -0.4, 0.2, -0.7];
const key = { data: Float32Array.from(KEYS), shape: [5, 2] };
const queries = (count) => ({ data: Float32Array.from(QUERIES.slice(0, 2 * count)), shape: [count, 2] });

/** Weights in double precision; `score` may change a scaled score, to −Infinity where a query doesn't see a key. */
function expected(count, score) {
  return Array.from({ length: count }, (_, i) => {
    const row = Array.from({ length: 5 }, (_, j) => {
      const product = QUERIES[2 * i] * KEYS[2 * j] + QUERIES[2 * i + 1] * KEYS[2 * j + 1];
      return Math.exp(score(product / Math.SQRT2, i, j));
    });
    const sum = row.reduce((all, share) => all + share, 0);
    return row.map((share) => (sum === 0 ? 0 : share / sum));
  }).flat();
}

function expectWeights(weights, wanted) {
  expect(weights).toHaveLength(wanted.length);
  weights.forEach((weight, i) => expect(Math.abs(weight - wanted[i])).toBeLessThan(1e-6));
}

/** What an element shows of the head. */
function shown(trace, whatIf = {}) {
  const style = { colours: 'linear', ignoreFirstKey: false, theme: 'light' };
  const steps = computeHead(core, trace, { ...PLACE, whatIf, style, part: undefined });
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

const hide = (isHidden) => (score, i, j) => (isHidden(i, j) ? -Infinity : score);
const MECHANISMS = [
  [{ isCausal: true }, (past) => hide((i, j) => j > i + past)],
  [{ slidingWindow: [1, 0] }, (past) => hide((i, j) => j > i + past || j < i + past - 1)],
  [{ slidingWindow: [null, 1] }, (past) => hide((i, j) => j > i + past + 1)],
];

describe.each(MECHANISMS)('%j', (mechanism, seen) => {
  test.each([
    [1, 4],
    [2, 3],
    [2, 0],
    [3, 1],
    [2, -1],
  ])('%i queries after %i keys', async (count, pastLen) => {
    const given = { query: queries(count), key, value: key, ...mechanism };
    const trace = await core.openTensors({ ...given, pastLen });
    const wanted = expected(count, seen(pastLen));
    expectWeights(trace.tap('weights', PLACE).data, wanted);
    const head = shown(trace);
    expectWeights(head.weights, wanted);
    expect(head.mechanism.pastLen).toBe(pastLen);
    // Also where something else is changed in the head.
    expectWeights(shown(trace, { softcap: 0, temperature: 1 }).weights, wanted);
    const { pixels } = trace.paint({ ...PLACE, width: 5, height: count });
    const forbidden = [245, 245, 246];
    wanted.forEach((weight, cell) => {
      if (weight === 0) expect([...pixels.subarray(4 * cell, 4 * cell + 3)]).toEqual(forbidden);
    });
  });

  test('fewer queries than keys: pastLen is asked for', async () => {
    const given = { query: queries(2), key, value: key, ...mechanism };
    await expect(core.openTensors(given)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/^pastLen must be given .* 2 queries look at 5 keys.* 3 where/),
    });
  });
});

test('where nothing needs it, queries are the last tokens, which a mask added later sees', async () => {
  const trace = await core.openTensors({ query: queries(2), key, value: key });
  expectWeights(
    trace.tap('weights', PLACE).data,
    expected(2, (score) => score),
  );
  expectWeights(
    shown(trace, { isCausal: true }).weights,
    expected(
      2,
      hide((i, j) => j > i + 3),
    ),
  );
  const weights = { data: new Float32Array(10).fill(0.2), shape: [2, 5] };
  expect((await core.openTensors({ weights, isCausal: true })).tokens).toHaveLength(2);
});

test.each([
  ['booleans of keys', Uint8Array.of(1, 0, 1, 1, 0), [5], hide((i, j) => j === 1 || j === 4)],
  [
    'booleans of cells',
    Uint8Array.of(1, 1, 0, 0, 0, 0, 1, 1, 1, 1),
    [1, 1, 2, 5],
    hide((i, j) => (i === 0 ? j > 1 : j === 0)),
  ],
  [
    'numbers that are added',
    Float32Array.of(0, -1, 2, -Infinity, 0),
    [1, 5],
    (score, i, j) => score + [0, -1, 2, -Infinity, 0][j],
  ],
])('a mask of %s', async (_, data, shape, seen) => {
  const trace = await core.openTensors({ query: queries(2), key, value: key, attnMask: { data, shape } });
  expectWeights(trace.tap('weights', PLACE).data, expected(2, seen));
  for (const head of [shown(trace), shown(trace, { temperature: 1, softcap: 0 })]) {
    expectWeights(head.weights, expected(2, seen));
    expect(head.mechanism).toMatchObject({ hasMask: true });
    expect('attnMask' in head.mechanism).toBe(false);
  }
});

test('batches of one stand anywhere before the last two dimensions', async () => {
  const values = Float32Array.from({ length: 2 * 3 * 4 }, (_, i) => i / 100);
  for (const shape of [
    [2, 1, 3, 2, 2],
    [1, 2, 3, 2, 2],
    [2, 3, 1, 2, 2],
    [1, 1, 2, 3, 2, 2],
  ]) {
    const trace = await core.openTensors({ weights: { data: values, shape } });
    expect(trace).toMatchObject({ numLayers: 2, numHeads: 3 });
    expect(trace.tap('weights', { layer: 1, head: 2 }).data).toEqual(values.slice(20));
  }
  const one = await core.openTensors({ weights: { data: values, shape: [2, 1, 3, 1, 4] } });
  expect(one).toMatchObject({ numLayers: 2, numHeads: 3 });
  const batch = { data: values, shape: [2, 3, 2, 1, 2] };
  await expect(core.openTensors({ weights: batch })).rejects.toThrow(/two to four dimensions beside batches/);
});

test('what does not fit is refused by name', async () => {
  const given = { query: queries(2), key, value: key };
  const mask = (...shape) => ({ data: new Uint8Array(shape.reduce((a, b) => a * b, 1)), shape });
  const cases = [
    [{ pastLen: 1.5 }, /pastLen must be an integer/],
    [{ attnMask: mask(4) }, /attnMask\.shape must be broadcastable to \[2, 5\]/],
    [{ attnMask: mask(2, 1, 1, 5) }, /attnMask\.shape must be broadcastable/],
    [{ attnMask: { data: [1], shape: [1] } }, /attnMask\.data must be a Uint8Array or a Float32Array/],
    [{ attnMask: null }, /attnMask must be a tensor/],
  ];
  for (const [change, message] of cases)
    await expect(core.openTensors({ ...given, ...change })).rejects.toThrow(message);
  const weights = { data: new Float32Array(10), shape: [2, 5] };
  await expect(core.openTensors({ weights, attnMask: mask(5) })).rejects.toThrow(/attnMask must be left out/);
});
