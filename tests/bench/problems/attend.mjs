import { normals, randomTensor } from './random.mjs';
import { attention, attentionOutput, largestError, visibleKeys } from './reference.mjs';

/** Of more scores than these only a part of the rows is checked, in bounded time. */
const CHECKED_SCORES = 2 ** 26;

/** Scaled dot-product attention on random numbers. */
export function attend(workload) {
  const { heads, kvHeads, queries, keys, dim, weights } = workload;
  const random = normals(1);
  const query = randomTensor([heads, queries, dim], random);
  const key = randomTensor([kvHeads, keys, dim], random);
  const value = randomTensor([kvHeads, keys, dim], random);
  const inputs = { query: query.data, key: key.data, value: value.data };
  const step = Math.ceil((heads * queries * keys) / CHECKED_SCORES);
  let expected;
  return {
    ...workload,
    query,
    key,
    value,
    scale: 1 / Math.sqrt(dim),
    flops: 4 * heads * queries * keys * dim,
    errorOf(answer) {
      expected ??= weights
        ? attention(workload, inputs)
        : { output: attentionOutput(workload, inputs, step) };
      const error = largestError(answer.output, expected.output);
      return weights ? Math.max(error, largestError(answer.weights, expected.weights)) : error;
    },
  };
}

/** Keys or values [kvHeads, keys, dim] as [heads, keys, dim], for peers that know no grouped queries. */
export function repeated({ data, shape }, heads) {
  const [kvHeads, keys, dim] = shape;
  if (kvHeads === heads) return { data, shape };
  const size = keys * dim;
  const all = new Float32Array(heads * size);
  for (let head = 0; head < heads; ++head) {
    const kvHead = Math.floor((head * kvHeads) / heads);
    all.set(data.subarray(kvHead * size, (kvHead + 1) * size), head * size);
  }
  return { data: all, shape: [heads, keys, dim] };
}

/** What peers add to the scores [queries, keys], −∞ where a key is forbidden; undefined where none is. */
export function additiveMask(problem) {
  const { queries, keys, causal, window } = problem;
  if (!causal && window === null) return undefined;
  const data = new Float32Array(queries * keys).fill(-Infinity);
  for (let i = 0; i < queries; ++i) {
    const [first, end] = visibleKeys(problem, i);
    data.fill(0, i * keys + first, i * keys + end);
  }
  return { data, shape: [queries, keys] };
}
