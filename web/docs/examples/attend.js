import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  const query = { data: Float32Array.of(1, 0, 0, 1, 1, 1), shape: [1, 3, 2] }; // [heads, tokens, dim]
  const value = { data: Float32Array.of(1, 2, 4), shape: [1, 3, 1] };
  const { output, taps } = core.attend({ query, key: query, value, isCausal: true, taps: ['weights'] });
  print(taps.weights.shape, taps.weights.data.slice(3, 6));
  // → 1,3,3 0.330,0.670,0.000
  print(output.data);
  // → 1.000,1.670,2.759
}
