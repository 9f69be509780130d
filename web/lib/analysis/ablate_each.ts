import { requireInteger } from '../arguments.js';
import { AttentionError } from '../errors.js';
import type { Model } from '../model/model.js';
import type { Tensor } from '../tensor.js';
import { nextTurn } from '../turns.js';

/** How {@link Model.ablateEach} goes on. All may be left out. */
export interface AblateEachOptions {
  /** The answer whose logit is watched; the likeliest next token unless given. */
  token?: number;
  /** Stops the measuring; the promise is then rejected with code `aborted`. */
  signal?: AbortSignal;
  /** Told after each head how many are done, of how many. */
  onProgress?: (done: number, all: number) => void;
}

/** What each head alone does for an answer. */
export interface Ablations {
  token: number;
  /** The answer's logit with all heads. */
  logit: number;
  /** By how much it drops without each head, [layers, heads]. */
  drops: Tensor;
}

/**
 * Takes out each head in turn and measures by how much the logit of an answer drops (Wang et al. 2023).
 *
 * @internal
 */
export async function ablateEach(
  model: Model,
  text: string | readonly number[],
  { token, signal, onProgress }: AblateEachOptions,
): Promise<Ablations> {
  const { numLayers, numHeads, vocabSize } = model.info;
  const logitsWith = (edits: { layer: number; head: number; ablate: 'zero' }[]): Float32Array => {
    const run = model.run(text, { edits });
    try {
      return run.logits.data;
    } finally {
      run.dispose();
    }
  };
  const whole = logitsWith([]);
  const answer = requireInteger('token', token ?? whole.indexOf(Math.max(...whole)), 0, vocabSize - 1);
  const logit = whole[answer] as number;
  const drops = new Float32Array(numLayers * numHeads);
  for (let i = 0; i < drops.length; ++i) {
    // Lets the page answer, and say stop, between heads.
    await nextTurn();
    if (signal?.aborted === true) throw new AttentionError('aborted', 'Taking heads out was stopped.');
    const place = { layer: Math.floor(i / numHeads), head: i % numHeads };
    drops[i] = logit - (logitsWith([{ ...place, ablate: 'zero' }])[answer] as number);
    onProgress?.(i + 1, drops.length);
  }
  return { token: answer, logit, drops: { data: drops, shape: [numLayers, numHeads] } };
}
