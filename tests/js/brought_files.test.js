// What files that a person brings to the page are taken for.
import { expect, test } from '@jest/globals';

import { importSource } from './helpers/source.js';

const { arraysOf, kindOf, uselessWords } = await importSource('web/app/brought_files.ts');

const brought = (...paths) => paths.map((path) => ({ path, file: new File([], path.split('/').at(-1)) }));

test.each([
  ['model', ['a.gguf']],
  ['model', ['tokenizer.json', 'model.safetensors', 'config.json']],
  ['model', ['1_Pooling/config.json', 'config.json', 'weights.safetensors']],
  ['model', ['m/model-00001-of-00002.safetensors', 'm/model.safetensors.index.json']],
  ['model', ['pytorch_model.bin']],
  ['model', ['config.json', 'consolidated.00.pth']],
  ['model', ['model.zip']],
  // MLX keeps weights of models in .npz.
  ['model', ['config.json', 'weights.npz']],
  // Without a config, their names tell.
  ['model', ['model.safetensors']],
  ['model', ['model.fp16.safetensors', 'tokenizer.json']],
  ['model', ['adapter_model.safetensors']],
  ['arrays', ['attention.safetensors']],
  ['arrays', ['qkv.safetensors', 'tokens.json']],
  ['arrays', ['q.safetensors', 'k.safetensors', 'v.safetensors']],
  ['arrays', ['attention.pt']],
  ['arrays', ['a.npz', 'b.npy', 'notes.txt']],
  ['arrays', ['run/attention.npz', 'run/tokens.json', 'run/picture.png']],
  [undefined, ['tokens.json']],
  [undefined, ['picture.png']],
  [undefined, []],
])('%s: %j', (kind, paths) => {
  expect(kindOf(brought(...paths))).toBe(kind);
});

test('of a folder of arrays, what holds none is left out', () => {
  const names = arraysOf(brought('r/a.NPZ', 'r/tokens.json', 'r/readme.md')).map(({ name }) => name);
  expect(names).toEqual(['a.NPZ', 'tokens.json']);
});

test('useless files are called by their names', () => {
  expect(uselessWords(brought('picture.png'))).toMatch(
    /^picture\.png is neither a model nor arrays: bring a /,
  );
  expect(uselessWords(brought('a.txt', 'b.txt'))).toMatch(/^These files are neither/);
  expect(uselessWords([])).toMatch(/^No file was there: bring a /);
});
