import {
  requireBoolean,
  requireInteger,
  requireKnownOptions,
  requireLength,
  requireNumber,
  wrong,
} from '../arguments.js';
import type { KeptMechanism } from '../attention_source.js';
import { AttentionError } from '../errors.js';
import { LARGEST, requireMaskShape, type MaskTensor } from '../mechanism.js';
import { tensorOf, type Tensor } from '../tensor.js';
import type { Token } from '../text/token.js';
import type { TraceData, TraceTensorName } from './read_trace.js';

/**
 * What {@link Core.openTensors} takes: queries, keys and values, or weights alone, of one text or of two. Where there are
 * fewer queries than keys, `isCausal` and `slidingWindow` need `pastLen`.
 */
export interface GivenTensors extends Partial<KeptMechanism> {
  /**
   * [layers, heads, qLen, headDim], after rotary positions, unscaled; layers or both may be left out, and a batch of one
   * may stand anywhere before the last two.
   */
  query?: Tensor;
  /** [layers, kvHeads, kvLen, headDim] */
  key?: Tensor;
  /** [layers, kvHeads, kvLen, vHeadDim] */
  value?: Tensor;
  /** [layers, heads, qLen, kvLen] */
  weights?: Tensor;
  /** The tokens of the rows, and of the columns where keyTokens is left out; numbers unless given. */
  tokens?: readonly string[];
  /** The tokens of the columns, where queries look at another text. */
  keyTokens?: readonly string[];
  /** What the model is called. */
  model?: string;
}

const TENSORS: readonly TraceTensorName[] = ['query', 'key', 'value', 'weights'];
const MECHANISM = ['scale', 'isCausal', 'slidingWindow', 'softcap', 'pastLen', 'attnMask'] as const;

/** A shape without batches of one, as far as it has more than four dimensions: behind the layers first. */
function withoutBatches(shape: readonly number[]): number[] {
  const kept = [...shape];
  while (kept.length > 4) {
    const batch = [1, 0, 2, ...kept.keys()].find((axis) => axis < kept.length - 2 && kept[axis] === 1);
    if (batch === undefined) break;
    kept.splice(batch, 1);
  }
  return kept;
}

function fourDimensions(name: string, given: unknown): Tensor {
  const { data, shape } = tensorOf(name, given);
  requireLength(name, data.length, shape);
  const kept = withoutBatches(shape);
  if (kept.length < 2 || kept.length > 4 || data.length === 0) {
    throw wrong(`${name}.shape`, 'two to four dimensions beside batches of one, none of them 0', shape);
  }
  return { data, shape: [1, 1, ...kept].slice(-4) };
}

function requireShapes(tensors: TraceData['tensors']): { qLen: number; kvLen: number } {
  const { query, key, value, weights } = tensors;
  if (weights !== undefined) {
    const extra = Object.keys(tensors).filter((name) => name !== 'weights');
    if (extra.length > 0)
      throw wrong('tensors', 'query, key and value, or weights alone', ['weights', ...extra]);
    return { qLen: weights.shape[2] as number, kvLen: weights.shape[3] as number };
  }
  if (query === undefined || key === undefined || value === undefined) {
    throw wrong('tensors', 'query, key and value, or weights alone', Object.keys(tensors));
  }
  const [layers, heads, qLen, dim] = query.shape as [number, number, number, number];
  const [, kvHeads, kvLen] = key.shape as [number, number, number];
  if (key.shape[0] !== layers || key.shape[3] !== dim || heads % kvHeads !== 0) {
    throw wrong('key.shape', `[${layers}, a divisor of ${heads}, kvLen, ${dim}]`, [...key.shape]);
  }
  if (value.shape.slice(0, 3).join() !== key.shape.slice(0, 3).join()) {
    throw wrong('value.shape', `[${key.shape.slice(0, 3).join(', ')}, vHeadDim]`, [...value.shape]);
  }
  return { qLen, kvLen };
}

/** The text that labels spell, and their places in it. Labels without any space in them stand for words. */
function placeTokens(labels: readonly string[]): { text: string; tokens: Token[] } {
  const between = labels.some((label) => /\s/u.test(label)) ? '' : ' ';
  let start = 0;
  const tokens = labels.map((text) => {
    const token = { text, start, end: start + text.length };
    start = token.end + between.length;
    return token;
  });
  return { text: labels.join(between), tokens };
}

function requireLabels(
  name: string,
  labels: readonly string[] | undefined,
  count: number,
): readonly string[] {
  if (labels === undefined) return Array.from({ length: count }, (_, i) => String(i));
  const fits =
    Array.isArray(labels) && labels.every((label) => typeof label === 'string') && labels.length === count;
  if (!fits) throw wrong(name, `an array of ${count} strings`, labels);
  return labels;
}

function requireWindow(window: KeptMechanism['slidingWindow']): void {
  if (window === null) return;
  if (!Array.isArray(window) || window.length !== 2)
    throw wrong('slidingWindow', '[left, right] or null', window);
  window.forEach((bound, i) => {
    if (bound !== null) requireInteger(`slidingWindow[${i}]`, bound, 0, LARGEST);
  });
}

/** A mask's shape [1 or qLen, 1 or kvLen]; batches, layers and heads of one are left out. */
function requireMask(mask: MaskTensor, qLen: number, kvLen: number): MaskTensor {
  const shape = requireMaskShape(mask);
  const padded = [1, 1, ...shape].slice(-2);
  const fits =
    shape.slice(0, -2).every((size) => size === 1) &&
    [qLen, kvLen].every((full, axis) => padded[axis] === 1 || padded[axis] === full);
  if (!fits) throw wrong('attnMask.shape', `broadcastable to [${qLen}, ${kvLen}]`, [...shape]);
  return { data: mask.data, shape: padded };
}

/** Where the queries stand, which a mask by positions has to know; where there is none, it is known to who adds one. */
function pastLenOf(given: GivenTensors, isByPosition: boolean, qLen: number, kvLen: number): number {
  if (given.pastLen !== undefined) return requireInteger('pastLen', given.pastLen, -LARGEST, LARGEST);
  if (qLen >= kvLen) return 0;
  if (!isByPosition || given.weights !== undefined) return kvLen - qLen;
  throw new AttentionError(
    'invalid-argument',
    `pastLen must be given where isCausal or slidingWindow is and ${qLen} queries look at ${kvLen} keys: the number of keys before the first query, ${kvLen - qLen} where the queries are the last tokens.`,
  );
}

function requireMechanism(given: GivenTensors, dim: number, qLen: number, kvLen: number): KeptMechanism {
  const { scale = 1 / Math.sqrt(dim), isCausal = false, slidingWindow = null, softcap = 0, attnMask } = given;
  if (requireNumber('softcap', softcap) < 0) throw wrong('softcap', '0 (none) or a positive number', softcap);
  requireWindow(slidingWindow);
  const isByPosition = requireBoolean('isCausal', isCausal) || slidingWindow !== null;
  if (attnMask !== undefined && given.weights !== undefined)
    throw wrong('attnMask', 'left out where weights are given, which are drawn as they are', attnMask);
  return {
    scale: requireNumber('scale', scale),
    isCausal,
    slidingWindow,
    softcap,
    pastLen: pastLenOf(given, isByPosition, qLen, kvLen),
    ...(attnMask === undefined ? {} : { attnMask: requireMask(attnMask, qLen, kvLen) }),
  };
}

/**
 * Checks tensors that ran anywhere, and gives them the form of a trace.
 *
 * @throws AttentionError naming the argument, what it was and what was expected
 */
export function readGivenTensors(given: GivenTensors): TraceData {
  requireKnownOptions('openTensors', given, [...TENSORS, ...MECHANISM, 'tokens', 'keyTokens', 'model']);
  const names = TENSORS.filter((name) => given[name] !== undefined);
  const tensors: TraceData['tensors'] = Object.fromEntries(
    names.map((name) => [name, fourDimensions(name, given[name])]),
  );
  const { qLen, kvLen } = requireShapes(tensors);
  const rows = placeTokens(requireLabels('tokens', given.tokens, qLen));
  const isOneText = given.keyTokens === undefined && qLen === kvLen;
  const columns = isOneText ? undefined : placeTokens(requireLabels('keyTokens', given.keyTokens, kvLen));
  return {
    ...rows,
    keyTokens: columns?.tokens,
    model: given.model ?? '',
    mechanism: requireMechanism(given, tensors.query?.shape[3] ?? 1, qLen, kvLen),
    tensors,
  };
}
