#include "attention/validate.h"

#include <cmath>

namespace attention_head {

namespace {

Status validate_shape(const AttentionShape& shape) {
  if (shape.num_heads < 1) {
    return invalid_argument("numHeads must be at least 1, got ", shape.num_heads, ".");
  }
  if (shape.num_kv_heads < 1) {
    return invalid_argument("numKvHeads must be at least 1, got ", shape.num_kv_heads, ".");
  }
  if (shape.num_heads % shape.num_kv_heads != 0) {
    return invalid_argument("numHeads must be a multiple of numKvHeads, got ", shape.num_heads, " and ",
                            shape.num_kv_heads, ".");
  }
  if (shape.head_dim < 1) {
    return invalid_argument("headDim (query's last dimension) must be at least 1, got ", shape.head_dim,
                            ".");
  }
  if (shape.v_head_dim < 1) {
    return invalid_argument("vHeadDim (value's last dimension) must be at least 1, got ", shape.v_head_dim,
                            ".");
  }
  return {};
}

Status validate_rope(const RopeOptions& rope, int head_dim) {
  if (!rope.enabled) return {};
  if (!(rope.theta > 0) || std::isinf(rope.theta)) {
    return invalid_argument("rope.theta must be a positive finite number, got ", rope.theta, ".");
  }
  if (rope.dims < 2 || rope.dims % 2 != 0 || rope.dims > head_dim) {
    return invalid_argument("rope.dims must be even, at least 2 and at most headDim (", head_dim, "), got ",
                            rope.dims, ".");
  }
  const RopeScaling& scaling = rope.scaling;
  if (scaling.type == RopeScalingType::kNone) return {};
  if (!(scaling.factor > 0) || std::isinf(scaling.factor)) {
    return invalid_argument("rope.scaling.factor must be a positive finite number, got ", scaling.factor,
                            ".");
  }
  if (scaling.type == RopeScalingType::kLlama3) {
    if (!(scaling.low_freq_factor < scaling.high_freq_factor)) {
      return invalid_argument("rope.scaling.lowFreqFactor must be less than highFreqFactor, got ",
                              scaling.low_freq_factor, " and ", scaling.high_freq_factor, ".");
    }
    if (!(scaling.original_max_position_embeddings > 0)) {
      return invalid_argument("rope.scaling.originalMaxPositionEmbeddings must be positive, got ",
                              scaling.original_max_position_embeddings, ".");
    }
  }
  return {};
}

Status validate_logits(const char* name, const float* values, int count, bool minus_infinity_allowed) {
  for (int h = 0; values != nullptr && h < count; ++h) {
    if (std::isfinite(values[h])) continue;
    if (minus_infinity_allowed && std::isinf(values[h]) && values[h] < 0) continue;
    return invalid_argument(name, "[", h, "] must be a finite number, got ", static_cast<double>(values[h]),
                            ".");
  }
  return {};
}

// Every cell of a float mask: finite, or -infinity. Only the cells that exist are read, not their
// broadcast copies.
Status validate_bias(const AttentionMask& mask, const AttentionShape& shape) {
  if (mask.bias == nullptr) return {};
  const int heads = mask.head_stride == 0 ? 1 : shape.num_heads;
  const int queries = mask.query_stride == 0 ? 1 : shape.q_len;
  const int keys = mask.key_stride == 0 ? 1 : shape.kv_len;
  if (shape.q_len == 0 || shape.kv_len == 0) return {};
  for (int head = 0; head < heads; ++head) {
    for (int query = 0; query < queries; ++query) {
      const float* row = mask.bias + mask.row(head, query);
      for (int key = 0; key < keys; ++key) {
        const float value = row[key * mask.key_stride];
        if (std::isnan(value) || (std::isinf(value) && value > 0)) {
          return invalid_argument("attnMask must hold finite numbers or -Infinity, got ",
                                  static_cast<double>(value), " at head ", head, ", query ", query,
                                  ", key ", key, ".");
        }
      }
    }
  }
  return {};
}

}  // namespace

Status validate(const AttentionShape& shape, const AttentionOptions& options) {
  if (!std::isfinite(options.scale)) {
    return invalid_argument("scale must be a finite number, got ", static_cast<double>(options.scale), ".");
  }
  if (!std::isfinite(options.softcap) || options.softcap < 0) {
    return invalid_argument("softcap must be 0 (none) or a positive finite number, got ",
                            static_cast<double>(options.softcap), ".");
  }
  if (options.visibility.kv_length < 0) {
    return invalid_argument("kvLength must be at least 0, got ", options.visibility.kv_length, ".");
  }
  Status status = validate_shape(shape);
  if (status.ok()) status = validate_rope(options.rope, shape.head_dim);
  if (status.ok()) {
    status = validate_logits("alibiSlopes", options.alibi_slopes, shape.num_heads, false);
  }
  if (status.ok()) status = validate_logits("sinks", options.sinks, shape.num_heads, true);
  if (status.ok()) status = validate_bias(options.mask, shape);
  return status;
}

Status check_finite(const char* name, const float* data, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    if (std::isfinite(data[i])) continue;
    return Status::failure(ErrorCode::kNotFinite, name, " must hold finite numbers only, got ",
                           static_cast<double>(data[i]), " at element ", i, ".");
  }
  return {};
}

}  // namespace attention_head
