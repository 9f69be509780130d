export { AttentionError, type AttentionErrorCode } from './errors.js';
export { type Core } from './core.js';
export { type LoadOptions } from './load.js';
export { type Tensor, type TensorHandle, type TensorInput } from './tensor.js';
export { type AttendOptions, type AttendResult } from './attend.js';
export {
  type CallOptions,
  type MaskTensor,
  type MechanismOptions,
  type RopeOptions,
  type TapName,
} from './mechanism.js';
export {
  type ForwardOptions,
  type ForwardResult,
  type KeyValueCache,
  type Layer,
  type LayerOptions,
  type LayerTapName,
} from './layer.js';
export { type Variant } from './wasm_urls.js';
