import type { Token } from '../lib/index.js';
import type { Span } from './head_source.js';
import { make } from './make.js';
import { isAdded, isPiece, labelText } from './token_label.js';

/** The least distance between two labels, in CSS pixels. */
const SPACING = 15;

/** What is written for a token, with quiet marks for pieces of words and for what the model added. */
export function tokenElement(
  tokens: readonly Token[],
  index: number,
  name: 'span' | 'bdi' = 'span',
): HTMLElement {
  const element = make(name, { dir: 'auto' }, labelText(tokens, index));
  element.classList.toggle('added', isAdded(tokens[index] as Token));
  element.classList.toggle('piece', isPiece(tokens, index));
  return element;
}

/** The labels of one side of the map. Where they would touch, only some are shown; the chosen one always is. */
export class Labels {
  readonly root: HTMLElement;
  #tokens: readonly Token[] = [];
  #span: Span = [0, 0];
  #length = 0;

  constructor(readonly side: 'row' | 'column') {
    this.root = make('div', { class: `${side}-labels`, 'aria-hidden': 'true' });
  }

  /** Labels for a span of tokens, spread over `length` CSS pixels. */
  show(tokens: readonly Token[], span: Span, length: number, chosen: number): void {
    this.#tokens = tokens;
    this.#span = span;
    this.#length = length;
    const [first, count] = span;
    const step = Math.max(1, Math.ceil((SPACING * count) / length));
    const shown = Array.from({ length: count }, (_, i) => first + i).filter((index) => index % step === 0);
    this.root.replaceChildren(...shown.map((index) => this.#label(index)));
    this.choose(chosen);
  }

  choose(index: number): void {
    for (const label of this.root.querySelectorAll('.chosen')) {
      if (label.classList.contains('extra')) label.remove();
      label.classList.remove('chosen');
    }
    const [first, count] = this.#span;
    const near = (SPACING * count) / this.#length;
    for (const label of this.root.querySelectorAll<HTMLElement>('span')) {
      const distance = Math.abs(Number(label.dataset.index) - index);
      label.hidden = distance > 0 && distance < near;
    }
    if (index < first || index >= first + count) return;
    let label = this.root.querySelector<HTMLElement>(`[data-index="${index}"]`);
    if (label === null) {
      label = this.#label(index);
      label.classList.add('extra');
      this.root.append(label);
    }
    label.classList.add('chosen');
  }

  #label(index: number): HTMLElement {
    const label = tokenElement(this.#tokens, index);
    label.dataset.index = String(index);
    const [first, count] = this.#span;
    label.style[this.side === 'row' ? 'top' : 'left'] = `${((index - first + 0.5) / count) * 100}%`;
    return label;
  }
}
