/** A set of characters that is asked often: one bit for each of the Basic Multilingual Plane, ranges beyond. */
export class CharacterSet {
  readonly #basic = new Uint8Array(0x10000);
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** @param packed lengths in turns, in base 36: of what isn't in the set, and of what is */
  constructor(packed: string) {
    let end = 0;
    packed.split(' ').forEach((length, i) => {
      const start = end;
      end += Number.parseInt(length, 36);
      if (i % 2 === 0) return;
      this.#basic.fill(1, start, Math.min(end, 0x10000));
      if (end <= 0x10000) return;
      this.#starts.push(start);
      this.#ends.push(end);
    });
  }

  has(code: number): boolean {
    if (code < 0x10000) return this.#basic[code] === 1;
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ends[middle] as number) <= code) low = middle + 1;
      else high = middle;
    }
    return low < this.#starts.length && (this.#starts[low] as number) <= code;
  }
}

/** Makes something where it is first asked for. */
export function whenAsked<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
