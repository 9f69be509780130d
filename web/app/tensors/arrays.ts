import { AttentionError } from '../../lib/errors.js';
import type { Tensor } from '../../lib/index.js';
import { fromBfloats, fromHalves } from '../../lib/trace/half.js';

/** An array of numbers as single precision, and what they were. */
export interface Numbers extends Tensor {
  kind: 'float' | 'integer' | 'boolean';
}

/** What one array holds: numbers, or strings in a row. */
export type Content = Numbers | { texts: string[] };

/** What files hold, by name. */
export interface Arrays {
  numbers: Map<string, Numbers>;
  /** Lists of strings, which may be tokens. */
  texts: Map<string, string[]>;
  /** Why each other array, or file, isn't taken. */
  leftOut: Map<string, string>;
}

/** Why an array can't be read, as a phrase. */
export function unreadable(reason: string): AttentionError {
  return new AttentionError('file-format', reason);
}

interface NumberType {
  bytes: number;
  kind: Numbers['kind'];
  /** The numbers of little-endian memory of its own. */
  read(memory: ArrayBufferLike): Float32Array;
}

const float = (bytes: number, read: NumberType['read']): NumberType => ({ bytes, kind: 'float', read });
const integer = (bytes: number, read: NumberType['read']): NumberType => ({ bytes, kind: 'integer', read });

/** The numbers of arrays, by their names in safetensors. */
const TYPES: Readonly<Record<string, NumberType>> = {
  F16: float(2, (memory) => fromHalves(new Uint16Array(memory))),
  BF16: float(2, (memory) => fromBfloats(new Uint16Array(memory))),
  F32: float(4, (memory) => new Float32Array(memory)),
  F64: float(8, (memory) => Float32Array.from(new Float64Array(memory))),
  I8: integer(1, (memory) => Float32Array.from(new Int8Array(memory))),
  U8: integer(1, (memory) => Float32Array.from(new Uint8Array(memory))),
  I16: integer(2, (memory) => Float32Array.from(new Int16Array(memory))),
  U16: integer(2, (memory) => Float32Array.from(new Uint16Array(memory))),
  I32: integer(4, (memory) => Float32Array.from(new Int32Array(memory))),
  U32: integer(4, (memory) => Float32Array.from(new Uint32Array(memory))),
  I64: integer(8, (memory) => Float32Array.from(new BigInt64Array(memory), Number)),
  U64: integer(8, (memory) => Float32Array.from(new BigUint64Array(memory), Number)),
  BOOL: {
    bytes: 1,
    kind: 'boolean',
    read: (memory) => Float32Array.from(new Uint8Array(memory), (byte) => Number(byte !== 0)),
  },
};

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The type of the given name; undefined where it isn't one that can be read. */
export function numberType(dtype: string): NumberType | undefined {
  return Object.hasOwn(TYPES, dtype) ? TYPES[dtype] : undefined;
}

/** The numbers of an array, whose memory is its own. */
export function readNumbers(type: NumberType, memory: ArrayBufferLike, shape: number[]): Numbers {
  return { data: type.read(memory), shape, kind: type.kind };
}

/** What was written column by column (Fortran's order), row by row. */
export function fromColumns(data: Float32Array, shape: readonly number[]): Float32Array {
  return transpose(data, [...shape].reverse(), [...shape.keys()].reverse());
}

/** The array whose axis `i` is axis `axes[i]` of the one given. */
export function transpose(
  data: Float32Array,
  shape: readonly number[],
  axes: readonly number[],
): Float32Array {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const sizes = axes.map((axis) => shape[axis] as number);
  const steps = axes.map((axis) => strides[axis] as number);
  const out = new Float32Array(data.length);
  const at = sizes.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; ++to) {
    out[to] = data[from] as number;
    for (let axis = sizes.length - 1; axis >= 0; --axis) {
      const [size, step] = [sizes[axis] as number, steps[axis] as number];
      from += step;
      if (++(at[axis] as number) < size) break;
      from -= step * size;
      at[axis] = 0;
    }
  }
  return out;
}
