#pragma once

#include <cstdint>

namespace attention_head {

// The nonlinearities of feed-forward layers, as Hugging Face configs name them.
enum class Activation : int {
  kGelu = 0,      // x · Φ(x), by the error function (Hendrycks & Gimpel 2016)
  kGeluTanh = 1,  // its approximation by tanh: gelu_new, gelu_pytorch_tanh
  kRelu = 2,
  kSilu = 3,       // x · σ(x), where σ(x) = 1 / (1 + e^-x) (Elfwing et al. 2018)
  kQuickGelu = 4,  // x · σ(1.702 x)
  kGelu10 = 5,     // GELU from -10 to 10 (Wu et al. 2020)
  kRelu2 = 6,      // relu(x)² (So et al. 2021)
  kRelu6 = 7,      // relu(x), at most 6
  kLeakyRelu = 8,  // x, or x / 100 below 0
  kHardSwish = 9,  // x · relu6(x + 3) / 6 (Howard et al. 2019)
  kMish = 10,      // x · tanh(log(1 + e^x)) (Misra 2019)
  kTanh = 11,
  kSigmoid = 12,  // σ(x)
  kLaplace = 13,  // Φ((x - 0.707107) / 0.282095) (Ma et al. 2022)
  kLinear = 14,   // x
  kNumActivations
};

// values[i] <- f(values[i]). All within 4e-7 of a value up to |x| = 8 (relative above 1), as far as
// PyTorch's float32 ones.
void activate(Activation activation, float* values, int64_t count);

// values[i] <- values[i] · factors[i]
void multiply_elements(float* values, const float* factors, int64_t count);

}  // namespace attention_head
