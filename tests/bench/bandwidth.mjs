const BYTES = 1 << 28;
const ROUNDS = 5;

/** The GB/s of a loop that reads memory which no cache holds, at its best. */
export function measureBandwidth() {
  const numbers = new Float64Array(BYTES / 8).fill(1);
  let best = Infinity;
  for (let round = 0; round < ROUNDS; ++round) {
    const start = performance.now();
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = 0; i < numbers.length; i += 8) {
      a += numbers[i] + numbers[i + 1];
      b += numbers[i + 2] + numbers[i + 3];
      c += numbers[i + 4] + numbers[i + 5];
      d += numbers[i + 6] + numbers[i + 7];
    }
    best = Math.min(best, performance.now() - start);
    if (a + b + c + d !== numbers.length) throw new Error('the sum is wrong');
  }
  return BYTES / best / 1e6;
}
