import { AttentionError } from '../lib/errors.js';
import type { GivenTensors, HeadName } from '../lib/index.js';
import type { FigureType } from './figure.js';
import { Frame, VIEWS, type PanelName, type ViewName } from './frame.js';
import type { HeadGrid } from './head_grid.js';
import type { HeadSource, MapStyle, WhatIf } from './head_source.js';
import { make } from './make.js';
import { openTensors, openText, openTrace } from './open_source.js';
import { cellNumbers, rowSentence } from './readout.js';
import { themeOf } from './theme.js';
import { rowOf, type Cell, type Shown, type View, type ViewHost } from './view.js';
import { MapView } from './views/map.js';
import { megabytes, nameWords } from './words.js';
import type { WhatIfControls } from './what_if_controls.js';

/** How far outside the window an element begins to load. */
const NEAR = '300px';
/** What takes shorter is not spoken of. */
const PATIENCE = 150;
/** How long a typed text rests before it is read, in milliseconds. */
const TYPING_REST = 60;

const ATTRIBUTES = ['src', 'text', 'model', 'layer', 'head', 'query', 'view'] as const;
const PROPERTIES = [...ATTRIBUTES, 'tensors', 'source', 'whatIf', 'cell'] as const;

/** There is no HTMLElement where a server renders the page. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

const makeView: Record<ViewName, (host: ViewHost) => Promise<View>> = {
  map: async (host) => new MapView(host),
  lines: async (host) => new (await import('./views/lines.js')).LinesView(host),
  words: async (host) => new (await import('./views/words.js')).WordsView(host),
  inside: async (host) => new (await import('./views/inside/inside.js')).InsideView(host),
};

function say(element: HTMLElement, name: string, detail: unknown): void {
  element.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

/** The key that a query gives most to. */
function strongestKey(weights: Float32Array, query: number, numKeys: number): number {
  const row = rowOf(weights, query, numKeys);
  return row.reduce((best, weight, key) => (weight > (row[best] as number) ? key : best), 0);
}

/** Events of an element: `attention-ready` and `attention-change` with what is chosen, `attention-error`. */
export interface AttentionChoice extends Cell {
  layer: number;
  head: number;
  view: ViewName;
  whatIf: WhatIf;
  text: string;
}

/**
 * <attention-head>: one attention head, live. Its heads come from a trace (`src`), from a text that a model reads
 * (`text` and `model`), from the page's own arrays (`tensors`), or from wherever the page computes them (`source`).
 * What stands between the tags is shown until they are there, and where they can't be.
 *
 * @tagname attention-head
 * @attr {string} src - the URL of a trace
 * @attr {string} text - what the model reads
 * @attr {string} model - "built-in", or the URL of a model's folder or GGUF; with it a reader can type
 * @attr {number} layer - counted from 0
 * @attr {number} head - counted from 0
 * @attr {number} query - the token whose attention is read out, counted from 0
 * @attr {'map' | 'lines' | 'words' | 'inside'} view
 * @slot - what is read until the head is there, and where it can't be
 * @csspart frame - all of it
 * @csspart button
 * @csspart tab
 * @csspart readout - what the chosen query looks at, in words
 * @cssprop --attention-head-paper - the background
 * @cssprop --attention-head-ink
 * @cssprop --attention-head-quiet - text that steps back
 * @cssprop --attention-head-rule - thin lines
 * @cssprop --attention-head-edge - borders of what can be pressed
 * @cssprop --attention-head-accent - what can be pressed
 * @cssprop --attention-head-query
 * @cssprop --attention-head-key
 * @cssprop --attention-head-value
 * @cssprop --attention-head-map - lines and bars of weights
 * @cssprop --attention-head-font
 * @fires attention-ready - once a source's first head is shown
 * @fires attention-drawn - whenever what is chosen, or another text, is on the screen
 * @fires attention-change - where another layer, head, query, key or view is chosen, or how it works is changed
 * @fires attention-error - with `code` and `message`, where there is nothing to show
 */
export class AttentionHeadElement extends Base {
  static readonly observedAttributes = [...ATTRIBUTES];
  #frame: Frame | undefined;
  #observer: IntersectionObserver | undefined;
  #isNear = false;
  #opening: AbortController | undefined;
  #source: HeadSource | undefined;
  /** The source that the page gave, which it disposes itself. */
  #ownSource: HeadSource | undefined;
  #tensors: GivenTensors | undefined;
  #whatIf: WhatIf = {};
  #cell: Cell = { query: 0, key: 0 };
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
  /** Whether nothing of the source was shown yet. */
  #isNew = false;
  #isDrawing = false;
  #isStale = false;
  #typing: ReturnType<typeof setTimeout> | undefined;
  /** Whether a text was given after the trace was shown, which the model is to read. */
  #hasTyped = false;
  /** Whether a key was chosen before anything was shown; else the one that the query looks at most is. */
  #hasChosen = false;
  readonly #dark = globalThis.matchMedia?.('(prefers-color-scheme: dark)');
  readonly #onScheme = () => this.#restyle({});

  connectedCallback(): void {
    for (const name of PROPERTIES) {
      // What was set before the element was defined lies in front of its properties.
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete (this as Partial<this>)[name];
      Object.assign(this, { [name]: value });
    }
    this.#frame ??= this.#makeFrame();
    this.#frame.theme = this.#style.theme = themeOf(this);
    this.#dark.addEventListener('change', this.#onScheme);
    this.#observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        this.#observer?.disconnect();
        this.#isNear = true;
        void this.#open();
      },
      { rootMargin: NEAR },
    );
    this.#observer.observe(this);
  }

  disconnectedCallback(): void {
    this.#dark.removeEventListener('change', this.#onScheme);
    this.#observer?.disconnect();
    this.#isNear = false;
    this.#close();
  }

  attributeChangedCallback(
    name: (typeof ATTRIBUTES)[number],
    before: string | null,
    now: string | null,
  ): void {
    if (before === now) return;
    if (name === 'src' || name === 'text' || name === 'model') {
      const field = this.#frame?.textField;
      if (name === 'text' && field !== undefined && field.value !== now) field.value = now ?? '';
      if (!this.#isNear) return;
      this.#hasTyped ||= name === 'text';
      void this.#open();
    } else if (name === 'view') void this.#chooseView();
    else if (name === 'query') this.#choose({ ...this.#cell, query: this.query });
    else void this.#draw();
  }

  /** The URL of a trace. */
  get src(): string {
    return this.getAttribute('src') ?? '';
  }
  set src(url: string) {
    this.#reflect('src', url);
  }

  /** What the model reads. */
  get text(): string {
    return this.getAttribute('text') ?? '';
  }
  set text(text: string) {
    this.#reflect('text', text);
  }

  /** "built-in", or the URL of a model's folder or GGUF. With it a reader can type. */
  get model(): string {
    return this.getAttribute('model') ?? '';
  }
  set model(model: string) {
    this.#reflect('model', model);
  }

  /** The layer, counted from 0. */
  get layer(): number {
    return this.#number('layer');
  }
  set layer(layer: number) {
    this.#reflect('layer', String(layer));
  }

  /** The head of the layer, counted from 0. */
  get head(): number {
    return this.#number('head');
  }
  set head(head: number) {
    this.#reflect('head', String(head));
  }

  /** The token whose attention is read out, counted from 0. */
  get query(): number {
    return this.#number('query');
  }
  set query(query: number) {
    this.#reflect('query', String(query));
  }

  get view(): ViewName {
    const name = this.getAttribute('view') ?? '';
    return Object.hasOwn(VIEWS, name) ? (name as ViewName) : 'map';
  }
  set view(name: ViewName) {
    this.#reflect('view', name);
  }

  /** The chosen query and key. */
  get cell(): Cell {
    return this.#cell;
  }
  set cell(cell: Cell) {
    this.#hasChosen = true;
    this.#choose(cell);
  }

  /** Queries, keys and values, or weights alone, that ran anywhere. */
  get tensors(): GivenTensors | undefined {
    return this.#tensors;
  }
  set tensors(tensors: GivenTensors | undefined) {
    this.#tensors = tensors;
    if (this.#isNear) void this.#open();
  }

  /** Heads that the page computes itself. */
  get source(): HeadSource | undefined {
    return this.#ownSource;
  }
  set source(source: HeadSource | undefined) {
    this.#ownSource = source;
    // There is nothing to load.
    if (this.#isNear || (this.isConnected && source !== undefined)) void this.#open();
  }

  /** What is changed in how the head works. */
  get whatIf(): WhatIf {
    return this.#whatIf;
  }
  set whatIf(whatIf: WhatIf) {
    this.#whatIf = whatIf;
    if (this.#shown === undefined) return;
    void this.#draw();
    say(this, 'attention-change', this.#choice);
  }

  /**
   * The head's map as a file; a PNG is `scale` times as large as an SVG.
   *
   * @throws AttentionError `disposed` before a head is shown
   */
  async toFigure({ type = 'png', scale = 2 }: { type?: FigureType; scale?: number } = {}): Promise<Blob> {
    if (this.#shown === undefined) throw new AttentionError('disposed', 'No head is shown yet.');
    return (await import('./figure.js')).makeFigure(this.#shown, type, scale);
  }

  #number(name: string): number {
    const number = Number(this.getAttribute(name) ?? 0);
    return Number.isInteger(number) && number >= 0 ? number : 0;
  }

  #reflect(name: string, value: string): void {
    if (this.getAttribute(name) !== value) this.setAttribute(name, value);
  }

  #makeFrame(): Frame {
    return new Frame(this.shadowRoot ?? this.attachShadow({ mode: 'open' }), {
      view: (name) => (this.view = name),
      panel: (name) => void this.#showPanel(name),
      whatIf: (isOpen) => void this.#showWhatIf(isOpen),
      save: (type) => void this.#save(type),
      type: (text) => this.#type(text),
    });
  }

  get #choice(): AttentionChoice {
    const { layer, head } = this.#shown?.result ?? this;
    return {
      layer,
      head,
      ...this.#cell,
      view: this.view,
      whatIf: this.#whatIf,
      text: this.#shown?.info.text ?? this.text,
    };
  }

  #close(): void {
    this.#opening?.abort();
    if (this.#source !== this.#ownSource) this.#source?.dispose();
    this.#source = undefined;
  }

  /** Opens what the attributes and properties name, and shows it. */
  async #open(): Promise<void> {
    this.#opening?.abort();
    const opening = (this.#opening = new AbortController());
    const frame = this.#frame as Frame;
    this.#isStale = this.#shown !== undefined;
    const patience = setTimeout(() => (frame.isStale = this.#isStale), PATIENCE);
    try {
      const source = await this.#openSource(opening.signal);
      if (opening.signal.aborted) return source === this.#ownSource ? undefined : source?.dispose();
      if (source === undefined) return;
      const before = this.#source;
      this.#source = source;
      this.#isNew = true;
      if (before !== undefined && before !== source && before !== this.#lastOwnSource) before.dispose();
      this.#lastOwnSource = this.#ownSource;
      if (source.info.model !== before?.info.model || source.info.names !== undefined)
        this.#names = source.info.names;
      if (frame.textField.value === '') frame.textField.value = source.info.text;
      frame.isEditable = this.model !== '';
      frame.headName.textContent ||= `Layer ${this.layer}, head ${this.head}`;
      frame.isLive = true;
      frame.notify('');
      await Promise.all([this.#chooseView(), this.#loadColours()]);
      await this.#draw();
    } catch (error) {
      if (!opening.signal.aborted) this.#fail(error);
    } finally {
      clearTimeout(patience);
    }
  }

  #lastOwnSource: HeadSource | undefined;

  async #openSource(signal: AbortSignal): Promise<HeadSource | undefined> {
    if (this.#ownSource !== undefined) return this.#ownSource;
    if (this.#tensors !== undefined) return openTensors(this.#tensors);
    const isTyped = this.#hasTyped || this.src === '';
    if (isTyped && this.model !== '' && this.text.trim() !== '') {
      const since = performance.now();
      const onProgress = ({ loaded, total }: { loaded: number; total: number }) => {
        if (performance.now() - since < PATIENCE || signal.aborted) return;
        const words = `Loading the model: ${megabytes(loaded)} of ${megabytes(total)} MB`;
        this.#frame?.notify(words, total > 0 ? loaded / total : 0, {
          label: 'Stop',
          act: () => this.#stop(),
        });
      };
      return openText(this.model, this.text, { signal, onProgress });
    }
    return this.src === '' ? undefined : openTrace(new URL(this.src, document.baseURI).href, signal);
  }

  #stop(): void {
    this.#opening?.abort();
    this.#frame?.notify('Loading was stopped.', undefined, { label: 'Go on', act: () => void this.#open() });
  }

  #fail(error: unknown): void {
    const { code, message } =
      error instanceof AttentionError ? error : { code: 'invalid-argument', message: String(error) };
    const words =
      code === 'wasm-unavailable'
        ? 'This figure can’t move here: WebAssembly with SIMD is missing, or a policy of this page forbids it.'
        : message;
    this.#frame?.notify(words, undefined, { label: 'Try again', act: () => void this.#open() });
    say(this, 'attention-error', { code, message });
  }

  /** Shows the newest of what is asked for; while one is on its way, only the newest of the others follows. */
  async #draw(): Promise<void> {
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
      this.#fail(error);
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
    const layer = Math.min(this.layer, info.numLayers - 1);
    const head = Math.min(this.head, info.numHeads - 1);
    const whatIf = this.#whatIf;
    const isOver = () => source !== this.#source || view !== this.#view;
    const result = await source
      .head({ layer, head, whatIf, style: this.#style, part })
      .catch((error: unknown) => {
        // Who gave another source may have closed this one.
        if (!isOver()) throw error;
      });
    if (result === undefined || isOver()) return void (this.#isStale = true);
    const frame = this.#frame as Frame;
    const isFirst = this.#shown === undefined && !this.#hasChosen;
    this.#cell = {
      query: Math.min(
        this.getAttribute('query') === null ? this.#cell.query : this.query,
        info.tokens.length - 1,
      ),
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
    frame.isStale = false;
    frame.headName.textContent = `Layer ${layer}, head ${head}`;
    frame.headWords.textContent = name === undefined ? '' : nameWords(name);
    this.#controls?.show(result.mechanism, whatIf, this.#style, info.keyTokens.length);
    this.#grid?.choose({ layer, head });
    this.#describe();
    const isOther = before !== undefined && (before.layer !== layer || before.head !== head);
    if (isOther) say(this, 'attention-change', this.#choice);
    if (this.#isNew) say(this, 'attention-ready', this.#choice);
    this.#isNew = false;
    say(this, 'attention-drawn', this.#choice);
  }

  #describe(): void {
    if (this.#shown === undefined) return;
    const frame = this.#frame as Frame;
    frame.sentence.replaceChildren(...rowSentence(this.#shown));
    frame.numbers.replaceChildren(
      ...cellNumbers(this.#shown).map(([term, words]) =>
        make('div', {}, make('dt', {}, term), make('dd', {}, words)),
      ),
    );
    if (frame.panelIs === 'table') void this.#showTable();
  }

  #choose({ query, key }: Cell): void {
    if (this.#shown === undefined) {
      this.#cell = { query, key };
      return;
    }
    const { tokens, keyTokens } = this.#shown.info;
    const cell = { query: Math.min(query, tokens.length - 1), key: Math.min(key, keyTokens.length - 1) };
    if (cell.query === this.#cell.query && cell.key === this.#cell.key) return;
    this.#cell = cell;
    this.#shown = { ...this.#shown, cell };
    this.#reflect('query', String(cell.query));
    this.#view?.choose(cell);
    this.#describe();
    say(this, 'attention-change', this.#choice);
  }

  async #chooseView(): Promise<void> {
    const name = this.view;
    if (this.#source === undefined || this.#viewIs === name) return;
    this.#viewIs = name;
    const view = await makeView[name]({
      choose: (cell) => this.#choose(cell),
      redraw: () => void this.#draw(),
    });
    if (this.#viewIs !== name) return;
    const isFirst = this.#view === undefined;
    this.#view = view;
    this.#frame?.chooseView(name, view.root);
    if (isFirst) return;
    await this.#draw();
    say(this, 'attention-change', this.#choice);
  }

  #type(text: string): void {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      this.text = text;
    }, TYPING_REST);
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

  #restyle(change: Partial<MapStyle>): void {
    this.#style = { ...this.#style, ...change, theme: themeOf(this) };
    const frame = this.#frame as Frame;
    frame.theme = this.#style.theme;
    void this.#loadColours().then(() => this.#draw());
  }

  async #showPanel(name: PanelName | undefined): Promise<void> {
    const frame = this.#frame as Frame;
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
    const { dataTable } = await import('./data_table.js');
    if (this.#shown !== undefined) this.#frame?.showPanel('table', dataTable(this.#shown));
  }

  /** Every head as a small map, of which one is chosen. */
  async #showHeads(): Promise<void> {
    const frame = this.#frame as Frame;
    const source = this.#source as HeadSource;
    const { numLayers, numHeads } = source.info;
    const { HeadGrid: Grid } = await import('./head_grid.js');
    const root = make('div', {
      class: 'grid',
      role: 'radiogroup',
      'aria-label': 'Heads: rows are layers, columns are heads',
    });
    const grid = (this.#grid = new Grid(root, ({ layer, head }) => {
      this.layer = layer;
      this.head = head;
    }));
    grid.frame(numLayers, numHeads);
    frame.showPanel('heads', make('div', { class: 'scroll' }, root));
    grid.choose((this.#shown as Shown).result);
    root.querySelector<HTMLElement>('[aria-checked=true]')?.focus();
    grid.show(await source.allHeads(grid.tiling, this.#style));
    this.#names ??= await source.nameHeads?.();
    grid.describe(this.#names);
    await this.#draw();
  }

  async #showWhatIf(isOpen: boolean): Promise<void> {
    if (!isOpen) {
      this.#controls = undefined;
      return this.#frame?.showWhatIf(undefined);
    }
    const { WhatIfControls } = await import('./what_if_controls.js');
    this.#controls = new WhatIfControls(
      (change) => (this.whatIf = { ...this.#whatIf, ...change }),
      () => (this.whatIf = {}),
      (change) => this.#restyle(change),
    );
    this.#frame?.showWhatIf(this.#controls.root);
    if (this.#shown === undefined) return;
    const { result, info } = this.#shown;
    this.#controls.show(result.mechanism, this.#whatIf, this.#style, info.keyTokens.length);
  }

  async #save(type: FigureType): Promise<void> {
    try {
      const link = make('a', { download: `layer-${this.#choice.layer}-head-${this.#choice.head}.${type}` });
      link.href = URL.createObjectURL(await this.toFigure({ type }));
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    } catch (error) {
      this.#fail(error);
    }
  }
}
