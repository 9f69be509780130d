import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  const model = await core.loadModel('built-in');
  const run = model.run('Once upon a time', { room: 12 });
  let added = 0;
  for await (const token of run.generate({ maxTokens: 8, temperature: 0.8, topK: 40, seed: 1 }))
    added += token.end > token.start;
  print(run.text.startsWith('Once upon a time'), run.tokens.length, added > 0);
  // → true 14 true
  // Every step's maps are there.
  print(run.tap('weights', { layer: 1, head: 1 }).shape);
  // → 14,14
  run.extend(
    model
      .tokenize('The end')
      .tokens.slice(1, 2)
      .map(({ id }) => id),
  );
  print(run.tokens.length);
  // → 15
}
