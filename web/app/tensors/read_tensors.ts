import { unzipSync } from 'fflate';

import { AttentionError } from '../../lib/errors.js';
import { headerLength, parseSafetensorsHeader, type SafetensorsHeader } from '../../lib/files/safetensors.js';
import { requirePlaces } from '../../lib/trace/read_trace.js';
import { numberType, readNumbers, sizeOf, unreadable, type Arrays, type Content } from './arrays.js';
import { joinArrays } from './join_arrays.js';
import { readNpy } from './npy.js';
import { refuseParameters } from './roles.js';
import { foreignWords } from './which_files.js';

/** The most bytes that the arrays of a file may take once they are unpacked. */
const MOST_BYTES = 2 ** 30;

/** Takes what one array holds under its name, or, of `where` it lies, why it can't be read. */
type Take = (name: string, read: () => Content, where?: string) => void;

function unpack(bytes: Uint8Array): Record<string, Uint8Array> {
  let total = 0;
  try {
    return unzipSync(bytes, {
      filter({ originalSize }) {
        total += originalSize;
        if (total > MOST_BYTES) throw unreadable('it holds more than a gigabyte');
        return true;
      },
    });
  } catch (error) {
    if (error instanceof AttentionError) throw error;
    throw unreadable('it is no .npz file');
  }
}

/** The lists in a file of JSON: one, several in a list, or several by name. Numbers are ids. */
function listsOf(name: string, json: unknown): [string, string[]][] {
  if (Array.isArray(json)) {
    if (json.length > 0 && json.every(Array.isArray))
      return json.flatMap((list, i) => listsOf(json.length === 1 ? name : `${name}.${i}`, list));
    const isList = json.every((item) => typeof item === 'string' || typeof item === 'number');
    if (isList && json.length > 0) return [[name, json.map(String)]];
  } else if (typeof json === 'object' && json !== null) {
    const found = Object.entries(json).filter(([, list]) => Array.isArray(list));
    if (found.length > 0) return found.flatMap(([key, list]) => listsOf(key, list));
  }
  throw unreadable('a file of tokens must be a JSON list of strings');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable('it is no JSON');
  }
}

/** The header of a .safetensors file, and its data. */
function openSafetensors(bytes: Uint8Array): SafetensorsHeader & { data: Uint8Array } {
  if (bytes.length < 8) throw unreadable(`it has ${bytes.length} bytes, fewer than a header`);
  const length = headerLength(bytes, bytes.length);
  return { ...parseSafetensorsHeader(bytes.subarray(8, 8 + length)), data: bytes.subarray(8 + length) };
}

/** Whether a file is a trace: its metadata say where each token is in the text. */
export function isTrace(bytes: Uint8Array): boolean {
  try {
    const { text, tokens } = openSafetensors(bytes).metadata;
    const places = text === undefined ? undefined : parseJson(tokens ?? 'null');
    return Array.isArray(places) && typeof (places[0] as { start?: unknown } | undefined)?.start === 'number';
  } catch {
    return false;
  }
}

function readSafetensors(bytes: Uint8Array, arrays: Arrays, take: Take): void {
  const { tensors, metadata, data } = openSafetensors(bytes);
  requirePlaces(data, tensors);
  for (const { name, dtype, shape, begin, end } of tensors) {
    take(name, () => {
      const type = numberType(dtype);
      if (type === undefined)
        throw unreadable(`its numbers are ${dtype}, which isn't read; save it as torch.float32`);
      if (end - begin !== sizeOf(shape) * type.bytes)
        throw unreadable(`its shape (${shape.join(', ')}) doesn't take the ${end - begin} bytes that it has`);
      return readNumbers(type, data.slice(begin, end).buffer, shape);
    });
  }
  for (const [name, text] of Object.entries(metadata)) {
    if (!text.startsWith('[')) continue;
    try {
      for (const [key, list] of listsOf(name, parseJson(text))) arrays.texts.set(key, list);
    } catch {
      // Metadata may hold anything else too.
    }
  }
}

function readFile(name: string, bytes: Uint8Array, arrays: Arrays, take: Take): void {
  const stem = name.replace(/\.[^.]*$/, '');
  if (/\.json$/i.test(name)) {
    const lists = listsOf(stem, parseJson(new TextDecoder().decode(bytes)));
    for (const [key, list] of lists) arrays.texts.set(key, list);
  } else if (/\.npy$/i.test(name)) {
    take(stem, () => readNpy(bytes), name);
  } else if (/\.npz$/i.test(name)) {
    for (const [entry, data] of Object.entries(unpack(bytes))) {
      if (entry.endsWith('.npy')) take(entry.slice(0, -4), () => readNpy(data));
      else if (!entry.endsWith('/')) arrays.leftOut.set(entry, 'it is no array');
    }
  } else if (/\.safetensors$/i.test(name)) {
    readSafetensors(bytes, arrays, take);
  } else {
    throw unreadable(foreignWords(name) ?? 'it is no file of arrays');
  }
}

/** What .npy, .npz, .safetensors and .json files hold, each array by itself. */
async function readEach(files: readonly File[]): Promise<Arrays> {
  const arrays: Arrays = { numbers: new Map(), texts: new Map(), leftOut: new Map() };
  const attempt = (name: string, read: () => void): void => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof AttentionError)) throw error;
      arrays.leftOut.set(name, error.message.replace(/\.$/, ''));
    }
  };
  const take: Take = (name, read, where = name) =>
    attempt(where, () => {
      const content = read();
      if ('texts' in content) arrays.texts.set(name, content.texts);
      else arrays.numbers.set(name, content);
    });
  for (const file of files) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    attempt(file.name, () => readFile(file.name, bytes, arrays, take));
  }
  return arrays;
}

/** Why nothing can be drawn. */
function nothingIn({ leftOut }: Arrays): AttentionError {
  const reasons = [...leftOut].map(([name, reason]) =>
    reason.startsWith(name) ? reason : `${name} can't be read: ${reason}`,
  );
  if (reasons.length === 0)
    return new AttentionError('file-format', 'There is no array of numbers in these files.');
  return new AttentionError('file-format', `${reasons.join('; ')}.`);
}

/**
 * The arrays of .npy, .npz and .safetensors files, those of layers, heads or steps joined, and the lists of tokens in
 * them and in .json files; what else there is, named.
 *
 * @throws AttentionError `file-format` where nothing can be drawn, naming why
 */
export async function readArrays(files: readonly File[]): Promise<Arrays> {
  const arrays = await readEach(files);
  refuseParameters(arrays);
  const numbers = joinArrays(arrays.numbers);
  if (![...numbers.values()].some(({ shape }) => shape.length >= 2)) throw nothingIn(arrays);
  return { ...arrays, numbers };
}
