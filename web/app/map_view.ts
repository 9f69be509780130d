import type { Picture, Token } from '../lib/index.js';
import { find, show } from './canvas.js';
import { DeviceSize } from './device_size.js';
import { Labels } from './labels.js';
import type { Cell } from './readout.js';

/** The first cell and how many. */
type Span = readonly [number, number];

/** The chosen head's map: rows are queries, columns are keys. Pointer, touch and keys choose a cell. */
export class MapView {
  readonly #plane: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #rows: Labels;
  readonly #columns: Labels;
  readonly #outlines: Record<'row' | 'column' | 'cell', HTMLElement>;
  /** The map's size in device pixels. */
  readonly size: DeviceSize;
  #count = 0;
  #cell: Cell = { query: 10, key: 2 };

  constructor(
    root: HTMLElement,
    readonly onChoose: (cell: Cell) => void,
    /** The map has another size now, also at first. */
    onResize: () => void,
  ) {
    this.#plane = find('.plane', root);
    this.#canvas = find('canvas', root);
    this.#rows = new Labels(find('.row-labels', root), 'left');
    this.#columns = new Labels(find('.column-labels', root), 'top');
    this.#outlines = {
      row: find('.row-outline', root),
      column: find('.column-outline', root),
      cell: find('.cell-outline', root),
    };
    this.size = new DeviceSize(this.#canvas, onResize);
    this.#plane.addEventListener('pointerdown', (event) => this.#point(event));
    this.#plane.addEventListener('pointermove', (event) => this.#point(event));
    this.#plane.addEventListener('keydown', (event) => this.#press(event));
  }

  /** The element that takes the keys. */
  get plane(): HTMLElement {
    return this.#plane;
  }

  get cell(): Cell {
    return this.#cell;
  }

  show(picture: Picture, tokens: readonly Token[]): void {
    show(this.#canvas, picture);
    const { query, key } = this.#cell;
    const last = tokens.length - 1;
    this.#count = tokens.length;
    this.#cell = { query: Math.min(query, last), key: Math.min(key, last) };
    this.#rows.show(tokens, this.size.css.height, this.#cell.query);
    this.#columns.show(tokens, this.size.css.width, this.#cell.key);
    this.#outline();
  }

  choose(cell: Cell): void {
    if (cell.query === this.#cell.query && cell.key === this.#cell.key) return;
    this.#cell = cell;
    this.#rows.choose(cell.query);
    this.#columns.choose(cell.key);
    this.#outline();
    this.onChoose(cell);
  }

  /**
   * Outlines the chosen cell, its row and its column. They move by transforms, which shift no layout, and in pixels:
   * WebKit takes a share of an element's size as a share of whole pixels.
   */
  #outline(): void {
    const { width, height } = this.size.css;
    const place = (element: HTMLElement, [row, rows]: Span, [column, columns]: Span) => {
      const [x, y, w, h] = [column * width, row * height, columns * width, rows * height].map(
        (length) => `${length / this.#count}px`,
      );
      element.hidden = false;
      Object.assign(element.style, { width: w, height: h, transform: `translate(${x}, ${y})` });
    };
    const all: Span = [0, this.#count];
    const query: Span = [this.#cell.query, 1];
    const key: Span = [this.#cell.key, 1];
    place(this.#outlines.row, query, all);
    place(this.#outlines.column, all, key);
    place(this.#outlines.cell, query, key);
  }

  #point(event: PointerEvent): void {
    if (this.#count === 0) return;
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    const at = (offset: number, length: number) =>
      Math.min(this.#count - 1, Math.max(0, Math.floor((offset / length) * this.#count)));
    this.choose({ query: at(event.clientY - top, height), key: at(event.clientX - left, width) });
  }

  #press(event: KeyboardEvent): void {
    if (this.#count === 0) return;
    const last = this.#count - 1;
    const { query, key } = this.#cell;
    const moves: Record<string, [number, number]> = {
      ArrowUp: [query - 1, key],
      ArrowDown: [query + 1, key],
      ArrowLeft: [query, key - 1],
      ArrowRight: [query, key + 1],
      Home: [query, 0],
      End: [query, last],
      PageUp: [0, key],
      PageDown: [last, key],
    };
    const move = moves[event.key];
    if (move === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const [row, column] = move.map((index) => Math.min(last, Math.max(0, index))) as [number, number];
    this.choose({ query: row, key: column });
  }
}
