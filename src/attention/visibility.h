#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace attention_head {

// A run of keys [first, last).
struct KeyRange {
  int first;
  int last;
  [[nodiscard]] bool empty() const { return first >= last; }
};

// Which keys a query may see by its position alone. Query i stands at p = i + past_len, keys at 0, 1, 2 …
// Every rule is a range, so a row's visible keys are one run.
struct Visibility {
  static constexpr int64_t kUnbounded = -1;

  bool is_causal = false;                           // key j is visible where j <= p
  int64_t past_len = 0;                             // may be negative: early rows then see nothing
  int64_t window_left = kUnbounded;                 // p - window_left <= j
  int64_t window_right = kUnbounded;                // j <= p + window_right
  int kv_length = std::numeric_limits<int>::max();  // only the first kv_length keys are valid

  [[nodiscard]] int64_t position(int query) const { return query + past_len; }

  [[nodiscard]] KeyRange visible_keys(int query, int kv_len) const {
    const int64_t p = position(query);
    int64_t first = 0;
    int64_t last = std::min(kv_len, kv_length);
    if (window_left != kUnbounded) first = std::max(first, p - window_left);
    if (window_right != kUnbounded) last = std::min(last, p + window_right + 1);
    if (is_causal) last = std::min(last, p + 1);
    if (first >= last) return {0, 0};
    return {static_cast<int>(first), static_cast<int>(last)};
  }
};

// A mask over [num_heads, q_len, kv_len], broadcast by strides of 0: `allowed` (non-zero = attend) or
// `bias` (added to the softcapped score; -infinity forbids), or neither.
struct AttentionMask {
  const uint8_t* allowed = nullptr;
  const float* bias = nullptr;
  int64_t head_stride = 0;
  int64_t query_stride = 0;
  int64_t key_stride = 0;

  [[nodiscard]] bool present() const { return allowed != nullptr || bias != nullptr; }
  [[nodiscard]] int64_t row(int head, int query) const { return head * head_stride + query * query_stride; }
  [[nodiscard]] bool forbids(int head, int query, int key) const {
    const int64_t cell = row(head, query) + key * key_stride;
    if (allowed != nullptr) return allowed[cell] == 0;
    return bias != nullptr && bias[cell] == -std::numeric_limits<float>::infinity();
  }
};

}  // namespace attention_head
