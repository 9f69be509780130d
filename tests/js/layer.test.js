// Multi-head layers against PyTorch in float64 (tests/golden/layer_pytorch.py).
import { load } from '../../dist/lib/node.js';
import { decode, expectClose, readGolden } from './helpers/golden.js';
import { tensor, thrownBy } from './helpers/tensors.js';

const cases = readGolden('layer_pytorch.json.gz');
const TAPS = ['weights', 'masked', 'lse', 'contribution'];
const floats = (packed) => decode(packed, Float32Array).data;

/** The layer of a golden case, its call's options and its input. */
function prepare(core, golden) {
  const layer = core.createLayer({
    wQ: decode(golden.weights.q, Float32Array),
    wK: decode(golden.weights.k, Float32Array),
    wV: decode(golden.weights.v, Float32Array),
    wO: decode(golden.weights.o, Float32Array),
    biases: Object.fromEntries(Object.entries(golden.biases).map(([name, bias]) => [name, floats(bias)])),
    numHeads: golden.numHeads,
    numKvHeads: golden.numKvHeads,
    ...golden.options,
    ...(golden.sinks && { sinks: floats(golden.sinks) }),
    ...(golden.alibiSlopes && { alibiSlopes: floats(golden.alibiSlopes) }),
  });
  const options = {};
  if (golden.mask) options.attnMask = decode(golden.mask, golden.mask.boolean ? Uint8Array : Float32Array);
  if (golden.headScale) options.headScale = floats(golden.headScale);
  if (golden.kvLength !== undefined) options.kvLength = golden.kvLength;
  return { layer, options, x: decode(golden.x, Float32Array) };
}

/** The first `columns` columns of the rows [first, last) of a matrix. */
function rowsOf({ data, shape }, first, last, columns = shape[1]) {
  const part = new data.constructor((last - first) * columns);
  for (let row = first; row < last; ++row) {
    part.set(data.subarray(row * shape[1], row * shape[1] + columns), (row - first) * columns);
  }
  return { data: part, shape: [last - first, columns] };
}

const { variant: fastest } = await load();

describe.each([...new Set(['simd', fastest])])('%s', (variant) => {
  test.each(cases.map((golden) => [golden.name, golden]))('%s', async (_name, golden) => {
    const core = await load({ variant });
    const { layer, options, x } = prepare(core, golden);
    const { output, taps } = layer.forward(x, { ...options, taps: TAPS });
    expectClose('output', output, decode(golden.expected.output, Float32Array));
    for (const tap of TAPS) expectClose(tap, taps[tap], decode(golden.expected[tap], Float32Array));
    layer.dispose();
  });

  const stepwise = cases.filter(({ steps }) => steps).map((golden) => [golden.name, golden]);
  test.each(stepwise)('%s, step by step through a cache', async (_name, golden) => {
    const core = await load({ variant });
    const { layer, options, x } = prepare(core, golden);
    const expected = decode(golden.expected.output, Float32Array);
    const cache = layer.createCache({ capacity: x.shape[0] });
    let first = 0;
    for (const count of golden.steps) {
      const last = first + count;
      const step = { ...options, cache };
      if (options.attnMask) step.attnMask = rowsOf(options.attnMask, first, last, last);
      const { output } = layer.forward(rowsOf(x, first, last), step);
      expectClose('output', output, rowsOf(expected, first, last));
      expect(cache.length).toBe(last);
      first = last;
    }
    expect(first).toBe(x.shape[0]);
  });
});

describe('a layer', () => {
  const sizes = { numHeads: 4, numKvHeads: 2 };
  const separate = () => ({
    ...sizes,
    wQ: tensor(6, 12),
    wK: tensor(6, 6),
    wV: tensor(6, 6),
    wO: tensor(12, 6),
  });

  test('takes its projections fused, and from tensors that stay', async () => {
    const core = await load();
    const { wQ, wK, wV, wO } = separate();
    const rows = [wQ, wK, wV].map(({ data, shape }) => ({ data, width: shape[1] }));
    const fused = new Float32Array(6 * 24);
    for (let row = 0, at = 0; row < 6; ++row) {
      for (const { data, width } of rows) {
        fused.set(data.subarray(row * width, (row + 1) * width), at);
        at += width;
      }
    }
    const bias = tensor(24).data;
    const x = tensor(5, 6);
    const expected = core
      .createLayer({
        ...separate(),
        biases: { q: bias.slice(0, 12), k: bias.slice(12, 18), v: bias.slice(18) },
      })
      .forward(x);
    const wQKV = core.tensor({ data: fused, shape: [6, 24] });
    const layer = core.createLayer({ ...sizes, wQKV, wO: core.tensor(wO), biases: { qkv: bias } });
    wQKV.dispose();
    expect(layer.forward(core.tensor(x)).output).toEqual(expected.output);
  });

  test('gives the steps of the chosen heads, in their order', async () => {
    const core = await load();
    const layer = core.createLayer(separate());
    const x = tensor(5, 6);
    const taps = ['weights', 'head_output', 'contribution'];
    const all = layer.forward(x, { taps }).taps;
    const some = layer.forward(x, { taps, heads: [3, 1] }).taps;
    for (const tap of taps) {
      const size = all[tap].data.length / 4;
      const of = (head) => all[tap].data.slice(head * size, (head + 1) * size);
      expect(some[tap].data).toEqual(Float32Array.from([...of(3), ...of(1)]));
    }
  });

  test('fills arrays of the caller', async () => {
    const core = await load();
    const layer = core.createLayer(separate());
    const x = tensor(5, 6);
    const options = { taps: ['weights', 'head_output', 'contribution'], heads: [2] };
    const fresh = layer.forward(x, options);
    const out = { output: new Float32Array(fresh.output.data.length) };
    for (const tap of options.taps) out[tap] = new Float32Array(fresh.taps[tap].data.length);
    const filled = layer.forward(x, { ...options, out });
    expect(filled.output.data).toBe(out.output);
    expect(filled).toEqual(fresh);
    for (const tap of options.taps) expect(filled.taps[tap].data).toBe(out[tap]);
    const short = { ...options, out: { contribution: new Float32Array(1) } };
    expect(thrownBy(() => layer.forward(x, short)).message).toMatch(/^out\.contribution must be/);
  });

  test.each(cases.map((golden) => [golden.name, golden]))(
    'is its output bias and the contributions of its heads: %s',
    async (_name, golden) => {
      const { layer, options, x } = prepare(await load(), golden);
      const { output, taps } = layer.forward(x, { ...options, taps: ['contribution'] });
      const size = output.data.length;
      const bias = golden.biases.o ? floats(golden.biases.o) : new Float32Array(output.shape[1]);
      const sum = output.data.map((_, i) => {
        let total = bias[i % bias.length];
        for (let head = 0; head < golden.numHeads; ++head) total += taps.contribution.data[head * size + i];
        return total;
      });
      expectClose('sum', { data: sum, shape: output.shape }, output);
    },
  );

  test('takes no tokens, also with a cache', async () => {
    const core = await load();
    const layer = core.createLayer(separate());
    const cache = layer.createCache({ capacity: 4 });
    const none = layer.forward(tensor(0, 6), { cache, taps: ['weights'] });
    expect(none.output.shape).toEqual([0, 6]);
    expect(none.taps.weights.shape).toEqual([4, 0, 0]);
    expect(cache.length).toBe(0);
    expect(layer.forward(tensor(3, 6), { cache }).output).toEqual(layer.forward(tensor(3, 6)).output);
  });

  test('leaves out an ablated head whatever it holds', async () => {
    const core = await load();
    const weights = separate();
    weights.wV.data.fill(Infinity);
    const layer = core.createLayer({ ...weights, biases: { o: tensor(6).data } });
    const { output } = layer.forward(tensor(5, 6), { headScale: new Float32Array(4) });
    for (let token = 0; token < 5; ++token) {
      expect(output.data.subarray(token * 6, (token + 1) * 6)).toEqual(tensor(6).data);
    }
  });

  test('says what is wrong, and works on', async () => {
    const core = await load();
    const x = tensor(5, 6);
    const layer = core.createLayer(separate());
    const other = core.createLayer(separate());
    const small = layer.createCache({ capacity: 4 });
    const wrong = [
      [() => core.createLayer({ ...separate(), wK: tensor(6, 5) }), 'wK.shape must be [6, 6], got [6, 5].'],
      [() => core.createLayer({ ...separate(), numHeads: 5 }), /wO's first dimension must be/],
      [() => core.createLayer({ ...separate(), numHeads: 0 }), /numHeads must be an integer from 1 to/],
      [() => core.createLayer({ ...separate(), numKvHeads: 0 }), /numKvHeads must be an integer from 1 to/],
      [
        () => core.createLayer({ ...separate(), numKvHeads: 3, wK: tensor(6, 9), wV: tensor(6, 9) }),
        'numHeads must be a multiple of numKvHeads, got 4 and 3.',
      ],
      [
        () => core.createLayer({ ...separate(), softcap: NaN }),
        'softcap must be 0 (none) or a positive finite number, got NaN.',
      ],
      [
        () => core.createLayer({ ...separate(), alibiSlopes: Float32Array.of(0, 0, NaN, 0) }),
        'alibiSlopes[2] must be a finite number, got NaN.',
      ],
      [() => core.createLayer({ ...separate(), scale: NaN }), 'scale must be a finite number, got NaN.'],
      [
        () => core.createLayer({ ...separate(), sinks: Float32Array.of(0, NaN, 0, 0) }),
        'sinks[1] must be a finite number, got NaN.',
      ],
      [() => core.createLayer({ ...separate(), heads: 4 }), /createLayer has no option "heads"/],
      [
        () => core.createLayer({ ...separate(), biases: { q: new Float32Array(11) } }),
        'biases.q must be a Float32Array of 12, got "Float32Array of 11".',
      ],
      [() => layer.createCache(), "createCache's options must be an object, got undefined."],
      [() => layer.createCache({ capacity: 2 ** 31 }), /capacity must be an integer from 1 to 2147483647/],
      [() => layer.createCache({ capacity: 2 ** 31 - 1 }), /This cache needs 103079215056 bytes/],
      [() => layer.createCache({ capacity: 4, length: 2 }), /createCache has no option "length"/],
      [() => layer.forward(), 'x must be a tensor { data, shape }, got undefined.'],
      [() => layer.forward(tensor(5, 7)), "x's second dimension must be the layer's 6, got 7."],
      [() => layer.forward(x, { headScale: new Float32Array(3) }), /headScale must be a Float32Array of 4/],
      [() => layer.forward(x, { cache: small }), /cache must be room for 5 more tokens than 0/],
      [() => layer.forward(x, { cache: other.createCache({ capacity: 9 }) }), /made by this layer/],
      [
        () => layer.forward({ data: x.data.map(() => NaN), shape: x.shape }, { checkFinite: true }),
        /^x must/,
      ],
    ];
    for (const [action, message] of wrong) {
      expect(thrownBy(action).message).toEqual(
        typeof message === 'string' ? message : expect.stringMatching(message),
      );
    }
    small.dispose();
    expect(thrownBy(() => layer.forward(x, { cache: small }))).toMatchObject({ code: 'disposed' });
    other.dispose();
    other.dispose();
    expect(thrownBy(() => other.forward(x))).toMatchObject({ code: 'disposed' });
    expect(layer.forward(x).output.shape).toEqual([5, 6]);
  });

  test('and its cache do not grow the memory when they are made and disposed', async () => {
    const core = await load();
    const x = tensor(5, 6);
    const round = () => {
      const layer = core.createLayer(separate());
      const cache = layer.createCache({ capacity: 64 });
      layer.forward(x, { cache });
      cache.dispose();
      layer.dispose();
    };
    for (let i = 0; i < 100; ++i) round();
    const before = core.memoryBytes;
    for (let i = 0; i < 20_000; ++i) round();
    expect(core.memoryBytes).toBe(before);
  });
});
