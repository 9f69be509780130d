import { HeadGrid } from '../element/head_grid.js';
import type { MapStyle } from '../element/head_source.js';
import { make } from '../element/make.js';
import type { Opened } from '../element/shared_engine.js';
import { nameWords } from '../element/words.js';
import type { HeadAnalysis, HeadName, HeadNames, HeadPlace } from '../lib/index.js';
import type { ExplorerCalls } from './connect.js';
import { find } from './find.js';
import { isStatistic, orderHeads, type Order } from './order_heads.js';

/** The largest values of statistics: entropy and distance have no end, shares end at 1. */
const ENDS: Readonly<Record<string, number>> = { entropy: 6, distance: 64 };

/** All heads as small maps: in order, filtered, or laid out by how alike they are. */
export class HeadsPanel {
  readonly #root = find<HTMLElement>('.all');
  readonly #grid: HeadGrid;
  readonly #order = find<HTMLSelectElement>('#order');
  readonly #name = find<HTMLSelectElement>('#filter-name');
  readonly #least = find<HTMLInputElement>('#filter-least');
  readonly #leastWords = find<HTMLElement>('#filter-least-words');
  readonly #plane = find<HTMLElement>('#similarity');
  readonly #words = find<HTMLElement>('#all-words');
  #opened: Opened | undefined;
  #statistics: HeadAnalysis[] | undefined;
  #names: HeadNames | undefined;
  #ablated: readonly HeadPlace[] = [];
  #chosen: HeadPlace = { layer: 0, head: 0 };

  constructor(
    readonly explorer: () => ExplorerCalls,
    readonly style: () => MapStyle,
    readonly onChoose: (place: HeadPlace) => void,
  ) {
    this.#grid = new HeadGrid(find('#grid'), onChoose);
    for (const control of [this.#order, this.#name])
      control.addEventListener('change', () => void this.draw());
    this.#least.addEventListener('input', () => void this.draw());
  }

  get order(): Order {
    return this.#order.value as Order;
  }

  set order(order: string) {
    if ([...this.#order.options].some(({ value }) => value === order)) this.#order.value = order;
  }

  /** The names of the model that reads, once they are measured. */
  set names(names: HeadNames | undefined) {
    this.#names = names;
    const found = [...new Set(names?.heads.map(({ name }) => name))].sort();
    this.#name.replaceChildren(
      make('option', { value: '' }, 'any name'),
      ...found.map((name) => make('option', { value: name }, name)),
    );
    this.#name.disabled = found.length === 0;
  }

  get #known(): readonly HeadName[] | undefined {
    return this.#names?.heads ?? this.#opened?.info.names;
  }

  frame(numLayers: number, numHeads: number): void {
    this.#grid.frame(numLayers, numHeads);
  }

  choose(place: HeadPlace): void {
    this.#chosen = place;
    this.#grid.choose(place);
    for (const point of this.#plane.querySelectorAll('button')) {
      point.setAttribute('aria-pressed', String(point.dataset.place === `${place.layer}.${place.head}`));
    }
  }

  /** Shows the heads of another text. */
  async open(opened: Opened, ablated: readonly HeadPlace[]): Promise<void> {
    this.#opened = opened;
    this.#ablated = ablated;
    this.#statistics = isStatistic(this.order) ? await this.explorer().statistics(opened.source) : undefined;
    if (this.#opened === opened) await this.draw();
  }

  async draw(): Promise<void> {
    const opened = this.#opened;
    if (opened === undefined) return;
    const { source, info } = opened;
    const { order } = this;
    if (isStatistic(order)) this.#statistics ??= await this.explorer().statistics(source);
    this.#showLeast();
    this.#plane.hidden = order !== 'similarity';
    this.#grid.root.hidden = order === 'similarity';
    if (order === 'similarity') return this.#layOut(opened);
    const { numLayers, numHeads } = info;
    const known = { numLayers, numHeads, names: this.#known, statistics: this.#statistics };
    const places = orderHeads(known, order, { name: this.#name.value, least: Number(this.#least.value) });
    const heads =
      places.length === 0
        ? undefined
        : await this.explorer().allHeads(source, this.#grid.tiling, this.style(), places);
    if (this.#opened !== opened || this.order !== order) return;
    this.#grid.frame(numLayers, numHeads);
    const isWhole = order === 'layers' && places.length === numLayers * numHeads;
    if (heads !== undefined) this.#grid.show(heads, places, isWhole);
    this.#grid.showCount(places.length);
    this.#grid.describe(this.#known, this.#ablated);
    this.choose(this.#chosen);
    this.#words.textContent = isWhole
      ? 'Rows are layers, columns are heads; both are numbered from 0.'
      : `${places.length} of ${numLayers * numHeads} heads.`;
    this.#root.classList.remove('stale');
  }

  #showLeast(): void {
    const { order } = this;
    const control = this.#least.parentElement as HTMLElement;
    control.hidden = !isStatistic(order);
    const end = ENDS[order] ?? 1;
    if (this.#least.max !== String(end)) {
      this.#least.max = String(end);
      this.#least.step = String(end / 100);
      this.#least.value = '0';
    }
    this.#leastWords.textContent = `at least ${Number(this.#least.value).toFixed(2)}`;
  }

  /** Heads as points: the closer two are, the more alike they spread their weights. */
  async #layOut(opened: Opened): Promise<void> {
    const places = await this.explorer().similarity(opened.source);
    if (this.#opened !== opened) return;
    if (places === undefined) {
      return this.#plane.replaceChildren(
        make('p', { class: 'quiet' }, 'This needs a model; a trace can’t say it.'),
      );
    }
    const { numHeads } = opened.info;
    const axis = (offset: number) => places.filter((_, i) => i % 2 === offset);
    const scaled = [axis(0), axis(1)].map((values) => {
      const [low, high] = [Math.min(...values), Math.max(...values)];
      return values.map((value) => (high > low ? (value - low) / (high - low) : 0.5));
    }) as [Float32Array, Float32Array];
    const points = [...scaled[0]].map((x, i) => {
      const [layer, head] = [Math.floor(i / numHeads), i % numHeads];
      const name = this.#known?.find((other) => other.layer === layer && other.head === head);
      const words = `${layer}.${head}: layer ${layer}, head ${head}${name === undefined ? '' : `, ${nameWords(name)}`}`;
      const point = make('button', {
        type: 'button',
        'aria-label': words,
        title: words,
        'data-place': `${layer}.${head}`,
      });
      point.textContent = `${layer}.${head}`;
      point.style.left = `${100 * x}%`;
      point.style.top = `${100 * (scaled[1][i] as number)}%`;
      point.addEventListener('click', () => this.onChoose({ layer, head }));
      return point;
    });
    this.#plane.replaceChildren(...points);
    this.choose(this.#chosen);
    this.#words.textContent = 'Heads that spread their weights alike are close (Jensen–Shannon divergence).';
    this.#root.classList.remove('stale');
  }
}
