#pragma once

#include "model/model_tensors.h"
#include "model/transformer.h"

namespace attention_head {

// Makes a transformer of a config and the tensors that were read: which norm stands where follows from
// which there are. windowed [num_layers] says which layers have the sliding window.
void wire(const ModelConfig& config, const bool* windowed, const ModelTensors& tensors,
          Transformer& transformer);

}  // namespace attention_head
