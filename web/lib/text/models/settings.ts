import { unsupportedTokenizer, type TokenizerJson } from '../tokenizer_json.js';

/** The part of a tokenizer.json that cuts words into pieces. */
export type ModelJson = NonNullable<TokenizerJson['model']>;

/** The settings of a model, each checked as it is read. */
export class ModelSettings {
  readonly #json: ModelJson;

  constructor(json: ModelJson) {
    this.#json = json;
  }

  /** A setting that is on or off; off where it is null or left out. */
  flag(name: string): boolean {
    const value = this.#json[name] ?? false;
    if (typeof value !== 'boolean') throw wrongSetting(name, 'true or false', value);
    return value;
  }

  text(name: string): string | undefined;
  text(name: string, whereAbsent: string): string;
  text(name: string, whereAbsent?: string): string | undefined {
    const value = this.#json[name] ?? whereAbsent;
    if (value !== undefined && typeof value !== 'string') throw wrongSetting(name, 'a string', value);
    return value;
  }

  /** A whole number, at least 0. */
  count(name: string): number | undefined;
  count(name: string, whereAbsent: number): number;
  count(name: string, whereAbsent?: number): number | undefined {
    const value = this.#json[name] ?? whereAbsent;
    if (value !== undefined && !(Number.isSafeInteger(value) && (value as number) >= 0)) {
      throw wrongSetting(name, 'a whole number', value);
    }
    return value as number | undefined;
  }

  /** Refuses a setting that isn't among those of its type, unless it says nothing. */
  requireKnown(names: readonly string[]): void {
    for (const [name, value] of Object.entries(this.#json)) {
      const isSilent = value === null || value === undefined || value === false;
      if (name === 'type' || names.includes(name) || isSilent) continue;
      throw wrongSetting(name, 'left out', value);
    }
  }
}

export function wrongSetting(name: string, expected: string, value: unknown) {
  return unsupportedTokenizer(`the model's ${name}`, expected, value);
}
