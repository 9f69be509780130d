import { PLAIN_ROPE, RopeScaling, type RopeConfig } from '../model_config.js';
import { JsonConfig } from './json_config.js';
import { BETA_FAST, BETA_SLOW, yarnAttentionFactor, yarnFactors } from './yarn.js';

/** What is rotated, for scalings to go by. */
interface Rotated {
  theta: number;
  dims: number;
  maxPositions: number;
  /** The positions before a scaling. */
  originalMax: number;
}

/** The scalings of frequencies, by `rope_type`. */
const SCALINGS: Readonly<Record<string, (scaling: JsonConfig, rotated: Rotated) => Partial<RopeConfig>>> = {
  default: () => ({}),
  // Scales where a text is longer than the model's positions, which are the most tokens of a text here.
  dynamic: () => ({}),
  linear: (scaling) => ({ scaling: RopeScaling.linear, factor: scaling.number('factor') }),
  llama3: (scaling, { originalMax }) => ({
    scaling: RopeScaling.llama3,
    factor: scaling.number('factor'),
    lowFreqFactor: scaling.number('low_freq_factor'),
    highFreqFactor: scaling.number('high_freq_factor'),
    originalMax,
  }),
  yarn: (scaling, { theta, dims, maxPositions, originalMax }) => {
    const factor = scaling.has('factor') ? scaling.number('factor') : maxPositions / originalMax;
    const factors = yarnFactors(theta, dims, {
      factor,
      originalMax,
      betaFast: scaling.number('beta_fast', BETA_FAST) || BETA_FAST,
      betaSlow: scaling.number('beta_slow', BETA_SLOW) || BETA_SLOW,
      isTruncated: scaling.boolean('truncate', true),
    });
    if (!factors.every((divisor) => divisor > 0 && divisor < Infinity)) {
      throw scaling.unsupported('factor', 'positive, with positive positions and rope_theta above 1', factor);
    }
    return { factors, scoreFactor: scaling.number('attention_factor', inferredFactor(scaling, factor)) ** 2 };
  },
};

/** YaRN's factor of attention by `mscale` and `mscale_all_dim`, which count only together (DeepSeek-AI 2024). */
function inferredFactor(scaling: JsonConfig, factor: number): number {
  const [mscale, ofAllDims] = [scaling.number('mscale', 0), scaling.number('mscale_all_dim', 0)];
  if (mscale === 0 || ofAllDims === 0) return yarnAttentionFactor(factor);
  return yarnAttentionFactor(factor, mscale) / yarnAttentionFactor(factor, ofAllDims);
}

/** What transformers knows of scalings; it passes over those that the scaling's type has no use for. */
const KEYS_OF_SOME_TYPE = [
  'rope_theta',
  'factor',
  'original_max_position_embeddings',
  'low_freq_factor',
  'high_freq_factor',
  'beta_fast',
  'beta_slow',
  'attention_factor',
  'mscale',
  'mscale_all_dim',
  'truncate',
  'finetuned',
];

const NOTHING = new JsonConfig({});

function readScaling(scaling: JsonConfig, rotated: Rotated): RopeConfig {
  const type = scaling.text('rope_type', scaling.text('type', 'default'));
  if (!Object.hasOwn(SCALINGS, type)) {
    throw scaling.unsupported('rope_type', `one of ${Object.keys(SCALINGS).join(', ')}`, type);
  }
  scaling.refuseUnless({ partial_rotary_factor: 1 });
  scaling.ignore(...KEYS_OF_SOME_TYPE);
  const scaled = (SCALINGS[type] as (typeof SCALINGS)[string])(scaling, rotated);
  return { ...PLAIN_ROPE, theta: rotated.theta, ...scaled };
}

/** The base of a scaling, or where it has none the one at the top. */
function readTheta(scaling: JsonConfig, config: JsonConfig, keyAtTheTop: string): number {
  config.ignore(keyAtTheTop);
  return scaling.has('rope_theta') ? scaling.number('rope_theta') : config.number(keyAtTheTop);
}

/**
 * Rotary positions over heads of a width. `rope_scaling`, the older name, has priority over `rope_parameters`; what it
 * lacks stands at the top.
 */
export function readRope(config: JsonConfig, dims: number): RopeConfig {
  config.refuseUnless({ partial_rotary_factor: 1 });
  config.ignore('rope_scaling', 'rope_parameters');
  const scaling = config.part('rope_scaling') ?? config.part('rope_parameters') ?? NOTHING;
  const maxPositions = config.number('max_position_embeddings');
  const key = 'original_max_position_embeddings';
  const originalMax = (config.has(key) ? config : scaling).number(key, maxPositions);
  const theta = readTheta(scaling, config, 'rope_theta');
  return readScaling(scaling, { theta, dims, maxPositions, originalMax });
}

/** Rotary positions by kind of layer. `rope_scaling`, the older name, is of the layers without a window alone. */
export function readRopeOfKinds(
  config: JsonConfig,
  dims: number,
): { rope: RopeConfig; localRope: RopeConfig } {
  config.refuseUnless({ partial_rotary_factor: 1, original_max_position_embeddings: undefined });
  config.ignore('rope_scaling');
  const maxPositions = config.number('max_position_embeddings');
  const kinds = config.part('rope_parameters');
  const read = (scaling: JsonConfig, thetaAtTheTop: string) => {
    const theta = readTheta(scaling, config, thetaAtTheTop);
    scaling.refuseUnless({ truncate: true });
    const originalMax = scaling.number('original_max_position_embeddings', maxPositions);
    return readScaling(scaling, { theta, dims, maxPositions, originalMax });
  };
  const full = kinds?.part('full_attention');
  const old = config.part('rope_scaling');
  if (full !== undefined && old !== undefined) {
    throw config.unsupported('rope_scaling', 'left out beside rope_parameters', {});
  }
  return {
    rope: read(full ?? old ?? NOTHING, 'rope_theta'),
    localRope: read(kinds?.part('sliding_attention') ?? NOTHING, 'rope_local_base_freq'),
  };
}
