import { Core } from './core.js';
import { AttentionError } from './errors.js';
import { instantiateCore } from './glue.js';
import { CORE_URLS, type Variant } from './asset_urls.js';
import { requireKnownOptions } from './arguments.js';
import { hasRelaxedSimd } from './relaxed_simd.js';
import type { CompileProgram } from './compile_program.js';

/** How {@link load} finds the program. All may be left out. */
export interface LoadOptions {
  /** `relaxed` is faster and taken where the engine has it; `simd` gives the same bits in every engine. */
  variant?: Variant;
  /** Where the .wasm file of that variant is served. */
  wasmUrl?: string | URL;
  /** The bytes of the .wasm file. */
  wasmBinary?: ArrayBuffer | Uint8Array;
  /** The program, compiled already. */
  module?: WebAssembly.Module;
}

/** Fetches the bytes of a .wasm file and compiles them. */
export type CompileFrom = (url: URL) => Promise<WebAssembly.Module>;

function absoluteUrl(url: string | URL): URL {
  try {
    return new URL(url, (globalThis as { location?: { href: string } }).location?.href);
  } catch {
    throw new AttentionError(
      'invalid-argument',
      `wasmUrl must be a URL, got ${JSON.stringify(String(url))}.`,
    );
  }
}

async function compileBytes(bytes: ArrayBuffer | Uint8Array): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes as BufferSource);
  } catch (error) {
    throw new AttentionError(
      'wasm-unavailable',
      `wasmBinary must be a WebAssembly program: ${String(error)}.`,
    );
  }
}

/** The `load` of a platform that reads the package's own files in the given ways. */
export function makeLoad(
  compileFrom: CompileFrom,
  fetchFile: typeof fetch,
): (options?: LoadOptions) => Promise<Core> {
  const compile: CompileProgram = (own, { wasmUrl, wasmBinary }) =>
    wasmBinary === undefined
      ? compileFrom(wasmUrl === undefined ? own : absoluteUrl(wasmUrl))
      : compileBytes(wasmBinary);
  return async (options = {}) => {
    requireKnownOptions('load', options, ['variant', 'wasmUrl', 'wasmBinary', 'module']);
    const { variant = hasRelaxedSimd() ? 'relaxed' : 'simd' } = options;
    if (!Object.hasOwn(CORE_URLS, variant)) {
      throw new AttentionError(
        'invalid-argument',
        `variant must be "simd" or "relaxed", got ${JSON.stringify(variant)}.`,
      );
    }
    if (variant === 'relaxed' && !hasRelaxedSimd()) {
      throw new AttentionError(
        'wasm-unavailable',
        'variant "relaxed" needs relaxed SIMD, which this engine lacks.',
      );
    }
    const module = options.module ?? (await compile(CORE_URLS[variant], options));
    return new Core(await instantiateCore(module), variant, compile, fetchFile);
  };
}
