import { tokenElement } from '../labels.js';
import { make } from '../make.js';
import type { Cell, Shown, View, ViewHost } from '../view.js';
import { rowOf } from '../view.js';
import { fitToScreen } from './fit_to_screen.js';
import CSS from './lines.css';

/** The height of a token, in CSS pixels: --line of the style sheet. */
const LINE = 24;
/** Weights below it draw no line, and above so many tokens only the chosen query has lines. */
const LEAST_WEIGHT = 0.02;
const MOST_QUERIES = 64;

/** Two columns of tokens, and a line from every query to the keys it looks at, the stronger the more it looks. */
export class LinesView implements View {
  readonly root: HTMLElement;
  readonly css = CSS;
  readonly #canvas = make('canvas', { 'aria-hidden': 'true' });
  readonly #queries = make('ol', {
    class: 'query-column',
    role: 'listbox',
    tabindex: '0',
    'aria-label': 'Queries',
  });
  readonly #keys = make('ol', { class: 'key-column', 'aria-hidden': 'true' });
  readonly #scroll: HTMLElement;
  readonly #host: ViewHost;
  #shown: Shown | undefined;

  constructor(host: ViewHost) {
    this.#host = host;
    this.#scroll = make('div', { class: 'lines' }, this.#queries, this.#canvas, this.#keys);
    this.root = make('div', { class: 'lines-view' }, this.#scroll);
    const at = (event: Event) =>
      Number((event.target as Element).closest<HTMLElement>('li')?.dataset.index ?? NaN);
    this.#queries.addEventListener('click', (event) => this.#choose({ query: at(event) }));
    this.#queries.addEventListener('pointerover', (event) => this.#choose({ query: at(event) }));
    this.#keys.addEventListener('click', (event) => this.#choose({ key: at(event) }));
    this.#keys.addEventListener('pointerover', (event) => this.#choose({ key: at(event) }));
    this.#queries.addEventListener('keydown', (event) => this.#key(event));
    new ResizeObserver(() => this.#draw()).observe(this.#canvas);
  }

  show(shown: Shown): void {
    const isOther = this.#shown?.info !== shown.info;
    this.#shown = shown;
    if (isOther) {
      const { tokens, keyTokens } = shown.info;
      const item = (index: number, of: typeof tokens, isOption: boolean) => {
        const attributes = isOption ? { role: 'option', id: `query-${index}` } : {};
        return make('li', { ...attributes, 'data-index': String(index) }, tokenElement(of, index, 'bdi'));
      };
      this.#queries.replaceChildren(...tokens.map((_, i) => item(i, tokens, true)));
      this.#keys.replaceChildren(...keyTokens.map((_, i) => item(i, keyTokens, false)));
      this.#scroll.style.setProperty('--rows', String(Math.max(tokens.length, keyTokens.length)));
    }
    this.choose(shown.cell);
  }

  choose(cell: Cell): void {
    if (this.#shown === undefined) return;
    this.#shown = { ...this.#shown, cell };
    for (const [list, chosen] of [
      [this.#queries, cell.query],
      [this.#keys, cell.key],
    ] as const) {
      list.querySelector('.chosen')?.classList.remove('chosen');
      list.querySelector('[aria-selected=true]')?.setAttribute('aria-selected', 'false');
      list.children[chosen]?.classList.add('chosen');
    }
    this.#queries.children[cell.query]?.setAttribute('aria-selected', 'true');
    this.#queries.setAttribute('aria-activedescendant', `query-${cell.query}`);
    this.#draw();
  }

  #choose(part: Partial<Cell>): void {
    const isThere = Object.values(part).every((index) => Number.isInteger(index));
    if (this.#shown !== undefined && isThere) this.#host.choose({ ...this.#shown.cell, ...part });
  }

  #draw(): void {
    const context = this.#canvas.getContext('2d');
    if (this.#shown === undefined || context === null) return;
    const { info, result, cell } = this.#shown;
    fitToScreen(this.#canvas);
    const { offsetWidth: width, offsetHeight: height } = this.#canvas;
    if (width === 0) return;
    context.scale(this.#canvas.width / width, this.#canvas.height / height);
    const style = getComputedStyle(this.#canvas);
    const count = info.keyTokens.length;
    const middle = (index: number) => (index + 0.5) * LINE;
    const drawRow = (query: number, strength: number) => {
      rowOf(result.weights, query, count).forEach((weight, key) => {
        if (!(weight >= LEAST_WEIGHT)) return;
        context.globalAlpha = Math.min(1, weight) * strength;
        context.lineWidth = 1 + 3 * Math.min(1, weight);
        context.beginPath();
        context.moveTo(0, middle(query));
        context.bezierCurveTo(width / 2, middle(query), width / 2, middle(key), width, middle(key));
        context.stroke();
      });
    };
    context.strokeStyle = style.getPropertyValue('--map-ink');
    if (info.tokens.length <= MOST_QUERIES) {
      info.tokens.forEach((_, query) => {
        if (query !== cell.query) drawRow(query, 0.25);
      });
    }
    drawRow(cell.query, 1);
  }

  #key(event: KeyboardEvent): void {
    if (this.#shown === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    const last = this.#shown.info.tokens.length - 1;
    const { query } = this.#shown.cell;
    const moves: Record<string, number> = { ArrowUp: query - 1, ArrowDown: query + 1, Home: 0, End: last };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    this.#choose({ query: Math.min(last, Math.max(0, move)) });
    this.#queries.children[this.#shown.cell.query]?.scrollIntoView({ block: 'nearest' });
  }
}
