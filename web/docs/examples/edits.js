import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  const model = await core.loadModel('built-in');
  const text = 'Peter met Rosa by the river, and then Peter met';
  const whole = model.run(text);
  const edits = [0, 1, 2, 3].map((head) => ({ layer: 1, head, ablate: 'zero' }));
  const edited = model.run(text, { edits }); // also: scale, temperature, blocked, pattern, patch
  const { heads, probabilities } = edited.changesFrom(whole);
  print(heads.shape, probabilities[whole.tokens[4].id] < 0); // “Rosa” is less likely without them
  // → 4,4 true
}
