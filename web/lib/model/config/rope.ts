import { PLAIN_ROPE, RopeScaling, type RopeConfig } from '../model_config.js';
import { JsonConfig } from './json_config.js';
import { BETA_FAST, BETA_SLOW, yarnAttentionFactor, yarnFactors } from './yarn.js';

/** What a scaling of frequencies may ask of the model. */
interface Rotated {
  theta: number;
  dims: number;
  maxPositions: number;
}

/** The scalings of frequencies, by `rope_type`. */
const SCALINGS: Readonly<Record<string, (scaling: JsonConfig, rotated: Rotated) => Partial<RopeConfig>>> = {
  default: () => ({}),
  // Scales where a text is longer than the model's positions, which are the most tokens of a text here.
  dynamic: () => ({}),
  linear: (scaling) => ({ scaling: RopeScaling.linear, factor: scaling.number('factor') }),
  llama3: (scaling) => ({
    scaling: RopeScaling.llama3,
    factor: scaling.number('factor'),
    lowFreqFactor: scaling.number('low_freq_factor'),
    highFreqFactor: scaling.number('high_freq_factor'),
    originalMax: scaling.number('original_max_position_embeddings'),
  }),
  yarn: (scaling, { theta, dims, maxPositions }) => {
    scaling.refuseUnless({ mscale: undefined, mscale_all_dim: undefined });
    const factor = scaling.number('factor');
    const factors = yarnFactors(theta, dims, {
      factor,
      originalMax: scaling.number('original_max_position_embeddings', maxPositions),
      betaFast: scaling.number('beta_fast', BETA_FAST),
      betaSlow: scaling.number('beta_slow', BETA_SLOW),
      isTruncated: scaling.boolean('truncate', true),
    });
    return { factors, scoreFactor: scaling.number('attention_factor', yarnAttentionFactor(factor)) ** 2 };
  },
};

function readScaling(scaling: JsonConfig, rotated: Rotated): RopeConfig {
  const type = scaling.text('rope_type', scaling.text('type', 'default'));
  if (!Object.hasOwn(SCALINGS, type)) {
    throw JsonConfig.unsupported(
      'rope_scaling: rope_type',
      `one of ${Object.keys(SCALINGS).join(', ')}`,
      type,
    );
  }
  scaling.refuseUnless({
    partial_rotary_factor: 1,
    alpha: undefined,
    ...(type === 'yarn' ? {} : { attention_factor: undefined }),
  });
  const scaled = (SCALINGS[type] as (typeof SCALINGS)[string])(scaling, rotated);
  return { ...PLAIN_ROPE, theta: rotated.theta, ...scaled };
}

/**
 * Rotary positions over heads of a width: `rope_parameters` of transformers 5, or `rope_theta` and `rope_scaling` of
 * transformers 4.
 */
export function readRope(config: JsonConfig, dims: number): RopeConfig {
  const parameters = config.part('rope_parameters');
  const theta = (parameters ?? config).number('rope_theta', 10000);
  const scaling = parameters ?? config.part('rope_scaling') ?? new JsonConfig({});
  return readScaling(scaling, { theta, dims, maxPositions: config.number('max_position_embeddings') });
}

/** Rotary positions by kind of layer: in transformers 4 only those of layers without a window were scaled. */
export function readRopeOfKinds(
  config: JsonConfig,
  dims: number,
): { rope: RopeConfig; localRope: RopeConfig } {
  const given = config.part('rope_parameters');
  const maxPositions = config.number('max_position_embeddings');
  const kind = (name: string, theta: number, old: JsonConfig | undefined) => {
    const scaling = given?.part(name) ?? old ?? new JsonConfig({});
    return readScaling(scaling, { theta: scaling.number('rope_theta', theta), dims, maxPositions });
  };
  return {
    rope: kind('full_attention', config.number('rope_theta', 1e6), config.part('rope_scaling')),
    localRope: kind('sliding_attention', config.number('rope_local_base_freq', 10000), undefined),
  };
}
