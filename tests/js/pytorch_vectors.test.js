// Random calls over all options against PyTorch in float64 (tests/golden/attention_pytorch.py).
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { load } from '../../dist/lib/node.js';

const file = new URL('../golden/attention_pytorch.json.gz', import.meta.url);
const { cases } = JSON.parse(gunzipSync(readFileSync(file)));
const TAPS = ['scores', 'softcapped', 'masked', 'weights', 'lse'];

function decode({ shape, data }, Type) {
  const bytes = Buffer.from(data, 'base64');
  return { data: new Type(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)), shape };
}

/** Weights to 2e-6; others to 2e-6 of their largest magnitude, at least 1; zeros of weights and infinities exactly. */
function expectClose(name, actual, expected) {
  expect(actual.shape).toEqual(expected.shape);
  const finite = [...expected.data].filter(Number.isFinite).map(Math.abs);
  const tolerance = 2e-6 * (name === 'weights' ? 1 : Math.max(1, ...finite));
  const wrong = [...expected.data].flatMap((value, i) => {
    const exact = !Number.isFinite(value) || (name === 'weights' && value === 0);
    const close = exact ? actual.data[i] === value : Math.abs(actual.data[i] - value) <= tolerance;
    return close ? [] : [`${name}[${i}] is ${actual.data[i]}, not ${value}`];
  });
  expect(wrong).toEqual([]);
}

const { variant: fastest } = await load();

describe.each([...new Set(['simd', fastest])])('%s', (variant) => {
  const named = cases.map((golden, number) => [number, JSON.stringify(golden.options), golden]);
  test.each(named)('case %i %s', async (_number, _options, golden) => {
    const core = await load({ variant });
    const call = { ...golden.options, taps: TAPS };
    for (const name of ['query', 'key', 'value']) call[name] = decode(golden[name], Float32Array);
    for (const name of ['alibiSlopes', 'sinks']) {
      if (golden[name]) call[name] = decode(golden[name], Float32Array).data;
    }
    if (golden.mask) call.attnMask = decode(golden.mask, golden.mask.boolean ? Uint8Array : Float32Array);
    const { output, taps } = core.attend(call);
    expectClose('output', output, decode(golden.expected.output, Float64Array));
    for (const tap of TAPS) expectClose(tap, taps[tap], decode(golden.expected[tap], Float64Array));
  });
});
