import { AttentionError, errorOfCore } from '../errors.js';
import type { TensorStream } from '../files/read_safetensors.js';
import type { FullProgram } from './full_program.js';
import { configNumbers, type ReadConfig } from './model_config.js';

/** What a program of WebAssembly with addresses of 32 bits can have, but for its stack and its own data. */
const MOST_BYTES = 2 ** 32 - 2 ** 24;

const gigabytes = (bytes: number) => (bytes / 2 ** 30).toFixed(1);

/** What is to be known of a model's memory before its weights come. */
interface MemoryCourse {
  /** How many tokens a text has, if the model reads as many. */
  tokens: number;
  tellMemory: (bytes: number) => void;
}

/** The model at `pointer` while its files come in by way of its staging memory. */
export class Loading {
  #tokens = 0;

  constructor(
    readonly program: FullProgram,
    readonly pointer: number,
    readonly memory: MemoryCourse,
  ) {}

  succeed(code: number, file?: string): void {
    if (code === 0) return;
    const message = this.program.UTF8ToString(this.program.lastMessage());
    throw errorOfCore(code, file === undefined ? message : `${file}: ${message}`);
  }

  configure(read: ReadConfig): void {
    this.#tokens = Math.min(this.memory.tokens, read.config.maxPositions);
    this.succeed(this.program.openModel(this.pointer));
    this.program.HEAPF64.set(configNumbers(read), this.program.staging(this.pointer) / 8);
    this.succeed(this.program.configureModel(this.pointer));
  }

  /** Tells the names of tensors, of one file or of all, before their files are taken. */
  note(names: Iterable<string>): void {
    for (const name of names) this.succeed(this.program.noteTensor(this.pointer, name));
  }

  /**
   * Tells how much memory the model takes with a text.
   *
   * @throws AttentionError `out-of-memory` where there isn't so much
   */
  #checkMemory(): void {
    const bytes = this.program.modelBytes(this.pointer, this.#tokens);
    if (bytes > MOST_BYTES) {
      throw new AttentionError(
        'out-of-memory',
        `This model takes ${gigabytes(bytes)} GB of memory with a text of ${this.#tokens} tokens, ` +
          'and a program of WebAssembly has 4 GB at most.',
      );
    }
    this.memory.tellMemory(bytes);
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
    this.#checkMemory();
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
