import { requireBoolean, requireInteger, requireKnownOptions, wrong } from '../arguments.js';
import type { AttentionSource } from '../attention_source.js';
import type { HeadPlace } from '../head_place.js';
import { AttentionError } from '../errors.js';
import type { FullProgram } from '../model/full_program.js';
import type { ProgramCall } from '../program_call.js';
import type { Tensor } from '../tensor.js';
import type { Token } from '../text/token.js';
import { PATTERNS, type Pattern } from './pattern.js';

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
  /** How many queries have a cell of each pattern. */
  patternQueries: Record<Pattern, number>;
}

/** How {@link Run.detectHeads} compares, as TransformerLens's detect_head does. */
export interface DetectHeadsOptions {
  pattern: 'previous' | 'same' | 'induction';
  /** The share of all weights on the pattern's cells (the default), or 1 − the mean absolute difference a query. */
  similarity?: 'mul' | 'abs';
  /** Leaves out the first key. */
  excludeBos?: boolean;
  /** Leaves out the diagonal. */
  excludeCurrentToken?: boolean;
}

/** A cell of one head's map. */
export interface CellPlace extends HeadPlace {
  query: number;
  key: number;
}

/** The logit of a token as a sum over the parts of a model that predicts; see {@link Run.attributeLogit}. */
export interface LogitAttribution {
  embedding: number;
  /** The final norm's own bias. */
  normBias: number;
  /** Of each head, [layers, heads]; and of what stands beside them in each layer, [layers]. */
  heads: Tensor;
  attentionBiases: Float32Array;
  feedForwards: Float32Array;
  /** The sum of all. */
  logit: number;
}

/** What is different in a run of the same text; see {@link Run.changesFrom}. */
export interface RunChanges {
  /**
   * By how much weight each head's map differs, [layers, heads]: 0 where it is the same, 1 where it looks at nothing of
   * what it looked at.
   */
  heads: Tensor;
  /** The probability of each token to come next, minus what it was, [vocabSize]; undefined for an encoder. */
  probabilities: Float32Array | undefined;
}

/** A score split; see {@link Run.splitScore}. */
export interface ScoreParts {
  /** What each dimension of the head adds, [headDim]; in the order of Hugging Face's layout. */
  dimensions: Float32Array;
  /** The same for the two dimensions of each rotary frequency, fastest first; undefined without rotary positions. */
  frequencies: Float32Array | undefined;
}

const SIMILARITIES = ['mul', 'abs'];
const COLUMNS = 5 + 2 * PATTERNS.length;
const PUNCTUATION = /^[\p{P}\p{S}]+$/u;

/** A token that is punctuation alone, whatever spaces stand around it. */
function isPunctuation({ text, start, end }: Token): boolean {
  return start !== end && PUNCTUATION.test(text.trim());
}

/** A token that the model puts behind a text or between two. */
function isSeparator({ start, end }: Token, index: number): boolean {
  return index > 0 && start === end;
}

type AnalysedRun = Pick<AttentionSource, 'tokens' | 'numLayers' | 'numHeads'>;

/** Asks the program about the heads of one run (src/analysis/analysis_call.h). */
export class RunAnalysis {
  readonly #program: FullProgram;
  readonly #call: ProgramCall;
  readonly #run: AnalysedRun;

  constructor(program: FullProgram, call: ProgramCall, run: AnalysedRun) {
    this.#program = program;
    this.#call = call;
    this.#run = run;
  }

  /** Every head by layer; yields after each layer. */
  *heads(): Generator<void, HeadAnalysis[]> {
    const heads: HeadAnalysis[] = [];
    for (let layer = 0; layer < this.#run.numLayers; ++layer) {
      heads.push(...this.#headsOf(layer));
      yield;
    }
    return heads;
  }

  #headsOf(layer: number): HeadAnalysis[] {
    const { numHeads } = this.#run;
    const table = this.#ask(numHeads * COLUMNS, (analysis) => this.#program.analyseHeads(analysis, layer));
    return Array.from({ length: numHeads }, (_, head) => {
      const column = (index: number) => table[head * COLUMNS + index] as number;
      const ofPatterns = (first: number) =>
        Object.fromEntries(PATTERNS.map((name, p) => [name, column(first + 2 * p)])) as Record<
          Pattern,
          number
        >;
      return {
        layer,
        head,
        entropy: column(0),
        distance: column(1),
        firstToken: column(2),
        diagonal: column(3),
        punctuation: column(4),
        patterns: ofPatterns(5),
        patternQueries: ofPatterns(6),
      };
    });
  }

  detect(options: DetectHeadsOptions): Tensor {
    requireKnownOptions('detectHeads', options, [
      'pattern',
      'similarity',
      'excludeBos',
      'excludeCurrentToken',
    ]);
    const { pattern, similarity = 'mul' } = options;
    if (!['previous', 'same', 'induction'].includes(pattern)) {
      throw wrong('pattern', '"previous", "same" or "induction"', pattern);
    }
    if (!SIMILARITIES.includes(similarity)) throw wrong('similarity', '"mul" or "abs"', similarity);
    const excludeBos = requireBoolean('excludeBos', options.excludeBos ?? false);
    const excludeCurrent = requireBoolean('excludeCurrentToken', options.excludeCurrentToken ?? false);
    const { numLayers, numHeads } = this.#run;
    const which = [PATTERNS.indexOf(pattern), SIMILARITIES.indexOf(similarity)] as const;
    const scores = this.#ask(numLayers * numHeads, (analysis) =>
      this.#program.detectHeads(analysis, ...which, excludeBos, excludeCurrent),
    );
    return { data: Float32Array.from(scores), shape: [numLayers, numHeads] };
  }

  rollout(): Tensor {
    const { length } = this.#run.tokens;
    const data = this.#ask(length * length, (analysis) => this.#program.rollOut(analysis));
    return { data: Float32Array.from(data), shape: [length, length] };
  }

  layout(): Tensor {
    const heads = this.#run.numLayers * this.#run.numHeads;
    const data = this.#ask(2 * heads, (analysis) => this.#program.layOutHeads(analysis));
    return { data: Float32Array.from(data), shape: [heads, 2] };
  }

  headChanges(before: ProgramCall): Tensor {
    const { numLayers, numHeads } = this.#run;
    const data = this.#ask(numLayers * numHeads, (analysis) =>
      this.#program.compareRuns(analysis, before.pointer),
    );
    return { data: Float32Array.from(data), shape: [numLayers, numHeads] };
  }

  attribute(token: number): LogitAttribution {
    const { numLayers, numHeads } = this.#run;
    const width = numHeads + 2;
    const [embedding, normBias, ...layers] = this.#ask(2 + numLayers * width, (analysis) =>
      this.#program.attributeLogit(analysis, token),
    ) as unknown as [number, number, ...number[]];
    const column = (index: number) =>
      Float32Array.from({ length: numLayers }, (_, layer) => layers[layer * width + index] as number);
    const ofHeads = layers.filter((_, i) => i % width < numHeads);
    return {
      embedding,
      normBias,
      heads: { data: Float32Array.from(ofHeads), shape: [numLayers, numHeads] },
      attentionBiases: column(numHeads),
      feedForwards: column(numHeads + 1),
      logit: layers.reduce((sum, part) => sum + part, embedding + normBias),
    };
  }

  splitScore(place: CellPlace, headDim: number, ropeDims: number): ScoreParts {
    requireKnownOptions('splitScore', place, ['layer', 'head', 'query', 'key']);
    const last = this.#run.tokens.length - 1;
    const layer = requireInteger('layer', place.layer, 0, this.#run.numLayers - 1);
    const head = requireInteger('head', place.head, 0, this.#run.numHeads - 1);
    const query = requireInteger('query', place.query, 0, last);
    const key = requireInteger('key', place.key, 0, last);
    const parts = this.#ask(headDim + ropeDims / 2, (analysis) =>
      this.#program.splitScore(analysis, layer, head, query, key),
    );
    return {
      dimensions: Float32Array.from(parts.subarray(0, headDim)),
      frequencies: ropeDims > 0 ? Float32Array.from(parts.subarray(headDim)) : undefined,
    };
  }

  /** The numbers that one question leaves. */
  #ask(count: number, question: (analysis: number) => number): Float64Array {
    const program = this.#program;
    const analysis = program.newAnalysis();
    if (analysis === 0) throw new AttentionError('out-of-memory', 'No memory is left for an analysis.');
    try {
      this.#call.succeed(program.prepareAnalysis(analysis, this.#call.pointer));
      const { tokens } = this.#run;
      program.HEAPU8.set(tokens.map(isPunctuation).map(Number), program.punctuationMarks(analysis));
      program.HEAPU8.set(tokens.map(isSeparator).map(Number), program.separatorMarks(analysis));
      this.#call.succeed(question(analysis));
      const first = program.analysisResult(analysis) / 8;
      return program.HEAPF64.slice(first, first + count);
    } finally {
      program.deleteAnalysis(analysis);
    }
  }
}
