// What the metadata of a GGUF say: each key is honoured as llama.cpp honours it, or refused by its name.
import { readFileSync } from 'node:fs';

import { load } from '../../dist/lib/node.js';
import { changedGguf, readGguf } from './helpers/gguf_writer.js';

const core = await load();
const golden = (name) => readFileSync(new URL(`../golden/tiny_decoders/${name}/model.gguf`, import.meta.url));
const llama = golden('llama');
const IDS = [5, 6, 7, 8, 9, 10, 11, 12];

const changed = (metadata, file = llama) => core.loadModel(changedGguf(file, metadata));

test('a file read and written again is itself', () => {
  expect(changedGguf(llama, {}).equals(llama)).toBe(true);
});

describe('a model without a tokenizer', () => {
  const TOKENIZERS = {
    'no keys of one': Object.fromEntries(
      Object.keys(readGguf(llama).metadata)
        .filter((key) => key.startsWith('tokenizer.'))
        .map((key) => [key, undefined]),
    ),
    none: { 'tokenizer.ggml.model': 'none' },
    no_vocab: { 'tokenizer.ggml.model': 'no_vocab' },
  };
  test.each(Object.entries(TOKENIZERS))('%s: runs on ids', async (_, metadata) => {
    const model = await changed({ 'llama.vocab_size': 100, ...metadata });
    const whole = await core.loadModel(llama);
    const run = model.run(IDS, { room: 4 });
    expect([...run.logits.data]).toEqual([...whole.run(IDS).logits.data]);
    run.extend([3]);
    expect(run.tokens.at(-1)).toMatchObject({ id: 3, text: '#3' });
    expect(() => model.run('a text')).toThrow(
      'text must be a list of token ids, since the model\'s files hold no tokenizer, got "a text".',
    );
    expect((await model.nameHeads()).heads).toHaveLength(model.info.numLayers * model.info.numHeads);
  });
});

describe('what ends a text', () => {
  const tokens = readGguf(llama).metadata['tokenizer.ggml.tokens'].value;
  const named = (names) => tokens.map((token, id) => names[id] ?? token);
  const CASES = {
    'eos, eot and eom by their keys': [
      {
        'tokenizer.ggml.eos_token_id': 20,
        'tokenizer.ggml.eot_token_id': 21,
        'tokenizer.ggml.eom_token_id': 22,
      },
      [20, 21, 22],
      [23],
    ],
    'names that llama.cpp knows': [
      {
        'tokenizer.ggml.tokens': named({
          30: '<|im_end|>',
          31: '<end_of_turn>',
          32: '<|eot_id|>',
          33: '<|x|>',
        }),
      },
      [30, 31, 32],
      [33],
    ],
    'the name of padding in completion, unless a key says another': [
      {
        'tokenizer.ggml.tokens': named({ 30: '<|fim_pad|>' }),
        'tokenizer.ggml.fim_pad_token_id': 31,
      },
      [31],
      [30],
    ],
    'not <|end|> where a model calls tools': [
      { 'tokenizer.ggml.tokens': named({ 30: '<|end|>', 31: '<|call|>', 32: '<|return|>' }) },
      [31, 32],
      [30],
    ],
  };
  test.each(Object.entries(CASES))('%s', async (_, [metadata, ends, others]) => {
    const model = await changed(metadata);
    expect(ends.filter((id) => model.endsText(id))).toEqual(ends);
    expect(others.filter((id) => model.endsText(id))).toEqual([]);
  });
});
