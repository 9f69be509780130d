// Tokenizers as the classes of transformers save them, against the Python library and transformers' AutoTokenizer.
import { readGolden } from './helpers/golden.js';
import { importSource } from './helpers/source.js';

const { createTokenizer } = await importSource('web/lib/text/create_tokenizer.ts');
const { texts, pairs, cases } = readGolden('saved_tokenizers.json.gz');

const idsOf = ({ tokens }) => tokens.map(({ id }) => id);
const lines = (answers) =>
  answers.map((answer, i) => `${JSON.stringify(texts[i])} ${JSON.stringify(answer)}`);

test.each(Object.keys(cases))('%s: ids and places are those of its tokenizer.json', (name) => {
  const { tokenizer: json, alone, pairs: ofPairs } = cases[name];
  const tokenizer = createTokenizer(json);
  const own = texts.map((text) => {
    const { tokens } = tokenizer.encode(text, Infinity);
    return [tokens.map(({ id }) => id), tokens.flatMap(({ start, end }) => [start, end])];
  });
  expect(lines(own)).toEqual(lines(alone));
  const both = pairs.map((pair) => tokenizer.encode(pair, Infinity));
  expect(both.map((made) => [idsOf(made), made.tokens.map(({ type = 0 }) => type)])).toEqual(ofPairs);
});

test.each(Object.keys(cases).filter((name) => cases[name].auto !== null))(
  '%s: with tokenizer_config.json, ids are those of AutoTokenizer',
  (name) => {
    const { tokenizer: json, config, modelType, auto } = cases[name];
    const tokenizer = createTokenizer(json, { config, modelType });
    expect(lines(texts.map((text) => idsOf(tokenizer.encode(text, Infinity))))).toEqual(lines(auto));
  },
);

test('some answers of AutoTokenizer are others than those of tokenizer.json', () => {
  const apart = Object.keys(cases).filter((name) => {
    const { alone, auto } = cases[name];
    return auto !== null && JSON.stringify(auto) !== JSON.stringify(alone.map(([ids]) => ids));
  });
  expect(apart).toEqual(['bert of another config', 'llama, legacy', 'llama of another config']);
});

test.each(Object.keys(cases))('%s: what is decoded is placed', (name) => {
  const tokenizer = createTokenizer(cases[name].tokenizer);
  for (const text of texts) {
    const { text: whole, tokens } = tokenizer.decode(idsOf(tokenizer.encode(text, Infinity)));
    for (const token of tokens.filter(({ start, end }) => end > start)) {
      expect(token.text).toBe(whole.slice(token.start, token.end));
    }
  }
});
