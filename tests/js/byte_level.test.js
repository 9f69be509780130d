// Byte-level BPE against the Python library: ids and places of 500 strings, by tokenizer.json and by a GGUF's lists.
import { readGolden } from './helpers/golden.js';
import { importSource } from './helpers/source.js';

const { createTokenizer } = await importSource('web/lib/text/create_tokenizer.ts');
const { createGgufTokenizer } = await importSource('web/lib/text/gguf_tokenizer.ts');
const { texts, kinds } = readGolden('byte_level_offsets.json.gz');

const placesOf = (tokens) => tokens.map(({ start, end }) => [start, end]);

function expectAnswers(tokenizer, answers, isAsked = () => true) {
  const wrong = [];
  texts.forEach((text, i) => {
    if (!isAsked(text)) return;
    const { tokens, truncated } = tokenizer.encode(text, 1e6);
    expect(truncated).toBe(false);
    const actual = JSON.stringify([tokens.map(({ id }) => id), placesOf(tokens)]);
    if (actual !== JSON.stringify(answers[i]))
      wrong.push(`${i} ${JSON.stringify(text)}: ${actual}, not ${JSON.stringify(answers[i])}`);
  });
  expect(wrong.slice(0, 3)).toEqual([]);
}

test.each(Object.keys(kinds))('%s: ids and UTF-16 offsets are those of the Python library', (name) => {
  expectAnswers(createTokenizer(kinds[name].tokenizer), kinds[name].answers);
});

test.each(Object.keys(kinds).filter((name) => kinds[name].pre !== null))(
  '%s from the lists of a GGUF',
  (name) => {
    const { tokenizer, pre, answers } = kinds[name];
    const { vocab, merges } = tokenizer.model;
    const tokens = Object.keys(vocab).sort((a, b) => vocab[a] - vocab[b]);
    const metadata = new Map([
      ['tokenizer.ggml.model', 'gpt2'],
      ['tokenizer.ggml.pre', pre],
      ['tokenizer.ggml.tokens', tokens],
      ['tokenizer.ggml.merges', merges.map((merge) => merge.join(' '))],
      ['tokenizer.ggml.token_type', tokens.map((_, id) => (id < 3 ? 3 : 1))],
      ['tokenizer.ggml.add_bos_token', false],
    ]);
    // A GGUF doesn't say that its tokenizer composes characters, and llama.cpp composes none.
    expectAnswers(createGgufTokenizer(metadata), answers, (text) => text.normalize('NFC') === text);
  },
);

test.each(Object.keys(kinds))('%s: decoding gives the text back', (name) => {
  const tokenizer = createTokenizer(kinds[name].tokenizer);
  const specials = /<\|im_start\|>|<\/s>|<s>/g;
  for (const text of texts) {
    const composed = name === 'qwen2' ? text.normalize('NFC') : text;
    const ids = tokenizer.encode(text, 1e6).tokens.map(({ id }) => id);
    expect(tokenizer.decode(ids).text).toBe(composed.replace(specials, ''));
  }
});

test('a character comes out once all of its bytes are there', () => {
  const tokenizer = createTokenizer(kinds['gpt-2'].tokenizer);
  const ids = tokenizer.encode('x𓀀y', 1e6).tokens.map(({ id }) => id);
  const texts = ids.map((_, i) => tokenizer.decode(ids.slice(0, i + 1)).text);
  expect(texts.at(-1)).toBe('x𓀀y');
  for (const text of texts) expect('x𓀀y'.startsWith(text)).toBe(true);
  const { tokens } = tokenizer.decode(ids);
  const parts = tokens.filter(({ start, end }) => start === 1 && end === 3);
  expect(parts.length).toBeGreaterThan(1);
});
