import {
  isArrayOf,
  requireBoolean,
  requireFloats,
  requireInteger,
  requireKnownOptions,
  requireLength,
  requireNumber,
  requireShape,
  wrong,
} from './arguments.js';
import type { ProgramCall } from './program_call.js';
import type { AttendRequest } from './request.js';
import type { Tensor } from './tensor.js';

/** The steps of attention that can be looked at, in the order of AttendCall::Part. */
const STEPS = ['scores', 'softcapped', 'masked', 'weights', 'lse'] as const;
export const TAPS = [...STEPS, 'head_output'] as const;
export type Step = (typeof STEPS)[number];

/**
 * A step of attention: `scores` (scaled q·k, at every cell), `softcapped`, `masked` (−Infinity where forbidden),
 * `weights` (0 there), `lse` (log of the sum of exponentials over visible keys and the sink), `head_output`.
 */
export type TapName = (typeof TAPS)[number];

/** A mask that is broadcast to [numHeads, qLen, kvLen] as NumPy would. */
export interface MaskTensor {
  /** Uint8Array: non-zero = attend. Float32Array: added to the scores, −Infinity forbids. */
  data: Uint8Array | Float32Array;
  shape: number[];
}

/** Rotary positions (Su et al. 2021), applied to queries at i + pastLen and keys at j. */
export interface RopeOptions {
  theta: number;
  /** Pairs (2i, 2i + 1); otherwise (i, i + dims / 2), as in Llama. */
  interleaved?: boolean;
  /** The first so many dimensions are rotated: even; all of headDim unless given. */
  dims?: number;
  scaling?:
    | { type: 'linear'; factor: number }
    | {
        type: 'llama3';
        factor: number;
        lowFreqFactor: number;
        highFreqFactor: number;
        originalMaxPositionEmbeddings: number;
      };
}

/** What is the same for every call of a head: how scores become weights. */
export interface MechanismOptions {
  /** 1 / √headDim unless given. */
  scale?: number;
  /** Key j is visible to query i where j ≤ i + pastLen. */
  isCausal?: boolean;
  /** i + pastLen − left ≤ j ≤ i + pastLen + right; null for no bound. */
  slidingWindow?: [number | null, number | null] | null;
  /** [numHeads]: −slope · |i + pastLen − j| is added (Press et al. 2021). */
  alibiSlopes?: Float32Array;
  /** softcap · tanh(scores / softcap); 0 for none. */
  softcap?: number;
  /** [numHeads]: a logit that stands only in softmax's denominator; −Infinity for none. */
  sinks?: Float32Array;
  rope?: RopeOptions;
}

export const MECHANISM_OPTIONS = [
  'scale',
  'isCausal',
  'slidingWindow',
  'alibiSlopes',
  'softcap',
  'sinks',
  'rope',
] as const satisfies readonly (keyof MechanismOptions)[];

/** What may differ from call to call. */
export interface CallOptions {
  attnMask?: MaskTensor;
  /** Only the first so many keys are valid. */
  kvLength?: number;
  /** The heads whose steps are given back, in this order; all unless given. */
  heads?: readonly number[];
}

/** The sizes of one call. */
export interface Sizes {
  numHeads: number;
  numKvHeads: number;
  qLen: number;
  kvLen: number;
  headDim: number;
  vHeadDim: number;
}

export const LARGEST = 2147483647;
/** Heads are listed one by one. */
const MOST_HEADS = 2 ** 20;

/** The parts of a call's memory (AttendCall::Part in src/attention/attend_call.h). */
export const Part = {
  query: 0,
  key: 1,
  value: 2,
  mask: 3,
  alibiSlopes: 4,
  sinks: 5,
  tapRows: 6,
  output: 7,
  firstTap: 8,
  count: 14,
} as const;

function window(value: unknown): [number, number] {
  if (value === undefined || value === null) return [-1, -1];
  if (!Array.isArray(value) || value.length !== 2)
    throw wrong('slidingWindow', '[left, right] or null', value);
  const bound = (index: 0 | 1): number =>
    value[index] === null || value[index] === undefined
      ? -1
      : requireInteger(`slidingWindow[${index}]`, value[index], 0, LARGEST);
  return [bound(0), bound(1)];
}

/** A mask's shape, after checking that its data has that many elements. */
export function requireMaskShape(mask: MaskTensor): readonly number[] {
  if (typeof mask !== 'object' || mask === null) throw wrong('attnMask', 'a tensor { data, shape }', mask);
  if (!(isArrayOf('Uint8Array', mask.data) || isArrayOf('Float32Array', mask.data))) {
    throw wrong('attnMask.data', 'a Uint8Array or a Float32Array', mask.data);
  }
  const shape = requireShape('attnMask', mask.shape);
  requireLength('attnMask', mask.data.length, shape);
  return shape;
}

/** The mask's sizes [heads, queries, keys], each 1 or the full one. */
function maskShape(mask: MaskTensor | undefined, full: readonly number[]): readonly number[] {
  if (mask === undefined) return [0, 0, 0];
  const shape = requireMaskShape(mask);
  const padded = [1, 1, 1, ...shape].slice(-3);
  const fits = shape.length <= 3 && padded.every((size, axis) => size === 1 || size === full[axis]);
  if (!fits) throw wrong('attnMask.shape', `broadcastable to [${full.join(', ')}]`, shape);
  return padded;
}

function ropeRequest(rope: RopeOptions | undefined, headDim: number) {
  const none = {
    hasRope: false,
    ropeInterleaved: false,
    ropeTheta: 1,
    ropeDims: 0,
    ropeScaling: 0,
    ropeFactor: 1,
    ropeLowFreqFactor: 1,
    ropeHighFreqFactor: 4,
    ropeOriginalMax: 8192,
  };
  if (rope === undefined) return none;
  requireKnownOptions('rope', rope, ['theta', 'interleaved', 'dims', 'scaling']);
  const request = {
    ...none,
    hasRope: true,
    ropeInterleaved: requireBoolean('rope.interleaved', rope.interleaved ?? false),
    ropeTheta: requireNumber('rope.theta', rope.theta),
    ropeDims: requireInteger('rope.dims', rope.dims ?? headDim, 0, LARGEST),
  };
  const scaling = rope.scaling;
  if (scaling === undefined) return request;
  if (scaling?.type === 'linear') {
    requireKnownOptions('rope.scaling', scaling, ['type', 'factor']);
    return { ...request, ropeScaling: 1, ropeFactor: requireNumber('rope.scaling.factor', scaling.factor) };
  }
  if (scaling?.type === 'llama3') {
    const keys = ['factor', 'lowFreqFactor', 'highFreqFactor', 'originalMaxPositionEmbeddings'] as const;
    requireKnownOptions('rope.scaling', scaling, ['type', ...keys]);
    const [factor, low, high, original] = keys.map((key) =>
      requireNumber(`rope.scaling.${key}`, scaling[key]),
    ) as [number, number, number, number];
    return {
      ...request,
      ropeScaling: 2,
      ropeFactor: factor,
      ropeLowFreqFactor: low,
      ropeHighFreqFactor: high,
      ropeOriginalMax: original,
    };
  }
  throw wrong('rope.scaling.type', '"linear" or "llama3"', (scaling as { type?: unknown } | null)?.type);
}

/** The taps asked for, each once, all among `known`. */
export function requireTaps<Name extends string>(taps: unknown, known: readonly Name[]): Name[] {
  if (!Array.isArray(taps)) throw wrong('taps', `an array of ${known.join(', ')}`, taps);
  for (const tap of taps) {
    if (!known.includes(tap)) throw wrong('taps', `some of ${known.join(', ')}`, tap);
  }
  return [...new Set(taps as Name[])];
}

export function requireHeads(heads: unknown, numHeads: number): number[] {
  requireInteger('numHeads', numHeads, 0, MOST_HEADS);
  if (heads === undefined) return Array.from({ length: numHeads }, (_, head) => head);
  if (!Array.isArray(heads)) throw wrong('heads', 'an array of head numbers', heads);
  if (new Set(heads).size !== heads.length) throw wrong('heads', 'head numbers without repetition', heads);
  return heads.map((head, i) => requireInteger(`heads[${i}]`, head, 0, numHeads - 1));
}

/** A call's request, but for its tensors: all is checked that C++ can't see, and the rest is said to it. */
export function requestOf(
  sizes: Sizes,
  options: MechanismOptions & CallOptions,
  pastLen: number,
  taps: readonly string[],
  tappedHeads: number,
): AttendRequest {
  const { numHeads, qLen, kvLen, headDim } = sizes;
  const [windowLeft, windowRight] = window(options.slidingWindow);
  const [maskHeads, maskQueries, maskKeys] = maskShape(options.attnMask, [numHeads, qLen, kvLen]);
  if (options.alibiSlopes !== undefined) requireFloats('alibiSlopes', options.alibiSlopes, numHeads);
  if (options.sinks !== undefined) requireFloats('sinks', options.sinks, numHeads);
  return {
    ...sizes,
    scale: requireNumber('scale', options.scale ?? 1 / Math.sqrt(headDim || 1)),
    softcap: requireNumber('softcap', options.softcap ?? 0),
    isCausal: requireBoolean('isCausal', options.isCausal ?? false),
    pastLen,
    windowLeft,
    windowRight,
    kvLength: requireInteger('kvLength', options.kvLength ?? kvLen, 0, kvLen),
    hasBooleanMask: isArrayOf('Uint8Array', options.attnMask?.data),
    hasFloatMask: isArrayOf('Float32Array', options.attnMask?.data),
    maskHeads: maskHeads as number,
    maskQueries: maskQueries as number,
    maskKeys: maskKeys as number,
    hasAlibiSlopes: options.alibiSlopes !== undefined,
    hasSinks: options.sinks !== undefined,
    ...ropeRequest(options.rope, headDim),
    taps: STEPS.reduce((bits, step, i) => (taps.includes(step) ? bits | (1 << i) : bits), 0),
    tappedHeads,
    queryAddress: 0,
    keyAddress: 0,
    valueAddress: 0,
    tokenMajor: false,
  };
}

/** Writes what a call's options hold beside numbers: slopes, sinks, the mask, the rows of the tapped heads. */
export function writeOptions(
  call: ProgramCall,
  options: MechanismOptions & CallOptions,
  numHeads: number,
  heads: readonly number[],
): void {
  if (options.alibiSlopes !== undefined) call.write(Part.alibiSlopes, options.alibiSlopes);
  if (options.sinks !== undefined) call.write(Part.sinks, options.sinks);
  if (options.attnMask !== undefined) call.write(Part.mask, options.attnMask.data);
  const rows = new Int32Array(numHeads).fill(-1);
  heads.forEach((head, row) => (rows[head] = row));
  call.write(Part.tapRows, rows);
}

/** The shape of a step of `heads` heads: maps are [heads, qLen, kvLen]. */
export function shapeOfTap(tap: TapName, heads: number, { qLen, kvLen, vHeadDim }: Sizes): number[] {
  if (tap === 'lse') return [heads, qLen];
  return [heads, qLen, tap === 'head_output' ? vHeadDim : kvLen];
}

/** The caller's own arrays by name, each as long as what it is to hold. */
export function requireOut<Name extends string>(
  out: unknown,
  shapes: Readonly<Partial<Record<Name, readonly number[]>>>,
): Partial<Record<Name, Float32Array>> {
  if (out === undefined) return {};
  requireKnownOptions('out', out, Object.keys(shapes));
  const arrays = out as Partial<Record<Name, Float32Array>>;
  for (const name of Object.keys(arrays) as Name[]) {
    const size = (shapes[name] as readonly number[]).reduce((product, length) => product * length, 1);
    requireFloats(`out.${name}`, arrays[name], size);
  }
  return arrays;
}

/** The step of the given name, a fresh copy or the caller's own array filled. */
export function readStep(call: ProgramCall, step: Step, shape: number[], own?: Float32Array): Tensor {
  return call.read(Part.firstTap + STEPS.indexOf(step), shape, own);
}
