import { init, nn, numpy as np } from '@jax-js/jax';

await init('wasm');
const x = () =>
  np.array(
    Float32Array.from({ length: 8 * 64 }, (_, i) => Math.sin(i)),
    { shape: [8, 1, 64] },
  );
await nn.dotProductAttention(x(), x(), x()).data();
navigator.sendBeacon('/report', performance.now());
