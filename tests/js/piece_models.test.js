// The models that cut words into pieces, and the precompiled map of characters, against the Python library.
import { readGolden } from './helpers/golden.js';
import { importSource } from './helpers/source.js';

const { createPieceModel } = await importSource('web/lib/text/models/create_piece_model.ts');
const { PrecompiledMap } = await importSource('web/lib/text/precompiled_map.ts');
const { words, models, map, normalized } = readGolden('piece_models.json.gz');

/** Without an unknown token the library drops what it can't spell, and counts places as if it weren't there. */
const PLACES_APART = ['bpe'];

/** Its bytes come before the unknown characters that stand before them. */
const PLACES_IN_DISORDER = ['bpe with some bytes'];

test.each(Object.keys(models))('%s: ids and places of pieces are those of the Python library', (name) => {
  const { model, answers } = models[name];
  const own = createPieceModel(model);
  const withPlaces = !PLACES_APART.includes(name) && !PLACES_IN_DISORDER.includes(name);
  const wrong = [];
  words.forEach((word, i) => {
    const pieces = own.pieces(word);
    const [ids, places] = answers[i];
    const actual = [pieces.map(({ id }) => id), withPlaces ? pieces.map((p) => [p.start, p.end]) : places];
    if (JSON.stringify(actual) !== JSON.stringify([ids, places])) {
      wrong.push(`${JSON.stringify(word)}: ${JSON.stringify(actual)}, not ${JSON.stringify([ids, places])}`);
    }
  });
  expect(wrong.slice(0, 3)).toEqual([]);
});

test('the map of characters makes of texts what the Python library makes of them', () => {
  const characters = PrecompiledMap.fromBase64(map);
  for (const [text, expected] of normalized) {
    let made = '';
    let last = 0;
    for (const [start, end, by] of characters.replacements(text)) {
      made += text.slice(last, start) + by;
      last = end;
    }
    expect([text, made + text.slice(last)]).toEqual([text, expected]);
  }
});

test('the longest key is found by bytes', () => {
  const characters = PrecompiledMap.fromBase64(map);
  const bytes = new TextEncoder().encode('xo\u0308y');
  expect(characters.longestFrom(bytes, 0)).toBeUndefined();
  expect(characters.longestFrom(bytes, 1)).toEqual({ length: 3, by: 'ö' });
});

test('a map that is cut off or points elsewhere is refused', () => {
  const bytes = Uint8Array.from(Buffer.from(map, 'base64'));
  expect(() => PrecompiledMap.fromBase64('ä')).toThrow(/base64/);
  for (const length of [0, 3, 4, 100]) {
    expect(() => new PrecompiledMap(bytes.subarray(0, length))).toThrow(/precompiled_charsmap must begin/);
  }
  const elsewhere = bytes.slice();
  elsewhere.fill(0xff, 4, 8);
  expect(() => [...new PrecompiledMap(elsewhere).replacements('x')]).toThrow(/points outside/);
});

const vocab = { '<unk>': 0, a: 1, b: 2, ab: 3 };

test('merges are strings or pairs, and a model without a type has it by what it holds', () => {
  for (const merges of [['#version: 0.2', 'a b'], [['a', 'b']]]) {
    expect(createPieceModel({ vocab, merges }).pieces('ab')).toEqual([{ id: 3, start: 0, end: 2 }]);
  }
  expect(createPieceModel({ vocab, unk_token: '<unk>' }).pieces('abc')).toEqual([
    { id: 0, start: 0, end: 3 },
  ]);
});

test.each([
  [{ type: 'Lattice' }, /the model must be one of BPE, WordPiece, WordLevel, Unigram, got "Lattice"/],
  [{ type: 'BPE', vocab, merges: [], dropout: 0.1 }, /dropout must be null or 0, got 0.1/],
  [{ type: 'BPE', vocab, merges: ['a b c'] }, /merges must be pairs of tokens/],
  [{ type: 'BPE', vocab, merges: ['a c'] }, /merges must be of tokens of the vocabulary, got "c"/],
  [{ type: 'BPE', vocab: { a: -1 }, merges: [] }, /number of the token "a" must be from 0/],
  [{ type: 'BPE', vocab, merges: [], cache: 5 }, /cache must be left out, got 5/],
  [{ type: 'WordPiece', vocab, unk_token: 5 }, /unk_token must be a string, got 5/],
  [{ type: 'Unigram', vocab: [['a', 0]], unk_id: 1 }, /unk_id must be below 1, got 1/],
  [{ type: 'Unigram', vocab: ['a'] }, /vocab must be a list of \[token, score\]/],
])('%j is refused by name', (model, message) => {
  expect(() => createPieceModel(model)).toThrow(message);
});

test('a text that needs an unknown token where the vocabulary has none is refused', () => {
  expect(() => createPieceModel({ type: 'WordPiece', vocab }).pieces('c')).toThrow(
    /unk_token must be a token/,
  );
  expect(() => createPieceModel({ type: 'Unigram', vocab: [['a', 0]] }).pieces('c')).toThrow(/unk_id/);
});

test.each(Object.keys(models))('%s: a long word takes time in proportion', (name) => {
  const own = createPieceModel(models[name].model);
  const before = process.cpuUsage();
  own.pieces('ab'.repeat(100_000));
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(5);
});
