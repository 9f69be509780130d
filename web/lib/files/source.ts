import { AttentionError } from '../errors.js';
import type { FileKeeper } from './kept_files.js';
import { patiently } from './patience.js';
import { aborted, type ModelPlace, type OpenedFile } from './model_place.js';

/** How far loading has come: bytes of all files together. */
export interface LoadProgress {
  /** The file that is being read. */
  file: string;
  loaded: number;
  /** The size of the files that were opened so far. */
  total: number;
  /** Whether the file was kept from an earlier time. */
  kept: boolean;
}

/** A file's bytes, in pieces. */
export interface ByteStream {
  file: string;
  size: number;
  chunks: AsyncIterable<Uint8Array>;
}

/** The files of a model. */
export interface ModelFiles {
  /** The model's name: the hub id, or the last part of the folder or of the file. */
  readonly name: string;
  /** The GGUF that is the model; undefined where the model is a folder. */
  readonly gguf: string | undefined;
  json(file: string): Promise<unknown>;
  stream(file: string): Promise<ByteStream>;
  /** The same, undefined where there is no such file. */
  find(file: string): Promise<ByteStream | undefined>;
  /** The files that hold the weights of a folder, in order: model.safetensors, or its shards. */
  weights(): AsyncIterable<{ stream: ByteStream; isLast: boolean }>;
}

export interface SourceOptions {
  place: ModelPlace;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Where files are kept once the model is whole. */
  keeper?: FileKeeper | undefined;
}

/** The files that a model.safetensors.index.json names. */
function shardsOf(index: unknown): string[] {
  const { weight_map: map } = (index ?? {}) as { weight_map?: unknown };
  const names = typeof map === 'object' && map !== null ? Object.values(map) : [];
  if (names.length === 0 || !names.every((name) => typeof name === 'string' && /^[\w.-]+$/.test(name))) {
    throw new AttentionError(
      'file-format',
      'model.safetensors.index.json must name its files in weight_map.',
    );
  }
  return [...new Set(names as string[])].sort();
}

/** Opens a model's folder or its GGUF. Nothing is fetched before a file is asked for. */
export function openSource({ place, signal, onProgress, keeper }: SourceOptions): ModelFiles {
  const { name, where, gguf, open } = place;
  let loaded = 0;
  let total = 0;

  async function* chunksOf(file: string, { body, url, size, kept }: OpenedFile): AsyncGenerator<Uint8Array> {
    const reader = body.getReader();
    const copy = kept || url === undefined ? undefined : keeper?.take(url, size);
    let own = 0;
    const stop = () => void reader.cancel().catch(() => undefined);
    signal?.addEventListener('abort', stop);
    try {
      for (;;) {
        const read = reader.read().catch((error: unknown) => {
          if (signal?.aborted === true) throw aborted();
          throw new AttentionError('network', `${file} could not be read to its end: ${String(error)}.`);
        });
        const { done, value } = await patiently(file, read);
        if (signal?.aborted === true) throw aborted();
        if (done) {
          if (!Number.isNaN(size) && own < size) {
            throw new AttentionError('network', `${file} ended after ${own} of its ${size} bytes.`);
          }
          return;
        }
        own += value.length;
        loaded += value.length;
        onProgress?.({ file, loaded, total, kept });
        await copy?.write(value);
        yield value;
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      stop();
    }
  }

  const find = async (file: string): Promise<ByteStream | undefined> => {
    if (signal?.aborted === true) throw aborted();
    const opened = await open(file, signal);
    if (opened === undefined) return undefined;
    if (!Number.isNaN(opened.size)) total += opened.size;
    onProgress?.({ file, loaded, total, kept: opened.kept });
    return { file, size: opened.size, chunks: chunksOf(file, opened) };
  };
  const parse = async ({ file, chunks }: ByteStream): Promise<unknown> => {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
    text += decoder.decode();
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw new AttentionError('file-format', `${file} must be JSON: ${String(error)}.`);
    }
  };
  const missing = (file: string) => new AttentionError('network', `There is no ${file} ${where}.`);
  const stream = async (file: string): Promise<ByteStream> => {
    const found = await find(file);
    if (found === undefined) throw missing(file);
    return found;
  };
  const json = async (file: string) => parse(await stream(file));
  async function* weights(): AsyncGenerator<{ stream: ByteStream; isLast: boolean }> {
    const single = await find('model.safetensors');
    if (single !== undefined) return yield { stream: single, isLast: true };
    const index = await find('model.safetensors.index.json');
    if (index === undefined) throw missing('model.safetensors');
    const shards = shardsOf(await parse(index));
    for (const [i, shard] of shards.entries()) {
      yield { stream: await stream(shard), isLast: i === shards.length - 1 };
    }
  }
  return { name, gguf, stream, find, json, weights };
}
