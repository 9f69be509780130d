import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  const model = await core.loadModel('built-in');
  const stopping = new AbortController();
  const { token, logit, drops } = await model.ablateEach('Once upon a time there', {
    signal: stopping.signal,
    onProgress: (done, all) => done === all && print('all', all),
  });
  // → all 16
  print(model.detokenize([token]).text, logit > 0, drops.shape);
  // →  was true 4,4
}
