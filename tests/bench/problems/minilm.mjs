import { normals } from './random.mjs';
import { largestError, matmul, selfAttention } from './reference.mjs';

const LAYERS = 6;
const HEADS = 12;
const WIDTH = 384;
const INNER = 1536;
const EPSILON = 1e-12;
const [CLS, SEP] = [101, 102];
const [FIRST_WORD, WORDS] = [1996, 28000];

function randomIds(tokens) {
  const random = normals(tokens);
  const word = () => FIRST_WORD + (Math.floor(Math.abs(random()) * WORDS) % WORDS);
  return [CLS, ...Array.from({ length: tokens - 2 }, word), SEP];
}

/** all-MiniLM-L6-v2 from token ids to its last hidden state, with every head's map. */
export function minilm(workload, host) {
  const ids = workload.ids ?? randomIds(workload.tokens);
  const tokens = ids.length;
  let expected;
  return {
    ...workload,
    ids,
    tokens,
    layers: LAYERS,
    heads: HEADS,
    modelUrl: host.modelUrl,
    flops: LAYERS * (8 * tokens * WIDTH * WIDTH + 4 * tokens * tokens * WIDTH + 4 * tokens * WIDTH * INNER),
    async errorOf(answer) {
      expected ??= solution(await readWeights(`${host.modelUrl}model.safetensors`), ids);
      const errors = Object.entries(answer).map(([name, array]) => largestError(array, expected[name]));
      return Math.max(...errors);
    },
  };
}

/** What happens at every key that is typed: a text becomes tokens, runs, and its maps are drawn. */
export function typing(workload, host) {
  return { ...minilm(workload, host), flops: undefined };
}

/** The tensors of a safetensors file of F32, by name; I64 ones are left out. */
async function readWeights(url) {
  const bytes = await (await fetch(url)).arrayBuffer();
  const headerLength = Number(new DataView(bytes).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, headerLength)));
  const tensors = {};
  for (const [name, { dtype, data_offsets }] of Object.entries(header)) {
    if (dtype === 'F32') {
      tensors[name] = new Float32Array(bytes.slice(...data_offsets.map((at) => at + 8 + headerLength)));
    }
  }
  return tensors;
}

/** BERT (Devlin et al. 2018), post-norm, in double precision. */
function solution(weights, ids) {
  const tokens = ids.length;
  const linear = (name, x) => {
    const bias = weights[`${name}.bias`];
    const product = matmul(x, transposed(weights[`${name}.weight`], x.length / tokens), tokens);
    return product.map((sum, i) => sum + bias[i % bias.length]);
  };
  const plus = (x, y) => x.map((value, i) => value + y[i]);
  const norm = (name, x) => layerNorm(x, weights[`${name}.weight`], weights[`${name}.bias`]);

  let x = norm('embeddings.LayerNorm', embedding(weights, ids));
  const maps = [];
  for (let i = 0; i < LAYERS; ++i) {
    const own = `encoder.layer.${i}`;
    const projected = ['query', 'key', 'value'].map((part) => linear(`${own}.attention.self.${part}`, x));
    const attention = selfAttention(HEADS, tokens, ...projected);
    maps.push(attention.weights);
    x = norm(
      `${own}.attention.output.LayerNorm`,
      plus(linear(`${own}.attention.output.dense`, attention.output), x),
    );
    const inner = linear(`${own}.intermediate.dense`, x).map(gelu);
    x = norm(`${own}.output.LayerNorm`, plus(linear(`${own}.output.dense`, inner), x));
  }
  const all = new Float64Array(LAYERS * maps[0].length);
  maps.forEach((layer, i) => all.set(layer, i * layer.length));
  return { output: x, weights: all };
}

function embedding(weights, ids) {
  const row = (name, number, d) => weights[`embeddings.${name}_embeddings.weight`][number * WIDTH + d];
  return Float64Array.from({ length: ids.length * WIDTH }, (_, i) => {
    const [token, d] = [Math.floor(i / WIDTH), i % WIDTH];
    return row('word', ids[token], d) + row('position', token, d) + row('token_type', 0, d);
  });
}

function layerNorm(x, gain, bias) {
  const normed = new Float64Array(x.length);
  for (let first = 0; first < x.length; first += WIDTH) {
    const row = x.subarray(first, first + WIDTH);
    const mean = row.reduce((sum, value) => sum + value, 0) / WIDTH;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / WIDTH;
    for (let d = 0; d < WIDTH; ++d) {
      normed[first + d] = ((row[d] - mean) / Math.sqrt(variance + EPSILON)) * gain[d] + bias[d];
    }
  }
  return normed;
}

/** [rows, columns] as [columns, rows]. */
function transposed(matrix, columns) {
  const swapped = new Float32Array(matrix.length);
  const rows = matrix.length / columns;
  for (let row = 0; row < rows; ++row) {
    for (let column = 0; column < columns; ++column)
      swapped[column * rows + row] = matrix[row * columns + column];
  }
  return swapped;
}

function gelu(x) {
  return (x * (1 + erf(x / Math.SQRT2))) / 2;
}

/** The error function, by its series of positive terms; beyond 6 it is ±1 to double precision. */
function erf(x) {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); ++n) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
