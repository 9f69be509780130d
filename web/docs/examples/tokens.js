import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  const model = await core.loadModel('built-in');
  const { tokens, truncated } = model.tokenize('Tom had a little dog');
  print(tokens.map(({ text }) => text).join('|'), truncated);
  // → <|endoftext|>|T|om| had| a| little| dog false
  print(tokens[1].start, tokens[1].end); // places in your own text, in UTF-16 units
  // → 0 1
  print(model.detokenize(tokens.slice(1).map(({ id }) => id)).text);
  // → Tom had a little dog
}
