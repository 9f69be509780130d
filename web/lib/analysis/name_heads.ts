import type { Model } from '../model/model.js';
import { randomNumbers } from '../random_numbers.js';
import { analyseTexts, type AnalyseTextsOptions } from './analyse_texts.js';
import type { HeadName } from './head_name.js';
import type { Pattern } from './pattern.js';
import type { HeadAnalysis } from './run_analysis.js';
import { PROBE_TEXTS } from './probe_texts.js';

/** The names of all heads, and the texts that they were measured on, in words. */
export interface HeadNames {
  heads: HeadName[];
  probe: string;
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
  const before = model.takesTexts ? model.tokenize('').tokens.map(({ id }) => id as number) : [];
  const length = Math.min(SPAN, Math.floor((maxTokens - before.length) / 2));
  const random = randomNumbers(1);
  const texts = Array.from({ length: DRAWS }, () => {
    const span = Array.from({ length }, () => 1 + Math.floor(random() * (vocabSize - 1)));
    return [...before, ...span, ...span];
  });
  return { texts, words: `${length} random tokens that come twice, mean of ${DRAWS} draws` };
}

function nameOf({ layer, head, patterns }: HeadAnalysis, known: readonly Pattern[]): HeadName {
  const best = known.reduce((most, next) => (patterns[next] > patterns[most] ? next : most));
  const share = patterns[best];
  const isClear = share >= LEAST_SHARE;
  return {
    layer,
    head,
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
export async function nameHeads(model: Model, options: AnalyseTextsOptions): Promise<HeadNames> {
  const { isCausal } = model.info;
  const { texts, words } = isCausal
    ? repeatedTexts(model)
    : { texts: PROBE_TEXTS, words: `${PROBE_TEXTS.length} sentences` };
  const patterns = isCausal ? CAUSAL : ENCODER;
  const heads = (await analyseTexts(model, texts, options)).map((head) => nameOf(head, patterns));
  return { heads, probe: words };
}
