import type { GivenTensors, Tensor } from '../../lib/index.js';

/** How far weights may be from those of their queries and keys: both may be of half precision. */
const MOST_OFF = 0.02;

/** The first head's weights, softmax(q·k / √dim), in double precision, of what a query sees; zeros where it sees nothing. */
function firstWeights({ query, key, attnMask, pastLen = 0 }: GivenTensors, isCausal: boolean): Float64Array {
  const [q, k] = [query, key] as [Tensor, Tensor];
  const dim = q.shape.at(-1) ?? 1;
  const [rows, columns] = [q.shape.at(-2) ?? 1, k.shape.at(-2) ?? 1];
  const weights = new Float64Array(rows * columns);
  const [maskRows = 1] = attnMask?.shape ?? [];
  for (let row = 0; row < rows; ++row) {
    const scores = Array.from({ length: columns }, (_, column) => {
      if (isCausal && column > row + pastLen) return -Infinity;
      let sum = 0;
      for (let i = 0; i < dim; ++i)
        sum += (q.data[row * dim + i] as number) * (k.data[column * dim + i] as number);
      const masked = attnMask?.data[(maskRows === 1 ? 0 : row) * columns + column] ?? 0;
      if (attnMask?.data instanceof Uint8Array && masked === 0) return -Infinity;
      return sum / Math.sqrt(dim) + (attnMask?.data instanceof Float32Array ? masked : 0);
    });
    const top = scores.reduce((most, score) => Math.max(most, score), -Infinity);
    if (top === -Infinity) continue;
    const shares = scores.map((score) => Math.exp(score - top));
    const sum = shares.reduce((total, share) => total + share, 0);
    shares.forEach((share, column) => (weights[row * columns + column] = share / sum));
  }
  return weights;
}

/**
 * How the weights that lie beside queries and keys come from them, told by the first head: plainly, or by a causal mask;
 * undefined where they do in neither way, as where rotary positions, a bias or another scale are missing.
 */
export function kindOfWeights(vectors: GivenTensors, weights: Tensor): 'plain' | 'causal' | undefined {
  const isSame = (isCausal: boolean) =>
    firstWeights(vectors, isCausal).every(
      (weight, i) => Math.abs(weight - (weights.data[i] as number)) <= MOST_OFF,
    );
  if (isSame(false)) return 'plain';
  return isSame(true) ? 'causal' : undefined;
}
