import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  const model = await core.loadModel('built-in');
  const run = model.run('Peter met Rosa by the river, and then Peter met');
  const heads = run.analyse();
  const { entropy, distance, firstToken, diagonal, punctuation, patterns } = heads[2];
  print(
    heads.length,
    entropy < 0.5,
    distance > 0,
    firstToken < 1,
    diagonal < 0.5,
    punctuation < 0.5,
    patterns.previous > 0.9,
  );
  // → 16 true true true true true true
  const overTexts = await model.analyse(['Once upon a time', 'The cat sat. The cat sat.']);
  print(overTexts.length, overTexts[2].patterns.previous > 0.9);
  // → 16 true
  print(run.detectHeads({ pattern: 'induction' }).shape, run.rollout().shape, run.layOutHeads().shape);
  // → 4,4 15,15 16,2
}
