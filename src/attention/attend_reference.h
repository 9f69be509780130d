#pragma once

#include <vector>

#include "attention/options.h"

namespace attention_head::reference {

// Everything that attention makes, for every head, whole, in double precision.
struct Attention {
  std::vector<double> scores;      // [num_heads, q_len, kv_len]
  std::vector<double> softcapped;  // [num_heads, q_len, kv_len]
  std::vector<double> masked;      // [num_heads, q_len, kv_len]
  std::vector<double> weights;     // [num_heads, q_len, kv_len]
  std::vector<double> lse;         // [num_heads, q_len]
  std::vector<double> output;      // [num_heads, q_len, v_head_dim]
};

// Attention as the definition says it, one cell after another: the twin that attention_head::attend is
// tested against. query [num_heads, q_len, head_dim], key [num_kv_heads, kv_len, head_dim], value
// [num_kv_heads, kv_len, v_head_dim].
Attention attend(const AttentionShape& shape, const AttentionOptions& options,
                 const std::vector<double>& query, const std::vector<double>& key,
                 const std::vector<double>& value);

// x [heads, tokens, head_dim] turned by the angle of position first_position + token.
std::vector<double> rotate(const RopeOptions& rope, int64_t first_position, int heads, int tokens,
                           int head_dim, std::vector<double> x);

}  // namespace attention_head::reference
