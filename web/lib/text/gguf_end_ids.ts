import type { GgufMetadata, GgufValue } from '../files/gguf.js';

/** Keys of tokens that end what a model writes; those of code completion end a file or a repository. */
const END_KEYS = ['eos', 'eot', 'eom', 'fim_pad', 'fim_rep', 'fim_sep'];

/** Names that end what a model writes wherever a vocabulary has them, as in llama.cpp 0.5.0 (src/llama-vocab.cpp). */
export const END_NAMES: ReadonlySet<string> = new Set([
  '<|eot_id|>',
  '<|im_end|>',
  '<|end|>',
  '<|return|>',
  '<|call|>',
  '<|flush|>',
  '<|calls|>',
  '<end_of_turn>',
  '<|endoftext|>',
  '</s>',
  '<|eom_id|>',
  '<EOT>',
  '_<EOT>',
  '[EOT]',
  '[EOS]',
  '<|end_of_text|>',
  '<end_of_utterance>',
  '<eos>',
  '<turn|>',
  '<|tool_response>',
  '<｜end▁of▁sentence｜>',
  '[e~[',
]);

/** Names of code completion's tokens, of which the first that is there counts where no key says the token. */
export const COMPLETION_NAMES: Readonly<Record<string, readonly string[]>> = {
  fim_pre: [
    ...['<|fim_prefix|>', '<fim-prefix>', '<fim_prefix>', '<｜fim▁begin｜>', '<PRE>', '▁<PRE>'],
    ...['<|code_prefix|>', '<|prefix|>'],
  ],
  fim_suf: [
    ...['<|fim_suffix|>', '<fim-suffix>', '<fim_suffix>', '<｜fim▁hole｜>', '<SUF>', '▁<SUF>'],
    ...['<|code_suffix|>', '<|suffix|>'],
  ],
  fim_mid: [
    ...['<|fim_middle|>', '<fim-middle>', '<fim_middle>', '<｜fim▁end｜>', '<MID>', '▁<MID>'],
    ...['<|code_middle|>', '<|middle|>'],
  ],
  fim_pad: ['<|fim_pad|>', '<fim-pad>', '<fim_pad>', '<PAD>', '[PAD]'],
  fim_rep: ['<|fim_repo|>', '<|repo_name|>', '<fim-repo>', '<REPO>', '<reponame>'],
  fim_sep: ['<|file_sep|>'],
};

function isTexts(value: GgufValue | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'string');
}

/** The tokens that end a text: those that keys say, and those that llama.cpp knows by their names. */
export function endIdsOfGguf(metadata: GgufMetadata): number[] {
  const listed = metadata.get('tokenizer.ggml.tokens');
  const tokens = isTexts(listed) ? listed : [];
  const ids = new Set<number>();
  for (const key of END_KEYS) {
    const id = metadata.get(`tokenizer.ggml.${key}_token_id`);
    const names = COMPLETION_NAMES[key] ?? [];
    const found = typeof id === 'number' ? id : tokens.findIndex((token) => names.includes(token));
    if (found >= 0) ids.add(found);
  }
  const named = new Map<string, number>();
  tokens.forEach((token, id) => {
    if (END_NAMES.has(token)) named.set(token, id);
  });
  // Where a model calls tools or thinks between channels, some of the names are plain tokens.
  const has = (...names: string[]) => names.every((name) => named.has(name));
  if (has('<|return|>', '<|call|>') || ((has('<|call|>') || has('<|calls|>')) && has('<|flush|>'))) {
    named.delete('<|end|>');
  }
  if (has('<|tool_response>') || tokens.includes('<|plamo:eos|>')) named.delete('</s>');
  for (const id of named.values()) ids.add(id);
  return [...ids];
}
