import { AttentionError } from './errors.js';

const abandoned = new FinalizationRegistry<() => void>((release) => release());

/**
 * Something that holds the program's memory until it is disposed. Forgotten ones are disposed of when they are
 * collected, which may be late.
 */
export abstract class Handle {
  #release: (() => void) | undefined;

  /** @internal `release` gives the memory back; it must not hold on to the handle. */
  protected constructor(release: () => void) {
    this.#release = release;
    abandoned.register(this, release, this);
    if (Symbol.dispose !== undefined) {
      Object.defineProperty(this, Symbol.dispose, { value: () => this.dispose() });
    }
  }

  /** @internal Throws where the handle was disposed; `what` names it. */
  protected requireAlive(what: string): void {
    if (this.#release === undefined) throw new AttentionError('disposed', `${what} was disposed.`);
  }

  /** Gives the memory back. A second call does nothing. */
  dispose(): void {
    if (this.#release === undefined) return;
    abandoned.unregister(this);
    this.#release();
    this.#release = undefined;
  }
}
