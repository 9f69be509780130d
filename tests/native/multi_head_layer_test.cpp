#include "attention/multi_head_layer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "attention/attend.h"
#include "attention/multi_head_layer_reference.h"
#include "attention/rope.h"
#include "kernels/panel.h"
#include "random_floats.h"

namespace attention_head::test {

namespace {

// A random layer, its panels and its reference.
struct RandomLayer {
  MultiHeadLayer layer;
  reference::LayerMatrices matrices;
  std::vector<std::vector<float>> memory;

  RandomLayer(int model_dim, int num_heads, int num_kv_heads, int head_dim, int v_head_dim) {
    layer.model_dim = model_dim;
    layer.num_heads = num_heads;
    layer.num_kv_heads = num_kv_heads;
    layer.head_dim = head_dim;
    layer.v_head_dim = v_head_dim;
    layer.attention.scale = static_cast<float>(1 / std::sqrt(head_dim));
    layer.attention.visibility.is_causal = true;
    layer.attention.rope = {true, false, 10000, head_dim, {}};
    layer.query = add(model_dim, num_heads * head_dim, matrices.query, matrices.query_bias);
    layer.key = add(model_dim, num_kv_heads * head_dim, matrices.key, matrices.key_bias);
    layer.value = add(model_dim, num_kv_heads * v_head_dim, matrices.value, matrices.value_bias);
    layer.output = add(num_heads * v_head_dim, model_dim, matrices.output, matrices.output_bias);
  }

  LinearWeights add(int in, int out, std::vector<double>& matrix, std::vector<double>& bias) {
    const auto seed = static_cast<uint32_t>(memory.size());
    std::vector<float> weights = random_floats(seed, static_cast<int64_t>(in) * out);
    for (float& weight : weights) weight /= std::sqrt(static_cast<float>(in));
    matrix = widen(weights);
    std::vector<float> panels(static_cast<size_t>(panel_floats(in, out)));
    pack(weights.data(), out, in, out, panels.data());
    memory.push_back(std::move(panels));
    memory.push_back(random_floats(seed + 100, out));
    bias = widen(memory.back());
    return {{out, in, memory[memory.size() - 2].data()}, memory.back().data()};
  }

  // Runs tokens [first, first + count) of x against keys and values that hold those before. Returns the
  // layer's output and, behind it, each head's contribution.
  std::vector<float> forward(const float* x, int first, int count, const std::vector<float>& factors,
                             std::vector<float>& keys, std::vector<float>& values) const {
    const int kv_width = layer.num_kv_heads * layer.head_dim;
    const int v_width = layer.num_kv_heads * layer.v_head_dim;
    const auto floats = [](int64_t n) { return std::vector<float>(static_cast<size_t>(n)); };
    auto query = floats(static_cast<int64_t>(count) * layer.num_heads * layer.head_dim);
    auto table = floats(rope_table_floats(count, layer.attention.rope.dims));
    auto heads = floats(static_cast<int64_t>(count) * layer.num_heads * layer.v_head_dim);
    float* const new_keys = keys.data() + first * kv_width;
    project_query(layer, x + first * layer.model_dim, count, query.data());
    project_key_value(layer, x + first * layer.model_dim, count, new_keys, values.data() + first * v_width);
    rope_table(layer.attention.rope, first, count, table.data());
    rotate_heads(layer, table.data(), layer.num_heads, count, query.data());
    rotate_heads(layer, table.data(), layer.num_kv_heads, count, new_keys);

    AttentionOptions options = layer.attention;
    options.rope.enabled = false;
    options.visibility.past_len = first;
    const AttentionShape shape = layer.shape(count, first + count);
    auto scratch = floats(attend_scratch_floats(shape, options, {}));
    const auto view = [](const std::vector<float>& data, int num_heads, int dim) {
      return HeadsIn{data.data(), dim, static_cast<int64_t>(num_heads) * dim};
    };
    attend(shape, options, view(query, layer.num_heads, layer.head_dim),
           view(keys, layer.num_kv_heads, layer.head_dim),
           view(values, layer.num_kv_heads, layer.v_head_dim),
           MultiHeadLayer::heads_of(heads.data(), layer.num_heads, layer.v_head_dim), {}, scratch.data());
    scale_heads(layer, factors.data(), count, heads.data());

    const int64_t size = static_cast<int64_t>(count) * layer.model_dim;
    auto out = floats(size * (1 + layer.num_heads));
    project_output(layer, heads.data(), count, out.data());
    for (int head = 0; head < layer.num_heads; ++head) {
      head_contribution(layer, head, heads.data() + head * layer.v_head_dim,
                        layer.num_heads * layer.v_head_dim, count, out.data() + size * (1 + head));
    }
    return out;
  }
};

void expect_close(const float* actual, const std::vector<double>& expected, const char* name) {
  for (size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(actual[i], expected[i], 5e-6 * std::max(1.0, std::abs(expected[i]))) << name << ' ' << i;
  }
}

}  // namespace

class MultiHeadLayerTest : public testing::TestWithParam<int> {};

TEST_P(MultiHeadLayerTest, EqualsTheReferenceWholeAndStepByStep) {
  const int tokens = GetParam();
  const RandomLayer random(21, 4, 2, 6, 5);
  const MultiHeadLayer& layer = random.layer;
  const std::vector<float> x = random_floats(7, static_cast<int64_t>(tokens) * layer.model_dim);
  const std::vector<float> factors{1.0f, 0.0f, -0.5f, 2.0f};
  const auto expected =
      reference::multi_head_layer(layer.shape(tokens, tokens), layer.attention, layer.model_dim,
                                  random.matrices, widen(factors), widen(x));
  std::vector<float> keys(static_cast<size_t>(tokens) * 12);
  std::vector<float> values(static_cast<size_t>(tokens) * 10);
  const auto whole = random.forward(x.data(), 0, tokens, factors, keys, values);
  expect_close(whole.data(), expected.output, "output");
  expect_close(whole.data() + expected.output.size(), expected.contributions, "contribution");

  std::vector<float> stepwise;
  for (int token = 0; token < tokens; ++token) {
    const auto step = random.forward(x.data(), token, 1, factors, keys, values);
    stepwise.insert(stepwise.end(), step.begin(), step.begin() + layer.model_dim);
  }
  expect_close(stepwise.data(), expected.output, "stepwise output");
}

INSTANTIATE_TEST_SUITE_P(Tokens, MultiHeadLayerTest, testing::Values(1, 2, 5, 9, 33));

TEST(MultiHeadLayer, AHeadScaledByZeroAddsNothingWhateverItHolds) {
  MultiHeadLayer layer;
  layer.num_heads = 2;
  layer.v_head_dim = 1;
  const float factors[] = {0.0f, 3.0f};
  float heads[] = {NAN, 2.0f};
  scale_heads(layer, factors, 1, heads);
  EXPECT_EQ(heads[0], 0.0f);
  EXPECT_EQ(heads[1], 6.0f);
}

}  // namespace attention_head::test
