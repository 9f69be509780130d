import type { Token } from '../lib/index.js';
import { tokenElement } from './labels.js';
import { make } from './make.js';
import { labelText } from './token_label.js';
import { rowOf, type Shown } from './view.js';
import { decimal, percentage } from './words.js';

/** How many keys a sentence names. */
const MOST_NAMED = 3;
/** A share that is too small to be named beside the largest. */
const LEAST_NAMED = 0.02;

/** The keys that a row gives most to, largest first. */
function strongest(row: Float32Array): number[] {
  const inOrder = [...row.keys()].sort((a, b) => (row[b] as number) - (row[a] as number));
  return inOrder.slice(0, MOST_NAMED).filter((key, i) => i === 0 || (row[key] as number) >= LEAST_NAMED);
}

function quoted(tokens: readonly Token[], index: number, role: 'query' | 'key'): HTMLElement {
  return make('span', { class: role }, '“', tokenElement(tokens, index, 'bdi'), '”');
}

/** What the chosen query looks at, in one sentence: “it” gives 43% of its attention to “cat”, 12% to “tired”. */
export function rowSentence({ info, result, cell }: Shown): (Node | string)[] {
  const row = rowOf(result.weights, cell.query, info.keyTokens.length);
  const query = quoted(info.tokens, cell.query, 'query');
  const [first, ...others] = strongest(row);
  const share = (key: number) => row[key] as number;
  if (first === undefined || share(first) === 0)
    return [query, ' gives its attention to nothing it may see.'];
  if (Number.isNaN(share(first))) return [query, ' has no weights: something it sees is not a number.'];
  const words: (Node | string)[] = [
    query,
    ` gives ${percentage(share(first))} of its attention to `,
    quoted(info.keyTokens, first, 'key'),
  ];
  for (const key of others) words.push(`, ${percentage(share(key))} to `, quoted(info.keyTokens, key, 'key'));
  const isNamed = first === cell.key || others.includes(cell.key);
  if (!isNamed)
    words.push('; ', quoted(info.keyTokens, cell.key, 'key'), ` gets ${percentage(share(cell.key))}`);
  return [...words, '.'];
}

/** The chosen cell's numbers: what each is, and how it is written. */
export function cellNumbers({ info, result, cell }: Shown): [string, string][] {
  const { query, key } = cell;
  const count = info.keyTokens.length;
  const row = rowOf(result.weights, query, count);
  const weight = row[key] as number;
  const rank = row.filter((other) => other > weight).length + 1;
  const score = result.scores?.[query * count + key];
  return [
    ['Weight', decimal(weight)],
    ...(score === undefined ? [] : [['Score', decimal(score)] as [string, string]]),
    ['Rank', `${rank} of ${count}`],
  ];
}

/** The chosen cell in words, for who hears the map. */
export function cellWords({ info, result, cell }: Shown): string {
  const { query, key } = cell;
  const count = info.keyTokens.length;
  const isForbidden = result.masked?.[query * count + key] === -Infinity;
  const share = isForbidden ? 'may not look' : percentage(result.weights[query * count + key] as number);
  return `${labelText(info.tokens, query)} to ${labelText(info.keyTokens, key)}: ${share}`;
}
