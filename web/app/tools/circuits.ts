import { make } from '../../element/make.js';
import type { Composition } from '../../lib/index.js';
import type { CircuitMap } from '../explorer.js';
import { find } from '../find.js';
import { barList } from './bar_list.js';
import { matrix } from './matrix.js';
import { Tool, type Page } from './tool.js';

/** The longest side of the picture in CSS pixels. */
const SIDE = 480;
const MOST_PAIRS = 8;

/** What heads are by their weights alone: which copy, and which read what earlier ones write. */
export class CircuitsTool extends Tool {
  readonly #button = find<HTMLButtonElement>('button', this.root);
  readonly #kind = find<HTMLSelectElement>('select', this.root);

  constructor(page: Page) {
    super('#circuits', page);
    this.#button.addEventListener('click', () => void this.#measure());
  }

  protected async update(): Promise<void> {
    this.#button.disabled = this.subject?.model === undefined;
  }

  async #measure(): Promise<void> {
    const kind = this.#kind.value as Composition;
    const model = this.subject?.model;
    const circuits = await this.page.work('Looking at the weights', (course) =>
      this.page.explorer.circuits('main', kind, course),
    );
    if (circuits === undefined || this.subject?.model !== model) return;
    find<HTMLElement>('.content', this.root).replaceChildren(
      ...(await this.#picture(circuits)),
      ...this.#copying(circuits),
    );
  }

  async #picture({ heads, composition }: CircuitMap): Promise<HTMLElement[]> {
    const all = heads.length;
    const side = Math.min(SIDE, Math.max(160, all * 10));
    const picture = await matrix(this.page, composition, { width: side, height: side }, 'linear');
    const name = (i: number) => `layer ${heads[i]?.layer}, head ${heads[i]?.head}`;
    const words = make(
      'p',
      { class: 'quiet', 'aria-hidden': 'true' },
      'Rows read, columns are read; both by layer.',
    );
    picture.root.addEventListener('pointermove', (event) => {
      const [reader, writer] = picture.at(event);
      const strength = composition.data[reader * all + writer] as number;
      words.textContent = `${name(reader)} reads ${name(writer)}: ${strength.toFixed(3)}`;
    });
    picture.root.addEventListener('click', (event) =>
      this.page.choose(heads[picture.at(event)[0]] as CircuitMap['heads'][number]),
    );
    const pairs = [...composition.data.keys()]
      .sort((a, b) => (composition.data[b] as number) - (composition.data[a] as number))
      .slice(0, MOST_PAIRS)
      .map((i) => ({
        words: `${name(Math.floor(i / all))} reads ${name(i % all)}`,
        value: composition.data[i] as number,
        place: heads[Math.floor(i / all)] as CircuitMap['heads'][number],
      }));
    return [
      make('h3', {}, 'Who reads whom'),
      make('div', { class: 'scroll' }, picture.root, words),
      barList(pairs, (place) => this.page.choose(place), 'Strongest pairs'),
    ];
  }

  #copying({ heads }: CircuitMap): HTMLElement[] {
    const scored = heads.flatMap(({ layer, head, copyingScore }) =>
      copyingScore === undefined
        ? []
        : [{ words: `Layer ${layer}, head ${head}`, value: copyingScore, place: { layer, head } }],
    );
    if (scored.length === 0) return [];
    const most = scored.sort((a, b) => b.value - a.value).slice(0, MOST_PAIRS);
    return [
      make('h3', {}, 'Who copies'),
      make(
        'p',
        { class: 'quiet' },
        '1 for a head that makes likelier what it looks at, −1 for one that suppresses it.',
      ),
      barList(most, (place) => this.page.choose(place), 'Copying scores'),
    ];
  }
}
