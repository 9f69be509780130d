#include "model/model_tensors.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace attention_head {

namespace {

bool take_prefix(std::string_view& name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  return true;
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

// TensorFlow's names of a layer norm's parameters, which old checkpoints have.
bool same_name(std::string_view name, std::string_view known) {
  if (name == known) return true;
  const auto renamed = [&](std::string_view ours, std::string_view theirs) {
    return known.ends_with(ours) && name.ends_with(theirs) &&
           known.substr(0, known.size() - ours.size()) == name.substr(0, name.size() - theirs.size());
  };
  return renamed("LayerNorm.weight", "LayerNorm.gamma") || renamed("LayerNorm.bias", "LayerNorm.beta");
}

// Parts of a multimodal model that look at something else than text.
constexpr std::string_view kOtherTowers[] = {"vision_tower.", "vision_model.", "audio_tower.", "visual."};

// Where the part of a name behind the next dot begins; 0 behind the last.
size_t behind_dot(std::string_view name, size_t from) { return name.find('.', from) + 1; }

bool is_of_other_tower(std::string_view name) {
  size_t at = 0;
  do {
    for (const std::string_view tower : kOtherTowers) {
      if (name.substr(at).starts_with(tower)) return true;
    }
    at = behind_dot(name, at);
  } while (at > 0);
  return false;
}

bool is_of_layer(Part part) { return part >= Part::kNumModelParts; }

// What llama.cpp takes where a GGUF has it, in some layers or in all.
bool is_optional_in_gguf(Part part) {
  switch (part) {
    case Part::kTypeEmbedding:
    case Part::kRopeFactors:
    case Part::kQueryBias:
    case Part::kKeyBias:
    case Part::kValueBias:
    case Part::kAttentionOutputBias:
    case Part::kGateBias:
    case Part::kUpBias:
    case Part::kDownBias:
      return true;
    default:
      return false;
  }
}

TensorSlot vector(int size) {
  TensorSlot slot;
  slot.out = size;
  return slot;
}

TensorSlot matrix(int out, int in) {
  TensorSlot slot;
  slot.is_matrix = true;
  slot.out = out;
  slot.in = in;
  return slot;
}

}  // namespace

Status ModelTensors::create(const ModelConfig& config) {
  config_ = config;
  family_ = &family_of(static_cast<FamilyId>(config.family));
  names_ = static_cast<FileFormat>(config.file_format) == FileFormat::kGguf ? &kGgufNames : family_;
  const auto layers = static_cast<int>(config.num_layers);
  const auto num_names = static_cast<int>(family_->names.size());
  const double bytes = static_cast<double>(sizeof(TensorSlot)) * num_names * layers;
  if (!slots_.reserve(bytes)) return out_of_memory("This model", bytes);
  std::fill(std::begin(first_of_), std::end(first_of_), -1);
  const auto add_needed = [&](bool of_layer, int layer) {
    for (const TensorName& known : family_->names) {
      if (is_of_layer(known.part) == of_layer && needs(known.part)) add(known.part, layer);
    }
  };
  add_needed(false, 0);
  const int of_model = num_slots_;
  for (int layer = 0; layer < layers; ++layer) {
    add_needed(true, layer);
    if (layer == 0) slots_a_layer_ = num_slots_ - of_model;
  }
  return {};
}

bool ModelTensors::needs(Part part) const {
  switch (part) {
    case Part::kTypeEmbedding:
      return config_.type_vocab_size > 0;
    case Part::kRopeFactors:
      return config_.rope_factors_tensor != 0;
    case Part::kQueryBias:
    case Part::kKeyBias:
    case Part::kValueBias:
    case Part::kQueryKeyValueBias:
      return config_.qkv_bias != 0;
    case Part::kAttentionOutputBias:
      return config_.attention_output_bias != 0;
    case Part::kGateBias:
    case Part::kUpBias:
    case Part::kDownBias:
      return config_.feed_forward_bias != 0;
    case Part::kQueryNorm:
    case Part::kKeyNorm:
      return config_.query_key_norm != 0;
    default:
      return true;
  }
}

TensorSlot ModelTensors::shaped(Part part) const {
  const auto hidden = static_cast<int>(config_.hidden_size);
  const auto inside = static_cast<int>(config_.intermediate_size);
  const auto head_dim = static_cast<int>(config_.head_dim);
  const int queries = static_cast<int>(config_.num_heads) * head_dim;
  const int keys = static_cast<int>(config_.num_kv_heads) * head_dim;
  switch (part) {
    case Part::kTokenEmbedding:
    case Part::kOutput:
      return matrix(static_cast<int>(config_.vocab_size), hidden);
    case Part::kPositionEmbedding:
      return matrix(static_cast<int>(config_.max_positions + config_.position_offset), hidden);
    case Part::kTypeEmbedding:
      return matrix(static_cast<int>(config_.type_vocab_size), hidden);
    case Part::kRopeFactors:
      return vector(static_cast<int>(config_.rope_dims) / 2);
    case Part::kQuery:
      return matrix(queries, hidden);
    case Part::kKey:
    case Part::kValue:
      return matrix(keys, hidden);
    case Part::kQueryKeyValue:
      return matrix(3 * queries, hidden);
    case Part::kQueryBias:
      return vector(queries);
    case Part::kKeyBias:
    case Part::kValueBias:
      return vector(keys);
    case Part::kQueryKeyValueBias:
      return vector(3 * queries);
    case Part::kQueryNorm:
    case Part::kKeyNorm:
      return vector(head_dim);
    case Part::kAttentionOutput:
      return matrix(hidden, queries);
    case Part::kGate:
    case Part::kUp:
      return matrix(inside, hidden);
    case Part::kGateBias:
    case Part::kUpBias:
      return vector(inside);
    case Part::kDown:
      return matrix(hidden, inside);
    default:
      return vector(hidden);
  }
}

void ModelTensors::add(Part part, int layer) {
  TensorSlot slot = shaped(part);
  slot.part = part;
  slot.layer = layer;
  const bool is_gguf = names_ == &kGgufNames;
  const bool is_linear = slot.is_matrix && is_of_layer(part);
  if (part == Part::kQueryKeyValue) slot.pieces = 3;
  if (is_linear && family_->transposed && !is_gguf) slot.transposed = true;
  if (family_->interleaved_heads && is_gguf) {
    if (part == Part::kQuery || part == Part::kQueryBias) {
      slot.interleaved_heads = static_cast<int>(config_.num_heads);
    }
    if (part == Part::kKey || part == Part::kKeyBias) {
      slot.interleaved_heads = static_cast<int>(config_.num_kv_heads);
    }
  }
  switch (part) {
    case Part::kAttentionNorm:
    case Part::kAttentionOutputNorm:
    case Part::kFeedForwardNorm:
    case Part::kFeedForwardOutputNorm:
    case Part::kQueryNorm:
    case Part::kKeyNorm:
    case Part::kFinalNorm:
      slot.offset = static_cast<float>(config_.norm_weight_offset);
      break;
    default:
      break;
  }
  int& first = first_of_[static_cast<int>(part)];
  if (first < 0) first = num_slots_;
  new (slots() + num_slots_++) TensorSlot(slot);
}

const TensorSlot* ModelTensors::at(Part part, int layer) const {
  const int first = first_of_[static_cast<int>(part)];
  if (first < 0 || layer >= static_cast<int>(config_.num_layers)) return nullptr;
  return slots() + first + (is_of_layer(part) ? layer * slots_a_layer_ : 0);
}

const TensorSlot* ModelTensors::output() const {
  const TensorSlot* const own = at(Part::kOutput, 0);
  if (own == nullptr || own->filled) return own;
  return is_tied() ? at(Part::kTokenEmbedding, 0) : nullptr;
}

const TensorSlot* ModelTensors::token_embedding() const {
  const TensorSlot* const own = at(Part::kTokenEmbedding, 0);
  const TensorSlot* const output = at(Part::kOutput, 0);
  return own->filled || output == nullptr || !output->filled ? own : output;
}

const TensorName* ModelTensors::find_name(std::string_view name, bool of_layer) const {
  for (const TensorName& known : names_->names) {
    if (is_of_layer(known.part) == of_layer && same_name(name, known.name)) return &known;
  }
  return nullptr;
}

// Whether a name can only be of this family's model: one of a layer, or the token embeddings.
bool ModelTensors::is_of_model_alone(std::string_view name) const {
  if (take_prefix(name, names_->layer_prefix)) {
    return take_number(name) >= 0 && find_name(name, true) != nullptr;
  }
  const TensorName* const known = find_name(name, false);
  return known != nullptr && known->part == Part::kTokenEmbedding;
}

Status ModelTensors::note(std::string_view name) {
  if (name.size() > Prefix::kCapacity || is_of_other_tower(name)) return {};
  size_t begin = 0;
  while (!is_of_model_alone(name.substr(begin))) {
    begin = behind_dot(name, begin);
    if (begin == 0) return {};
  }
  if (prefix_.name_length == 0) {
    std::memcpy(prefix_.name, name.data(), name.size());
    prefix_.name_length = name.size();
    prefix_.length = begin;
  }
  if (name.substr(0, begin) == prefix_.text()) return {};
  return Status::failure(ErrorCode::kFileFormat, "The file must hold one model, but tensors \"",
                         prefix_.found_by(), "\" and \"", name, "\" can't both be its own.");
}

std::string_view ModelTensors::prefix() const {
  return prefix_.name_length == 0 ? names_->prefix : prefix_.text();
}

// The output stands beside what the family's prefix names.
std::string_view ModelTensors::output_prefix() const {
  std::string_view before = prefix();
  if (!before.ends_with(names_->prefix)) return before;
  before.remove_suffix(names_->prefix.size());
  return before.empty() || before.ends_with('.') ? before : prefix();
}

TensorSlot* ModelTensors::find(std::string_view name) {
  const std::string_view output = name_of(Part::kOutput);
  if (!output.empty() && name.ends_with(output)) {
    // It may stand beside anything that the model lies in.
    const std::string_view before = name.substr(0, name.size() - output.size());
    if ((before.empty() || before.ends_with('.')) && prefix_.text().starts_with(before)) {
      return const_cast<TensorSlot*>(at(Part::kOutput, 0));
    }
  }
  if (!take_prefix(name, prefix_.text())) return nullptr;
  const bool of_layer = take_prefix(name, names_->layer_prefix);
  const int layer = of_layer ? take_number(name) : 0;
  const TensorName* const known = layer < 0 ? nullptr : find_name(name, of_layer);
  return known == nullptr ? nullptr : const_cast<TensorSlot*>(at(known->part, layer));
}

double ModelTensors::bytes() const {
  double bytes = 0;
  for (int i = 0; i < num_slots_; ++i) {
    const TensorSlot& slot = slots()[i];
    const bool is_to_come = names_ == family_ && is_needed(slot);
    if (slot.filled || is_to_come) bytes += slot.bytes() + kLineBytes;
  }
  return bytes;
}

Status ModelTensors::take_memory() {
  for (int i = 0; i < num_slots_; ++i) {
    TensorSlot& slot = slots()[i];
    if (!slot.filled || slot.data != nullptr) continue;
    if (slot.bytes() <= static_cast<double>(kLargestBytes)) {
      slot.data = allocate_lines(static_cast<size_t>(slot.bytes()));
    }
    if (slot.data == nullptr) return out_of_memory("This model", bytes());
  }
  return {};
}

ModelTensors::~ModelTensors() {
  for (int i = 0; i < num_slots_; ++i) std::free(slots()[i].data);
}

void ModelTensors::finish() {
  auto* const output = const_cast<TensorSlot*>(at(Part::kOutput, 0));
  const TensorSlot* const embedding = at(Part::kTokenEmbedding, 0);
  if (output == nullptr || !is_tied() || !output->filled || !embedding->filled) return;
  if (output->type != embedding->type) return;
  if (std::memcmp(output->data, embedding->data, static_cast<size_t>(output->bytes())) != 0) return;
  std::free(output->data);
  output->data = nullptr;
  output->filled = false;
}

std::string_view ModelTensors::name_of(Part part) const {
  for (const TensorName& known : names_->names) {
    if (known.part == part) return known.name;
  }
  return {};
}

// A model that was saved without its language head has no prefix of its family either.
bool ModelTensors::is_needed(const TensorSlot& slot) const {
  // GPT-2 has all its biases.
  if (names_ == &kGgufNames && family_ != &kGpt2 && is_optional_in_gguf(slot.part)) return false;
  if (slot.part == Part::kOutput) {
    return !is_tied() && config_.needs_output != 0 && prefix() != output_prefix();
  }
  const TensorSlot* const output = at(Part::kOutput, 0);
  return slot.part != Part::kTokenEmbedding || !is_tied() || output == nullptr || !output->filled;
}

Status ModelTensors::check_complete() const {
  for (int i = 0; i < num_slots_; ++i) {
    const TensorSlot& slot = slots()[i];
    if (slot.filled || !is_needed(slot)) continue;
    if (is_of_layer(slot.part)) {
      return Status::failure(ErrorCode::kFileFormat, "Tensor \"", prefix(), names_->layer_prefix,
                             slot.layer, ".", name_of(slot.part), "\" is missing from the file.");
    }
    return Status::failure(ErrorCode::kFileFormat, "Tensor \"",
                           slot.part == Part::kOutput ? output_prefix() : prefix(), name_of(slot.part),
                           "\" is missing from the file.");
  }
  return {};
}

}  // namespace attention_head
