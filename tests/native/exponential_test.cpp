#include "kernels/exponential.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

namespace attention_head::test {

namespace {

// How many floats lie between two floats of one sign.
int64_t ulps_between(float a, float b) {
  return std::abs(static_cast<int64_t>(std::bit_cast<int32_t>(a)) - std::bit_cast<int32_t>(b));
}

}  // namespace

TEST(Exponential, IsWithinTwoUlpsOverFloatsBelowZero) {
  // Every 64th float from -0 to -128, in fours.
  constexpr uint32_t kLast = 0xC3000000u;
  int64_t worst = 0;
  for (uint32_t pattern = 0x80000000u; pattern < kLast; pattern += 256) {
    float x[kLanes];
    float y[kLanes];
    for (uint32_t i = 0; i < kLanes; ++i) x[i] = std::bit_cast<float>(pattern + 64 * i);
    store(y, exponential(load(x)));
    for (int i = 0; i < kLanes; ++i) {
      const double exact = std::exp(static_cast<double>(x[i]));
      if (exact < static_cast<double>(std::numeric_limits<float>::min())) {
        ASSERT_LE(y[i], std::numeric_limits<float>::min()) << x[i];
        ASSERT_GE(y[i], 0.0f) << x[i];
      } else {
        worst = std::max(worst, ulps_between(y[i], static_cast<float>(exact)));
        ASSERT_LE(ulps_between(y[i], static_cast<float>(exact)), 2) << x[i];
      }
    }
  }
  RecordProperty("worst_ulps", static_cast<int>(worst));
}

TEST(Exponential, IsExactWhereItMustBe) {
  EXPECT_EQ(exponential(0.0f), 1.0f);
  EXPECT_EQ(exponential(-std::numeric_limits<float>::infinity()), 0.0f);
  EXPECT_EQ(exponential(-3e38f), 0.0f);
  EXPECT_TRUE(std::isnan(exponential(std::numeric_limits<float>::quiet_NaN())));
}

TEST(HyperbolicTangent, IsWithinFourUlpsOnBothSides) {
  for (uint32_t pattern = 0x00800000u; pattern < 0x42000000u; pattern += 1009) {
    const float x = std::bit_cast<float>(pattern);
    const auto exact = static_cast<float>(std::tanh(static_cast<double>(x)));
    ASSERT_LE(ulps_between(lane(hyperbolic_tangent(splat(x)), 0), exact), 4) << x;
    ASSERT_EQ(lane(hyperbolic_tangent(splat(-x)), 0), -lane(hyperbolic_tangent(splat(x)), 0)) << x;
  }
  EXPECT_EQ(lane(hyperbolic_tangent(splat(0.0f)), 0), 0.0f);
  EXPECT_EQ(lane(hyperbolic_tangent(splat(std::numeric_limits<float>::infinity())), 0), 1.0f);
  EXPECT_TRUE(std::isnan(lane(hyperbolic_tangent(splat(NAN)), 0)));
}

}  // namespace attention_head::test
