import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  const model = await core.loadModel('built-in');
  const run = model.run('The cat sat on the mat');
  print(run.text, run.tokens.length, run.truncated, run.model.length > 0);
  // → The cat sat on the mat 8 false true
  print(
    run.numLayers,
    run.numHeads,
    run.numKvHeads,
    run.headDim,
    run.mechanism.isCausal,
    run.mechanismOf(0).isCausal,
  );
  // → 4 4 4 32 true true
  const place = { layer: 0, head: 2 }; // looks at the previous token
  const weights = run.tap('weights', place);
  print(weights.shape, weights.data[7 * 8 + 6] > 0.9);
  // → 8,8 true
  print(run.tap('query', place).shape, run.tap('contribution', place).shape);
  // → 8,32 8,128
  print(run.paint({ ...place, width: 70, height: 70 }).pixels.length);
  // → 19600
  run.dispose();
}
