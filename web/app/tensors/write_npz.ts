import { zipSync } from 'fflate';

import type { Tensor } from '../../lib/index.js';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

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

/** Arrays as an .npz file, which numpy.load reads. */
export function writeNpz(tensors: ReadonlyMap<string, Tensor>): Uint8Array<ArrayBuffer> {
  const files = Object.fromEntries([...tensors].map(([name, tensor]) => [`${name}.npy`, writeNpy(tensor)]));
  return zipSync(files, { level: 1 }) as Uint8Array<ArrayBuffer>;
}
