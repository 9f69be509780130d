#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "attention/attend.h"
#include "attention/options.h"

namespace attention_head::test {

// What can be switched on in one call; any set of them composes.
enum class Feature {
  kGroupedQueries,
  kValueWidth,
  kCausal,
  kPastLen,
  kNegativePastLen,
  kWindowLeft,
  kWindowRight,
  kBooleanMask,
  kFloatMask,
  kKvLength,
  kAlibi,
  kSoftcap,
  kSinks,
  kScale,
  kCrossLengths,
  kRopeHalves,
  kRopeInterleaved,
  kRopePartial,
  kRopeScaling,
  kChosenHeads,
  kForbiddenRows,
  kCount,
};

// One random attention call: its tensors, its options, and how to say it again.
class AttentionCase {
 public:
  // The same seed, features and sizes give the same case. head_dim and tokens are the query's.
  AttentionCase(uint32_t seed, const std::vector<Feature>& features, int tokens, int head_dim);

  // Runs the fast path, with the taps named by the bits of `wanted` (see kAllTaps), and compares all that
  // comes out with the double-precision reference. Fails the running test with a description of the case.
  void check(unsigned wanted);

  [[nodiscard]] std::string describe() const;

  static constexpr unsigned kNoTaps = 0;
  static constexpr unsigned kAllTaps = 31;  // scores, softcapped, masked, weights, lse

 private:
  [[nodiscard]] bool has(Feature feature) const;
  int pick(int low, int high);
  std::vector<float> normal(int64_t count);
  void choose_sizes(int tokens, int head_dim);
  void choose_visibility();
  void choose_mask();
  void choose_rope();

  uint32_t seed_;
  std::vector<Feature> features_;
  std::mt19937 random_;
  AttentionShape shape_;
  AttentionOptions options_;
  std::vector<float> query_, key_, value_, slopes_, sinks_, bias_;
  std::vector<uint8_t> allowed_;
  std::vector<int> tap_rows_;
  int num_tapped_heads_ = 0;
};

}  // namespace attention_head::test
