import type { Span } from './head_source.js';

/** The fewest cells along a side that zooming leaves. */
const FEWEST = 4;

/** The cells of a map that are shown: a whole number of rows and columns. */
export class MapWindow {
  rows: Span = [0, 0];
  columns: Span = [0, 0];
  #numRows = 0;
  #numColumns = 0;

  get isWhole(): boolean {
    return this.rows[1] === this.#numRows && this.columns[1] === this.#numColumns;
  }

  /** Takes a map of so many cells; another size shows all of it. */
  fit(numRows: number, numColumns: number): void {
    if (numRows === this.#numRows && numColumns === this.#numColumns) return;
    this.#numRows = numRows;
    this.#numColumns = numColumns;
    this.reset();
  }

  reset(): void {
    this.rows = [0, this.#numRows];
    this.columns = [0, this.#numColumns];
  }

  /** Shows `factor` times as many cells, the one at the given shares of the window where it was. */
  zoom(factor: number, x: number, y: number): void {
    const scale = ([first, count]: Span, all: number, at: number): Span => {
      // At least one cell more or less, or small windows would never change.
      const step =
        factor < 1
          ? Math.min(count - 1, Math.floor(count * factor))
          : Math.max(count + 1, Math.ceil(count * factor));
      const shown = Math.min(all, Math.max(Math.min(all, FEWEST), step));
      return within(Math.round(first + at * (count - shown)), shown, all);
    };
    this.rows = scale(this.rows, this.#numRows, y);
    this.columns = scale(this.columns, this.#numColumns, x);
  }

  /** Moves by so many cells. */
  pan(rows: number, columns: number): void {
    this.rows = within(this.rows[0] + rows, this.rows[1], this.#numRows);
    this.columns = within(this.columns[0] + columns, this.columns[1], this.#numColumns);
  }

  /** Moves to where the cell is seen; says whether it had to. */
  reveal(row: number, column: number): boolean {
    const [top, left] = [this.rows[0], this.columns[0]];
    const toward = ([first, count]: Span, at: number) =>
      Math.min(at, Math.max(first, at - count + 1)) - first;
    this.pan(toward(this.rows, row), toward(this.columns, column));
    return this.rows[0] !== top || this.columns[0] !== left;
  }
}

function within(first: number, count: number, all: number): Span {
  return [Math.min(all - count, Math.max(0, first)), count];
}
