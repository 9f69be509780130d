// Every stored type of GGUF files against the Python package gguf, in both programs: a model that does nothing but
// pick one number of its last matrix gives it back as a logit.
import { readFileSync } from 'node:fs';

import { load } from '../../dist/lib/node.js';
import { writeGguf } from './helpers/gguf_writer.js';

const SIZE = 256;
const INNER = 32;
const BLOCK = 32;
const F32 = 0;
const { variant: fastest } = await load();
const variants = [...new Set(['simd', fastest])];

/** ggml's numbers of types and their names. */
const NAMES = { 1: 'F16', 30: 'BF16', 8: 'Q8_0', 2: 'Q4_0', 3: 'Q4_1', 6: 'Q5_0', 7: 'Q5_1', 12: 'Q4_K' };
Object.assign(NAMES, { 13: 'Q5_K', 14: 'Q6_K' });

/** The golden rows of 256 numbers of each type, and their bytes. */
function readTypes() {
  const file = readFileSync(new URL('../golden/quantised_gguf.bin', import.meta.url));
  const types = [];
  for (let at = 0; at < file.length;) {
    const [type, count, size] = [0, 4, 8].map((offset) => file.readInt32LE(at + offset));
    const values = new Float32Array(file.buffer.slice(file.byteOffset + at + 12 + size).slice(0, 4 * count));
    const rows = Math.floor(count / SIZE);
    const rowBytes = (size / count) * SIZE;
    const bytes = file.subarray(at + 12, at + 12 + rows * rowBytes);
    types.push({ name: NAMES[type], type, rows, bytes, rowBytes, values });
    at += 12 + size + 4 * count;
  }
  return types;
}

/** A Llama whose layer adds nothing, whose token i is the i-th unit vector, and whose last matrix repeats the rows. */
function modelOf({ type, rows, bytes, rowBytes }) {
  const f32 = (name, shape, at = () => 0) => {
    const count = shape.reduce((product, length) => product * length, 1);
    return {
      name,
      shape,
      type: F32,
      bytes: Buffer.from(Float32Array.from({ length: count }, (_, i) => at(i)).buffer),
    };
  };
  const repeated = Array.from({ length: SIZE }, (_, row) =>
    bytes.subarray((row % rows) * rowBytes, ((row % rows) + 1) * rowBytes),
  );
  const square = [SIZE, SIZE];
  // So large that the norm's epsilon is nothing beside it, and a power of two.
  const unit = (i) => (i % (SIZE + 1) === 0 ? 2 ** 20 : 0);
  return writeGguf(
    {
      'general.architecture': 'llama',
      'llama.context_length': SIZE,
      'llama.embedding_length': SIZE,
      'llama.block_count': 1,
      'llama.feed_forward_length': INNER,
      'llama.attention.head_count': 1,
      'llama.attention.layer_norm_rms_epsilon': { float: 1e-6 },
      'tokenizer.ggml.model': 'gpt2',
      'tokenizer.ggml.pre': 'gpt-2',
      'tokenizer.ggml.tokens': Array.from({ length: SIZE }, (_, i) => `t${i}`),
      'tokenizer.ggml.merges': [],
    },
    [
      f32('token_embd.weight', square, unit),
      f32('output_norm.weight', [SIZE], () => 1 / Math.sqrt(SIZE)),
      f32('blk.0.attn_norm.weight', [SIZE], () => 1),
      ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((name) => f32(`blk.0.${name}.weight`, square)),
      f32('blk.0.ffn_norm.weight', [SIZE], () => 1),
      f32('blk.0.ffn_gate.weight', [SIZE, INNER]),
      f32('blk.0.ffn_up.weight', [SIZE, INNER]),
      f32('blk.0.ffn_down.weight', [INNER, SIZE]),
      { name: 'output.weight', shape: square, type, bytes: Buffer.concat(repeated) },
    ],
  );
}

/** The distance to the next float of a magnitude. */
function ulpOf(value) {
  return 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(value) || 2 ** -126))) - 23);
}

describe.each(variants)('%s', (variant) => {
  test.each(readTypes().map((type) => [type.name, type]))('%s is what gguf makes of it', async (_, type) => {
    const model = await (await load({ variant })).loadModel(modelOf(type));
    const { data } = model.run(
      Array.from({ length: SIZE }, (__, id) => id),
      { logits: 'all' },
    ).logits;
    const { rows, values } = type;
    // In `relaxed` scale · integer and offset may be joined in one rounding: within an ulp of the larger of the two,
    // which is no larger than twice the largest of the block.
    const largest = Array.from({ length: (rows * SIZE) / BLOCK }, (__, block) =>
      values
        .subarray(block * BLOCK, (block + 1) * BLOCK)
        .reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    );
    const wrong = [];
    for (let id = 0; id < SIZE; ++id) {
      for (let row = 0; row < SIZE; ++row) {
        const at = (row % rows) * SIZE + id;
        const expected = values[at];
        const actual = data[id * SIZE + row];
        const isRight =
          variant === 'simd'
            ? actual === expected
            : Math.abs(actual - expected) <= ulpOf(2 * largest[Math.floor(at / BLOCK)]);
        if (!isRight) wrong.push([row, id, actual, expected]);
      }
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(Math.max(...values.subarray(0, SIZE).map(Math.abs))).toBeGreaterThan(0);
  });
});
