#include "attention/mask.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace attention_head {

int64_t common_distance(const AttentionOptions& options, int query, int kv_len) {
  if (options.alibi_slopes == nullptr) return 0;
  const KeyRange visible = options.visibility.visible_keys(query, kv_len);
  if (visible.empty()) return 0;
  const int64_t position = options.visibility.position(query);
  return std::abs(position - std::clamp<int64_t>(position, visible.first, visible.last - 1));
}

void mask_row(const AttentionOptions& options, int head, int query, int kv_len, int first_key, int count,
              int64_t common, float* row, int stride) {
  constexpr float kForbidden = -std::numeric_limits<float>::infinity();
  const KeyRange visible = options.visibility.visible_keys(query, kv_len);
  const int begin = std::clamp(visible.first - first_key, 0, count);
  const int end = std::clamp(visible.last - first_key, begin, count);
  for (int c = 0; c < begin; ++c) row[c * stride] = kForbidden;
  for (int c = end; c < count; ++c) row[c * stride] = kForbidden;

  if (options.alibi_slopes != nullptr) {
    const float slope = options.alibi_slopes[head];
    const int64_t position = options.visibility.position(query);
    for (int c = begin; c < end; ++c) {
      const int64_t distance = std::abs(position - (first_key + c));
      row[c * stride] -= slope * static_cast<float>(distance - common);
    }
  }
  const AttentionMask& mask = options.mask;
  if (!mask.present()) return;
  const int64_t first_cell = mask.row(head, query) + first_key * mask.key_stride;
  for (int c = begin; c < end; ++c) {
    const int64_t cell = first_cell + c * mask.key_stride;
    float& score = row[c * stride];
    if (mask.allowed != nullptr) {
      if (mask.allowed[cell] == 0) score = kForbidden;
    } else {
      // A forbidden cell is set, not added to: its score may be NaN.
      score = mask.bias[cell] == kForbidden ? kForbidden : score + mask.bias[cell];
    }
  }
}

}  // namespace attention_head
