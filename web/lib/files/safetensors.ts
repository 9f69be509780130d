import { AttentionError } from '../errors.js';

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
