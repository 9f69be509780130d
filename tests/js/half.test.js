// Half precision against arithmetic of its own. The package has no door to it, so the source is read.
import { importSource } from './helpers/source.js';

const { fromBfloats, fromHalves } = await importSource('web/lib/trace/half.ts');
const { toHalf } = await importSource('web/lib/trace/to_half.ts');

const fromHalf = (half) => fromHalves(Uint16Array.of(half))[0];

/** What a half stands for, by moving its fields into a double. */
function exactly(half) {
  const bits = new DataView(new ArrayBuffer(8));
  const sign = BigInt(half >> 15) << 63n;
  let exponent = BigInt((half >> 10) & 31);
  let fraction = BigInt(half & 1023);
  if (exponent === 0n && fraction > 0n) {
    exponent = 1n;
    while (fraction < 1024n) {
      fraction <<= 1n;
      exponent -= 1n;
    }
    fraction -= 1024n;
  } else if (exponent === 0n) {
    exponent = -1008n;
  } else if (exponent === 31n) {
    exponent = 1039n;
  }
  bits.setBigUint64(0, sign | ((exponent + 1008n) << 52n) | (fraction << 42n));
  return bits.getFloat64(0);
}

/** The halves 0 to 0x7c00 (infinity), in order. */
const VALUES = Array.from({ length: 0x7c01 }, (_, half) => exactly(half));
/** Infinity counts as the value that the next exponent would begin with. */
const valueAt = (half) => (half === 0x7c00 ? 65536 : VALUES[half]);

/** The half nearest to a number, by search; of two the even one. */
function nearest(number) {
  const magnitude = Math.abs(number);
  const sign = Object.is(number, -0) || number < 0 ? 0x8000 : 0;
  let low = 0;
  let high = 0x7c00;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (valueAt(middle) <= magnitude) low = middle;
    else high = middle;
  }
  const [below, above] = [magnitude - valueAt(low), valueAt(high) - magnitude];
  const isLow = below < above || (below === above && low % 2 === 0);
  return sign | (isLow ? low : high);
}

const single = new Float32Array(1);
const pattern = new Uint32Array(single.buffer);

/** The single whose pattern is so many further. */
function nextSingle(value, steps) {
  single[0] = value;
  pattern[0] += steps;
  return single[0];
}

test('every half is read as the number that it stands for', () => {
  const wrong = [];
  for (let half = 0; half < 65536; ++half) {
    if (!Object.is(fromHalf(half), exactly(half))) wrong.push(half);
  }
  expect(wrong).toEqual([]);
  expect([0x3c00, 0xc000, 0x0001, 0x7bff, 0xfc00].map(fromHalf)).toEqual([1, -2, 2 ** -24, 65504, -Infinity]);
});

test('every bfloat16 is read as the number that it stands for', () => {
  const numbers = fromBfloats(Uint16Array.from({ length: 65536 }, (_, i) => i));
  const view = new DataView(new ArrayBuffer(4));
  const wrong = [...numbers.keys()].filter((i) => {
    view.setUint32(0, i * 65536);
    return !Object.is(numbers[i], view.getFloat32(0));
  });
  expect(wrong).toEqual([]);
  expect([...fromBfloats(Uint16Array.of(0x3f80, 0xc000, 0x7f80, 0x4049))]).toEqual([
    1,
    -2,
    Infinity,
    3.140625,
  ]);
});

test('every half is written as itself, and NaN as a NaN', () => {
  for (let half = 0; half < 65536; ++half) {
    if (Number.isNaN(exactly(half))) expect(fromHalf(toHalf(exactly(half)))).toBeNaN();
    else if (toHalf(exactly(half)) !== half) throw new Error(`${half} became ${toHalf(exactly(half))}`);
  }
});

test('singles between two halves go to the nearer one, from the middle to the even one', () => {
  const wrong = [];
  const check = (magnitude) => {
    for (const value of [magnitude, -magnitude]) {
      if (toHalf(value) !== nearest(value)) wrong.push(value);
    }
  };
  for (let half = 0; half < 0x7c00; ++half) {
    const middle = (valueAt(half) + valueAt(half + 1)) / 2;
    for (const steps of [-1, 0, 1]) check(nextSingle(middle, steps));
    if (half > 0) for (const steps of [-1, 1]) check(nextSingle(valueAt(half), steps));
  }
  expect(wrong).toEqual([]);
});

test('singles of any pattern go to the nearest half; beyond the largest to infinity', () => {
  const wrong = [];
  for (let i = 0; i < 200_000; ++i) {
    pattern[0] = Math.imul(i, 2654435761);
    const [value] = single;
    if (!Number.isNaN(value) && toHalf(value) !== nearest(value)) wrong.push(value);
  }
  expect(wrong).toEqual([]);
  expect([65519.99609375, 65520, 3e38, Infinity, -65520].map(toHalf)).toEqual([
    0x7bff, 0x7c00, 0x7c00, 0x7c00, 0xfc00,
  ]);
  expect([2 ** -25, nextSingle(2 ** -25, 1), 2 ** -149, -0].map(toHalf)).toEqual([0, 1, 0, 0x8000]);
});
