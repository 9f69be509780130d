#include "attention/layer_call.h"

#include "attention/rope.h"
#include "attention/validate.h"
#include "kernels/panel.h"
#include "kernels/parts.h"

namespace attention_head {

Status LayerCall::create(const AttendRequest& request, double model_dim) {
  AttentionShape shape;
  if (Status status = read_request(request, shape, layer_.attention); !status.ok()) return status;
  layer_.num_heads = shape.num_heads;
  layer_.num_kv_heads = shape.num_kv_heads;
  layer_.head_dim = shape.head_dim;
  layer_.v_head_dim = shape.v_head_dim;
  const double columns[kNumWeights] = {request.num_heads * request.head_dim,
                                       request.num_kv_heads * request.head_dim,
                                       request.num_kv_heads * request.v_head_dim, model_dim};
  double bytes = 0;
  for (int which = 0; which < kNumWeights; ++which) {
    const double in = which == kOutputWeights ? request.num_heads * request.v_head_dim : model_dim;
    bytes += 4 * (in + 1) * (columns[which] + kPanelColumns);
    if (bytes > 4294967295.0) return out_of_memory("This layer", bytes);
    WeightMatrix& matrix = linear_of(which).matrix;
    matrix.in = static_cast<int>(in);
    matrix.out = static_cast<int>(columns[which]);
  }
  if (!weights_.reserve(bytes)) return out_of_memory("This layer", bytes);
  layer_.model_dim = static_cast<int>(model_dim);
  auto* next = static_cast<float*>(weights_.data());
  for (int which = 0; which < kNumWeights; ++which) {
    WeightMatrix& matrix = linear_of(which).matrix;
    Room& room = rooms_[which];
    matrix.data = room.panels = next;
    next += panel_floats(matrix.in, matrix.out);
    room.bias = next;
    next += round_up(matrix.out, kPanelColumns);
  }
  return {};
}

LinearWeights& LayerCall::linear_of(int which) {
  LinearWeights* const linears[kNumWeights] = {&layer_.query, &layer_.key, &layer_.value, &layer_.output};
  return *linears[which];
}

void LayerCall::set_weights(int which, uintptr_t matrix, double row_stride) {
  const WeightMatrix& target = linear_of(which).matrix;
  pack(reinterpret_cast<const float*>(matrix), static_cast<int64_t>(row_stride), target.in, target.out,
       rooms_[which].panels);
}

uintptr_t LayerCall::add_bias(int which) {
  linear_of(which).bias = rooms_[which].bias;
  return reinterpret_cast<uintptr_t>(rooms_[which].bias);
}

Status LayerCall::prepare(const AttendRequest& request, bool has_head_scale, bool has_contribution) {
  // The layer rotates queries and keys itself, so that a cache holds rotated keys.
  AttendRequest heads = request;
  heads.has_rope = 0;
  heads.token_major = 1;
  if (Status status = attend_.prepare(heads); !status.ok()) return status;
  tokens_ = static_cast<int>(request.q_len);
  past_len_ = static_cast<int64_t>(request.past_len);
  has_head_scale_ = has_head_scale;
  has_contribution_ = has_contribution;
  const double tokens = 4 * request.q_len;
  const double bytes[kEnd - kX] = {
      tokens * layer_.model_dim, has_head_scale ? 4 * request.num_heads : 0, tokens * layer_.model_dim,
      has_contribution ? tokens * request.tapped_heads * layer_.model_dim : 0,
      tokens * (layer_.attention.rope.enabled ? layer_.attention.rope.dims : 0)};
  if (Status status = lay_out_parts("This forward", bytes, memory_, address_); !status.ok()) return status;
  return {};
}

Status LayerCall::run(bool check) {
  Status status;
  if (check) status = check_finite("x", floats(kX), static_cast<int64_t>(tokens_) * layer_.model_dim);
  if (!status.ok()) return status;
  const auto row = [&](AttendCall::Part part, int dim) {
    return attend_.floats(part) + past_len_ * layer_.num_kv_heads * dim;
  };
  float* const query = attend_.floats(AttendCall::kQuery);
  float* const key = row(AttendCall::kKey, layer_.head_dim);
  project_query(layer_, floats(kX), tokens_, query);
  project_key_value(layer_, floats(kX), tokens_, key, row(AttendCall::kValue, layer_.v_head_dim));
  if (layer_.attention.rope.enabled) {
    rope_table(layer_.attention.rope, past_len_, tokens_, floats(kRopeTable));
    rotate_heads(layer_, floats(kRopeTable), layer_.num_heads, tokens_, query);
    rotate_heads(layer_, floats(kRopeTable), layer_.num_kv_heads, tokens_, key);
  }
  status = attend_.run(false);
  if (!status.ok()) return status;
  float* const head_output = attend_.floats(AttendCall::kOutput);
  if (has_head_scale_) scale_heads(layer_, floats(kHeadScale), tokens_, head_output);
  project_output(layer_, head_output, tokens_, floats(kLayerOutput));
  if (!has_contribution_) return {};
  const auto* rows = reinterpret_cast<const int*>(attend_.address(AttendCall::kTapRows));
  for (int head = 0; head < layer_.num_heads; ++head) {
    if (rows[head] < 0) continue;
    head_contribution(
        layer_, head, head_output + head * layer_.v_head_dim, layer_.num_heads * layer_.v_head_dim, tokens_,
        floats(kContribution) + static_cast<int64_t>(rows[head]) * tokens_ * layer_.model_dim);
  }
  return {};
}

uintptr_t LayerCall::address(int part) const {
  return part < kX ? attend_.address(part) : address_[part - kX];
}

}  // namespace attention_head
