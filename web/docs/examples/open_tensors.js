import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  const query = { data: Float32Array.of(1, 0, 0, 1), shape: [2, 2] }; // [tokens, dim]: one head
  const key = { data: Float32Array.of(2, 0, 0, 2, 1, 1), shape: [3, 2] };
  const heads = await core.openTensors({
    query,
    key,
    value: key,
    tokens: ['le', 'chat'],
    keyTokens: ['the', 'black', 'cat'],
  });
  print(heads.tap('weights', { layer: 0, head: 0 }).shape, heads.keyTokens.length);
  // → 2,3 3
  // A decoding step: the query is the last of three tokens, so no key is behind it.
  const last = { data: Float32Array.of(0.5, 0.5), shape: [1, 2] };
  const step = await core.openTensors({ query: last, key, value: key, isCausal: true, pastLen: 2 });
  print(step.tap('weights', { layer: 0, head: 0 }).data.every((weight) => weight > 0));
  // → true
}
