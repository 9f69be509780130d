import type { AttentionHeadElement } from '../element/attention_head.js';
import type { Tensor } from '../lib/index.js';
import type { FigureType } from '../element/figure.js';
import { make } from '../element/make.js';
import { errorWords } from './failures.js';
import { find } from './find.js';
import { writeNpz } from './tensors/write_npz.js';
import type { Page } from './tools/tool.js';

/** Hands a file to the person. */
function download(name: string, blob: Blob): void {
  const link = make('a', { download: name, href: URL.createObjectURL(blob) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The chosen head as a figure, or as arrays for Python. */
export class TakeAway {
  constructor(
    readonly element: AttentionHeadElement,
    readonly page: Page,
  ) {
    const root = find<HTMLElement>('#take-away');
    for (const button of root.querySelectorAll<HTMLButtonElement>('[data-figure]')) {
      button.addEventListener('click', () => void this.#take(button.dataset.figure as FigureType | 'npz'));
    }
    find('#print', root).addEventListener('click', () => print());
  }

  async #take(type: FigureType | 'npz'): Promise<void> {
    const name = `layer-${this.element.layer}-head-${this.element.head}.${type}`;
    try {
      const scale = Number(find<HTMLSelectElement>('#scale').value);
      download(name, type === 'npz' ? await this.#arrays() : await this.element.toFigure({ type, scale }));
    } catch (error) {
      this.page.say(errorWords(error));
    }
  }

  async #arrays(): Promise<Blob> {
    const { source, layer, head, whatIf } = this.element;
    if (source === undefined) throw new Error('No head is shown yet.');
    const style = { colours: 'linear', ignoreFirstKey: false, theme: 'light' } as const;
    const steps = await source.head({ layer, head, whatIf, style, part: undefined });
    const { tokens, keyTokens, headDim } = source.info;
    const arrays = new Map<string, Tensor>();
    const shapes = {
      weights: [tokens.length, keyTokens.length],
      scores: [tokens.length, keyTokens.length],
      query: [tokens.length, headDim ?? 0],
      key: [keyTokens.length, headDim ?? 0],
      value: [keyTokens.length, (steps.value?.length ?? 0) / keyTokens.length],
      output: [tokens.length, (steps.output?.length ?? 0) / tokens.length],
    };
    for (const [name, shape] of Object.entries(shapes)) {
      const data = steps[name as keyof typeof shapes];
      if (data !== undefined) arrays.set(name, { data, shape });
    }
    return new Blob([writeNpz(arrays)], { type: 'application/zip' });
  }
}
