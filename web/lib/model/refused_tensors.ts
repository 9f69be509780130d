import { AttentionError } from '../errors.js';

/** Tensors that stand beside weights which aren't plain numbers, by the ends of their names. */
interface Maker {
  names: RegExp;
  says: string;
}

const ORIGINAL = 'load the model that it was made from';
const DEQUANTISE = 'or load it in Python and save what its dequantize() gives';

const MAKERS: readonly Maker[] = [
  {
    names: /\.(lora_[A-Za-z_]+|base_layer)(\.|$)/,
    says: "a LoRA that isn't merged into its model; save what merge_and_unload() of PEFT gives",
  },
  {
    names:
      /\.(SCB|weight_format)$|\.weight\.(absmax|quant_map|nested_absmax|nested_quant_map|quant_state\..*)$/,
    says: `weights that bitsandbytes quantised; ${ORIGINAL}, ${DEQUANTISE}`,
  },
  { names: /\.(W_q|meta_scale|nbits)$/, says: `weights that HQQ or SINQ quantised; ${ORIGINAL}` },
  {
    names: /\.(weight_packed|weight_shape|weight_zero_point|weight_global_scale|weight_g_idx)$/,
    says: `weights that compressed-tensors quantised; ${ORIGINAL}, ${DEQUANTISE}`,
  },
  {
    names: /\.(qweight|qzeros|g_idx)$/,
    says: `weights that GPTQ, AWQ or AutoRound quantised; ${ORIGINAL}, ${DEQUANTISE}`,
  },
  {
    names: /\.weight_scale_inv$/,
    says: `weights in FP8 that have a scale for each block; ${ORIGINAL}, ${DEQUANTISE}`,
  },
  {
    names: /[._]weight_(qdata|scale_and_zero)$|\.weight:/,
    says: `weights that torchao quantised; ${ORIGINAL}`,
  },
  {
    names: /\.weight\._(data|scale|shift)$|\.output_scale$/,
    says: `weights that Quanto or Quark quantised; ${ORIGINAL}`,
  },
  {
    names: /\.(codebooks|codes|centroids|dqweight|tables2?)$/,
    says: `weights that AQLM, VPTQ or HIGGS quantised; ${ORIGINAL}`,
  },
  {
    names:
      /\.(weight_scales?(_\d)?|input_scale(_ub)?|activation_scale|scale_weight|scale_input)$|[._]weight_scale$/,
    says: `weights that have scales, as FP8, NVFP4 or INT8 ones have; ${ORIGINAL}, ${DEQUANTISE}`,
  },
  {
    names: /\.(scales|biases)$/,
    says: `weights that MLX quantised; ${ORIGINAL}, or what "mlx_lm.convert --dequantize" makes of it`,
  },
];

/**
 * Refuses weights that have to be multiplied, unpacked or added to before they are what the model computes with.
 *
 * @throws AttentionError naming a tensor, who made it, and what to do
 */
export function refuseQuantised(file: string, names: readonly string[]): void {
  for (const { names: pattern, says } of MAKERS) {
    const name = names.find((one) => pattern.test(one));
    if (name !== undefined) throw new AttentionError('file-format', `${file}: "${name}" is of ${says}.`);
  }
}
