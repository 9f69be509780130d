import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  const data = Float32Array.from({ length: 2 * 6 * 4 }, (_, i) => Math.cos(i));
  const query = { data, shape: [2, 6, 4] };
  const key = { data: data.slice(0, 6 * 4), shape: [1, 6, 4] }; // both heads share one key head
  const { taps } = core.attend({
    query,
    key,
    value: key,
    isCausal: true,
    slidingWindow: [2, null], // itself and two before
    softcap: 20,
    sinks: Float32Array.of(0, -Infinity), // the first head may give its attention to nothing
    rope: { theta: 10_000 },
    taps: ['weights', 'lse'],
    heads: [1],
  });
  const lastRow = taps.weights.data.slice(30);
  print(lastRow.map((weight) => Number(weight > 0)));
  // → 0.000,0.000,0.000,1.000,1.000,1.000
  print(lastRow.reduce((sum, weight) => sum + weight, 0).toFixed(3));
  // → 1.000
}
