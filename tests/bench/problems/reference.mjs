// The mathematics in double precision, as plainly as it can be written: what every answer is measured against.

/** The keys [first, end) that query i may see. */
export function visibleKeys({ keys, causal, window }, i) {
  return [window === null ? 0 : Math.max(0, i + 1 - window), causal ? i + 1 : keys];
}

/** softmax(q kᵀ / √dim) v of every head: weights [heads, queries, keys], output [heads, queries, dim]. */
export function attention(sizes, query, key, value) {
  const { heads, kvHeads, queries, keys, dim } = sizes;
  const weights = new Float64Array(heads * queries * keys);
  const output = new Float64Array(heads * queries * dim);
  for (let head = 0; head < heads; ++head) {
    const kvFirst = Math.floor((head * kvHeads) / heads) * keys * dim;
    for (let i = 0; i < queries; ++i) {
      const [first, end] = visibleKeys(sizes, i);
      const row = (head * queries + i) * keys;
      const ownRow = (head * queries + i) * dim;
      let largest = -Infinity;
      for (let j = first; j < end; ++j) {
        let dot = 0;
        for (let d = 0; d < dim; ++d) dot += query[ownRow + d] * key[kvFirst + j * dim + d];
        weights[row + j] = dot / Math.sqrt(dim);
        largest = Math.max(largest, weights[row + j]);
      }
      let sum = 0;
      for (let j = first; j < end; ++j) sum += weights[row + j] = Math.exp(weights[row + j] - largest);
      for (let j = first; j < end; ++j) {
        const weight = (weights[row + j] /= sum);
        for (let d = 0; d < dim; ++d) output[ownRow + d] += weight * value[kvFirst + j * dim + d];
      }
    }
  }
  return { weights, output };
}

/** The largest difference between an answer's array (or its parts, in order) and what it should be. */
export function largestError(actual, expected) {
  const parts = Array.isArray(actual) ? actual : [actual];
  let largest = 0;
  let at = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; ++i, ++at) {
      const error = Math.abs(part[i] - expected[at]);
      if (!(error <= largest)) largest = error;
    }
  }
  if (at !== expected.length) throw new Error(`${at} numbers instead of ${expected.length}`);
  return Number.isNaN(largest) ? Infinity : largest;
}
