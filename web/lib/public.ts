export { AttentionError } from './errors.js';
export type { AttentionErrorCode } from './errors.js';
export type { Core } from './core.js';
export type { LoadOptions } from './load.js';
export type { Tensor, TensorHandle, TensorInput } from './tensor.js';
export type { AttendOptions, AttendResult } from './attend.js';
export type { CallOptions, MaskTensor, MechanismOptions, RopeOptions, TapName } from './mechanism.js';
export type {
  ForwardOptions,
  ForwardResult,
  KeyValueCache,
  Layer,
  LayerOptions,
  LayerTapName,
} from './layer.js';
export type { AttentionSource, KeptMechanism, SourceTapName } from './attention_source.js';
export type { HeadPlace } from './head_place.js';
export { forgetFiles, keptFiles } from './files/kept_files.js';
export type { KeptFile } from './files/kept_files.js';
export type { ModelSource } from './files/model_place.js';
export type { LoadProgress } from './files/source.js';
export type { LoadModelOptions } from './model/load_model.js';
export type { Model, ModelInfo, RunOptions } from './model/model.js';
export type {
  CellPlace,
  DetectHeadsOptions,
  HeadAnalysis,
  LogitAttribution,
  RunChanges,
  ScoreParts,
} from './analysis/run_analysis.js';
export type { Pattern } from './analysis/pattern.js';
export type { Circuits, Composition, HeadCircuit } from './analysis/circuits.js';
export type { AblateEachOptions, Ablations } from './analysis/ablate_each.js';
export type { HeadName } from './analysis/head_name.js';
export type { AnalyseTextsOptions } from './analysis/analyse_texts.js';
export type { HeadNames } from './analysis/name_heads.js';
export type { HeadEdit } from './model/edits.js';
export type { SamplingOptions } from './model/choose_token.js';
export type { GenerateOptions } from './model/generate.js';
export type { Run, RunTapName } from './model/run.js';
export type { RunText } from './model/run_input.js';
export type { TextOrPair } from './text/tokenizer.js';
export type { Token } from './text/token.js';
export type { Variant } from './asset_urls.js';
export type { PaintOptions, PaintStyle, Picture, PutPixels } from './paint.js';
export type { LargeMap, LargeMapOptions, PaintProgress, ViewOptions } from './large_map.js';
export type { Trace } from './trace/trace.js';
export type { GivenTensors } from './trace/given_tensors.js';
