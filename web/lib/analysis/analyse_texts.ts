import { wrong } from '../arguments.js';
import { AttentionError } from '../errors.js';
import type { Model } from '../model/model.js';
import type { RunText } from '../model/run_input.js';
import { inSlices, nextTurn } from '../turns.js';
import { PATTERNS } from './pattern.js';
import type { HeadAnalysis } from './run_analysis.js';

/** How {@link Model.analyse} goes on. All may be left out. */
export interface AnalyseTextsOptions {
  /** Stops the reading; the promise is then rejected with code `aborted`. */
  signal?: AbortSignal;
  /** Told after each text how many are done, of how many. */
  onProgress?: (done: number, all: number) => void;
}

const STATISTICS = ['entropy', 'distance', 'firstToken', 'diagonal', 'punctuation'] as const;

/** Two means as one, each over so many. */
function meanOf(a: number, aCount: number, b: number, bCount: number): number {
  return aCount + bCount === 0 ? 0 : (aCount * a + bCount * b) / (aCount + bCount);
}

/** What a head does on texts of so many tokens, and on one more. */
function together(a: HeadAnalysis, aTokens: number, b: HeadAnalysis, bTokens: number): HeadAnalysis {
  const both = { ...a, patterns: {}, patternQueries: {} } as HeadAnalysis;
  for (const name of STATISTICS) both[name] = meanOf(a[name], aTokens, b[name], bTokens);
  for (const pattern of PATTERNS) {
    const [aCount, bCount] = [a.patternQueries[pattern], b.patternQueries[pattern]];
    both.patterns[pattern] = meanOf(a.patterns[pattern], aCount, b.patterns[pattern], bCount);
    both.patternQueries[pattern] = aCount + bCount;
  }
  return both;
}

/**
 * What every head does on a set of texts: means over the queries of all of them.
 *
 * @internal
 */
export async function analyseTexts(
  model: Model,
  texts: readonly RunText[],
  { signal, onProgress }: AnalyseTextsOptions,
): Promise<HeadAnalysis[]> {
  if (!Array.isArray(texts) || texts.length === 0) throw wrong('texts', 'a list of texts, not empty', texts);
  let heads: HeadAnalysis[] | undefined;
  let tokens = 0;
  for (const [i, text] of texts.entries()) {
    if (signal?.aborted === true) throw new AttentionError('aborted', 'Reading the texts was stopped.');
    const run = await inSlices(model.runInSteps(text));
    try {
      const ofText = await inSlices(run.analyseInSteps());
      const { length } = run.tokens;
      heads = heads?.map((head, h) => together(head, tokens, ofText[h] as HeadAnalysis, length)) ?? ofText;
      tokens += length;
    } finally {
      run.dispose();
    }
    onProgress?.(i + 1, texts.length);
    // Lets the page answer between texts.
    await nextTurn();
  }
  return heads as HeadAnalysis[];
}
