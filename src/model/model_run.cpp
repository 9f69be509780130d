#include "model/model_run.h"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "attention/attend.h"
#include "attention/rope.h"
#include "kernels/parts.h"
#include "kernels/softmax.h"
#include "kernels/weight_row.h"
#include "model/feed_forward.h"
#include "model/norm.h"

namespace attention_head {

namespace {

int ceil_divide(int a, int b) { return (a + b - 1) / b; }

void add(const float* from, int64_t count, float* to) {
  for (int64_t i = 0; i < count; ++i) to[i] += from[i];
}

// The working memory of attention over so many tokens, whole or the last of them alone.
int64_t attention_floats(const Transformer& model, int tokens) {
  const AttentionOptions& options = model.layers[0].attention.attention;
  return std::max(attend_scratch_floats(model.shape(tokens, tokens), options, {}),
                  attend_scratch_floats(model.shape(1, tokens), options, {}));
}

}  // namespace

void ModelRun::plan(const Transformer& model, int capacity, bool all_logits, double (&bytes)[kNumParts]) {
  model_ = &model;
  capacity_ = capacity;
  all_logits_ = all_logits;
  heads_.shape = model.shape(capacity_, capacity_);
  heads_.capacity = capacity_;
  const MultiHeadLayer& attention = model.layers[0].attention;
  const double hidden = model.hidden_size;
  const double inside = static_cast<double>(
      std::max({feed_forward_floats(model, capacity_), attention_floats(model, capacity_),
                heads_.scratch_floats(attention.attention)}));
  const double tokens = capacity;
  const double head_dim = attention.head_dim;
  const double layer = tokens * (2 * hidden + attention.num_heads * head_dim) + inside;
  const double step = static_cast<double>(heads_.scratch_floats(attention.attention)) + tokens * head_dim;
  bytes[kIds] = 4 * tokens;
  if (model.type_embedding.data != nullptr) bytes[kTypes] = 4 * tokens;
  bytes[kHidden] = 4 * tokens * hidden;
  bytes[kMeanPooled] = 4 * hidden;
  if (model.predicts()) bytes[kLogits] = 4.0 * model.vocab_size * (all_logits ? tokens : 1);
  bytes[kTap] = 4 * tokens * std::max({tokens, hidden, head_dim});
  bytes[kScratch] = 4 * std::max(layer, step);
  bytes[kRopeTable] = bytes[kLocalRopeTable] = 4 * tokens * attention.attention.rope.dims;
  const auto last_token = static_cast<double>(LastToken::floats(model.num_layers, model.hidden_size));
  if (model.predicts()) bytes[kLastToken] = 4 * last_token;
  if (!edits_.empty()) bytes[kEditedMap] = 4 * tokens * tokens;
  const double query_bytes = 4 * tokens * attention.num_heads * head_dim;
  const bool keeps_queries = model.num_layers * query_bytes <= kMostQueryBytes;
  heads_.query_layers = keeps_queries ? model.num_layers : 1;
  bytes[kKeysValues] = 4.0 * model.num_layers * static_cast<double>(heads_.key_value_floats());
  bytes[kQueries] = heads_.query_layers * query_bytes;
  if (!keeps_queries) {
    bytes[kAgain] = bytes[kHidden];
    const int checkpoints = (model.num_layers - 1) / kCheckpointLayers + 1;
    bytes[kCheckpoints] = checkpoints * bytes[kHidden];
  }
}

double ModelRun::bytes(const Transformer& model, int capacity) {
  double bytes[kNumParts] = {};
  ModelRun().plan(model, capacity, false, bytes);
  return std::accumulate(std::begin(bytes), std::end(bytes), 0.0);
}

Status ModelRun::prepare(const Transformer& model, double capacity, bool all_logits) {
  if (!(capacity >= 1 && capacity <= model.max_positions)) {
    return invalid_argument("The text must have 1 to ", model.max_positions,
                            " tokens (the model's positions), got ", capacity, ".");
  }
  double bytes[kNumParts] = {};
  plan(model, static_cast<int>(capacity), all_logits, bytes);
  length_ = 0;
  if (Status status = lay_out_parts("This run", bytes, memory_, address_); !status.ok()) return status;
  heads_.key_value_rows = floats(kKeysValues);
  heads_.query_rows = floats(kQueries);
  held_layer_ = again_layer_ = kNone;
  return {};
}

ModelRun::Scratch ModelRun::scratch(int tokens) const {
  const MultiHeadLayer& attention = model_->layers[0].attention;
  Scratch memory{};
  memory.normed = floats(kScratch);
  memory.head_output = memory.normed + int64_t{tokens} * model_->hidden_size;
  memory.sublayer = memory.head_output + int64_t{tokens} * attention.num_heads * attention.v_head_dim;
  memory.inside = memory.sublayer + int64_t{tokens} * model_->hidden_size;
  return memory;
}

Status ModelRun::run(bool) {
  const int count = capacity_ - length_;
  if (Status status = begin(count, count); !status.ok()) return status;
  while (step()) {
  }
  return {};
}

Status ModelRun::begin(int count, int step_tokens) {
  if (!(count >= 1 && count <= capacity_ - length_)) {
    return invalid_argument("This run has room for ", capacity_ - length_, " more tokens, got ", count,
                            ".");
  }
  if (!model_->is_causal && count != capacity_) {
    return invalid_argument("A model that sees later tokens takes all of its ", capacity_,
                            " tokens at once, got ", count, ".");
  }
  if (Status status = check_tokens(count); !status.ok()) return status;
  const auto add_rope_rows = [&](const RopeOptions& rope, Part part) {
    if (rope.enabled) rope_table(rope, length_, count, floats(part) + int64_t{length_} * rope.dims);
  };
  add_rope_rows(model_->rope, kRopeTable);
  add_rope_rows(model_->local_rope, kLocalRopeTable);
  heads_.shape.q_len = heads_.shape.kv_len = length_ + count;
  embed(count);
  running_ = {length_, count, floats(kHidden)};
  // All steps but the last are of as many tokens.
  step_tokens_ = ceil_divide(count, ceil_divide(count, std::max(step_tokens, 1)));
  steps_ = 0;
  if (model_->predicts()) std::copy_n(last_hidden(), model_->hidden_size, last_token().embedding());
  return {};
}

bool ModelRun::step() {
  const int64_t dim = model_->hidden_size;
  const int parts = ceil_divide(running_.count, step_tokens_);
  const int layer = steps_ / (1 + parts);
  const int part = steps_ % (1 + parts) - 1;
  ++steps_;
  if (layer == model_->num_layers) {
    finish();
    return false;
  }
  if (part >= 0) {
    const int first = part * step_tokens_;
    const int count = std::min(step_tokens_, running_.count - first);
    run_layer(layer, {running_.first + first, count, running_.hidden + first * dim}, scratch(count));
    return true;
  }
  if (!keeps_queries() && layer % kCheckpointLayers == 0) {
    std::copy_n(running_.hidden, running_.count * dim, checkpoint(layer) + length_ * dim);
  }
  make_key_value(layer, running_, scratch(running_.count));
  return true;
}

// Normalises what the last layer made, and predicts.
void ModelRun::finish() {
  const int dim = model_->hidden_size;
  held_layer_ = again_layer_ = kNone;
  if (model_->predicts()) std::copy_n(last_hidden(), dim, last_token().residual());
  normalise(model_->final_norm, model_->norm_eps, running_.count, dim, running_.hidden);
  predict(running_.count);
  length_ += running_.count;
}

void ModelRun::hold_queries(int layer) {
  if (keeps_queries() || layer == held_layer_) return;
  const Scratch memory = scratch(length_);
  const Rows rows{0, length_, floats(kAgain)};
  const int first = layer / kCheckpointLayers * kCheckpointLayers;
  if (again_layer_ < first || again_layer_ > layer) {
    again_layer_ = first;
    std::copy_n(checkpoint(layer), int64_t{length_} * model_->hidden_size, rows.hidden);
  }
  for (; again_layer_ < layer; ++again_layer_) run_layer(again_layer_, rows, memory);
  copy_normalised(model_->layers[layer].attention_norm, rows, memory.normed);
  make_query(layer, rows, memory.normed);
  held_layer_ = layer;
}

Status ModelRun::check_tokens(int count) const {
  const auto check = [&](const char* name, const int32_t* values, int end) -> Status {
    for (int i = length_; i < length_ + count; ++i) {
      if (values[i] >= 0 && values[i] < end) continue;
      return invalid_argument(name, "[", i, "] must be from 0 to ", end - 1, ", got ", values[i], ".");
    }
    return {};
  };
  if (Status status = check("ids", ids(), model_->vocab_size); !status.ok()) return status;
  if (model_->type_embedding.data == nullptr) return {};
  return check("types", integers(kTypes), model_->type_embedding.out);
}

void ModelRun::embed(int count) {
  const int dim = model_->hidden_size;
  float* const row = floats(kScratch);
  auto padding = std::count(ids(), ids() + length_, model_->padding_id());
  for (int i = length_; i < length_ + count; ++i) {
    float* const hidden = floats(kHidden) + int64_t{i - length_} * dim;
    const int id = ids()[i];
    const bool is_padding = id == model_->padding_id();
    if (is_padding) ++padding;
    copy_weight_row(model_->token_embedding, id, hidden);
    scale_row(hidden, dim, model_->embedding_scale);
    if (model_->type_embedding.data != nullptr) {
      copy_weight_row(model_->type_embedding, integers(kTypes)[i], row);
      add(row, dim, hidden);
    }
    if (model_->position_embedding.data != nullptr) {
      const int position = is_padding ? id : model_->position_offset + i - static_cast<int>(padding);
      copy_weight_row(model_->position_embedding, position, row);
      add(row, dim, hidden);
    }
  }
  normalise(model_->embedding_norm, model_->norm_eps, count, dim, floats(kHidden));
}

// The checkpoint before a layer, or where the layer begins.
float* ModelRun::checkpoint(int layer) const {
  const int64_t size = int64_t{capacity_} * model_->hidden_size;
  return floats(kCheckpoints) + layer / kCheckpointLayers * size;
}

const float* ModelRun::rope_rows(const TransformerLayer& layer, int first) const {
  const Part table = layer.is_windowed ? kLocalRopeTable : kRopeTable;
  return floats(table) + int64_t{first} * layer.attention.attention.rope.dims;
}

void ModelRun::make_query(int index, const Rows& rows, const float* normed) {
  const TransformerLayer& layer = model_->layers[index];
  const MultiHeadLayer& attention = layer.attention;
  float* const query = heads_.query(index) + int64_t{rows.first} * attention.num_heads * attention.head_dim;
  project_query(attention, normed, rows.count, query);
  normalise({layer.query_norm, nullptr}, model_->norm_eps, rows.count * attention.num_heads,
            attention.head_dim, query);
  if (!attention.attention.rope.enabled) return;
  rotate_heads(attention, rope_rows(layer, rows.first), attention.num_heads, rows.count, query);
}

void ModelRun::make_key_value(int index, const Rows& rows, const Scratch& memory) {
  const TransformerLayer& layer = model_->layers[index];
  const MultiHeadLayer& attention = layer.attention;
  copy_normalised(layer.attention_norm, rows, memory.normed);
  const int64_t before = int64_t{rows.first} * attention.num_kv_heads * attention.head_dim;
  float* const key = heads_.key(index) + before;
  project_key_value(attention, memory.normed, rows.count, key, heads_.value(index) + before);
  normalise({layer.key_norm, nullptr}, model_->norm_eps, rows.count * attention.num_kv_heads,
            attention.head_dim, key);
  if (!attention.attention.rope.enabled) return;
  rotate_heads(attention, rope_rows(layer, rows.first), attention.num_kv_heads, rows.count, key);
}

// head_output <- what the layer's heads make of `normed`; their queries are kept.
void ModelRun::run_attention(int index, const Rows& rows, const Scratch& memory) {
  const MultiHeadLayer& attention = model_->layers[index].attention;
  const int64_t query_width = int64_t{attention.num_heads} * attention.head_dim;
  const int64_t key_width = int64_t{attention.num_kv_heads} * attention.head_dim;
  make_query(index, rows, memory.normed);
  AttentionOptions of_call = attention.attention;
  of_call.rope.enabled = false;  // queries and keys are rotated already
  of_call.visibility.past_len = rows.first;
  attend(attention.shape(rows.count, heads_.shape.kv_len), of_call,
         {heads_.query(index) + rows.first * query_width, attention.head_dim, query_width},
         {heads_.key(index), attention.head_dim, key_width},
         {heads_.value(index), attention.head_dim, key_width},
         {memory.head_output, attention.head_dim, query_width}, {}, memory.inside);
  if (!edits_.empty()) edit_heads(index, rows, memory);
}

void ModelRun::copy_normalised(const Norm& norm, const Rows& rows, float* normed) const {
  const int dim = model_->hidden_size;
  std::copy_n(rows.hidden, int64_t{rows.count} * dim, normed);
  normalise(norm, model_->norm_eps, rows.count, dim, normed);
}

void ModelRun::run_layer(int index, const Rows& rows, const Scratch& memory) {
  const TransformerLayer& layer = model_->layers[index];
  const int dim = model_->hidden_size;
  const int64_t size = int64_t{rows.count} * dim;
  const bool has_last_token = model_->predicts() && rows.first + rows.count == heads_.shape.kv_len;
  float* const last_added = memory.sublayer + size - dim;
  const auto norm = [&](const Norm& which, float* x) {
    normalise(which, model_->norm_eps, rows.count, dim, x);
  };

  copy_normalised(layer.attention_norm, rows, memory.normed);
  run_attention(index, rows, memory);
  project_output(layer.attention, memory.head_output, rows.count, memory.sublayer);
  if (has_last_token) {
    last_token().attention_factor(index) =
        norm_factor(layer.attention_output_norm, model_->norm_eps, dim, last_added);
  }
  norm(layer.attention_output_norm, memory.sublayer);
  add(memory.sublayer, size, rows.hidden);
  norm(layer.attention_added_norm, rows.hidden);

  copy_normalised(layer.feed_forward_norm, rows, memory.normed);
  feed_forward(*model_, layer, memory.normed, rows.count, memory.inside, memory.sublayer);
  norm(layer.feed_forward_output_norm, memory.sublayer);
  if (has_last_token) std::copy_n(last_added, dim, last_token().feed_forward(index));
  add(memory.sublayer, size, rows.hidden);
  norm(layer.feed_forward_added_norm, rows.hidden);
}

// The mean of an encoder's last hidden states, and the logits of a model that predicts.
void ModelRun::predict(int count) {
  const int dim = model_->hidden_size;
  const float* const hidden = floats(kHidden);
  if (!model_->is_causal) {
    float* const mean = floats(kMeanPooled);
    std::fill_n(mean, dim, 0.0f);
    for (int i = 0; i < count; ++i) add(hidden + int64_t{i} * dim, dim, mean);
    scale_row(mean, dim, 1 / static_cast<float>(count));
  }
  if (!model_->predicts()) return;
  const int vocab = model_->vocab_size;
  const int rows = all_logits_ ? count : 1;
  float* const logits = floats(kLogits) + (all_logits_ ? int64_t{length_} * vocab : 0);
  linear({model_->output, nullptr}, hidden + int64_t{count - rows} * dim, dim, rows, logits, vocab);
  if (model_->final_softcap == 0) return;
  for (int i = 0; i < rows; ++i) softcap_row(logits + int64_t{i} * vocab, vocab, model_->final_softcap);
}

}  // namespace attention_head
