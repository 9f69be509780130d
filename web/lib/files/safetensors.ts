import { AttentionError } from '../errors.js';
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
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (error) {
    throw broken(`The safetensors header must be JSON: ${String(error)}.`);
  }
  if (!isObject(parsed)) throw broken('The safetensors header must be a JSON object.');
  const { __metadata__: given = {}, ...rest } = parsed;
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

/** The header of a streamed file, and its data section. */
export async function readSafetensors({
  file,
  size,
  chunks,
}: ByteStream): Promise<SafetensorsHeader & { dataBytes: number; data: AsyncIterable<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  let held = new Uint8Array(0);
  const take = async (count: number): Promise<Uint8Array> => {
    const pieces = [held];
    let length = held.length;
    while (length < count) {
      const next = await iterator.next();
      if (next.done === true) throw broken(`${file} ends at byte ${length}, within its header.`);
      pieces.push(next.value as Uint8Array<ArrayBuffer>);
      length += next.value.length;
    }
    const joined = new Uint8Array(length);
    let first = 0;
    for (const piece of pieces) {
      joined.set(piece, first);
      first += piece.length;
    }
    held = joined.subarray(count);
    return joined.subarray(0, count);
  };
  const known = Number.isNaN(size) ? Infinity : size;
  const length = headerLength(await take(8), known);
  const header = parseSafetensorsHeader(await take(length));
  // Without a known size the header's own tensors say where the data end.
  const dataBytes =
    known === Infinity
      ? header.tensors.reduce((last, { end }) => Math.max(last, end), 0)
      : known - 8 - length;
  async function* data(): AsyncGenerator<Uint8Array> {
    if (held.length > 0) yield held;
    for (;;) {
      const next = await iterator.next();
      if (next.done === true) return;
      yield next.value;
    }
  }
  return { ...header, dataBytes, data: data() };
}

/** A tensor to be written. */
export interface TensorBytes {
  name: string;
  dtype: 'F16' | 'F32';
  shape: number[];
  data: Uint8Array;
}

/** A safetensors file. Tensors lie in the order given; the header is padded so that they start on 8 bytes. */
export function writeSafetensors(
  tensors: readonly TensorBytes[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const { name, dtype, shape, data } of tensors) {
    header[name] = { dtype, shape, data_offsets: [end, end + data.length] };
    end += data.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(json, 8);
  let first = 8 + length;
  for (const { data } of tensors) {
    file.set(data, first);
    first += data.length;
  }
  return file;
}
