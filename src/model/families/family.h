#pragma once

#include <span>
#include <string_view>

#include "model/model_config.h"
#include "model/part.h"

namespace attention_head {

// A tensor's name in a file, without the prefix of the model or of its layer.
struct TensorName {
  Part part;
  std::string_view name;
};

// A family of transformers: how its files name their tensors. A part that has no name isn't there, and one
// that the config denies isn't needed; the rest of the wiring is model/transformer.h's.
struct Family {
  std::string_view prefix;        // of every tensor where the file holds the model inside of another
  std::string_view layer_prefix;  // of a layer's tensors, before its number
  std::span<const TensorName> names;
  bool rms_norm = false;
  bool transposed = false;         // Hugging Face's file holds linear weights as [in, out]
  bool interleaved_heads = false;  // a GGUF's query and key rows are ordered for interleaved RoPE
};

extern const Family kBert, kRoberta, kDistilbert, kGpt2, kLlama, kQwen, kGemma;

// GGUF's names, the same for every family.
extern const Family kGgufNames;

const Family& family_of(FamilyId id);

}  // namespace attention_head
