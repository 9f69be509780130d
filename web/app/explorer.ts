import type { Course } from '../element/calls.js';
import type { HeadRequest } from '../element/head_source.js';
import { SharedEngine, type Opened } from '../element/shared_engine.js';
import {
  AttentionError,
  type Ablations,
  type Composition,
  type HeadAnalysis,
  type HeadCircuit,
  type HeadNames,
  type HeadPlace,
  type LoadProgress,
  type LogitAttribution,
  type Model,
  type ModelInfo,
  type Picture,
  type Run,
  type Tensor,
  type Token,
} from '../lib/index.js';
import type { RunText } from '../lib/model/run_input.js';
import { nextTurn } from '../lib/turns.js';
import { openModel, type ModelChoice } from './open_model.js';
import { predict, spell, type Prediction } from './predict.js';

/** Which of two readers: the page's own, or the one that it is compared with. */
export type Side = 'main' | 'other';

/** What the page knows of a model. */
export interface ModelFacts extends ModelInfo {
  /** Whether it takes texts, or ids alone. */
  takesTexts: boolean;
  /** Whether it reads two texts together. */
  takesPairs: boolean;
  /** What stands between two texts that differ in their tokens' types; undefined where nothing does. */
  separator: string | undefined;
}

/** A text that a model has read. */
export interface Reading extends Opened {
  /** What may come next, by a model that predicts. */
  predictions: readonly Prediction[] | undefined;
}

/** How far something with many steps is. */
export interface Steps {
  done: number;
  all: number;
}

/** The heads of two sources, one subtracted from the other. */
export interface Difference {
  /** [queries, keys] */
  weights: Float32Array;
  picture: Picture;
}

/** Copying scores of all heads, and how strongly the heads of later layers read those of earlier ones. */
export interface CircuitMap {
  heads: readonly Pick<HeadCircuit, 'layer' | 'head' | 'copyingScore'>[];
  /** [heads of all layers, heads of all layers]: rows read, columns are read; 0 where a column is not earlier. */
  composition: Tensor;
}

/** The most tokens that a model adds to a text at a time. */
const MOST_NEW_TOKENS = 40;

/** The tokens of two texts; undefined where a model reads one alone. */
function tokensOfPair(model: Model): readonly Token[] | undefined {
  try {
    return model.tokenize(['a', 'b']).tokens;
  } catch {
    return undefined;
  }
}

function factsOf(model: Model): ModelFacts {
  const pair = tokensOfPair(model);
  const second = pair?.findIndex(({ type }) => type === 1) ?? -1;
  return {
    ...model.info,
    takesTexts: model.takesTexts,
    takesPairs: pair !== undefined,
    separator: second === -1 ? undefined : pair?.[second - 1]?.text,
  };
}

/** What the page's worker does beside what elements ask for: models, texts, edits, and what heads do. */
export class Explorer extends SharedEngine {
  readonly #models = new Map<Side, Model>();
  /** What read each open text: a model is kept as long as any of it is on the page. */
  readonly #readBy = new Map<number, Model>();

  /** Starts the program; rejected where it can't be. */
  async ready(): Promise<void> {
    await this.start();
  }

  /** Loads a model in the place of the one that was there, which stays where the new one fails. */
  async openModel(side: Side, choice: ModelChoice, course: Course<LoadProgress>): Promise<ModelFacts> {
    const model = await openModel(await this.start(), choice, course);
    const before = this.#models.get(side);
    this.#models.set(side, model);
    this.#retire(before);
    return factsOf(model);
  }

  /** Lets both sides read with one model. */
  async shareModel(): Promise<void> {
    const [main, other] = [this.#models.get('main'), this.#models.get('other')];
    if (main === undefined || main === other) return;
    this.#models.set('other', main);
    this.#retire(other);
  }

  /** Reads a text without the heads that are taken out; undefined where no model is there. */
  async read(side: Side, text: RunText, ablated: readonly HeadPlace[]): Promise<Reading | undefined> {
    const model = this.#models.get(side);
    if (model === undefined) return undefined;
    const run = model.run(text, { edits: ablated.map((place) => ({ ...place, ablate: 'zero' })) });
    const predictions = model.info.predicts ? this.#predict(model, text, run, ablated.length > 0) : undefined;
    const opened = this.open(run);
    this.#readBy.set(opened.source, model);
    return { ...opened, predictions };
  }

  override async close(source: number): Promise<void> {
    await super.close(source);
    const model = this.#readBy.get(source);
    this.#readBy.delete(source);
    this.#retire(model);
  }

  /** Disposes a model that nothing needs any more. */
  #retire(model: Model | undefined): void {
    const needed = [...this.#models.values(), ...this.#readBy.values()];
    if (model !== undefined && !needed.includes(model)) model.dispose();
  }

  #predict(model: Model, text: RunText, run: Run, isEdited: boolean): Prediction[] {
    if (!isEdited) return predict(model, run, run);
    const whole = model.run(text);
    try {
      return predict(model, whole, run);
    } finally {
      whole.dispose();
    }
  }

  /** One head minus another of as many tokens. */
  async difference(
    source: number,
    request: HeadRequest,
    otherSource: number,
    other: HeadRequest,
  ): Promise<Difference> {
    const core = await this.start();
    const weightsOf = async (of: number, asked: HeadRequest) =>
      (await this.head(of, { ...asked, part: undefined })).weights;
    const [one, two] = [await weightsOf(source, request), await weightsOf(otherSource, other)];
    if (one.length !== two.length) {
      throw new AttentionError('invalid-argument', 'Only texts of as many tokens have a difference.');
    }
    const weights = one.map((weight, i) => weight - (two[i] as number));
    const rows = this.source(source).tokens.length;
    const { width = 0, height = 0 } = request.part ?? {};
    const { theme } = request.style;
    const shape = [rows, weights.length / rows];
    return {
      weights,
      picture: core.paint({ weights: { data: weights, shape }, width, height, theme, colours: 'diverging' }),
    };
  }

  /** What every head does on the text of a run; undefined for what ran elsewhere. */
  async statistics(source: number): Promise<HeadAnalysis[] | undefined> {
    return (this.source(source) as Partial<Run>).analyse?.();
  }

  /** Every head's place in a plane, [heads, 2], in which heads that look alike are close. */
  async similarity(source: number): Promise<Float32Array | undefined> {
    return (this.source(source) as Partial<Run>).layOutHeads?.().data;
  }

  async nameAll(side: Side, course: Course<Steps>): Promise<HeadNames> {
    const { signal, onProgress } = course;
    return this.#model(side).nameHeads({ signal, onProgress: (done, all) => onProgress({ done, all }) });
  }

  /** What each part of a model that predicts adds to the logit of the likeliest next token. */
  async attribute(source: number, side: Side): Promise<LogitAttribution & { token: string }> {
    const run = this.source(source) as Run;
    const { data } = run.logits;
    const id = data.indexOf(data.reduce((max, logit) => Math.max(max, logit), -Infinity));
    return { ...run.attributeLogit(id), token: spell(this.#model(side), id) };
  }

  async ablateEach(
    side: Side,
    text: RunText,
    course: Course<Steps>,
  ): Promise<Omit<Ablations, 'token'> & { token: string }> {
    const { signal, onProgress } = course;
    const model = this.#model(side);
    const ablations = await model.ablateEach(text as string | readonly number[], {
      signal,
      onProgress: (done, all) => onProgress({ done, all }),
    });
    return { ...ablations, token: spell(model, ablations.token) };
  }

  async circuits(side: Side, kind: Composition, { signal, onProgress }: Course<Steps>): Promise<CircuitMap> {
    const model = this.#model(side);
    const { numLayers, numHeads } = model.info;
    const all = numLayers * numHeads;
    const circuits = model.circuits();
    try {
      const heads: CircuitMap['heads'][number][] = [];
      const composition = { data: new Float32Array(all * all), shape: [all, all] };
      for (let later = 0; later < numLayers; ++later) {
        await nextTurn();
        if (signal.aborted) throw new AttentionError('aborted', 'Looking at the weights was stopped.');
        heads.push(
          ...circuits.heads(later).map(({ layer, head, copyingScore }) => ({ layer, head, copyingScore })),
        );
        for (let earlier = 0; earlier < later; ++earlier) {
          const { data } = circuits.composition(kind, { earlier, later });
          for (let head = 0; head < numHeads; ++head) {
            const row = data.subarray(head * numHeads, (head + 1) * numHeads);
            composition.data.set(row, (later * numHeads + head) * all + earlier * numHeads);
          }
        }
        onProgress({ done: later + 1, all: numLayers });
      }
      return { heads, composition };
    } finally {
      circuits.dispose();
    }
  }

  /** Any map as a picture, such as that of all heads by what they do. */
  async paint(
    weights: Tensor,
    width: number,
    height: number,
    theme: 'light' | 'dark',
    colours: 'linear' | 'diverging',
  ): Promise<Picture> {
    return (await this.start()).paint({ weights, width, height, theme, colours });
  }

  /** Lets a causal model go on with a text, which is told as it grows; it stops at once where it is asked to. */
  async goOn(text: string, { signal, onProgress }: Course<string>): Promise<string> {
    const model = this.#model('main');
    const { length } = model.tokenize(text).tokens;
    const run = model.run(text, { room: Math.min(MOST_NEW_TOKENS, model.info.maxTokens - length) });
    try {
      const steps = run.generate({ signal });
      while ((await steps.next()).done !== true) onProgress(run.text);
      return run.text;
    } finally {
      run.dispose();
    }
  }

  #model(side: Side): Model {
    const model = this.#models.get(side);
    if (model === undefined) throw new AttentionError('disposed', 'This needs a model, and none is loaded.');
    return model;
  }
}
