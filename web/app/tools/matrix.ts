import { show } from '../../element/canvas.js';
import { Corners } from '../../element/corners.js';
import { make } from '../../element/make.js';
import type { Tensor } from '../../lib/index.js';
import type { Page } from './tool.js';

/** A matrix as a picture, of which a pointer asks for cells. */
export interface Matrix {
  root: HTMLElement;
  /** The row and column of the cell that a pointer is at. */
  at(event: MouseEvent): [row: number, column: number];
}

/** Paints values, [rows, columns], so large in CSS pixels. */
export async function matrix(
  page: Page,
  values: Tensor,
  size: { width: number; height: number },
  colours: 'linear' | 'diverging',
): Promise<Matrix> {
  const canvas = make('canvas', { 'aria-hidden': 'true' });
  const corners = new Corners();
  const root = make('div', { class: 'head-matrix' }, canvas, ...corners.marks);
  root.style.width = `${size.width}px`;
  root.style.height = `${size.height}px`;
  const pixels = (length: number) => Math.round(length * devicePixelRatio);
  show(
    canvas,
    await page.explorer.paint(values, pixels(size.width), pixels(size.height), page.theme, colours),
  );
  const [rows, columns] = values.shape as [number, number];
  const cell = (share: number, count: number) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
  return {
    root,
    at(event) {
      const { x, y } = corners.place(event);
      return [cell(y, rows), cell(x, columns)];
    },
  };
}
