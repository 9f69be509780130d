#pragma once

#include <cstdint>

#include "attention/options.h"
#include "raster/view.h"

namespace attention_head {

// What makes a row's masked scores weights: weight = e^(masked - max) · share.
struct RowScale {
  float max;
  float share;

  static constexpr RowScale unknown() { return {0, -1}; }
  [[nodiscard]] bool known() const { return share != -1; }
};

// One head whose weights [q_len, kv_len] are never held. Its options have no mask and no RoPE: queries and
// keys are as they are multiplied.
struct HeadMap {
  AttentionShape shape;  // of one head
  AttentionOptions options;
  const float* query = nullptr;  // [q_len, head_dim]
  const float* key = nullptr;    // [kv_len, head_dim]
  RowScale* rows = nullptr;      // [q_len]
};

// The largest weights of a view. -infinity is less than any weight: all cells are forbidden, or not pooled
// yet.
struct LargestWeights {
  View view;
  float* pixels = nullptr;            // [view.queries.pixels, view.keys.pixels]
  float* beside_first_key = nullptr;  // [view.queries.pixels]: of the first column, without its first key
};

// The most queries that are pooled at once.
inline constexpr int kMostPooledQueries = 64;

// The floats of working memory that pool_weights needs.
int64_t pool_scratch_floats(int head_dim, int columns);

// Takes the weights of at most kMostPooledQueries queries into the pixels of the given columns. Only keys
// in these columns are looked at, and once for each row all those that it sees, for its scale: exponentials
// keep the order of scores, so that the largest weight of a row in a pixel is that of the largest masked
// score, and one exponential is enough for both. Blocks of keys and panels of queries are as in attend().
void pool_weights(const HeadMap& head, CellRange queries, CellRange columns, const LargestWeights& largest,
                  float* scratch);

}  // namespace attention_head
