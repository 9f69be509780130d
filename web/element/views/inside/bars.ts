import { nextTurn } from '../../../lib/turns.js';
import { Corners } from '../../corners.js';
import { make } from '../../make.js';
import { fitToScreen } from '../fit_to_screen.js';

/** Numbers as bars up and down from a middle line; the one under the pointer can be asked for. */
export class Bars {
  readonly root: HTMLElement;
  readonly #canvas = make('canvas', { 'aria-hidden': 'true' });
  readonly #corners = new Corners();
  #values: Float32Array = new Float32Array(0);
  #largest = 0;
  #chosen = -1;

  constructor(
    readonly role: 'query' | 'key' | 'value' | 'plain',
    readonly onPoint?: (index: number | undefined) => void,
  ) {
    this.root = make('div', { class: `bars ${role}` }, this.#canvas, ...this.#corners.marks);
    this.root.addEventListener('pointermove', (event) => this.onPoint?.(this.indexAt(event)));
    this.root.addEventListener('pointerleave', () => this.onPoint?.(undefined));
    // Many are laid out together.
    new ResizeObserver(() => void nextTurn().then(() => this.#draw())).observe(this.#canvas);
  }

  /** The index of the number that a pointer is at. */
  indexAt(event: MouseEvent): number {
    const index = Math.floor(this.#corners.place(event).x * this.#values.length);
    return Math.min(this.#values.length - 1, Math.max(0, index));
  }

  /** Shows numbers on a scale that ends at `largest`; chosen is drawn stronger than the others. */
  show(values: Float32Array, largest: number, chosen = -1): void {
    this.#values = values;
    this.#largest = largest;
    this.#chosen = chosen;
    this.#draw();
  }

  #draw(): void {
    const context = this.#canvas.getContext('2d');
    fitToScreen(this.#canvas);
    if (context === null || this.#canvas.width === 0) return;
    const { color } = getComputedStyle(this.#canvas);
    const [columns, rows] = [this.#canvas.width, this.#canvas.height];
    const pitch = columns / this.#values.length;
    const signed = this.#values.some((value) => value < 0);
    const base = signed ? rows / 2 : rows;
    context.fillStyle = color;
    this.#values.forEach((value, i) => {
      context.globalAlpha = this.#chosen === -1 || this.#chosen === i ? 1 : 0.45;
      const size = this.#largest > 0 ? (Math.abs(value) / this.#largest) * base : 0;
      const left = Math.round(i * pitch);
      const right = Math.max(left + 1, Math.round((i + 1) * pitch) - (pitch > 3 ? 1 : 0));
      context.fillRect(left, value < 0 ? base : base - size, right - left, Math.max(size, 0.5));
    });
    context.globalAlpha = 0.4;
    context.fillRect(0, Math.min(rows - 1, Math.floor(base)), columns, 1);
  }
}

/** The largest absolute value of several lists of numbers. */
export function largestOf(...lists: readonly Float32Array[]): number {
  return lists.reduce(
    (largest, list) => list.reduce((max, value) => Math.max(max, Math.abs(value) || 0), largest),
    0,
  );
}
