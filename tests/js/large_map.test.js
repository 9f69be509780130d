// Maps that are painted from queries and keys and never held.
import { load } from '../../dist/lib/node.js';
import { tensor } from './helpers/tensors.js';

const core = await load();
const query = tensor(300, 8);
const key = tensor(310, 8);
const options = { scale: 2, isCausal: true, pastLen: 5, softcap: 3, sinks: Float32Array.of(0.5) };

let state = 1;

/** Numbers of a linear congruential generator, in (−1, 1): unlike those of tensor(), no two rows are alike. */
function noise(...shape) {
  const size = shape.reduce((product, length) => product * length, 1);
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) | 0) / 2 ** 31;
  return { data: Float32Array.from({ length: size }, next), shape };
}

/** All weights of the same head, and where they are forbidden. */
function wholeMap() {
  const heads = ({ data, shape }) => ({ data, shape: [1, ...shape] });
  const value = tensor(1, 310, 1);
  const taps = ['weights', 'masked'];
  const call = core.attend({ query: heads(query), key: heads(key), value, ...options, taps });
  return Object.fromEntries(taps.map((tap) => [tap, { data: call.taps[tap].data, shape: [300, 310] }]));
}

/** The cells of a map in view. */
function part({ data }, [firstRow, lastRow], [first, last]) {
  const rows = Array.from({ length: lastRow - firstRow }, (_, i) =>
    data.subarray((firstRow + i) * 310 + first, (firstRow + i) * 310 + last),
  );
  return { data: Float32Array.from(rows.flatMap((row) => [...row])), shape: [rows.length, last - first] };
}

/** Weights differ by roundings, so a channel may by a step of the scale. */
function expectAlike(picture, expected) {
  expect(picture).toMatchObject({ width: expected.width, height: expected.height });
  expect(picture.max).toBeCloseTo(expected.max, 5);
  let furthest = 0;
  picture.pixels.forEach((byte, i) => (furthest = Math.max(furthest, Math.abs(byte - expected.pixels[i]))));
  expect(furthest).toBeLessThanOrEqual(4);
}

describe('a large map', () => {
  const whole = wholeMap();
  const looks = [
    { width: 100, height: 77 },
    { width: 310, height: 300, theme: 'dark' },
    { width: 90, height: 90, queries: [40, 200], keys: [10, 155], colours: 'log' },
    { width: 90, height: 90, queries: [45, 205], keys: [10, 155], colours: 'log' },
    { width: 64, height: 200, queries: [250, 300], keys: [0, 20], ignoreFirstKey: true },
    { width: 50, height: 50, max: 0.5 },
  ];

  test('is painted as core.paint paints its weights, whichever was looked at before', async () => {
    const map = await core.openMap({ query, key, ...options });
    for (const look of [...looks, ...[...looks].reverse()]) {
      const { queries = [0, 300], keys = [0, 310], ...style } = look;
      const [weights, masked] = [whole.weights, whole.masked].map((full) => part(full, queries, keys));
      expectAlike(await map.paint(look), core.paint({ weights, masked, ...style }));
    }
    map.dispose();
  });

  test('of 8,192 tokens keeps a lone strong cell, in little memory', async () => {
    const tokens = 8192;
    const large = { query: noise(tokens, 64), key: noise(tokens, 64) };
    const [strongQuery, strongKey] = [8000, 123];
    for (let d = 0; d < 64; ++d)
      large.query.data[strongQuery * 64 + d] = 4 * large.key.data[strongKey * 64 + d];
    const map = await (await load()).openMap(large);
    const { pixels, max } = await map.paint({ width: 512, height: 512 });
    expect(max).toBeGreaterThan(0.01);
    const pixel = 4 * ((strongQuery >> 4) * 512 + (strongKey >> 4));
    expect([...pixels.subarray(pixel, pixel + 3)]).toEqual([45, 19, 76]);
    expect(map.memoryBytes).toBeLessThan(24 * 2 ** 20); // whole it would be 268 MB
    map.dispose();
  });

  test('says how far it is, can be stopped, and works on', async () => {
    const map = await core.openMap({ query: tensor(4096, 64), key: tensor(4096, 64) });
    const told = [];
    await map.paint({ width: 256, height: 256, onProgress: (progress) => told.push(progress) });
    expect(told.length).toBeGreaterThan(1);
    expect(told.at(-1)).toEqual({ done: 256, total: 256 });
    told.forEach(({ done }, i) => expect(done).toBeGreaterThanOrEqual(told[i - 1]?.done ?? 0));
    const stop = new AbortController();
    const stopped = map.paint({
      width: 250,
      height: 250,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    expect((await map.paint({ width: 8, height: 8 })).pixels).toHaveLength(256);
    map.dispose();
    map.dispose();
    await expect(map.paint({ width: 8, height: 8 })).rejects.toMatchObject({ code: 'disposed' });
  });

  test('is stopped by the next painting, but not by one that was stopped before it began', async () => {
    const map = await core.openMap({ query: tensor(4096, 64), key: tensor(4096, 64) });
    const style = { width: 128, height: 128 };
    const first = map.paint(style);
    await expect(map.paint({ ...style, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    });
    expect((await first).pixels).toHaveLength(4 * 128 * 128);
    const second = expect(map.paint({ ...style, width: 64 })).rejects.toMatchObject({ code: 'aborted' });
    await map.paint({ ...style, width: 32 });
    await second;
    map.dispose();
  });

  test('refuses arrays that were replaced or transferred while it opened', async () => {
    const message = expect.stringMatching(/^key.data must hold 80/);
    const given = () => ({ query: tensor(30, 4), key: tensor(20, 4) });
    for (const meddle of [
      ({ key }) => (key.data = new Float32Array(1e6)),
      ({ key }) => structuredClone(key.data, { transfer: [key.data.buffer] }),
    ]) {
      const options = given();
      const opened = core.openMap(options);
      meddle(options);
      await expect(opened).rejects.toMatchObject({ message });
    }
  });

  test.each([
    [{ query: tensor(3, 4), key: tensor(3, 5) }, /^key's last dimension must be/],
    [{ query: tensor(1, 3, 4), key: tensor(3, 4) }, /^query.shape must be/],
    [{ query: tensor(3, 4), key: tensor(3, 4), rope: { theta: 1 } }, /has no option "rope"/],
    [{ query: tensor(3, 4), key: tensor(3, 4), scale: NaN }, /^scale must be/],
    [{ query: tensor(0, 4), key: tensor(3, 4) }, /^query's first dimension must be/],
  ])('that can’t be opened says why (%#)', async (bad, message) => {
    await expect(core.openMap(bad)).rejects.toMatchObject({ message: expect.stringMatching(message) });
  });

  test('takes handles, and refuses views that are none', async () => {
    const map = await core.openMap({ query: core.tensor(query), key: core.tensor(key), ...options });
    const style = { width: 9, height: 9 };
    for (const [view, message] of [
      [{ keys: [5, 5] }, /^keys\[1\] must be/],
      [{ keys: [0, 311] }, /^keys\[1\] must be/],
      [{ queries: [-1, 4] }, /^queries\[0\] must be/],
      [{ queries: 3 }, /^queries must be/],
      [{ width: 0 }, /^width must be/],
      [{ zoom: 2 }, /has no option "zoom"/],
    ]) {
      const refused = map.paint({ ...style, ...view });
      await expect(refused).rejects.toMatchObject({ message: expect.stringMatching(message) });
    }
    expectAlike(await map.paint(style), core.paint({ ...whole, ...style }));
    map.dispose();
  });
});
