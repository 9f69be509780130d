// A program that does one relaxed multiply-add.
const RELAXED_SIMD_PROBE =
  'AGFzbQEAAAABBQFgAAF7AwIBAAo9ATsA/QwAAAAAAAAAAAAAAAAAAAAA/QwAAAAAAAAAAAAAAAAAAAAA/QwAAAAAAAAAAAAAAAAAAAAA/YUCCw==';

/** Whether the engine runs the program `relaxed`. */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(Uint8Array.from(atob(RELAXED_SIMD_PROBE), (byte) => byte.charCodeAt(0)));
}
