import type { AttendOptions, AttendResult } from '../attend.js';
import type { AttentionSource } from '../attention_source.js';
import type { Tensor } from '../tensor.js';
import { fromHalves } from './half.js';
import { toHalf } from './to_half.js';

/** How the numbers of a trace are kept, and what is said of it in its metadata. */
export interface Precision {
  dtype: 'F16' | 'F32';
  words: string;
}

type Attend = (options: AttendOptions) => AttendResult;

/** How far half precision may move a weight. */
const MOST_MOVED = 1e-3;
/** The most cells of all maps together that are compared: beyond, it would take many seconds. */
const MOST_CELLS = 2 ** 24;

function asHalves({ data, shape }: Tensor): Tensor {
  return { data: fromHalves(Uint16Array.from(data, toHalf)), shape: [1, ...shape] };
}

/** How far two lists of numbers are apart at most; NaN where one has a NaN. */
function distance(a: Float32Array, b: Float32Array): number {
  let most = 0;
  for (let i = 0; i < a.length; ++i) {
    const off = Math.abs((a[i] as number) - (b[i] as number));
    if (!(off <= most)) most = off;
  }
  return most;
}

/** How far the weights of heads, one after another, are from those of their queries and keys in half precision. */
function* moves(source: AttentionSource, attend: Attend): Generator<number> {
  const { numLayers, numHeads, tokens } = source;
  const nothing = { data: new Float32Array(tokens.length), shape: [1, tokens.length, 1] };
  for (let i = 0; i < numLayers * numHeads; ++i) {
    const place = { layer: Math.floor(i / numHeads), head: i % numHeads };
    const [query, key] = (['query', 'key'] as const).map((name) => asHalves(source.tap(name, place))) as [
      Tensor,
      Tensor,
    ];
    const mechanism = source.mechanismOf(place.layer);
    const { taps } = attend({ query, key, value: nothing, ...mechanism, taps: ['weights'] });
    yield distance((taps.weights as Tensor).data, source.tap('weights', place).data);
  }
}

/** Whether every value stays finite in half precision. */
function valuesFit(source: AttentionSource): boolean {
  const { numLayers, numHeads } = source;
  for (let i = 0; i < numLayers * numHeads; ++i) {
    const { data } = source.tap('value', { layer: Math.floor(i / numHeads), head: i % numHeads });
    if (!data.every((value) => Math.abs(value) < 65520)) return false;
  }
  return true;
}

/** Half precision where it moves no weight of a run by more than 0.001, else single precision. */
export function choosePrecision(source: AttentionSource, attend: Attend): Precision {
  const single = (reason: string): Precision => ({ dtype: 'F32', words: `float32: ${reason}` });
  const { numLayers, numHeads, tokens } = source;
  if (numLayers * numHeads * tokens.length ** 2 > MOST_CELLS)
    return single('of so many tokens and heads, float16 was not tried');
  if (!valuesFit(source)) return single('a value is beyond float16');
  let most = 0;
  for (const moved of moves(source, attend)) {
    if (!(moved <= MOST_MOVED)) return single(`float16 would move a weight by ${moved.toPrecision(2)}`);
    most = Math.max(most, moved);
  }
  return { dtype: 'F16', words: `float16: no weight moves by more than ${most.toPrecision(2)}` };
}
