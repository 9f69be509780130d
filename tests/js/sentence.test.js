// SentencePiece's BPE against the Python library: ids and places of 500 strings, by tokenizer.json and by a GGUF's lists.
import { readGolden } from './helpers/golden.js';
import { importSource } from './helpers/source.js';

const { createTokenizer } = await importSource('web/lib/text/create_tokenizer.ts');
const { createGgufTokenizer } = await importSource('web/lib/text/gguf_tokenizer.ts');
const { texts } = readGolden('byte_level_offsets.json.gz');
const { tokens: vocabulary, scores, kinds } = readGolden('sentence_offsets.json.gz');

function expectAnswers(tokenizer, answers) {
  const wrong = [];
  texts.forEach((text, i) => {
    const { tokens } = tokenizer.encode(text, 1e6);
    const actual = JSON.stringify([tokens.map(({ id }) => id), tokens.map(({ start, end }) => [start, end])]);
    if (actual !== JSON.stringify(answers[i])) {
      wrong.push(`${i} ${JSON.stringify(text)}: ${actual}, not ${JSON.stringify(answers[i])}`);
    }
  });
  expect(wrong.slice(0, 3)).toEqual([]);
}

test.each(Object.keys(kinds))('%s: ids and UTF-16 offsets are those of the Python library', (name) => {
  expectAnswers(createTokenizer(kinds[name].tokenizer), kinds[name].answers);
});

test.each([
  ['llama', true],
  ['gemma', false],
])('%s from the lists of a GGUF, merges from scores', (name, addSpacePrefix) => {
  const metadata = new Map([
    ['tokenizer.ggml.model', 'llama'],
    ['tokenizer.ggml.tokens', vocabulary],
    ['tokenizer.ggml.scores', scores],
    ['tokenizer.ggml.token_type', vocabulary.map((_, id) => (id < 3 ? 3 : id < 259 ? 6 : 1))],
    ['tokenizer.ggml.bos_token_id', 1],
    // Without it llama.cpp takes the vocabulary's "[PAD]" for this one.
    ['tokenizer.ggml.fim_pad_token_id', 0],
    ['tokenizer.ggml.add_space_prefix', addSpacePrefix],
  ]);
  expectAnswers(createGgufTokenizer(metadata), kinds[name].answers);
});

test('decoding gives the text back', () => {
  const tokenizer = createTokenizer(kinds.gemma.tokenizer);
  for (const text of texts) {
    const ids = tokenizer.encode(text, 1e6).tokens.map(({ id }) => id);
    expect(tokenizer.decode(ids).text).toBe(text.replaceAll('</s>', '').replaceAll('▁', ' '));
  }
});
