import { make } from '../../element/make.js';
import { tokenText } from '../../element/token_label.js';
import { find } from '../find.js';
import { barList, type Bar } from './bar_list.js';
import { Tool, type Page } from './tool.js';

const MOST_BARS = 14;

/** What each part of the model adds to the logit of the token that it thinks comes next. */
export class Contributions extends Tool {
  constructor(page: Page) {
    super('#contributions', page);
  }

  protected async update(): Promise<void> {
    const content = find<HTMLElement>('.content', this.root);
    if (this.subject?.model?.predicts !== true) {
      return content.replaceChildren(
        make('p', { class: 'quiet' }, 'This needs a model that predicts what comes next.'),
      );
    }
    const { source, info } = this.subject;
    const { token, logit, embedding, heads, feedForwards, attentionBiases, normBias } =
      await this.page.explorer.attribute(source, 'main');
    if (this.subject.source !== source) return;
    const rest = [...attentionBiases].reduce((sum, value) => sum + value, normBias);
    const bars: Bar[] = [
      { words: 'Embedding', value: embedding },
      ...[...feedForwards].map((value, layer) => ({ words: `Layer ${layer}, feed-forward`, value })),
      ...[...heads.data].map((value, i) => {
        const place = { layer: Math.floor(i / info.numHeads), head: i % info.numHeads };
        return { words: `Layer ${place.layer}, head ${place.head}`, value, place };
      }),
    ].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
    const shown = bars.slice(0, MOST_BARS);
    const others = bars.slice(MOST_BARS).reduce((sum, { value }) => sum + value, rest);
    const words = make(
      'p',
      {},
      'What speaks for “',
      make('bdi', {}, tokenText({ text: token })),
      `”: the parts add up to its logit, ${logit.toFixed(2)}.`,
    );
    content.replaceChildren(
      words,
      barList(
        [...shown, { words: 'All others', value: others }],
        (place) => this.page.choose(place),
        'Contributions to the logit',
      ),
    );
  }
}
