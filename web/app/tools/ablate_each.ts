import { make } from '../../element/make.js';
import { tokenText } from '../../element/token_label.js';
import { find } from '../find.js';
import { barList } from './bar_list.js';
import { headMatrix } from './head_matrix.js';
import { Tool, type Page } from './tool.js';

const MOST_BARS = 8;

/** Takes out each head in turn, and shows how the logit of the likeliest token drops. */
export class AblateEach extends Tool {
  readonly #button = find<HTMLButtonElement>('button', this.root);
  #measured: number | undefined;

  constructor(page: Page) {
    super('#ablate-each', page);
    this.#button.addEventListener('click', () => void this.#measure());
  }

  protected async update(): Promise<void> {
    const predicts = this.subject?.model?.predicts === true;
    this.#button.disabled = !predicts;
    if (this.#measured === this.subject?.source) return;
    const words = predicts
      ? 'The model reads the text once for every head.'
      : 'This needs a model that predicts what comes next.';
    find<HTMLElement>('.content', this.root).replaceChildren(make('p', { class: 'quiet' }, words));
  }

  async #measure(): Promise<void> {
    const { source, input } = this.subject ?? {};
    if (source === undefined || input === undefined) return;
    const measured = await this.page.work('Taking out each head in turn', (course) =>
      this.page.explorer.ablateEach('main', input, course),
    );
    if (measured === undefined || this.subject?.source !== source) return;
    this.#measured = source;
    const { drops, logit, token } = measured;
    const numHeads = drops.shape[1] as number;
    const bars = [...drops.data]
      .map((value, i) => ({ value: -value, place: { layer: Math.floor(i / numHeads), head: i % numHeads } }))
      .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
      .slice(0, MOST_BARS)
      .map(({ value, place }) => ({
        value,
        place,
        words: `Without layer ${place.layer}, head ${place.head}`,
      }));
    find<HTMLElement>('.content', this.root).replaceChildren(
      make(
        'p',
        {},
        'With all heads the logit of “',
        make('bdi', {}, tokenText({ text: token })),
        `” is ${logit.toFixed(2)}. By how much each head alone moves it:`,
      ),
      await headMatrix(
        this.page,
        drops,
        (drop) => `without it the logit ${drop >= 0 ? 'drops' : 'rises'} by ${Math.abs(drop).toFixed(2)}`,
      ),
      barList(bars, (place) => this.page.choose(place), 'Change of the logit'),
    );
  }
}
