import { AttentionError } from '../../lib/errors.js';
import type { Tensor } from '../../lib/index.js';
import { fromHalves } from '../../lib/trace/half.js';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** The bytes of a number, and how they are read. */
const READERS: Readonly<Record<string, readonly [number, (bytes: ArrayBufferLike) => Float32Array]>> = {
  '<f2': [2, (bytes) => fromHalves(new Uint16Array(bytes))],
  '<f4': [4, (bytes) => new Float32Array(bytes)],
  '<f8': [8, (bytes) => Float32Array.from(new Float64Array(bytes))],
};

function broken(name: string, message: string): AttentionError {
  return new AttentionError('file-format', `${name} can't be read: ${message}`);
}

/**
 * Reads an array of the .npy format (numpy.lib.format, versions 1 to 3) as single precision.
 *
 * @throws AttentionError `file-format` naming the file and what is wrong with it
 */
export function readNpy(name: string, bytes: Uint8Array): Tensor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte))
    throw broken(name, 'it is no .npy file.');
  const isFirst = bytes[6] === 1;
  const start = isFirst ? 10 : 12;
  const end = start + (isFirst ? view.getUint16(8, true) : view.getUint32(8, true));
  if (end > bytes.length) throw broken(name, 'its header is cut off.');
  const header = new TextDecoder().decode(bytes.subarray(start, end));
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape'\s*:\s*\(([\d,\s]*)\)/
    .exec(header)?.[1]
    ?.split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '')
    .map(Number);
  if (descr === undefined || order === undefined || shape === undefined)
    throw broken(name, 'its header is no array’s.');
  const reader = Object.hasOwn(READERS, descr) ? READERS[descr] : undefined;
  if (reader === undefined)
    throw broken(name, `its numbers must be float16, float32 or float64 (<f2, <f4, <f8), got ${descr}.`);
  if (order === 'True') throw broken(name, 'it is in Fortran’s order; save numpy.ascontiguousarray(…).');
  const [size, read] = reader;
  const count = shape.reduce((product, length) => product * length, 1);
  if (bytes.length - end !== count * size) {
    throw broken(
      name,
      `its shape (${shape.join(', ')}) takes ${count * size} bytes, but it holds ${bytes.length - end}.`,
    );
  }
  const first = bytes.byteOffset + end;
  return { data: read(bytes.buffer.slice(first, first + count * size)), shape };
}

/** An array of single precision in the .npy format, version 1. */
export function writeNpy({ data, shape }: Tensor): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${tuple}), }`;
  const header = dictionary.padEnd(Math.ceil((dictionary.length + 11) / 64) * 64 - 11) + '\n';
  const bytes = new Uint8Array(10 + header.length + 4 * data.length);
  bytes.set([...MAGIC, 1, 0, header.length & 255, header.length >> 8]);
  bytes.set(new TextEncoder().encode(header), 10);
  const view = new DataView(bytes.buffer);
  data.forEach((value, i) => view.setFloat32(10 + header.length + 4 * i, value, true));
  return bytes;
}
