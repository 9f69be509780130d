#include "attention/attend.h"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "attention/attend_row.h"
#include "attention/mask.h"
#include "attention/rope.h"
#include "attention/running_softmax.h"
#include "kernels/buffer.h"
#include "kernels/matmul.h"
#include "kernels/panel.h"
#include "kernels/softmax.h"

namespace attention_head {

namespace {

// The queries that pass by a block of keys and values while it lies in the second-level cache.
constexpr int kQueryBlock = 64;
constexpr int kKeyBlock = 256;
constexpr int kMostGroups = kQueryBlock / kPanelColumns;
// Fewer queries than this are scored one by one; more fill enough of a panel's columns to go side by side.
constexpr int kQueriesOfAPanel = 4;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

// How many queries go side by side: 1, or a panel's 8.
int columns_of(const AttentionShape& shape) { return shape.q_len < kQueriesOfAPanel ? 1 : kPanelColumns; }

// Where each piece of working memory lies; with a null base only `floats` means anything. A group is the
// queries that go side by side, its tensors [·, columns].
struct Scratch {
  float* rope_table;     // [max(q_len, kv_len), dims]
  float* rotated_query;  // [num_heads, q_len, head_dim]
  float* rotated_key;    // [num_kv_heads, kv_len, head_dim]
  float* queries;        // [groups][head_dim, columns], scaled
  float* scores;         // [kKeyBlock, columns], or [kv_len, columns] for taps
  float* outputs;        // [groups][v_head_dim, columns]
  int64_t floats;
};

Scratch lay_out(const AttentionShape& shape, const AttentionOptions& options, const Taps& taps,
                float* base) {
  Scratch scratch{};
  const auto take = [&](bool needed, int64_t count) {
    float* piece = base == nullptr ? nullptr : base + scratch.floats;
    if (needed) scratch.floats += round_up(count, kLineFloats);
    return piece;
  };
  const bool rotates = options.rope.enabled;
  const int64_t q_len = shape.q_len;
  const int64_t kv_len = shape.kv_len;
  const int64_t columns = columns_of(shape);
  const int64_t block = round_up(std::min<int64_t>(q_len, kQueryBlock), columns);
  scratch.rope_table = take(rotates, rope_table_floats(std::max(q_len, kv_len), options.rope.dims));
  scratch.rotated_query = take(rotates, shape.num_heads * q_len * shape.head_dim);
  scratch.rotated_key = take(rotates, shape.num_kv_heads * kv_len * shape.head_dim);
  scratch.queries = take(true, block * shape.head_dim);
  scratch.scores = take(true, columns * (taps.any_map() ? kv_len : std::min<int64_t>(kv_len, kKeyBlock)));
  scratch.outputs = take(true, block * shape.v_head_dim);
  return scratch;
}

// Queries that go side by side, and what has been summed for them.
struct Group {
  int first;  // queries [first, first + count)
  int count;
  KeyRange keys;    // those to be scored
  KeyRange common;  // those that every query of the group sees
  float* queries;
  float* outputs;
  int64_t common_distance[kPanelColumns];
  RunningSoftmax softmax;
};

// One head of one call, a block of queries after the other.
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
        columns_(columns_of(shape)),
        scratch_(scratch) {}

  void attend() {
    // The weights of a tapped row come from its exponentials, which must then all be there at its end.
    const int block = tapped_ ? columns_ : kQueryBlock;
    for (int first = 0; first < shape_.q_len; first += block) {
      attend_block(first, std::min(block, shape_.q_len - first));
    }
  }

 private:
  void attend_block(int first, int count) {
    int groups = 0;
    KeyRange keys{shape_.kv_len, 0};
    for (int done = 0; done < count; done += columns_, ++groups) {
      Group& group = groups_[groups];
      start(group, groups, first + done, std::min(columns_, count - done));
      if (group.keys.empty()) continue;
      keys.first = std::min(keys.first, group.keys.first);
      keys.last = std::max(keys.last, group.keys.last);
    }
    const int step = tapped_ ? shape_.kv_len : kKeyBlock;
    for (int key = keys.first; key < keys.last; key += step) {
      for (int g = 0; g < groups; ++g) {
        const int begin = std::max(key, groups_[g].keys.first);
        const int end = std::min(key + std::min(step, shape_.kv_len - key), groups_[g].keys.last);
        if (begin < end) attend_keys(groups_[g], begin, end - begin);
      }
    }
    for (int g = 0; g < groups; ++g) finish(groups_[g]);
  }

  void start(Group& group, int index, int first, int count) {
    group.first = first;
    group.count = count;
    group.queries = scratch_.queries + static_cast<ptrdiff_t>(index) * columns_ * shape_.head_dim;
    group.outputs = scratch_.outputs + static_cast<ptrdiff_t>(index) * columns_ * shape_.v_head_dim;
    find_keys(group);
    const float* query = inputs_.query_row(first);
    if (columns_ == 1) {
      for (int d = 0; d < shape_.head_dim; ++d) group.queries[d] = query[d] * options_.scale;
    } else {
      pack_panel(query, inputs_.query_stride, count, shape_.head_dim, options_.scale, group.queries);
    }
    std::fill_n(group.outputs, static_cast<ptrdiff_t>(columns_) * shape_.v_head_dim, 0.0f);
    const float sink = options_.sinks == nullptr ? -kInfinity : options_.sinks[inputs_.head];
    const float slope = options_.alibi_slopes == nullptr ? 0.0f : options_.alibi_slopes[inputs_.head];
    for (int c = 0; c < columns_; ++c) {
      group.common_distance[c] = c < count ? common_distance(options_, first + c, shape_.kv_len) : 0;
      group.softmax.start(c, sink, -slope * static_cast<float>(group.common_distance[c]));
    }
  }

  void find_keys(Group& group) const {
    group.keys = {shape_.kv_len, 0};
    group.common = {0, shape_.kv_len};
    for (int query = group.first; query < group.first + group.count; ++query) {
      const KeyRange visible = options_.visibility.visible_keys(query, shape_.kv_len);
      group.common.first = std::max(group.common.first, visible.first);
      group.common.last = std::min(group.common.last, visible.last);
      if (visible.empty()) continue;
      group.keys.first = std::min(group.keys.first, visible.first);
      group.keys.last = std::max(group.keys.last, visible.last);
    }
    // Scores are wanted at every cell, forbidden ones too.
    if (tapped_ && taps_.any_before_softmax()) group.keys = {0, shape_.kv_len};
  }

  // The queries of a group meet keys [key, key + count).
  void attend_keys(Group& group, int key, int count) {
    float* const scores = scratch_.scores;
    if (columns_ == 1) {
      dot_products(group.queries, inputs_.key_row(key), inputs_.key_stride, count, shape_.head_dim, scores);
    } else {
      multiply_panel(inputs_.key_row(key), inputs_.key_stride, count, shape_.head_dim, group.queries,
                     kPanelColumns, false, scores, kPanelColumns);
    }
    tap(taps_.scores, group, key, count);
    if (options_.softcap > 0) softcap_row(scores, count * columns_, options_.softcap);
    tap(taps_.softcapped, group, key, count);
    mask(group, key, count);
    tap_masked(group, key, count);

    float shrink[kPanelColumns];
    const bool shrinks = group.softmax.take(scores, count, columns_, shrink);
    if (output_.data == nullptr) return;
    if (shrinks) {
      if (columns_ == 1) {
        scale_row(group.outputs, shape_.v_head_dim, shrink[0]);
      } else {
        scale_columns(group.outputs, shape_.v_head_dim, shrink);
      }
    }
    if (columns_ == 1) {
      add_weighted_rows(scores, inputs_.value_row(key), inputs_.value_stride, count, shape_.v_head_dim,
                        group.outputs);
    } else {
      multiply_transposed(inputs_.value_row(key), inputs_.value_stride, count, shape_.v_head_dim, scores,
                          group.outputs);
    }
  }

  void mask(const Group& group, int key, int count) const {
    const bool all_visible = key >= group.common.first && key + count <= group.common.last;
    if (all_visible && !options_.mask.present() && options_.alibi_slopes == nullptr) return;
    float* const scores = scratch_.scores;
    if (columns_ == 1) {
      mask_row(options_, inputs_.head, group.first, shape_.kv_len, key, count, group.common_distance[0],
               scores);
    } else {
      mask_panel(options_, inputs_.head, group.first, group.count, shape_.kv_len, key, count,
                 group.common_distance, scores);
    }
  }

  [[nodiscard]] float* tap_map_row(float* map, int query) const {
    return map + (static_cast<int64_t>(tap_row_) * shape_.q_len + query) * shape_.kv_len;
  }

  // The scores as they are now go to a tap, key `key` first.
  void tap(float* map, const Group& group, int key, int count) const {
    if (tapped_ && map != nullptr)
      store_rows(scratch_.scores, count, group, kAsTheyAre, tap_map_row(map, group.first) + key,
                 shape_.kv_len);
  }

  void tap_masked(const Group& group, int key, int count) const {
    tap(taps_.masked, group, key, count);
    if (!tapped_ || taps_.masked == nullptr || options_.alibi_slopes == nullptr) return;
    for (int c = 0; c < group.count; ++c) {
      float* masked = tap_map_row(taps_.masked, group.first + c) + key;
      for (int j = 0; j < count; ++j) masked[j] += group.softmax.common(c);
    }
  }

  // rows [group.count, count] <- (columns [count, columns_] · diag(factors))ᵀ
  void store_rows(const float* columns, int count, const Group& group, const float* factors, float* rows,
                  int64_t row_stride) const {
    if (columns_ == 1) {
      for (int j = 0; j < count; ++j) rows[j] = columns[j] * factors[0];
    } else {
      unpack_panel(columns, count, group.count, factors, rows, row_stride);
    }
  }

  void finish(Group& group) const {
    float shares[kPanelColumns];
    for (int c = 0; c < columns_; ++c) shares[c] = group.softmax.share(c);
    const bool sums_values = output_.data != nullptr;
    if (sums_values) {
      store_rows(group.outputs, shape_.v_head_dim, group, shares, output_.row(inputs_.head, group.first),
                 output_.token_stride);
    }
    const bool weighs = tapped_ && taps_.weights != nullptr;
    if (weighs) store_weights(group, shares);
    for (int c = 0; c < group.count; ++c) {
      const int query = group.first + c;
      float* out = sums_values ? output_.row(inputs_.head, query) : nullptr;
      float* lse = tap_row_ >= 0 && taps_.lse != nullptr
                       ? taps_.lse + static_cast<int64_t>(tap_row_) * shape_.q_len + query
                       : nullptr;
      if (group.softmax.is_nan(c) || (sums_values && has_non_finite(out, shape_.v_head_dim))) {
        float* weights = weighs ? tap_map_row(taps_.weights, query) : nullptr;
        attend_row(shape_, options_, inputs_, query, out, weights, lse);
      } else if (lse != nullptr) {
        *lse = group.softmax.log_sum(c);
      }
    }
  }

  void store_weights(const Group& group, const float* shares) const {
    const KeyRange keys = group.keys.empty() ? KeyRange{0, 0} : group.keys;
    float* const rows = tap_map_row(taps_.weights, group.first);
    store_rows(scratch_.scores, keys.last - keys.first, group, shares, rows + keys.first, shape_.kv_len);
    for (int c = 0; c < group.count; ++c) {
      float* row = rows + static_cast<int64_t>(c) * shape_.kv_len;
      std::fill(row, row + keys.first, 0.0f);
      std::fill(row + keys.last, row + shape_.kv_len, 0.0f);
    }
  }

  const AttentionShape& shape_;
  const AttentionOptions& options_;
  const HeadInputs inputs_;
  const HeadsOut output_;
  const Taps& taps_;
  const int tap_row_;
  const bool tapped_;
  const int columns_;
  const Scratch& scratch_;
  Group groups_[kMostGroups];
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
  for (int head = 0; head < shape.num_heads; ++head) {
    const int kv_head = shape.kv_head(head);
    const HeadInputs inputs{head,
                            query.row(head, 0),
                            key.row(kv_head, 0),
                            value.row(kv_head, 0),
                            query.token_stride,
                            key.token_stride,
                            value.token_stride};
    Head(shape, options, inputs, output, taps, scratch).attend();
  }
}

}  // namespace attention_head
