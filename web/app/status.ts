import { find } from './canvas.js';
import { megabytes } from './words.js';

/** The line that says how the model is: on its way, there, or why not. It has one button at most. */
export class Status {
  readonly #words = find<HTMLElement>('#status-words');
  readonly #bar = find<HTMLProgressElement>('#status-bar');
  readonly #button = find<HTMLButtonElement>('#status-action');
  #action: (() => void) | undefined;

  constructor() {
    this.#button.addEventListener('click', () => this.#action?.());
  }

  say(words: string, button?: { label: string; action: () => void }): void {
    this.#words.textContent = words;
    this.#bar.hidden = true;
    this.#offer(button);
  }

  progress(loaded: number, total: number, onCancel: () => void): void {
    this.#words.textContent = `Loading the model: ${megabytes(loaded)} of ${megabytes(total)} MB`;
    this.#bar.hidden = false;
    this.#bar.value = total > 0 ? loaded / total : 0;
    this.#offer({ label: 'Cancel', action: onCancel });
  }

  #offer(button: { label: string; action: () => void } | undefined): void {
    this.#action = button?.action;
    this.#button.hidden = button === undefined;
    if (button !== undefined) this.#button.textContent = button.label;
  }
}
