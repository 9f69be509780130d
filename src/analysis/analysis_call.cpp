#include "analysis/analysis_call.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "analysis/head_layout.h"
#include "analysis/logit_attribution.h"
#include "analysis/rollout.h"
#include "analysis/score_parts.h"

namespace attention_head {

Status AnalysisCall::prepare(ModelRun& run) {
  run_ = &run;
  tokens_ = run.length();
  const double bytes = 2.0 * tokens_;
  if (!marks_.reserve(bytes)) return out_of_memory("This analysis", bytes);
  std::memset(marks_.data(), 0, static_cast<size_t>(bytes));
  return {};
}

Status AnalysisCall::take_memory(double results, double scratch_floats) {
  const double bytes = 8 * results + 4 * scratch_floats;
  const bool taken = result_.reserve(8 * results) && scratch_.reserve(4 * scratch_floats);
  return taken ? Status() : out_of_memory("This analysis", bytes);
}

template <typename Function>
Status AnalysisCall::for_each_head_of(int first, int last, Function function) {
  const int heads = run_->num_heads();
  for (int i = first * heads; i < last * heads; ++i) {
    const Status status = run_->tap(KeptHeads::kWeights, i / heads, i % heads);
    if (!status.ok()) return status;
    function(i, reinterpret_cast<const float*>(run_->address(ModelRun::kTap)));
  }
  return {};
}

template <typename Function>
Status AnalysisCall::for_each_head(Function function) {
  return for_each_head_of(0, run_->num_layers(), function);
}

Status AnalysisCall::heads(int layer) {
  const int heads = run_->num_heads();
  if (Status status = take_memory(1.0 * heads * kColumns, 0); !status.ok()) return status;
  const auto* const is_punctuation = reinterpret_cast<const uint8_t*>(punctuation());
  const auto* const is_separator = reinterpret_cast<const uint8_t*>(separators());
  return for_each_head_of(layer, layer + 1, [&](int i, const float* weights) {
    double* const row = results() + int64_t{i % heads} * kColumns;
    const HeadStatistics statistics = head_statistics(weights, tokens_, is_punctuation);
    static_assert(sizeof statistics == kStatistics * sizeof(double));
    std::memcpy(row, &statistics, sizeof statistics);
    for (int pattern = 0; pattern < static_cast<int>(Pattern::kNumPatterns); ++pattern) {
      const PatternShare share = pattern_share(static_cast<Pattern>(pattern), weights, run_->ids(),
                                               is_separator, tokens_, run_->is_causal());
      row[kStatistics + 2 * pattern] = share.share;
      row[kStatistics + 2 * pattern + 1] = share.queries;
    }
  });
}

Status AnalysisCall::detect(Pattern pattern, const DetectHeadOptions& options) {
  if (Status status = take_memory(num_heads(), 0); !status.ok()) return status;
  return for_each_head([&](int i, const float* weights) {
    results()[i] = detect_head(pattern, weights, run_->ids(), tokens_, options);
  });
}

Status AnalysisCall::rollout() {
  const int64_t size = int64_t{tokens_} * tokens_;
  const auto cells = static_cast<double>(size);
  if (Status status = take_memory(cells, 3 * cells); !status.ok()) return status;
  float* const mean = static_cast<float*>(scratch_.data());
  float* const scratch = mean + size;
  float* const rolled = scratch + size;
  std::fill_n(rolled, size, 0.0f);
  for (int i = 0; i < tokens_; ++i) rolled[int64_t{i} * tokens_ + i] = 1;
  const int heads = run_->num_heads();
  const Status status = for_each_head([&](int i, const float* weights) {
    if (i % heads == 0) std::fill_n(mean, size, 0.0f);
    for (int64_t cell = 0; cell < size; ++cell) mean[cell] += weights[cell] / static_cast<float>(heads);
    if (i % heads == heads - 1) add_to_rollout(mean, tokens_, scratch, rolled);
  });
  std::copy_n(rolled, size, results());
  return status;
}

Status AnalysisCall::layout() {
  const int64_t size = int64_t{tokens_} * tokens_;
  const int heads = num_heads();
  if (heads > kMostHeads) {
    return invalid_argument("A layout is for at most ", kMostHeads, " heads, got ", heads, ".");
  }
  // The places come first, the distances behind them.
  const double all = heads;
  if (Status status = take_memory(all * (2 + all), all * static_cast<double>(size)); !status.ok()) {
    return status;
  }
  float* const maps = static_cast<float*>(scratch_.data());
  const Status status =
      for_each_head([&](int i, const float* weights) { std::copy_n(weights, size, maps + i * size); });
  if (!status.ok()) return status;
  double* const distances = results() + int64_t{2} * heads;
  for (int a = 0; a < heads; ++a) {
    for (int b = 0; b <= a; ++b) {
      const double distance = head_distance(maps + a * size, maps + b * size, tokens_);
      distances[int64_t{a} * heads + b] = distances[int64_t{b} * heads + a] = distance;
    }
  }
  head_layout(distances, heads, results());
  return {};
}

Status AnalysisCall::compare(ModelRun& other) {
  if (other.length() != tokens_ || other.num_layers() != run_->num_layers() ||
      other.num_heads() != run_->num_heads()) {
    return invalid_argument("Runs that are compared must have as many tokens and heads: this has ", tokens_,
                            " tokens, the other ", other.length(), ".");
  }
  const int64_t size = int64_t{tokens_} * tokens_;
  if (Status status = take_memory(num_heads(), static_cast<double>(size)); !status.ok()) return status;
  float* const map = static_cast<float*>(scratch_.data());
  Status status;
  const Status own = for_each_head([&](int i, const float* weights) {
    std::copy_n(weights, size, map);
    if (!status.ok()) return;
    status = other.tap(KeptHeads::kWeights, i / run_->num_heads(), i % run_->num_heads());
    if (!status.ok()) return;
    const auto* const others = reinterpret_cast<const float*>(other.address(ModelRun::kTap));
    double sum = 0;
    for (int64_t cell = 0; cell < size; ++cell) sum += std::abs(double{map[cell]} - others[cell]);
    results()[i] = sum / (2.0 * tokens_);
  });
  return own.ok() ? status : own;
}

Status AnalysisCall::attribute(int token) {
  const auto scratch = static_cast<double>(LogitAttribution::scratch_floats(*run_));
  if (Status status = take_memory(LogitAttribution::count(*run_), scratch); !status.ok()) return status;
  return LogitAttribution::compute(*run_, token, static_cast<float*>(scratch_.data()), results());
}

Status AnalysisCall::split_score(int layer, int head, int query, int key) {
  const AttentionShape& shape = run_->heads().shape;
  const AttentionOptions& options = run_->model().layers[layer].attention.attention;
  const int dim = shape.head_dim;
  if (Status status = take_memory(2.0 * dim, 0); !status.ok()) return status;
  run_->hold_queries(layer);
  const int64_t query_row = int64_t{query} * shape.num_heads + head;
  const int64_t key_row = int64_t{key} * shape.num_kv_heads + shape.kv_head(head);
  score_parts(options, run_->heads().query(layer) + query_row * dim,
              run_->heads().key(layer) + key_row * dim, dim, results(),
              options.rope.enabled ? results() + dim : nullptr);
  return {};
}

}  // namespace attention_head
