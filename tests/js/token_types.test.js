// Two texts, token types and padding in the ids against transformers.
import { load } from '../../dist/lib/node.js';
import { expectWithin, readGolden } from './helpers/golden.js';
import { filesOf, tinyBert } from './helpers/model_files.js';
import { thrownBy } from './helpers/tensors.js';

const ROBERTA = new URL('../golden/tiny_decoders/roberta', import.meta.url).pathname;
const LLAMA = new URL('../golden/tiny_decoders/llama', import.meta.url).pathname;
const TOLERANCE = 1e-5;

const core = await load();
const { texts, types: typed, padded } = readGolden('token_types.json.gz');
const pairs = texts.filter(({ text }) => typeof text !== 'string');
const bert = await core.loadModel(filesOf(tinyBert('even_f32')));

function everyMap(run) {
  const places = Array.from({ length: run.numLayers * run.numHeads }, (_, i) => ({
    layer: Math.floor(i / run.numHeads),
    head: i % run.numHeads,
  }));
  return places.flatMap((place) => [...run.tap('weights', place).data]);
}

function expectWeights(run, weights) {
  expectWithin('weights', everyMap(run), weights.flat(Infinity), TOLERANCE);
}

test.each(texts)('$text', ({ text, ids, types, places, weights }) => {
  const run = bert.run(text);
  expect(run.tokens.map(({ id }) => id)).toEqual(ids);
  expect(run.tokens.map(({ type = 0 }) => type)).toEqual(types);
  expect(run.tokens.map(({ start, end }) => [start, end])).toEqual(places);
  expect(run.text).toBe([text].flat().join('\n'));
  expect(bert.tokenize(text).tokens).toEqual(run.tokens);
  expectWeights(run, weights);
  expectWeights(bert.run(ids, { types }), weights);
});

test('types beside ids, as numbers or as bytes', () => {
  for (const { ids, types, weights } of typed) {
    expectWeights(bert.run(ids, { types }), weights);
    expectWeights(bert.run(ids, { types: Uint8Array.from(types) }), weights);
  }
});

test('types change the maps', () => {
  for (const { ids, weights } of [...pairs, ...typed]) {
    const plain = everyMap(bert.run(ids));
    const furthest = weights.flat(Infinity).map((weight, i) => Math.abs(weight - plain[i]));
    expect(Math.max(...furthest)).toBeGreaterThan(1e-3);
  }
});

test("a pair's trace has both texts", async () => {
  const run = bert.run(pairs[0].text);
  const trace = await core.openTrace(run.toTrace({ dtype: 'f32' }));
  expect(trace.text).toBe(run.text);
  expect(trace.tokens.map(({ text }) => text)).toEqual(run.tokens.map(({ text }) => text));
  expectWeights(trace, pairs[0].weights);
});

test("what heads do on pairs is what they do on the pairs' ids", async () => {
  const pair = ['the cat', 'sat'];
  const { tokens } = bert.tokenize(pair);
  const run = bert.run(
    tokens.map(({ id }) => id),
    { types: tokens.map(({ type = 0 }) => type) },
  );
  const [ofPair] = await bert.analyse([pair]);
  expect(ofPair.entropy).toBe(run.analyse()[0].entropy);
});

test("RoBERTa's padding takes the padding's position and is not counted", async () => {
  const roberta = await core.loadModel(filesOf(ROBERTA));
  for (const { ids, weights } of padded) expectWeights(roberta.run(ids), weights);
});

test('says what is wrong', async () => {
  const llama = await core.loadModel(filesOf(LLAMA));
  const texts = 'text must be a string, two strings or an array of token ids, got';
  const wrong = [
    [() => bert.run(['the']), `${texts} ["the"].`],
    [() => bert.run(['the', 'cat', 'sat']), `${texts} ["the", "cat", "sat"].`],
    [() => bert.run(['the', 5]), `${texts} ["the", 5].`],
    [() => bert.run([5, 'the']), 'ids[1] must be a whole number, got "the".'],
    [() => bert.run([]), 'ids must hold at least one, got none.'],
    [() => bert.run([], { types: [] }), 'ids must hold at least one, got none.'],
    [() => bert.tokenize([5]), 'text must be a string or two strings, got [5].'],
    [() => bert.run('the', { types: [0, 0, 0] }), "types must be left out: a text has its tokenizer's."],
    [() => bert.run([5, 6], { types: [0] }), 'types must be a number for each of the 2 ids, got [0].'],
    [() => bert.run([5, 6], { types: 1 }), 'types must be a number for each of the 2 ids, got 1.'],
    [() => bert.run([5, 6], { types: [0, 2] }), 'types[1] must be an integer from 0 to 1, got 2.'],
    [() => bert.run([5, 6], { types: [0.5, 0] }), 'types[0] must be an integer from 0 to 1, got 0.5.'],
    [() => llama.run([5], { types: [0] }), "types must be left out: this model's tokens have none."],
    [() => llama.run(['a', 'b']), 'text must be one: a causal model reads no two together.'],
    [
      () => llama.run(''),
      'text must have at least one token, but the tokenizer makes none of it and this model adds none.',
    ],
    [() => llama.run('', { room: 3 }), /^text must have at least one token/],
  ];
  for (const [action, message] of wrong) {
    expect(thrownBy(action)).toMatchObject({
      code: 'invalid-argument',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  }
});
