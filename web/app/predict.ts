import type { Model, Run } from '../lib/index.js';
import type { Prediction } from './protocol.js';

const MOST_PREDICTIONS = 5;

/** The probability of each token to come next. */
function probabilities({ logits }: Run): Float32Array {
  const { data } = logits;
  const largest = data.reduce((max, logit) => Math.max(max, logit), -Infinity);
  const shares = data.map((logit) => Math.exp(logit - largest));
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => share / sum);
}

/** What is likeliest to come next by a run, with how likely it was in another of the same text. */
export function predict(model: Model, before: Run, after: Run): Prediction[] {
  const now = probabilities(after);
  const then = before === after ? now : probabilities(before);
  const best = [...now.keys()].sort((a, b) => (now[b] as number) - (now[a] as number));
  return best.slice(0, MOST_PREDICTIONS).map((id) => ({
    text: model.detokenize([id]).tokens[0]?.text ?? '',
    before: then[id] as number,
    after: now[id] as number,
  }));
}
