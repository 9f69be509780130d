#include "raster/pool_weights.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "attention/mask.h"
#include "attention/running_softmax.h"
#include "kernels/matmul.h"
#include "kernels/panel.h"
#include "kernels/softmax.h"

namespace attention_head {

namespace {

constexpr int kKeyBlock = 256;
constexpr int kMostGroups = kMostPooledQueries / kPanelColumns;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

KeyRange common(KeyRange a, KeyRange b) { return {std::max(a.first, b.first), std::min(a.last, b.last)}; }

// The larger of the two stays; NaN is larger than any.
void take_larger(float& largest, float weight) {
  if (largest < weight || std::isnan(weight)) largest = weight;
}

// Queries that go side by side as a panel's columns.
struct Group {
  int first;  // queries [first, first + count)
  int count;
  bool known;     // the scales of all of them are
  KeyRange keys;  // those to be scored
  KeyRange visible[kPanelColumns];
  int64_t common_distance[kPanelColumns];
  float* queries;  // [head_dim, 8], scaled
  float* largest;  // [1 + columns, 8]: beside the first key, then in the pixels of each column
  RunningSoftmax softmax;
};

// The queries of one call of pool_weights.
class Pool {
 public:
  Pool(const HeadMap& head, CellRange columns, const LargestWeights& largest, float* scratch)
      : head_(head),
        dim_(head.shape.head_dim),
        columns_(columns),
        keys_(largest.view.keys),
        wanted_{keys_.cells_of(columns.first).first, keys_.cells_of(columns.last - 1).last},
        largest_(largest),
        scores_(scratch),
        group_memory_(scratch + kKeyBlock * kPanelColumns) {
    if (columns.first == 0) beside_first_key_ = {keys_.first + 1, keys_.cells_of(0).last};
  }

  void pool(CellRange queries) {
    int groups = 0;
    KeyRange keys{head_.shape.kv_len, 0};
    for (int first = queries.first; first < queries.last; first += kPanelColumns, ++groups) {
      Group& group = groups_[groups];
      start(group, first, std::min(kPanelColumns, queries.last - first));
      keys = {std::min(keys.first, group.keys.first), std::max(keys.last, group.keys.last)};
    }
    // Blocks end at the same keys whatever is in view: sums are then the same to the bit.
    for (int key = keys.first / kKeyBlock * kKeyBlock; key < keys.last; key += kKeyBlock) {
      for (int g = 0; g < groups; ++g) {
        const KeyRange block = common({key, key + kKeyBlock}, groups_[g].keys);
        if (!block.empty()) meet(groups_[g], block);
      }
    }
    for (int g = 0; g < groups; ++g) finish(groups_[g]);
  }

 private:
  [[nodiscard]] int num_maxima() const { return 1 + columns_.last - columns_.first; }

  void start(Group& group, int first, int count) {
    const AttentionOptions& options = head_.options;
    const int kv_len = head_.shape.kv_len;
    group.first = first;
    group.count = count;
    group.queries = group_memory_;
    group.largest = group.queries + int64_t{dim_} * kPanelColumns;
    group_memory_ = group.largest + int64_t{num_maxima()} * kPanelColumns;
    pack_panel(head_.query + int64_t{first} * dim_, dim_, count, dim_, options.scale, group.queries);
    std::fill(group.largest, group_memory_, -kInfinity);
    group.known = std::all_of(head_.rows + first, head_.rows + first + count,
                              [](const RowScale& row) { return row.known(); });
    group.keys = {kv_len, 0};
    const float sink = options.sinks == nullptr ? -kInfinity : *options.sinks;
    const float slope = options.alibi_slopes == nullptr ? 0.0f : *options.alibi_slopes;
    for (int c = 0; c < count; ++c) {
      group.visible[c] = options.visibility.visible_keys(first + c, kv_len);
      group.common_distance[c] = common_distance(options, first + c, kv_len);
      group.softmax.start(c, sink, -slope * static_cast<float>(group.common_distance[c]));
      const KeyRange scored = group.known ? common(group.visible[c], wanted_) : group.visible[c];
      if (scored.empty()) continue;
      group.keys = {std::min(group.keys.first, scored.first), std::max(group.keys.last, scored.last)};
    }
  }

  // The queries of a group meet a block of keys.
  void meet(Group& group, KeyRange keys) {
    const int count = keys.last - keys.first;
    multiply_panel(head_.key + int64_t{keys.first} * dim_, dim_, count, dim_, group.queries, kPanelColumns,
                   false, scores_, kPanelColumns);
    if (head_.options.softcap > 0) softcap_row(scores_, count * kPanelColumns, head_.options.softcap);
    mask_panel(head_.options, 0, group.first, group.count, head_.shape.kv_len, keys.first, count,
               group.common_distance, scores_);
    find_largest(group, keys);
    float shrink[kPanelColumns];
    if (!group.known) group.softmax.take(scores_, count, kPanelColumns, shrink);
  }

  // The largest of the block's masked scores, in each column.
  void find_largest(const Group& group, KeyRange keys) const {
    const auto take = [&](KeyRange part, int place) {
      if (part.empty()) return;
      max_of_columns(scores_ + int64_t{part.first - keys.first} * kPanelColumns, part.last - part.first,
                     group.largest + int64_t{place} * kPanelColumns);
    };
    take(common(keys, beside_first_key_), 0);
    const KeyRange part = common(keys, wanted_);
    if (part.empty()) return;
    for (int x = keys_.pixel_of(part.first); x <= keys_.pixel_of(part.last - 1); ++x) {
      const CellRange pixel = keys_.cells_of(x);
      take(common(part, {pixel.first, pixel.last}), 1 + x - columns_.first);
    }
  }

  // From masked scores to weights, and to the picture's pixels.
  void finish(const Group& group) const {
    float maxima[kPanelColumns] = {};
    float shares[kPanelColumns] = {};
    for (int c = 0; c < group.count; ++c) {
      RowScale& row = head_.rows[group.first + c];
      if (!group.known) row = {group.softmax.reference(c), group.softmax.share(c)};
      maxima[c] = row.max;
      shares[c] = row.share;
    }
    float sums[kPanelColumns] = {};
    exponentials_of_columns(group.largest, num_maxima(), maxima, sums);
    scale_columns(group.largest, num_maxima(), shares);
    for (int c = 0; c < group.count; ++c) {
      const int y = largest_.view.queries.pixel_of(group.first + c);
      const auto weight = [&](int place) { return group.largest[int64_t{place} * kPanelColumns + c]; };
      const KeyRange seen = common(group.visible[c], wanted_);
      if (seen.empty()) continue;
      float* const row = largest_.pixels + int64_t{y} * keys_.pixels;
      for (int x = keys_.pixel_of(seen.first); x <= keys_.pixel_of(seen.last - 1); ++x) {
        take_larger(row[x], weight(1 + x - columns_.first));
      }
      if (!common(seen, beside_first_key_).empty()) take_larger(largest_.beside_first_key[y], weight(0));
    }
  }

  const HeadMap& head_;
  const int dim_;
  const CellRange columns_;
  const Axis& keys_;
  const KeyRange wanted_;  // the keys in the columns
  KeyRange beside_first_key_{0, 0};
  const LargestWeights& largest_;
  float* const scores_;  // [kKeyBlock, 8]
  float* group_memory_;  // where the next group's begins
  Group groups_[kMostGroups];
};

}  // namespace

int64_t pool_scratch_floats(int head_dim, int columns) {
  const int64_t rows_of_group = int64_t{head_dim} + 1 + columns;
  return kPanelColumns * (kKeyBlock + kMostGroups * rows_of_group);
}

void pool_weights(const HeadMap& head, CellRange queries, CellRange columns, const LargestWeights& largest,
                  float* scratch) {
  Pool(head, columns, largest, scratch).pool(queries);
}

}  // namespace attention_head
