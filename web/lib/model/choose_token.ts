import { requireInteger, requireKnownOptions, requireNumber, wrong } from '../arguments.js';
import { randomNumbers } from '../random_numbers.js';

/** How the next token is chosen. All may be left out: the likeliest is then taken. */
export interface SamplingOptions {
  /** Divides the logits before softmax; 0, which is the default, takes the likeliest token. */
  temperature?: number;
  /** Only so many of the likeliest tokens are drawn from (Fan et al. 2018). */
  topK?: number;
  /** Only the likeliest tokens that together have this probability are drawn from (Holtzman et al. 2020). */
  topP?: number;
  /** Draws the same every time. */
  seed?: number;
}

export const SAMPLING_OPTIONS = ['temperature', 'topK', 'topP', 'seed'] as const;

function likeliest(logits: Float32Array): number {
  let best = 0;
  for (let id = 1; id < logits.length; ++id) {
    if ((logits[id] as number) > (logits[best] as number)) best = id;
  }
  return best;
}

/**
 * Chooses one token after another from logits [vocabSize], as the options say.
 *
 * @throws AttentionError naming the option that can't be
 */
export function makeChooser(options: SamplingOptions): (logits: Float32Array) => number {
  requireKnownOptions('sampling', options, SAMPLING_OPTIONS);
  const temperature = requireNumber('temperature', options.temperature ?? 0);
  if (!(temperature >= 0 && Number.isFinite(temperature)))
    throw wrong('temperature', 'at least 0', temperature);
  const topK = requireInteger('topK', options.topK ?? 2 ** 31 - 1, 1, 2 ** 31 - 1);
  const topP = requireNumber('topP', options.topP ?? 1);
  if (!(topP > 0 && topP <= 1)) throw wrong('topP', 'above 0 and at most 1', topP);
  if (temperature === 0) return likeliest;
  const random = randomNumbers(requireInteger('seed', options.seed ?? 0, 0, 2 ** 32 - 1));
  return (logits) => {
    const order = Array.from(logits.keys()).sort((a, b) => (logits[b] as number) - (logits[a] as number));
    const kept = order.slice(0, topK);
    const largest = logits[kept[0] as number] as number;
    const weights = kept.map((id) => Math.exp(((logits[id] as number) - largest) / temperature));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let count = 0;
    let nucleus = 0;
    while (count < kept.length && nucleus < topP * total) nucleus += weights[count++] as number;
    let left = random() * nucleus;
    const drawn = weights.slice(0, count).findIndex((weight) => (left -= weight) < 0);
    return kept[Math.max(0, drawn)] as number;
  };
}
