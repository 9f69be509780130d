#pragma once

#include <cstdint>

namespace attention_head {

// What a head may do, by the cells that it then looks at. A query for which a pattern names no cell has no
// part in its share.
enum class Pattern : int {
  kPrevious,   // the token before
  kNext,       // the token after
  kItself,     // the query's own token
  kFirst,      // the first token, for all queries but it
  kSame,       // earlier occurrences of the query's token; other ones, where the model isn't causal
  kInduction,  // the tokens behind earlier occurrences of the query's token (Olsson et al. 2022)
  kSeparator,  // marked keys
  kNumPatterns,
};

// Whether a pattern names the cell of a query and a key. ids [tokens], is_separator [tokens].
bool names_cell(Pattern pattern, const int32_t* ids, const uint8_t* is_separator, int query, int key,
                bool is_causal);

struct PatternShare {
  double share = 0;  // the mean weight on the pattern's cells, over the queries that have one; 0 for none
  int queries = 0;   // how many have one
};

// Of weights [tokens, tokens].
PatternShare pattern_share(Pattern pattern, const float* weights, const int32_t* ids,
                           const uint8_t* is_separator, int tokens, bool is_causal);

}  // namespace attention_head
