// Arrays, buffers, files and addresses of another realm (an iframe, a worker, a test runner) are taken as own ones.
import { runInNewContext } from 'node:vm';

import { load } from '../../dist/lib/node.js';
import { thrownBy } from './helpers/tensors.js';

const Foreign = runInNewContext('({ Float32Array, Int32Array, Uint8Array, ArrayBuffer, DataView })');
const core = await load();
const PLACE = { layer: 0, head: 0 };

/** Two heads of three tokens, and what may go with them, of the given classes. */
function inputs({ Float32Array: Floats, Uint8Array: Bytes }) {
  const tensor = () => ({ data: Floats.of(1, 0, 0, 1, 1, 1, 0.5, -1, 2, 0, 1, 1), shape: [2, 3, 2] });
  return {
    tensors: { query: tensor(), key: tensor(), value: tensor() },
    options: {
      alibiSlopes: Floats.of(0.5, 0.25),
      sinks: Floats.of(0.1, -1),
      attnMask: { data: Bytes.of(1, 1, 0), shape: [3] },
      out: { output: new Floats(12), weights: new Floats(18) },
      taps: ['weights'],
    },
    floatMask: { data: Floats.of(0, 1, -Infinity), shape: [1, 1, 3] },
  };
}
const [foreign, own] = [inputs(Foreign), inputs(globalThis)];
const same = (a, b) => expect([...a]).toEqual([...b]);

test('the arrays are of another realm', () => {
  expect(foreign.tensors.query.data instanceof Float32Array).toBe(false);
});

test('attend, with a mask of either kind, slopes, sinks and arrays to fill', () => {
  for (const mask of ['attnMask', 'floatMask']) {
    const attend = ({ tensors, options, floatMask }) =>
      core.attend({ ...tensors, ...options, ...(mask === 'floatMask' ? { attnMask: floatMask } : {}) });
    const [theirs, ours] = [attend(foreign), attend(own)];
    expect(theirs.output.data).toBe(foreign.options.out.output);
    same(theirs.output.data, ours.output.data);
    same(theirs.taps.weights.data, ours.taps.weights.data);
  }
});

test('tensors that stay, layers, pictures, large maps and openTensors', async () => {
  const handle = core.tensor(foreign.tensors.query);
  same(core.attend({ ...own.tensors, query: handle }).output.data, core.attend(own.tensors).output.data);
  const layer = ({ Float32Array: Floats }) => {
    const wQ = { data: Floats.of(1, 2, 3, 4), shape: [2, 2] };
    return core
      .createLayer({ wQ, wK: wQ, wV: wQ, wO: wQ, numHeads: 1 })
      .forward({ data: Floats.of(1, 0, 0, 1), shape: [2, 2] });
  };
  same(layer(Foreign).output.data, layer(globalThis).output.data);
  const map = ({ Float32Array: Floats }) => ({ data: Floats.of(1, 0, 0.5, 0.5), shape: [2, 2] });
  const paint = (classes) => core.paint({ weights: map(classes), width: 2, height: 2 }).pixels;
  same(paint(Foreign), paint(globalThis));
  const large = async (classes) => {
    const opened = await core.openMap({ query: map(classes), key: map(classes) });
    return (await opened.paint({ width: 2, height: 2 })).pixels;
  };
  same(await large(Foreign), await large(globalThis));
  const open = async ({ tensors, options: { attnMask } }) =>
    (await core.openTensors({ ...tensors, attnMask })).tap('weights', PLACE).data;
  same(await open(foreign), await open(own));
});

test('a trace as bytes, a buffer, or memory that is shared; a model as a buffer, a file or an address', async () => {
  const model = await core.loadModel('built-in');
  const run = model.run('The cat');
  const bytes = run.toTrace();
  const copy = (Buffers) => {
    const buffer = new Buffers(bytes.length);
    new Uint8Array(buffer).set(bytes);
    return buffer;
  };
  const files = [
    Foreign.Uint8Array.from(bytes),
    copy(ArrayBuffer),
    copy(Foreign.ArrayBuffer),
    copy(SharedArrayBuffer),
    new Uint8Array(copy(SharedArrayBuffer)),
  ];
  const weights = (await core.openTrace(bytes)).tap('weights', PLACE).data;
  for (const file of files) same((await core.openTrace(file)).tap('weights', PLACE).data, weights);
  const pattern = Foreign.Float32Array.from({ length: run.tokens.length ** 2 }, () => 0.5);
  const edited = model.run('The cat', { edits: [{ ...PLACE, pattern }] });
  same(edited.tap('weights', PLACE).data, pattern);
});

test('what is no array is refused in every realm', async () => {
  const { tensors } = own;
  const query = { data: Foreign.Int32Array.of(1, 2), shape: [1, 1, 2] };
  expect(thrownBy(() => core.attend({ ...tensors, query })).message).toBe(
    'query.data must be a Float32Array, got Int32Array.',
  );
  const pretended = { data: { [Symbol.toStringTag]: 'Float32Array', length: 2 }, shape: [1, 1, 2] };
  expect(thrownBy(() => core.attend({ ...tensors, query: pretended })).message).toMatch(
    /must be a Float32Array/,
  );
  for (const file of [new Foreign.DataView(new Foreign.ArrayBuffer(8)), [1, 2], null]) {
    await expect(core.openTrace(file)).rejects.toThrow(/bytes must be a Uint8Array or an ArrayBuffer/);
  }
});
