import { make } from '../../element/make.js';
import type { HeadPlace } from '../../lib/index.js';

/** One bar: what it stands for, how long it is, and the head that it chooses. */
export interface Bar {
  words: string;
  value: number;
  place?: HeadPlace;
}

/** Bars to the right of a middle line for what adds and to the left for what takes away. */
export function barList(
  bars: readonly Bar[],
  choose: (place: HeadPlace) => void,
  label: string,
): HTMLElement {
  const largest = bars.reduce((max, { value }) => Math.max(max, Math.abs(value)), 0) || 1;
  const rows = bars.map(({ words, value, place }) => {
    const name = place === undefined ? make('span', {}, words) : make('button', { type: 'button' }, words);
    if (place !== undefined) name.addEventListener('click', () => choose(place));
    const bar = make('span', { class: value < 0 ? 'bar less' : 'bar', 'aria-hidden': 'true' });
    bar.style.setProperty('--part', String(Math.abs(value) / largest));
    const number = make('span', { class: 'number' }, `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`);
    return make('li', {}, name, bar, number);
  });
  return make('ol', { class: 'bar-list', 'aria-label': label }, ...rows);
}
