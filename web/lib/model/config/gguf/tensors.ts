import { AttentionError } from '../../../errors.js';
import type { TensorEntry } from '../../../files/safetensors.js';
import type { ModelConfig } from '../../model_config.js';
import type { Architecture } from './metadata.js';

const WEIGHT = ['weight'];
const BOTH = ['weight', 'bias'];

/** Parts of a layer's name behind its number, and of the model's, with what may follow. */
type Names = Readonly<Record<string, readonly string[]>>;

const PROJECTIONS: Names = {
  attn_q: BOTH,
  attn_k: BOTH,
  attn_v: BOTH,
  attn_qkv: BOTH,
  attn_output: BOTH,
  ffn_up: BOTH,
  ffn_down: BOTH,
};
const PRE_NORM: Names = {
  token_embd: WEIGHT,
  output_norm: BOTH,
  output: WEIGHT,
  attn_norm: BOTH,
  ffn_norm: BOTH,
};
const GATED: Names = { ...PROJECTIONS, ...PRE_NORM, ffn_gate: BOTH };
const QUERY_KEY_NORM: Names = { attn_q_norm: WEIGHT, attn_k_norm: WEIGHT };
const GEMMA: Names = { ...GATED, post_attention_norm: WEIGHT, post_ffw_norm: WEIGHT };

/** The tensors that an architecture's model is made of. */
const NAMES: Readonly<Record<Architecture, Names>> = {
  llama: { ...GATED, rope_freqs: WEIGHT },
  qwen2: GATED,
  qwen3: { ...GATED, ...QUERY_KEY_NORM },
  gemma2: GEMMA,
  gemma3: { ...GEMMA, ...QUERY_KEY_NORM },
  gpt2: { ...PROJECTIONS, ...PRE_NORM, position_embd: WEIGHT },
  bert: {
    ...PROJECTIONS,
    token_embd: WEIGHT,
    position_embd: WEIGHT,
    token_types: WEIGHT,
    token_embd_norm: BOTH,
    attn_output_norm: BOTH,
    layer_output_norm: BOTH,
  },
};

/** Tensors that stand behind the last layer, or that a layer has from a time when its positions were stored. */
const UNNEEDED =
  /^(?:cls(?:\.output|\.norm)?\.(?:weight|bias)|dense_[23]\.weight|blk\.\d+\.attn_rot_embd\.weight)$/;
const NAME = /^(?:blk\.(\d+)\.)?(\w+)\.(\w+)$/;

function refusedTensor(name: string, architecture: Architecture): AttentionError {
  const isScale = /scale$/.test(name);
  const why = isScale
    ? "multiplies a weight that was stored as NVFP4 or for BitNet, which isn't read here; convert the original model with --outtype bf16"
    : `isn't one that the architecture "${architecture}" has, and may change what the model computes`;
  return new AttentionError('file-format', `The GGUF: tensor "${name}" ${why}.`);
}

/** Queries, keys and values whose rows lie one behind the other in one tensor are three. */
function splitFused(tensor: TensorEntry, { numHeads, numKvHeads, headDim }: ModelConfig): TensorEntry[] {
  const { name, shape, begin, end } = tensor;
  const [rows = 0, ...rest] = shape;
  const keyRows = numKvHeads * headDim;
  if (rows !== numHeads * headDim + 2 * keyRows) {
    throw new AttentionError(
      'file-format',
      `The GGUF: tensor "${name}" must have ${numHeads * headDim + 2 * keyRows} rows by the metadata, got ${rows}.`,
    );
  }
  const bytesOfRow = (end - begin) / rows;
  let first = 0;
  return [numHeads * headDim, keyRows, keyRows].map((count, i) => {
    const place = { begin: begin + first * bytesOfRow, end: begin + (first + count) * bytesOfRow };
    first += count;
    const part = name.replace('attn_qkv', `attn_${'qkv'.charAt(i)}`);
    return { ...tensor, name: part, shape: [count, ...rest], ...place };
  });
}

/**
 * The tensors that a file of an architecture holds, as its model has them.
 *
 * @throws AttentionError `file-format` naming a tensor that the architecture's model doesn't have
 */
export function readGgufTensors(
  tensors: readonly TensorEntry[],
  architecture: Architecture,
  config: ModelConfig,
): TensorEntry[] {
  return tensors.flatMap((tensor) => {
    const [, layer = '0', part = '', kind = ''] = NAME.exec(tensor.name) ?? [];
    const isOfModel = Object.hasOwn(NAMES[architecture], part) && Number(layer) < config.numLayers;
    const known = isOfModel && NAMES[architecture][part]?.includes(kind);
    if (known !== true && !UNNEEDED.test(tensor.name)) throw refusedTensor(tensor.name, architecture);
    const isFused = part === 'attn_qkv' && architecture !== 'gpt2';
    return isFused ? splitFused(tensor, config) : [tensor];
  });
}
