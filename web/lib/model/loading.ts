import { AttentionError, errorOfCore } from '../errors.js';
import type { TensorStream } from '../files/read_safetensors.js';
import type { FullProgram } from './full_program.js';
import { configNumbers, type ReadConfig } from './model_config.js';

/** The model at `pointer` while its files come in by way of its staging memory. */
export class Loading {
  constructor(
    readonly program: FullProgram,
    readonly pointer: number,
  ) {}

  succeed(code: number, file?: string): void {
    if (code === 0) return;
    const message = this.program.UTF8ToString(this.program.lastMessage());
    throw errorOfCore(code, file === undefined ? message : `${file}: ${message}`);
  }

  configure(read: ReadConfig): void {
    this.succeed(this.program.openModel(this.pointer));
    this.program.HEAPF64.set(configNumbers(read), this.program.staging(this.pointer) / 8);
    this.succeed(this.program.configureModel(this.pointer));
  }

  /** Tells the names of tensors, of one file or of all, before their files are taken. */
  note(names: Iterable<string>): void {
    for (const name of names) this.succeed(this.program.noteTensor(this.pointer, name));
  }

  async takeFile(stream: TensorStream, isLast: boolean): Promise<void> {
    const { program, pointer } = this;
    const { file, tensors, alignment, dataBytes, data } = stream;
    this.succeed(program.beginFile(pointer, tensors.length, alignment), file);
    for (const { name, dtype, shape, begin, end } of tensors) {
      if (shape.length > 8) {
        throw new AttentionError(
          'file-format',
          `${file}: Tensor "${name}" has ${shape.length} dimensions; 8 is the most.`,
        );
      }
      program.HEAPF64.set(shape, program.staging(pointer) / 8);
      this.succeed(program.addTensor(pointer, name, dtype, shape.length, begin, end), file);
    }
    this.succeed(program.checkTensors(pointer, dataBytes, isLast), file);
    for await (const chunk of data) {
      for (let first = 0; first < chunk.length; first += program.stagingBytes) {
        const piece = chunk.subarray(first, first + program.stagingBytes);
        program.HEAPU8.set(piece, program.staging(pointer));
        this.succeed(program.appendBytes(pointer, piece.length), file);
      }
    }
    this.succeed(program.finishFile(pointer), file);
  }
}
