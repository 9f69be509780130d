import { normals, randomTensor } from './random.mjs';
import { largestError, matmul, selfAttention } from './reference.mjs';

/** A multi-head self-attention layer on random numbers; weights are [in, out]. */
export function layer(workload) {
  const { tokens, heads, width } = workload;
  const random = normals(1);
  const x = randomTensor([tokens, width], random);
  const [wQ, wK, wV, wO] = Array.from({ length: 4 }, () =>
    randomTensor([width, width], random, 1 / Math.sqrt(width)),
  );
  let expected;
  const solution = () => {
    const projected = [wQ, wK, wV].map(({ data }) => matmul(x.data, data, tokens));
    return matmul(selfAttention(heads, tokens, ...projected).output, wO.data, tokens);
  };
  return {
    ...workload,
    dim: width / heads,
    x,
    wQ,
    wK,
    wV,
    wO,
    scale: 1 / Math.sqrt(width / heads),
    flops: 8 * tokens * width * width + 4 * tokens * tokens * width,
    errorOf(answer) {
      expected ??= solution();
      return largestError(answer.output, expected);
    },
  };
}
