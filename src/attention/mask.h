#pragma once

#include <cstdint>

#include "attention/options.h"

namespace attention_head {

// The distance from the query to the nearest key that it may see: ALiBi takes slope times this from every
// visible key of the row alike. Softmax doesn't see that, and scores that carry it lose the digits that
// softmax does see. 0 without ALiBi.
int64_t common_distance(const AttentionOptions& options, int query, int kv_len);

// row[c] <- row[c] - slope · (|p - j| - common) + bias for key j = first_key + c, or -infinity where the
// query may not see that key. `common` is 0, or common_distance. The row's cells lie `stride` apart.
void mask_row(const AttentionOptions& options, int head, int query, int kv_len, int first_key, int count,
              int64_t common, float* row, int stride);

}  // namespace attention_head
