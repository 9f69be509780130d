// Every part of a tokenizer.json against the Python library: what it makes of texts, and where that comes from.
import { readGolden } from './helpers/golden.js';
import { importSource } from './helpers/source.js';

const { createTokenizer } = await importSource('web/lib/text/create_tokenizer.ts');
const { createNormalizer } = await importSource('web/lib/text/normalizers/create_normalizer.ts');
const { createPreTokenizer } = await importSource('web/lib/text/pre_tokenizers/create_pre_tokenizer.ts');
const { PlacedText } = await importSource('web/lib/text/placed_text.ts');
const golden = readGolden('tokenizer_parts.json.gz');
const { texts, pairs } = golden;

const WORDS = { type: 'WordLevel', vocab: { '?': 0 }, unk_token: '?' };
/** A token a byte. */
const BYTES = {
  model: { type: 'BPE', vocab: bytesInOrder(), merges: [] },
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
};

function bytesInOrder() {
  const codes = [];
  for (let code = 0x21; code < 0x144; ++code) {
    const isControl = (code > 0x7e && code < 0xa1) || code === 0xad;
    if (!isControl) codes.push(code);
  }
  return Object.fromEntries(codes.map((code, id) => [String.fromCharCode(code), id]));
}

const placesOf = (text) =>
  Array.from(text.text, (_, i) => i).length === 0
    ? []
    : [...text.text].reduce(
        ({ at, places }, character) => {
          const end = at + character.length;
          return { at: end, places: [...places, [text.startOf(at), text.endBefore(end)]] };
        },
        { at: 0, places: [] },
      ).places;

const cut = (part, text) =>
  createPreTokenizer(part)(PlacedText.from(text))
    .filter((piece) => piece.text !== '')
    .map((piece) => [piece.text, piece.startOf(0), piece.endBefore(piece.text.length)]);

const answerOf = ({ tokens }) => [
  tokens.map(({ id }) => id),
  tokens.map(({ start, end }) => [start, end]),
  tokens.map(({ type = 0 }) => type),
];

/** What each text became, as text: a difference is seen at once. */
const lines = (answers) =>
  answers.map((answer, i) => `${JSON.stringify(texts[i])} ${JSON.stringify(answer)}`);

test.each(Object.keys(golden.normalizers))('normaliser: %s', (name) => {
  const { part, answers } = golden.normalizers[name];
  const normalizer = createNormalizer(part);
  const own = texts
    .map((text) => normalizer(PlacedText.from(text)))
    .map((made) => [made.text, placesOf(made)]);
  expect(lines(own)).toEqual(lines(answers));
});

test.each(Object.keys(golden.preTokenizers))('pre-tokenizer: %s', (name) => {
  const { part, answers } = golden.preTokenizers[name];
  const own = texts.map((text) => cut(part, text));
  const expected = answers.map((pieces) => pieces.filter(([piece]) => piece !== ''));
  expect(lines(own)).toEqual(lines(expected));
});

test.each(Object.keys(golden.patterns))('pattern %s', (pattern) => {
  const part = { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
  const own = texts.map((text) => cut(part, text).map(([, , end]) => end));
  const expected = golden.patterns[pattern].map((ends) => ends.filter((end, i) => end > (ends[i - 1] ?? 0)));
  expect(lines(own)).toEqual(lines(expected));
});

test.each(golden.refused)('the pattern %s is refused by what it has', (pattern) => {
  const part = { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
  expect(() => createPreTokenizer(part)).toThrow(
    /^tokenizer.json: the pattern ".*" has .*, which isn't supported.$/,
  );
});

test.each(Object.keys(golden.postProcessors))('post-processor: %s', (name) => {
  const { part, singles, pairs: ofPairs, cuts } = golden.postProcessors[name];
  const tokenizer = createTokenizer({ ...BYTES, post_processor: part });
  expect(lines(texts.map((text) => answerOf(tokenizer.encode(text, Infinity))))).toEqual(lines(singles));
  expect(pairs.map((pair) => answerOf(tokenizer.encode(pair, Infinity)))).toEqual(ofPairs);
  for (const [answers, most] of cuts) {
    const own = pairs.map((pair) => tokenizer.encode(pair, most).tokens.map(({ id }) => id));
    expect([own, most]).toEqual([answers, most]);
  }
});

test.each(Object.keys(golden.added))('added tokens: %s', (name) => {
  const { tokens, answers } = golden.added[name];
  const tokenizer = createTokenizer({ ...BYTES, added_tokens: tokens, normalizer: { type: 'Lowercase' } });
  const own = texts.map((text) => answerOf(tokenizer.encode(text, Infinity)).slice(0, 2));
  expect(lines(own)).toEqual(lines(answers));
});

test.each(Object.keys(golden.wholes))('tokenizer: %s', (name) => {
  const { json, texts: own, answers } = golden.wholes[name];
  const tokenizer = createTokenizer(json);
  expect(own.map((text) => answerOf(tokenizer.encode(text, Infinity)))).toEqual(answers);
});

test('of added tokens that a normaliser makes the same the first is found', () => {
  const added_tokens = ['USA', 'usa', 'Usa'].map((content, i) => ({
    id: 256 + i,
    content,
    normalized: true,
  }));
  const tokenizer = createTokenizer({ ...BYTES, added_tokens, normalizer: { type: 'Lowercase' } });
  expect(tokenizer.encode('uSa', Infinity).tokens.map(({ id }) => id)).toEqual([256]);
});

test.each(Object.keys(golden.decoders))('decoder: %s', (name) => {
  const { part, tokens, text } = golden.decoders[name];
  const spellings = ['?', ...new Set(tokens)];
  const vocab = Object.fromEntries(spellings.map((spelling, id) => [spelling, id]));
  const tokenizer = createTokenizer({ model: { ...WORDS, vocab }, decoder: part });
  const decoded = tokenizer.decode(tokens.map((token) => spellings.indexOf(token)));
  expect(decoded.text).toBe(text);
  expect(decoded.tokens.map((token) => decoded.text.slice(token.start, token.end))).toEqual(
    decoded.tokens.map((token) => token.text),
  );
});

test.each([
  ['normalizer', { type: 'Reverse' }, /the normalizer must be one of .*NFC.*, got "Reverse"/],
  ['pre_tokenizer', { type: 'Split' }, /pattern of the pre-tokenizer "Split" must be a String or a Regex/],
  [
    'pre_tokenizer',
    { type: 'Sequence', pretokenizers: [{ type: 'Jieba' }] },
    /the pre-tokenizer must be one of .*, got "Jieba"/,
  ],
  [
    'pre_tokenizer',
    { type: 'Metaspace', replacement: '▁', prepend_scheme: 'often' },
    /prepend_scheme of the pre-tokenizer "Metaspace" must be one of always, first, never, got "often"/,
  ],
  ['post_processor', { type: 'TemplateProcessing' }, /single of the post-processor "TemplateProcessing"/],
  [
    'post_processor',
    { type: 'TemplateProcessing', single: [null] },
    /single of the post-processor "TemplateProcessing" must be of Sequences/,
  ],
  [
    'post_processor',
    { type: 'TemplateProcessing', single: [{ Sequence: null, SpecialToken: null }] },
    /single of the post-processor "TemplateProcessing" must be of Sequences/,
  ],
  ['decoder', { type: 'Morse' }, /the decoder must be one of .*, got "Morse"/],
])('a %s that is not known is refused by name', (role, part, message) => {
  expect(() => createTokenizer({ ...BYTES, [role]: part })).toThrow(message);
});

test.each([
  [{ content: 'x' }, /added_tokens must be a list, got Object/],
  [[null], /an added token must be of text, got undefined/],
])('added tokens that are %j are refused', (added_tokens, message) => {
  const json = { ...BYTES, added_tokens };
  expect(() => createTokenizer(json)).toThrow(message);
  expect(() => createTokenizer(json, { config: {}, modelType: 'gpt2' })).toThrow(message);
});

test('thousands of added tokens are found fast', () => {
  const added_tokens = Array.from({ length: 5000 }, (_, i) => ({
    id: 256 + i,
    content: `<extra_${i}>`,
    special: true,
  }));
  const tokenizer = createTokenizer({ ...BYTES, added_tokens });
  const text = 'some words <extra_4999> and <extra_12> more '.repeat(2500);
  const before = performance.now();
  const { tokens } = tokenizer.encode(text, Infinity);
  expect(performance.now() - before).toBeLessThan(3000);
  expect(tokens.filter(({ id }) => id === 256 + 4999)).toHaveLength(2500);
});
