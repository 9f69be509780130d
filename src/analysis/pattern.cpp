#include "analysis/pattern.h"

namespace attention_head {

bool names_cell(Pattern pattern, const int32_t* ids, const uint8_t* is_separator, int query, int key,
                bool is_causal) {
  if (is_causal && key > query) return false;
  switch (pattern) {
    case Pattern::kPrevious:
      return key == query - 1;
    case Pattern::kNext:
      return key == query + 1;
    case Pattern::kItself:
      return key == query;
    case Pattern::kFirst:
      return key == 0 && query > 0;
    case Pattern::kSame:
      return key != query && ids[key] == ids[query];
    case Pattern::kInduction:
      return key > 0 && key <= query && ids[key - 1] == ids[query];
    case Pattern::kSeparator:
      return is_separator[key] != 0;
    case Pattern::kNumPatterns:
      break;
  }
  return false;
}

PatternShare pattern_share(Pattern pattern, const float* weights, const int32_t* ids,
                           const uint8_t* is_separator, int tokens, bool is_causal) {
  PatternShare result;
  for (int i = 0; i < tokens; ++i) {
    double share = 0;
    bool any = false;
    for (int j = 0; j < tokens; ++j) {
      if (!names_cell(pattern, ids, is_separator, i, j, is_causal)) continue;
      any = true;
      share += weights[int64_t{i} * tokens + j];
    }
    if (!any) continue;
    result.share += share;
    ++result.queries;
  }
  if (result.queries > 0) result.share /= result.queries;
  return result;
}

}  // namespace attention_head
