import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  const matrix = (seed) => ({
    data: Float32Array.from({ length: 64 }, (_, i) => Math.sin(seed + i)),
    shape: [8, 8],
  });
  const layer = core.createLayer({
    wQ: matrix(1),
    wK: matrix(2),
    wV: matrix(3),
    wO: matrix(4),
    numHeads: 2,
    isCausal: true,
  });
  print(layer.modelDim, layer.numHeads, layer.numKvHeads, layer.headDim, layer.vHeadDim);
  // → 8 2 2 4 4
  const x = { data: Float32Array.from({ length: 3 * 8 }, (_, i) => Math.cos(i)), shape: [3, 8] };
  const whole = layer.forward(x, { taps: ['weights', 'contribution'] });
  print(whole.output.shape, whole.taps.contribution.shape);
  // → 3,8 2,3,8

  // The same, token by token.
  const cache = layer.createCache({ capacity: 3 });
  let last;
  for (let i = 0; i < 3; ++i)
    last = layer.forward({ data: x.data.slice(8 * i, 8 * i + 8), shape: [1, 8] }, { cache });
  print(cache.length, cache.capacity, Math.abs(last.output.data[0] - whole.output.data[16]) < 1e-5);
  // → 3 3 true

  // And without the second head.
  const ablated = layer.forward(x, { headScale: Float32Array.of(1, 0) });
  print(ablated.output.data[0] !== whole.output.data[0]);
  // → true
  cache.dispose();
  layer.dispose();
}
