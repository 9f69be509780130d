import { make } from '../../element/make.js';
import type { HeadPlace, Tensor } from '../../lib/index.js';
import { matrix } from './matrix.js';
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
  const size = { width: heads * CELL, height: layers * CELL };
  const picture = await matrix(page, values, size, 'diverging');
  const words = make('p', { class: 'quiet', 'aria-hidden': 'true' }, 'Rows are layers, columns are heads.');
  const at = (event: MouseEvent): HeadPlace => {
    const [layer, head] = picture.at(event);
    return { layer, head };
  };
  picture.root.addEventListener('pointermove', (event) => {
    const { layer, head } = at(event);
    words.textContent = `Layer ${layer}, head ${head}: ${describe(values.data[layer * heads + head] as number)}`;
  });
  picture.root.addEventListener('click', (event) => page.choose(at(event)));
  return make('div', { class: 'scroll' }, picture.root, words);
}
