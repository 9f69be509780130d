import { CORE_URLS, type Variant } from '../lib/asset_urls.js';
import { compileStreaming } from '../lib/compile_streaming.js';
import { hasRelaxedSimd } from '../lib/relaxed_simd.js';

/** The core's program, compiled, which a worker can be given. */
export interface CoreProgram {
  variant: Variant;
  module: WebAssembly.Module;
}

/** Fetches the program that this browser runs best; it is compiled on its way. */
export async function fetchCoreProgram(): Promise<CoreProgram> {
  const variant = hasRelaxedSimd() ? 'relaxed' : 'simd';
  return { variant, module: await compileStreaming(CORE_URLS[variant]) };
}
