#pragma once

#include <cstdint>

#include "attention/multi_head_layer.h"

namespace attention_head {

// The rotated keys and the values of every layer of a run, [tokens, heads · dim] each, and the rotated
// queries of every layer or of one at a time, from which any step of any head is made when it is asked for.
struct KeptHeads {
  enum Tap : int { kScores, kSoftcapped, kMasked, kWeights, kLse, kHeadOutput, kQuery, kKey, kValue };

  AttentionShape shape;             // of every layer; q_len and kv_len are the tokens so far
  int capacity = 0;                 // the tokens that there is room for
  float* key_value_rows = nullptr;  // [layers][key, value]
  float* query_rows = nullptr;      // [query_layers]
  int query_layers = 0;             // as many as the model has, or 1: that of the layer that is looked at

  [[nodiscard]] int64_t query_floats() const {
    return int64_t{capacity} * shape.num_heads * shape.head_dim;
  }
  [[nodiscard]] int64_t key_value_floats() const;
  [[nodiscard]] float* query(int layer) const { return query_rows + layer % query_layers * query_floats(); }
  [[nodiscard]] float* key(int layer) const { return key_value_rows + layer * key_value_floats(); }
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
