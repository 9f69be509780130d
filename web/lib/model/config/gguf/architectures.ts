import { Activation, Family, type ModelConfig } from '../../model_config.js';
import { refused, type ArchitectureMetadata, type Architecture } from './metadata.js';
import { readRopes } from './rope.js';

/** What an architecture adds to what all have in common, and what its files can't say. */
export interface OwnSettings {
  config: Partial<ModelConfig> & { family: Family };
  assumptions: readonly string[];
}

type Read = (common: ModelConfig, data: ArchitectureMetadata) => OwnSettings;

/** Rotary positions, over whole heads. */
function rotary({ headDim }: ModelConfig, data: ArchitectureMetadata): Partial<ModelConfig> {
  data.requireEqual('rope.dimension_count', headDim);
  data.requireEqual('rope.dimension_count_swa', headDim);
  return { ropeDims: headDim, ...readRopes(data, headDim) };
}

const SILU = "The feed-forward's activation isn't in the file; SiLU is taken, as llama.cpp does.";

/** Llama, and Mistral under its name. */
function readLlama(common: ModelConfig, data: ArchitectureMetadata): OwnSettings {
  const slidingWindow = data.numberOfLayers('attention.sliding_window', 0);
  const ropes = rotary(common, data);
  return {
    config: {
      family: Family.llama,
      slidingWindow,
      ...ropes,
      // Llama 3's scaling is a tensor of the file, where it has one.
      ropeFactorsTensor: ropes.rope?.factors.length === 0,
    },
    assumptions: [
      SILU,
      ...(slidingWindow > 0
        ? []
        : [
            "No attention.sliding_window is in the file, which llama.cpp's converter leaves out even for a Mistral that has one; none is taken, as llama.cpp does.",
          ]),
    ],
  };
}

/** A Qwen's window would be of its upper layers alone, and llama.cpp takes none. */
function refuseWindow(common: ModelConfig, data: ArchitectureMetadata): void {
  const window = data.numberOfLayers('attention.sliding_window', 0);
  if (window === 0 || window >= common.maxPositions) return;
  throw refused(
    data.nameOf('attention.sliding_window'),
    `left out, or the ${common.maxPositions} of context_length or more`,
    window,
  );
}

function qwen(family: Family): Read {
  return (common, data) => {
    refuseWindow(common, data);
    const queryKeyNorm = family === Family.qwen3;
    return { config: { family, queryKeyNorm, ...rotary(common, data) }, assumptions: [SILU] };
  };
}

/**
 * Gemma 2 and 3, whose file doesn't say query_pre_attn_scalar: it is the width of a head, but in the largest of them,
 * known by its number of layers.
 */
function gemma(family: Family, layersOfLargest: number): Read {
  return (common, data) => {
    const { numLayers, hiddenSize, numHeads, headDim } = common;
    const isLargest = numLayers === layersOfLargest;
    const scalar = isLargest ? Math.floor(hiddenSize / numHeads) : headDim;
    const isGemma2 = family === Family.gemma2;
    return {
      config: {
        family,
        activation: Activation.geluTanh,
        attentionScale: scalar ** -0.5,
        embeddingScale: Math.sqrt(hiddenSize),
        queryKeyNorm: !isGemma2,
        slidingWindow: data.number('attention.sliding_window'),
        attentionSoftcap: isGemma2 ? data.number('attn_logit_softcapping') : 0,
        finalSoftcap: data.number('final_logit_softcapping'),
        ...rotary(common, data),
      },
      assumptions: [
        `query_pre_attn_scalar isn't in the file; ${scalar} is taken, ${isLargest ? 'hidden_size / heads as in Gemma 27B' : 'the width of a head'}, as llama.cpp does.`,
        "The feed-forward's activation isn't in the file; GELU by tanh is taken, as llama.cpp does.",
      ],
    };
  };
}

function readGpt2(): OwnSettings {
  return {
    config: { family: Family.gpt2, activation: Activation.geluTanh },
    assumptions: ["activation_function isn't in the file; GELU by tanh is taken, as llama.cpp does."],
  };
}

/** BERT, with what llama.cpp's converter makes of RoBERTa and DistilBERT: positions cut so that the first is row 0. */
function readBert(_: ModelConfig, data: ArchitectureMetadata): OwnSettings {
  const types = data.metadata.get('tokenizer.ggml.token_type_count') ?? 0;
  if (typeof types !== 'number') throw refused('tokenizer.ggml.token_type_count', 'a number', types);
  return {
    config: {
      family: Family.bert,
      activation: Activation.gelu,
      typeVocabSize: types,
      // Its queries see all keys, also where an old file doesn't say so.
      isCausal: data.metadata.get(data.nameOf('attention.causal')) === true,
    },
    assumptions: [
      "hidden_act isn't in the file; GELU is taken as BERT has it, which llama.cpp approximates by tanh.",
    ],
  };
}

/** By general.architecture. */
export const ARCHITECTURES: Readonly<Record<Architecture, Read>> = {
  llama: readLlama,
  qwen2: qwen(Family.qwen2),
  qwen3: qwen(Family.qwen3),
  gemma2: gemma(Family.gemma2, 46),
  gemma3: gemma(Family.gemma3, 62),
  gpt2: readGpt2,
  bert: readBert,
};
