import { isBuffer, wrong } from '../arguments.js';
import { AttentionError } from '../errors.js';
import { openKept } from './kept_files.js';
import { modelFolder } from './model_folder.js';
import { patiently } from './patience.js';

/**
 * Where a model is: `built-in` for the one that the package holds, the URL of its folder or of its GGUF, its id on the
 * Hugging Face hub (`org/name`, or `org/name/file.gguf`), its files, or the bytes of a GGUF.
 */
export type ModelSource = string | URL | readonly File[] | Blob | Uint8Array | ArrayBuffer;

/** Where hub ids are looked for unless another address is given. */
export const HUB = 'https://huggingface.co';
const HUB_ID = /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/;
const HUB_FILE = /^([A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*)\/([\w./-]+\.gguf)$/;

export function aborted(): AttentionError {
  return new AttentionError('aborted', 'Loading was stopped.');
}

/** A file on its way. */
export interface OpenedFile {
  size: number;
  body: ReadableStream<Uint8Array>;
  /** Where it was fetched from. */
  url?: string;
  /** Whether it was kept from an earlier time. */
  kept: boolean;
}

/** A file that isn't there. */
export interface AbsentFile {
  /** What says so. */
  absent: AttentionError;
  /** Where it was looked for, unless that was kept from an earlier time. */
  url?: string;
}

type Open = (file: string, signal?: AbortSignal) => Promise<OpenedFile | AbsentFile>;

function missing(file: string, where: string): AttentionError {
  return new AttentionError('network', `There is no ${file} ${where}.`);
}

/** How servers say that there is no such file, or none for anybody. */
const NOT_THERE: readonly number[] = [401, 403, 404, 410];

/** How files are fetched. */
export interface FetchOptions {
  fetchFile: typeof fetch;
  /** Where hub ids are looked for; null for nowhere. */
  hub: string | URL | null;
  /** Whether files that were kept are taken. */
  keep: boolean;
}

function urlOnHub(hub: string | URL | null, id: string, path: string): URL {
  if (hub === null) {
    throw new AttentionError('invalid-argument', `source "${id}" is a hub id, but the hub is switched off.`);
  }
  return new URL(path, String(hub).endsWith('/') ? hub : `${String(hub)}/`);
}

/** The URL of a folder, which ends in a slash, or of a GGUF. */
function urlOf(source: string | URL, hub: string | URL | null): URL {
  const text = String(source);
  const file = typeof source === 'string' ? HUB_FILE.exec(source) : null;
  if (file !== null) return urlOnHub(hub, text, `${file[1]}/resolve/main/${file[2]}`);
  if (typeof source === 'string' && HUB_ID.test(source)) return urlOnHub(hub, text, `${text}/resolve/main/`);
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

function openFromUrl(folder: URL, where: string, { fetchFile, keep }: FetchOptions): Open {
  return async (file, signal) => {
    const url = new URL(file, folder).href;
    const keptFile = keep ? await openKept(url) : undefined;
    if (keptFile === 'absent') return { absent: missing(file, where) };
    if (keptFile !== undefined) return { ...keptFile, url, kept: true };
    const stopping = new AbortController();
    signal?.addEventListener('abort', () => stopping.abort(), { once: true });
    const fetched = fetchFile(url, { signal: stopping.signal }).catch((error: unknown) => {
      if (signal?.aborted === true) throw aborted();
      throw new AttentionError('network', `${url} could not be fetched: ${String(error)}.`);
    });
    const response = await patiently(url, fetched).catch((error: unknown) => {
      stopping.abort();
      throw error;
    });
    const { status } = response;
    if (status === 404) return { absent: missing(file, where), url };
    if (!response.ok) {
      const error = new AttentionError('network', `${url} answered with status ${status}.`);
      if (NOT_THERE.includes(status)) return { absent: error, url };
      throw error;
    }
    const type = response.headers.get('content-type') ?? '';
    if (type.startsWith('text/html')) {
      const words = `${url} must be a model's file, but the server sent a web page.`;
      return { absent: new AttentionError('network', words), url };
    }
    // A compressed answer's length is not its content's.
    const encoded = response.headers.get('content-encoding') !== null;
    const size = encoded ? NaN : Number(response.headers.get('content-length') ?? NaN);
    if (response.body === null) throw new AttentionError('network', `${url} has no content.`);
    return { size, body: response.body, url, kept: false };
  };
}

function openFromFiles(files: ReadonlyMap<string, File>): Open {
  return (file) => {
    const found = files.get(file);
    return Promise.resolve(
      found === undefined
        ? { absent: missing(file, 'among the files') }
        : { size: found.size, body: found.stream(), kept: false },
    );
  };
}

// By what they can do, not by instanceof: values may come from another realm.
function isBlob(value: unknown): value is Blob {
  return typeof (value as Partial<Blob> | null)?.stream === 'function';
}

function isUrl(value: unknown): value is URL {
  return typeof (value as Partial<URL> | null)?.href === 'string';
}

function openBytes(bytes: Uint8Array | Blob): Open {
  return () => {
    if (isBlob(bytes)) return Promise.resolve({ size: bytes.size, body: bytes.stream(), kept: false });
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        if (bytes.length > 0) controller.enqueue(bytes);
        controller.close();
      },
    });
    return Promise.resolve({ size: bytes.length, body, kept: false });
  };
}

/** Where a model's files are. */
export interface ModelPlace {
  name: string;
  gguf: string | undefined;
  /** The files that there are, by their paths in the model's folder; undefined where only a server knows. */
  paths: readonly string[] | undefined;
  open: Open;
}

export function placeOf(source: ModelSource, options: FetchOptions): ModelPlace {
  if (isBuffer(source)) return placeOf(new Uint8Array(source), options);
  if (ArrayBuffer.isView(source) || isBlob(source)) {
    const name = (source as Partial<File>).name ?? 'model.gguf';
    return { name, gguf: name, paths: [name], open: openBytes(source) };
  }
  if (Array.isArray(source)) {
    const { name, files } = modelFolder(source as readonly File[]);
    const paths = [...files.keys()];
    const ggufs = paths.filter(isGguf);
    // Beside a multimodal model's lies what it sees with.
    const gguf = ggufs.find((path) => !/mmproj/i.test(path)) ?? ggufs[0];
    return { name: gguf ?? (name || 'model'), gguf, paths, open: openFromFiles(files) };
  }
  if (typeof source !== 'string' && !isUrl(source)) {
    throw wrong('source', 'a URL, a hub id such as "org/name", files or the bytes of a GGUF', source);
  }
  const url = urlOf(source, options.hub);
  const last = url.pathname.split('/').filter(Boolean).at(-1) ?? 'model';
  const isOfHub = typeof source === 'string' && (HUB_ID.test(source) || HUB_FILE.test(source));
  return {
    name: isOfHub ? source : last,
    gguf: isGguf(url.pathname) ? last : undefined,
    paths: undefined,
    open: openFromUrl(url, `at ${new URL('.', url).href}`, options),
  };
}
