// The mathematics in double precision, as plainly as it can be written: what every answer is measured against.

/** The keys [first, end) that query i may see. */
export function visibleKeys({ keys, causal, window }, i) {
  return [window === null ? 0 : Math.max(0, i + 1 - window), causal ? i + 1 : keys];
}

/** One query's row: weights [keys] and output [dim], which hold zeros before. */
function attendRow(sizes, head, i, { query, key, value }, weights, output) {
  const { heads, kvHeads, queries, keys, dim } = sizes;
  const [first, end] = visibleKeys(sizes, i);
  const own = (head * queries + i) * dim;
  const kvFirst = Math.floor((head * kvHeads) / heads) * keys * dim;
  let largest = -Infinity;
  for (let j = first; j < end; ++j) {
    let dot = 0;
    for (let d = 0; d < dim; ++d) dot += query[own + d] * key[kvFirst + j * dim + d];
    weights[j] = dot / Math.sqrt(dim);
    largest = Math.max(largest, weights[j]);
  }
  let sum = 0;
  for (let j = first; j < end; ++j) sum += weights[j] = Math.exp(weights[j] - largest);
  for (let j = first; j < end; ++j) {
    const weight = (weights[j] /= sum);
    for (let d = 0; d < dim; ++d) output[d] += weight * value[kvFirst + j * dim + d];
  }
}

/** softmax(q kᵀ / √dim) v of every head: weights [heads, queries, keys], output [heads, queries, dim]. */
export function attention(sizes, inputs) {
  const { heads, queries, keys, dim } = sizes;
  const weights = new Float64Array(heads * queries * keys);
  const output = new Float64Array(heads * queries * dim);
  for (let row = 0; row < heads * queries; ++row) {
    const ownWeights = weights.subarray(row * keys, (row + 1) * keys);
    const ownOutput = output.subarray(row * dim, (row + 1) * dim);
    attendRow(sizes, Math.floor(row / queries), row % queries, inputs, ownWeights, ownOutput);
  }
  return { weights, output };
}

/** The outputs alone, and of queries only every `step`th; the rows of the others are NaN: not known. */
export function attentionOutput(sizes, inputs, step) {
  const { heads, queries, keys, dim } = sizes;
  const output = new Float64Array(heads * queries * dim).fill(NaN);
  for (let row = 0; row < heads * queries; row += step) {
    const ownOutput = output.subarray(row * dim, (row + 1) * dim).fill(0);
    attendRow(sizes, Math.floor(row / queries), row % queries, inputs, new Float64Array(keys), ownOutput);
  }
  return output;
}

/** x weights for x [rows, inner] and weights [inner, columns]. */
export function matmul(x, weights, rows) {
  const inner = x.length / rows;
  const columns = weights.length / inner;
  const product = new Float64Array(rows * columns);
  for (let row = 0; row < rows; ++row) {
    const own = product.subarray(row * columns, (row + 1) * columns);
    for (let i = 0; i < inner; ++i) {
      const factor = x[row * inner + i];
      for (let column = 0; column < columns; ++column) own[column] += factor * weights[i * columns + column];
    }
  }
  return product;
}

/** [tokens, heads · dim] as [heads, tokens, dim]; with the two sizes swapped, the way back. */
function headsFirst(x, tokens, heads) {
  const dim = x.length / tokens / heads;
  const swapped = new Float64Array(x.length);
  for (let token = 0; token < tokens; ++token) {
    for (let head = 0; head < heads; ++head) {
      const from = (token * heads + head) * dim;
      swapped.set(x.subarray(from, from + dim), (head * tokens + token) * dim);
    }
  }
  return swapped;
}

/** Self-attention of x's tokens after the projections: weights [heads, tokens, tokens], output [tokens, heads · dim]. */
export function selfAttention(heads, tokens, ...projected) {
  const [query, key, value] = projected.map((x) => headsFirst(x, tokens, heads));
  const dim = query.length / tokens / heads;
  const sizes = { heads, kvHeads: heads, queries: tokens, keys: tokens, dim, causal: false, window: null };
  const { weights, output } = attention(sizes, { query, key, value });
  return { weights, output: headsFirst(output, heads, tokens) };
}

/** The largest difference between an answer's array (or its parts, in order) and what it should be, where known. */
export function largestError(actual, expected) {
  const parts = Array.isArray(actual) ? actual : [actual];
  let largest = 0;
  let at = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; ++i, ++at) {
      const error = Math.abs(part[i] - expected[at]);
      if (!(error <= largest) && !Number.isNaN(expected[at])) largest = error;
    }
  }
  if (at !== expected.length) throw new Error(`${at} numbers instead of ${expected.length}`);
  return Number.isNaN(largest) ? Infinity : largest;
}
