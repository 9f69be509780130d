import { isArrayOf, requireLength, requireShape, wrong } from './arguments.js';
import { AttentionError } from './errors.js';
import type { CoreProgram } from './glue.js';
import { Handle } from './handle.js';

/** Numbers and how they are arranged: row-major, `data.length` the product of `shape`. */
export interface Tensor {
  data: Float32Array;
  shape: number[];
}

/** Takes `bytes` of the program's memory. */
export function allocate(program: CoreProgram, what: string, bytes: number): number {
  const address = program.allocate(Math.max(bytes, 4));
  if (address !== 0) return address;
  throw new AttentionError('out-of-memory', `${what} needs ${bytes} bytes, more than is left.`);
}

/**
 * A tensor that stays in the core's memory until it is disposed, so that it isn't copied for every call.
 * Made by `core.tensor`.
 */
export class TensorHandle extends Handle {
  readonly #program: CoreProgram;
  readonly #address: number;

  /** @internal */
  constructor(
    program: CoreProgram,
    data: Float32Array,
    readonly shape: readonly number[],
  ) {
    const address = allocate(program, 'This tensor', data.byteLength);
    super(() => program.release(address));
    this.#program = program;
    this.#address = address;
    program.HEAPF32.set(data, address / 4);
  }

  /** @internal The tensor's place in the memory of `program`, in bytes. */
  addressIn(program: CoreProgram, name: string): number {
    this.requireAlive(`The tensor given as ${name}`);
    if (program === this.#program) return this.#address;
    throw new AttentionError(
      'invalid-argument',
      `${name} must be a tensor of this core, got one of another.`,
    );
  }

  /** @internal Its numbers, as a view that the next call may detach. */
  view(program: CoreProgram, name: string): Float32Array {
    const address = this.addressIn(program, name);
    const size = this.shape.reduce((product, length) => product * length, 1);
    return program.HEAPF32.subarray(address / 4, address / 4 + size);
  }
}

/** Numbers for one call: the caller's own array, or a handle to a tensor in the core's memory. */
export type TensorInput = Tensor | TensorHandle;

/** The shape of an input of `rank` dimensions, after checking that its data has that many elements. */
export function shapeOf(name: string, input: unknown, rank: number): readonly number[] {
  if (input instanceof TensorHandle) {
    if (input.shape.length === rank) return input.shape;
    throw wrong(`${name}.shape`, `of ${rank} dimensions`, [...input.shape]);
  }
  const { data, shape } = tensorOf(name, input);
  if (shape.length !== rank) throw wrong(`${name}.shape`, `of ${rank} dimensions`, shape);
  requireLength(name, data.length, shape);
  return shape;
}

export function tensorOf(name: string, input: unknown): Tensor {
  if (typeof input !== 'object' || input === null) throw wrong(name, 'a tensor { data, shape }', input);
  const { data, shape } = input as Partial<Tensor>;
  if (!isArrayOf('Float32Array', data)) throw wrong(`${name}.data`, 'a Float32Array', data);
  return { data, shape: [...requireShape(name, shape)] };
}
