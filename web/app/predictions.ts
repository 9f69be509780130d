import { find } from './find.js';
import type { Prediction } from './predict.js';
import { tokenText } from '../element/token_label.js';
import { percentage } from '../element/words.js';

/** The tokens that may come next, how likely each is, and what taking heads out changed. */
export class Predictions {
  readonly #root = find<HTMLElement>('#next');
  readonly #list = find<HTMLOListElement>('ol', this.#root);
  readonly #goOn = find<HTMLButtonElement>('#go-on');
  readonly #stop = find<HTMLButtonElement>('#stop');

  #canGoOn = true;

  constructor(onGoOn: () => void, onStop: () => void) {
    this.#goOn.addEventListener('click', onGoOn);
    this.#stop.addEventListener('click', onStop);
  }

  /** Whether the model goes on with a text; ids are no text. */
  set canGoOn(can: boolean) {
    this.#canGoOn = can;
    if (this.#stop.hidden) this.#goOn.hidden = !can;
  }

  /** Whether the model is going on with the text. */
  set going(going: boolean) {
    const hadFocus = [this.#goOn, this.#stop].includes(document.activeElement as HTMLButtonElement);
    this.#goOn.hidden = going || !this.#canGoOn;
    this.#stop.hidden = !going;
    if (hadFocus) (going ? this.#stop : this.#goOn).focus();
  }

  show(predictions: readonly Prediction[] | undefined): void {
    this.#root.hidden = predictions === undefined;
    this.#list.replaceChildren(...(predictions ?? []).map((prediction) => this.#item(prediction)));
  }

  #item({ text, before, after }: Prediction): HTMLElement {
    const item = document.createElement('li');
    const token = document.createElement('bdi');
    token.textContent = tokenText({ text });
    const bar = document.createElement('progress');
    bar.value = after;
    bar.setAttribute('aria-hidden', 'true');
    const words = document.createElement('span');
    const moved = percentage(before) !== percentage(after);
    words.textContent = moved ? `${percentage(after)}, was ${percentage(before)}` : percentage(after);
    item.append(token, bar, words);
    return item;
  }
}
