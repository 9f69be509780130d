import { requireKnownOptions, requireLength } from './arguments.js';
import { attend, type AttendOptions, type AttendResult } from './attend.js';
import type { CoreProgram } from './glue.js';
import { Layer, type LayerOptions } from './layer.js';
import { ProgramCall } from './program_call.js';
import { TensorHandle, tensorOf, type Tensor } from './tensor.js';
import { VERSION } from './version.js';
import type { Variant } from './wasm_urls.js';

/** A loaded attention core: one WebAssembly program with its own memory. Made by `load`. */
export class Core {
  readonly version = VERSION;
  readonly #program: CoreProgram;
  readonly #call: ProgramCall;

  /** @internal */
  constructor(
    program: CoreProgram,
    /** Which program runs. */
    readonly variant: Variant,
  ) {
    this.#program = program;
    this.#call = new ProgramCall(program, program.newAttendCall());
  }

  /** The size of the core's memory now, in bytes. */
  get memoryBytes(): number {
    return this.#program.HEAPU8.byteLength;
  }

  /**
   * Puts a tensor into the core's memory, to be used in many calls without copying.
   *
   * @throws AttentionError `invalid-argument` where data and shape disagree, `out-of-memory`
   */
  tensor(tensor: Tensor): TensorHandle {
    requireKnownOptions('tensor', tensor, ['data', 'shape']);
    const { data, shape } = tensorOf('tensor', tensor);
    requireLength('tensor', data.length, shape);
    return new TensorHandle(this.#program, data, shape);
  }

  /**
   * Scaled dot-product attention over heads (Vaswani et al. 2017), in the order scale, softcap, mask and bias,
   * softmax, values. A query that may see no key gets zeros.
   *
   * @throws AttentionError naming the argument, what it was and what was expected; the core works on after it
   */
  attend(options: AttendOptions): AttendResult {
    return attend(this.#call, options);
  }

  /**
   * A multi-head attention layer whose weights stay in the core's memory until it is disposed.
   *
   * @throws AttentionError naming the argument, what it was and what was expected
   */
  createLayer(options: LayerOptions): Layer {
    return new Layer(this.#program, options);
  }
}
