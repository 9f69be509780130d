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

namespace {

// All floats; under the sanitizers, which take 20 times as long, every 64th.
#if defined(__SANITIZE_ADDRESS__)
constexpr uint32_t kStep = 64;
#elif defined(__has_feature)
constexpr uint32_t kStep = __has_feature(address_sanitizer) ? 64 : 1;
#else
constexpr uint32_t kStep = 1;
#endif
constexpr uint32_t kMinusZero = 0x80000000u;
constexpr uint32_t kMinusTwoToThe26th = 0xB2800000u;  // -2^-26
constexpr uint32_t kMinus128 = 0xC3000000u;
constexpr uint32_t kMinusInfinity = 0xFF800000u;

// Calls check(x, e^x) for the floats of the patterns [first, last).
template <typename Check>
void for_floats(uint32_t first, uint32_t last, Check check) {
  for (uint32_t pattern = first; pattern < last; pattern += kStep * kLanes) {
    float x[kLanes];
    float y[kLanes];
    for (uint32_t i = 0; i < kLanes; ++i) x[i] = std::bit_cast<float>(pattern + kStep * i);
    store(y, exponential(load(x)));
    for (int i = 0; i < kLanes; ++i) check(x[i], y[i]);
    if (testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace

TEST(Exponential, IsWithinTwoUlpsOverAllFloatsBelowZero) {
  for_floats(kMinusTwoToThe26th, kMinus128, [](float x, float y) {
    const double exact = std::exp(static_cast<double>(x));
    constexpr float kSmallestNormal = std::numeric_limits<float>::min();
    if (exact < static_cast<double>(kSmallestNormal)) {
      ASSERT_TRUE(y >= 0 && y <= kSmallestNormal) << x;
    } else {
      ASSERT_LE(ulps_between(y, static_cast<float>(exact)), 2) << x;
    }
  });
}

TEST(Exponential, IsOneNextToZero) {
  for_floats(kMinusZero, kMinusTwoToThe26th, [](float x, float y) { ASSERT_EQ(y, 1.0f) << x; });
}

TEST(Exponential, IsZeroFarBelow) {
  for_floats(kMinus128, kMinusInfinity, [](float x, float y) { ASSERT_EQ(y, 0.0f) << x; });
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
