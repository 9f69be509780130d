import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export function readGolden(name) {
  const bytes = readFileSync(new URL(`../../golden/${name}`, import.meta.url));
  return JSON.parse(name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
}

/** A tensor of a golden file: numbers of the given type in base64. */
export function decode({ shape, data }, Type) {
  const bytes = Buffer.from(data, 'base64');
  return { data: new Type(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)), shape };
}

/** Says which elements are further than `tolerance` from what they should be; infinities must be exact. */
export function expectWithin(name, actual, expected, tolerance, zerosAreExact = false) {
  expect(actual.length).toBe(expected.length);
  const wrong = [];
  expected.forEach((value, i) => {
    const exact = !Number.isFinite(value) || (zerosAreExact && value === 0);
    const close = exact ? actual[i] === value : Math.abs(actual[i] - value) <= tolerance;
    if (!close) wrong.push(`${name}[${i}] is ${actual[i]}, not ${value}`);
  });
  expect(wrong.slice(0, 5)).toEqual([]);
}

/**
 * The core's precision: weights to 2e-6; others to 2e-6 of their largest magnitude, at least 1; zeros of weights
 * and infinities exactly.
 */
export function expectClose(name, actual, expected) {
  expect(actual.shape).toEqual(expected.shape);
  let largest = 1;
  for (const value of expected.data) {
    if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  }
  const isWeights = name === 'weights';
  expectWithin(name, actual.data, expected.data, 2e-6 * (isWeights ? 1 : largest), isWeights);
}
