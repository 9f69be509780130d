import { make } from '../element/make.js';
import type { ModelInfo } from '../lib/index.js';
import { find } from './find.js';

/** Shows what a model's files leave open, and what of them nothing here reads; hidden where there is neither. */
export function showFacts({ assumptions, unreadKeys }: ModelInfo): void {
  const root = find<HTMLDetailsElement>('#facts');
  root.hidden = assumptions.length === 0 && unreadKeys.length === 0;
  const keys = unreadKeys.flatMap((key, i) => [i === 0 ? '' : ', ', make('code', {}, key)]);
  const unread = keys.length === 0 ? [] : [make('p', {}, 'Keys that nothing here reads: ', ...keys, '.')];
  find<HTMLElement>('.content', root).replaceChildren(
    ...assumptions.map((sentence) => make('p', {}, sentence)),
    ...unread,
  );
}
