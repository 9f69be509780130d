// Maps as pixels, through the border. What the colours mean is tested in tests/native/paint_test.cpp.
import { AttentionError, load } from '../../dist/lib/node.js';
import { filesOf, tinyBert } from './helpers/model_files.js';
import { tensor, thrownBy } from './helpers/tensors.js';

const core = await load();
const weights = { data: Float32Array.of(0, 0.25, 0.5, 0.125, 0.375, 0.5), shape: [2, 3] };
const good = { weights, width: 3, height: 2 };
const expected = core.paint(good);

/** The colour of a pixel as [r, g, b, a]. */
function pixel({ pixels, width }, x, y) {
  return [...pixels.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];
}

/** How often a colour stands in a picture. */
function count(picture, colour) {
  let found = 0;
  for (let y = 0; y < picture.height; ++y) {
    for (let x = 0; x < picture.width; ++x) found += `${pixel(picture, x, y)}` === `${colour}`;
  }
  return found;
}

describe('a painted map', () => {
  test('is RGBA rows that ImageData takes, from the background to the strongest colour', () => {
    expect(expected).toMatchObject({ width: 3, height: 2, max: 0.5 });
    expect(expected.pixels).toBeInstanceOf(Uint8ClampedArray);
    expect(expected.pixels).toHaveLength(24);
    expect(expected.pixels.byteLength).toBe(expected.pixels.buffer.byteLength);
    expect(pixel(expected, 0, 0)).toEqual([255, 255, 255, 255]);
    expect(pixel(expected, 2, 0)).toEqual([45, 19, 76, 255]);
    expect(pixel(expected, 2, 1)).toEqual(pixel(expected, 2, 0));
    const dark = core.paint({ ...good, theme: 'dark' });
    expect(pixel(dark, 0, 0)).toEqual([0x14, 0x14, 0x18, 255]);
    expect(pixel(dark, 2, 0)).toEqual([246, 228, 254, 255]);
  });

  test('has the top that is given, or the largest of all keys or all but the first', () => {
    const sink = { data: Float32Array.of(0.75, 0.25, 0.5, 0.125), shape: [2, 2] };
    const square = { weights: sink, width: 2, height: 2 };
    expect(core.paint(square).max).toBe(0.75);
    const rest = core.paint({ ...square, ignoreFirstKey: true });
    expect(rest.max).toBe(0.25);
    expect(pixel(rest, 0, 0)).toEqual(pixel(rest, 1, 0));
    const wide = core.paint({ ...square, max: 1 });
    expect(wide.max).toBe(1);
    expect(pixel(wide, 0, 0)).not.toEqual(pixel(core.paint(square), 0, 0));
  });

  test('shows small weights on the logarithmic scale', () => {
    const small = { weights: { data: Float32Array.of(1, 0.001), shape: [1, 2] }, width: 2, height: 1 };
    expect(pixel(core.paint(small), 1, 0)).toEqual([255, 255, 255, 255]);
    expect(pixel(core.paint({ ...small, colours: 'log' }), 1, 0)).not.toEqual([255, 255, 255, 255]);
  });

  test('shows forbidden cells as neither a colour of the scale nor NaN', () => {
    const masked = { data: Float32Array.of(0, -Infinity, 0, 0, 0, 0), shape: [2, 3] };
    const tinted = core.paint({ ...good, masked });
    expect(pixel(tinted, 1, 0)).toEqual([245, 245, 246, 255]);
    const hatched = core.paint({ ...good, masked, width: 36, height: 24 });
    expect(count(hatched, [214, 214, 219, 255])).toBe((12 * 12) / 6);
    expect(count(hatched, [245, 245, 246, 255])).toBe((12 * 12 * 5) / 6);
    const unknown = { data: Float32Array.of(0, NaN, 0, 0, 0, 0), shape: [2, 3] };
    expect(pixel(core.paint({ ...good, weights: unknown }), 1, 0)).toEqual([150, 150, 156, 255]);
  });

  test('takes tensors that stay in memory, and mixtures', () => {
    const masked = { data: Float32Array.of(0, 0, 0, -Infinity, 0, -Infinity), shape: [2, 3] };
    const [residentWeights, residentMasked] = [weights, masked].map((map) => core.tensor(map));
    const both = core.paint({ ...good, masked });
    expect(both).not.toEqual(expected);
    expect(core.paint({ ...good, weights: residentWeights })).toEqual(expected);
    expect(core.paint({ ...good, weights: residentWeights, masked: residentMasked })).toEqual(both);
    expect(core.paint({ ...good, weights: residentWeights, masked })).toEqual(both);
    expect(core.paint({ ...good, masked: residentMasked })).toEqual(both);
    residentWeights.dispose();
    residentMasked.dispose();
  });

  test('keeps a lone strong cell of 4 million in a small picture, while memory grows', () => {
    const size = 2000;
    const data = new Float32Array(size * size);
    data[1234 * size + 987] = 1;
    const before = core.memoryBytes;
    const picture = core.paint({ weights: { data, shape: [size, size] }, width: 333, height: 250 });
    expect(core.memoryBytes).toBeGreaterThan(before);
    expect(count(picture, [45, 19, 76, 255])).toBe(1);
    expect(count(picture, [255, 255, 255, 255])).toBe(333 * 250 - 1);
    expect(core.paint(good)).toEqual(expected);
  });

  test('hands its pixels over in bands where they lie, and keeps none', () => {
    for (const size of [2, 700]) {
      const whole = core.paint({ ...good, width: size, height: size });
      const seen = new Uint8ClampedArray(4 * size * size);
      let bands = 0;
      const picture = core.paint({ ...good, width: size, height: size }, (pixels, y) => {
        seen.set(pixels, 4 * size * y);
        bands += 1;
      });
      expect(bands).toBe(size === 2 ? 1 : 4);
      expect(Buffer.compare(Buffer.from(seen.buffer), Buffer.from(whole.pixels.buffer))).toBe(0);
      expect(picture.pixels).toHaveLength(0);
      expect(picture).toMatchObject({ width: size, height: size, max: whole.max });
    }
    const failing = () => {
      throw new Error('not now');
    };
    expect(thrownBy(() => core.paint(good, failing)).message).toBe('not now');
    expect(core.paint(good)).toEqual(expected);
  });

  test('may have no pixels', () => {
    for (const size of [
      { width: 0, height: 2 },
      { width: 3, height: 0 },
      { width: 0, height: 0 },
    ]) {
      expect(core.paint({ ...good, ...size })).toEqual({
        pixels: new Uint8ClampedArray(0),
        ...size,
        max: 0.5,
      });
    }
  });

  test('takes values that no weight has', () => {
    const odd = { data: Float32Array.of(-1, Infinity, 0.5), shape: [1, 3] };
    for (const colours of ['linear', 'log']) {
      const picture = core.paint({ weights: odd, width: 3, height: 1, colours });
      expect(picture.max).toBe(Infinity);
      expect(pixel(picture, 0, 0)).toEqual([255, 255, 255, 255]);
      expect(pixel(picture, 1, 0)).toEqual([45, 19, 76, 255]);
      expect(pixel(picture, 2, 0)).toEqual([255, 255, 255, 255]);
    }
  });
});

const other = await load();
const disposed = core.tensor(weights);
disposed.dispose();
const bad = {
  'no options': [undefined, "paint's options must be an object, got undefined."],
  'an unknown option': [
    { ...good, colors: 'log' },
    /^paint has no option "colors"; it has weights, masked, width/,
  ],
  'no weights': [{ width: 3, height: 2 }, 'weights must be a tensor { data, shape }, got undefined.'],
  'weights of another type': [
    { ...good, weights: { data: new Float64Array(6), shape: [2, 3] } },
    'weights.data must be a Float32Array, got Float64Array.',
  ],
  'weights of three dimensions': [
    { ...good, weights: tensor(1, 2, 3) },
    'weights.shape must be of 2 dimensions, got [1, 2, 3].',
  ],
  'weights of a wrong length': [
    { ...good, weights: { data: new Float32Array(5), shape: [2, 3] } },
    'weights.data must hold 6 elements for shape [2, 3], got 5.',
  ],
  'no rows': [{ ...good, weights: tensor(0, 3) }, "weights' qLen must be from 1 to 16777216, got 0."],
  'no columns': [{ ...good, weights: tensor(2, 0) }, "weights' kvLen must be from 1 to 16777216, got 0."],
  'masked of another shape': [{ ...good, masked: tensor(3, 2) }, 'masked.shape must be [2, 3], got [3, 2].'],
  'masked of another type': [
    { ...good, masked: { data: new Uint8Array(6), shape: [2, 3] } },
    'masked.data must be a Float32Array, got Uint8Array.',
  ],
  'a disposed tensor': [{ ...good, weights: disposed }, 'The tensor given as weights was disposed.'],
  'a tensor of another core': [
    { ...good, masked: other.tensor(weights) },
    'masked must be a tensor of this core, got one of another.',
  ],
  'no width': [{ weights, height: 2 }, 'width must be an integer from 0 to 16384, got undefined.'],
  'a broken width': [{ ...good, width: 2.5 }, 'width must be an integer from 0 to 16384, got 2.5.'],
  'a negative height': [{ ...good, height: -1 }, 'height must be an integer from 0 to 16384, got -1.'],
  'a huge height': [{ ...good, height: 16385 }, 'height must be an integer from 0 to 16384, got 16385.'],
  'unknown colours': [
    { ...good, colours: 'rainbow' },
    'colours must be "linear" or "log" or "diverging", got "rainbow".',
  ],
  'differences of a masked map': [
    { ...good, colours: 'diverging', masked: good.weights },
    'masked must be left out where colours are "diverging".',
  ],
  'an unknown theme': [{ ...good, theme: 1 }, 'theme must be "light" or "dark", got 1.'],
  'a max of zero': [{ ...good, max: 0 }, 'max must be a positive number of single precision, got 0.'],
  'a max below single precision': [
    { ...good, max: 1e-60 },
    'max must be a positive number of single precision, got 1e-60.',
  ],
  'a max that is NaN': [{ ...good, max: NaN }, 'max must be a positive number of single precision, got NaN.'],
  'an infinite max': [{ ...good, max: Infinity }, 'max must be a positive finite number, got Infinity.'],
  'a max that is text': [{ ...good, max: '1' }, 'max must be a number, got "1".'],
  'ignoreFirstKey that is a number': [
    { ...good, ignoreFirstKey: 1 },
    'ignoreFirstKey must be true or false, got 1.',
  ],
};

test.each(Object.entries(bad))('%s is an error, and the next call works', (_, [options, message]) => {
  const error = thrownBy(() => core.paint(options));
  expect(error).toBeInstanceOf(AttentionError);
  expect(error.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  expect(core.paint(good)).toEqual(expected);
});

test("a run's heads are painted as core.paint paints their weights", async () => {
  const run = (await core.loadModel(filesOf(tinyBert('odd_f32')))).run('The cat sat.');
  const place = { layer: 1, head: 2 };
  const style = { width: 40, height: 30, colours: 'log', theme: 'dark', ignoreFirstKey: true };
  const picture = run.paint({ ...place, ...style });
  expect(picture).toEqual(core.paint({ weights: run.tap('weights', place), ...style }));
  const wrong = [
    [undefined, "paint's options must be an object, got undefined."],
    [{ ...place, ...style, weights }, /^paint has no option "weights"; it has layer, head, width/],
    [{ ...style, layer: 2, head: 0 }, 'layer must be an integer from 0 to 1, got 2.'],
    [{ ...place, ...style, width: -1 }, 'width must be an integer from 0 to 16384, got -1.'],
  ];
  for (const [options, message] of wrong) {
    expect(thrownBy(() => run.paint(options)).message).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    );
  }
  expect(run.paint({ ...place, ...style })).toEqual(picture);
});
