import { requireLength, requireShape, wrong } from './arguments.js';
import { AttentionError } from './errors.js';
import type { CoreProgram } from './glue.js';

/** Numbers and how they are arranged: row-major, `data.length` the product of `shape`. */
export interface Tensor {
  data: Float32Array;
  shape: number[];
}

const abandoned = new FinalizationRegistry<{ program: CoreProgram; address: number }>(
  ({ program, address }) => program.release(address),
);

/**
 * A tensor that stays in the core's memory until it is disposed, so that it isn't copied for every call.
 * Made by `core.tensor`.
 */
export class TensorHandle {
  readonly #program: CoreProgram;
  #address: number;

  /** @internal */
  constructor(
    program: CoreProgram,
    data: Float32Array,
    readonly shape: readonly number[],
  ) {
    this.#program = program;
    this.#address = program.allocate(Math.max(data.byteLength, 4));
    if (this.#address === 0) {
      throw new AttentionError(
        'out-of-memory',
        `This tensor needs ${data.byteLength} bytes, more than is left.`,
      );
    }
    program.HEAPF32.set(data, this.#address / 4);
    abandoned.register(this, { program, address: this.#address }, this);
    if (Symbol.dispose !== undefined) {
      Object.defineProperty(this, Symbol.dispose, { value: () => this.dispose() });
    }
  }

  /** @internal The tensor's place in the memory of `program`, in bytes. */
  addressIn(program: CoreProgram, name: string): number {
    if (this.#address === 0) throw new AttentionError('disposed', `${name} is a tensor that was disposed.`);
    if (program !== this.#program) {
      throw new AttentionError(
        'invalid-argument',
        `${name} must be a tensor of this core, got one of another.`,
      );
    }
    return this.#address;
  }

  /** Gives the memory back. A second call does nothing. */
  dispose(): void {
    if (this.#address === 0) return;
    abandoned.unregister(this);
    this.#program.release(this.#address);
    this.#address = 0;
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
  if (!(data instanceof Float32Array)) throw wrong(`${name}.data`, 'a Float32Array', data);
  return { data, shape: [...requireShape(name, shape)] };
}
