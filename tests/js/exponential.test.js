// The exponential of the programs that ship, seen through attention; its own tests run natively, without fused
// multiply-adds.
import { load } from '../../dist/lib/node.js';

const { variant: fastest } = await load();
const variants = [...new Set(['simd', fastest])];

const CHUNK = 4096;
const CHUNKS = 256;

/** A float's place among all floats, for those of one sign. */
const placeOf = (values) => new Int32Array(values.buffer);

describe.each(variants)('%s', (variant) => {
  // Beside a score of 0 these are so small that their sum stays 1: a weight is the exponential itself.
  test.each([1, 8])('e^x within 2 ulp from −87 to −40, %i queries side by side', async (queries) => {
    const core = await load({ variant });
    const query = { data: new Float32Array(queries).fill(1), shape: [1, queries, 1] };
    const exact = new Float32Array(CHUNK + 1);
    let worst = 0;
    for (let chunk = 0; chunk < CHUNKS; ++chunk) {
      const x = Float32Array.from({ length: CHUNK + 1 }, (_, i) =>
        i === 0 ? 0 : -40 - (47 * (chunk + (i - 1) / CHUNK)) / CHUNKS,
      );
      const key = { data: x, shape: [1, CHUNK + 1, 1] };
      const { taps } = core.attend({ query, key, value: key, scale: 1, taps: ['weights'] });
      x.forEach((value, i) => (exact[i] = Math.exp(value)));
      const [got, expected] = [placeOf(taps.weights.data), placeOf(exact)];
      for (let i = 0; i <= CHUNK; ++i) worst = Math.max(worst, Math.abs(got[i] - expected[i]));
    }
    expect(worst).toBeLessThanOrEqual(2);
  });
});
