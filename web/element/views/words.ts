import { make } from '../make.js';
import { isAdded, labelText } from '../token_label.js';
import { colourOf, rowOf, type Cell, type Shown, type View, type ViewHost } from '../view.js';
import { percentage } from '../words.js';
import CSS from './words.css';

/** The sentence itself: every word is shaded by how much the chosen one looks at it. */
export class WordsView implements View {
  readonly root: HTMLElement;
  readonly css = CSS;
  readonly #text = make('p', {
    class: 'text',
    dir: 'auto',
    role: 'listbox',
    'aria-label': 'Choose a word',
    tabindex: '0',
  });
  /** Where queries and keys are of two texts, the text that is looked at. */
  readonly #keyText = make('p', { class: 'text', dir: 'auto', hidden: true });
  readonly #host: ViewHost;
  #shown: Shown | undefined;
  #queries: HTMLElement[] = [];
  #keys: HTMLElement[] = [];

  constructor(host: ViewHost) {
    this.#host = host;
    const help = make(
      'p',
      { class: 'quiet' },
      'Choose a word: the others are shaded by how much it looks at them.',
    );
    this.root = make('div', { class: 'words-view' }, help, this.#text, this.#keyText);
    const at = (event: Event) =>
      Number((event.target as Element).closest<HTMLElement>('.token')?.dataset.index ?? NaN);
    this.#text.addEventListener('click', (event) => this.#choose(at(event)));
    this.#text.addEventListener('pointerover', (event) => {
      if (event.pointerType === 'mouse') this.#choose(at(event));
    });
    this.#text.addEventListener('keydown', (event) => this.#key(event));
  }

  show(shown: Shown): void {
    const isOther = this.#shown?.info !== shown.info;
    this.#shown = shown;
    if (isOther) {
      const { info } = shown;
      const isOneText = info.keyTokens === info.tokens || info.keyTokens.length === 0;
      this.#queries = spell(this.#text, info.text, info.tokens, true);
      this.#keys = isOneText ? this.#queries : spell(this.#keyText, '', info.keyTokens, false);
      this.#keyText.hidden = isOneText;
    }
    this.choose(shown.cell);
  }

  choose(cell: Cell): void {
    if (this.#shown === undefined) return;
    this.#shown = { ...this.#shown, cell };
    const { info, result, colours } = this.#shown;
    const row = rowOf(result.weights, cell.query, info.keyTokens.length);
    this.#keys.forEach((token, key) => {
      const weight = row[key] as number;
      const { colour, isDark } = colourOf(weight, colours);
      token.style.backgroundColor = colour;
      token.classList.toggle('on-dark', isDark);
      token.title = percentage(weight);
    });
    this.#queries.forEach((token, query) => {
      token.classList.toggle('chosen', query === cell.query);
      token.setAttribute('aria-selected', String(query === cell.query));
    });
    this.#text.setAttribute('aria-activedescendant', `word-${cell.query}`);
  }

  #choose(query: number): void {
    if (this.#shown === undefined || !Number.isInteger(query)) return;
    this.#host.choose({ ...this.#shown.cell, query });
  }

  #key(event: KeyboardEvent): void {
    if (this.#shown === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    const last = this.#shown.info.tokens.length - 1;
    const { query } = this.#shown.cell;
    const isRightToLeft = getComputedStyle(this.#text).direction === 'rtl';
    const step = isRightToLeft ? -1 : 1;
    const moves: Record<string, number> = {
      ArrowLeft: query - step,
      ArrowRight: query + step,
      ArrowUp: query - 1,
      ArrowDown: query + 1,
      Home: 0,
      End: last,
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    this.#choose(Math.min(last, Math.max(0, move)));
    this.#queries[this.#shown.cell.query]?.scrollIntoView({ block: 'nearest' });
  }
}

/** Fills a paragraph with a text, its tokens as elements. Tokens of one character stand for it as one with parts. */
function spell(
  into: HTMLElement,
  text: string,
  tokens: Shown['info']['tokens'],
  isChoice: boolean,
): HTMLElement[] {
  const pieces: (Node | string)[] = [];
  let end = 0;
  const elements = tokens.map((token, index) => {
    const isPart = index > 0 && token.start < end;
    const attributes = isChoice ? { role: 'option', id: `word-${index}` } : {};
    const own =
      isAdded(token) || isPart || text === '' ? labelText(tokens, index) : text.slice(token.start, token.end);
    if (token.start > end) pieces.push(text.slice(end, token.start));
    // The space that many models take into a word stands before it, where lines break.
    const space = /^\s*/.exec(own)?.[0] ?? '';
    if (space.length < own.length) pieces.push(space);
    end = Math.max(end, token.end);
    const element = make(
      'span',
      { class: 'token', 'data-index': String(index), ...attributes },
      space.length < own.length ? own.slice(space.length) : own,
    );
    element.classList.toggle('added', isAdded(token));
    pieces.push(element);
    if (isAdded(token)) pieces.push(' ');
    return element;
  });
  into.replaceChildren(...pieces, text.slice(end));
  return elements;
}
