import { requireInteger, requireKnownOptions } from '../arguments.js';
import type { Token } from '../text/token.js';
import { nextTurn } from '../turns.js';
import { makeChooser, SAMPLING_OPTIONS, type SamplingOptions } from './choose_token.js';
import type { Run } from './run.js';

/** How {@link Run.generate} goes on. All may be left out. */
export interface GenerateOptions extends SamplingOptions {
  /** The run's room unless given. */
  maxTokens?: number;
  /** Stops after the token that is being made. */
  signal?: AbortSignal;
}

/** What a run tells who lets it go on. */
interface Going {
  /** How many tokens there is room for. */
  room: number;
  lastLogits: () => Float32Array;
  /** Whether the model ends its texts with a token. */
  endsText: (id: number) => boolean;
}

/**
 * Extends a run token by token; see {@link Run.generate}.
 *
 * @internal
 */
export async function* generate(
  run: Run,
  options: GenerateOptions,
  { room, lastLogits, endsText }: Going,
): AsyncGenerator<Token> {
  requireKnownOptions('generate', options, ['maxTokens', 'signal', ...SAMPLING_OPTIONS]);
  const { maxTokens, signal, ...sampling } = options;
  const choose = makeChooser(sampling);
  const most = Math.min(room, requireInteger('maxTokens', maxTokens ?? room, 0, 2 ** 31 - 1));
  for (let i = 0; i < most && signal?.aborted !== true; ++i) {
    const id = choose(lastLogits());
    if (endsText(id)) return;
    run.extend([id]);
    yield run.tokens.at(-1) as Token;
    // Lets the page answer before the next token.
    await nextTurn();
  }
}
