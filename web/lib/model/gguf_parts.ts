import { AttentionError } from '../errors.js';
import { readGguf, type GgufMetadata, type GgufStream } from '../files/gguf.js';
import type { ModelFiles } from '../files/source.js';
import type { FullProgram } from './full_program.js';

/** Names of the parts that llama.cpp's gguf-split and converter write: PREFIX-00001-of-00003.gguf. */
const PART_NAME = /^(.*-)(\d{5})(-of-\d{5}\.gguf)$/i;

function partName(file: string, number: number): string {
  return file.replace(PART_NAME, (_, before: string, __, behind: string) => {
    return `${before}${String(number).padStart(5, '0')}${behind}`;
  });
}

function broken(message: string): AttentionError {
  return new AttentionError('file-format', message);
}

function wholeNumber(metadata: GgufMetadata, key: string, otherwise: number): number {
  const value = metadata.get(key) ?? otherwise;
  if (Number.isSafeInteger(value)) return value as number;
  throw broken(`The GGUF: ${key} must be a whole number.`);
}

/** A GGUF, or the parts that it was split into, opened one behind the other. */
export class GgufParts {
  #tensors = 0;

  private constructor(
    readonly first: GgufStream,
    /** How many there are. */
    readonly count: number,
    private readonly files: ModelFiles,
    private readonly program: FullProgram,
  ) {}

  /**
   * Opens the first part, whichever of them is named.
   *
   * @throws AttentionError `file-format` where a part is missing, and which
   */
  static async open(files: ModelFiles, file: string, program: FullProgram): Promise<GgufParts> {
    const firstName = partName(file, 1);
    const stream = (await files.find(firstName)) ?? (await files.stream(file));
    const first = await readGguf(program, stream);
    const count = wholeNumber(first.metadata, 'split.count', 1);
    const number = wholeNumber(first.metadata, 'split.no', 0) + 1;
    if (count > 1 && (number !== 1 || !PART_NAME.test(stream.file))) {
      throw broken(
        `${stream.file} is part ${number} of the ${count} that a GGUF was split into; give all of them, by the names that end in -00001-of-${String(count).padStart(5, '0')}.gguf and so on.`,
      );
    }
    return new GgufParts(first, count, files, program);
  }

  /** All parts, and whether each is the last. */
  async *all(): AsyncGenerator<{ part: GgufStream; isLast: boolean }> {
    for (let number = 1; number <= this.count; ++number) {
      const part = number === 1 ? this.first : await this.#open(number);
      this.#tensors += part.tensors.length;
      const isLast = number === this.count;
      const expected = wholeNumber(this.first.metadata, 'split.tensors.count', this.#tensors);
      if (isLast && this.#tensors !== expected) {
        throw broken(
          `The ${this.count} parts of the split GGUF must hold ${expected} tensors (split.tensors.count), got ${this.#tensors}.`,
        );
      }
      yield { part, isLast };
    }
  }

  async #open(number: number): Promise<GgufStream> {
    const name = partName(this.first.file, number);
    const stream = await this.files.find(name);
    if (stream === undefined) {
      throw broken(
        `The GGUF is split into ${this.count} parts, and part ${number}, ${name}, is missing; give all of them together.`,
      );
    }
    const part = await readGguf(this.program, stream);
    const [no, count] = ['split.no', 'split.count'].map((key) => wholeNumber(part.metadata, key, -1));
    if (no !== number - 1 || count !== this.count) {
      throw broken(
        `${name} must be part ${number} of ${this.count}, but by its split.no and split.count it is part ${(no as number) + 1} of ${count}.`,
      );
    }
    return part;
  }
}
