import { describe } from '../arguments.js';
import { AttentionError } from '../errors.js';
import type { BertConfig } from './full_program.js';

/** Activation of src/kernels/activation.h, by its name in a config. */
const ACTIVATIONS: Readonly<Record<string, number>> = {
  gelu: 0,
  gelu_new: 1,
  gelu_pytorch_tanh: 1,
  relu: 2,
};

function unsupported(key: string, expected: string, value: unknown): AttentionError {
  return new AttentionError(
    'file-format',
    `config.json: ${key} must be ${expected}, got ${describe(value)}.`,
  );
}

/** The BERT config in a config.json. Settings that would change the mathematics are refused by name. */
export function readBertConfig(json: unknown): BertConfig {
  if (typeof json !== 'object' || json === null) throw unsupported('it', 'an object', json);
  const config = json as Readonly<Record<string, unknown>>;
  if (config.model_type !== 'bert') throw unsupported('model_type', '"bert"', config.model_type);
  const positions = config.position_embedding_type ?? 'absolute';
  if (positions !== 'absolute') throw unsupported('position_embedding_type', '"absolute"', positions);
  for (const key of ['is_decoder', 'add_cross_attention']) {
    if (config[key] === true) throw unsupported(key, 'false', true);
  }
  const number = (key: string): number => {
    const value = config[key];
    if (typeof value !== 'number') throw unsupported(key, 'a number', value);
    return value;
  };
  const activation = config.hidden_act ?? 'gelu';
  if (typeof activation !== 'string' || !Object.hasOwn(ACTIVATIONS, activation)) {
    throw unsupported('hidden_act', `one of ${Object.keys(ACTIVATIONS).join(', ')}`, activation);
  }
  return {
    vocabSize: number('vocab_size'),
    hiddenSize: number('hidden_size'),
    numHiddenLayers: number('num_hidden_layers'),
    numAttentionHeads: number('num_attention_heads'),
    intermediateSize: number('intermediate_size'),
    maxPositionEmbeddings: number('max_position_embeddings'),
    typeVocabSize: number('type_vocab_size'),
    layerNormEps: number('layer_norm_eps'),
    activation: ACTIVATIONS[activation] as number,
  };
}
