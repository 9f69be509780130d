import {
  requireBoolean,
  requireFloats,
  requireInteger,
  requireKnownOptions,
  requireLength,
  requireNumber,
  requireShape,
  wrong,
} from './arguments.js';
import { errorOfCore } from './errors.js';
import type { AttendCall, AttendRequest, CoreProgram } from './glue.js';
import { shapeOf, TensorHandle, type Tensor, type TensorInput } from './tensor.js';

/** The steps of attention that can be looked at, in their order. */
const TAPS = ['scores', 'softcapped', 'masked', 'weights', 'lse', 'head_output'] as const;

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

/** What {@link Core.attend} takes. */
export interface AttendOptions {
  /** [numHeads, qLen, headDim] */
  query: TensorInput;
  /** [numKvHeads, kvLen, headDim] */
  key: TensorInput;
  /** [numKvHeads, kvLen, vHeadDim] */
  value: TensorInput;
  /** May be given, and is then query's first dimension. */
  numHeads?: number;
  /** May be given, and is then key's first dimension. Query head h reads head h / (numHeads / numKvHeads). */
  numKvHeads?: number;
  /** 1 / √headDim unless given. */
  scale?: number;
  /** Key j is visible to query i where j ≤ i + pastLen. */
  isCausal?: boolean;
  /** The number of keys before the first query; may be negative. 0 unless given. */
  pastLen?: number;
  /** i + pastLen − left ≤ j ≤ i + pastLen + right; null for no bound. */
  slidingWindow?: [number | null, number | null] | null;
  attnMask?: MaskTensor;
  /** Only the first so many keys are valid. */
  kvLength?: number;
  /** [numHeads]: −slope · |i + pastLen − j| is added (Press et al. 2021). */
  alibiSlopes?: Float32Array;
  /** softcap · tanh(scores / softcap); 0 for none. */
  softcap?: number;
  /** [numHeads]: a logit that stands only in softmax's denominator; −Infinity for none. */
  sinks?: Float32Array;
  rope?: RopeOptions;
  /** The steps to give back. */
  taps?: readonly TapName[];
  /** The heads whose steps are given back, in this order; all unless given. */
  heads?: readonly number[];
  /** Makes NaN and infinity in query, key or value an error. */
  checkFinite?: boolean;
  /** The caller's own arrays, filled and given back in place of fresh ones: `output` and taps by name. */
  out?: Partial<Record<'output' | TapName, Float32Array>>;
}

/** What {@link Core.attend} gives. */
export interface AttendResult {
  /** [numHeads, qLen, vHeadDim] */
  output: Tensor;
  /** Maps are [heads, qLen, kvLen], lse [heads, qLen], head_output [heads, qLen, vHeadDim]. */
  taps: Partial<Record<TapName, Tensor>>;
}

const OPTIONS = [
  'query',
  'key',
  'value',
  'numHeads',
  'numKvHeads',
  'scale',
  'isCausal',
  'pastLen',
  'slidingWindow',
  'attnMask',
  'kvLength',
  'alibiSlopes',
  'softcap',
  'sinks',
  'rope',
  'taps',
  'heads',
  'checkFinite',
  'out',
] as const;

const LARGEST = 2147483647;

/** The parts of a call's memory (AttendCall::Part in src/attention/attend_call.h). */
const Part = {
  query: 0,
  key: 1,
  value: 2,
  mask: 3,
  alibiSlopes: 4,
  sinks: 5,
  tapRows: 6,
  output: 7,
  firstTap: 8,
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

/** The mask's sizes [heads, queries, keys], each 1 or the full one. */
function maskShape(mask: MaskTensor | undefined, full: readonly number[]): readonly number[] {
  if (mask === undefined) return [0, 0, 0];
  if (typeof mask !== 'object' || mask === null) throw wrong('attnMask', 'a tensor { data, shape }', mask);
  if (!(mask.data instanceof Uint8Array || mask.data instanceof Float32Array)) {
    throw wrong('attnMask.data', 'a Uint8Array or a Float32Array', mask.data);
  }
  const shape = requireShape('attnMask', mask.shape);
  requireLength('attnMask', mask.data.length, shape);
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

function requireTaps(taps: unknown): TapName[] {
  if (!Array.isArray(taps)) throw wrong('taps', `an array of ${TAPS.join(', ')}`, taps);
  for (const tap of taps) {
    if (!TAPS.includes(tap)) throw wrong('taps', `some of ${TAPS.join(', ')}`, tap);
  }
  return [...new Set(taps as TapName[])];
}

function requireHeads(heads: unknown, numHeads: number): number[] {
  if (heads === undefined) return Array.from({ length: numHeads }, (_, head) => head);
  if (!Array.isArray(heads)) throw wrong('heads', 'an array of head numbers', heads);
  if (new Set(heads).size !== heads.length) throw wrong('heads', 'head numbers without repetition', heads);
  return heads.map((head, i) => requireInteger(`heads[${i}]`, head, 0, numHeads - 1));
}

/** `given` where it agrees with the tensor's own dimension. */
function requireSame(name: string, given: number | undefined, actual: number, of: string): void {
  if (given === undefined || given === actual) return;
  throw wrong(name, `${of} (${actual})`, given);
}

/** Checks all that C++ can't see (types, lengths, shapes that must agree), and says the rest to it. */
function requestOf(program: CoreProgram, options: AttendOptions, taps: readonly TapName[]): AttendRequest {
  const [numHeads, qLen, headDim] = shapeOf('query', options.query, 3) as [number, number, number];
  const [numKvHeads, kvLen, keyDim] = shapeOf('key', options.key, 3) as [number, number, number];
  const [valueHeads, valueLen, vHeadDim] = shapeOf('value', options.value, 3) as [number, number, number];
  requireSame("key's last dimension", keyDim, headDim, "query's last dimension");
  requireSame("value's first dimension", valueHeads, numKvHeads, "key's first dimension");
  requireSame("value's second dimension", valueLen, kvLen, "key's second dimension");
  requireSame('numHeads', options.numHeads, numHeads, "query's first dimension");
  requireSame('numKvHeads', options.numKvHeads, numKvHeads, "key's first dimension");
  const [windowLeft, windowRight] = window(options.slidingWindow);
  const [maskHeads, maskQueries, maskKeys] = maskShape(options.attnMask, [numHeads, qLen, kvLen]);
  const address = (name: string, input: TensorInput) =>
    input instanceof TensorHandle ? input.addressIn(program, name) : 0;
  const request: AttendRequest = {
    numHeads,
    numKvHeads,
    qLen,
    kvLen,
    headDim,
    vHeadDim,
    scale: requireNumber('scale', options.scale ?? 1 / Math.sqrt(headDim || 1)),
    softcap: requireNumber('softcap', options.softcap ?? 0),
    isCausal: requireBoolean('isCausal', options.isCausal ?? false),
    pastLen: requireInteger('pastLen', options.pastLen ?? 0, -LARGEST, LARGEST),
    windowLeft,
    windowRight,
    kvLength: requireInteger('kvLength', options.kvLength ?? kvLen, 0, kvLen),
    hasBooleanMask: options.attnMask?.data instanceof Uint8Array,
    hasFloatMask: options.attnMask?.data instanceof Float32Array,
    maskHeads: maskHeads as number,
    maskQueries: maskQueries as number,
    maskKeys: maskKeys as number,
    hasAlibiSlopes: options.alibiSlopes !== undefined,
    hasSinks: options.sinks !== undefined,
    ...ropeRequest(options.rope, headDim),
    taps: taps.reduce((bits, tap) => (tap === 'head_output' ? bits : bits | (1 << TAPS.indexOf(tap))), 0),
    tappedHeads: options.heads?.length ?? numHeads,
    queryAddress: address('query', options.query),
    keyAddress: address('key', options.key),
    valueAddress: address('value', options.value),
  };
  if (options.alibiSlopes !== undefined) requireFloats('alibiSlopes', options.alibiSlopes, numHeads);
  if (options.sinks !== undefined) requireFloats('sinks', options.sinks, numHeads);
  return request;
}

export function attend(program: CoreProgram, call: AttendCall, options: AttendOptions): AttendResult {
  requireKnownOptions('attend', options, OPTIONS);
  const taps = requireTaps(options.taps ?? []);
  const checkFinite = requireBoolean('checkFinite', options.checkFinite ?? false);
  const request = requestOf(program, options, taps);
  const heads = requireHeads(options.heads, request.numHeads);
  const { numHeads, qLen, kvLen, vHeadDim } = request;
  const shapes = {
    output: [numHeads, qLen, vHeadDim],
    scores: [heads.length, qLen, kvLen],
    softcapped: [heads.length, qLen, kvLen],
    masked: [heads.length, qLen, kvLen],
    weights: [heads.length, qLen, kvLen],
    lse: [heads.length, qLen],
    head_output: [heads.length, qLen, vHeadDim],
  };
  const out = options.out ?? {};
  requireKnownOptions('out', out, ['output', ...taps]);
  for (const [name, array] of Object.entries(out)) {
    const size = shapes[name as keyof typeof shapes].reduce((product, length) => product * length, 1);
    requireFloats(`out.${name}`, array, size);
  }

  const succeed = (code: number) => {
    if (code !== 0) throw errorOfCore(code, call.message());
  };
  succeed(call.prepare(request));
  const write = (part: number, data: Float32Array) => program.HEAPF32.set(data, call.address(part) / 4);
  if (!(options.query instanceof TensorHandle)) write(Part.query, options.query.data);
  if (!(options.key instanceof TensorHandle)) write(Part.key, options.key.data);
  if (!(options.value instanceof TensorHandle)) write(Part.value, options.value.data);
  if (options.alibiSlopes !== undefined) write(Part.alibiSlopes, options.alibiSlopes);
  if (options.sinks !== undefined) write(Part.sinks, options.sinks);
  const mask = options.attnMask?.data;
  if (mask instanceof Uint8Array) program.HEAPU8.set(mask, call.address(Part.mask));
  else if (mask !== undefined) write(Part.mask, mask);
  const rows = new Int32Array(numHeads).fill(-1);
  heads.forEach((head, row) => (rows[head] = row));
  program.HEAP32.set(rows, call.address(Part.tapRows) / 4);
  succeed(call.run(checkFinite));

  const read = (name: keyof typeof shapes, address: number): Tensor => {
    const shape = shapes[name];
    const size = shape.reduce((product, length) => product * length, 1);
    const values = program.HEAPF32.subarray(address / 4, address / 4 + size);
    const own = out[name];
    if (own === undefined) return { data: values.slice(), shape };
    own.set(values);
    return { data: own, shape };
  };
  const result: AttendResult = { output: read('output', call.address(Part.output)), taps: {} };
  for (const tap of taps) {
    result.taps[tap] =
      tap === 'head_output'
        ? chosenHeads(result.output, heads, shapes.head_output, out.head_output)
        : read(tap, call.address(Part.firstTap + TAPS.indexOf(tap)));
  }
  return result;
}

/** The rows of `output` of the given heads. */
function chosenHeads(
  output: Tensor,
  heads: number[],
  shape: number[],
  own: Float32Array | undefined,
): Tensor {
  const size = (shape[1] as number) * (shape[2] as number);
  const data = own ?? new Float32Array(heads.length * size);
  heads.forEach((head, row) => data.set(output.data.subarray(head * size, (head + 1) * size), row * size));
  return { data, shape };
}
