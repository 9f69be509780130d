// What the page says of the tokens that were read.
import { expect, test } from '@jest/globals';

import { importSource } from './helpers/source.js';

const { countWords } = await importSource('web/app/text_words.ts');
const { spell } = await importSource('web/app/predict.ts');

const tokens = (...types) => types.map((type) => ({ type }));

test.each([
  ['1 token', tokens(0), false],
  ['3 tokens', tokens(0, 0, 0), false],
  ['3 tokens, 1 of the second text (²)', tokens(0, 0, 1), false],
  ['cut to its first 1 token', tokens(0), true],
  ['cut to its first 2 tokens, 1 of the second text (²)', tokens(0, 1), true],
])('tokens are counted: %s', (said, counted, truncated) => {
  expect(countWords({ tokens: counted, truncated })).toBe(said);
});

test('a token without a text is called by its id', () => {
  const model = { detokenize: ([id]) => ({ tokens: [{ text: id < 80 ? 'cat' : '' }] }) };
  expect([spell(model, 35), spell(model, 83)]).toEqual(['cat', '#83']);
});
