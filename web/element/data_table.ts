import { make } from './make.js';
import { labelText } from './token_label.js';
import { rowOf, type Shown } from './view.js';
import { decimal, percentage } from './words.js';

export { default as TABLE_CSS } from './data_table.css';

/** The chosen query's row as a table: every key with its share, weight and score. */
export function dataTable({ info, result, cell }: Shown): HTMLElement {
  const count = info.keyTokens.length;
  const weights = rowOf(result.weights, cell.query, count);
  const scores = result.scores && rowOf(result.scores, cell.query, count);
  const heads = ['Key', 'Share', 'Weight', ...(scores === undefined ? [] : ['Score'])];
  const rows = [...weights].map((weight, key) => {
    const score = scores === undefined ? [] : [decimal(scores[key] as number)];
    const cells = [percentage(weight), decimal(weight), ...score].map((words) => make('td', {}, words));
    return make(
      'tr',
      {},
      make('th', { scope: 'row', dir: 'auto' }, labelText(info.keyTokens, key)),
      ...cells,
    );
  });
  const caption = make('caption', {}, `What “${labelText(info.tokens, cell.query)}” looks at`);
  const head = make(
    'thead',
    {},
    make('tr', {}, ...heads.map((words) => make('th', { scope: 'col' }, words))),
  );
  return make('table', {}, caption, head, make('tbody', {}, ...rows));
}
