#pragma once

#include <cstdint>

#include "analysis/detect_head.h"
#include "analysis/head_statistics.h"
#include "analysis/pattern.h"
#include "kernels/buffer.h"
#include "model/model_run.h"

namespace attention_head {

// What the heads of a run do, as it comes over the border: tokens are marked, then each function leaves its
// doubles in result().
class AnalysisCall {
 public:
  // The columns of heads(): HeadStatistics, then the share and the number of queries of each Pattern.
  static constexpr int kStatistics = 5;
  static constexpr int kColumns = kStatistics + 2 * static_cast<int>(Pattern::kNumPatterns);
  // layout() is for so many heads at most: their distances are a matrix of Eigen's own.
  static constexpr int kMostHeads = 4096;

  // Takes memory for the marks of the run's tokens, which are none at first.
  Status prepare(ModelRun& run);
  // [heads, kColumns] of a layer
  Status heads(int layer);
  // [layers · heads] of detect_head
  Status detect(Pattern pattern, const DetectHeadOptions& options);
  // [tokens, tokens]: attention rollout through all layers
  Status rollout();
  // [layers · heads, 2]: a layout of the heads by their distances
  Status layout();

  // [layers · heads]: by how much weight each head's map differs from another run's of as many tokens, the
  // mean over queries of half the sum of differences
  Status compare(ModelRun& other);
  // LogitAttribution of a token
  Status attribute(int token);
  // [head_dim] parts of the score of a cell, and behind them [rope_dims / 2] of its frequencies
  Status split_score(int layer, int head, int query, int key);

  // uint8 [tokens]: which are punctuation; and which are separators.
  [[nodiscard]] uintptr_t punctuation() const { return reinterpret_cast<uintptr_t>(marks_.data()); }
  [[nodiscard]] uintptr_t separators() const { return punctuation() + static_cast<uintptr_t>(tokens_); }
  [[nodiscard]] uintptr_t result() const { return reinterpret_cast<uintptr_t>(result_.data()); }

 private:
  [[nodiscard]] double* results() const { return static_cast<double*>(result_.data()); }
  [[nodiscard]] int num_heads() const { return run_->num_layers() * run_->num_heads(); }
  Status take_memory(double results, double scratch_floats);
  // Calls function(index, weights [tokens, tokens]) for the heads of the layers [first, last), or for every
  // head.
  template <typename Function>
  Status for_each_head_of(int first, int last, Function function);
  template <typename Function>
  Status for_each_head(Function function);

  ModelRun* run_ = nullptr;
  int tokens_ = 0;
  Buffer marks_;
  Buffer result_;
  Buffer scratch_;
};

}  // namespace attention_head
