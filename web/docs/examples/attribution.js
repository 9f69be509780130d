import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  const model = await core.loadModel('built-in');
  const run = model.run('Peter met Rosa by the river, and then Peter met');
  const rosa = run.tokens[4].id;
  const { logit, embedding, heads, feedForwards } = run.attributeLogit(rosa);
  print(heads.shape, feedForwards.length, Number.isFinite(embedding));
  // → 4,4 4 true
  print(heads.data[1 * 4 + 3] > 0, Math.abs(logit - run.logits.data[rosa]) < 1e-3); // the induction head speaks for it
  // → true true
  const parts = run.splitScore({ layer: 1, head: 3, query: 14, key: 4 });
  print(parts.dimensions.length, parts.frequencies.length);
  // → 32 16
}
