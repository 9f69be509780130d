import { PLAIN_ROPE, RopeScaling, type RopeConfig } from '../../model_config.js';
import { BETA_FAST, BETA_SLOW, yarnAttentionFactor, yarnFactors } from '../yarn.js';
import { refused, type ArchitectureMetadata } from './metadata.js';

/** Rotary positions of layers without the sliding window, and of those with it. */
interface Ropes {
  rope: RopeConfig;
  localRope: RopeConfig;
}

/** The factor of positions: an old key has it where the new one is absent; 0 is none. */
function readFactor(data: ArchitectureMetadata): number {
  const old = data.number('rope.scale_linear');
  return data.number('rope.scaling.factor') || old || 1;
}

/** What every layer's queries and keys are multiplied by, whatever the scaling. */
function readScoreFactor(data: ArchitectureMetadata): number {
  return data.number('rope.scaling.attn_factor') ** 2;
}

/**
 * YaRN. `yarn_attn_factor` is the config's `attention_factor`, as llama.cpp's converter writes it; the turns are the
 * config's too.
 */
function readYarn(data: ArchitectureMetadata, theta: number, dims: number): Partial<RopeConfig> {
  data.requireEqual('rope.scaling.yarn_ext_factor', 1);
  data.requireEqual('rope.scaling.yarn_log_multiplier', 0);
  const factor = readFactor(data);
  const factors = yarnFactors(theta, dims, {
    factor,
    originalMax: data.number('rope.scaling.original_context_length', data.number('context_length')),
    betaFast: data.number('rope.scaling.yarn_beta_fast', BETA_FAST),
    betaSlow: data.number('rope.scaling.yarn_beta_slow', BETA_SLOW),
    isTruncated: true,
  });
  const attentionFactor = data.number('rope.scaling.yarn_attn_factor', yarnAttentionFactor(factor));
  return { factors, scoreFactor: readScoreFactor(data) * attentionFactor ** 2 };
}

/** What of a rotation is scaled, as llama.cpp has it: a factor without a type is linear. */
function readScaling(data: ArchitectureMetadata, theta: number, dims: number): Partial<RopeConfig> {
  const type = data.value('rope.scaling.type');
  if (type === 'yarn') return readYarn(data, theta, dims);
  // Asked for, since without a type or a factor it says what isn't needed.
  data.value('rope.scaling.original_context_length');
  const factor = readFactor(data);
  if (type === 'none' || (type === 'linear' && factor === 1)) return {};
  if (type === 'linear') return { scaling: RopeScaling.linear, factor };
  throw refused(data.nameOf('rope.scaling.type'), '"none", "linear" or "yarn"', type);
}

/**
 * Rotary positions over `dims` of a head. In Gemma 3 the scaling is of layers without the window alone, in Gemma 2 of
 * all; what isn't scaled still has the attention factor.
 */
export function readRopes(data: ArchitectureMetadata, dims: number): Ropes {
  const theta = data.number('rope.freq_base');
  const localTheta = data.number('rope.freq_base_swa', theta);
  const plain = { ...PLAIN_ROPE, scoreFactor: readScoreFactor(data) };
  const scaled = (base: number): RopeConfig => ({ ...plain, theta: base, ...readScaling(data, base, dims) });
  const isLocalScaled = data.architecture !== 'gemma3';
  return {
    rope: scaled(theta),
    localRope: isLocalScaled ? scaled(localTheta) : { ...plain, theta: localTheta },
  };
}
