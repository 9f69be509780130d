import { isArrayOf, requireFloats } from './arguments.js';
import { errorOfCore } from './errors.js';
import type { CoreProgram } from './glue.js';
import type { Tensor } from './tensor.js';

/** A call inside the program (src/kernels/call.h): its parts are written and read at their addresses. */
export class ProgramCall {
  constructor(
    readonly program: CoreProgram,
    /** Where the call lies in the program's memory. */
    readonly pointer: number,
  ) {}

  /** Throws what the program says went wrong, where the code isn't 0. */
  succeed(code: number): void {
    if (code !== 0) throw errorOfCore(code, this.program.UTF8ToString(this.program.lastMessage()));
  }

  run(checkFinite: boolean): void {
    this.succeed(this.program.runCall(this.pointer, checkFinite));
  }

  address(part: number): number {
    return this.program.partAddress(this.pointer, part);
  }

  write(part: number, data: Float32Array | Uint8Array | Int32Array): void {
    const address = this.address(part);
    if (isArrayOf('Float32Array', data)) this.program.HEAPF32.set(data, address / 4);
    else if (isArrayOf('Int32Array', data)) this.program.HEAP32.set(data, address / 4);
    else this.program.HEAPU8.set(data, address);
  }

  /** A fresh copy of a part, or the caller's own array filled. */
  read(part: number, shape: number[], own?: Float32Array): Tensor {
    const size = shape.reduce((product, length) => product * length, 1);
    if (own !== undefined) requireFloats('out', own, size);
    const first = this.address(part) / 4;
    const values = this.program.HEAPF32.subarray(first, first + size);
    if (own === undefined) return { data: values.slice(), shape };
    own.set(values);
    return { data: own, shape };
  }
}
