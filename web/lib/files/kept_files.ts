/** A file that is kept in this browser. */
export interface KeptFile {
  url: string;
  bytes: number;
}

/** The name changes when what is kept is no longer understood. */
const CACHE = 'attention-head-files-1';

/** The status that is kept of a file which isn't there. */
const ABSENT = 404;

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
  const files = await Promise.all(
    requests.map(async ({ url }) => {
      const response = await cache?.match(url);
      const bytes = Number(response?.headers.get('content-length') ?? 0);
      return response?.ok === true ? [{ url, bytes }] : [];
    }),
  );
  return files.flat();
}

/** Forgets the file of a URL, or all files. */
export async function forgetFiles(url?: string): Promise<void> {
  const cache = await openCache();
  if (url !== undefined) await cache?.delete(url);
  else if (typeof caches !== 'undefined') await caches.delete(CACHE);
}

/** A file that is kept, or that it wasn't there; undefined where neither is known. */
export async function openKept(
  url: string,
): Promise<{ size: number; body: ReadableStream<Uint8Array> } | 'absent' | undefined> {
  const response = await (await openCache())?.match(url);
  if (response?.status === ABSENT) return 'absent';
  if (response?.body == null) return undefined;
  return { size: Number(response.headers.get('content-length') ?? NaN), body: response.body };
}

/** Takes copies of a model's files while they stream, and keeps them once the model is whole. */
export class FileKeeper {
  readonly #copies: { writer: WritableStreamDefaultWriter<Uint8Array>; stored: Promise<void> }[] = [];
  readonly #absent: string[] = [];

  /** The model has no such file, which needn't be looked for again. */
  takeAbsence(url: string): void {
    this.#absent.push(url);
  }

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
    const cache = await openCache();
    await Promise.allSettled(
      this.#absent.map((url) => cache?.put(url, new Response(null, { status: ABSENT }))),
    );
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
