import { requireBoolean, requireInteger, requireKnownOptions, wrong } from './arguments.js';
import {
  LARGEST,
  MECHANISM_OPTIONS,
  Part,
  readStep,
  requestOf,
  requireHeads,
  requireOut,
  requireTaps,
  shapeOfTap,
  TAPS,
  writeOptions,
  type CallOptions,
  type MechanismOptions,
  type Sizes,
  type TapName,
} from './mechanism.js';
import type { ProgramCall } from './program_call.js';
import { writeAttendRequest } from './request.js';
import { shapeOf, TensorHandle, type Tensor, type TensorInput } from './tensor.js';

/** What {@link Core.attend} takes. */
export interface AttendOptions extends MechanismOptions, CallOptions {
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
  /** The number of keys before the first query; may be negative. 0 unless given. */
  pastLen?: number;
  /** The steps to give back. */
  taps?: readonly TapName[];
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
  'pastLen',
  'attnMask',
  'kvLength',
  'taps',
  'heads',
  'checkFinite',
  'out',
  ...MECHANISM_OPTIONS,
] as const satisfies readonly (keyof AttendOptions)[];

/** `given` where it agrees with the tensor's own dimension. */
function requireSame(name: string, given: number | undefined, actual: number, of: string): void {
  if (given === undefined || given === actual) return;
  throw wrong(name, `${of} (${actual})`, given);
}

/** The sizes that the three tensors and numHeads, numKvHeads agree on. */
function sizesOf(options: AttendOptions): Sizes {
  const [numHeads, qLen, headDim] = shapeOf('query', options.query, 3) as [number, number, number];
  const [numKvHeads, kvLen, keyDim] = shapeOf('key', options.key, 3) as [number, number, number];
  const [valueHeads, valueLen, vHeadDim] = shapeOf('value', options.value, 3) as [number, number, number];
  requireSame("key's last dimension", keyDim, headDim, "query's last dimension");
  requireSame("value's first dimension", valueHeads, numKvHeads, "key's first dimension");
  requireSame("value's second dimension", valueLen, kvLen, "key's second dimension");
  requireSame('numHeads', options.numHeads, numHeads, "query's first dimension");
  requireSame('numKvHeads', options.numKvHeads, numKvHeads, "key's first dimension");
  return { numHeads, numKvHeads, qLen, kvLen, headDim, vHeadDim };
}

export function attend(call: ProgramCall, options: AttendOptions): AttendResult {
  requireKnownOptions('attend', options, OPTIONS);
  const taps = requireTaps(options.taps ?? [], TAPS);
  const checkFinite = requireBoolean('checkFinite', options.checkFinite ?? false);
  const sizes = sizesOf(options);
  const { numHeads, qLen, vHeadDim } = sizes;
  const heads = requireHeads(options.heads, numHeads);
  const pastLen = requireInteger('pastLen', options.pastLen ?? 0, -LARGEST, LARGEST);
  const request = requestOf(sizes, options, pastLen, taps, heads.length);
  const inputs = { query: options.query, key: options.key, value: options.value };
  for (const name of ['query', 'key', 'value'] as const) {
    const input = inputs[name];
    if (input instanceof TensorHandle) request[`${name}Address`] = input.addressIn(call.program, name);
  }
  const shapes: Partial<Record<'output' | TapName, number[]>> = { output: [numHeads, qLen, vHeadDim] };
  for (const tap of taps) shapes[tap] = shapeOfTap(tap, heads.length, sizes);
  const out = requireOut(options.out, shapes);

  writeAttendRequest(call.program, request);
  call.succeed(call.program.prepareAttend(call.pointer));
  for (const name of ['query', 'key', 'value'] as const) {
    const input = inputs[name];
    if (!(input instanceof TensorHandle)) call.write(Part[name], input.data);
  }
  writeOptions(call, options, numHeads, heads);
  call.run(checkFinite);

  const output = call.read(Part.output, shapes.output as number[], out.output);
  const result: AttendResult = { output, taps: {} };
  for (const tap of taps) {
    result.taps[tap] =
      tap === 'head_output'
        ? chosenHeads(output, heads, out.head_output)
        : readStep(call, tap, shapes[tap] as number[], out[tap]);
  }
  return result;
}

/** The given heads of `output` [numHeads, qLen, vHeadDim]. */
function chosenHeads(output: Tensor, heads: number[], own: Float32Array | undefined): Tensor {
  const [, qLen, vHeadDim] = output.shape as [number, number, number];
  const size = qLen * vHeadDim;
  const data = own ?? new Float32Array(heads.length * size);
  heads.forEach((head, row) => data.set(output.data.subarray(head * size, (head + 1) * size), row * size));
  return { data, shape: [heads.length, qLen, vHeadDim] };
}
