#pragma once

#include <cstdint>

#include "analysis/head_statistics.h"
#include "analysis/pattern.h"
#include "kernels/buffer.h"
#include "model/model_run.h"

namespace attention_head {

// What every head of a run does, as it comes over the border: marks of tokens are written, then heads() fills
// a table.
class AnalysisCall {
 public:
  // The columns of the table: HeadStatistics, then the share of each Pattern.
  static constexpr int kStatistics = 5;
  static constexpr int kColumns = kStatistics + static_cast<int>(Pattern::kNumPatterns);

  // Takes memory for a run's table and for the marks of its tokens.
  Status prepare(const ModelRun& run);
  // table [layers · heads, kColumns]; patterns are looked for from first_query on.
  Status heads(ModelRun& run, int first_query);

  // uint8 [tokens]: which are punctuation; and which are separators.
  [[nodiscard]] uintptr_t punctuation() const { return reinterpret_cast<uintptr_t>(marks_.data()); }
  [[nodiscard]] uintptr_t separators() const { return punctuation() + static_cast<uintptr_t>(tokens_); }
  [[nodiscard]] uintptr_t table() const { return reinterpret_cast<uintptr_t>(table_.data()); }

 private:
  int tokens_ = 0;
  Buffer marks_;
  Buffer table_;
};

}  // namespace attention_head
