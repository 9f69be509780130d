import { show } from '../canvas.js';
import { Corners } from '../corners.js';
import { DeviceSize } from '../device_size.js';
import type { MapPart, Span } from '../head_source.js';
import { Labels } from '../labels.js';
import { make } from '../make.js';
import { MapWindow } from '../map_window.js';
import { cellWords } from '../readout.js';
import type { Cell, Shown, View, ViewHost } from '../view.js';

/** How much one step of the wheel or a key zooms. */
const ZOOM = 0.8;

/** A head's map: rows are queries, columns are keys. Pointer, touch and keys choose a cell, zoom and pan. */
export class MapView implements View {
  readonly root: HTMLElement;
  readonly #canvas = make('canvas', { 'aria-hidden': 'true' });
  readonly #rows = new Labels('row');
  readonly #columns = new Labels('column');
  readonly #outlines = {
    row: make('div', { class: 'row-outline', hidden: true }),
    column: make('div', { class: 'column-outline', hidden: true }),
  };
  readonly #cell = make('div', { class: 'cell-outline', role: 'gridcell', id: 'cell' });
  readonly #row = make('div', { role: 'row' }, this.#cell);
  readonly #plane: HTMLElement;
  readonly #host: ViewHost;
  readonly #window = new MapWindow();
  readonly #size: DeviceSize;
  readonly #corners = new Corners();
  /** The pointers that are down, by where they are. */
  readonly #pointers = new Map<number, { x: number; y: number }>();
  #shown: Shown | undefined;

  constructor(host: ViewHost) {
    this.#host = host;
    this.#plane = make(
      'div',
      {
        class: 'plane',
        tabindex: '0',
        role: 'grid',
        'aria-label': 'Attention map: rows are queries, columns are keys',
        'aria-activedescendant': 'cell',
      },
      this.#canvas,
      this.#outlines.row,
      this.#outlines.column,
      this.#row,
      ...this.#corners.marks,
    );
    const corner = make(
      'p',
      { class: 'corner', 'aria-hidden': 'true' },
      make('span', { class: 'key' }, 'keys →'),
      make('span', { class: 'query' }, 'queries ↓'),
    );
    const map = make('div', { class: 'map' }, corner, this.#columns.root, this.#rows.root, this.#plane);
    this.root = make('div', { class: 'map-view' }, map);
    this.#size = new DeviceSize(this.#canvas, () => this.#host.redraw());
    this.#plane.addEventListener('pointerdown', (event) => this.#press(event));
    this.#plane.addEventListener('pointermove', (event) => this.#move(event));
    for (const name of ['pointerup', 'pointercancel', 'pointerleave'] as const) {
      this.#plane.addEventListener(name, ({ pointerId }) => this.#pointers.delete(pointerId));
    }
    this.#plane.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    this.#plane.addEventListener('keydown', (event) => this.#key(event));
  }

  part(numRows: number, numColumns: number): MapPart | null {
    this.#window.fit(numRows, numColumns);
    const { width, height } = this.#size;
    const { rows, columns } = this.#window;
    return width === 0 ? null : { width, height, rows, columns };
  }

  show(shown: Shown): void {
    this.#shown = shown;
    const { tokens, keyTokens } = shown.info;
    if (shown.result.picture !== undefined) show(this.#canvas, shown.result.picture);
    this.#plane.setAttribute('aria-rowcount', String(tokens.length));
    this.#plane.setAttribute('aria-colcount', String(keyTokens.length));
    this.#rows.show(tokens, this.#window.rows, this.#size.css.height, shown.cell.query);
    this.#columns.show(keyTokens, this.#window.columns, this.#size.css.width, shown.cell.key);
    this.#outline();
  }

  choose(cell: Cell): void {
    if (this.#shown === undefined) return;
    this.#shown = { ...this.#shown, cell };
    if (this.#window.reveal(cell.query, cell.key)) return this.#host.redraw();
    this.#rows.choose(cell.query);
    this.#columns.choose(cell.key);
    this.#outline();
  }

  /**
   * Outlines the chosen cell, its row and its column. They move by transforms, which shift no layout, and in pixels:
   * WebKit takes a share of an element's size as a share of whole pixels.
   */
  #outline(): void {
    if (this.#shown === undefined) return;
    const { query, key } = this.#shown.cell;
    const { rows, columns } = this.#window;
    const { width, height } = this.#size.css;
    const isIn = ([first, count]: Span, index: number) => index >= first && index < first + count;
    const place = (element: HTMLElement, isShown: boolean, row: Span, column: Span) => {
      const lengths = [
        ((column[0] - columns[0]) * width) / columns[1],
        ((row[0] - rows[0]) * height) / rows[1],
        (column[1] * width) / columns[1],
        (row[1] * height) / rows[1],
      ];
      const [x, y, w, h] = lengths.map((length) => `${length}px`);
      element.hidden = !isShown;
      Object.assign(element.style, { width: w, height: h, transform: `translate(${x}, ${y})` });
    };
    const [hasRow, hasColumn] = [isIn(rows, query), isIn(columns, key)];
    place(this.#outlines.row, hasRow, [query, 1], columns);
    place(this.#outlines.column, hasColumn, rows, [key, 1]);
    place(this.#cell, hasRow && hasColumn, [query, 1], [key, 1]);
    this.#row.setAttribute('aria-rowindex', String(query + 1));
    this.#cell.setAttribute('aria-colindex', String(key + 1));
    this.#cell.setAttribute('aria-label', cellWords(this.#shown));
  }

  #chooseAt({ x, y }: { x: number; y: number }): void {
    if (this.#shown === undefined) return;
    const at = (share: number, [first, count]: Span) =>
      first + Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    this.#host.choose({ query: at(y, this.#window.rows), key: at(x, this.#window.columns) });
  }

  #press(event: PointerEvent): void {
    this.#pointers.set(event.pointerId, this.#corners.place(event));
    if (this.#pointers.size === 1) this.#chooseAt(this.#corners.place(event));
  }

  #move(event: PointerEvent): void {
    const place = this.#corners.place(event);
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined || (this.#pointers.size === 1 && this.#window.isWhole))
      return this.#chooseAt(place);
    if (this.#pointers.size > 2) return;
    if (this.#pointers.size === 2) {
      const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1] as {
        x: number;
        y: number;
      };
      const spread = (point: { x: number; y: number }) => Math.hypot(point.x - other.x, point.y - other.y);
      const factor = spread(before) / spread(place);
      // Small steps add up until they are a cell.
      if (factor > ZOOM && factor < 1 / ZOOM) return;
      this.#zoom(factor, (place.x + other.x) / 2, (place.y + other.y) / 2);
    } else {
      const moved = [
        Math.trunc((before.y - place.y) * this.#window.rows[1]),
        Math.trunc((before.x - place.x) * this.#window.columns[1]),
      ] as const;
      if (moved[0] === 0 && moved[1] === 0) return;
      this.#window.pan(...moved);
      this.#host.redraw();
    }
    this.#pointers.set(event.pointerId, place);
  }

  #zoom(factor: number, x = 0.5, y = 0.5): void {
    this.#window.zoom(factor, x, y);
    this.#host.redraw();
  }

  /** A wheel belongs to the page until the map has the focus, or a key says that it is for the map. */
  #wheel(event: WheelEvent): void {
    const isFocused = this.#plane.matches(':focus');
    if (!event.ctrlKey && !isFocused) return;
    event.preventDefault();
    if (event.shiftKey)
      this.#window.pan(0, Math.sign(event.deltaY) * Math.ceil(this.#window.columns[1] / 10));
    else {
      const { x, y } = this.#corners.place(event);
      this.#window.zoom(event.deltaY < 0 ? ZOOM : 1 / ZOOM, x, y);
    }
    this.#host.redraw();
  }

  #key(event: KeyboardEvent): void {
    if (this.#shown === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    const { info, cell } = this.#shown;
    const last = { query: info.tokens.length - 1, key: info.keyTokens.length - 1 };
    const { query, key } = cell;
    const moves: Record<string, [number, number]> = {
      ArrowUp: [query - 1, key],
      ArrowDown: [query + 1, key],
      ArrowLeft: [query, key - 1],
      ArrowRight: [query, key + 1],
      Home: [query, 0],
      End: [query, last.key],
      PageUp: [0, key],
      PageDown: [last.query, key],
    };
    const zooms: Record<string, number> = { '+': ZOOM, '=': ZOOM, '-': 1 / ZOOM, '0': Infinity };
    const move = moves[event.key];
    const zoom = zooms[event.key];
    if (move === undefined && zoom === undefined) return;
    event.preventDefault();
    if (zoom !== undefined) return this.#zoom(zoom);
    const [row, column] = move as [number, number];
    this.#host.choose({
      query: Math.min(last.query, Math.max(0, row)),
      key: Math.min(last.key, Math.max(0, column)),
    });
  }
}
