#pragma once

#include <cstdint>

#include "attention/multi_head_layer.h"

namespace attention_head {

// The rotated queries and keys and the values of every layer of a run, [tokens, heads · dim] each, from
// which any step of any head is made when it is asked for.
struct KeptHeads {
  enum Tap : int { kScores, kSoftcapped, kMasked, kWeights, kLse, kHeadOutput, kQuery, kKey, kValue };

  AttentionShape shape;     // of every layer; q_len and kv_len are the tokens so far
  int capacity = 0;         // the tokens that there is room for
  float* memory = nullptr;  // [layers][query, key, value]

  [[nodiscard]] int64_t floats_a_layer() const;
  [[nodiscard]] float* query(int layer) const { return memory + layer * floats_a_layer(); }
  [[nodiscard]] float* key(int layer) const;
  [[nodiscard]] float* value(int layer) const;

  // The floats of working memory that step() needs.
  [[nodiscard]] int64_t scratch_floats(const AttentionOptions& options) const;
  // out <- one step of one head, under its layer's options: a map [q_len, kv_len], lse [q_len], or [tokens,
  // dim].
  void step(Tap tap, const AttentionOptions& options, int layer, int head, float* out,
            float* scratch) const;
  // map [queries, kv_len] <- masked scores of the queries from first_query on.
  void masked(const AttentionOptions& options, int layer, int head, int first_query, int queries,
              float* map, float* scratch) const;
  // out [queries, v_head_dim] of the given stride <- map [queries, kv_len] · values of the head.
  void weigh_values(const float* map, int layer, int head, int queries, float* out, int64_t stride) const;
};

}  // namespace attention_head
