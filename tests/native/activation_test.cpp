#include "kernels/activation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace attention_head::test {

namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double normal_distribution(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }
double relu(double x) { return std::max(x, 0.0); }

// Each by its definition, in double precision.
double reference(Activation activation, double x) {
  constexpr double kTwoOverPi = 0.6366197723675814;
  switch (activation) {
    case Activation::kGelu:
      return x * normal_distribution(x);
    case Activation::kGeluTanh:
      return 0.5 * x * (1 + std::tanh(std::sqrt(kTwoOverPi) * (x + 0.044715 * x * x * x)));
    case Activation::kRelu:
      return relu(x);
    case Activation::kSilu:
      return x * sigmoid(x);
    case Activation::kQuickGelu:
      return x * sigmoid(1.702 * x);
    case Activation::kGelu10:
      return std::clamp(x * normal_distribution(x), -10.0, 10.0);
    case Activation::kRelu2:
      return relu(x) * relu(x);
    case Activation::kRelu6:
      return std::min(relu(x), 6.0);
    case Activation::kLeakyRelu:
      return x < 0 ? 0.01 * x : x;
    case Activation::kHardSwish:
      return x * std::clamp(x + 3, 0.0, 6.0) / 6;
    case Activation::kMish:
      return x * std::tanh(std::log1p(std::exp(x)));
    case Activation::kTanh:
      return std::tanh(x);
    case Activation::kSigmoid:
      return sigmoid(x);
    case Activation::kLaplace:
      return normal_distribution((x - 0.707107) / 0.282095);
    case Activation::kLinear:
    case Activation::kNumActivations:
      return x;
  }
  return x;
}

}  // namespace

class Activations : public testing::TestWithParam<int> {};

TEST_P(Activations, IsItsDefinition) {
  const auto activation = static_cast<Activation>(GetParam());
  std::vector<float> inputs = {0.0f, -0.0f, 100.0f, -100.0f, 2.999f, -2.999f, 6.0f};
  for (int i = -8000; i <= 8000; ++i) inputs.push_back(static_cast<float>(i) / 1000);
  std::vector<float> outputs = inputs;
  activate(activation, outputs.data(), static_cast<int64_t>(outputs.size()));
  for (size_t i = 0; i < inputs.size(); ++i) {
    const double exact = reference(activation, static_cast<double>(inputs[i]));
    ASSERT_NEAR(static_cast<double>(outputs[i]), exact, 4e-7 * std::max(1.0, std::abs(exact))) << inputs[i];
  }
}

TEST_P(Activations, TakesAnyNumberOfValues) {
  const auto activation = static_cast<Activation>(GetParam());
  for (int count = 0; count < 9; ++count) {
    std::vector<float> values(9, 0.75f);
    activate(activation, values.data(), count);
    for (int i = count; i < 9; ++i) ASSERT_EQ(values[static_cast<size_t>(i)], 0.75f);
    for (int i = 0; i < count; ++i) {
      ASSERT_NEAR(static_cast<double>(values[static_cast<size_t>(i)]), reference(activation, 0.75), 4e-7);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Activations,
                         testing::Range(0, static_cast<int>(Activation::kNumActivations)));

}  // namespace attention_head::test
