import type { HeadName } from '../lib/index.js';
import type { MapStyle } from './head_source.js';

/** A share in plain words: 43%, 4.3%, 0.4%, under 0.1%. */
export function percentage(share: number): string {
  const percent = share * 100;
  if (percent === 0) return '0%';
  if (Number.isNaN(percent)) return 'not a number';
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
export function rangeWords(
  max: number,
  style: Pick<MapStyle, 'colours' | 'ignoreFirstKey'>,
): { low: string; high: string } {
  return {
    low: style.colours === 'log' ? `weight ${decimal(max / 10_000)} or less` : 'weight 0',
    high: style.ignoreFirstKey ? `${decimal(max)} or more` : `${decimal(max)}, the largest`,
  };
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** What a head is called, with its evidence: "previous word, 0.93". */
export function nameWords({ name, pattern, share }: HeadName): string {
  return pattern === null ? name : `${name}, ${share.toFixed(2)}`;
}
