import { AttentionError } from '../lib/errors.js';

export function errorWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether a person stopped it. */
export function isStopped(error: unknown): boolean {
  return error instanceof AttentionError && error.code === 'aborted';
}

/** Why the program of this page doesn't run. */
export function brokenWords(error: unknown): string {
  const { code } = error as Partial<AttentionError>;
  if (code === 'network') return "This page's program could not be fetched from its server.";
  if (code === 'wasm-unavailable') {
    return 'WebAssembly with SIMD does not run here: the browser is too old, or a policy forbids it.';
  }
  return errorWords(error);
}

/** Why the model could not be loaded: a person's own files are nowhere fetched from. */
export function failedWords(error: unknown, isOwn: boolean): string {
  const isNetwork = error instanceof AttentionError && error.code === 'network' && !isOwn;
  return isNetwork ? 'The model could not be fetched from this server or huggingface.co.' : errorWords(error);
}
