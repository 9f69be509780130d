import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  const model = await core.loadModel('built-in');
  const run = model.run('Once upon a time there', { logits: 'all' });
  print(run.logits.shape, run.lastHidden.shape);
  // → 7,2048 7,128
  const { nextProbabilities } = run;
  const best = nextProbabilities.indexOf(Math.max(...nextProbabilities));
  print(model.detokenize([best]).text);
  // →  was
  // An encoder, such as MiniLM, predicts no token; its run has meanPooled, a sentence's embedding.
  try {
    print(run.meanPooled);
  } catch (error) {
    print(error.code);
  }
  // → invalid-argument
}
