/** What a model is made of, whatever its family: the numbers of src/model/model_config.h, in the same order. */
export interface ModelConfig {
  family: Family;
  fileFormat: FileFormat;
  vocabSize: number;
  hiddenSize: number;
  numLayers: number;
  numHeads: number;
  numKvHeads: number;
  headDim: number;
  intermediateSize: number;
  /** The most tokens of a text. */
  maxPositions: number;
  /** 0 where tokens have no types. */
  typeVocabSize: number;
  /** The row of the position embeddings that the first token takes. */
  positionOffset: number;
  normEps: number;
  activation: Activation;
  /** Whether the token embeddings also predict, where a file has no other output. */
  tiedEmbeddings: boolean;
  /** Whether a file without an output isn't whole. */
  needsOutput: boolean;
  qkvBias: boolean;
  attentionOutputBias: boolean;
  feedForwardBias: boolean;
  queryKeyNorm: boolean;
  attentionScale: number;
  /** 0 for none, as finalSoftcap. */
  attentionSoftcap: number;
  finalSoftcap: number;
  embeddingScale: number;
  /** Added to every norm's weights as they are stored. */
  normWeightOffset: number;
  /** How many keys a query of a windowed layer sees, itself included; 0 for none. */
  slidingWindow: number;
  /** No ropeDims: no rotary positions. */
  ropeTheta: number;
  ropeDims: number;
  ropeScaling: RopeScaling;
  ropeFactor: number;
  ropeLowFreqFactor: number;
  ropeHighFreqFactor: number;
  ropeOriginalMax: number;
  /** What divides each frequency, [ropeDims / 2]; none where nothing does, or a tensor of the file. */
  ropeFactors: readonly number[];
  /** Of windowed layers, unscaled; 0 where they are as the others. */
  localRopeTheta: number;
  /** Whether a tensor divides the frequencies. */
  ropeFactorsTensor: boolean;
}

/** A config, and which layers have the sliding window. */
export interface ReadConfig {
  config: ModelConfig;
  windowedLayers: boolean[];
}

export const Family = {
  bert: 0,
  roberta: 1,
  distilbert: 2,
  gpt2: 3,
  llama: 4,
  qwen2: 5,
  qwen3: 6,
  gemma2: 7,
  gemma3: 8,
} as const;
export type Family = (typeof Family)[keyof typeof Family];
export type FamilyName = keyof typeof Family;

export const FileFormat = { huggingFace: 0, gguf: 1 } as const;
export type FileFormat = (typeof FileFormat)[keyof typeof FileFormat];

/** Of src/kernels/activation.h. */
export const Activation = { gelu: 0, geluTanh: 1, relu: 2, silu: 3 } as const;
export type Activation = (typeof Activation)[keyof typeof Activation];

/** RopeScalingType of src/attention/options.h. */
export const RopeScaling = { none: 0, linear: 1, llama3: 2 } as const;
export type RopeScaling = (typeof RopeScaling)[keyof typeof RopeScaling];

/** What most families have in common; each says what is different. */
export const PLAIN_CONFIG = {
  fileFormat: FileFormat.huggingFace,
  typeVocabSize: 0,
  positionOffset: 0,
  tiedEmbeddings: true,
  needsOutput: false,
  qkvBias: false,
  attentionOutputBias: false,
  feedForwardBias: false,
  queryKeyNorm: false,
  attentionSoftcap: 0,
  finalSoftcap: 0,
  embeddingScale: 1,
  normWeightOffset: 0,
  slidingWindow: 0,
  ropeTheta: 10000,
  ropeDims: 0,
  ropeScaling: RopeScaling.none,
  ropeFactor: 1,
  ropeLowFreqFactor: 1,
  ropeHighFreqFactor: 4,
  ropeOriginalMax: 8192,
  ropeFactors: [],
  localRopeTheta: 0,
  ropeFactorsTensor: false,
} as const;

const ORDER: readonly (Exclude<keyof ModelConfig, 'ropeFactors'> | 'numRopeFactors')[] = [
  'family',
  'fileFormat',
  'vocabSize',
  'hiddenSize',
  'numLayers',
  'numHeads',
  'numKvHeads',
  'headDim',
  'intermediateSize',
  'maxPositions',
  'typeVocabSize',
  'positionOffset',
  'normEps',
  'activation',
  'tiedEmbeddings',
  'needsOutput',
  'qkvBias',
  'attentionOutputBias',
  'feedForwardBias',
  'queryKeyNorm',
  'attentionScale',
  'attentionSoftcap',
  'finalSoftcap',
  'embeddingScale',
  'normWeightOffset',
  'slidingWindow',
  'ropeTheta',
  'ropeDims',
  'ropeScaling',
  'ropeFactor',
  'ropeLowFreqFactor',
  'ropeHighFreqFactor',
  'ropeOriginalMax',
  'localRopeTheta',
  'ropeFactorsTensor',
  'numRopeFactors',
];

/** The numbers that Model::configure (src/model/model.h) reads. */
export function configNumbers({ config, windowedLayers }: ReadConfig): Float64Array {
  const { ropeFactors } = config;
  const named = { ...config, numRopeFactors: ropeFactors.length };
  return Float64Array.from([...ORDER.map((name) => named[name]), ...windowedLayers, ...ropeFactors], Number);
}
