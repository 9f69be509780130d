#include "model/bert_run.h"

#include <algorithm>
#include <cmath>

#include "attention/attend.h"
#include "kernels/matmul.h"
#include "kernels/parts.h"
#include "model/layer_norm.h"

namespace attention_head {

namespace {

RowVector row_of(const float* data, int size) { return {data, size}; }

void normalise(Rows& x, const LayerNormWeights& norm, float eps) {
  const int dim = static_cast<int>(x.cols());
  layer_norm(x, row_of(norm.weight, dim), row_of(norm.bias, dim), eps);
}

}  // namespace

Status BertRun::prepare(const BertWeights& weights, double tokens) {
  if (!(tokens >= 1 && tokens <= weights.max_position_embeddings)) {
    return invalid_argument("The text must have 1 to ", weights.max_position_embeddings,
                            " tokens (max_position_embeddings), got ", tokens, ".");
  }
  weights_ = &weights;
  tokens_ = static_cast<int>(tokens);
  const MultiHeadLayer& attention = weights.layers[0].attention;
  heads_.shape = attention.shape(tokens_, tokens_);
  heads_.options = attention.attention;
  const double hidden = weights.hidden_size;
  const double attended = static_cast<double>(attend_scratch_floats(heads_.shape, heads_.options, {}));
  // A layer's working memory: head outputs, the sublayer's output, the feed-forward's inside; or
  // attention's.
  const double layer = tokens * (2 * hidden + weights.intermediate_size) + attended;
  double bytes[kNumParts] = {};
  bytes[kIds] = 4 * tokens;
  bytes[kLastHidden] = 4 * tokens * hidden;
  bytes[kMeanPooled] = 4 * hidden;
  bytes[kTap] = 4 * tokens * std::max(tokens, hidden);
  bytes[kScratch] = 4 * std::max(layer, static_cast<double>(heads_.scratch_floats()) + tokens * hidden);
  bytes[kKept] = 4.0 * weights.num_layers * static_cast<double>(heads_.floats_a_layer());
  if (Status status = lay_out_parts("This run", bytes, memory_, address_); !status.ok()) return status;
  heads_.memory = floats(kKept);
  return {};
}

Status BertRun::run(bool) {
  const auto* ids = reinterpret_cast<const int32_t*>(address_[kIds]);
  for (int i = 0; i < tokens_; ++i) {
    if (ids[i] >= 0 && ids[i] < weights_->vocab_size) continue;
    return invalid_argument("ids[", i, "] must be from 0 to ", weights_->vocab_size - 1, ", got ", ids[i],
                            ".");
  }
  embed();
  for (int layer = 0; layer < weights_->num_layers; ++layer) run_layer(layer);
  const Rows hidden(floats(kLastHidden), tokens_, weights_->hidden_size);
  Rows(floats(kMeanPooled), 1, weights_->hidden_size) = hidden.colwise().mean();
  return {};
}

void BertRun::embed() {
  const int dim = weights_->hidden_size;
  const auto* ids = reinterpret_cast<const int32_t*>(address_[kIds]);
  const RowVector type = row_of(weights_->token_type_embeddings, dim);
  Rows hidden(floats(kLastHidden), tokens_, dim);
  for (int i = 0; i < tokens_; ++i) {
    hidden.row(i) = row_of(weights_->word_embeddings + int64_t{ids[i]} * dim, dim) + type +
                    row_of(weights_->position_embeddings + int64_t{i} * dim, dim);
  }
  normalise(hidden, weights_->embedding_norm, weights_->layer_norm_eps);
}

void BertRun::run_layer(int index) {
  const BertLayer& layer = weights_->layers[index];
  const MultiHeadLayer& attention = layer.attention;
  const int dim = weights_->hidden_size;
  const int inside = weights_->intermediate_size;
  float* const head_output = floats(kScratch);
  float* const sublayer = head_output + int64_t{tokens_} * dim;
  float* const feed_forward = sublayer + int64_t{tokens_} * dim;
  float* const attend_scratch = feed_forward + int64_t{tokens_} * inside;
  Rows hidden(floats(kLastHidden), tokens_, dim);
  const Rows added(sublayer, tokens_, dim);

  float* const query = heads_.query(index);
  float* const key = heads_.key(index);
  float* const value = heads_.value(index);
  project_query_key_value(attention, hidden.data(), tokens_, 0, nullptr, query, key, value);
  const int64_t stride = dim;
  attend(heads_.shape, heads_.options, {query, attention.head_dim, stride},
         {key, attention.head_dim, stride}, {value, attention.v_head_dim, stride},
         {head_output, attention.v_head_dim, stride}, {}, attend_scratch);
  project_output(attention, head_output, tokens_, sublayer);
  hidden += added;
  normalise(hidden, layer.attention_norm, weights_->layer_norm_eps);

  linear(hidden.data(), dim, tokens_, dim, layer.intermediate.panels, inside, layer.intermediate.bias,
         feed_forward, inside);
  activate(weights_->activation, feed_forward, int64_t{tokens_} * inside);
  linear(feed_forward, inside, tokens_, inside, layer.output.panels, dim, layer.output.bias, sublayer, dim);
  hidden += added;
  normalise(hidden, layer.output_norm, weights_->layer_norm_eps);
}

Status BertRun::tap(int which, int layer, int head) {
  float* const scratch = floats(kScratch);
  if (which != kContribution) {
    heads_.step(static_cast<KeptHeads::Tap>(which), layer, head, floats(kTap), scratch);
    return {};
  }
  const MultiHeadLayer& attention = weights_->layers[layer].attention;
  // head_contribution reads one head's slice of all heads' outputs, so the slice is put where it belongs.
  float* const all = scratch + heads_.scratch_floats();
  heads_.step(KeptHeads::kHeadOutput, layer, head, floats(kTap), scratch);
  const int dim = attention.v_head_dim;
  for (int token = 0; token < tokens_; ++token) {
    std::copy_n(floats(kTap) + int64_t{token} * dim, dim,
                all + int64_t{token} * weights_->hidden_size + int64_t{head} * dim);
  }
  head_contribution(attention, head, all, tokens_, floats(kTap));
  return {};
}

}  // namespace attention_head
