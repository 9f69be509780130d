#pragma once

#include <cstdint>

#include "attention/options.h"

namespace attention_head {

// The distance from the query to the nearest key that it may see: ALiBi takes slope times this from every
// visible key of the row alike. Softmax doesn't see that, and scores that carry it lose the digits that
// softmax does see. 0 without ALiBi.
int64_t common_distance(const AttentionOptions& options, int query, int kv_len);

// row [count] <- row - slope · (|p - j| - common) + bias for keys j = first_key …, or -infinity where the
// query may not see that key. `common` is 0, or common_distance.
void mask_row(const AttentionOptions& options, int head, int query, int kv_len, int first_key, int count,
              int64_t common, float* row);

// The same for the queries [first_query, first_query + num_queries) of a panel, columns [count, 8] of
// scores.
void mask_panel(const AttentionOptions& options, int head, int first_query, int num_queries, int kv_len,
                int first_key, int count, const int64_t* common, float* columns);

}  // namespace attention_head
