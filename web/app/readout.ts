import type { Token } from '../lib/index.js';
import { find } from './canvas.js';
import { isPiece, labelText } from './token_label.js';
import { decimal, percentage } from './words.js';

/** A cell of the map. */
export interface Cell {
  query: number;
  key: number;
}

/** Says in words what the chosen cell of a map holds. */
export class Readout {
  readonly #sentence: HTMLElement;
  readonly #list: HTMLElement;

  constructor(root: HTMLElement) {
    this.#sentence = find('.sentence', root);
    this.#list = find('dl', root);
  }

  /** Reads each change aloud, or not. */
  set aloud(aloud: boolean) {
    this.#sentence.setAttribute('aria-live', aloud ? 'polite' : 'off');
  }

  clear(words: string): void {
    this.#sentence.textContent = words;
    this.#list.replaceChildren();
  }

  show(tokens: readonly Token[], weights: Float32Array, scores: Float32Array, { query, key }: Cell): void {
    const count = tokens.length;
    const row = weights.subarray(query * count, (query + 1) * count);
    const strongest = row.indexOf(Math.max(...row));
    const weight = row[key] as number;
    const rank = row.filter((other) => other > weight).length + 1;
    const name = (index: number, role: 'query' | 'key') => {
      const element = document.createElement('span');
      element.className = role;
      const token = document.createElement('bdi');
      token.classList.toggle('piece', isPiece(tokens, index));
      token.textContent = labelText(tokens, index);
      element.append('“', token, '”');
      return element;
    };
    this.#sentence.replaceChildren(
      name(query, 'query'),
      ' looks mostly at ',
      name(strongest, 'key'),
      ` (${percentage(row[strongest] as number)})`,
    );
    if (strongest !== key) this.#sentence.append('; ', name(key, 'key'), ` gets ${percentage(weight)}`);
    this.#sentence.append('.');
    const score = scores[query * count + key] as number;
    const entries: [string, string | Node][] = [
      ['Query', name(query, 'query')],
      ['Key', name(key, 'key')],
      ['Share', percentage(weight)],
      ['Weight', decimal(weight)],
      ['Score', decimal(score)],
      ['Rank', `${rank} of ${count}`],
    ];
    this.#list.replaceChildren(
      ...entries.map(([term, value]) => {
        const entry = document.createElement('div');
        const [dt, dd] = [document.createElement('dt'), document.createElement('dd')];
        dt.textContent = term;
        dd.append(value);
        entry.append(dt, dd);
        return entry;
      }),
    );
  }
}
