import { AttentionError } from '../errors.js';
import { ByteReader } from './byte_reader.js';
import type { ByteStream } from './source.js';

/** One tensor of a safetensors header. */
export interface TensorEntry {
  name: string;
  dtype: string;
  shape: number[];
  /** Bytes from the start of the data section. */
  begin: number;
  end: number;
}

export interface SafetensorsHeader {
  tensors: TensorEntry[];
  /** `__metadata__`. */
  metadata: Record<string, string>;
}

/** The format's own limit. */
const LARGEST_HEADER = 100_000_000;

function broken(message: string): AttentionError {
  return new AttentionError('file-format', message);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** The header, its types checked; where tensors lie is checked by who reads them. */
export function parseSafetensorsHeader(json: Uint8Array): SafetensorsHeader {
  let parsed: unknown;
  try {
    // A copy, since no TextDecoder reads memory that is shared.
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json.slice()));
  } catch (error) {
    throw broken(`The safetensors header must be JSON: ${String(error)}.`);
  }
  if (!isObject(parsed)) throw broken('The safetensors header must be a JSON object.');
  const { __metadata__, ...rest } = parsed;
  const given = __metadata__ ?? {};
  if (!isObject(given) || !Object.values(given).every((value) => typeof value === 'string')) {
    throw broken('The safetensors header: __metadata__ must hold strings only.');
  }
  const tensors = Object.entries(rest).map(([name, entry]): TensorEntry => {
    const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
    if (typeof dtype !== 'string') throw broken(`Tensor "${name}" has no dtype.`);
    if (!Array.isArray(shape) || !shape.every(isWhole)) {
      throw broken(`Tensor "${name}" must have a shape of whole numbers.`);
    }
    if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isWhole)) {
      throw broken(`Tensor "${name}" must have data_offsets of two whole numbers.`);
    }
    return { name, dtype, shape, begin: offsets[0] as number, end: offsets[1] as number };
  });
  return { tensors, metadata: given as Record<string, string> };
}

/** The length of the header that a file's first 8 bytes say. */
export function headerLength(first: Uint8Array, fileBytes: number): number {
  const view = new DataView(first.buffer, first.byteOffset, 8);
  const length = Number(view.getBigUint64(0, true));
  if (length > LARGEST_HEADER || length + 8 > fileBytes) {
    throw broken(`The safetensors header can't be ${length} bytes long in a file of ${fileBytes} bytes.`);
  }
  return length;
}

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
export function dataBytesOf(size: number, dataBegin: number, tensors: readonly TensorEntry[]): number {
  if (size !== Infinity) return size - dataBegin;
  return tensors.reduce((last, { end }) => Math.max(last, end), 0);
}

/** The header of a streamed safetensors file, and its data section. */
export async function readSafetensors(stream: ByteStream): Promise<TensorStream> {
  const reader = new ByteReader(stream);
  const length = headerLength(await reader.take(8), reader.size);
  const { tensors } = parseSafetensorsHeader(await reader.take(length));
  const dataBytes = dataBytesOf(reader.size, 8 + length, tensors);
  return { file: stream.file, tensors, alignment: 1, dataBytes, data: reader.rest() };
}
