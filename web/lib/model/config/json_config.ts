import { describe } from '../../arguments.js';
import { AttentionError } from '../../errors.js';
import type { Activation } from '../model_config.js';
import { ACTIVATIONS } from './activations.js';
import type { ConfigClass } from './config_classes.js';
import { isNothing, unreadKeys } from './unread_keys.js';

type Settings = Readonly<Record<string, unknown>>;

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const NO_CLASS: ConfigClass = { defaults: {}, aliases: {} };

/**
 * The settings of a config.json, each read by the type that it must have. A setting that is missing has the default of
 * its config class; null is none. It knows which of them were read.
 */
export class JsonConfig {
  readonly #settings: Settings;
  readonly #class: ConfigClass;
  /** What stands before a key in an error: the part's own, and a dot. */
  readonly #prefix: string;
  readonly #known = new Set<string>();
  readonly #parts = new Map<string, JsonConfig>();
  readonly #assumptions: string[] = [];
  readonly #defaulted = new Map<string, unknown>();

  constructor(json: unknown, configClass = NO_CLASS, prefix = '') {
    this.#prefix = prefix;
    this.#class = configClass;
    if (!isSettings(json)) {
      const name = prefix === '' ? 'it' : prefix.slice(0, -1);
      throw new AttentionError(
        'file-format',
        `config.json: ${name} must be an object, got ${describe(json)}.`,
      );
    }
    this.#settings = json;
  }

  unsupported(key: string, expected: string, value: unknown): AttentionError {
    return new AttentionError(
      'file-format',
      `config.json: ${this.#prefix}${key} must be ${expected}, got ${describe(value)}.`,
    );
  }

  /** Says what the file was taken for where it doesn't say itself. */
  assume(sentence: string): void {
    this.#assumptions.push(sentence);
  }

  get assumptions(): readonly string[] {
    return this.#assumptions;
  }

  /** The class's defaults that were read in place of settings that the file lacks, but those that are off. */
  get defaulted(): ReadonlyMap<string, unknown> {
    return this.#defaulted;
  }

  /** Whether the file has the setting itself, and not as null. */
  has(key: string): boolean {
    return this.#given(key) !== undefined && this.#given(key) !== null;
  }

  /** The value, null where the file says so; undefined where it is missing and the class has none. */
  value(key: string): unknown {
    const value = this.#given(key);
    if (value !== undefined) return value;
    const byDefault = this.#class.defaults[key] ?? undefined;
    if (!isNothing(byDefault)) this.#defaulted.set(key, byDefault);
    return byDefault;
  }

  number(key: string, otherwise?: number): number {
    const value = this.value(key) ?? otherwise;
    if (typeof value === 'string' && NUMBER.test(value)) return Number(value);
    if (typeof value !== 'number') throw this.unsupported(key, 'a number', this.value(key));
    return value;
  }

  /** A whole number from 1 to `most`. */
  size(key: string, most: number, otherwise?: number): number {
    const value = this.number(key, otherwise);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw this.unsupported(key, `a whole number from 1 to ${most}`, value);
  }

  /** Whether it is true; null is false, as in Python. */
  boolean(key: string, otherwise?: boolean): boolean {
    const value = this.#given(key) === null ? false : (this.value(key) ?? otherwise);
    if (typeof value !== 'boolean') throw this.unsupported(key, 'true or false', this.value(key));
    return value;
  }

  text(key: string, otherwise?: string): string {
    const value = this.value(key) ?? otherwise;
    if (typeof value !== 'string') throw this.unsupported(key, 'a string', this.value(key));
    return value;
  }

  /** A part of the config that is an object; undefined where it is missing, null or empty. */
  part(key: string): JsonConfig | undefined {
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    const value = this.value(key) ?? undefined;
    if (value === undefined) return undefined;
    if (!isSettings(value)) throw this.unsupported(key, 'an object', value);
    if (Object.keys(value).length === 0) return undefined;
    const part = new JsonConfig(value, NO_CLASS, `${this.#prefix}${key}.`);
    this.#parts.set(key, part);
    return part;
  }

  activation(key: string): Activation {
    const name = this.text(key);
    if (!Object.hasOwn(ACTIVATIONS, name)) {
      throw this.unsupported(key, `one of ${Object.keys(ACTIVATIONS).join(', ')}`, name);
    }
    return ACTIVATIONS[name] as Activation;
  }

  /**
   * Refuses settings that change the mathematics and aren't supported: each may be missing, null or as
   * given, or nothing at all where undefined is.
   */
  refuseUnless(expected: Readonly<Record<string, unknown>>): void {
    for (const [key, only] of Object.entries(expected)) {
      const value = this.#given(key);
      const isFine = value === only || value === undefined || value === null;
      if (!isFine && !(only === undefined && isNothing(value))) {
        throw this.unsupported(key, only === undefined ? 'left out' : describe(only), value);
      }
    }
  }

  /** Settings that change nothing, whatever they are. */
  ignore(...keys: readonly string[]): void {
    for (const key of keys) this.#known.add(key);
  }

  /**
   * The settings that nobody read, those of parts by their whole names.
   *
   * @throws AttentionError naming one that may change the mathematics
   */
  unreadKeys(isHarmless: (key: string) => boolean): string[] {
    const own = Object.entries(this.#settings).map(([key, value]) => [this.#prefix + key, value] as const);
    const isKnown = (whole: string) => {
      const key = whole.slice(this.#prefix.length);
      return this.#known.has(key) || isHarmless(key);
    };
    const parts = [...this.#parts.values()].flatMap((part) => part.unreadKeys(() => false));
    return [...unreadKeys('config.json', own, isKnown), ...parts];
  }

  /** What the file says, by the class's name of the setting or another. */
  #given(key: string): unknown {
    this.#known.add(key);
    let value = Object.hasOwn(this.#settings, key) ? this.#settings[key] : undefined;
    for (const [alias, name] of Object.entries(this.#class.aliases)) {
      if (name !== key) continue;
      this.#known.add(alias);
      if (Object.hasOwn(this.#settings, alias)) value = this.#settings[alias];
    }
    return value;
  }
}
