import { unzipSync, zipSync } from 'fflate';

import { AttentionError } from '../../lib/errors.js';
import type { GivenTensors, Tensor } from '../../lib/index.js';
import { headerLength, parseSafetensorsHeader } from '../../lib/files/safetensors.js';
import { readTensors } from '../../lib/trace/read_trace.js';
import { readNpy, writeNpy } from './npy.js';

/** The most bytes that the arrays of a file may take once they are unpacked. */
const MOST_BYTES = 2 ** 30;

/** What an array can stand for. */
export const ROLES = ['query', 'key', 'value', 'weights'] as const;
export type Role = (typeof ROLES)[number];

/** The arrays of files, by name. */
export type NamedTensors = Map<string, Tensor>;

function unpack(name: string, bytes: Uint8Array): Record<string, Uint8Array> {
  let total = 0;
  try {
    return unzipSync(bytes, {
      filter({ originalSize }) {
        total += originalSize;
        if (total > MOST_BYTES)
          throw new AttentionError('file-format', `${name} holds more than a gigabyte.`);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof AttentionError) throw error;
    throw new AttentionError('file-format', `${name} can't be read: it is no .npz file.`);
  }
}

function readFile(name: string, bytes: Uint8Array): [string, Tensor][] {
  const stem = name.replace(/\.[^.]*$/, '');
  if (name.endsWith('.npy')) return [[stem, readNpy(name, bytes)]];
  if (name.endsWith('.npz')) {
    const files = Object.entries(unpack(name, bytes)).filter(([entry]) => entry.endsWith('.npy'));
    return files.map(([entry, data]) => [entry.slice(0, -4), readNpy(`${entry} in ${name}`, data)]);
  }
  if (bytes.length < 8)
    throw new AttentionError('file-format', `${name} has ${bytes.length} bytes, fewer than a header.`);
  const length = headerLength(bytes, bytes.length);
  const { tensors } = parseSafetensorsHeader(bytes.subarray(8, 8 + length));
  return Object.entries(readTensors(bytes.subarray(8 + length), tensors));
}

/** Whether files are arrays, not a model. */
export function areTensors(files: readonly File[]): boolean {
  return (
    files.every(({ name }) => /\.(npy|npz)$/.test(name)) ||
    (files.length === 1 && /\.safetensors$/.test(files[0]?.name ?? ''))
  );
}

/** Every array of .npy, .npz and .safetensors files. */
export async function readTensorFiles(files: readonly File[]): Promise<NamedTensors> {
  const found: NamedTensors = new Map();
  for (const file of files) {
    for (const [name, tensor] of readFile(file.name, new Uint8Array(await file.arrayBuffer())))
      found.set(name, tensor);
  }
  if (found.size === 0) throw new AttentionError('file-format', 'There is no array in these files.');
  return found;
}

const NAMES: Readonly<Record<Role, RegExp>> = {
  query: /^q$|quer/i,
  key: /^k$|key/i,
  value: /^v$|val/i,
  weights: /weight|att|prob|pattern/i,
};

/** Which array is which, by its name, else by its shape: a square one is weights. */
export function guessRoles(tensors: NamedTensors): Map<Role, string> {
  const guessed = new Map<Role, string>();
  for (const role of ROLES) {
    const name = [...tensors.keys()].find((candidate) =>
      NAMES[role].test(candidate.split(/[./]/).at(-1) ?? ''),
    );
    if (name !== undefined) guessed.set(role, name);
  }
  if (guessed.has('query') && guessed.has('key') && guessed.has('value')) guessed.delete('weights');
  else if (guessed.has('weights'))
    for (const role of ['query', 'key', 'value'] as const) guessed.delete(role);
  if (guessed.size === 0) {
    const square = [...tensors].find(([, { shape }]) => shape.length >= 2 && shape.at(-1) === shape.at(-2));
    if (square !== undefined) guessed.set('weights', square[0]);
  }
  return guessed;
}

/** Arrays in the form that heads are computed from; those of a batch are its first. */
export function givenTensors(tensors: NamedTensors, roles: ReadonlyMap<Role, string>): GivenTensors {
  return Object.fromEntries([...roles].map(([role, name]) => [role, tensors.get(name)]));
}

/** Arrays as an .npz file, which numpy.load reads. */
export function writeNpz(tensors: NamedTensors): Uint8Array<ArrayBuffer> {
  const files = Object.fromEntries([...tensors].map(([name, tensor]) => [`${name}.npy`, writeNpy(tensor)]));
  return zipSync(files, { level: 1 }) as Uint8Array<ArrayBuffer>;
}
