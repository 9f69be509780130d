import { Family, PLAIN_CONFIG, type ModelConfig, type ReadModel } from '../model_config.js';
import type { JsonConfig } from './json_config.js';
import { noWindows, readNumLayers } from './windows.js';

const ENCODER = {
  ...PLAIN_CONFIG,
  qkvBias: true,
  attentionOutputBias: true,
  feedForwardBias: true,
  isCausal: false,
} as const;

function encoder(
  json: JsonConfig,
  keys: Readonly<Record<'hiddenSize' | 'numLayers' | 'numHeads' | 'intermediateSize' | 'activation', string>>,
  rest: Pick<ModelConfig, 'family' | 'maxPositions' | 'normEps'> & Partial<ModelConfig>,
): ReadModel {
  json.refuseUnless({
    position_embedding_type: 'absolute',
    is_decoder: false,
  });
  // The classes' encoders look both ways, and no head of theirs is run.
  json.ignore('is_causal', 'tie_word_embeddings', 'sbert_ce_default_activation_function');
  const hiddenSize = json.number(keys.hiddenSize);
  const numHeads = json.number(keys.numHeads);
  if (hiddenSize % numHeads !== 0) {
    const expected = `a multiple of ${keys.numHeads} (${numHeads})`;
    throw json.unsupported(keys.hiddenSize, expected, hiddenSize);
  }
  const numLayers = readNumLayers(json, keys.numLayers);
  const headDim = hiddenSize / numHeads;
  const config: ModelConfig = {
    ...ENCODER,
    vocabSize: json.number('vocab_size'),
    hiddenSize,
    numLayers,
    numHeads,
    numKvHeads: numHeads,
    headDim,
    intermediateSize: json.number(keys.intermediateSize),
    activation: json.activation(keys.activation),
    attentionScale: 1 / Math.sqrt(headDim),
    ...rest,
  };
  return { config, windowedLayers: noWindows(numLayers) };
}

/** The most types that tokens may have, as src/model/model_config.cpp says. The classes have one at least. */
const MOST_TYPES = 2 ** 24;

const BERT_KEYS = {
  hiddenSize: 'hidden_size',
  numLayers: 'num_hidden_layers',
  numHeads: 'num_attention_heads',
  intermediateSize: 'intermediate_size',
  activation: 'hidden_act',
} as const;

/** BERT (Devlin et al. 2019). */
export function readBertConfig(json: JsonConfig): ReadModel {
  return encoder(json, BERT_KEYS, {
    family: Family.bert,
    maxPositions: json.number('max_position_embeddings'),
    typeVocabSize: json.size('type_vocab_size', MOST_TYPES),
    normEps: json.number('layer_norm_eps'),
  });
}

/** RoBERTa (Liu et al. 2019): the first position comes behind the padding's. */
export function readRobertaConfig(json: JsonConfig): ReadModel {
  const positionOffset = json.number('pad_token_id') + 1;
  return encoder(json, BERT_KEYS, {
    family: Family.roberta,
    positionOffset,
    maxPositions: json.number('max_position_embeddings') - positionOffset,
    typeVocabSize: json.size('type_vocab_size', MOST_TYPES),
    normEps: json.number('layer_norm_eps'),
  });
}

/** DistilBERT (Sanh et al. 2019). */
export function readDistilbertConfig(json: JsonConfig): ReadModel {
  // Positions of sines are a table of the file like learnt ones; tie_weights_ is of its training.
  json.ignore('sinusoidal_pos_embds', 'tie_weights_');
  return encoder(
    json,
    {
      hiddenSize: 'dim',
      numLayers: 'n_layers',
      numHeads: 'n_heads',
      intermediateSize: 'hidden_dim',
      activation: 'activation',
    },
    {
      family: Family.distilbert,
      maxPositions: json.number('max_position_embeddings'),
      normEps: 1e-12,
    },
  );
}
