import type { HeadName } from '../lib/index.js';
import { nextTurn } from '../lib/turns.js';
import type { Frame, PanelName, ViewName } from './frame.js';
import type { HeadGrid } from './head_grid.js';
import type { HeadSource, MapStyle, WhatIf } from './head_source.js';
import { make } from './make.js';
import { cellNumbers, rowSentence } from './readout.js';
import { themeOf } from './theme.js';
import { rowOf, type Cell, type Shown, type View, type ViewHost } from './view.js';
import { MapView } from './views/map.js';
import type { WhatIfControls } from './what_if_controls.js';
import { nameWords } from './words.js';

const makeView: Record<ViewName, (host: ViewHost) => Promise<View>> = {
  map: async (host) => new MapView(host),
  lines: async (host) => new (await import('./views/lines.js')).LinesView(host),
  words: async (host) => new (await import('./views/words.js')).WordsView(host),
  inside: async (host) => new (await import('./views/inside/inside.js')).InsideView(host),
};

/** What is to be looked at. */
export interface Wanted {
  layer: number;
  head: number;
  /** Undefined where it was never said. */
  query: number | undefined;
  view: ViewName;
}

/** What a viewer asks of its element. */
export interface ViewerHost {
  readonly element: Element;
  readonly wanted: Wanted;
  /** A person chose something else to look at. */
  choose(change: Partial<Wanted>): void;
  tell(event: 'attention-ready' | 'attention-drawn' | 'attention-change'): void;
  fail(error: unknown): void;
}

/** The key that a query gives most to. */
function strongestKey(weights: Float32Array, query: number, numKeys: number): number {
  const row = rowOf(weights, query, numKeys);
  return row.reduce((best, weight, key) => (weight > (row[best] as number) ? key : best), 0);
}

/** Shows one head of a source in a frame: a view, the read-out, and what is opened beside them. */
export class HeadViewer {
  readonly #frame: Frame;
  readonly #host: ViewerHost;
  #source: HeadSource | undefined;
  #whatIf: WhatIf = {};
  #cell: Cell = { query: 0, key: 0 };
  /** Whether a key was chosen before anything was shown; else the one that the query looks at most is. */
  #hasChosen = false;
  #style: MapStyle = { colours: 'linear', ignoreFirstKey: false, theme: 'light' };
  #colours = new Uint8ClampedArray(1024);
  /** The style that these are the colours of. */
  #coloursAre: MapStyle | undefined;
  #view: View | undefined;
  #viewIs: ViewName | undefined;
  #shown: Shown | undefined;
  #names: readonly HeadName[] | undefined;
  #controls: WhatIfControls | undefined;
  #grid: HeadGrid | undefined;
  #isDrawing = false;
  #isStale = false;
  /** Whether nothing of the source was shown yet. */
  #isNew = false;

  constructor(frame: Frame, host: ViewerHost) {
    this.#frame = frame;
    this.#host = host;
  }

  /** What is on the screen. */
  get shown(): Shown | undefined {
    return this.#shown;
  }

  get cell(): Cell {
    return this.#cell;
  }
  set cell(cell: Cell) {
    this.#hasChosen = true;
    this.choose(cell);
  }

  get whatIf(): WhatIf {
    return this.#whatIf;
  }
  set whatIf(whatIf: WhatIf) {
    this.#whatIf = whatIf;
    if (this.#shown === undefined) return;
    void this.draw();
    this.#host.tell('attention-change');
  }

  /** Shows another source, or none; who gave the one before disposes it. */
  async open(source: HeadSource | undefined): Promise<void> {
    const before = this.#source;
    this.#source = source;
    if (source === undefined) return;
    this.#isNew = true;
    const { model, names } = source.info;
    if (model !== before?.info.model || names !== undefined) this.#names = names;
    await Promise.all([this.chooseView(), this.#loadColours()]);
    await this.draw();
  }

  /** Shows the newest of what is asked for; while one is on its way, only the newest of the others follows. */
  async draw(): Promise<void> {
    if (this.#isDrawing) return void (this.#isStale = true);
    this.#isDrawing = true;
    try {
      do {
        this.#isStale = false;
        // What is set in one go is drawn in one go.
        await Promise.resolve();
        await this.#drawOnce();
      } while (this.#isStale);
    } catch (error) {
      this.#host.fail(error);
    } finally {
      this.#isDrawing = false;
    }
  }

  async #drawOnce(): Promise<void> {
    const source = this.#source;
    const view = this.#view;
    if (source === undefined || view === undefined) return;
    const { info } = source;
    const part = view.part?.(info.tokens.length, info.keyTokens.length);
    if (part === null) return;
    const wanted = this.#host.wanted;
    const layer = Math.min(wanted.layer, info.numLayers - 1);
    const head = Math.min(wanted.head, info.numHeads - 1);
    const whatIf = this.#whatIf;
    const isOver = () => source !== this.#source || view !== this.#view;
    const result = await source
      .head({ layer, head, whatIf, style: this.#style, part })
      .catch((error: unknown) => {
        // Who gave another source may have closed this one.
        if (!isOver()) throw error;
      });
    if (result === undefined || isOver()) return void (this.#isStale = true);
    const frame = this.#frame;
    const isFirst = this.#shown === undefined && !this.#hasChosen;
    this.#cell = {
      // What is wanted now: another may have been chosen meanwhile.
      query: Math.min(this.#host.wanted.query ?? this.#cell.query, info.tokens.length - 1),
      key: Math.min(this.#cell.key, info.keyTokens.length - 1),
    };
    if (isFirst) this.#cell.key = strongestKey(result.weights, this.#cell.query, info.keyTokens.length);
    const before = this.#shown?.result;
    const name = this.#names?.find((other) => other.layer === layer && other.head === head);
    this.#shown = {
      info,
      result,
      cell: this.#cell,
      whatIf,
      style: this.#style,
      colours: this.#colours,
      name,
    };
    view.show(this.#shown);
    // What is drawn first takes longest.
    if (before === undefined) await nextTurn();
    if (isOver()) return void (this.#isStale = true);
    frame.isStale = false;
    frame.headName.textContent = `Layer ${layer}, head ${head}`;
    frame.headWords.textContent = name === undefined ? '' : nameWords(name);
    this.#controls?.show(result.mechanism, whatIf, this.#style, info.keyTokens.length);
    this.#grid?.choose({ layer, head });
    this.#describe();
    const isOther = before !== undefined && (before.layer !== layer || before.head !== head);
    if (isOther) this.#host.tell('attention-change');
    if (this.#isNew) this.#host.tell('attention-ready');
    this.#isNew = false;
    this.#host.tell('attention-drawn');
  }

  #describe(): void {
    if (this.#shown === undefined) return;
    const frame = this.#frame;
    frame.sentence.replaceChildren(...rowSentence(this.#shown));
    frame.numbers.replaceChildren(
      ...cellNumbers(this.#shown).map(([term, words]) =>
        make('div', {}, make('dt', {}, term), make('dd', {}, words)),
      ),
    );
    if (frame.panelIs === 'table') void this.#showTable();
  }

  /** Chooses a cell of the map, as far as it is there. */
  choose({ query, key }: Cell): void {
    if (this.#shown === undefined) {
      this.#cell = { query, key };
      return this.#host.choose({ query });
    }
    const { tokens, keyTokens } = this.#shown.info;
    const cell = { query: Math.min(query, tokens.length - 1), key: Math.min(key, keyTokens.length - 1) };
    if (cell.query === this.#cell.query && cell.key === this.#cell.key) return;
    this.#cell = cell;
    this.#shown = { ...this.#shown, cell };
    this.#host.choose({ query: cell.query });
    this.#view?.choose(cell);
    this.#describe();
    this.#host.tell('attention-change');
  }

  /** Shows the view that is wanted. */
  async chooseView(): Promise<void> {
    const name = this.#host.wanted.view;
    if (this.#source === undefined || this.#viewIs === name) return;
    this.#viewIs = name;
    const view = await makeView[name]({
      choose: (cell) => this.choose(cell),
      redraw: () => void this.draw(),
    });
    if (this.#viewIs !== name) return;
    const isFirst = this.#view === undefined;
    this.#view = view;
    this.#frame.chooseView(name, view);
    if (isFirst) return;
    await this.draw();
    this.#host.tell('attention-change');
  }

  /** The colours of the style, where they aren't here yet. */
  async #loadColours(): Promise<void> {
    const style = this.#style;
    if (style === this.#coloursAre) return;
    const { pixels } = (await this.#source?.colourBar(256, style)) ?? {};
    if (pixels === undefined || style !== this.#style) return;
    this.#colours = pixels;
    this.#coloursAre = style;
  }

  /** Is light or dark as the page is. */
  followTheme(): void {
    const theme = themeOf(this.#host.element);
    this.#frame.theme = theme;
    if (theme !== this.#style.theme) this.#style = { ...this.#style, theme };
  }

  /** Colours maps in another way, and everything as the page is, light or dark. */
  restyle(change: Partial<MapStyle> = {}): void {
    this.#style = { ...this.#style, ...change };
    this.followTheme();
    void this.#loadColours().then(() => this.draw());
  }

  /** Lays all heads or a table over the view, or takes away what lies there. */
  async showPanel(name: PanelName | undefined): Promise<void> {
    const frame = this.#frame;
    if (name === undefined || this.#shown === undefined) {
      const opener =
        frame.panelIs === 'heads'
          ? frame.headButton
          : frame.view.querySelector<HTMLElement>('[tabindex="0"]');
      frame.showPanel(undefined);
      this.#grid = undefined;
      opener?.focus();
      return;
    }
    if (name === 'table') {
      await this.#showTable();
      frame.panel.focus();
      return;
    }
    await this.#showHeads();
  }

  async #showTable(): Promise<void> {
    const { dataTable, TABLE_CSS } = await import('./data_table.js');
    if (this.#shown !== undefined) this.#frame.showPanel('table', dataTable(this.#shown), TABLE_CSS);
  }

  /** Every head as a small map, of which one is chosen. */
  async #showHeads(): Promise<void> {
    const frame = this.#frame;
    const source = this.#source as HeadSource;
    const { numLayers, numHeads } = source.info;
    const { HeadGrid: Grid, HEAD_GRID_CSS } = await import('./head_grid.js');
    const root = make('div', {
      class: 'grid',
      role: 'radiogroup',
      'aria-label': 'Heads: rows are layers, columns are heads',
    });
    const grid = (this.#grid = new Grid(root, (place) => this.#host.choose(place)));
    grid.frame(numLayers, numHeads);
    frame.showPanel('heads', make('div', { class: 'scroll' }, root), HEAD_GRID_CSS);
    grid.choose((this.#shown as Shown).result);
    root.querySelector<HTMLElement>('[aria-checked=true]')?.focus();
    grid.show(await source.allHeads(grid.tiling, this.#style));
    this.#names ??= await source.nameHeads?.();
    grid.describe(this.#names);
    await this.draw();
  }

  /** Shows what can be changed in the head, or no more. */
  async showWhatIf(isOpen: boolean): Promise<void> {
    if (!isOpen) {
      this.#controls = undefined;
      return this.#frame.showWhatIf();
    }
    const { WhatIfControls, WHAT_IF_CSS } = await import('./what_if_controls.js');
    this.#controls = new WhatIfControls(
      (change) => (this.whatIf = { ...this.#whatIf, ...change }),
      () => (this.whatIf = {}),
      (change) => this.restyle(change),
    );
    this.#frame.showWhatIf(this.#controls.root, WHAT_IF_CSS);
    if (this.#shown === undefined) return;
    const { result, info } = this.#shown;
    this.#controls.show(result.mechanism, this.#whatIf, this.#style, info.keyTokens.length);
  }
}
