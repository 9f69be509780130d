#include "attention/mask.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <limits>

#include "kernels/bias.h"
#include "kernels/panel.h"

namespace attention_head {

namespace {

constexpr float kForbidden = -std::numeric_limits<float>::infinity();
// So many keys of a panel are masked at a time, as rows, which is how masks lie.
constexpr int kMaskedKeys = 64;

// Forbids the keys of [first_key, first_key + count) that aren't visible, in a row whose cells lie `stride`
// apart.
void hide(KeyRange visible, int first_key, int count, float* row, int stride) {
  const int begin = std::clamp(visible.first - first_key, 0, count);
  const int end = std::clamp(visible.last - first_key, begin, count);
  for (int c = 0; c < begin; ++c) row[c * stride] = kForbidden;
  for (int c = end; c < count; ++c) row[c * stride] = kForbidden;
}

// row [count] <- row - slope · (|p - j| - common) + bias, whether the keys are visible or not.
void add_biases(const AttentionOptions& options, int head, int query, int first_key, int count,
                int64_t common, float* row) {
  if (options.alibi_slopes != nullptr) {
    const float slope = options.alibi_slopes[head];
    const int64_t offset = options.visibility.position(query) - first_key;
    const int before = static_cast<int>(std::clamp<int64_t>(offset, 0, count));
    subtract_distances_row(slope, offset - common, -1, before, row);
    subtract_distances_row(slope, before - offset - common, 1, count - before, row + before);
  }
  const AttentionMask& mask = options.mask;
  const int64_t cell = mask.row(head, query) + first_key * mask.key_stride;
  const auto stride = static_cast<ptrdiff_t>(mask.key_stride);
  if (mask.allowed != nullptr) forbid_row(mask.allowed + cell, stride, count, row);
  if (mask.bias != nullptr) add_bias_row(mask.bias + cell, stride, count, row);
}

}  // namespace

int64_t common_distance(const AttentionOptions& options, int query, int kv_len) {
  if (options.alibi_slopes == nullptr) return 0;
  const KeyRange visible = options.visibility.visible_keys(query, kv_len);
  if (visible.empty()) return 0;
  const int64_t position = options.visibility.position(query);
  return std::abs(position - std::clamp<int64_t>(position, visible.first, visible.last - 1));
}

void mask_row(const AttentionOptions& options, int head, int query, int kv_len, int first_key, int count,
              int64_t common, float* row) {
  add_biases(options, head, query, first_key, count, common, row);
  hide(options.visibility.visible_keys(query, kv_len), first_key, count, row, 1);
}

void mask_panel(const AttentionOptions& options, int head, int first_query, int num_queries, int kv_len,
                int first_key, int count, const int64_t* common, float* columns) {
  if (options.mask.present() || options.alibi_slopes != nullptr) {
    float rows[kPanelColumns * kMaskedKeys];
    for (int done = 0; done < count; done += kMaskedKeys) {
      const int keys = std::min(kMaskedKeys, count - done);
      float* const block = columns + static_cast<ptrdiff_t>(done) * kPanelColumns;
      unpack_panel(block, keys, num_queries, kAsTheyAre, rows, kMaskedKeys);
      for (int c = 0; c < num_queries; ++c) {
        add_biases(options, head, first_query + c, first_key + done, keys, common[c],
                   rows + c * kMaskedKeys);
      }
      pack_panel(rows, kMaskedKeys, num_queries, keys, 1.0f, block);
    }
  }
  for (int c = 0; c < num_queries; ++c) {
    hide(options.visibility.visible_keys(first_query + c, kv_len), first_key, count, columns + c,
         kPanelColumns);
  }
}

}  // namespace attention_head
