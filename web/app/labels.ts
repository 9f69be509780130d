import type { Token } from '../lib/index.js';
import { isAdded, isPiece, labelText } from './token_label.js';

/** The least distance between two labels, in CSS pixels. */
const SPACING = 15;

/** The labels of one side of the map. Where they would touch, only some are shown; the chosen one always is. */
export class Labels {
  #tokens: readonly Token[] = [];
  #length = 0;

  constructor(
    readonly root: HTMLElement,
    readonly side: 'left' | 'top',
  ) {}

  /** Labels for tokens spread over `length` CSS pixels. */
  show(tokens: readonly Token[], length: number, chosen: number): void {
    this.#tokens = tokens;
    this.#length = length;
    const step = Math.max(1, Math.ceil((SPACING * tokens.length) / length));
    const shown = tokens.map((_, index) => index).filter((index) => index % step === 0);
    this.root.replaceChildren(...shown.map((index) => this.#label(index)));
    this.choose(chosen);
  }

  choose(index: number): void {
    for (const label of this.root.querySelectorAll('.chosen')) {
      if (label.classList.contains('extra')) label.remove();
      label.classList.remove('chosen');
    }
    if (this.#tokens[index] === undefined) return;
    const near = (SPACING * this.#tokens.length) / this.#length;
    for (const label of this.root.querySelectorAll<HTMLElement>('span')) {
      const distance = Math.abs(Number(label.dataset.index) - index);
      label.hidden = distance > 0 && distance < near;
    }
    let label = this.root.querySelector<HTMLElement>(`[data-index="${index}"]`);
    if (label === null) {
      label = this.#label(index);
      label.classList.add('extra');
      this.root.append(label);
    }
    label.classList.add('chosen');
  }

  #label(index: number): HTMLElement {
    const token = this.#tokens[index] as Token;
    const label = document.createElement('span');
    label.dir = 'auto';
    label.dataset.index = String(index);
    label.textContent = labelText(this.#tokens, index);
    label.classList.toggle('added', isAdded(token));
    label.classList.toggle('piece', isPiece(this.#tokens, index));
    const middle = `${((index + 0.5) / this.#tokens.length) * 100}%`;
    label.style[this.side === 'left' ? 'top' : 'left'] = middle;
    return label;
  }
}
