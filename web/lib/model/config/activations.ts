import { Activation } from '../model_config.js';

/**
 * Activations by their names in transformers; those that have weights of their own (prelu, xielu), and sqrtsoftplus,
 * aren't here.
 */
export const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  gelu: Activation.gelu,
  gelu_python: Activation.gelu,
  gelu_10: Activation.gelu10,
  gelu_new: Activation.geluTanh,
  gelu_fast: Activation.geluTanh,
  gelu_accurate: Activation.geluTanh,
  gelu_pytorch_tanh: Activation.geluTanh,
  gelu_python_tanh: Activation.geluTanh,
  quick_gelu: Activation.quickGelu,
  relu: Activation.relu,
  relu2: Activation.relu2,
  relu6: Activation.relu6,
  leaky_relu: Activation.leakyRelu,
  silu: Activation.silu,
  swish: Activation.silu,
  hardswish: Activation.hardSwish,
  mish: Activation.mish,
  tanh: Activation.tanh,
  sigmoid: Activation.sigmoid,
  laplace: Activation.laplace,
  linear: Activation.linear,
};
