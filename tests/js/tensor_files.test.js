// A person's own arrays: .npy, .npz and .safetensors as Python writes them, and what is wrong with a file said by name.
import { File } from 'node:buffer';
import { readFileSync } from 'node:fs';

import { zipSync } from 'fflate';

import { load } from '../../dist/lib/node.js';
import { miniLM } from './helpers/model_files.js';
import { importSource } from './helpers/source.js';

const { areTensors, givenTensors, guessRoles, readTensorFiles, writeNpz } = await importSource(
  'web/app/tensors/read_tensors.ts',
);
const { readNpy, writeNpy } = await importSource('web/app/tensors/npy.ts');
const golden = (name) => readFileSync(new URL(`../golden/exported_tensors/${name}`, import.meta.url));
const file = (name, bytes = golden(name)) => new File([bytes], name);
const core = await load();
const VALUES = [0.5, -1.25, 3, 1e-3, 65504, -0];

test.each([
  ['half.npy', 1e-6],
  ['single.npy', 1e-10],
  ['double.npy', 1e-10],
])('%s is what numpy saved', (name, tolerance) => {
  const { data, shape } = readNpy(name, golden(name));
  expect(shape).toEqual([2, 3]);
  data.forEach((value, i) => expect(Math.abs(value - VALUES[i])).toBeLessThanOrEqual(tolerance));
});

test('writes the bytes that numpy writes', () => {
  const tensor = { data: Float32Array.from(VALUES), shape: [2, 3] };
  expect(Buffer.from(writeNpy(tensor))).toEqual(golden('single.npy'));
});

test('an .npz that was written is read again', async () => {
  const tensors = new Map([['weights', { data: Float32Array.of(1, 0, 0.5, 0.5), shape: [2, 2] }]]);
  const again = await readTensorFiles([file('a.npz', writeNpz(tensors))]);
  expect([...again]).toEqual([...tensors]);
});

test("what the page's snippet exports from transformers is the model's attention", async () => {
  const tensors = await readTensorFiles([file('attention.npz')]);
  const roles = guessRoles(tensors);
  expect([...roles]).toEqual([['weights', 'weights']]);
  const tokens = JSON.parse(golden('tokens.json'));
  const given = await core.openTensors({ ...givenTensors(tensors, roles), tokens });
  const model = await core.loadModel(miniLM());
  const run = model.run('The cat sat on the mat.');
  expect(run.tokens).toHaveLength(given.tokens.length);
  for (let layer = 0; layer < 6; ++layer) {
    for (let head = 0; head < 12; ++head) {
      const own = run.tap('weights', { layer, head }).data;
      given.tap('weights', { layer, head }).data.forEach((weight, i) => {
        expect(Math.abs(weight - own[i])).toBeLessThan(1e-3);
      });
    }
  }
});

test('arrays are told from models, and their roles guessed by name or shape', () => {
  expect(areTensors([file('a.npz', []), file('b.npy', [])])).toBe(true);
  expect(areTensors([file('model.safetensors', []), file('config.json', [])])).toBe(false);
  const some = (names) => new Map(names.map((name) => [name, { data: new Float32Array(4), shape: [2, 2] }]));
  expect([...guessRoles(some(['layer.q', 'layer.k', 'layer.v', 'attn']))]).toEqual([
    ['query', 'layer.q'],
    ['key', 'layer.k'],
    ['value', 'layer.v'],
  ]);
  expect([...guessRoles(some(['attn_probs', 'key']))]).toEqual([['weights', 'attn_probs']]);
  expect([...guessRoles(some(['x']))]).toEqual([['weights', 'x']]);
});

test.each([
  ['integer.npy', golden('integer.npy'), /integer\.npy .* float16, float32 or float64 .* got <i4/],
  ['fortran.npy', golden('fortran.npy'), /fortran\.npy .* Fortran’s order/],
  ['cut.npy', golden('single.npy').subarray(0, 150), /cut\.npy .* takes 24 bytes, but it holds 22/],
  ['head.npy', golden('single.npy').subarray(0, 60), /head\.npy .* header is cut off/],
  ['text.npy', Buffer.from('no array at all'), /text\.npy .* no \.npy file/],
  ['a.npz', Buffer.from('no archive at all'), /a\.npz .* no \.npz file/],
  ['b.npz', Buffer.from(zipSync({ 'notes.txt': Buffer.from('x') })), /no array in these files/],
  ['c.safetensors', Buffer.from([1, 2, 3]), /c\.safetensors has 3 bytes/],
])('%s is refused by name', async (name, bytes, message) => {
  await expect(readTensorFiles([file(name, bytes)])).rejects.toThrow(message);
});

test('tensors that do not fit each other are refused by name', async () => {
  const tensor = (...shape) => ({ data: new Float32Array(shape.reduce((a, b) => a * b, 1)), shape });
  const cases = [
    [{}, /tensors must be query, key and value, or weights/],
    [{ query: tensor(2, 4), key: tensor(2, 3), value: tensor(2, 4) }, /key\.shape must be/],
    [{ query: tensor(2, 4), key: tensor(3, 4), value: tensor(2, 4) }, /value\.shape must be/],
    [
      { query: tensor(3, 2, 4), key: tensor(2, 2, 4), value: tensor(2, 2, 4) },
      /key\.shape must be .* divisor of 3/,
    ],
    [{ weights: tensor(2, 2), key: tensor(2, 2) }, /tensors must be query, key and value, or weights alone/],
    [{ weights: tensor(4) }, /weights\.shape must be two to four dimensions/],
    [{ weights: tensor(2, 2), tokens: ['a'] }, /tokens must be an array of 2 strings/],
    [{ weights: tensor(2, 3), keyTokens: ['a', 'b'] }, /keyTokens must be an array of 3 strings/],
    [{ weights: tensor(2, 2), softcap: -1 }, /softcap must be 0/],
    [{ weights: tensor(2, 2), slidingWindow: [1] }, /slidingWindow must be/],
    [{ weights: tensor(2, 2), causal: true }, /no option "causal"/],
  ];
  for (const [given, message] of cases) await expect(core.openTensors(given)).rejects.toThrow(message);
});
