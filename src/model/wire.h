#pragma once

#include "model/model_tensors.h"
#include "model/transformer.h"

namespace attention_head {

// Makes a transformer of a config and the tensors that were read: which norm stands where follows from
// which there are. windowed [num_layers] says which layers have the sliding window, rope_factors
// what divides the rotary frequencies where the config counts such factors: those of its rope, then those
// of its local_rope.
void wire(const ModelConfig& config, const bool* windowed, const float* rope_factors,
          const ModelTensors& tensors, Transformer& transformer);

}  // namespace attention_head
