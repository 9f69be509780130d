import { AttentionError } from '../errors.js';
import type { Model } from '../model/model.js';
import { randomNumbers } from '../random_numbers.js';
import type { HeadPlace } from '../head_place.js';
import type { HeadName } from './head_name.js';
import { PATTERNS, type Pattern } from './pattern.js';
import type { HeadAnalysis } from './run_analysis.js';
import { PROBE_TEXTS } from './probe_texts.js';

/** The names of all heads, and the texts that they were measured on, in words. */
export interface HeadNames {
  heads: HeadName[];
  probe: string;
}

/** How {@link Model.nameHeads} goes on. All may be left out. */
export interface NameHeadsOptions {
  /** Stops the measuring; the promise is then rejected with code `aborted`. */
  signal?: AbortSignal;
  /** Told after each text how many are done, of how many. */
  onProgress?: (done: number, all: number) => void;
}

const WORDS: Readonly<Record<Pattern, string>> = {
  previous: 'previous word',
  next: 'next word',
  itself: 'itself',
  first: 'first token',
  same: 'same token',
  induction: 'induction',
  separator: 'separator',
};
const CAUSAL: readonly Pattern[] = ['previous', 'first', 'same', 'induction'];
const ENCODER: readonly Pattern[] = ['previous', 'next', 'itself', 'first', 'separator', 'same'];
/** A pattern that takes less of a head's weight is none. */
const LEAST_SHARE = 0.4;

const SPAN = 50;
const DRAWS = 20;

/** Texts of random tokens that come twice, behind those that the model puts before a text. */
function repeatedTexts(model: Model): { texts: number[][]; words: string } {
  const { vocabSize, maxTokens } = model.info;
  const before = model.tokenize('').tokens.map(({ id }) => id as number);
  const length = Math.min(SPAN, Math.floor((maxTokens - before.length) / 2));
  const random = randomNumbers(1);
  const texts = Array.from({ length: DRAWS }, () => {
    const span = Array.from({ length }, () => 1 + Math.floor(random() * (vocabSize - 1)));
    return [...before, ...span, ...span];
  });
  return { texts, words: `${length} random tokens that come twice, mean of ${DRAWS} draws` };
}

/** The weight on each pattern's cells over all texts, and the queries that have one. */
class PatternSums {
  readonly #weight = new Map<Pattern, number>();
  readonly #queries = new Map<Pattern, number>();

  add({ patterns, patternQueries }: HeadAnalysis): void {
    for (const pattern of PATTERNS) {
      const queries = patternQueries[pattern];
      this.#weight.set(pattern, (this.#weight.get(pattern) ?? 0) + queries * patterns[pattern]);
      this.#queries.set(pattern, (this.#queries.get(pattern) ?? 0) + queries);
    }
  }

  share(pattern: Pattern): number {
    const queries = this.#queries.get(pattern) ?? 0;
    return queries === 0 ? 0 : (this.#weight.get(pattern) as number) / queries;
  }
}

function nameOf(sums: PatternSums, patterns: readonly Pattern[], place: HeadPlace): HeadName {
  const best = patterns.reduce((most, next) => (sums.share(next) > sums.share(most) ? next : most));
  const share = sums.share(best);
  const isClear = share >= LEAST_SHARE;
  return {
    ...place,
    name: isClear ? WORDS[best] : 'no clear pattern',
    pattern: isClear ? best : null,
    share,
  };
}

/**
 * Names every head of a model by what it does on a probe: for a causal model, 50 random tokens that come twice, 20
 * draws (Olsson et al. 2022); for an encoder, sentences.
 *
 * @internal
 */
export async function nameHeads(model: Model, { signal, onProgress }: NameHeadsOptions): Promise<HeadNames> {
  const { isCausal } = model.info;
  const { texts, words } = isCausal
    ? repeatedTexts(model)
    : { texts: PROBE_TEXTS, words: `${PROBE_TEXTS.length} sentences` };
  const { numLayers, numHeads } = model.info;
  const sums = Array.from({ length: numLayers * numHeads }, () => new PatternSums());
  for (const [i, text] of texts.entries()) {
    if (signal?.aborted === true) throw new AttentionError('aborted', 'Naming the heads was stopped.');
    const run = model.run(text);
    try {
      run.analyse().forEach((head, index) => sums[index]?.add(head));
    } finally {
      run.dispose();
    }
    onProgress?.(i + 1, texts.length);
    // Lets the page answer between texts.
    await new Promise((resolve) => setTimeout(resolve));
  }
  const patterns = isCausal ? CAUSAL : ENCODER;
  const heads = sums.map((sum, i) =>
    nameOf(sum, patterns, { layer: Math.floor(i / numHeads), head: i % numHeads }),
  );
  return { heads, probe: words };
}
