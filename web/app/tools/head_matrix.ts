import { show } from '../../element/canvas.js';
import { make } from '../../element/make.js';
import type { HeadPlace, Tensor } from '../../lib/index.js';
import type { Page } from './tool.js';

/** The side of a cell in CSS pixels. */
const CELL = 20;

/** One number for every head, [layers, heads], as a small map that a click chooses from. */
export async function headMatrix(
  page: Page,
  values: Tensor,
  describe: (value: number) => string,
): Promise<HTMLElement> {
  const [layers, heads] = values.shape as [number, number];
  const canvas = make('canvas', { class: 'head-matrix', 'aria-hidden': 'true' });
  const [width, height] = [heads * CELL, layers * CELL];
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const size = [width, height].map((length) => Math.round(length * devicePixelRatio)) as [number, number];
  show(canvas, await page.explorer.paint(values, ...size, page.theme, 'diverging'));
  const words = make('p', { class: 'quiet', 'aria-hidden': 'true' }, 'Rows are layers, columns are heads.');
  const at = ({ offsetX, offsetY }: MouseEvent): HeadPlace => ({
    layer: Math.min(layers - 1, Math.max(0, Math.floor(offsetY / CELL))),
    head: Math.min(heads - 1, Math.max(0, Math.floor(offsetX / CELL))),
  });
  canvas.addEventListener('pointermove', (event) => {
    const { layer, head } = at(event);
    words.textContent = `Layer ${layer}, head ${head}: ${describe(values.data[layer * heads + head] as number)}`;
  });
  canvas.addEventListener('click', (event) => page.choose(at(event)));
  return make('div', { class: 'scroll' }, canvas, words);
}
