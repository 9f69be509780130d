import { AttentionError } from '../lib/index.js';
import type { Style } from './protocol.js';

/** A share in plain words: 43%, 4.3%, 0.4%, under 0.1%. */
export function percentage(share: number): string {
  const percent = share * 100;
  if (percent === 0) return '0%';
  if (percent < 0.1) return 'under 0.1%';
  return percent < 9.95 ? `${percent.toFixed(1)}%` : `${percent.toFixed(0)}%`;
}

/** A weight or a score with four digits. */
export function decimal(value: number): string {
  if (!Number.isFinite(value)) return value === -Infinity ? '−∞' : String(value);
  const size = Math.abs(value);
  const small = size < 0.00001 ? value.toExponential(2) : value.toPrecision(3);
  const digits = value !== 0 && size < 0.001 ? small : value.toFixed(4);
  return digits.replace('-', '−');
}

/** What the ends of the colour bar are, where `max` is the weight of the strongest colour. */
export function rangeWords(max: number, style: Style): { low: string; high: string } {
  return {
    low: style.colours === 'log' ? `weight ${decimal(max / 10_000)} or less` : 'weight 0',
    high: style.ignoreFirstKey ? `${decimal(max)} or more` : `${decimal(max)}, the largest`,
  };
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

export function errorWords(error: unknown): string {
  return error instanceof AttentionError ? error.message : String(error);
}

/** Why the program of this page doesn't run. */
export function brokenWords(error: unknown): string {
  const code = error instanceof AttentionError ? error.code : undefined;
  if (code === 'network') return "This page's program could not be fetched from its server.";
  if (code === 'wasm-unavailable') {
    return 'WebAssembly with SIMD does not run here: the browser is too old, or a policy forbids it.';
  }
  return errorWords(error);
}

/** Why the model could not be loaded. */
export function failedWords(error: unknown): string {
  const isNetwork = error instanceof AttentionError && error.code === 'network';
  return isNetwork ? 'The model could not be fetched from this server or huggingface.co.' : errorWords(error);
}
