import { describe } from '../../../arguments.js';
import { AttentionError } from '../../../errors.js';
import type { GgufMetadata, GgufValue } from '../../../files/gguf.js';
import { GGUF_DEFAULTS } from './defaults.js';

export type Architecture = keyof typeof GGUF_DEFAULTS;

export function refused(key: string, expected: string, value: unknown): AttentionError {
  return new AttentionError('file-format', `The GGUF: ${key} must be ${expected}, got ${describe(value)}.`);
}

/** The metadata of one architecture, whose keys begin with its name; it remembers which were asked for. */
export class ArchitectureMetadata {
  readonly #asked = new Set<string>();

  constructor(
    readonly metadata: GgufMetadata,
    readonly architecture: Architecture,
  ) {}

  /** The whole name of a key. */
  nameOf(key: string): string {
    return `${this.architecture}.${key}`;
  }

  wasAsked(name: string): boolean {
    return this.#asked.has(name);
  }

  /** What the file says, or what llama.cpp takes where it says nothing. */
  value(key: string): GgufValue | undefined {
    const name = this.nameOf(key);
    this.#asked.add(name);
    const defaults: Readonly<Record<string, GgufValue>> = GGUF_DEFAULTS[this.architecture];
    return this.metadata.get(name) ?? defaults[key];
  }

  number(key: string, otherwise?: number): number {
    const value = this.value(key) ?? otherwise;
    if (typeof value !== 'number') throw refused(this.nameOf(key), 'a number', value);
    return value;
  }

  truth(key: string, otherwise: boolean): boolean {
    const value = this.value(key) ?? otherwise;
    if (typeof value !== 'boolean') throw refused(this.nameOf(key), 'true or false', value);
    return value;
  }

  /** A number that may be given as a list by layer, whose elements must then be equal. */
  numberOfLayers(key: string, otherwise?: number): number {
    const value = this.value(key);
    if (!Array.isArray(value)) return this.number(key, otherwise);
    const [first, ...rest] = value as unknown[];
    if (typeof first !== 'number' || !rest.every((other) => other === first)) {
      throw refused(this.nameOf(key), 'one number in every layer', value);
    }
    return first;
  }

  /** A whole number from 1 on, the same in every layer. */
  size(key: string, most: number, otherwise?: number): number {
    const value = this.numberOfLayers(key, otherwise);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw refused(this.nameOf(key), `a whole number from 1 to ${most}`, value);
  }

  /** Refuses a key by its name where its value isn't the one that is taken anyway. */
  requireEqual(key: string, expected: number): void {
    const value = this.metadata.get(this.nameOf(key));
    if (value === undefined || (typeof value === 'number' && Math.fround(value) === Math.fround(expected))) {
      this.#asked.add(this.nameOf(key));
      return;
    }
    throw refused(this.nameOf(key), `${expected} or left out`, value);
  }
}
