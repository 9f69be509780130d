/** For each UTF-16 unit of a text, where the character that it belongs to begins and ends in the person's own text. */
interface Places {
  starts: ArrayLike<number>;
  ends: ArrayLike<number>;
  /** Where in these lists the text begins. */
  first: number;
}

/** One code point of a text as a normal form or a normaliser gives it. */
export interface Change {
  character: string;
  /**
   * Which characters of the text before it stands for, as the Rust library counts them: 0 for the next one, −n for the
   * next one and n more behind it, 1 for none, so that it has the place of the character before it.
   */
  change: number;
}

/**
 * A text on its way to tokens, and where everything in it came from: places [start, end) in the person's own text, in
 * UTF-16 units. It never changes; what changes a text makes another.
 */
export class PlacedText {
  readonly text: string;
  readonly #start: number;
  /** Left out where the text is as it stands in the person's, from `#start` on. */
  readonly #places: Places | undefined;

  private constructor(text: string, start: number, places?: Places) {
    this.text = text;
    this.#start = start;
    this.#places = places;
  }

  /** A text that stands in the person's own at `start`. */
  static from(text: string, start = 0): PlacedText {
    return new PlacedText(text, start);
  }

  /** A text each unit of which has a place of its own. */
  static placed(text: string, starts: ArrayLike<number>, ends: ArrayLike<number>): PlacedText {
    return new PlacedText(text, starts[0] ?? 0, { starts, ends, first: 0 });
  }

  /** Where the character of a unit begins in the person's text. */
  startOf(unit: number): number {
    if (this.#places === undefined) return this.#start + unit;
    const { starts, first } = this.#places;
    return starts[first + unit] as number;
  }

  /** Where what comes before a unit ends in the person's text. */
  endBefore(unit: number): number {
    if (this.#places === undefined || unit === 0) return this.#start + unit;
    const { ends, first } = this.#places;
    return ends[first + unit - 1] as number;
  }

  /** The piece [first, end) of it. */
  slice(first: number, end: number): PlacedText {
    if (first === 0 && end === this.text.length) return this;
    const places = this.#places && { ...this.#places, first: this.#places.first + first };
    return new PlacedText(this.text.slice(first, end), this.startOf(first), places);
  }

  /** Other characters in the places of these, each of as many units. */
  respelt(text: string): PlacedText {
    return text === this.text ? this : new PlacedText(text, this.#start, this.#places);
  }

  /** What it becomes by changes that take its characters one after another. */
  changed(changes: Iterable<Change>): PlacedText {
    const made = new PlacedTextBuilder();
    const begin = this.startOf(0);
    let start = begin;
    let end = begin;
    let at = 0;
    for (const { character, change } of changes) {
      if (change <= 0) {
        const next = afterCharacter(this.text, at);
        [start, end] = [this.startOf(at), this.endBefore(next)];
        at = next;
      } else if (at > 0) {
        [start, end] = [this.startOf(beforeCharacter(this.text, at)), this.endBefore(at)];
      }
      for (let passed = change; passed < 0; ++passed) at = afterCharacter(this.text, at);
      made.add(character, start, end);
    }
    return made.build();
  }

  /** With something before it, which has the place of its first character. */
  prepended(prefix: string): PlacedText {
    if (this.text === '') return this;
    const made = new PlacedTextBuilder();
    made.add(prefix, this.startOf(0), this.endBefore(afterCharacter(this.text, 0)));
    made.copy(this, 0, this.text.length);
    return made.build();
  }
}

/** Puts a placed text together of pieces. */
export class PlacedTextBuilder {
  #text = '';
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** What stands for [start, end) of the person's text. */
  add(text: string, start: number, end: number): void {
    this.#text += text;
    for (let unit = 0; unit < text.length; ++unit) {
      this.#starts.push(start);
      this.#ends.push(end);
    }
  }

  /** A piece of another text as it is. */
  copy(from: PlacedText, first: number, end: number): void {
    for (let at = first, next; at < end; at = next) {
      next = Math.min(afterCharacter(from.text, at), end);
      const [startOf, endOf] = [from.startOf(at), from.endBefore(next)];
      for (let unit = at; unit < next; ++unit) {
        this.#starts.push(startOf);
        this.#ends.push(endOf);
      }
    }
    this.#text += from.text.slice(first, end);
  }

  build(): PlacedText {
    return PlacedText.placed(this.#text, this.#starts, this.#ends);
  }
}

/** The unit behind the character that begins at one. */
export function afterCharacter(text: string, at: number): number {
  const isPair = (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
  return at + (isPair ? 2 : 1);
}

/** The unit at which the character begins that ends before one. */
export function beforeCharacter(text: string, end: number): number {
  return end >= 2 && afterCharacter(text, end - 2) === end ? end - 2 : end - 1;
}
