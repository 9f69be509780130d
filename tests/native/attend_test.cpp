#include "attention/attend.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

#include "attention_case.h"

namespace attention_head::test {

namespace {

constexpr int kTokens[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 17, 31, 64, 65, 127};
constexpr int kHeadDims[] = {1, 3, 4, 8, 32, 64, 80, 128, 256};
constexpr int kFeatures = static_cast<int>(Feature::kCount);

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

}  // namespace

TEST(Attend, EqualsTheReferenceForEverySize) {
  for (const int tokens : kTokens) {
    for (const int head_dim : kHeadDims) {
      for (const bool causal : {false, true}) {
        std::vector<Feature> features;
        if (causal) features.push_back(Feature::kCausal);
        AttentionCase sizes(1, features, tokens, head_dim);
        sizes.check(AttentionCase::kNoTaps);
        sizes.check(AttentionCase::kAllTaps);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(Attend, EqualsTheReferenceForEveryPairOfOptions) {
  uint32_t seed = 1000;
  for (int first = 0; first < kFeatures; ++first) {
    for (int second = first; second < kFeatures; ++second) {
      const std::vector<Feature> pair{static_cast<Feature>(first), static_cast<Feature>(second)};
      for (const int tokens : {1, 7, 33, 65}) {
        AttentionCase options(++seed, pair, tokens, tokens == 33 ? 32 : 5);
        options.check(AttentionCase::kNoTaps);
        options.check(AttentionCase::kAllTaps);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(Attend, EqualsTheReferenceForRandomDrawsOfAllOptions) {
  constexpr uint32_t kDraws = 5000;
  for (uint32_t seed = 0; seed < kDraws; ++seed) {
    std::mt19937 random(seed * 2654435761u);
    std::vector<Feature> features;
    for (int feature = 0; feature < kFeatures; ++feature) {
      if (random() % 3 == 0) features.push_back(static_cast<Feature>(feature));
    }
    const int tokens = kTokens[random() % std::size(kTokens)];
    const int head_dim = kHeadDims[random() % std::size(kHeadDims)];
    AttentionCase draw(seed, features, tokens, head_dim);
    const unsigned taps = random() % (AttentionCase::kAllTaps + 1);
    std::printf("draw %u: %s taps %u\n", seed, draw.describe().c_str(), taps);
    draw.check(taps);
    if (HasFatalFailure()) return;
  }
}

TEST(Attend, CrossesTheEdgesOfItsBlocks) {
  for (const int tokens : {63, 64, 65, 71, 72, 73, 255, 256, 257, 300, 511, 512, 513}) {
    for (const auto& features : std::vector<std::vector<Feature>>{{},
                                                                  {Feature::kCausal},
                                                                  {Feature::kWindowLeft, Feature::kCausal},
                                                                  {Feature::kSinks},
                                                                  {Feature::kBooleanMask, Feature::kCausal},
                                                                  {Feature::kFloatMask, Feature::kAlibi}}) {
      AttentionCase blocks(7, features, tokens, 16);
      blocks.check(AttentionCase::kNoTaps);
      blocks.check(AttentionCase::kAllTaps);
      if (HasFatalFailure()) return;
    }
  }
}

// One head of four tokens, two dimensions, every value its place.
struct SmallCall {
  AttentionShape shape{1, 1, 4, 4, 2, 2};
  AttentionOptions options;
  std::vector<float> query{1, 0, 0, 1, 1, 1, -1, 0};
  std::vector<float> key{1, 2, 0, 1, -1, 1, 2, 0};
  std::vector<float> value{1, 2, 3, 4, 5, 6, 7, 8};
  std::vector<float> output = std::vector<float>(8);
  std::vector<float> weights = std::vector<float>(16);
  std::vector<float> lse = std::vector<float>(4);

  void run() {
    Taps taps;
    taps.weights = weights.data();
    taps.lse = lse.data();
    std::vector<float> scratch(static_cast<size_t>(attend_scratch_floats(shape, options, taps)));
    attend(shape, options, {query.data(), 8, 2}, {key.data(), 8, 2}, {value.data(), 8, 2},
           {output.data(), 8, 2}, taps, scratch.data());
  }
};

TEST(Attend, LetsForbiddenKeysAndValuesHoldAnything) {
  SmallCall clean;
  clean.options.visibility.is_causal = true;
  clean.run();
  for (const float poison : {kNaN, kInfinity, -kInfinity}) {
    SmallCall poisoned;
    poisoned.options.visibility.is_causal = true;
    poisoned.key[6] = poisoned.key[7] = poison;      // key 3: seen by query 3 only
    poisoned.value[6] = poisoned.value[7] = poison;  // value 3
    poisoned.run();
    for (size_t i = 0; i < 6; ++i) EXPECT_NEAR(poisoned.output[i], clean.output[i], 1e-6);
    for (size_t i = 0; i < 12; ++i) EXPECT_NEAR(poisoned.weights[i], clean.weights[i], 1e-6);
    EXPECT_FALSE(std::isfinite(poisoned.output[6]));
  }
}

TEST(Attend, KeepsNaNInTheRowsThatSeeIt) {
  SmallCall call;
  call.options.visibility.is_causal = true;
  call.query[4] = kNaN;  // query 2
  call.run();
  for (size_t row = 0; row < 4; ++row) {
    for (size_t key = 0; key < 4; ++key) {
      const float weight = call.weights[row * 4 + key];
      if (key > row) {
        EXPECT_EQ(weight, 0.0f) << row << ' ' << key;
      } else {
        EXPECT_EQ(std::isnan(weight), row == 2) << row << ' ' << key;
      }
    }
    EXPECT_EQ(std::isnan(call.output[row * 2]), row == 2);
    EXPECT_EQ(std::isnan(call.lse[row]), row == 2);
  }
}

TEST(Attend, MakesNaNOfAnInfiniteVisibleScore) {
  SmallCall call;
  call.key[2] = kInfinity;  // key 1: score +infinity for queries 0 and 2, -infinity for query 3
  call.query = {1, 0, 0.5f, 1, 1, 1, -1, 0};
  call.run();
  EXPECT_TRUE(std::isnan(call.output[0]));
  EXPECT_TRUE(std::isnan(call.weights[0]));
  EXPECT_EQ(call.weights[13], 0.0f);  // the score of -infinity
  EXPECT_TRUE(std::isfinite(call.output[6]));
}

TEST(Attend, KeepsNaNOfAVisibleValueToItsDimension) {
  SmallCall call;
  call.value[5] = kNaN;
  call.run();
  EXPECT_TRUE(std::isfinite(call.output[0]));
  EXPECT_TRUE(std::isnan(call.output[1]));
  EXPECT_TRUE(std::isfinite(call.weights[2]));
}

TEST(Attend, TakesAFiniteMaskOfAnySizeAsABias) {
  SmallCall call;
  std::vector<float> bias(4, -3.4e38f);
  call.options.mask.bias = bias.data();
  call.options.mask.key_stride = 1;
  call.run();
  for (size_t row = 0; row < 4; ++row) {
    float sum = 0;
    for (size_t key = 0; key < 4; ++key) sum += call.weights[row * 4 + key];
    EXPECT_NEAR(sum, 1.0f, 1e-6);
  }
}

TEST(Attend, GivesAFullyMaskedRowTheSinkAsItsLse) {
  SmallCall call;
  const float sink = 0.75f;
  call.options.sinks = &sink;
  call.options.visibility.past_len = -2;
  call.options.visibility.is_causal = true;
  call.run();
  EXPECT_EQ(call.lse[0], sink);
  EXPECT_EQ(call.output[0], 0.0f);
  EXPECT_GT(call.lse[3], sink);
}

}  // namespace attention_head::test
