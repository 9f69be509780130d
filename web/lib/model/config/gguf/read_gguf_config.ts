import type { GgufMetadata } from '../../../files/gguf.js';
import {
  Activation,
  Family,
  FileFormat,
  MOST_HEAD_DIM,
  MOST_HEADS,
  MOST_LAYERS,
  PLAIN_CONFIG,
  type ModelConfig,
  type ReadConfig,
} from '../../model_config.js';
import { ARCHITECTURES } from './architectures.js';
import { refuseWhatIsNotRead, unreadKeysOf } from './known_keys.js';
import { ArchitectureMetadata, refused, type Architecture } from './metadata.js';
import { readWindowedLayers } from './windows.js';

const LAYER_NORM: readonly Architecture[] = ['gpt2', 'bert'];

export function architectureOf(metadata: GgufMetadata): Architecture {
  const architecture = metadata.get('general.architecture');
  if (typeof architecture !== 'string' || !Object.hasOwn(ARCHITECTURES, architecture)) {
    throw refused('general.architecture', `one of ${Object.keys(ARCHITECTURES).join(', ')}`, architecture);
  }
  return architecture as Architecture;
}

/** How wide a head is: what the file says, else an equal part of the hidden size. */
function readHeadDim(data: ArchitectureMetadata, hiddenSize: number, numHeads: number): number {
  if (data.value('attention.key_length') === undefined && hiddenSize % numHeads !== 0) {
    throw refused(data.nameOf('embedding_length'), `a multiple of the ${numHeads} heads`, hiddenSize);
  }
  return data.size('attention.key_length', MOST_HEAD_DIM, hiddenSize / numHeads);
}

/** What every architecture has. Biases and an output of its own are taken where a file has them. */
function readCommon(data: ArchitectureMetadata, numEmbeddings: number | undefined): ModelConfig {
  const hiddenSize = data.number('embedding_length');
  const numHeads = data.size('attention.head_count', MOST_HEADS);
  const headDim = readHeadDim(data, hiddenSize, numHeads);
  for (const key of ['attention.value_length', 'attention.key_length_swa', 'attention.value_length_swa']) {
    data.requireEqual(key, headDim);
  }
  data.requireEqual('attention.scale', headDim ** -0.5);
  const tokens = data.metadata.get('tokenizer.ggml.tokens');
  const norm = LAYER_NORM.includes(data.architecture) ? 'layer_norm_epsilon' : 'layer_norm_rms_epsilon';
  return {
    ...PLAIN_CONFIG,
    family: Family.llama,
    fileFormat: FileFormat.gguf,
    vocabSize: numEmbeddings ?? (Array.isArray(tokens) ? tokens.length : data.number('vocab_size')),
    hiddenSize,
    numLayers: data.size('block_count', MOST_LAYERS),
    numHeads,
    numKvHeads: data.numberOfLayers('attention.head_count_kv', numHeads),
    headDim,
    intermediateSize: data.numberOfLayers('feed_forward_length'),
    maxPositions: data.number('context_length'),
    normEps: data.number(`attention.${norm}`),
    activation: Activation.silu,
    attentionScale: headDim ** -0.5,
    tiedEmbeddings: true,
    qkvBias: true,
    attentionOutputBias: true,
    feedForwardBias: true,
    isCausal: data.truth('attention.causal', true),
  };
}

/**
 * The config in a GGUF's metadata, as llama.cpp reads it. A key that would change what the model computes and isn't
 * read is refused by its name.
 *
 * @param numEmbeddings - The rows of the token embeddings, which say how many tokens there are; undefined where another part of the file holds them
 * @throws AttentionError `file-format` naming an architecture or a key that isn't supported
 */
export function readGgufConfig(metadata: GgufMetadata, numEmbeddings: number | undefined): ReadConfig {
  const data = new ArchitectureMetadata(metadata, architectureOf(metadata));
  refuseWhatIsNotRead(metadata, data);
  const common = readCommon(data, numEmbeddings);
  const own = ARCHITECTURES[data.architecture](common, data);
  const config = { ...common, ...own.config };
  const windowedLayers = readWindowedLayers(data, config.numLayers, config.slidingWindow > 0);
  // Where tokens look both ways, transformers' window reaches as many keys to each side, the own one not counted.
  if (config.slidingWindow > 0 && !config.isCausal) ++config.slidingWindow;
  return { config, windowedLayers, unreadKeys: unreadKeysOf(data), assumptions: own.assumptions };
}
