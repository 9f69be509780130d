// What heads do: against TransformerLens, plain sums and answers known by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <vector>

#include "analysis/detect_head.h"
#include "analysis/head_layout.h"
#include "analysis/head_statistics.h"
#include "analysis/pattern.h"
#include "analysis/rollout.h"
#include "random_floats.h"

namespace attention_head::test {

namespace {

// A causal map [tokens, tokens] whose rows sum to 1.
std::vector<float> random_map(uint32_t seed, int tokens, bool is_causal) {
  std::vector<float> map = random_floats(seed, int64_t{tokens} * tokens);
  for (int i = 0; i < tokens; ++i) {
    double sum = 0;
    for (int j = 0; j < tokens; ++j) {
      float& cell = map[static_cast<size_t>(i * tokens + j)];
      cell = is_causal && j > i ? 0.0f : std::exp(3 * cell);
      sum += cell;
    }
    for (int j = 0; j < tokens; ++j) map[static_cast<size_t>(i * tokens + j)] /= static_cast<float>(sum);
  }
  return map;
}

}  // namespace

TEST(Analysis, DetectHeadEqualsTransformerLens) {
  std::ifstream file(AH_GOLDEN_DIR "/detect_head.txt");
  int texts = 0;
  for (int tokens = 0; file >> tokens; ++texts) {
    std::vector<int32_t> ids(static_cast<size_t>(tokens));
    for (int32_t& id : ids) file >> id;
    std::vector<float> weights(static_cast<size_t>(tokens * tokens));
    for (float& weight : weights) file >> weight;
    int answers = 0;
    file >> answers;
    for (int i = 0; i < answers; ++i) {
      int pattern = 0;
      int similarity = 0;
      bool exclude_bos = false;
      bool exclude_current = false;
      double expected = 0;
      file >> pattern >> similarity >> exclude_bos >> exclude_current >> expected;
      const double actual =
          detect_head(static_cast<Pattern>(pattern), weights.data(), ids.data(), tokens,
                      {static_cast<Similarity>(similarity), exclude_bos, exclude_current});
      EXPECT_NEAR(actual, expected, 1e-6) << tokens << " tokens, answer " << i;
    }
  }
  EXPECT_EQ(texts, 3);
}

TEST(Analysis, StatisticsOfMapsKnownByHand) {
  const float diagonal[] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  const uint8_t marks[] = {0, 1, 0};
  const HeadStatistics sharp = head_statistics(diagonal, 3, marks);
  EXPECT_EQ(sharp.entropy, 0);
  EXPECT_EQ(sharp.distance, 0);
  EXPECT_EQ(sharp.diagonal, 1);
  EXPECT_NEAR(sharp.first_token, 1.0 / 3, 1e-12);
  EXPECT_NEAR(sharp.punctuation, 1.0 / 3, 1e-12);

  const std::vector<float> even(16, 0.25f);
  const uint8_t none[4] = {};
  const HeadStatistics flat = head_statistics(even.data(), 4, none);
  EXPECT_NEAR(flat.entropy, std::log(4.0), 1e-12);
  EXPECT_NEAR(flat.distance, 1.25, 1e-12);  // the mean of |i - j| over 4 by 4
  EXPECT_NEAR(flat.first_token, 0.25, 1e-12);
  EXPECT_EQ(flat.punctuation, 0);
}

TEST(Analysis, PatternsNameTheirCells) {
  // Tokens a b c a b: the second a and b have an earlier one.
  const int32_t ids[] = {7, 8, 9, 7, 8};
  const uint8_t separators[] = {0, 0, 0, 0, 1};
  const auto named = [&](Pattern pattern, bool is_causal) {
    std::vector<std::pair<int, int>> cells;
    for (int i = 0; i < 5; ++i) {
      for (int j = 0; j < 5; ++j) {
        if (names_cell(pattern, ids, separators, i, j, is_causal)) cells.emplace_back(i, j);
      }
    }
    return cells;
  };
  using Cells = std::vector<std::pair<int, int>>;
  EXPECT_EQ(named(Pattern::kPrevious, true), (Cells{{1, 0}, {2, 1}, {3, 2}, {4, 3}}));
  EXPECT_EQ(named(Pattern::kNext, false), (Cells{{0, 1}, {1, 2}, {2, 3}, {3, 4}}));
  EXPECT_EQ(named(Pattern::kNext, true), Cells{});
  EXPECT_EQ(named(Pattern::kFirst, true), (Cells{{1, 0}, {2, 0}, {3, 0}, {4, 0}}));
  EXPECT_EQ(named(Pattern::kSame, true), (Cells{{3, 0}, {4, 1}}));
  EXPECT_EQ(named(Pattern::kSame, false), (Cells{{0, 3}, {1, 4}, {3, 0}, {4, 1}}));
  EXPECT_EQ(named(Pattern::kInduction, true), (Cells{{3, 1}, {4, 2}}));
  EXPECT_EQ(named(Pattern::kSeparator, false), (Cells{{0, 4}, {1, 4}, {2, 4}, {3, 4}, {4, 4}}));
  EXPECT_EQ(named(Pattern::kItself, true).size(), 5u);
}

TEST(Analysis, APatternsShareIsTheMeanOverQueriesThatHaveOne) {
  const int32_t ids[] = {7, 8, 9, 7, 8};
  const uint8_t none[5] = {};
  const std::vector<float> map = random_map(3, 5, true);
  const auto share = [&](Pattern pattern) {
    return pattern_share(pattern, map.data(), ids, none, 5, true);
  };
  EXPECT_NEAR(share(Pattern::kInduction).share, (map[3 * 5 + 1] + map[4 * 5 + 2]) / 2.0, 1e-7);
  EXPECT_EQ(share(Pattern::kInduction).queries, 2);
  EXPECT_EQ(share(Pattern::kPrevious).queries, 4);
  EXPECT_EQ(share(Pattern::kSeparator).share, 0);
  EXPECT_EQ(share(Pattern::kSeparator).queries, 0);
}

TEST(Analysis, DetectHeadIsNothingWhereNothingIsLeft) {
  const float one[] = {1};
  const int32_t id[] = {3};
  EXPECT_EQ(detect_head(Pattern::kSame, one, id, 1, {Similarity::kMul, true, false}), 0);
}

TEST(Analysis, RolloutMultipliesLayersWithTheirResiduals) {
  const int tokens = 7;
  std::vector<float> rollout(tokens * tokens, 0.0f);
  std::vector<float> scratch(rollout.size());
  std::vector<double> expected(rollout.size(), 0.0);
  for (int i = 0; i < tokens; ++i) {
    rollout[static_cast<size_t>(i * tokens + i)] = 1;
    expected[static_cast<size_t>(i * tokens + i)] = 1;
  }
  for (uint32_t layer = 0; layer < 3; ++layer) {
    const std::vector<float> map = random_map(layer, tokens, layer == 1);
    std::vector<double> product(expected.size(), 0.0);
    for (int i = 0; i < tokens; ++i) {
      for (int k = 0; k < tokens; ++k) {
        const double weight = 0.5 * map[static_cast<size_t>(i * tokens + k)] + (i == k ? 0.5 : 0);
        for (int j = 0; j < tokens; ++j) {
          product[static_cast<size_t>(i * tokens + j)] +=
              weight * expected[static_cast<size_t>(k * tokens + j)];
        }
      }
    }
    expected = product;
    add_to_rollout(map.data(), tokens, scratch.data(), rollout.data());
  }
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(rollout[i], expected[i], 1e-6);
}

TEST(Analysis, DistancesAreJensenShannons) {
  const float left[] = {1, 0, 1, 0};
  const float right[] = {0, 1, 1, 0};
  EXPECT_NEAR(head_distance(left, right, 2), std::log(2.0) / 2, 1e-12);
  EXPECT_EQ(head_distance(left, left, 2), 0);
}

TEST(Analysis, ALayoutKeepsDistancesThatFitAPlane) {
  const double places[5][2] = {{0, 0}, {3, 0}, {0, 4}, {-2, 1}, {1, -1}};
  double distances[25];
  for (int a = 0; a < 5; ++a) {
    for (int b = 0; b < 5; ++b) {
      distances[5 * a + b] = std::hypot(places[a][0] - places[b][0], places[a][1] - places[b][1]);
    }
  }
  double laid[10];
  head_layout(distances, 5, laid);
  for (int a = 0; a < 5; ++a) {
    for (int b = 0; b < 5; ++b) {
      const double distance = std::hypot(laid[2 * a] - laid[2 * b], laid[2 * a + 1] - laid[2 * b + 1]);
      EXPECT_NEAR(distance, distances[5 * a + b], 1e-9);
    }
  }
  double alone[2];
  const double zero[] = {0};
  head_layout(zero, 1, alone);
  EXPECT_EQ(alone[0], 0);
  EXPECT_EQ(alone[1], 0);
}

}  // namespace attention_head::test
