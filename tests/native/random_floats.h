#pragma once

#include <random>
#include <vector>

namespace attention_head::test {

// `count` normal numbers; the same seed gives the same. Never null: kernels are given memory also where it
// is empty.
inline std::vector<float> random_floats(uint32_t seed, int64_t count) {
  std::mt19937 random(seed);
  std::normal_distribution<float> distribution;
  std::vector<float> values;
  values.reserve(static_cast<size_t>(count) + 1);
  values.resize(static_cast<size_t>(count));
  for (float& value : values) value = distribution(random);
  return values;
}

inline std::vector<double> widen(const std::vector<float>& values) {
  return {values.begin(), values.end()};
}

}  // namespace attention_head::test
