#include "attention/attend.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "attention/attend_row.h"
#include "attention/mask.h"
#include "attention/rope.h"
#include "kernels/exponential.h"
#include "kernels/matmul.h"
#include "kernels/softmax.h"

namespace attention_head {

namespace {

constexpr int kQueryBlock = 32;
constexpr int kKeyBlock = 256;
// Fewer query rows than this read the keys once, in place; more repay packing them into panels.
constexpr int kRowsThatRepayPacking = 4;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

// Where each piece of working memory lies; with a null base only `floats` means anything.
struct Scratch {
  float* rope_table;     // [max(q_len, kv_len), dims]
  float* rotated_query;  // [num_heads, q_len, head_dim]
  float* rotated_key;    // [num_kv_heads, kv_len, head_dim]
  float* key_panels;     // one head's keys, [ceil(kv_len / 8)][head_dim][8]
  float* scaled_query;   // [kQueryBlock, head_dim]
  float* scores;         // [kQueryBlock, kKeyBlock], or whole rows for taps
  float* output;         // [kQueryBlock, v_head_dim]
  int64_t floats;
};

bool packs_keys(const AttentionShape& shape) { return shape.q_len >= kRowsThatRepayPacking; }

Scratch lay_out(const AttentionShape& shape, const AttentionOptions& options, const Taps& taps,
                float* base) {
  Scratch scratch{};
  const auto take = [&](bool needed, int64_t count) {
    float* piece = base == nullptr ? nullptr : base + scratch.floats;
    if (needed) scratch.floats += round_up(count, 4);
    return piece;
  };
  const bool rotates = options.rope.enabled;
  const int64_t q_len = shape.q_len;
  const int64_t kv_len = shape.kv_len;
  const int64_t block = std::min<int64_t>(q_len, kQueryBlock);
  const bool whole_rows = taps.any_map() && taps.weights == nullptr;
  scratch.rope_table = take(rotates, rope_table_floats(std::max(q_len, kv_len), options.rope.dims));
  scratch.rotated_query = take(rotates, shape.num_heads * q_len * shape.head_dim);
  scratch.rotated_key = take(rotates, shape.num_kv_heads * kv_len * shape.head_dim);
  scratch.key_panels = take(packs_keys(shape), panel_floats(shape.head_dim, kv_len));
  scratch.scaled_query = take(true, block * shape.head_dim);
  scratch.scores = take(true, block * (whole_rows ? std::max<int64_t>(kv_len, kKeyBlock) : kKeyBlock));
  scratch.output = take(true, block * shape.v_head_dim);
  return scratch;
}

// The running softmax of one query: the largest masked score so far, and the sum of exponentials below it.
struct RunningSoftmax {
  float max;
  float sum;

  float common;  // what is left out of every score of the row, -slope · common_distance

  // A sink is a first score that has no value.
  static RunningSoftmax start(float sink, float common) {
    return {sink - common, sink == -kInfinity ? 0.0f : 1.0f, common};
  }

  // row <- e^(row - max); returns the factor by which all that was summed before shrinks.
  float take(float* row, int count) {
    const float new_max = std::max(max, max_of_row(row, count));
    const float reference = new_max == -kInfinity ? 0.0f : new_max;
    const float shrink = exponential(max - reference);
    sum = sum * shrink + exponentials_of_row(row, count, reference);
    max = new_max;
    return shrink;
  }

  [[nodiscard]] float log_sum() const {
    if (sum == 0.0f) return -kInfinity;
    return static_cast<float>(static_cast<double>(max) + std::log(static_cast<double>(sum)) +
                              static_cast<double>(common));
  }
};

// One head of one call, query block by query block.
class Head {
 public:
  Head(const AttentionShape& shape, const AttentionOptions& options, const HeadInputs& inputs,
       HeadsOut output, const Taps& taps, const Scratch& scratch)
      : shape_(shape),
        options_(options),
        inputs_(inputs),
        output_(output),
        taps_(taps),
        tap_row_(taps.row_of(inputs.head)),
        tapped_(taps.any_map() && tap_row_ >= 0),
        scratch_(scratch) {}

  void attend() {
    for (int first = 0; first < shape_.q_len; first += kQueryBlock) {
      attend_block(first, std::min(kQueryBlock, shape_.q_len - first));
    }
  }

 private:
  // The keys to be scored for queries [first, first + rows): those that some query sees, or all of them
  // where the scores themselves are wanted. Starts at a panel.
  [[nodiscard]] KeyRange keys_of_block(int first, int rows) const {
    if (tapped_ && taps_.any_before_softmax()) return {0, shape_.kv_len};
    KeyRange keys{shape_.kv_len, 0};
    for (int query = first; query < first + rows; ++query) {
      const KeyRange visible = options_.visibility.visible_keys(query, shape_.kv_len);
      if (visible.empty()) continue;
      keys.first = std::min(keys.first, visible.first);
      keys.last = std::max(keys.last, visible.last);
    }
    keys.first -= keys.first % kPanelColumns;
    return keys;
  }

  [[nodiscard]] float* tap_map_row(float* map, int query) const {
    return map + (static_cast<int64_t>(tap_row_) * shape_.q_len + query) * shape_.kv_len;
  }

  void copy_to_tap(float* map, int query, int first_key, const float* row, int count) const {
    if (!tapped_ || map == nullptr) return;
    std::copy(row, row + count, tap_map_row(map, query) + first_key);
  }

  void attend_block(int first, int rows) {
    const KeyRange keys = keys_of_block(first, rows);
    scale_queries(first, rows);
    std::fill(scratch_.output, scratch_.output + rows * shape_.v_head_dim, 0.0f);
    const float sink = options_.sinks == nullptr ? -kInfinity : options_.sinks[inputs_.head];
    for (int r = 0; r < rows; ++r) {
      common_distance_[r] = common_distance(options_, first + r, shape_.kv_len);
      const float slope = options_.alibi_slopes == nullptr ? 0.0f : options_.alibi_slopes[inputs_.head];
      softmax_[r] = RunningSoftmax::start(sink, -slope * static_cast<float>(common_distance_[r]));
    }
    if (tapped_ && taps_.weights != nullptr) {
      float* map = tap_map_row(taps_.weights, first);
      std::fill(map, map + static_cast<int64_t>(rows) * shape_.kv_len, 0.0f);
    }

    // Tapped rows are one block of keys: what is exponentiated once needs no second look.
    const int step = tapped_ ? std::max(1, keys.last - keys.first) : kKeyBlock;
    for (int key = keys.first; key < keys.last; key += step) {
      attend_tile(first, rows, key, std::min(step, keys.last - key));
    }
    for (int r = 0; r < rows; ++r) finish_row(first + r, r);
  }

  void scale_queries(int first, int rows) {
    for (int r = 0; r < rows; ++r) {
      const float* query = inputs_.query_row(first + r);
      float* scaled = scratch_.scaled_query + r * shape_.head_dim;
      for (int d = 0; d < shape_.head_dim; ++d) scaled[d] = query[d] * options_.scale;
    }
  }

  // Queries [first, first + rows) meet keys [key, key + count).
  void attend_tile(int first, int rows, int key, int count) {
    float* scores = scratch_.scores;
    int64_t stride = tapped_ ? shape_.kv_len : kKeyBlock;
    if (tapped_ && taps_.weights != nullptr) scores = tap_map_row(taps_.weights, first) + key;

    score(rows, key, count, scores, stride);
    for (int r = 0; r < rows; ++r) {
      float* row = scores + r * stride;
      const int query = first + r;
      copy_to_tap(taps_.scores, query, key, row, count);
      if (options_.softcap > 0) softcap_row(row, count, options_.softcap);
      copy_to_tap(taps_.softcapped, query, key, row, count);
      mask_row(options_, inputs_.head, query, shape_.kv_len, key, count, common_distance_[r], row);
      copy_to_tap(taps_.masked, query, key, row, count);
      if (common_distance_[r] != 0 && tapped_ && taps_.masked != nullptr) {
        float* masked = tap_map_row(taps_.masked, query) + key;
        for (int c = 0; c < count; ++c) masked[c] += softmax_[r].common;
      }
      const float shrink = softmax_[r].take(row, count);
      if (shrink != 1.0f) scale_row(output_row(r), shape_.v_head_dim, shrink);
    }
    multiply(scores, stride, rows, count, inputs_.value_row(key), inputs_.value_stride, shape_.v_head_dim,
             true, scratch_.output, shape_.v_head_dim);
  }

  // scores [rows, count] = scaled queries · keysᵀ
  void score(int rows, int key, int count, float* scores, int64_t stride) const {
    const int64_t dim = shape_.head_dim;
    if (packs_keys(shape_)) {
      multiply_panels(scratch_.scaled_query, dim, rows, shape_.head_dim, scratch_.key_panels + key * dim,
                      dim * kPanelColumns, count, false, scores, stride);
      return;
    }
    for (int r = 0; r < rows; ++r) {
      dot_products(scratch_.scaled_query + r * dim, inputs_.key_row(key), inputs_.key_stride, count,
                   shape_.head_dim, scores + r * stride);
    }
  }

  void finish_row(int query, int r) {
    const RunningSoftmax& softmax = softmax_[r];
    const bool weighs = tapped_ && taps_.weights != nullptr;
    float* weights = weighs ? tap_map_row(taps_.weights, query) : nullptr;
    float* lse = tap_row_ >= 0 && taps_.lse != nullptr
                     ? taps_.lse + static_cast<int64_t>(tap_row_) * shape_.q_len + query
                     : nullptr;
    float* out = output_.row(inputs_.head, query);
    const float* sums = output_row(r);
    if (std::isnan(softmax.sum) || has_non_finite(sums, shape_.v_head_dim)) {
      attend_row(shape_, options_, inputs_, query, out, weights, lse);
      return;
    }
    const float share = softmax.sum == 0.0f ? 0.0f : 1.0f / softmax.sum;
    for (int d = 0; d < shape_.v_head_dim; ++d) out[d] = sums[d] * share;
    if (weighs) scale_row(weights, shape_.kv_len, share);
    if (lse != nullptr) *lse = softmax.log_sum();
  }

  [[nodiscard]] float* output_row(int r) const { return scratch_.output + r * shape_.v_head_dim; }

  const AttentionShape& shape_;
  const AttentionOptions& options_;
  const HeadInputs inputs_;
  const HeadsOut output_;
  const Taps& taps_;
  const int tap_row_;
  const bool tapped_;
  const Scratch& scratch_;
  RunningSoftmax softmax_[kQueryBlock];
  int64_t common_distance_[kQueryBlock];
};

}  // namespace

int64_t attend_scratch_floats(const AttentionShape& shape, const AttentionOptions& options,
                              const Taps& taps) {
  return lay_out(shape, options, taps, nullptr).floats;
}

void attend(const AttentionShape& shape, const AttentionOptions& options, HeadsIn query, HeadsIn key,
            HeadsIn value, HeadsOut output, const Taps& taps, float* scratch_memory) {
  const Scratch scratch = lay_out(shape, options, taps, scratch_memory);
  const int64_t dim = shape.head_dim;
  if (options.rope.enabled) {
    const HeadsOut rotated_query{scratch.rotated_query, shape.q_len * dim, dim};
    const HeadsOut rotated_key{scratch.rotated_key, shape.kv_len * dim, dim};
    rope_table(options.rope, options.visibility.past_len, shape.q_len, scratch.rope_table);
    rotate(options.rope, scratch.rope_table, shape.num_heads, shape.q_len, shape.head_dim, query,
           rotated_query);
    rope_table(options.rope, 0, shape.kv_len, scratch.rope_table);
    rotate(options.rope, scratch.rope_table, shape.num_kv_heads, shape.kv_len, shape.head_dim, key,
           rotated_key);
    query = {rotated_query.data, rotated_query.head_stride, rotated_query.token_stride};
    key = {rotated_key.data, rotated_key.head_stride, rotated_key.token_stride};
  }
  int packed_kv_head = -1;
  for (int head = 0; head < shape.num_heads; ++head) {
    const int kv_head = shape.kv_head(head);
    const HeadInputs inputs{head,
                            query.row(head, 0),
                            key.row(kv_head, 0),
                            value.row(kv_head, 0),
                            query.token_stride,
                            key.token_stride,
                            value.token_stride};
    if (packs_keys(shape) && kv_head != packed_kv_head) {
      pack_transposed(inputs.key, inputs.key_stride, shape.kv_len, shape.head_dim, scratch.key_panels);
      packed_kv_head = kv_head;
    }
    Head(shape, options, inputs, output, taps, scratch).attend();
  }
}

}  // namespace attention_head
