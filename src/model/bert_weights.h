#pragma once

#include <string_view>

#include "attention/multi_head_layer.h"
#include "kernels/activation.h"
#include "kernels/buffer.h"
#include "model/tensor_file.h"

namespace attention_head {

// What a BERT config.json says (Devlin et al. 2019). Sizes are doubles, as JavaScript has them, so that
// none overflows before it is checked.
struct BertConfig {
  double vocab_size, hidden_size, num_hidden_layers, num_attention_heads, intermediate_size;
  double max_position_embeddings, type_vocab_size;
  double layer_norm_eps;
  int activation;  // Activation
};

struct LayerNormWeights {
  const float* weight = nullptr;  // [hidden]
  const float* bias = nullptr;    // [hidden]
};

struct BertLayer {
  MultiHeadLayer attention;
  LayerNormWeights attention_norm;
  LinearWeights intermediate;  // [hidden, intermediate]
  LinearWeights output;        // [intermediate, hidden]
  LayerNormWeights output_norm;
};

// The parameters of a BERT encoder, in one piece of memory that is filled by a TensorFile.
class BertWeights : public TensorSlots {
 public:
  static constexpr int kMostLayers = 256;

  // Checks the config and takes the memory.
  Status create(const BertConfig& config);
  // By the tensor's name in the file, with or without the prefix "bert.".
  TensorSlot* find(std::string_view name) override;
  // The error that names a tensor which no file held.
  Status check_complete() const;

  int vocab_size = 0;
  int hidden_size = 0;
  int num_layers = 0;
  int num_heads = 0;
  int intermediate_size = 0;
  int max_position_embeddings = 0;
  float layer_norm_eps = 0;
  Activation activation = Activation::kGelu;
  const float* word_embeddings = nullptr;        // [vocab, hidden]
  const float* position_embeddings = nullptr;    // [max_position_embeddings, hidden]
  const float* token_type_embeddings = nullptr;  // [type_vocab, hidden]
  LayerNormWeights embedding_norm;
  BertLayer layers[kMostLayers];

 private:
  // The tensors of the embeddings and of each layer, in the order of the names in the .cpp file.
  static constexpr int kEmbeddingTensors = 5;
  static constexpr int kLayerTensors = 16;
  static constexpr int kMostSlots = kEmbeddingTensors + kMostLayers * kLayerTensors;

  [[nodiscard]] int num_slots() const { return kEmbeddingTensors + num_layers * kLayerTensors; }
  void set_shapes(int type_vocab_size);
  void point_into_slots();

  Buffer memory_;
  TensorSlot slots_[kMostSlots];
};

}  // namespace attention_head
