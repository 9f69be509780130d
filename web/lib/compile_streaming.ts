import { AttentionError } from './errors.js';

/** Compiles a .wasm file while it is fetched. */
export async function compileStreaming(url: URL): Promise<WebAssembly.Module> {
  const response = await fetch(url).catch((error: unknown) => {
    throw new AttentionError('network', `${url.href} could not be fetched: ${String(error)}.`);
  });
  if (!response.ok)
    throw new AttentionError('network', `${url.href} answered with status ${response.status}.`);
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('text/html')) {
    throw new AttentionError(
      'network',
      `${url.href} must be a WebAssembly file, but the server sent a web page.`,
    );
  }
  try {
    if (type.startsWith('application/wasm')) return await WebAssembly.compileStreaming(response);
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    throw new AttentionError('wasm-unavailable', `${url.href} could not be compiled: ${String(error)}.`);
  }
}
