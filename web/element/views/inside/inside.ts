import { tokenElement } from '../../labels.js';
import { make } from '../../make.js';
import { rowOf, type Cell, type Shown, type View, type ViewHost } from '../../view.js';
import { decimal, percentage } from '../../words.js';
import { Bars, largestOf } from './bars.js';
import { formula, STAGES, type Stage } from './formula.js';
import CSS from './inside.css';

/** How many keys' values are shown one by one. */
const MOST_VALUES = 5;

const TITLES: Readonly<Record<Stage, string>> = {
  vectors: 'The query meets the key',
  score: 'Their score',
  mask: 'What may be seen',
  softmax: 'All scores of the query become weights',
  values: 'The weights gather values',
};

function line(...words: readonly (Node | string)[]): HTMLElement {
  return make('p', {}, ...words);
}

/** How one query comes to look at one key, and what it takes from there: every step with its numbers. */
export class InsideView implements View {
  readonly root: HTMLElement;
  readonly css = CSS;
  readonly #stages = Object.fromEntries(
    STAGES.map((stage) => [stage, make('div', { class: 'steps' })]),
  ) as unknown as Record<Stage, HTMLElement>;
  readonly #host: ViewHost;
  readonly #query = new Bars('query', (index) => this.#sayDimension(index));
  readonly #key = new Bars('key', (index) => this.#sayDimension(index));
  readonly #products = new Bars('plain', (index) => this.#sayDimension(index));
  readonly #weights = new Bars('plain', (index) => this.#sayKey(index));
  readonly #output = new Bars('value');
  readonly #dimension = make('p', { class: 'quiet' });
  readonly #keyWords = make('p', { class: 'quiet' });
  #shown: Shown | undefined;

  constructor(host: ViewHost) {
    this.#host = host;
    const maths = make('div', { class: 'formula' }, formula());
    const sections = STAGES.map((stage, i) => {
      const title = make(
        'p',
        { class: 'title' },
        make('span', { class: 'number', 'aria-hidden': 'true' }, `${i + 1}`),
        TITLES[stage],
      );
      return make(
        'section',
        { class: `stage ${stage}`, 'data-stage': stage, tabindex: '0', 'aria-label': TITLES[stage] },
        title,
        this.#stages[stage],
      );
    });
    this.root = make('div', { class: 'inside-view' }, maths, make('div', { class: 'stages' }, ...sections));
    for (const name of ['pointerover', 'focusin'] as const) {
      this.root.addEventListener(name, (event) => {
        const stage = (event.target as Element).closest<HTMLElement>('[data-stage]')?.dataset.stage;
        for (const element of this.root.querySelectorAll('[data-stage]')) {
          element.classList.toggle('lit', element.getAttribute('data-stage') === stage);
        }
      });
    }
    maths.addEventListener('click', (event) => {
      const stage = (event.target as Element).closest('[data-stage]')?.getAttribute('data-stage');
      sections.find(({ dataset }) => dataset.stage === stage)?.scrollIntoView({ block: 'nearest' });
    });
    this.#weights.root.addEventListener('click', (event) => {
      if (this.#shown !== undefined)
        this.#host.choose({ ...this.#shown.cell, key: this.#weights.indexAt(event) });
    });
  }

  choose(cell: Cell): void {
    if (this.#shown !== undefined) this.show({ ...this.#shown, cell });
  }

  show(shown: Shown): void {
    this.#shown = shown;
    if (shown.result.query === undefined) {
      for (const stage of STAGES) this.#stages[stage].replaceChildren();
      this.#stages.vectors.append(
        line('Here are weights alone; the steps before them need queries, keys and values.'),
      );
      return;
    }
    this.#showVectors(shown);
    this.#showScore(shown);
    this.#showMask(shown);
    this.#showSoftmax(shown);
    this.#showValues(shown);
  }

  #name(role: 'query' | 'key', index: number): HTMLElement {
    const { info } = this.#shown as Shown;
    const tokens = role === 'query' ? info.tokens : info.keyTokens;
    return make('span', { class: role }, '“', tokenElement(tokens, index, 'bdi'), '”');
  }

  /** The chosen query and key, [headDim] each, and their products. */
  #vectors(): { query: Float32Array; key: Float32Array; products: Float32Array } {
    const { result, cell, info } = this.#shown as Shown;
    const dim = info.headDim ?? 0;
    const query = rowOf(result.query as Float32Array, cell.query, dim);
    const key = rowOf(result.key as Float32Array, cell.key, dim);
    return { query, key, products: query.map((value, i) => value * (key[i] as number)) };
  }

  #showVectors({ cell }: Shown): void {
    const { query, key, products } = this.#vectors();
    const largest = largestOf(query, key);
    this.#query.show(query, largest);
    this.#key.show(key, largest);
    this.#products.show(products, largestOf(products));
    this.#stages.vectors.replaceChildren(
      line('The query of ', this.#name('query', cell.query), ` is ${query.length} numbers:`),
      this.#query.root,
      line('So is the key of ', this.#name('key', cell.key), ':'),
      this.#key.root,
      line('Multiplied one by one:'),
      this.#products.root,
      this.#dimension,
    );
    this.#sayDimension(undefined);
  }

  /** The numbers of one dimension; of the one that adds most where none is pointed at. */
  #sayDimension(index: number | undefined): void {
    const { query, key, products } = this.#vectors();
    const at =
      index ??
      products.reduce(
        (best, value, i) => (Math.abs(value) > Math.abs(products[best] as number) ? i : best),
        0,
      );
    const [q, k, product] = [query, key, products].map((list) => decimal(list[at] as number));
    this.#dimension.textContent = `${index === undefined ? 'Most comes from dimension' : 'Dimension'} ${at}: ${q} × ${k} = ${product}`;
  }

  #showScore({ result, info, cell }: Shown): void {
    const { products } = this.#vectors();
    const { scale, softcap } = result.mechanism;
    const at = cell.query * info.keyTokens.length + cell.key;
    const score = result.scores?.[at] as number;
    const isRoot = Math.abs(scale * Math.sqrt(products.length) - 1) < 1e-6;
    const scaled = isRoot ? `divided by √${products.length}` : `times ${decimal(scale)}`;
    const steps = [
      line(
        `The products add up to ${decimal(products.reduce((sum, value) => sum + value, 0))}; ${scaled}, the score is `,
        make('b', {}, decimal(score)),
        '.',
      ),
    ];
    if (softcap > 0) {
      steps.push(
        line(
          `A softcap of ${decimal(softcap)} keeps it small: ${decimal(result.softcapped?.[at] as number)}.`,
        ),
      );
    }
    this.#stages.score.replaceChildren(...steps);
  }

  #showMask({ result, info, cell }: Shown): void {
    const { isCausal, slidingWindow, temperature, hasMask } = result.mechanism;
    const at = cell.query * info.keyTokens.length + cell.key;
    const masked = result.masked?.[at] as number;
    const rules = [
      ...(isCausal ? ['no token looks at later ones'] : []),
      ...(slidingWindow === null ? [] : ['only near tokens are seen']),
      ...(hasMask ? ['a mask says what is seen'] : []),
    ];
    const rule =
      rules.length === 0 ? 'Every token may look at every other.' : `In this head ${rules.join(' and ')}.`;
    const own =
      masked === -Infinity
        ? 'This key is hidden from the query: its score becomes −∞.'
        : masked === result.softcapped?.[at]
          ? 'This key may be seen, so its score stays.'
          : `This key may be seen, and its score becomes ${decimal(masked)}.`;
    const warmth =
      temperature === 1
        ? []
        : [line(`A temperature of ${temperature} divides it: ${decimal(masked / temperature)}.`)];
    this.#stages.mask.replaceChildren(line(`${rule} ${own}`), ...warmth);
  }

  #showSoftmax({ result, info, cell }: Shown): void {
    const { sink, temperature } = result.mechanism;
    const count = info.keyTokens.length;
    const masked = rowOf(result.masked as Float32Array, cell.query, count).map(
      (score) => score / temperature,
    );
    const weights = rowOf(result.weights, cell.query, count);
    const sum = masked.reduce((total, score) => total + Math.exp(score), sink === null ? 0 : Math.exp(sink));
    this.#weights.show(weights, largestOf(weights), cell.key);
    const words = line(
      `e to the power of ${decimal(masked[cell.key] as number)} is ${decimal(Math.exp(masked[cell.key] as number))}; divided by the sum over all keys${sink === null ? '' : ' and the sink'}, ${decimal(sum)}, it is `,
      make('b', {}, percentage(weights[cell.key] as number)),
      '.',
    );
    this.#stages.softmax.replaceChildren(words, this.#weights.root, this.#keyWords);
    this.#sayKey(undefined);
  }

  #sayKey(index: number | undefined): void {
    const { result, info, cell } = this.#shown as Shown;
    const key = index ?? cell.key;
    const weight = result.weights[cell.query * info.keyTokens.length + key] as number;
    this.#keyWords.replaceChildren(this.#name('key', key), ` gets ${percentage(weight)}`);
  }

  #showValues({ result, info, cell, whatIf }: Shown): void {
    const count = info.keyTokens.length;
    const weights = rowOf(result.weights, cell.query, count);
    const value = result.value as Float32Array;
    const dim = value.length / count;
    const strongest = [...weights.keys()]
      .sort((a, b) => (weights[b] as number) - (weights[a] as number))
      .slice(0, MOST_VALUES);
    const parts = strongest.map((key) =>
      rowOf(value, key, dim).map((number) => number * (weights[key] as number)),
    );
    const output = rowOf(result.output as Float32Array, cell.query, dim);
    const largest = largestOf(output, ...parts);
    this.#output.show(output, largest);
    const rows = strongest.map((key, i) => {
      const bars = new Bars('value');
      bars.show(parts[i] as Float32Array, largest);
      return make(
        'li',
        {},
        make('span', {}, `${percentage(weights[key] as number)} of `, this.#name('key', key)),
        bars.root,
      );
    });
    const rest = count > strongest.length ? `The other ${count - strongest.length} add what is left. ` : '';
    const sum =
      whatIf.isRemoved === true
        ? 'The head is taken out, so it gives nothing:'
        : `${rest}Their sum is what the head gives for this query:`;
    this.#stages.values.replaceChildren(
      make('ul', { class: 'values-list' }, ...rows),
      line(sum),
      this.#output.root,
    );
  }
}
