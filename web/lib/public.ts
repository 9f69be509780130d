export { AttentionError, type AttentionErrorCode } from './errors.js';
export { type Core } from './core.js';
export { type LoadOptions } from './load.js';
export { type Tensor, type TensorHandle, type TensorInput } from './tensor.js';
export {
  type AttendOptions,
  type AttendResult,
  type MaskTensor,
  type RopeOptions,
  type TapName,
} from './attend.js';
export { type Variant } from './wasm_urls.js';
