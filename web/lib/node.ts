import { readFile } from 'node:fs/promises';

import { compileStreaming } from './compile_streaming.js';
import { AttentionError } from './errors.js';
import { makeLoad } from './load.js';

export * from './public.js';

async function readBytes(url: URL): Promise<Buffer<ArrayBuffer>> {
  return readFile(url).catch((error: unknown) => {
    throw new AttentionError('network', `${url.href} could not be read: ${String(error)}.`);
  }) as Promise<Buffer<ArrayBuffer>>;
}

async function compileFile(url: URL): Promise<WebAssembly.Module> {
  return url.protocol === 'file:' ? WebAssembly.compile(await readBytes(url)) : compileStreaming(url);
}

async function fetchFile(...request: Parameters<typeof fetch>): Promise<Response> {
  const url = new URL(request[0] as string | URL);
  if (url.protocol !== 'file:') return fetch(...request);
  const bytes = await readFile(url).catch((error: unknown) => {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  });
  if (bytes === undefined) return new Response(null, { status: 404 });
  return new Response(bytes, { headers: { 'content-length': String(bytes.length) } });
}

/** Loads the attention core, in Node: from the package's own files, or from a `wasmUrl` as in a browser. */
export const load = makeLoad(compileFile, fetchFile);
