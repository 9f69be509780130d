import { describe } from '../../../arguments.js';
import { AttentionError } from '../../../errors.js';
import type { GgufMetadata } from '../../../files/gguf.js';

/** GGUFs that hold no model, by general.type or general.architecture: what they are, and what to do. */
const OTHERS: Readonly<Record<string, string>> = {
  adapter:
    "a LoRA adapter, which changes a model and is none; llama.cpp's llama-export-lora merges it into its model",
  mmproj: 'what a multimodal model sees or hears with; give the GGUF of its language model',
  clip: 'what a multimodal model sees or hears with; give the GGUF of its language model',
  imatrix: 'an importance matrix, which helps to quantise a model and is none',
};

/**
 * Refuses GGUFs that hold something else than a model.
 *
 * @throws AttentionError `file-format` that says what the file is
 */
export function requireModel(metadata: GgufMetadata, numTensors: number): void {
  for (const key of ['general.type', 'general.architecture']) {
    const kind = metadata.get(key);
    if (typeof kind !== 'string' || !Object.hasOwn(OTHERS, kind)) continue;
    throw new AttentionError(
      'file-format',
      `The GGUF (${key} ${describe(kind)}) is ${OTHERS[kind] as string}.`,
    );
  }
  if (numTensors > 0) return;
  throw new AttentionError(
    'file-format',
    'The GGUF holds a vocabulary alone, without any tensors; convert the model without --vocab-only.',
  );
}
