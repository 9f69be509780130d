import { AttentionError, errorOfCore } from '../errors.js';
import type { FullProgram } from '../model/full_program.js';
import { ByteReader } from './byte_reader.js';
import { foreignFile, TELLING_BYTES } from './foreign_file.js';
import type { TensorStream } from './read_safetensors.js';
import type { TensorEntry } from './safetensors.js';
import type { ByteStream } from './source.js';

/** A piece of a GGUF's metadata. Whole numbers of 64 bits must lie within 2^53. */
export type GgufValue =
  number | boolean | string | readonly number[] | readonly boolean[] | readonly string[];

export type GgufMetadata = ReadonlyMap<string, GgufValue>;

/** A GGUF on its way. */
export interface GgufStream extends TensorStream {
  metadata: GgufMetadata;
}

/** The first bytes that are read; a header is rarely longer than a few megabytes. */
const FIRST_BYTES = 1 << 16;

/** GgufHeader::ValueType of src/model/gguf_header.h, as DataView reads it. */
const READERS: readonly ((view: DataView, at: number) => number | bigint)[] = [
  (view, at) => view.getUint8(at),
  (view, at) => view.getInt8(at),
  (view, at) => view.getUint16(at, true),
  (view, at) => view.getInt16(at, true),
  (view, at) => view.getUint32(at, true),
  (view, at) => view.getInt32(at, true),
  (view, at) => view.getFloat32(at, true),
  (view, at) => view.getUint8(at),
  () => NaN, // strings
  () => NaN, // arrays
  (view, at) => view.getBigUint64(at, true),
  (view, at) => view.getBigInt64(at, true),
  (view, at) => view.getFloat64(at, true),
];
const BYTES = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];
const BOOL = 7;
const STRING = 8;

const VALUE_NUMBERS = 6;
const TENSOR_NUMBERS = 10;

/** Reads what the checked table of a header points at. */
class HeaderReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  text(first: number, length: number): string {
    try {
      return this.#decoder.decode(this.#bytes.subarray(first, first + length));
    } catch {
      throw new AttentionError('file-format', `The GGUF header: the text at byte ${first} must be UTF-8.`);
    }
  }

  value(key: string, type: number, isArray: boolean, count: number, first: number): GgufValue {
    if (type === STRING) return isArray ? this.#texts(count, first) : this.text(first, count);
    const numbers = Array.from({ length: count }, (_, i) => this.#number(key, type, first, i));
    const values = type === BOOL ? numbers.map((number) => number !== 0) : numbers;
    return isArray ? values : (values[0] as number | boolean);
  }

  #number(key: string, type: number, first: number, index: number): number {
    const number = Number(READERS[type]?.(this.#view, first + index * (BYTES[type] as number)));
    if ((type === 10 || type === 11) && !Number.isSafeInteger(number)) {
      throw new AttentionError('file-format', `The GGUF header: "${key}" must lie within 2^53.`);
    }
    return number;
  }

  #texts(count: number, first: number): string[] {
    let at = first;
    return Array.from({ length: count }, () => {
      const length = Number(this.#view.getBigUint64(at, true));
      const text = this.text(at + 8, length);
      at += 8 + length;
      return text;
    });
  }
}

/** Where the last tensor of a data section ends, or the section itself where the file is shorter. */
function dataBytesOf(bytes: number, tensors: readonly TensorEntry[]): number {
  const last = tensors.reduce((most, { end }) => Math.max(most, end), 0);
  return Math.min(last, Math.max(bytes, 0));
}

/** The tables that the program made of a header. */
function readTables(
  program: FullProgram,
  header: number,
  bytes: Uint8Array,
): { metadata: GgufMetadata; tensors: TensorEntry[] } {
  const reader = new HeaderReader(bytes);
  const rows = (address: number, count: number, numbers: number) =>
    Array.from({ length: count }, (_, i) => {
      const first = address / 8 + i * numbers;
      return [...program.HEAPF64.subarray(first, first + numbers)];
    });
  const metadata = new Map<string, GgufValue>();
  for (const row of rows(program.ggufValues(header), program.numGgufValues(header), VALUE_NUMBERS)) {
    const [keyFirst, keyLength, type, isArray, count, first] = row as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const key = reader.text(keyFirst, keyLength);
    if (metadata.has(key)) {
      throw new AttentionError('file-format', `The GGUF header: "${key}" is there twice.`);
    }
    metadata.set(key, reader.value(key, type, isArray === 1, count, first));
  }
  const tensors = rows(program.ggufTensors(header), program.numGgufTensors(header), TENSOR_NUMBERS).map(
    (row): TensorEntry => {
      const [first, length, type, rank] = row as [number, number, number, number];
      return {
        name: reader.text(first, length),
        dtype: program.UTF8ToString(program.numberTypeName(type)),
        shape: row.slice(4, 4 + rank),
        begin: row[8] as number,
        end: row[9] as number,
      };
    },
  );
  return { metadata, tensors };
}

/** Whether the first bytes are those of a GGUF. */
function isGguf(bytes: Uint8Array): boolean {
  return [0x47, 0x47, 0x55, 0x46].every((byte, i) => bytes[i] === byte);
}

/** The first so many bytes of a data section; the rest, which is no tensor's, is read and left. */
async function* first(count: number, data: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of data) {
    if (left > 0) yield chunk.subarray(0, left);
    left -= chunk.length;
  }
}

/** The header of a streamed GGUF file (version 2 or 3, ggml's docs/gguf.md), and its data section. */
export async function readGguf(program: FullProgram, stream: ByteStream): Promise<GgufStream> {
  const reader = new ByteReader(stream);
  const header = program.newGgufHeader();
  const succeed = (code: number) => {
    if (code === 0) return;
    throw errorOfCore(code, `${stream.file}: ${program.UTF8ToString(program.lastMessage())}`);
  };
  if (header === 0) throw new AttentionError('out-of-memory', 'No memory is left for a GGUF header.');
  try {
    const telling = await reader.peek(TELLING_BYTES);
    if (!isGguf(telling)) {
      throw (
        foreignFile(stream.file, telling) ?? new AttentionError('file-format', `${stream.file} isn't a GGUF.`)
      );
    }
    for (let wanted = FIRST_BYTES; ; wanted *= 2) {
      const bytes = await reader.peek(wanted);
      succeed(program.makeGgufRoom(header, bytes.length));
      program.HEAPU8.set(bytes, program.ggufBytes(header));
      succeed(program.parseGguf(header, bytes.length));
      if (program.ggufNeedsMore(header)) {
        if (bytes.length === wanted) continue;
        throw new AttentionError(
          'file-format',
          `${stream.file} ends at byte ${bytes.length}, within its header.`,
        );
      }
      const tables = readTables(program, header, bytes);
      const dataBegin = program.ggufDataBegin(header);
      await reader.take((await reader.peek(dataBegin)).length);
      const dataBytes = dataBytesOf(reader.size - dataBegin, tables.tensors);
      return {
        file: stream.file,
        ...tables,
        alignment: program.ggufAlignment(header),
        dataBytes,
        data: first(dataBytes, reader.rest()),
      };
    }
  } finally {
    program.deleteGgufHeader(header);
  }
}
