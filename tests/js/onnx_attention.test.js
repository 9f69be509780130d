// Every node test of the ONNX operator Attention (tests/golden/attention_onnx.py) through the package.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { load } from '../../dist/lib/node.js';

const TOLERANCE = { float32: 1e-6, float16: 1e-3, bfloat16: 8e-3 };
const MODE_TAPS = ['scores', 'softcapped', 'masked', 'weights'];

const golden = JSON.parse(
  gunzipSync(readFileSync(new URL('../golden/attention_onnx.json.gz', import.meta.url))),
);

function decode({ dtype, shape, data }) {
  const bytes = Buffer.from(data, 'base64');
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  if (dtype === 'bool') return { data: new Uint8Array(buffer), shape };
  if (dtype === 'int64') return { data: new Int32Array(buffer), shape };
  return { data: new Float32Array(buffer), shape };
}

/** The heads [heads, tokens, dim] of one batch of a 4-D or, by `heads`, 3-D tensor. */
function headsOf({ data, shape }, batch, heads) {
  if (shape.length === 4) {
    const size = shape[1] * shape[2] * shape[3];
    return { data: data.slice(batch * size, (batch + 1) * size), shape: shape.slice(1) };
  }
  const [, tokens, width] = shape;
  const dim = width / heads;
  const out = new Float32Array(tokens * width);
  for (let h = 0; h < heads; ++h) {
    for (let t = 0; t < tokens; ++t) {
      const from = (batch * tokens + t) * width + h * dim;
      out.set(data.subarray(from, from + dim), (h * tokens + t) * dim);
    }
  }
  return { data: out, shape: [heads, tokens, dim] };
}

function joinTokens(past, next) {
  const [heads, , dim] = next.shape;
  const tokens = past.shape[1] + next.shape[1];
  const data = new Float32Array(heads * tokens * dim);
  for (let h = 0; h < heads; ++h) {
    data.set(past.data.subarray(h * past.shape[1] * dim, (h + 1) * past.shape[1] * dim), h * tokens * dim);
    const own = next.data.subarray(h * next.shape[1] * dim, (h + 1) * next.shape[1] * dim);
    data.set(own, (h * tokens + past.shape[1]) * dim);
  }
  return { data, shape: [heads, tokens, dim] };
}

/** One batch of a mask, padded to kvLen with what forbids. */
function maskOf({ data, shape }, batch, kvLen) {
  let cells = data;
  let sizes = shape;
  if (shape.length === 4) {
    const size = shape[1] * shape[2] * shape[3];
    const first = shape[0] === 1 ? 0 : batch * size;
    cells = data.slice(first, first + size);
    sizes = shape.slice(1);
  }
  const keys = sizes.at(-1);
  if (keys === kvLen || keys === 1) return { data: cells, shape: sizes };
  const rows = cells.length / keys;
  const padded =
    cells instanceof Uint8Array
      ? new Uint8Array(rows * kvLen)
      : new Float32Array(rows * kvLen).fill(-Infinity);
  for (let row = 0; row < rows; ++row) padded.set(cells.subarray(row * keys, (row + 1) * keys), row * kvLen);
  return { data: padded, shape: [...sizes.slice(0, -1), kvLen] };
}

function runBatch(core, { attributes, inputs }, batch) {
  const query = headsOf(inputs.Q, batch, attributes.q_num_heads);
  let key = headsOf(inputs.K, batch, attributes.kv_num_heads);
  let value = headsOf(inputs.V, batch, attributes.kv_num_heads);
  let pastLen = 0;
  let kvLength;
  if (inputs.past_key !== undefined) {
    const pastKey = headsOf(inputs.past_key, batch);
    pastLen = pastKey.shape[1];
    key = joinTokens(pastKey, key);
    value = joinTokens(headsOf(inputs.past_value, batch), value);
  }
  if (inputs.nonpad_kv_seqlen !== undefined) {
    kvLength = inputs.nonpad_kv_seqlen.data[batch];
    pastLen = kvLength - query.shape[1];
  }
  const bound = (size) => (size === undefined || size === -1 ? null : size);
  const tap = MODE_TAPS[attributes.qk_matmul_output_mode ?? 0];
  const result = core.attend({
    query,
    key,
    value,
    scale: attributes.scale,
    softcap: attributes.softcap,
    isCausal: attributes.is_causal === 1,
    slidingWindow: [bound(attributes.left_window_size), bound(attributes.right_window_size)],
    attnMask: inputs.attn_mask && maskOf(inputs.attn_mask, batch, key.shape[1]),
    pastLen,
    kvLength,
    taps: [tap],
  });
  return { output: result.output, map: result.taps[tap] };
}

function expectClose(actual, expected, tolerance) {
  expect(actual.length).toBe(expected.length);
  let largest = 0;
  for (let i = 0; i < actual.length; ++i) {
    const same = Object.is(actual[i], expected[i]) || actual[i] === expected[i];
    const difference = same ? 0 : Math.abs(actual[i] - expected[i]);
    largest = Math.max(largest, Number.isNaN(difference) ? Infinity : difference);
  }
  expect(largest).toBeLessThanOrEqual(tolerance);
}

test('the vectors hold all 93 cases', () => {
  expect(golden.cases.length).toBe(93);
});

const { variant: fastest } = await load();

describe.each([...new Set(['simd', fastest])])('%s', (variant) => {
  const named = golden.cases.map((goldenCase) => [goldenCase.name, goldenCase]);
  test.each(named)('%s', async (_, { attributes, inputs, outputs }) => {
    const core = await load({ variant });
    const decoded = Object.fromEntries(
      Object.entries(inputs).map(([name, packed]) => [name, decode(packed)]),
    );
    const tolerance = TOLERANCE[inputs.Q.dtype];
    const batches = inputs.Q.shape[0];
    const expected = decode(outputs.Y);
    const map = outputs.qk_matmul_output && decode(outputs.qk_matmul_output);
    for (let batch = 0; batch < batches; ++batch) {
      const actual = runBatch(core, { attributes, inputs: decoded }, batch);
      expectClose(actual.output.data, headsOf(expected, batch, attributes.q_num_heads).data, tolerance);
      if (map) expectClose(actual.map.data, headsOf(map, batch).data, tolerance);
    }
  });
});
