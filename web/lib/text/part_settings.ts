import { describe } from '../arguments.js';
import { AttentionError } from '../errors.js';
import { createFinder, type Finder } from './patterns/pattern.js';
import type { TokenizerPart } from './tokenizer_json.js';

/** The settings of a part of a tokenizer.json, each checked as it is read. */
export class PartSettings {
  /** Which part it is: `normalizer`, `pre_tokenizer`, `post_processor` or `decoder`. */
  readonly #role: string;
  readonly #part: TokenizerPart;

  constructor(role: string, part: TokenizerPart) {
    this.#role = role;
    this.#part = part;
    if (typeof part !== 'object' || Array.isArray(part)) {
      throw new AttentionError(
        'file-format',
        `tokenizer.json: the ${role} must be an object, got ${describe(part)}.`,
      );
    }
  }

  /** What of a table the part is. */
  choose<T>(table: Readonly<Record<string, T>>): T {
    const { type } = this.#part;
    if (typeof type !== 'string' || !Object.hasOwn(table, type)) {
      throw new AttentionError(
        'file-format',
        `tokenizer.json: the ${this.#role} must be one of ${Object.keys(table).join(', ')}, got ${describe(type)}.`,
      );
    }
    return table[type] as T;
  }

  wrong(name: string, expected: string): AttentionError {
    return new AttentionError(
      'file-format',
      `tokenizer.json: ${name} of the ${this.#role} ${describe(this.#part.type)} must be ${expected}, got ${describe(this.#part[name])}.`,
    );
  }

  value(name: string): unknown {
    return this.#part[name];
  }

  /** A setting that is on or off. */
  flag(name: string, whereAbsent: boolean): boolean {
    const value = this.#part[name] ?? whereAbsent;
    if (typeof value !== 'boolean') throw this.wrong(name, 'true or false');
    return value;
  }

  text(name: string, whereAbsent?: string): string {
    const value = this.#part[name] ?? whereAbsent;
    if (typeof value !== 'string') throw this.wrong(name, 'a string');
    return value;
  }

  character(name: string, whereAbsent?: string): string {
    const value = this.text(name, whereAbsent);
    if ([...value].length !== 1) throw this.wrong(name, 'one character');
    return value;
  }

  /** A whole number from `least` on. */
  count(name: string, least: number, whereAbsent?: number): number {
    const value = this.#part[name] ?? whereAbsent;
    if (!Number.isSafeInteger(value) || (value as number) < least) {
      throw this.wrong(name, `a whole number from ${least} on`);
    }
    return value as number;
  }

  /** One of several words. */
  choice<T extends string>(name: string, words: readonly T[], whereAbsent?: T): T {
    const value = this.#part[name] ?? whereAbsent;
    if (!words.includes(value as T)) throw this.wrong(name, `one of ${words.join(', ')}`);
    return value as T;
  }

  /** What finds a pattern: a string, or a regular expression. */
  finder(name: string): Finder {
    const pattern = this.#part[name];
    const finder = typeof pattern === 'object' && pattern !== null ? createFinder(pattern) : undefined;
    if (finder === undefined) throw this.wrong(name, 'a String or a Regex');
    return finder;
  }

  /** The parts that a sequence is of. */
  list(name: string): TokenizerPart[] {
    const value = this.#part[name];
    if (!Array.isArray(value)) throw this.wrong(name, 'a list');
    return value as TokenizerPart[];
  }
}
