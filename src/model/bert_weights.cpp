#include "model/bert_weights.h"

#include <cmath>

#include "kernels/panel.h"

namespace attention_head {

namespace {

constexpr std::string_view kEmbeddingNames[] = {"word_embeddings.weight", "position_embeddings.weight",
                                                "token_type_embeddings.weight", "LayerNorm.weight",
                                                "LayerNorm.bias"};
constexpr std::string_view kLayerNames[] = {"attention.self.query.weight",
                                            "attention.self.query.bias",
                                            "attention.self.key.weight",
                                            "attention.self.key.bias",
                                            "attention.self.value.weight",
                                            "attention.self.value.bias",
                                            "attention.output.dense.weight",
                                            "attention.output.dense.bias",
                                            "attention.output.LayerNorm.weight",
                                            "attention.output.LayerNorm.bias",
                                            "intermediate.dense.weight",
                                            "intermediate.dense.bias",
                                            "output.dense.weight",
                                            "output.dense.bias",
                                            "output.LayerNorm.weight",
                                            "output.LayerNorm.bias"};

bool take_prefix(std::string_view& name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  return true;
}

// TensorFlow's names of a layer norm's parameters, which old checkpoints have.
bool same_name(std::string_view name, std::string_view known) {
  if (name == known) return true;
  const auto renamed = [&](std::string_view ours, std::string_view theirs) {
    return known.ends_with(ours) && name.ends_with(theirs) &&
           known.substr(0, known.size() - ours.size()) == name.substr(0, name.size() - theirs.size());
  };
  return renamed("LayerNorm.weight", "LayerNorm.gamma") || renamed("LayerNorm.bias", "LayerNorm.beta");
}

template <size_t kCount>
int index_of(std::string_view name, const std::string_view (&names)[kCount]) {
  for (size_t i = 0; i < kCount; ++i) {
    if (same_name(name, names[i])) return static_cast<int>(i);
  }
  return -1;
}

// A layer's number and the dot after it; -1 where there is none.
int take_number(std::string_view& name) {
  int number = 0;
  size_t digits = 0;
  for (; digits < name.size() && digits < 4 && name[digits] >= '0' && name[digits] <= '9'; ++digits) {
    number = number * 10 + (name[digits] - '0');
  }
  name.remove_prefix(digits);
  return digits > 0 && take_prefix(name, ".") ? number : -1;
}

TensorSlot vector(int size) { return {nullptr, 1, {size, 0}, false, false}; }
TensorSlot table(int rows, int columns) { return {nullptr, 2, {rows, columns}, false, false}; }
TensorSlot linear_weights(int in, int out) { return {nullptr, 2, {out, in}, true, false}; }

int64_t room(const TensorSlot& slot) {
  return slot.is_linear ? panel_floats(slot.shape[1], slot.shape[0]) : slot.elements();
}

}  // namespace

Status BertWeights::create(const BertConfig& config) {
  struct Size {
    const char* name;
    double value;
    double most;
  };
  constexpr double kLargest = 1 << 24;
  const Size sizes[] = {{"vocab_size", config.vocab_size, kLargest},
                        {"hidden_size", config.hidden_size, 65536},
                        {"num_hidden_layers", config.num_hidden_layers, kMostLayers},
                        {"num_attention_heads", config.num_attention_heads, 4096},
                        {"intermediate_size", config.intermediate_size, 1 << 20},
                        {"max_position_embeddings", config.max_position_embeddings, kLargest},
                        {"type_vocab_size", config.type_vocab_size, kLargest}};
  for (const Size& size : sizes) {
    if (size.value >= 1 && size.value <= size.most && size.value == std::floor(size.value)) continue;
    return Status::failure(ErrorCode::kFileFormat, "config.json: ", size.name,
                           " must be a whole number from 1 to ", size.most, ", got ", size.value, ".");
  }
  vocab_size = static_cast<int>(config.vocab_size);
  hidden_size = static_cast<int>(config.hidden_size);
  num_layers = static_cast<int>(config.num_hidden_layers);
  num_heads = static_cast<int>(config.num_attention_heads);
  intermediate_size = static_cast<int>(config.intermediate_size);
  max_position_embeddings = static_cast<int>(config.max_position_embeddings);
  layer_norm_eps = static_cast<float>(config.layer_norm_eps);
  activation = static_cast<Activation>(config.activation);
  if (hidden_size % num_heads != 0) {
    return Status::failure(ErrorCode::kFileFormat, "config.json: hidden_size (", hidden_size,
                           ") must be a multiple of num_attention_heads (", num_heads, ").");
  }
  set_shapes(static_cast<int>(config.type_vocab_size));
  double bytes = 0;
  for (int i = 0; i < num_slots(); ++i) bytes += 4.0 * static_cast<double>(room(slots_[i]));
  if (!memory_.reserve(bytes)) return out_of_memory("This model", bytes);
  auto* next = static_cast<float*>(memory_.data());
  for (int i = 0; i < num_slots(); ++i) {
    slots_[i].data = next;
    next += room(slots_[i]);
  }
  point_into_slots();
  return {};
}

void BertWeights::set_shapes(int type_vocab_size) {
  TensorSlot* slot = slots_;
  *slot++ = table(vocab_size, hidden_size);
  *slot++ = table(max_position_embeddings, hidden_size);
  *slot++ = table(type_vocab_size, hidden_size);
  *slot++ = vector(hidden_size);
  *slot++ = vector(hidden_size);
  const auto add_linear = [&](int in, int out) {
    *slot++ = linear_weights(in, out);
    *slot++ = vector(out);
  };
  const auto add_norm = [&] {
    *slot++ = vector(hidden_size);
    *slot++ = vector(hidden_size);
  };
  for (int layer = 0; layer < num_layers; ++layer) {
    for (int projection = 0; projection < 4; ++projection) add_linear(hidden_size, hidden_size);
    add_norm();
    add_linear(hidden_size, intermediate_size);
    add_linear(intermediate_size, hidden_size);
    add_norm();
  }
}

void BertWeights::point_into_slots() {
  const TensorSlot* slot = slots_;
  const auto next_linear = [&]() -> LinearWeights {
    const TensorSlot* const weights = slot++;
    return {weights->data, slot++->data};
  };
  const auto next_norm = [&]() -> LayerNormWeights {
    const TensorSlot* const weight = slot++;
    return {weight->data, slot++->data};
  };
  word_embeddings = slot++->data;
  position_embeddings = slot++->data;
  token_type_embeddings = slot++->data;
  embedding_norm = next_norm();
  const int head_dim = hidden_size / num_heads;
  for (int i = 0; i < num_layers; ++i) {
    BertLayer& layer = layers[i];
    MultiHeadLayer& attention = layer.attention;
    attention.model_dim = hidden_size;
    attention.num_heads = attention.num_kv_heads = num_heads;
    attention.head_dim = attention.v_head_dim = head_dim;
    attention.attention.scale = static_cast<float>(1 / std::sqrt(static_cast<double>(head_dim)));
    attention.query = next_linear();
    attention.key = next_linear();
    attention.value = next_linear();
    attention.output = next_linear();
    layer.attention_norm = next_norm();
    layer.intermediate = next_linear();
    layer.output = next_linear();
    layer.output_norm = next_norm();
  }
}

TensorSlot* BertWeights::find(std::string_view name) {
  take_prefix(name, "bert.");
  if (take_prefix(name, "embeddings.")) {
    const int index = index_of(name, kEmbeddingNames);
    return index < 0 ? nullptr : &slots_[index];
  }
  if (!take_prefix(name, "encoder.layer.")) return nullptr;
  const int layer = take_number(name);
  const int index = index_of(name, kLayerNames);
  if (layer < 0 || layer >= num_layers || index < 0) return nullptr;
  return &slots_[kEmbeddingTensors + layer * kLayerTensors + index];
}

Status BertWeights::check_complete() const {
  for (int i = 0; i < num_slots(); ++i) {
    if (slots_[i].filled) continue;
    if (i < kEmbeddingTensors) {
      return Status::failure(ErrorCode::kFileFormat, "Tensor \"embeddings.", kEmbeddingNames[i],
                             "\" is missing from the file.");
    }
    const int layer = (i - kEmbeddingTensors) / kLayerTensors;
    return Status::failure(ErrorCode::kFileFormat, "Tensor \"encoder.layer.", layer, ".",
                           kLayerNames[(i - kEmbeddingTensors) % kLayerTensors],
                           "\" is missing from the file.");
  }
  return {};
}

}  // namespace attention_head
