import { wrong } from '../arguments.js';
import { AttentionError } from '../errors.js';

/** Where a model's folder is: its URL, its id on the Hugging Face hub (`org/name`), or its files. */
export type ModelSource = string | URL | readonly File[];

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

/** The files of a model's folder. */
export interface ModelFiles {
  /** The model's name: the hub id, the folder's last part, or the config's. */
  readonly name: string;
  json(file: string): Promise<unknown>;
  stream(file: string): Promise<ByteStream>;
}

export interface SourceOptions {
  signal?: AbortSignal;
  onProgress?: (progress: LoadProgress) => void;
}

const HUB = 'https://huggingface.co';
const HUB_ID = /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/;

/** Opens one file; undefined where it isn't there. */
type Open = (
  file: string,
  signal?: AbortSignal,
) => Promise<{ size: number; body: ReadableStream<Uint8Array> } | undefined>;

function aborted(): AttentionError {
  return new AttentionError('aborted', 'Loading was stopped.');
}

/** The folder's URL, which ends in a slash. */
function folderUrl(source: string | URL): URL {
  const text = String(source);
  if (typeof source === 'string' && HUB_ID.test(source)) return new URL(`${HUB}/${source}/resolve/main/`);
  try {
    const base = (globalThis as { location?: { href: string } }).location?.href;
    return new URL(text.endsWith('/') ? text : `${text}/`, base);
  } catch {
    throw wrong('source', 'a URL, a hub id such as "org/name", or files', text);
  }
}

function openFromUrl(folder: URL): Open {
  return async (file, signal) => {
    const url = new URL(file, folder).href;
    const response = await fetch(url, signal === undefined ? {} : { signal }).catch((error: unknown) => {
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

/** Opens a model's folder. Nothing is fetched before a file is asked for. */
export function openSource(source: ModelSource, { signal, onProgress }: SourceOptions): ModelFiles {
  const isFiles = Array.isArray(source);
  if (!isFiles && typeof source !== 'string' && !(source instanceof URL)) {
    throw wrong('source', 'a URL, a hub id such as "org/name", or files', source);
  }
  const folder = isFiles ? undefined : folderUrl(source as string | URL);
  const open = folder === undefined ? openFromFiles(source as readonly File[]) : openFromUrl(folder);
  const name =
    typeof source === 'string' && HUB_ID.test(source)
      ? source
      : (folder?.pathname.split('/').filter(Boolean).at(-1) ?? 'model');
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

  const stream = async (file: string): Promise<ByteStream> => {
    if (signal?.aborted === true) throw aborted();
    const opened = await open(file, signal);
    if (opened === undefined) {
      const place = folder === undefined ? 'among the files' : `at ${folder.href}`;
      throw new AttentionError('network', `There is no ${file} ${place}.`);
    }
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
  return {
    name,
    stream,
    json: async (file) => parse(await stream(file)),
  };
}
