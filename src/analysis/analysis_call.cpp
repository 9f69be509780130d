#include "analysis/analysis_call.h"

#include <cstring>

namespace attention_head {

Status AnalysisCall::prepare(const ModelRun& run) {
  tokens_ = run.length();
  const double marks = 2.0 * tokens_;
  const double table = 8.0 * run.num_layers() * run.num_heads() * kColumns;
  if (!marks_.reserve(marks) || !table_.reserve(table)) return out_of_memory("This analysis", marks + table);
  std::memset(marks_.data(), 0, static_cast<size_t>(marks));
  return {};
}

Status AnalysisCall::heads(ModelRun& run, int first_query) {
  const auto* const is_punctuation = reinterpret_cast<const uint8_t*>(punctuation());
  const auto* const is_separator = reinterpret_cast<const uint8_t*>(separators());
  auto* row = static_cast<double*>(table_.data());
  for (int layer = 0; layer < run.num_layers(); ++layer) {
    for (int head = 0; head < run.num_heads(); ++head, row += kColumns) {
      if (Status status = run.tap(KeptHeads::kWeights, layer, head); !status.ok()) return status;
      const auto* const weights = reinterpret_cast<const float*>(run.address(ModelRun::kTap));
      const HeadStatistics statistics = head_statistics(weights, tokens_, is_punctuation);
      static_assert(sizeof statistics == kStatistics * sizeof(double));
      std::memcpy(row, &statistics, sizeof statistics);
      for (int pattern = 0; pattern < static_cast<int>(Pattern::kNumPatterns); ++pattern) {
        row[kStatistics + pattern] =
            pattern_share(static_cast<Pattern>(pattern), weights, run.ids(), is_separator, tokens_,
                          first_query, run.is_causal());
      }
    }
  }
  return {};
}

}  // namespace attention_head
