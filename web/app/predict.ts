import type { Model, Run } from '../lib/index.js';

/** A token that may come next: how likely with all heads, and without those that are taken out. */
export interface Prediction {
  text: string;
  before: number;
  after: number;
}

const MOST_PREDICTIONS = 5;

/** A token's text; `#` and its id where it has none, as in rows of an embedding that only fill it up. */
export function spell(model: Pick<Model, 'detokenize'>, id: number): string {
  return model.detokenize([id]).tokens[0]?.text || `#${id}`;
}

/** What is likeliest to come next by a run, with how likely it was in another of the same text. */
export function predict(model: Model, before: Run, after: Run): Prediction[] {
  const now = after.nextProbabilities;
  const then = before === after ? now : before.nextProbabilities;
  const best = [...now.keys()].sort((a, b) => (now[b] as number) - (now[a] as number));
  return best.slice(0, MOST_PREDICTIONS).map((id) => ({
    text: spell(model, id),
    before: then[id] as number,
    after: now[id] as number,
  }));
}
