#include "attention_case.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include "attention/attend_reference.h"
#include "attention/validate.h"
#include "random_floats.h"

namespace attention_head::test {

namespace {

constexpr float kUnwritten = 12345.0f;

// The rows of a [num_heads, size] tensor that are tapped, in the taps' order.
std::vector<double> chosen(const std::vector<double>& tensor, const std::vector<int>& tap_rows,
                           int num_tapped, size_t size) {
  std::vector<double> rows(static_cast<size_t>(num_tapped) * size);
  for (size_t head = 0; head < tap_rows.size(); ++head) {
    if (tap_rows[head] < 0) continue;
    std::copy_n(tensor.begin() + static_cast<ptrdiff_t>(head * size), size,
                rows.begin() + static_cast<ptrdiff_t>(static_cast<size_t>(tap_rows[head]) * size));
  }
  return rows;
}

// Weights to 2e-6; other tensors to 2e-6 of their largest magnitude (at least 1); zeros where asked and
// infinities exactly.
void expect_close(const char* name, const std::vector<float>& actual, const std::vector<double>& expected,
                  bool are_weights) {
  ASSERT_EQ(actual.size(), expected.size()) << name;
  double largest = 1;
  for (const double value : expected) {
    if (std::isfinite(value) && !are_weights) largest = std::max(largest, std::abs(value));
  }
  const double tolerance = 2e-6 * largest;
  for (size_t i = 0; i < expected.size(); ++i) {
    const double value = actual[i];
    if (std::isfinite(expected[i]) && !(are_weights && expected[i] == 0)) {
      ASSERT_NEAR(value, expected[i], tolerance) << name << " at element " << i;
    } else {
      ASSERT_EQ(value, expected[i]) << name << " at element " << i;
    }
  }
}

}  // namespace

AttentionCase::AttentionCase(uint32_t seed, const std::vector<Feature>& features, int tokens, int head_dim)
    : seed_(seed), features_(features), random_(seed) {
  choose_sizes(tokens, head_dim);
  query_ = normal(static_cast<int64_t>(shape_.num_heads) * shape_.q_len * shape_.head_dim);
  key_ = normal(static_cast<int64_t>(shape_.num_kv_heads) * shape_.kv_len * shape_.head_dim);
  value_ = normal(static_cast<int64_t>(shape_.num_kv_heads) * shape_.kv_len * shape_.v_head_dim);
  options_.scale = static_cast<float>(1 / std::sqrt(shape_.head_dim));
  if (has(Feature::kScale)) options_.scale *= pick(0, 1) == 0 ? 0.4f : 1.9f;
  if (has(Feature::kSoftcap)) options_.softcap = pick(0, 1) == 0 ? 1.5f : 30.0f;
  choose_visibility();
  choose_mask();
  choose_rope();
  if (has(Feature::kAlibi)) {
    for (int h = 0; h < shape_.num_heads; ++h) slopes_.push_back(std::exp2f(static_cast<float>(-h - 1)));
    options_.alibi_slopes = slopes_.data();
  }
  if (has(Feature::kSinks)) {
    sinks_ = normal(shape_.num_heads);
    options_.sinks = sinks_.data();
  }
  for (int h = 0; h < shape_.num_heads; ++h) {
    const bool tapped = !has(Feature::kChosenHeads) || h == shape_.num_heads - 1;
    tap_rows_.push_back(tapped ? num_tapped_heads_++ : -1);
  }
}

bool AttentionCase::has(Feature feature) const {
  return std::find(features_.begin(), features_.end(), feature) != features_.end();
}

int AttentionCase::pick(int low, int high) {
  return low + static_cast<int>(random_() % static_cast<uint32_t>(high - low + 1));
}

std::vector<float> AttentionCase::normal(int64_t count) {
  std::normal_distribution<float> distribution;
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = distribution(random_);
  return values;
}

void AttentionCase::choose_sizes(int tokens, int head_dim) {
  shape_.num_kv_heads = pick(1, 2);
  shape_.num_heads = shape_.num_kv_heads * (has(Feature::kGroupedQueries) ? pick(2, 3) : 1);
  shape_.q_len = shape_.kv_len = tokens;
  shape_.head_dim = shape_.v_head_dim = head_dim;
  if (has(Feature::kValueWidth)) shape_.v_head_dim = pick(1, 2 * head_dim);
  if (has(Feature::kCrossLengths)) shape_.kv_len = pick(0, 2 * tokens + 3);
}

void AttentionCase::choose_visibility() {
  Visibility& rule = options_.visibility;
  rule.is_causal = has(Feature::kCausal);
  if (has(Feature::kPastLen)) rule.past_len = pick(0, shape_.kv_len);
  if (has(Feature::kNegativePastLen)) rule.past_len = -pick(1, shape_.q_len + 1);
  if (has(Feature::kWindowLeft)) rule.window_left = pick(0, shape_.kv_len);
  if (has(Feature::kWindowRight)) rule.window_right = pick(0, shape_.kv_len);
  if (has(Feature::kKvLength)) rule.kv_length = pick(0, shape_.kv_len);
}

void AttentionCase::choose_mask() {
  const bool boolean = has(Feature::kBooleanMask);
  if (!boolean && !has(Feature::kFloatMask)) return;
  const bool per_head = pick(0, 1) == 1;
  const bool per_query = pick(0, 1) == 1;
  const bool per_key = pick(0, 3) != 0;
  const int cells = per_key ? shape_.kv_len : 1;
  const int64_t rows = (per_head ? shape_.num_heads : 1) * (per_query ? shape_.q_len : 1);
  AttentionMask& mask = options_.mask;
  mask.key_stride = per_key ? 1 : 0;
  mask.query_stride = per_query ? cells : 0;
  mask.head_stride = per_head ? (per_query ? shape_.q_len : 1) * cells : 0;
  const bool whole_rows = has(Feature::kForbiddenRows);
  std::vector<bool> forbidden;
  for (int64_t row = 0; row < rows; ++row) {
    const bool nothing = whole_rows && pick(0, 2) == 0;
    for (int key = 0; key < cells; ++key) forbidden.push_back(nothing || pick(0, 3) == 0);
  }
  if (boolean) {
    for (const bool cell : forbidden) allowed_.push_back(cell ? 0 : static_cast<uint8_t>(pick(1, 255)));
    allowed_.push_back(0);  // so that an empty mask is still a mask
    mask.allowed = allowed_.data();
  } else {
    bias_ = normal(static_cast<int64_t>(forbidden.size()) + 1);
    for (size_t i = 0; i < forbidden.size(); ++i) {
      if (forbidden[i]) bias_[i] = -std::numeric_limits<float>::infinity();
    }
    mask.bias = bias_.data();
  }
}

void AttentionCase::choose_rope() {
  RopeOptions& rope = options_.rope;
  rope.enabled = (has(Feature::kRopeHalves) || has(Feature::kRopeInterleaved)) && shape_.head_dim > 1;
  if (!rope.enabled) return;
  rope.interleaved = has(Feature::kRopeInterleaved);
  rope.dims = shape_.head_dim / 2 * 2;
  if (has(Feature::kRopePartial)) rope.dims = std::max(2, shape_.head_dim / 4 * 2);
  if (!has(Feature::kRopeScaling)) return;
  rope.scaling.type = pick(0, 1) == 0 ? RopeScalingType::kLinear : RopeScalingType::kLlama3;
  rope.scaling.factor = 4;
  rope.scaling.original_max_position_embeddings = 64;
}

std::string AttentionCase::describe() const {
  std::ostringstream text;
  const Visibility& rule = options_.visibility;
  text << "seed " << seed_ << " features {";
  for (const Feature feature : features_) text << ' ' << static_cast<int>(feature);
  text << " } heads " << shape_.num_heads << '/' << shape_.num_kv_heads << " q " << shape_.q_len << " kv "
       << shape_.kv_len << " dim " << shape_.head_dim << " v dim " << shape_.v_head_dim << " past "
       << rule.past_len << " window " << rule.window_left << ' ' << rule.window_right << " kv_length "
       << rule.kv_length << " softcap " << options_.softcap << " rope dims " << options_.rope.dims;
  return text.str();
}

void AttentionCase::check(unsigned wanted) {
  SCOPED_TRACE(describe() + " taps " + std::to_string(wanted));
  const Status status = validate(shape_, options_);
  ASSERT_TRUE(status.ok()) << status.message();

  const auto rows = static_cast<size_t>(num_tapped_heads_) * static_cast<size_t>(shape_.q_len);
  const auto kv_len = static_cast<size_t>(shape_.kv_len);
  std::vector<float> maps[4];
  std::vector<float> lse(rows + 1, kUnwritten);
  for (auto& map : maps) map.assign(rows * kv_len + 1, kUnwritten);
  Taps taps;
  taps.heads = tap_rows_.data();
  if (wanted & 1) taps.scores = maps[0].data();
  if (wanted & 2) taps.softcapped = maps[1].data();
  if (wanted & 4) taps.masked = maps[2].data();
  if (wanted & 8) taps.weights = maps[3].data();
  if (wanted & 16) taps.lse = lse.data();

  std::vector<float> output(static_cast<size_t>(shape_.num_heads * shape_.q_len * shape_.v_head_dim) + 1,
                            kUnwritten);
  const auto scratch_floats = static_cast<size_t>(attend_scratch_floats(shape_, options_, taps));
  std::vector<float> scratch(scratch_floats + 1, kUnwritten);
  const int64_t q_rows = shape_.q_len;
  const int64_t kv_rows = shape_.kv_len;
  attend(shape_, options_, {query_.data(), q_rows * shape_.head_dim, shape_.head_dim},
         {key_.data(), kv_rows * shape_.head_dim, shape_.head_dim},
         {value_.data(), kv_rows * shape_.v_head_dim, shape_.v_head_dim},
         {output.data(), q_rows * shape_.v_head_dim, shape_.v_head_dim}, taps, scratch.data());

  const auto expected = reference::attend(shape_, options_, widen(query_), widen(key_), widen(value_));
  ASSERT_EQ(scratch[scratch_floats], kUnwritten) << "wrote past the scratch memory";
  ASSERT_EQ(output.back(), kUnwritten) << "wrote past the output";
  output.pop_back();
  expect_close("output", output, expected.output, false);
  const std::vector<double>* expected_maps[] = {&expected.scores, &expected.softcapped, &expected.masked,
                                                &expected.weights};
  const char* names[] = {"scores", "softcapped", "masked", "weights"};
  const auto map_size = static_cast<size_t>(shape_.q_len) * kv_len;
  for (unsigned tap = 0; tap < 4; ++tap) {
    ASSERT_EQ(maps[tap].back(), kUnwritten) << "wrote past " << names[tap];
    if ((wanted & (1u << tap)) == 0) continue;
    maps[tap].pop_back();
    expect_close(names[tap], maps[tap], chosen(*expected_maps[tap], tap_rows_, num_tapped_heads_, map_size),
                 tap == 3);
  }
  if (wanted & 16) {
    lse.pop_back();
    expect_close("lse", lse,
                 chosen(expected.lse, tap_rows_, num_tapped_heads_, static_cast<size_t>(shape_.q_len)),
                 false);
  }
}

}  // namespace attention_head::test
