/** A file that is kept in this browser. */
export interface KeptFile {
  url: string;
  bytes: number;
}

/** The name changes when what is kept is no longer understood. */
const CACHE = 'attention-head-files-1';

/** The browser's storage of files; undefined outside https and localhost, and in Node. */
async function openCache(): Promise<Cache | undefined> {
  return typeof caches === 'undefined' ? undefined : caches.open(CACHE).catch(() => undefined);
}

/** Whether files can be kept here: in a browser, on https or localhost. */
export function canKeepFiles(): boolean {
  return typeof caches !== 'undefined';
}

/** The files that are kept. */
export async function keptFiles(): Promise<KeptFile[]> {
  const cache = await openCache();
  const requests = (await cache?.keys()) ?? [];
  return Promise.all(
    requests.map(async ({ url }) => {
      const response = await cache?.match(url);
      return { url, bytes: Number(response?.headers.get('content-length') ?? 0) };
    }),
  );
}

/** Forgets the file of a URL, or all files. */
export async function forgetFiles(url?: string): Promise<void> {
  const cache = await openCache();
  if (url !== undefined) await cache?.delete(url);
  else if (typeof caches !== 'undefined') await caches.delete(CACHE);
}

/** A file that is kept; undefined where it isn't. */
export async function openKept(
  url: string,
): Promise<{ size: number; body: ReadableStream<Uint8Array> } | undefined> {
  const response = await (await openCache())?.match(url);
  if (response?.body == null) return undefined;
  return { size: Number(response.headers.get('content-length') ?? NaN), body: response.body };
}

/** Takes copies of a model's files while they stream, and keeps them once the model is whole. */
export class FileKeeper {
  readonly #copies: { writer: WritableStreamDefaultWriter<Uint8Array>; stored: Promise<void> }[] = [];

  /** A copy of a file, to be written as its bytes come; undefined where nothing can be kept. */
  take(url: string, size: number): { write(chunk: Uint8Array): Promise<void> } | undefined {
    if (!canKeepFiles()) return undefined;
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const headers: HeadersInit = Number.isNaN(size) ? [] : [['content-length', String(size)]];
    const stored = openCache().then((cache) => cache?.put(url, new Response(readable, { headers })));
    // What can't be stored is left out: the model is there all the same.
    stored.catch(() => undefined);
    this.#copies.push({ writer, stored });
    return { write: (chunk) => writer.write(chunk.slice()).catch(() => undefined) };
  }

  /** All files came and were right. */
  async keep(): Promise<void> {
    await Promise.allSettled(
      this.#copies.map(async ({ writer, stored }) => {
        await writer.close();
        await stored;
      }),
    );
  }

  /** The model is not to be kept. */
  async drop(): Promise<void> {
    await Promise.allSettled(this.#copies.map(({ writer }) => writer.abort()));
  }
}
