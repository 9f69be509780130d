import { ByteReader } from './byte_reader.js';
import { foreignFile, TELLING_BYTES } from './foreign_file.js';
import { headerLength, parseSafetensorsHeader, type TensorEntry } from './safetensors.js';
import type { ByteStream } from './source.js';

/** A file of tensors on its way: its header, and its data section still to come. */
export interface TensorStream {
  file: string;
  tensors: TensorEntry[];
  /** Tensors begin on multiples of so many bytes of the data section. */
  alignment: number;
  dataBytes: number;
  data: AsyncIterable<Uint8Array>;
}

/** Where the data section of a file ends: by the file's size, or by its last tensor where that isn't known. */
function dataBytesOf(size: number, dataBegin: number, tensors: readonly TensorEntry[]): number {
  if (size !== Infinity) return size - dataBegin;
  return tensors.reduce((last, { end }) => Math.max(last, end), 0);
}

/** The header of a streamed safetensors file, and its data section. */
export async function readSafetensors(stream: ByteStream): Promise<TensorStream> {
  const reader = new ByteReader(stream);
  const telling = await reader.peek(TELLING_BYTES);
  const begins = telling[8] === 0x7b;
  const foreign = begins ? undefined : foreignFile(stream.file, telling);
  if (foreign !== undefined) throw foreign;
  const length = headerLength(await reader.take(8), reader.size);
  const { tensors } = parseSafetensorsHeader(await reader.take(length));
  const dataBytes = dataBytesOf(reader.size, 8 + length, tensors);
  return { file: stream.file, tensors, alignment: 1, dataBytes, data: reader.rest() };
}
