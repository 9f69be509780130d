import type { AttentionHeadElement } from '../../element/attention_head.js';
import { show } from '../../element/canvas.js';
import type { MapPart } from '../../element/head_source.js';
import { make } from '../../element/make.js';
import { labelText } from '../../element/token_label.js';
import { percentage } from '../../element/words.js';
import type { ModelInfo } from '../../lib/index.js';
import { asSource } from '../connect.js';
import type { Reading } from '../explorer.js';
import { find } from '../find.js';
import type { ModelChoice } from '../open_model.js';
import { Tool, type Page } from './tool.js';

/** The side of the picture of a difference, in CSS pixels. */
const SIDE = 360;

/** Another head, text or model beside the one above, with the same cell chosen in both, and what differs. */
export class Compare extends Tool {
  readonly #element = find<AttentionHeadElement>('attention-head', this.root);
  readonly #text = find<HTMLInputElement>('#other-text');
  readonly #model = find<HTMLSelectElement>('#other-model');
  readonly #difference = find<HTMLElement>('.content', this.root);
  #reading: Reading | undefined;
  /** What was read last, and when which model was there, so that it is read once. */
  #readIs = '';
  #readWith: ModelInfo | undefined;
  #modelIs = 'same';

  constructor(
    page: Page,
    readonly main: AttentionHeadElement,
  ) {
    super('#compare', page);
    this.#text.addEventListener('input', () => void this.update());
    this.#model.addEventListener('change', () => void this.#chooseModel());
    this.#link(this.main, this.#element);
    this.#link(this.#element, this.main);
    this.#element.addEventListener('attention-change', () => void this.#subtract());
    this.#element.addEventListener('attention-ready', () => void this.#subtract());
  }

  /** Has the second choose the cell that is chosen in the first. */
  #link(from: AttentionHeadElement, to: AttentionHeadElement): void {
    from.addEventListener('attention-change', () => {
      if (this.root.open) to.cell = from.cell;
    });
  }

  async #chooseModel(): Promise<void> {
    const choice = this.#model.value;
    if (choice !== 'same') {
      const loaded = await this.page.work('Loading the model to compare with', ({ signal, onProgress }) =>
        this.page.explorer.openModel('other', choice as ModelChoice, {
          signal,
          onProgress: ({ loaded: done, total: all }) =>
            onProgress({ done: Math.round(done / 1e6), all: Math.round(all / 1e6) }),
        }),
      );
      if (loaded === undefined) return void (this.#model.value = this.#modelIs);
    }
    this.#modelIs = choice;
    this.#readIs = '';
    await this.update();
  }

  protected async update(): Promise<void> {
    if (this.subject?.model === undefined) {
      return this.#difference.replaceChildren(make('p', { class: 'quiet' }, 'This needs a model.'));
    }
    const text = this.#text.value.trim() === '' ? this.subject.input : this.#text.value;
    const readIs = JSON.stringify([text, this.#modelIs]);
    // Two models may have one name.
    if (readIs !== this.#readIs || this.subject.model !== this.#readWith) {
      this.#readIs = readIs;
      this.#readWith = this.subject.model;
      if (this.#modelIs === 'same') await this.page.explorer.shareModel();
      const reading = await this.page.explorer.read('other', text, []);
      if (readIs !== this.#readIs || reading === undefined) return;
      const before = this.#reading;
      this.#reading = reading;
      this.#element.source = asSource(this.page.explorer, reading);
      if (before !== undefined) void this.page.explorer.close(before.source);
    }
    await this.#subtract();
  }

  async #subtract(): Promise<void> {
    const [subject, reading] = [this.subject, this.#reading];
    if (subject === undefined || reading === undefined || !this.root.open) return;
    const { info } = subject;
    if (info.tokens.length !== reading.info.tokens.length) {
      const words = 'Texts of as many tokens have a difference, which is drawn here.';
      return this.#difference.replaceChildren(make('p', { class: 'quiet' }, words));
    }
    const count = info.tokens.length;
    const pixels = Math.round(SIDE * devicePixelRatio);
    const part: MapPart = { width: pixels, height: pixels, rows: [0, count], columns: [0, count] };
    const style = { colours: 'linear', ignoreFirstKey: false, theme: this.page.theme } as const;
    const other = {
      layer: this.#element.layer,
      head: this.#element.head,
      whatIf: this.#element.whatIf,
      style,
      part,
    };
    const one = { ...subject.place, whatIf: subject.whatIf, style, part };
    const { weights, picture } = await this.page.explorer.difference(
      subject.source,
      one,
      reading.source,
      other,
    );
    if (subject !== this.subject || reading !== this.#reading) return;
    const canvas = make('canvas', { class: 'difference', 'aria-hidden': 'true' });
    canvas.style.width = canvas.style.height = `min(100%, ${SIDE}px)`;
    show(canvas, picture);
    const { query, key } = this.main.cell;
    const difference = weights[query * count + key] as number;
    const sign = difference < 0 ? 'less' : 'more';
    const words = `“${labelText(info.tokens, query)}” gives “${labelText(info.tokens, key)}” ${percentage(Math.abs(difference))} ${sign} in the first than in the second.`;
    const largest = weights.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    this.#difference.replaceChildren(
      make('h3', {}, 'The first minus the second'),
      canvas,
      make('p', {}, words),
      make(
        'p',
        { class: 'quiet' },
        `Purple is more in the first, olive more in the second; the strongest is ${percentage(largest)}.`,
      ),
    );
  }
}
