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
  /** How many keys a query of a windowed layer sees, itself included, to each side that it looks at; 0 for none. */
  slidingWindow: number;
  /** Whether queries see only earlier keys. */
  isCausal: boolean;
  /** 0: no rotary positions. */
  ropeDims: number;
  /** Whether a tensor divides the frequencies. */
  ropeFactorsTensor: boolean;
  /** Of a layer without the sliding window. */
  rope: RopeConfig;
  /** Of a layer with it. */
  localRope: RopeConfig;
}

/** Rotary positions of a kind of layer: RopeNumbers of src/model/model_config.h. */
export interface RopeConfig {
  theta: number;
  scaling: RopeScaling;
  factor: number;
  lowFreqFactor: number;
  highFreqFactor: number;
  originalMax: number;
  /** What divides each frequency, [ropeDims / 2]; none where nothing does, or a tensor of the file. */
  factors: readonly number[];
  /** What scores are multiplied by, as YaRN does. */
  scoreFactor: number;
}

/** What was read of a model's description. */
export interface ReadConfig {
  config: ModelConfig;
  /** Which layers have the sliding window. */
  windowedLayers: readonly boolean[];
  /** Keys of the file that nothing reads and whose names don't speak of the mathematics. */
  unreadKeys: readonly string[];
  /** Sentences on what the file doesn't say, and what it is taken for. */
  assumptions: readonly string[];
}

/** What a family's reader makes of a description. */
export type ReadModel = Pick<ReadConfig, 'config' | 'windowedLayers'>;

/** The most that a model may have, as src/model/model_config.cpp checks: what is made of a file's numbers before stays small. */
export const MOST_LAYERS = 256;
export const MOST_HEADS = 4096;
export const MOST_HEAD_DIM = 4096;

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
export const Activation = {
  gelu: 0,
  geluTanh: 1,
  relu: 2,
  silu: 3,
  quickGelu: 4,
  gelu10: 5,
  relu2: 6,
  relu6: 7,
  leakyRelu: 8,
  hardSwish: 9,
  mish: 10,
  tanh: 11,
  sigmoid: 12,
  laplace: 13,
  linear: 14,
} as const;
export type Activation = (typeof Activation)[keyof typeof Activation];

/** RopeScalingType of src/attention/options.h. */
export const RopeScaling = { none: 0, linear: 1, llama3: 2 } as const;
export type RopeScaling = (typeof RopeScaling)[keyof typeof RopeScaling];

/** Rotary positions as Su et al. 2021 have them. */
export const PLAIN_ROPE: RopeConfig = {
  theta: 10000,
  scaling: RopeScaling.none,
  factor: 1,
  lowFreqFactor: 1,
  highFreqFactor: 4,
  originalMax: 8192,
  factors: [],
  scoreFactor: 1,
};

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
  isCausal: true,
  ropeDims: 0,
  ropeFactorsTensor: false,
  rope: PLAIN_ROPE,
  localRope: PLAIN_ROPE,
} as const;

const ORDER: readonly Exclude<keyof ModelConfig, 'rope' | 'localRope'>[] = [
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
  'isCausal',
  'ropeDims',
  'ropeFactorsTensor',
];

function ropeNumbers(rope: RopeConfig): number[] {
  const { theta, scaling, factor, lowFreqFactor, highFreqFactor, originalMax, factors, scoreFactor } = rope;
  return [theta, scaling, factor, lowFreqFactor, highFreqFactor, originalMax, factors.length, scoreFactor];
}

/** The numbers that Model::configure (src/model/model.h) reads. */
export function configNumbers({ config, windowedLayers }: ReadModel): Float64Array {
  const { rope, localRope } = config;
  const named = ORDER.map((name) => config[name]);
  const numbers = [...named, ...ropeNumbers(rope), ...ropeNumbers(localRope), ...windowedLayers];
  return Float64Array.from([...numbers, ...rope.factors, ...localRope.factors], Number);
}
