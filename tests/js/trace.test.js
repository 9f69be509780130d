// Traces: what a run writes is read back as it was; files of others are recomputed, and broken ones refused.
import { readFileSync, readdirSync } from 'node:fs';

import { load } from '../../dist/lib/node.js';
import { expectWithin } from './helpers/golden.js';
import { filesOf, miniLM, tinyBert } from './helpers/model_files.js';
import { tensor, thrownBy } from './helpers/tensors.js';
import { headerOf, safetensorsFile, traceMetadata } from './helpers/traces.js';

const KEPT = ['query', 'key', 'value'];
const TAPS = ['scores', 'softcapped', 'masked', 'weights', 'lse', 'head_output'];
const TEXT = 'Cafe\u0301 « The CAT » 😂 sat';

const core = await load();
const model = await core.loadModel(filesOf(tinyBert('odd_f32')), { name: 'tiny' });
const run = model.run(TEXT);

function* places({ numLayers, numHeads }) {
  for (let layer = 0; layer < numLayers; ++layer) {
    for (let head = 0; head < numHeads; ++head) yield { layer, head };
  }
}

/** Half of the distance between halves: relative, and absolute below the least normal one. */
const HALF_STEP = 2 ** -11;
const LEAST_HALF_STEP = 2 ** -25;

/**
 * Expects weights to be those of the run but for the rounding of q and k to halves. Where every score of a row is
 * off by at most d, each weight is off by at most a factor of e^(2d).
 */
function expectWeightsOfHalves(trace, source, place) {
  const [query, key, weights] = ['query', 'key', 'weights'].map((name) => source.tap(name, place));
  const [tokens, dim] = query.shape;
  const actual = trace.tap('weights', place).data;
  const wrong = [];
  const error = (value) => Math.max(Math.abs(value) * HALF_STEP, LEAST_HALF_STEP);
  for (let row = 0; row < tokens; ++row) {
    let worst = 0;
    for (let column = 0; column < tokens; ++column) {
      let sum = 0;
      for (let i = 0; i < dim; ++i) {
        const [q, k] = [query.data[row * dim + i], key.data[column * dim + i]];
        sum += Math.abs(q) * error(k) + Math.abs(k) * error(q) + error(q) * error(k);
      }
      worst = Math.max(worst, source.mechanism.scale * sum);
    }
    for (let column = 0; column < tokens; ++column) {
      const weight = weights.data[row * tokens + column];
      const off = Math.abs(actual[row * tokens + column] - weight);
      if (!(off <= weight * Math.expm1(2 * worst) + 1e-6)) wrong.push({ row, column, off });
    }
  }
  expect(wrong).toEqual([]);
}

describe("a run's trace", () => {
  test('in single precision has the bits of q, k and v, and gives the same weights', async () => {
    const trace = await core.openTrace(run.toTrace({ dtype: 'f32' }));
    expect(trace).toMatchObject({ numLayers: 2, numHeads: 3, numKvHeads: 3, truncated: false });
    for (const place of places(run)) {
      for (const name of KEPT) expect(trace.tap(name, place)).toEqual(run.tap(name, place));
      for (const name of TAPS) {
        const [own, expected] = [trace.tap(name, place), run.tap(name, place)];
        expect(own.shape).toEqual(expected.shape);
        expectWithin(name, own.data, expected.data, 1e-6);
      }
    }
  });

  test('keeps half precision where that moves no weight by more than 0.001, else single, and says so', async () => {
    const furthest = (trace, source) => {
      const off = [...places(source)].map((place) => {
        const own = source.tap('weights', place).data;
        return trace
          .tap('weights', place)
          .data.reduce((most, w, i) => Math.max(most, Math.abs(w - own[i])), 0);
      });
      return Math.max(...off);
    };
    const builtIn = await core.loadModel('built-in');
    const sources = [run, model.run('cat'), builtIn.run('The cat sat'), builtIn.run('a b '.repeat(60))];
    const chosen = [];
    for (const source of sources) {
      const bytes = source.toTrace();
      const trace = await core.openTrace(bytes);
      const { dtype } = headerOf(bytes).query;
      chosen.push(dtype);
      expect(furthest(trace, source)).toBeLessThanOrEqual(1e-3);
      const half = furthest(await core.openTrace(source.toTrace({ dtype: 'f16' })), source);
      expect(half <= 1e-3).toBe(dtype === 'F16');
      const { precision } = headerOf(bytes).__metadata__;
      expect(trace.precision).toBe(precision);
      const said =
        /^(float16: no weight moves by more than|float32: float16 would move a weight by) ([\de.-]+)$/;
      expect(precision).toMatch(said);
      expect(precision.startsWith(dtype === 'F16' ? 'float16' : 'float32')).toBe(true);
      if (dtype === 'F16') expect(Number(said.exec(precision)[2])).toBeCloseTo(half, 4);
    }
    expect(new Set(chosen)).toEqual(new Set(['F16', 'F32']));
  });

  test('of a run whose weights an edit made is refused, since a trace could not say them', () => {
    const place = { layer: 0, head: 0 };
    const edits = [{ temperature: 2 }, { blocked: [[1, 0]] }, { pattern: new Float32Array(1).fill(1) }];
    for (const edit of edits) {
      const own = model.run(TEXT, { edits: [{ ...place, ...edit }] });
      for (const options of [undefined, { dtype: 'f32' }])
        expect(thrownBy(() => own.toTrace(options)).message).toMatch(/^toTrace: an edit of this run/);
    }
    expect(model.run(TEXT, { edits: [{ ...place, ablate: 'zero' }] }).toTrace().length).toBeGreaterThan(0);
  });

  test('in half precision is off by no more than its rounding', async () => {
    const bytes = run.toTrace({ dtype: 'f16' });
    const trace = await core.openTrace(bytes);
    for (const place of places(run)) {
      for (const name of KEPT) {
        const expected = run.tap(name, place).data;
        trace.tap(name, place).data.forEach((value, i) => {
          const step = Math.max(Math.abs(expected[i]) * HALF_STEP, LEAST_HALF_STEP);
          expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(step);
        });
      }
      expectWeightsOfHalves(trace, run, place);
    }
  });

  test.each(['f16', 'f32'])('is a safetensors file as the design says: %s', (dtype) => {
    const bytes = run.toTrace({ dtype });
    const { __metadata__: metadata, ...tensors } = headerOf(bytes);
    const tokens = run.tokens.length;
    expect(Object.keys(tensors)).toEqual(KEPT);
    for (const { dtype: own, shape } of Object.values(tensors)) {
      expect({ own, shape }).toEqual({ own: dtype.toUpperCase(), shape: [2, 3, tokens, 10] });
    }
    const { tokens: places, ...rest } = metadata;
    expect(rest).toEqual({
      text: TEXT,
      model: 'tiny',
      scale: String(1 / Math.sqrt(10)),
      is_causal: 'false',
      sliding_window: 'null',
      softcap: '0',
      precision: dtype === 'f16' ? 'float16' : 'float32',
    });
    expect(JSON.parse(places)).toEqual(run.tokens.map(({ text, start, end }) => ({ text, start, end })));
    const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(headerBytes % 8).toBe(0);
    expect(bytes).toHaveLength(8 + headerBytes + 3 * 6 * tokens * 10 * (dtype === 'f16' ? 2 : 4));
  });

  test('keeps the text, the tokens and their places', async () => {
    const trace = await core.openTrace(run.toTrace());
    expect(trace.text).toBe(TEXT);
    expect(trace.model).toBe('tiny');
    expect(trace.mechanism).toEqual(run.mechanism);
    expect(trace.tokens).toEqual(run.tokens.map(({ text, start, end }) => ({ text, start, end })));
    for (const { text, start, end } of trace.tokens.slice(1, -1)) expect(text).toBe(TEXT.slice(start, end));
  });

  test('may be of token ids, and of no text', async () => {
    for (const input of [[2, 5, 6, 3], '']) {
      const own = model.run(input);
      const trace = await core.openTrace(own.toTrace({ dtype: 'f32' }));
      expect(trace.tokens.map(({ text }) => text)).toEqual(own.tokens.map(({ text }) => text));
      expect(trace.tap('query', { layer: 0, head: 0 })).toEqual(own.tap('query', { layer: 0, head: 0 }));
      own.dispose();
    }
  });

  test('is painted as the run is', async () => {
    const trace = await core.openTrace(run.toTrace({ dtype: 'f32' }));
    const options = { layer: 1, head: 2, width: 64, height: 48, theme: 'dark' };
    expect(trace.paint(options).max).toBeCloseTo(run.paint(options).max, 6);
    const [own, expected] = [trace.paint(options).pixels, run.paint(options).pixels];
    expectWithin('pixels', own, expected, 2);
  });

  test('refuses options that it does not have, and to be written once disposed', () => {
    expect(thrownBy(() => run.toTrace({ dtype: 'bf16' })).message).toBe(
      'dtype must be "f16" or "f32", got "bf16".',
    );
    expect(thrownBy(() => run.toTrace({ type: 'f32' })).code).toBe('unknown-option');
    const own = model.run('cat');
    own.dispose();
    expect(thrownBy(() => own.toTrace()).code).toBe('disposed');
  });
});

/** q, k and v of two layers, four heads over two, seven tokens. */
const QKV = Object.fromEntries(
  Object.entries({ query: [2, 4, 7, 6], key: [2, 2, 7, 6], value: [2, 2, 7, 5] }).map(([name, shape], i) => {
    const { data } = tensor(...shape);
    return [name, { dtype: 'F32', shape, data: data.map((value) => (3 - i) * value) }];
  }),
);

/** The tensor of one layer, as `core.attend` takes it. */
function ofLayer({ data, shape: [layers, ...shape] }, layer) {
  const size = data.length / layers;
  return { data: data.slice(layer * size, (layer + 1) * size), shape };
}

describe('a trace of other makers', () => {
  const mechanisms = [
    [{}, {}],
    [{ scale: '0.5' }, { scale: 0.5 }],
    [{ is_causal: 'true' }, { isCausal: true }],
    [{ sliding_window: '[2,1]' }, { slidingWindow: [2, 1] }],
    [{ sliding_window: '[null,0]' }, { slidingWindow: [null, 0] }],
    [{ softcap: '1.5' }, { softcap: 1.5 }],
    [
      { scale: '-0.25', is_causal: 'true', sliding_window: '[1,null]', softcap: '0.75' },
      { scale: -0.25, isCausal: true, slidingWindow: [1, null], softcap: 0.75 },
    ],
  ];
  test.each(mechanisms)('of grouped heads is recomputed by its metadata: %j', async (metadata, mechanism) => {
    const trace = await core.openTrace(safetensorsFile(QKV, traceMetadata(7, metadata)));
    expect(trace).toMatchObject({ numLayers: 2, numHeads: 4, numKvHeads: 2, model: '' });
    for (const { layer, head } of places(trace)) {
      const [query, key, value] = KEPT.map((name) => ofLayer(QKV[name], layer));
      const { taps } = core.attend({ query, key, value, ...mechanism, taps: TAPS, heads: [head] });
      for (const name of TAPS) {
        const { data, shape } = trace.tap(name, { layer, head });
        expect({ name, data, shape: [1, ...shape] }).toEqual({ name, ...taps[name] });
      }
      const shared = trace.tap('key', { layer, head });
      expect(shared.shape).toEqual([7, 6]);
      expect(shared.data).toEqual(key.data.slice(Math.floor(head / 2) * 42, Math.floor(head / 2) * 42 + 42));
    }
  });

  test('draws what its mask forbids', async () => {
    const trace = await core.openTrace(safetensorsFile(QKV, traceMetadata(7, { is_causal: 'true' })));
    const { pixels } = trace.paint({ layer: 0, head: 0, width: 7, height: 7 });
    expect([...pixels.subarray(4 * 6, 4 * 7)]).toEqual([245, 245, 246, 255]);
    expect([...pixels.subarray(0, 4)]).toEqual([45, 19, 76, 255]);
  });

  test('reads halves of any pattern', async () => {
    const data = Uint16Array.from({ length: 65536 }, (_, half) => half);
    const query = { dtype: 'F16', shape: [1, 64, 64, 16], data };
    const trace = await core.openTrace(
      safetensorsFile({ query, key: query, value: query }, traceMetadata(64)),
    );
    for (let head = 0; head < 64; ++head) {
      const own = trace.tap('query', { layer: 0, head }).data;
      own.forEach((value, i) => {
        const half = head * 1024 + i;
        const [sign, exponent, fraction] = [half >> 15 ? -1 : 1, (half >> 10) & 31, half & 1023];
        const finite = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
        const magnitude = exponent === 31 ? (fraction === 0 ? Infinity : NaN) : finite;
        if (!Object.is(value, sign * magnitude)) throw new Error(`${half} was read as ${value}`);
      });
    }
  });

  test.each(['BF16', 'F64'])('of %s is widened', async (dtype) => {
    const stored = (values) => {
      if (dtype === 'F64') return Float64Array.from(values);
      return Uint16Array.from(new Uint32Array(values.buffer), (bits) => bits >>> 16);
    };
    const tensors = Object.fromEntries(
      Object.entries(QKV).map(([name, { shape, data }]) => [name, { dtype, shape, data: stored(data) }]),
    );
    const trace = await core.openTrace(safetensorsFile(tensors, traceMetadata(7)));
    const { data } = trace.tap('query', { layer: 0, head: 0 });
    data.forEach((value, i) => {
      const whole = QKV.query.data[i];
      const [least, most] = [whole * (1 - 2 ** -7), whole].sort((a, b) => a - b);
      if (dtype === 'F64') expect(value).toBe(whole);
      else expect(value >= least && value <= most).toBe(true);
    });
  });

  test('may have null in the place of metadata’s object, which says no text', async () => {
    const bytes = safetensorsFile(QKV, null);
    await expect(core.openTrace(bytes)).rejects.toThrow(/its metadata have no "text"/);
  });

  test('may hold weights alone, and other tensors that are passed over', async () => {
    const weights = { dtype: 'F32', shape: [1, 2, 3, 3], data: tensor(1, 2, 3, 3).data };
    const other = { dtype: 'I64', shape: [2], data: new BigInt64Array(2) };
    const bytes = safetensorsFile({ ['__proto__x']: other, weights }, traceMetadata(3));
    const trace = await core.openTrace(bytes);
    expect(trace).toMatchObject({ numLayers: 1, numHeads: 2, numKvHeads: 2 });
    const place = { layer: 0, head: 1 };
    expect(trace.tap('weights', place)).toEqual({ data: weights.data.slice(9), shape: [3, 3] });
    const style = { width: 9, height: 9 };
    expect(trace.paint({ ...place, ...style })).toEqual(
      core.paint({ weights: trace.tap('weights', place), ...style }),
    );
    expect(thrownBy(() => trace.tap('scores', place)).message).toBe(
      'This trace holds weights alone, so there is no scores.',
    );
  });

  test("gives copies, which are the caller's to change", async () => {
    const place = { layer: 1, head: 2 };
    const weights = { dtype: 'F32', shape: [2, 4, 7, 7], data: tensor(2, 4, 7, 7).data };
    for (const [tensors, names] of [
      [QKV, [...KEPT, ...TAPS]],
      [{ weights }, ['weights']],
    ]) {
      const trace = await core.openTrace(safetensorsFile(tensors, traceMetadata(7)));
      for (const name of names) {
        const { data } = trace.tap(name, place);
        const before = data.slice();
        data.fill(NaN);
        expect(trace.tap(name, place).data).toEqual(before);
      }
    }
  });

  test('says what is wrong with a call, and works on', async () => {
    const trace = await core.openTrace(safetensorsFile(QKV, traceMetadata(7)));
    const place = { layer: 0, head: 0 };
    const wrong = [
      [() => trace.tap('contribution', place), /^tap must be one of scores/],
      [() => trace.tap('weights'), "tap's options must be an object, got undefined."],
      [() => trace.tap('weights', { layer: 2, head: 0 }), 'layer must be an integer from 0 to 1, got 2.'],
      [() => trace.tap('weights', { layer: 0, head: 4 }), 'head must be an integer from 0 to 3, got 4.'],
      [() => trace.paint(), "paint's options must be an object, got undefined."],
      [() => trace.paint({ ...place, width: 1, height: 1, scale: 2 }), /^paint has no option "scale"/],
    ];
    for (const [action, message] of wrong) {
      expect(thrownBy(action).message).toEqual(
        typeof message === 'string' ? message : expect.stringMatching(message),
      );
    }
    expect(trace.tap('weights', place).shape).toEqual([7, 7]);
    trace.dispose();
    trace.dispose();
    expect(thrownBy(() => trace.tap('weights', place)).code).toBe('disposed');
    expect(thrownBy(() => trace.paint({ ...place, width: 1, height: 1 })).code).toBe('disposed');
    await expect(core.openTrace('file')).rejects.toMatchObject({
      message: 'bytes must be a Uint8Array or an ArrayBuffer, got "file".',
    });
  });
});

describe('a hostile trace', () => {
  const good = safetensorsFile(QKV, traceMetadata(7));
  const refused = async (bytes) => {
    const error = await core.openTrace(bytes).then(
      () => undefined,
      (reason) => reason,
    );
    expect(error).toMatchObject({ name: 'AttentionError', code: 'file-format' });
    return error.message;
  };
  afterEach(async () => {
    const trace = await core.openTrace(good);
    expect(trace.tap('weights', { layer: 1, head: 3 }).shape).toEqual([7, 7]);
  });

  const metadata = (change) => safetensorsFile(QKV, { ...traceMetadata(7), ...change });
  const header = (change) => safetensorsFile(QKV, traceMetadata(7), change);
  const without = (...names) =>
    safetensorsFile(
      Object.fromEntries(Object.entries(QKV).filter(([name]) => !names.includes(name))),
      traceMetadata(7),
    );
  const shaped = (shapes, tokens = 7) =>
    safetensorsFile(
      Object.fromEntries(
        Object.entries({ query: [1, 2, 7, 3], key: [1, 2, 7, 3], value: [1, 2, 7, 3], ...shapes }).map(
          ([name, shape]) => [name, { dtype: 'F32', shape, data: tensor(...shape).data }],
        ),
      ),
      traceMetadata(tokens),
    );
  const map = { dtype: 'F32', shape: [2, 4, 7, 7], data: tensor(2, 4, 7, 7).data };
  const token = (change) =>
    metadata({ tokens: JSON.stringify([{ text: 'a', start: 0, end: 1, ...change }]) });
  const raw = (text, length = text.length) => {
    const bytes = new Uint8Array(8 + text.length);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
    bytes.set(new TextEncoder().encode(text), 8);
    return bytes;
  };
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);

  const broken = {
    'no bytes': [new Uint8Array(0), /it has 0 bytes, fewer than a header/],
    'seven bytes': [new Uint8Array(7), /it has 7 bytes/],
    'a header of more bytes than the file': [raw('{}', 3), /can't be 3 bytes long in a file of 10 bytes/],
    'a header of 2^64 - 1 bytes': [raw('{}', 2n ** 64n - 1n), /can't be 18446744073709552000 bytes long/],
    'a header beyond the limit of the format': [raw('{}', 100_000_001), /can't be 100000001 bytes long/],
    'a header that is not JSON': [raw('{"query":'), /header must be JSON/],
    'a header that is not UTF-8': [Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x22, 0xff), /header must be JSON/],
    'a header that is an array': [raw('[]'), /header must be a JSON object/],
    'a header of nothing': [raw('{}'), /its metadata have no "text"/],
    'a header of deep arrays': [raw(`{"query":${deep}}`), /Tensor "query" has no dtype/],
    'metadata that are not strings': [metadata({ scale: 0.5 }), /__metadata__ must hold strings only/],
    'metadata without a text': [metadata({ text: undefined }), /its metadata have no "text"/],
    'metadata without tokens': [metadata({ tokens: undefined }), /its metadata have no "tokens"/],
    'tokens that are not JSON': [metadata({ tokens: '[{' }), /"tokens" must be JSON, got "\[\{"/],
    'tokens that are not an array': [metadata({ tokens: '{"length":7}' }), /"tokens" must be an array/],
    'a token that is null': [metadata({ tokens: '[null]' }), /its token 0 must have a text and a start/],
    'a token without a text': [token({ text: 7 }), /its token 0 must have a text/],
    'a token that ends beyond the text': [token({ end: 14 }), /within the text's 13/],
    'a token that ends before it starts': [token({ start: 2 }), /its token 0 must have/],
    'a token that starts before the text': [token({ start: -1 }), /its token 0 must have/],
    'a token that starts within a unit': [token({ start: 0.5 }), /its token 0 must have/],
    'fewer tokens than the tensors': [token({}), /tensor "query" must be of 1 tokens, got \[2, 4, 7, 6\]/],
    'a scale that is NaN': [metadata({ scale: 'NaN' }), /"scale" must be JSON, got "NaN"/],
    'a scale that is infinite': [
      metadata({ scale: '1e999' }),
      /"scale" must be a finite number .* got Infinity/,
    ],
    'a scale beyond single precision': [metadata({ scale: '1e39' }), /"scale" must be .* got 1e\+39/],
    'a scale that is text': [metadata({ scale: '"0.5"' }), /"scale" must be .* got "0.5"/],
    'a scale of deep arrays': [metadata({ scale: deep }), /"scale" must be .* got \[\[…\]\]/],
    'a scale whose constructor has no name': [
      metadata({ scale: '{"constructor":{"name":{"toString":1}}}' }),
      /"scale" must be .* got an object/,
    ],
    'a negative softcap': [metadata({ softcap: '-1' }), /"softcap" must be 0 \(none\) or positive, got -1/],
    'is_causal that is a number': [metadata({ is_causal: '1' }), /"is_causal" must be true or false, got 1/],
    'a window of one bound': [
      metadata({ sliding_window: '[1]' }),
      /"sliding_window" must be null or .* got \[1\]/,
    ],
    'a negative window': [metadata({ sliding_window: '[-1,0]' }), /"sliding_window" .* got \[-1, 0\]/],
    'a window beyond 32 bits': [
      metadata({ sliding_window: '[0,4294967296]' }),
      /"sliding_window" .* got \[0,/,
    ],
    'no query': [without('query'), /must hold query, key and value, or weights alone/],
    'no value': [without('value'), /must hold query, key and value/],
    'no tensor': [without(...KEPT), /must hold query, key and value/],
    'weights beside a query alone': [
      safetensorsFile({ weights: map, query: QKV.query }, traceMetadata(7)),
      /must hold query, key and value, or weights alone/,
    ],
    'weights beside tensors of other layers': [
      safetensorsFile({ ...QKV, key: { ...map, shape: [4, 2, 7, 7] }, weights: map }, traceMetadata(7)),
      /query, key and value must have the same layers and dims/,
    ],
    'weights of other keys': [
      safetensorsFile({ weights: { ...map, shape: [2, 7, 7, 4] } }, traceMetadata(7)),
      /tensor "weights" must have 7 keys, got 4/,
    ],
    'three dimensions': [shaped({ query: [2, 7, 3] }), /"query" must have four dimensions/],
    'zero heads': [shaped({ key: [1, 0, 7, 3] }), /"key" must have four dimensions and be not empty/],
    'zero layers': [shaped({ value: [0, 2, 7, 3] }), /"value" must .* be not empty/],
    'zero dims': [shaped({ query: [1, 2, 7, 0], key: [1, 2, 7, 0] }), /"query" must .* be not empty/],
    'zero tokens': [
      shaped({ query: [1, 2, 0, 3], key: [1, 2, 0, 3], value: [1, 2, 0, 3] }, 0),
      /"query" must .* be not empty/,
    ],
    'other layers': [shaped({ key: [2, 2, 7, 3] }), /must have the same layers and dims and fitting heads/],
    'other dims': [shaped({ key: [1, 2, 7, 4] }), /must have the same layers and dims/],
    'heads that do not divide': [
      shaped({ query: [1, 3, 7, 3] }),
      /fitting heads, got \[1, 3, 7, 3\], \[1, 2, 7, 3\]/,
    ],
    'values of other heads': [shaped({ value: [1, 1, 7, 3] }), /fitting heads/],
    'an unknown dtype': [
      header((json) => (json.key.dtype = 'F8_E4M3')),
      /"key" must be F16, BF16, F32 or F64, got "F8_E4M3"/,
    ],
    'a dtype of another size': [
      header((json) => (json.key.dtype = 'F16')),
      /"key" takes 336 bytes by its shape, but 672 by its offsets \(1344 to 2016\)/,
    ],
    'no dtype': [header((json) => Reflect.deleteProperty(json.key, 'dtype')), /Tensor "key" has no dtype/],
    'a shape that is no array': [header((json) => (json.key.shape = 84)), /Tensor "key" must have a shape/],
    'a negative size': [
      header((json) => (json.key.shape = [2, 2, -7, -6])),
      /Tensor "key" must have a shape/,
    ],
    'a shape of a thousand million million': [
      header((json) => (json.key.shape = [1e9, 1e6, 7, 6])),
      /"key" takes 168000000000000000 bytes by its shape/,
    ],
    'a shape beyond numbers': [
      header((json) => (json.key.shape = Array(40).fill(2 ** 50))),
      /"key" takes Infinity bytes by its shape/,
    ],
    'one offset': [header((json) => (json.key.data_offsets = [1344])), /"key" must have data_offsets of two/],
    'tensors that overlap': [
      header((json) => (json.key.data_offsets = [1340, 2012])),
      /"key" begins at byte 1340, within the one that ends at 1344/,
    ],
    'two tensors at one place': [
      header((json) => (json.value.data_offsets = json.key.data_offsets)),
      /begins at byte 1344, within the one that ends at 2016/,
    ],
    'a hole between tensors': [
      header((json) => (json.key.data_offsets = [1348, 2020])),
      /"key" begins at byte 1348, 4 after the one before/,
    ],
    'a tensor that ends before it begins': [
      header((json) => (json.value.data_offsets = [2016, 2000])),
      /"value" ends at byte 2000, but its data are bytes 2016 to 2576/,
    ],
    'a tensor that ends beyond the file': [
      header((json) => (json.value.data_offsets = [2016, 2 ** 52])),
      /"value" ends at byte 4503599627370496/,
    ],
    'bytes after the last tensor': [
      new Uint8Array([...good, 0, 0]),
      /its data are 2578 bytes, but the last tensor ends at byte 2576/,
    ],
    'a tensor called __proto__': [
      header((json) =>
        Object.defineProperty(json, '__proto__', {
          value: { dtype: 'F32', shape: [1], data_offsets: [4, 8] },
          enumerable: true,
        }),
      ),
      /tensor "__proto__" begins at byte 4, within/,
    ],
    'tensors of the names of every object': [
      raw('{"constructor":{"dtype":"F32","shape":[],"data_offsets":[0,0]},"toString":1}'),
      /Tensor "toString" has no dtype/,
    ],
  };
  test.each(Object.entries(broken))('%s', async (_, [bytes, message]) => {
    expect(await refused(bytes)).toMatch(message);
  });

  test('cut anywhere', async () => {
    for (let length = 0; length < good.length; length += length < 1200 ? 1 : 37) {
      await refused(good.subarray(0, length));
    }
    await refused(good.subarray(0, good.length - 1));
  });

  test('with any bit of its header changed is read as it says, or refused', async () => {
    const headerBytes = Number(new DataView(good.buffer).getBigUint64(0, true));
    let count = 0;
    for (let at = 0; at < 8 + headerBytes; ++at) {
      const changed = good.slice();
      changed[at] ^= 1 << (at % 8);
      try {
        const trace = await core.openTrace(changed);
        for (const place of places(trace)) trace.tap('weights', place);
      } catch (error) {
        expect(error).toMatchObject({ name: 'AttentionError', code: 'file-format' });
        ++count;
      }
    }
    expect(count).toBeGreaterThan(500);
  });
});

describe('the example traces', () => {
  const folder = new URL('../../web/app/traces/', import.meta.url);
  const names = readdirSync(folder);
  let miniModel;
  beforeAll(async () => (miniModel = await core.loadModel(miniLM())), 60_000);

  test('are three', () => expect(names).toHaveLength(3));

  test.each(names)(
    '%s is small and what MiniLM says of its text',
    async (name) => {
      const bytes = readFileSync(new URL(name, folder));
      expect(bytes.length).toBeLessThan(300_000);
      const trace = await core.openTrace(bytes);
      expect(trace.tokens.length).toBeLessThanOrEqual(20);
      expect(trace).toMatchObject({ numLayers: 6, numHeads: 12, numKvHeads: 12 });
      expect(trace.model).toBe('sentence-transformers/all-MiniLM-L6-v2');
      const own = miniModel.run(trace.text);
      expect(trace.mechanism).toEqual(own.mechanism);
      expect(trace.tokens).toEqual(own.tokens.map(({ text, start, end }) => ({ text, start, end })));
      for (const place of places(own)) {
        expectWithin('weights', trace.tap('weights', place).data, own.tap('weights', place).data, 2e-3);
        expectWeightsOfHalves(trace, own, place);
      }
    },
    20_000,
  );
});
