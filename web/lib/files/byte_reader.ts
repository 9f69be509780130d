import { AttentionError } from '../errors.js';
import type { ByteStream } from './source.js';

/** Takes a stream's first bytes in pieces of any length, and then the rest as it comes. */
export class ByteReader {
  readonly file: string;
  /** The file's length; infinite where it isn't known. */
  readonly size: number;
  readonly #iterator: AsyncIterator<Uint8Array>;
  #held = new Uint8Array(0);

  constructor({ file, size, chunks }: ByteStream) {
    this.file = file;
    this.size = Number.isNaN(size) ? Infinity : size;
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  /**
   * The next `count` bytes, which stay to be taken again; fewer where the file ends before.
   */
  async peek(count: number): Promise<Uint8Array> {
    const pieces = [this.#held];
    let length = this.#held.length;
    while (length < count) {
      const next = await this.#iterator.next();
      if (next.done === true) break;
      pieces.push(next.value as Uint8Array<ArrayBuffer>);
      length += next.value.length;
    }
    if (pieces.length > 1) {
      this.#held = new Uint8Array(length);
      let first = 0;
      for (const piece of pieces) {
        this.#held.set(piece, first);
        first += piece.length;
      }
    }
    return this.#held.subarray(0, Math.min(count, length));
  }

  /** The next `count` bytes, of the file's header. */
  async take(count: number): Promise<Uint8Array> {
    const bytes = await this.peek(count);
    if (bytes.length < count) {
      throw new AttentionError(
        'file-format',
        `${this.file} ends at byte ${bytes.length}, within its header.`,
      );
    }
    this.#held = this.#held.subarray(count);
    return bytes;
  }

  /** All that is left. */
  async *rest(): AsyncGenerator<Uint8Array> {
    if (this.#held.length > 0) yield this.#held;
    for (;;) {
      const next = await this.#iterator.next();
      if (next.done === true) return;
      yield next.value;
    }
  }
}
