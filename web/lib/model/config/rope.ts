import { PLAIN_CONFIG, RopeScaling, type ModelConfig } from '../model_config.js';
import { JsonConfig } from './json_config.js';
import { BETA_FAST, BETA_SLOW, yarnAttentionFactor, yarnFactors } from './yarn.js';

/** Rotary positions of a config, and what they multiply scores by. */
export interface Rope {
  config: Pick<ModelConfig, 'ropeTheta' | 'ropeDims' | 'ropeFactors'> & Partial<ModelConfig>;
  scoreFactor: number;
}

/** The scalings of frequencies, by `rope_type`. */
const SCALINGS: Readonly<
  Record<string, (plain: Rope['config'], scaling: JsonConfig, maxPositions: number) => Rope>
> = {
  default: (plain) => ({ config: plain, scoreFactor: 1 }),
  // Scales where a text is longer than the model's positions, which are the most tokens of a text here.
  dynamic: (plain) => ({ config: plain, scoreFactor: 1 }),
  linear: (plain, scaling) => ({
    config: { ...plain, ropeScaling: RopeScaling.linear, ropeFactor: scaling.number('factor') },
    scoreFactor: 1,
  }),
  llama3: (plain, scaling) => ({
    config: {
      ...plain,
      ropeScaling: RopeScaling.llama3,
      ropeFactor: scaling.number('factor'),
      ropeLowFreqFactor: scaling.number('low_freq_factor'),
      ropeHighFreqFactor: scaling.number('high_freq_factor'),
      ropeOriginalMax: scaling.number('original_max_position_embeddings'),
    },
    scoreFactor: 1,
  }),
  yarn: (plain, scaling, maxPositions) => {
    scaling.refuseUnless({ mscale: undefined, mscale_all_dim: undefined });
    const factor = scaling.number('factor');
    const ropeFactors = yarnFactors(plain.ropeTheta, plain.ropeDims, {
      factor,
      originalMax: scaling.number('original_max_position_embeddings', maxPositions),
      betaFast: scaling.number('beta_fast', BETA_FAST),
      betaSlow: scaling.number('beta_slow', BETA_SLOW),
      isTruncated: scaling.boolean('truncate', true),
    });
    const attentionFactor = scaling.number('attention_factor', yarnAttentionFactor(factor));
    return { config: { ...plain, ropeFactors }, scoreFactor: attentionFactor ** 2 };
  },
};

/**
 * Rotary positions over heads of a width: `rope_parameters` of transformers 5, of one kind of layers where it holds
 * several, or `rope_theta` and `rope_scaling` of transformers 4.
 */
export function readRope(
  config: JsonConfig,
  ropeDims: number,
  defaultTheta = 10000,
  kindOfLayer?: string,
): Rope {
  const given = config.part('rope_parameters');
  const parameters = (kindOfLayer === undefined ? undefined : given?.part(kindOfLayer)) ?? given;
  const ropeTheta = (parameters ?? config).number('rope_theta', defaultTheta);
  const scaling = parameters ?? config.part('rope_scaling') ?? new JsonConfig({});
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
  const plain = { ropeTheta, ropeDims, ropeFactors: PLAIN_CONFIG.ropeFactors };
  return (SCALINGS[type] as (typeof SCALINGS)[string])(
    plain,
    scaling,
    config.number('max_position_embeddings'),
  );
}
