import { AttentionError } from '../../errors.js';
import { Family, PLAIN_CONFIG, type ModelConfig, type ReadConfig } from '../model_config.js';
import type { JsonConfig } from './json_config.js';

const ENCODER = {
  ...PLAIN_CONFIG,
  qkvBias: true,
  attentionOutputBias: true,
  feedForwardBias: true,
  isCausal: false,
} as const;

function encoder(
  config: JsonConfig,
  keys: Readonly<Record<'hiddenSize' | 'numLayers' | 'numHeads' | 'intermediateSize' | 'activation', string>>,
  rest: Pick<ModelConfig, 'family' | 'maxPositions' | 'normEps'> & Partial<ModelConfig>,
): ReadConfig {
  config.refuseUnless({
    position_embedding_type: 'absolute',
    is_decoder: false,
    add_cross_attention: false,
    sinusoidal_pos_embds: false,
  });
  const hiddenSize = config.number(keys.hiddenSize);
  const numHeads = config.number(keys.numHeads);
  if (hiddenSize % numHeads !== 0) {
    throw new AttentionError(
      'file-format',
      `config.json: ${keys.hiddenSize} (${hiddenSize}) must be a multiple of ${keys.numHeads} (${numHeads}).`,
    );
  }
  const numLayers = config.number(keys.numLayers);
  const headDim = hiddenSize / numHeads;
  return {
    config: {
      ...ENCODER,
      vocabSize: config.number('vocab_size'),
      hiddenSize,
      numLayers,
      numHeads,
      numKvHeads: numHeads,
      headDim,
      intermediateSize: config.number(keys.intermediateSize),
      activation: config.activation(keys.activation, 'gelu'),
      attentionScale: 1 / Math.sqrt(headDim),
      ...rest,
    },
    windowedLayers: Array.from({ length: numLayers }, () => false),
    unreadKeys: [],
    assumptions: [],
  };
}

const BERT_KEYS = {
  hiddenSize: 'hidden_size',
  numLayers: 'num_hidden_layers',
  numHeads: 'num_attention_heads',
  intermediateSize: 'intermediate_size',
  activation: 'hidden_act',
} as const;

/** BERT (Devlin et al. 2019). */
export function readBertConfig(config: JsonConfig): ReadConfig {
  return encoder(config, BERT_KEYS, {
    family: Family.bert,
    maxPositions: config.number('max_position_embeddings'),
    typeVocabSize: config.number('type_vocab_size'),
    normEps: config.number('layer_norm_eps'),
  });
}

/** RoBERTa (Liu et al. 2019): the first position comes behind the padding's. */
export function readRobertaConfig(config: JsonConfig): ReadConfig {
  const positionOffset = config.number('pad_token_id', 1) + 1;
  return encoder(config, BERT_KEYS, {
    family: Family.roberta,
    positionOffset,
    maxPositions: config.number('max_position_embeddings') - positionOffset,
    typeVocabSize: config.number('type_vocab_size'),
    normEps: config.number('layer_norm_eps'),
  });
}

/** DistilBERT (Sanh et al. 2019). */
export function readDistilbertConfig(config: JsonConfig): ReadConfig {
  return encoder(
    config,
    {
      hiddenSize: 'dim',
      numLayers: 'n_layers',
      numHeads: 'n_heads',
      intermediateSize: 'hidden_dim',
      activation: 'activation',
    },
    {
      family: Family.distilbert,
      maxPositions: config.number('max_position_embeddings'),
      normEps: 1e-12,
    },
  );
}
