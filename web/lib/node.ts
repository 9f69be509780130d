import { readFile } from 'node:fs/promises';

import { compileStreaming } from './compile_streaming.js';
import { AttentionError } from './errors.js';
import { makeLoad } from './load.js';

export * from './public.js';

async function compileFile(url: URL): Promise<WebAssembly.Module> {
  if (url.protocol !== 'file:') return compileStreaming(url);
  const bytes = await readFile(url).catch((error: unknown) => {
    throw new AttentionError('network', `${url.href} could not be read: ${String(error)}.`);
  });
  return WebAssembly.compile(bytes as BufferSource);
}

/** Loads the attention core, in Node: from the package's own files, or from a `wasmUrl` as in a browser. */
export const load = makeLoad(compileFile);
