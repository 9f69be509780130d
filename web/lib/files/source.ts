import { wrong } from '../arguments.js';
import { AttentionError } from '../errors.js';

/**
 * Where a model is: `built-in` for the one that the package holds, the URL of its folder or of its GGUF, its id on the Hugging Face hub (`org/name`, or
 * `org/name/file.gguf`), its files, or the bytes of a GGUF.
 */
export type ModelSource = string | URL | readonly File[] | Blob | Uint8Array | ArrayBuffer;

/** How far loading has come: bytes of all files together. */
export interface LoadProgress {
  /** The file that is being read. */
  file: string;
  loaded: number;
  /** The size of the files that were opened so far. */
  total: number;
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
  /** The files that hold the weights of a folder, in order: model.safetensors, or its shards. */
  weights(): AsyncIterable<{ stream: ByteStream; isLast: boolean }>;
}

export interface SourceOptions {
  fetchFile: typeof fetch;
  signal?: AbortSignal;
  onProgress?: (progress: LoadProgress) => void;
}

const HUB = 'https://huggingface.co';
const HUB_ID = /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/;
const HUB_FILE = /^([A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*)\/([\w./-]+\.gguf)$/;

/** Opens one file; undefined where it isn't there. */
type Open = (
  file: string,
  signal?: AbortSignal,
) => Promise<{ size: number; body: ReadableStream<Uint8Array> } | undefined>;

function aborted(): AttentionError {
  return new AttentionError('aborted', 'Loading was stopped.');
}

/** The URL of a folder, which ends in a slash, or of a GGUF. */
function urlOf(source: string | URL): URL {
  const text = String(source);
  const file = typeof source === 'string' ? HUB_FILE.exec(source) : null;
  if (file !== null) return new URL(`${HUB}/${file[1]}/resolve/main/${file[2]}`);
  if (typeof source === 'string' && HUB_ID.test(source)) return new URL(`${HUB}/${source}/resolve/main/`);
  try {
    const base = (globalThis as { location?: { href: string } }).location?.href;
    const url = new URL(text, base);
    if (!url.pathname.endsWith('/') && !isGguf(url.pathname)) url.pathname += '/';
    return url;
  } catch {
    throw wrong('source', 'a URL, a hub id such as "org/name", files or the bytes of a GGUF', text);
  }
}

function isGguf(name: string): boolean {
  return name.toLowerCase().endsWith('.gguf');
}

function openFromUrl(folder: URL, fetchFile: typeof fetch): Open {
  return async (file, signal) => {
    const url = new URL(file, folder).href;
    const response = await fetchFile(url, signal === undefined ? {} : { signal }).catch((error: unknown) => {
      if (signal?.aborted === true) throw aborted();
      throw new AttentionError('network', `${url} could not be fetched: ${String(error)}.`);
    });
    if (response.status === 404) return undefined;
    if (!response.ok) throw new AttentionError('network', `${url} answered with status ${response.status}.`);
    const type = response.headers.get('content-type') ?? '';
    if (type.startsWith('text/html')) {
      throw new AttentionError('network', `${url} must be a model's file, but the server sent a web page.`);
    }
    // A compressed answer's length is not its content's.
    const encoded = response.headers.get('content-encoding') !== null;
    const size = encoded ? NaN : Number(response.headers.get('content-length') ?? NaN);
    if (response.body === null) throw new AttentionError('network', `${url} has no content.`);
    return { size, body: response.body };
  };
}

function openFromFiles(files: readonly File[]): Open {
  return (file) => {
    const found = files.find(({ name }) => name.split('/').at(-1) === file);
    return Promise.resolve(found && { size: found.size, body: found.stream() as ReadableStream<Uint8Array> });
  };
}

function openBytes(bytes: Uint8Array | Blob): Open {
  return () => {
    if (bytes instanceof Blob) return Promise.resolve({ size: bytes.size, body: bytes.stream() });
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        if (bytes.length > 0) controller.enqueue(bytes);
        controller.close();
      },
    });
    return Promise.resolve({ size: bytes.length, body });
  };
}

interface Place {
  name: string;
  /** Where a file that is missing would be. */
  where: string;
  gguf: string | undefined;
  open: Open;
}

function placeOf(source: ModelSource, fetchFile: typeof fetch): Place {
  if (source instanceof ArrayBuffer) return placeOf(new Uint8Array(source), fetchFile);
  // Not by instanceof: an array may come from another realm.
  if (ArrayBuffer.isView(source) || source instanceof Blob) {
    const name = (source as Partial<File>).name ?? 'model.gguf';
    return { name, where: 'in the bytes', gguf: name, open: openBytes(source) };
  }
  if (Array.isArray(source)) {
    const files = source as readonly File[];
    const gguf = files.map(({ name }) => name).find(isGguf);
    return { name: gguf ?? 'model', where: 'among the files', gguf, open: openFromFiles(files) };
  }
  if (typeof source !== 'string' && !(source instanceof URL)) {
    throw wrong('source', 'a URL, a hub id such as "org/name", files or the bytes of a GGUF', source);
  }
  const url = urlOf(source);
  const last = url.pathname.split('/').filter(Boolean).at(-1) ?? 'model';
  const isOfHub = typeof source === 'string' && (HUB_ID.test(source) || HUB_FILE.test(source));
  return {
    name: isOfHub ? source : last,
    where: `at ${new URL('.', url).href}`,
    gguf: isGguf(url.pathname) ? last : undefined,
    open: openFromUrl(url, fetchFile),
  };
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
export function openSource(
  source: ModelSource,
  { signal, onProgress, fetchFile }: SourceOptions,
): ModelFiles {
  const { name, where, gguf, open } = placeOf(source, fetchFile);
  let loaded = 0;
  let total = 0;

  async function* chunksOf(file: string, body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
    const reader = body.getReader();
    const stop = () => void reader.cancel().catch(() => undefined);
    signal?.addEventListener('abort', stop);
    try {
      for (;;) {
        const { done, value } = await reader.read().catch((error: unknown) => {
          if (signal?.aborted === true) throw aborted();
          throw new AttentionError('network', `${file} could not be read to its end: ${String(error)}.`);
        });
        if (signal?.aborted === true) throw aborted();
        if (done) return;
        loaded += value.length;
        onProgress?.({ file, loaded, total });
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
    onProgress?.({ file, loaded, total });
    return { file, size: opened.size, chunks: chunksOf(file, opened.body) };
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
  return { name, gguf, stream, json, weights };
}
