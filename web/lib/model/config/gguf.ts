import { describe } from '../../arguments.js';
import { AttentionError } from '../../errors.js';
import type { GgufMetadata } from '../../files/gguf.js';
import {
  Activation,
  Family,
  FileFormat,
  PLAIN_CONFIG,
  PLAIN_ROPE,
  RopeScaling,
  type ModelConfig,
  type ReadConfig,
  type RopeConfig,
} from '../model_config.js';
import { BETA_FAST, BETA_SLOW, yarnAttentionFactor, yarnFactors } from './yarn.js';

function unsupported(key: string, expected: string, value: unknown): AttentionError {
  return new AttentionError('file-format', `The GGUF: ${key} must be ${expected}, got ${describe(value)}.`);
}

/** The metadata of one architecture, whose keys begin with its name. */
class ArchitectureMetadata {
  constructor(
    readonly metadata: GgufMetadata,
    readonly architecture: string,
  ) {}

  value(key: string): unknown {
    return this.metadata.get(`${this.architecture}.${key}`);
  }

  number(key: string, otherwise?: number): number {
    const value = this.value(key) ?? otherwise;
    if (typeof value !== 'number') throw unsupported(`${this.architecture}.${key}`, 'a number', value);
    return value;
  }
}

/** Rotary positions of all layers alike. */
function withRope(config: ModelConfig, rope: RopeConfig): ModelConfig {
  return { ...config, rope, localRope: rope };
}

/** How rotary frequencies are scaled; llama3's scaling is a tensor of the file instead. */
function scaleRope(config: ModelConfig, data: ArchitectureMetadata): ModelConfig {
  const type = data.value('rope.scaling.type') ?? 'none';
  if (type === 'none') return config;
  const factor = data.number('rope.scaling.factor');
  if (type === 'linear') return withRope(config, { ...config.rope, scaling: RopeScaling.linear, factor });
  if (type !== 'yarn') throw unsupported('rope.scaling.type', '"none", "linear" or "yarn"', type);
  for (const key of ['alpha', 'yarn_ext_factor', 'yarn_attn_factor', 'yarn_log_multiplier']) {
    const value = data.value(`rope.scaling.${key}`);
    if (value !== undefined) throw unsupported(`rope.scaling.${key}`, 'left out', value);
  }
  const factors = yarnFactors(config.rope.theta, config.ropeDims, {
    factor,
    originalMax: data.number('rope.scaling.original_context_length', config.maxPositions),
    betaFast: data.number('rope.scaling.yarn_beta_fast', BETA_FAST),
    betaSlow: data.number('rope.scaling.yarn_beta_slow', BETA_SLOW),
    isTruncated: true,
  });
  const attentionFactor = data.number('rope.scaling.attn_factor', 1) * yarnAttentionFactor(factor);
  return withRope(config, { ...config.rope, factors, scoreFactor: attentionFactor ** 2 });
}

function everyLayer(config: ModelConfig, isWindowed: (layer: number) => boolean): ReadConfig {
  const windowedLayers = Array.from({ length: config.numLayers }, (_, layer) => isWindowed(layer));
  return { config, windowedLayers, unreadKeys: [], assumptions: [] };
}

/** What the architectures add to what they have in common. */
const ARCHITECTURES: Readonly<
  Record<string, (common: ModelConfig, data: ArchitectureMetadata) => ReadConfig>
> = {
  // With Mistral.
  llama: (common, data) => {
    const slidingWindow = data.number('attention.sliding_window', 0);
    return everyLayer({ ...common, slidingWindow }, () => slidingWindow > 0);
  },
  qwen2: (common) => everyLayer({ ...common, family: Family.qwen2 }, () => false),
  qwen3: (common) => everyLayer({ ...common, family: Family.qwen3 }, () => false),
  gemma2: (common, data) =>
    everyLayer(
      {
        ...gemma(common, data),
        family: Family.gemma2,
        // The file doesn't say query_pre_attn_scalar, which is the width of a head but in Gemma 2 27B.
        attentionScale:
          (common.numLayers === 46 ? common.hiddenSize / common.numHeads : common.headDim) ** -0.5,
        attentionSoftcap: data.number('attn_logit_softcapping', 50),
        finalSoftcap: data.number('final_logit_softcapping', 30),
      },
      (layer) => layer % 2 === 0,
    ),
  gemma3: (common, data) =>
    everyLayer(
      {
        ...gemma(common, data),
        family: Family.gemma3,
        // As in Gemma 2, for Gemma 3 27B.
        attentionScale:
          (common.numLayers === 62 ? common.hiddenSize / common.numHeads : common.headDim) ** -0.5,
        localRope: { ...PLAIN_ROPE, theta: data.number('rope.freq_base_swa', 10000) },
      },
      (layer) => (layer + 1) % 6 !== 0,
    ),
  gpt2: (common) =>
    everyLayer(
      {
        ...common,
        family: Family.gpt2,
        activation: Activation.geluTanh,
        ropeDims: 0,
        qkvBias: true,
        attentionOutputBias: true,
        feedForwardBias: true,
      },
      () => false,
    ),
};

function gemma(common: ModelConfig, data: ArchitectureMetadata): ModelConfig {
  if (common.rope.factors.length > 0) throw unsupported('rope.scaling.type', 'another than yarn', 'yarn');
  return {
    ...common,
    activation: Activation.geluTanh,
    embeddingScale: Math.sqrt(common.hiddenSize),
    slidingWindow: data.number('attention.sliding_window', 4096),
  };
}

/**
 * The config in a GGUF's metadata; which optional tensors the model has follows from the file's own.
 *
 * @throws AttentionError `file-format` naming an architecture or a key that isn't supported
 */
export function readGgufConfig(metadata: GgufMetadata, tensors: ReadonlySet<string>): ReadConfig {
  const architecture = metadata.get('general.architecture');
  if (typeof architecture !== 'string' || !Object.hasOwn(ARCHITECTURES, architecture)) {
    throw unsupported(
      'general.architecture',
      `one of ${Object.keys(ARCHITECTURES).join(', ')}`,
      architecture,
    );
  }
  const read = ARCHITECTURES[architecture] as (typeof ARCHITECTURES)[string];
  const data = new ArchitectureMetadata(metadata, architecture);
  const hiddenSize = data.number('embedding_length');
  const numHeads = data.number('attention.head_count');
  const headDim = data.number('attention.key_length', hiddenSize / numHeads);
  if (data.number('attention.value_length', headDim) !== headDim) {
    throw unsupported('attention.value_length', String(headDim), data.value('attention.value_length'));
  }
  const tokens = metadata.get('tokenizer.ggml.tokens');
  const common: ModelConfig = {
    ...PLAIN_CONFIG,
    family: Family.llama,
    fileFormat: FileFormat.gguf,
    vocabSize: Array.isArray(tokens) ? tokens.length : data.number('vocab_size'),
    hiddenSize,
    numLayers: data.number('block_count'),
    numHeads,
    numKvHeads: data.number('attention.head_count_kv', numHeads),
    headDim,
    intermediateSize: data.number('feed_forward_length'),
    maxPositions: data.number('context_length'),
    normEps: data.number(
      'attention.layer_norm_rms_epsilon',
      data.number('attention.layer_norm_epsilon', 1e-5),
    ),
    activation: Activation.silu,
    attentionScale: headDim ** -0.5,
    tiedEmbeddings: !tensors.has('output.weight'),
    qkvBias: tensors.has('blk.0.attn_q.bias'),
    attentionOutputBias: tensors.has('blk.0.attn_output.bias'),
    feedForwardBias: tensors.has('blk.0.ffn_down.bias'),
    queryKeyNorm: tensors.has('blk.0.attn_q_norm.weight'),
    ropeDims: data.number('rope.dimension_count', headDim),
    ropeFactorsTensor: tensors.has('rope_freqs.weight'),
  };
  const rope = { ...PLAIN_ROPE, theta: data.number('rope.freq_base', 10000) };
  return read(scaleRope(withRope(common, rope), data), data);
}
