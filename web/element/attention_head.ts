import { AttentionError } from '../lib/errors.js';
import type { GivenTensors } from '../lib/index.js';
import { nextTurn } from '../lib/turns.js';
import type { FigureType } from './figure.js';
import { Frame, VIEWS, type ViewName } from './frame.js';
import type { HeadSource, WhatIf } from './head_source.js';
import { HeadViewer, type Wanted } from './head_viewer.js';
import { make } from './make.js';
import { openTensors, openText, openTrace } from './open_source.js';
import type { Cell } from './view.js';
import { megabytes } from './words.js';

/** How far outside the window an element begins to load. */
const NEAR = '300px';
/** What takes shorter is not spoken of. */
const PATIENCE = 150;
/** How long a typed text rests before it is read, in milliseconds. */
const TYPING_REST = 60;

const ATTRIBUTES = ['src', 'text', 'model', 'layer', 'head', 'query', 'view'] as const;
const PROPERTIES = [...ATTRIBUTES, 'tensors', 'source', 'whatIf', 'cell'] as const;

/** There is no HTMLElement where a server renders the page. */
const Base = (globalThis.HTMLElement ?? Object) as typeof HTMLElement;

function say(element: HTMLElement, name: string, detail: unknown): void {
  element.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
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
  readonly #frame: Frame;
  readonly #viewer: HeadViewer;
  #observer: IntersectionObserver | undefined;
  #isNear = false;
  #opening: AbortController | undefined;
  /** The source that the page gave, which it disposes itself. */
  #given: HeadSource | undefined;
  /** The source that the element opened itself. */
  #opened: HeadSource | undefined;
  #tensors: GivenTensors | undefined;
  #typing: ReturnType<typeof setTimeout> | undefined;
  /** Whether a text was given after the trace was shown, which the model is to read. */
  #hasTyped = false;
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  readonly #onScheme = () => this.#viewer.restyle();

  constructor() {
    super();
    this.#frame = new Frame(this.attachShadow({ mode: 'open' }), {
      view: (name) => (this.view = name),
      panel: (name) => void this.#viewer.showPanel(name),
      whatIf: (isOpen) => void this.#viewer.showWhatIf(isOpen),
      save: (type) => void this.#save(type),
      type: (text) => this.#type(text),
    });
    const wanted = (): Wanted => {
      const { layer, head, view } = this;
      return { layer, head, view, query: this.hasAttribute('query') ? this.query : undefined };
    };
    this.#viewer = new HeadViewer(this.#frame, {
      element: this,
      get wanted() {
        return wanted();
      },
      choose: (change) => void Object.assign(this, change),
      tell: (event) => say(this, event, this.#choice),
      fail: (error) => this.#fail(error),
    });
  }

  connectedCallback(): void {
    for (const name of PROPERTIES) {
      // What was set before the element was defined lies in front of its properties.
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      Reflect.deleteProperty(this, name);
      Object.assign(this, { [name]: value });
    }
    this.#dark.addEventListener('change', this.#onScheme);
    this.#observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        this.#observer?.disconnect();
        this.#isNear = true;
        void nextTurn().then(() => (this.#isNear ? this.#open() : undefined));
      },
      { rootMargin: NEAR },
    );
    this.#observer.observe(this);
  }

  disconnectedCallback(): void {
    this.#dark.removeEventListener('change', this.#onScheme);
    this.#observer?.disconnect();
    this.#isNear = false;
    this.#opening?.abort();
    void this.#viewer.open(undefined);
    this.#opened?.dispose();
    this.#opened = undefined;
  }

  attributeChangedCallback(
    name: (typeof ATTRIBUTES)[number],
    before: string | null,
    now: string | null,
  ): void {
    if (before === now) return;
    if (name === 'src' || name === 'text' || name === 'model') {
      const { textField } = this.#frame;
      if (name === 'text' && textField.value !== now) textField.value = now ?? '';
      if (!this.#isNear) return;
      this.#hasTyped ||= name === 'text';
      void this.#open();
    } else if (name === 'view') void this.#viewer.chooseView();
    else if (name === 'query') this.#viewer.choose({ ...this.cell, query: this.query });
    else void this.#viewer.draw();
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
    return this.#viewer.cell;
  }
  set cell(cell: Cell) {
    this.#viewer.cell = cell;
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
    return this.#given;
  }
  set source(source: HeadSource | undefined) {
    this.#given = source;
    // There is nothing to load.
    if (this.#isNear || (this.isConnected && source !== undefined)) void this.#open();
  }

  /** What is changed in how the head works. */
  get whatIf(): WhatIf {
    return this.#viewer.whatIf;
  }
  set whatIf(whatIf: WhatIf) {
    this.#viewer.whatIf = whatIf;
  }

  /**
   * The head's map as a file; a PNG is `scale` times as large as an SVG.
   *
   * @throws AttentionError `disposed` before a head is shown
   */
  async toFigure({ type = 'png', scale = 2 }: { type?: FigureType; scale?: number } = {}): Promise<Blob> {
    const { shown } = this.#viewer;
    if (shown === undefined) throw new AttentionError('disposed', 'No head is shown yet.');
    return (await import('./figure.js')).makeFigure(shown, type, scale);
  }

  #number(name: string): number {
    const number = Number(this.getAttribute(name) ?? 0);
    return Number.isInteger(number) && number >= 0 ? number : 0;
  }

  #reflect(name: string, value: string): void {
    if (this.getAttribute(name) !== value) this.setAttribute(name, value);
  }

  get #choice(): AttentionChoice {
    const { shown, cell, whatIf } = this.#viewer;
    const { layer, head } = shown?.result ?? this;
    return { layer, head, ...cell, view: this.view, whatIf, text: shown?.info.text ?? this.text };
  }

  /** Opens what the attributes and properties name, and shows it. */
  async #open(): Promise<void> {
    this.#opening?.abort();
    const opening = (this.#opening = new AbortController());
    const frame = this.#frame;
    // Not before: what the page looks like is known by now.
    this.#viewer.followTheme();
    const patience = setTimeout(() => (frame.isStale = this.#viewer.shown !== undefined), PATIENCE);
    try {
      const source = this.#given ?? (await this.#openSource(opening.signal));
      if (source === undefined) return;
      if (opening.signal.aborted) return source === this.#given ? undefined : source.dispose();
      if (frame.textField.value === '') frame.textField.value = source.info.text;
      frame.isEditable = this.model !== '';
      frame.headName.textContent ||= `Layer ${this.layer}, head ${this.head}`;
      frame.isLive = true;
      frame.notify('');
      const shown = this.#viewer.open(source);
      this.#opened?.dispose();
      this.#opened = source === this.#given ? undefined : source;
      await shown;
    } catch (error) {
      if (!opening.signal.aborted) this.#fail(error);
    } finally {
      clearTimeout(patience);
    }
  }

  async #openSource(signal: AbortSignal): Promise<HeadSource | undefined> {
    if (this.#tensors !== undefined) return openTensors(this.#tensors);
    const isTyped = this.#hasTyped || this.src === '';
    if (isTyped && this.model !== '' && this.text.trim() !== '') {
      const since = performance.now();
      const onProgress = ({ loaded, total }: { loaded: number; total: number }) => {
        if (performance.now() - since < PATIENCE || signal.aborted) return;
        const words = `Loading the model: ${megabytes(loaded)} of ${megabytes(total)} MB`;
        this.#frame.notify(words, total > 0 ? loaded / total : 0, {
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
    this.#frame.notify('Loading was stopped.', undefined, { label: 'Go on', act: () => void this.#open() });
  }

  #fail(error: unknown): void {
    const { code, message } =
      error instanceof AttentionError ? error : { code: 'invalid-argument', message: String(error) };
    const words =
      code === 'wasm-unavailable'
        ? 'This figure can’t move here: WebAssembly with SIMD is missing, or a policy of this page forbids it.'
        : message;
    this.#frame.notify(words, undefined, { label: 'Try again', act: () => void this.#open() });
    say(this, 'attention-error', { code, message });
  }

  #type(text: string): void {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      this.text = text;
    }, TYPING_REST);
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
