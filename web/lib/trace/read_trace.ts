import type { HeadName } from '../analysis/head_name.js';
import { PATTERNS, type Pattern } from '../analysis/pattern.js';
import { describe } from '../arguments.js';
import type { KeptMechanism } from '../attention_source.js';
import { AttentionError } from '../errors.js';
import { headerLength, parseSafetensorsHeader, type TensorEntry } from '../files/safetensors.js';
import { LARGEST } from '../mechanism.js';
import type { Tensor } from '../tensor.js';
import type { Token } from '../text/token.js';
import { fromBfloats, fromHalves } from './half.js';

/** What a trace file holds, checked. */
export interface TraceData {
  text: string;
  tokens: Token[];
  /** The tokens of the keys, where they are of another text than the queries. */
  keyTokens?: Token[] | undefined;
  model: string;
  /** How the numbers were kept, where the file says it. */
  precision?: string | undefined;
  /** What the heads are called, where the file says it. */
  names?: HeadName[] | undefined;
  mechanism: KeptMechanism;
  /** query [layers, heads, tokens, dim], key and value [layers, kvHeads, tokens, dim]; or weights alone. */
  tensors: Partial<Record<TraceTensorName, Tensor>>;
}

export type TraceTensorName = 'query' | 'key' | 'value' | 'weights';

const NAMES: readonly TraceTensorName[] = ['query', 'key', 'value', 'weights'];
/** The bytes of a number, and how they are read. */
const READERS: Readonly<Record<string, readonly [number, (bytes: ArrayBufferLike) => Float32Array]>> = {
  F16: [2, (bytes) => fromHalves(new Uint16Array(bytes))],
  BF16: [2, (bytes) => fromBfloats(new Uint16Array(bytes))],
  F32: [4, (bytes) => new Float32Array(bytes)],
  F64: [8, (bytes) => Float32Array.from(new Float64Array(bytes))],
};

function broken(message: string): AttentionError {
  return new AttentionError('file-format', `This file can't be read: ${message}`);
}

function readTensor(data: Uint8Array, { name, dtype, shape, begin, end }: TensorEntry): Tensor {
  const reader = Object.hasOwn(READERS, dtype) ? READERS[dtype] : undefined;
  if (reader === undefined)
    throw broken(`tensor "${name}" must be F16, BF16, F32 or F64, got ${describe(dtype)}.`);
  const [size, read] = reader;
  const count = shape.reduce((product, length) => product * length, 1);
  if (end - begin !== count * size) {
    throw broken(
      `tensor "${name}" takes ${count * size} bytes by its shape, but ${end - begin} by its offsets (${begin} to ${end}).`,
    );
  }
  const { buffer, byteOffset } = data;
  return { data: read(buffer.slice(byteOffset + begin, byteOffset + end)), shape };
}

/** Refuses a header by which tensors overlap, or leave any byte of the data to none. */
export function requirePlaces(data: Uint8Array, entries: readonly TensorEntry[]): void {
  const inOrder = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let last = 0;
  for (const { name, begin, end } of inOrder) {
    if (begin !== last) {
      const where =
        begin < last ? `within the one that ends at ${last}` : `${begin - last} after the one before`;
      throw broken(`tensor "${name}" begins at byte ${begin}, ${where}.`);
    }
    if (end < begin || end > data.length) {
      throw broken(
        `tensor "${name}" ends at byte ${end}, but its data are bytes ${begin} to ${data.length}.`,
      );
    }
    last = end;
  }
  if (last !== data.length) {
    throw broken(`its data are ${data.length} bytes, but the last tensor ends at byte ${last}.`);
  }
}

function json(metadata: Readonly<Record<string, string>>, key: string, fallback?: string): unknown {
  const text = metadata[key] ?? fallback;
  if (text === undefined) throw broken(`its metadata have no "${key}".`);
  try {
    return JSON.parse(text);
  } catch {
    throw broken(`its metadata's "${key}" must be JSON, got ${describe(text)}.`);
  }
}

function readTokens(metadata: Readonly<Record<string, string>>, text: string): Token[] {
  const given = json(metadata, 'tokens');
  if (!Array.isArray(given)) throw broken('its "tokens" must be an array.');
  return given.map((token: unknown, i): Token => {
    const { text: own, start, end } = (token ?? {}) as Partial<Token>;
    const inside =
      Number.isInteger(start) &&
      Number.isInteger(end) &&
      (start as number) >= 0 &&
      (start as number) <= (end as number) &&
      (end as number) <= text.length;
    if (typeof own !== 'string' || !inside) {
      throw broken(`its token ${i} must have a text and a start and end within the text's ${text.length}.`);
    }
    return { text: own, start: start as number, end: end as number };
  });
}

function readNames(
  metadata: Readonly<Record<string, string>>,
  [layers, heads]: readonly number[],
): HeadName[] | undefined {
  const given = json(metadata, 'head_names', 'null');
  if (given === null) return undefined;
  const isBelow = (index: unknown, count: number | undefined) =>
    Number.isInteger(index) && (index as number) >= 0 && (index as number) < (count as number);
  const isName = (entry: unknown): entry is HeadName => {
    const { layer, head, name, pattern, share } = (entry ?? {}) as Partial<HeadName>;
    const isPattern = pattern === null || PATTERNS.includes(pattern as Pattern);
    return (
      isBelow(layer, layers) &&
      isBelow(head, heads) &&
      typeof name === 'string' &&
      isPattern &&
      Number.isFinite(share)
    );
  };
  if (Array.isArray(given) && given.every(isName)) return given;
  throw broken('its "head_names" must each have a layer, head, name, pattern and share.');
}

function readMechanism(metadata: Readonly<Record<string, string>>, dim: number): KeptMechanism {
  const number = (key: string, fallback: number): number => {
    const value = json(metadata, key, String(fallback));
    if (typeof value === 'number' && Number.isFinite(Math.fround(value))) return value;
    throw broken(`its "${key}" must be a finite number of single precision, got ${describe(value)}.`);
  };
  const softcap = number('softcap', 0);
  if (softcap < 0) throw broken(`its "softcap" must be 0 (none) or positive, got ${softcap}.`);
  const isCausal = json(metadata, 'is_causal', 'false');
  if (typeof isCausal !== 'boolean')
    throw broken(`its "is_causal" must be true or false, got ${describe(isCausal)}.`);
  const window = json(metadata, 'sliding_window', 'null');
  const isBound = (bound: unknown) =>
    bound === null || (Number.isInteger(bound) && (bound as number) >= 0 && (bound as number) <= LARGEST);
  if (window !== null && !(Array.isArray(window) && window.length === 2 && window.every(isBound))) {
    throw broken(`its "sliding_window" must be null or [left, right], got ${describe(window)}.`);
  }
  return {
    scale: number('scale', 1 / Math.sqrt(dim || 1)),
    isCausal,
    slidingWindow: window as KeptMechanism['slidingWindow'],
    softcap,
  };
}

/** That the tensors are there and agree with each other and the tokens. */
function checkShapes(tensors: TraceData['tensors'], tokens: number): void {
  const { query, key, value, weights } = tensors;
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor.shape.length !== 4 || tensor.data.length === 0) {
      throw broken(
        `tensor "${name}" must have four dimensions and be not empty, got [${tensor.shape.join(', ')}].`,
      );
    }
    if (tensor.shape[2] !== tokens) {
      throw broken(`tensor "${name}" must be of ${tokens} tokens, got [${tensor.shape.join(', ')}].`);
    }
  }
  if (weights !== undefined && weights.shape[3] !== tokens) {
    throw broken(`tensor "weights" must have ${tokens} keys, got ${weights.shape[3]}.`);
  }
  const weightsAlone = weights !== undefined && Object.keys(tensors).length === 1;
  if (weightsAlone) return;
  if (query === undefined || key === undefined || value === undefined) {
    throw broken('it must hold query, key and value, or weights alone.');
  }
  const [layers, heads, , dim] = query.shape as [number, number, number, number];
  const [, kvHeads] = key.shape as [number, number];
  const agree =
    key.shape[0] === layers &&
    key.shape[3] === dim &&
    value.shape[0] === layers &&
    value.shape[1] === kvHeads &&
    heads % kvHeads === 0;
  if (!agree) {
    const shapes = [query, key, value].map(({ shape }) => `[${shape.join(', ')}]`).join(', ');
    throw broken(`query, key and value must have the same layers and dims and fitting heads, got ${shapes}.`);
  }
}

/**
 * Reads a trace: a safetensors file of query, key and value (after RoPE, unscaled), or of weights.
 *
 * @throws AttentionError `file-format` naming the tensor or the metadata that is wrong
 */
export function readTrace(bytes: Uint8Array): TraceData {
  if (bytes.length < 8) throw broken(`it has ${bytes.length} bytes, fewer than a header.`);
  const length = headerLength(bytes, bytes.length);
  const { tensors: entries, metadata } = parseSafetensorsHeader(bytes.subarray(8, 8 + length));
  const { text, model = '', precision } = metadata;
  if (text === undefined) throw broken('its metadata have no "text".');
  const tokens = readTokens(metadata, text);
  const data = bytes.subarray(8 + length);
  requirePlaces(data, entries);
  const known = entries.filter(({ name }) => NAMES.includes(name as TraceTensorName));
  const tensors: TraceData['tensors'] = Object.fromEntries(
    known.map((entry) => [entry.name, readTensor(data, entry)]),
  );
  checkShapes(tensors, tokens.length);
  const { shape } = (tensors.query ?? tensors.weights) as Tensor;
  const names = readNames(metadata, shape);
  return {
    text,
    tokens,
    model,
    precision,
    names,
    mechanism: readMechanism(metadata, tensors.query?.shape[3] ?? 1),
    tensors,
  };
}
