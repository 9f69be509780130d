import { find } from './find.js';
import { megabytes } from '../element/words.js';
import type { LoadProgress } from '../lib/index.js';

/** The line that says how the model is: on its way, there, or why not. It has one button at most. */
export class Status {
  readonly #words = find<HTMLElement>('#status-words');
  readonly #numbers = find<HTMLElement>('#status-numbers');
  readonly #bar = find<HTMLProgressElement>('#status-bar');
  readonly #button = find<HTMLButtonElement>('#status-action');
  #action: (() => void) | undefined;

  constructor() {
    this.#button.addEventListener('click', () => this.#action?.());
  }

  say(words: string, button?: { label: string; action: () => void }): void {
    this.#announce(words);
    this.#numbers.textContent = '';
    this.#bar.hidden = true;
    this.#offer(button);
  }

  /** How far a model has come, and how much memory it takes where that is known. */
  progress({ loaded, total, memoryBytes }: LoadProgress, onCancel: () => void): void {
    const memory = memoryBytes === undefined ? '' : `, for ${megabytes(memoryBytes)} MB of memory`;
    const numbers = `${megabytes(loaded)} of ${megabytes(total)} MB${memory}`;
    this.#advance('Loading the model', numbers, loaded / total, onCancel);
  }

  /** How many of all steps are done. */
  count(words: string, done: number, all: number, onCancel: () => void): void {
    this.#advance(words, `${done} of ${all}`, done / all, onCancel);
  }

  #advance(words: string, numbers: string, share: number, onCancel: () => void): void {
    this.#announce(words);
    this.#numbers.textContent = `: ${numbers}`;
    this.#bar.hidden = false;
    this.#bar.value = Number.isFinite(share) ? share : 0;
    this.#offer({ label: 'Cancel', action: onCancel });
  }

  /** The words are read aloud when they change; the numbers, which change all the time, are not. */
  #announce(words: string): void {
    if (this.#words.textContent !== words) this.#words.textContent = words;
  }

  #offer(button: { label: string; action: () => void } | undefined): void {
    this.#action = button?.action;
    const hadFocus = document.activeElement === this.#button;
    this.#button.hidden = button === undefined;
    if (button !== undefined) this.#button.textContent = button.label;
    else if (hadFocus) find<HTMLElement>('#text').focus();
  }
}
