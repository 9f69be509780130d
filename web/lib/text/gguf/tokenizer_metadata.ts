import { describe } from '../../arguments.js';
import { AttentionError } from '../../errors.js';
import type { GgufMetadata, GgufValue } from '../../files/gguf.js';

export function unsupportedKey(key: string, expected: string, value: unknown): AttentionError {
  return new AttentionError(
    'file-format',
    `The GGUF: tokenizer.ggml.${key} must be ${expected}, got ${describe(value)}.`,
  );
}

/** The keys under tokenizer.ggml of a GGUF, each checked as it is read. */
export class TokenizerMetadata {
  readonly #all: GgufMetadata;

  constructor(all: GgufMetadata) {
    this.#all = all;
  }

  get(key: string): GgufValue | undefined {
    return this.#all.get(`tokenizer.ggml.${key}`);
  }

  /** A text of the file itself, such as its name; empty where it is left out. */
  general(key: string): string {
    const value = this.#all.get(`general.${key}`);
    return typeof value === 'string' ? value : '';
  }

  flag(key: string, whereAbsent: boolean): boolean {
    const value = this.get(key) ?? whereAbsent;
    if (typeof value !== 'boolean') throw unsupportedKey(key, 'true or false', value);
    return value;
  }

  /** A list of texts; undefined where it is left out. */
  texts(key: string): readonly string[] | undefined {
    return this.#list(key, 'string') as readonly string[] | undefined;
  }

  /** A list of at least `count` numbers; undefined where it is left out. */
  numbers(key: string, count: number): readonly number[] | undefined {
    const list = this.#list(key, 'number') as readonly number[] | undefined;
    if (list !== undefined && list.length < count) throw unsupportedKey(key, `${count} numbers`, list.length);
    return list;
  }

  #list(key: string, type: 'string' | 'number'): readonly unknown[] | undefined {
    const value = this.get(key);
    const isList = Array.isArray(value) && value.every((element) => typeof element === type);
    if (value !== undefined && !isList) throw unsupportedKey(key, `a list of ${type}s`, value);
    return value as readonly unknown[] | undefined;
  }
}
