/** Where the programs and the built-in model lie beside this file. Written out so that bundlers see them. */
export const CORE_URLS = {
  simd: new URL('./core.simd.wasm', import.meta.url),
  relaxed: new URL('./core.relaxed.wasm', import.meta.url),
} as const;
export const FULL_URLS = {
  simd: new URL('./full.simd.wasm', import.meta.url),
  relaxed: new URL('./full.relaxed.wasm', import.meta.url),
} as const;
export const BUILT_IN_URL = new URL('./built_in.gguf', import.meta.url);

/** Which instructions a program uses: SIMD128 alone, or relaxed SIMD's fused multiply-add as well. */
export type Variant = keyof typeof CORE_URLS;
