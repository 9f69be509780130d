import type { AttentionSource, HeadPlace } from '../attention_source.js';
import { AttentionError } from '../errors.js';
import type { FullProgram } from '../model/full_program.js';
import type { ProgramCall } from '../program_call.js';
import type { Token } from '../text/token.js';

/** What a head may do, by the cells that it then looks at (src/analysis/pattern.h, in its order). */
export const PATTERNS = ['previous', 'next', 'itself', 'first', 'same', 'induction', 'separator'] as const;
export type Pattern = (typeof PATTERNS)[number];

/** What one head does on a text: means over its queries. */
export interface HeadAnalysis extends HeadPlace {
  /** −Σ w ln w, in nats. */
  entropy: number;
  /** How far the keys are that are looked at, in tokens. */
  distance: number;
  /** The weight on the first token, on the query's own, and on punctuation. */
  firstToken: number;
  diagonal: number;
  punctuation: number;
  /** The mean weight on the cells that each pattern names, over the queries that have one; 0 where none has. */
  patterns: Record<Pattern, number>;
}

const COLUMNS = 5 + PATTERNS.length;
const PUNCTUATION = /^[\p{P}\p{S}]+$/u;

/** A token that is punctuation alone, whatever spaces stand around it. */
function isPunctuation({ text, start, end }: Token): boolean {
  return start !== end && PUNCTUATION.test(text.trim());
}

/** A token that the model puts behind a text or between two. */
function isSeparator({ start, end }: Token, index: number): boolean {
  return index > 0 && start === end;
}

/**
 * What every head of a run does, layer by layer; patterns are looked for in the queries from `firstQuery` on.
 *
 * @internal
 */
export function analyseHeads(
  program: FullProgram,
  run: ProgramCall,
  { tokens, numLayers, numHeads }: Pick<AttentionSource, 'tokens' | 'numLayers' | 'numHeads'>,
  firstQuery: number,
): HeadAnalysis[] {
  const analysis = program.newAnalysis();
  if (analysis === 0) throw new AttentionError('out-of-memory', 'No memory is left for an analysis.');
  try {
    run.succeed(program.prepareAnalysis(analysis, run.pointer));
    program.HEAPU8.set(tokens.map(isPunctuation).map(Number), program.punctuationMarks(analysis));
    program.HEAPU8.set(tokens.map(isSeparator).map(Number), program.separatorMarks(analysis));
    run.succeed(program.analyseHeads(analysis, run.pointer, firstQuery));
    const first = program.analysisTable(analysis) / 8;
    return Array.from({ length: numLayers * numHeads }, (_, i) => {
      const column = (index: number) => program.HEAPF64[first + i * COLUMNS + index] as number;
      return {
        layer: Math.floor(i / numHeads),
        head: i % numHeads,
        entropy: column(0),
        distance: column(1),
        firstToken: column(2),
        diagonal: column(3),
        punctuation: column(4),
        patterns: Object.fromEntries(PATTERNS.map((name, p) => [name, column(5 + p)])) as Record<
          Pattern,
          number
        >,
      };
    });
  } finally {
    program.deleteAnalysis(analysis);
  }
}
