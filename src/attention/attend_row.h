#pragma once

#include <cstdint>

#include "attention/options.h"

namespace attention_head {

// One head's tensors, a stride between tokens each.
struct HeadInputs {
  int head;
  const float* query;  // [q_len, head_dim]
  const float* key;    // [kv_len, head_dim]
  const float* value;  // [kv_len, v_head_dim]
  int64_t query_stride;
  int64_t key_stride;
  int64_t value_stride;

  [[nodiscard]] const float* query_row(int64_t i) const { return query + i * query_stride; }
  [[nodiscard]] const float* key_row(int64_t j) const { return key + j * key_stride; }
  [[nodiscard]] const float* value_row(int64_t j) const { return value + j * value_stride; }
};

// One query's row, cell by cell, looking at visible cells only: the way for rows in which NaN or infinity
// has shown up, so that what is forbidden contributes nothing, whatever it holds. out [v_head_dim], weights
// [kv_len] and lse [1] may be null.
void attend_row(const AttentionShape& shape, const AttentionOptions& options, const HeadInputs& inputs,
                int query, float* out, float* weights, float* lse);

}  // namespace attention_head
