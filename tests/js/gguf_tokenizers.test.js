// Tokenizers of GGUFs against llama.cpp: vocabularies of every kind, and every name of tokenizer.ggml.pre.
import { readGolden } from './helpers/golden.js';
import { importSource } from './helpers/source.js';

const { createGgufTokenizer } = await importSource('web/lib/text/gguf_tokenizer.ts');
const { texts, vocabularies, answers, cases } = readGolden('gguf_tokenizers.json.gz');

/** What a GGUF's header says, without what puts tokens around a text where that can be left out. */
function metadataOf(name, more = {}) {
  const { vocabulary, keys } = cases[name];
  const around = { add_bos_token: false, add_eos_token: false };
  const all = { ...vocabularies[vocabulary], ...around, ...keys, ...more };
  return new Map(
    Object.entries(all)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key.startsWith('general.') ? key : `tokenizer.ggml.${key}`, value]),
  );
}

const idsOf = (tokenizer, text) => tokenizer.encode(text, 1e6).tokens.map(({ id }) => id);

test.each(Object.keys(cases))('%s: ids are those of llama.cpp', (name) => {
  const tokenizer = createGgufTokenizer(metadataOf(name));
  // BERT's two stand always, and Gemma 4's first one.
  const [first, last] = /^bert/.test(name) ? [1, -1] : [tokenizer.encode('', 9).tokens.length, undefined];
  const wrong = [];
  texts.forEach((text, i) => {
    const ids = JSON.stringify(idsOf(tokenizer, text).slice(first, last));
    const expected = JSON.stringify(answers[cases[name].answers][i]);
    if (ids !== expected) wrong.push(`${JSON.stringify(text)}: ${ids}, not ${expected}`);
  });
  expect(wrong.slice(0, 3)).toEqual([]);
});

test.each(['pre gpt-2', 'pre llama3', 'pre gemma4', 'llama', 'bert', 't5 1 1 by a map'])(
  '%s: places are in order, inside of the text, and hold what is decoded',
  (name) => {
    const tokenizer = createGgufTokenizer(metadataOf(name));
    for (const text of texts) {
      const { tokens } = tokenizer.encode(text, 1e6);
      let last = 0;
      for (const { start, end, text: own } of tokens.filter(({ end }) => end > 0)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(text.length);
        expect(own).toBe(text.slice(start, end));
        last = start;
      }
    }
    const text = 'a b c';
    expect(tokenizer.decode(idsOf(tokenizer, text)).text.trim()).toBe(text);
  },
);

const around = { add_bos_token: undefined, add_eos_token: undefined };

test.each([
  ['pre gpt-2', {}, [], []],
  ['pre gpt-2', { add_bos_token: true, eos_token_id: 1, add_eos_token: true }, [0], [1]],
  ['pre llama3', {}, [0], []],
  ['pre tekken', {}, [0], []],
  ['pre qwen2', {}, [], []],
  ['gemma4', { bos_token_id: 1, add_bos_token: false }, [1], []],
  ['llama', {}, [1], []],
  ['llama', { bos_token_id: undefined, add_eos_token: true }, [1], [2]],
  ['bert', {}, [2], [3]],
  ['t5', {}, [], [1]],
])('%s with %j has %j before a text and %j behind it', (name, more, before, after) => {
  const ids = idsOf(createGgufTokenizer(metadataOf(name, { ...around, ...more })), '');
  expect(ids).toEqual([...before, ...after]);
});

test('two texts have separators and types where the kind of vocabulary has them', () => {
  const bert = createGgufTokenizer(metadataOf('bert'));
  const { tokens } = bert.encode(['a', 'b c'], 100);
  const [a, b, c] = ['a', 'b', 'c'].map((word) => idsOf(bert, word)[1]);
  expect(tokens.map(({ id, type = 0 }) => [id, type])).toEqual([
    ...[2, a, 3].map((id) => [id, 0]),
    ...[b, c, 3].map((id) => [id, 1]),
  ]);
  expect(tokens.map(({ start, end }) => 'a\nb c'.slice(start, end)).join('|')).toBe('|a||b|c|');
  const roberta = metadataOf('pre roberta-bpe', {
    add_bos_token: true,
    add_eos_token: true,
    eos_token_id: 1,
    seperator_token_id: 1,
  });
  const ids = createGgufTokenizer(roberta)
    .encode(['a', 'b'], 100)
    .tokens.map(({ id }) => id);
  expect([ids[0], ...ids.slice(2, 4), ids.at(-1)]).toEqual([0, 1, 1, 1]);
  expect(() => createGgufTokenizer(metadataOf('llama')).encode(['a', 'b'], 100)).toThrow(/no separator/);
});

test('a text is cut off where there is room for no more', () => {
  const bert = createGgufTokenizer(metadataOf('bert'));
  const { tokens, truncated } = bert.encode('a b c d', 4);
  expect(truncated).toBe(true);
  expect(tokens.map(({ id }) => id)).toEqual([2, ...idsOf(bert, 'a b').slice(1, -1), 3]);
  expect(bert.encode('a b', 4).truncated).toBe(false);
});

test.each([
  [{ model: 'rwkv' }, /tokenizer\.ggml\.model must be one of gpt2, .*got "rwkv"/],
  [{ model: 'plamo2' }, /got "plamo2"/],
  [{ pre: 'of-tomorrow' }, /tokenizer\.ggml\.pre must be one of default, .*got "of-tomorrow"/],
  [{ tokens: undefined }, /tokenizer\.ggml\.tokens must be a list of strings, got undefined/],
  [{ merges: undefined }, /tokenizer\.ggml\.merges must be a list of strings/],
  [{ merges: [1, 2] }, /tokenizer\.ggml\.merges must be a list of strings/],
  [{ token_type: [1, 1] }, /tokenizer\.ggml\.token_type must be \d+ numbers, got 2/],
  [{ add_bos_token: 'yes' }, /tokenizer\.ggml\.add_bos_token must be true or false, got "yes"/],
  [
    { add_eos_token: true, tokens: ['a', 'b'], token_type: undefined },
    /tokenizer\.ggml\.eos_token_id must be the number of a token, got undefined/,
  ],
])('%j is refused by name', (more, message) => {
  expect(() => createGgufTokenizer(metadataOf('pre gpt-2', more))).toThrow(message);
});

test.each([
  ['pre superbpe', '1234567890'],
  ['pre afmoe', '1234567890'],
  ['pre gpt-4o', 'AbcÉDE'],
  ['pre exaone-moe', 'ab cd '],
  ['llama', 'the '],
  ['llama', 'thecat'],
  ['bert', 'the'],
  ['t5 1 1 by a map', 'the\t'],
  ['phi-3', '<s> <|shown|> '],
])('%s: a text of many %j takes time in proportion', (name, part) => {
  const tokenizer = createGgufTokenizer(metadataOf(name));
  const before = process.cpuUsage();
  tokenizer.encode(part.repeat(100_000 / part.length), 1e6);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(4);
});
