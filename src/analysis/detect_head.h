#pragma once

#include "analysis/pattern.h"

namespace attention_head {

// How alike two maps are said to be by TransformerLens's detect_head (version 4.3.0).
enum class Similarity : int {
  kMul,  // the share of all weights that lies on the pattern's cells; 0 where none is left
  kAbs,  // 1 - the mean over queries of Σ |weight - pattern|, before TransformerLens rounds it
};

struct DetectHeadOptions {
  Similarity similarity = Similarity::kMul;
  bool exclude_bos = false;            // leaves out key 0
  bool exclude_current_token = false;  // leaves out the diagonal
};

// The score of one head of a causal model for kPrevious, kSame or kInduction. weights [tokens, tokens],
// ids [tokens].
double detect_head(Pattern pattern, const float* weights, const int32_t* ids, int tokens,
                   const DetectHeadOptions& options);

}  // namespace attention_head
