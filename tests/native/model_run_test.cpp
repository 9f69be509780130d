// What a transformer of one dimension reads of a text, whose layer adds nothing: sums known by hand.
#include "model/model_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "kernels/panel.h"

namespace attention_head::test {

namespace {

// One column: its numbers are its panels, filled up with zeros.
struct Column {
  explicit Column(std::vector<float> numbers)
      : rows(static_cast<int>(numbers.size())), panels(std::move(numbers)) {
    panels.resize(static_cast<size_t>(panel_floats(1, rows)));
  }
  [[nodiscard]] WeightMatrix matrix() const { return {.out = rows, .in = 1, .data = panels.data()}; }

  int rows;
  std::vector<float> panels;
};

// Token n is 100 n, type n is 10 n and position n is n.
struct Numbers {
  Column tokens{{0, 100, 200, 300, 400}};
  Column types{{0, 10}};
  Column positions{{0, 1, 2, 3, 4, 5, 6}};
  Column zero{{0}};
};

Transformer encoder(const Numbers& numbers, int position_offset) {
  Transformer model;
  model.vocab_size = numbers.tokens.rows;
  model.hidden_size = model.intermediate_size = model.num_layers = 1;
  model.position_offset = position_offset;
  model.max_positions = numbers.positions.rows - position_offset;
  model.token_embedding = numbers.tokens.matrix();
  model.type_embedding = numbers.types.matrix();
  model.position_embedding = numbers.positions.matrix();
  TransformerLayer& layer = model.layers[0];
  MultiHeadLayer& attention = layer.attention;
  attention.model_dim = attention.num_heads = attention.num_kv_heads = 1;
  attention.head_dim = attention.v_head_dim = 1;
  attention.query.matrix = attention.key.matrix = attention.value.matrix = attention.output.matrix =
      layer.up.matrix = layer.down.matrix = numbers.zero.matrix();
  return model;
}

std::vector<float> hidden_states(ModelRun& run, const Transformer& model, const std::vector<int32_t>& ids,
                                 const std::vector<int32_t>& types) {
  EXPECT_TRUE(run.prepare(model, static_cast<double>(ids.size()), false).ok());
  std::copy(ids.begin(), ids.end(), reinterpret_cast<int32_t*>(run.address(ModelRun::kIds)));
  std::copy(types.begin(), types.end(), reinterpret_cast<int32_t*>(run.address(ModelRun::kTypes)));
  EXPECT_TRUE(run.run(false).ok());
  const auto* const hidden = reinterpret_cast<const float*>(run.address(ModelRun::kHidden));
  return {hidden, hidden + ids.size()};
}

}  // namespace

TEST(ModelRun, ATokenHasItsTypeAndItsPosition) {
  const Numbers numbers;
  const Transformer model = encoder(numbers, 0);
  ModelRun run;
  const std::vector<float> expected = {0, 311, 102, 413, 104};
  EXPECT_EQ(hidden_states(run, model, {0, 3, 1, 4, 1}, {0, 1, 0, 1, 0}), expected);
}

TEST(ModelRun, PaddingTakesThePositionOfItsOwnNumberAndIsNotCounted) {
  const Numbers numbers;
  const Transformer model = encoder(numbers, 2);
  ModelRun run;
  const std::vector<float> expected = {101, 2, 313, 101, 404};
  EXPECT_EQ(hidden_states(run, model, {1, 0, 3, 1, 4}, {0, 0, 1, 0, 0}), expected);
}

TEST(ModelRun, ATypeBeyondTheModelsIsAnError) {
  const Numbers numbers;
  const Transformer model = encoder(numbers, 0);
  ModelRun run;
  ASSERT_TRUE(run.prepare(model, 1, false).ok());
  *reinterpret_cast<int32_t*>(run.address(ModelRun::kIds)) = 0;
  *reinterpret_cast<int32_t*>(run.address(ModelRun::kTypes)) = 2;
  EXPECT_FALSE(run.begin(1, 1).ok());
}

}  // namespace attention_head::test
