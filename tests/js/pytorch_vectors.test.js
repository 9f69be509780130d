// Random calls over all options against PyTorch in float64 (tests/golden/attention_pytorch.py).
import { load } from '../../dist/lib/node.js';
import { decode, expectClose, readGolden } from './helpers/golden.js';

const { cases } = readGolden('attention_pytorch.json.gz');
const TAPS = ['scores', 'softcapped', 'masked', 'weights', 'lse'];
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
