/** Words by their beginnings: finds all those that a text goes on with at a place, in one walk. */
export class Trie {
  /** The child of a node by a UTF-16 unit, as one key. Node 0 is the root. */
  readonly #children = new Map<number, number>();
  /** The value of the word that ends at a node. */
  readonly #values: (number | undefined)[] = [undefined];

  /** A word that is there already takes the new value. */
  set(word: string, value: number): void {
    let node = 0;
    for (let at = 0; at < word.length; ++at) {
      const key = node * 0x10000 + word.charCodeAt(at);
      let child = this.#children.get(key);
      if (child === undefined) {
        child = this.#values.push(undefined) - 1;
        this.#children.set(key, child);
      }
      node = child;
    }
    this.#values[node] = value;
  }

  /** Calls back with the value and the end of each word that stands in the text at `start`, the shortest first. */
  forEachFrom(text: string, start: number, found: (value: number, end: number) => void): void {
    let node = 0;
    for (let at = start; at < text.length; ++at) {
      const child = this.#children.get(node * 0x10000 + text.charCodeAt(at));
      if (child === undefined) return;
      node = child;
      const value = this.#values[node];
      if (value !== undefined) found(value, at + 1);
    }
  }
}
