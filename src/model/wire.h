#pragma once

#include "model/model_tensors.h"
#include "model/transformer.h"

namespace attention_head {

// Makes a transformer of a config and the tensors that were read: which norm stands where follows from
// which there are. windowed [num_layers] says which layers have the sliding window, rope_factors
// [rope_dims / 2] what divides the rotary frequencies, or null.
void wire(const ModelConfig& config, const bool* windowed, const float* rope_factors,
          const ModelTensors& tensors, Transformer& transformer);

}  // namespace attention_head
