import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  const data = Float32Array.from({ length: 2048 * 16 }, (_, i) => Math.sin(i * i));
  const map = await core.openMap({
    query: { data, shape: [2048, 16] },
    key: { data, shape: [2048, 16] },
    isCausal: true,
  });
  print(map.qLen, map.kvLen, map.memoryBytes > 0);
  // → 2048 2048 true
  // The map of 2,048 × 2,048 weights is never held: it is painted from queries and keys.
  const whole = await map.paint({ width: 256, height: 256 });
  const part = await map.paint({ width: 256, height: 256, queries: [1000, 1064], keys: [900, 964] });
  print(whole.pixels.length === part.pixels.length);
  // → true
  map.dispose();
}
