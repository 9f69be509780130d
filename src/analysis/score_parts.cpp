#include "analysis/score_parts.h"

namespace attention_head {

void score_parts(const AttentionOptions& options, const float* query, const float* key, int head_dim,
                 double* parts, double* frequencies) {
  for (int d = 0; d < head_dim; ++d) parts[d] = double{options.scale} * query[d] * key[d];
  if (frequencies == nullptr) return;
  const int pairs = options.rope.dims / 2;
  for (int pair = 0; pair < pairs; ++pair) frequencies[pair] = parts[pair] + parts[pair + pairs];
}

}  // namespace attention_head
