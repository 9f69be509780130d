#include "attention/multi_head_layer_reference.h"

#include <cstddef>

#include "attention/attend_reference.h"
#include "kernels/matmul_reference.h"

namespace attention_head::reference {

namespace {

// x [tokens, in] · matrix [in, heads · dim] + bias, as [heads, tokens, dim].
std::vector<double> project(const std::vector<double>& x, const std::vector<double>& matrix,
                            const std::vector<double>& bias, int tokens, int in, int heads, int dim) {
  const std::vector<double> flat = matmul(x, matrix, tokens, in, heads * dim);
  std::vector<double> result;
  for (int head = 0; head < heads; ++head) {
    for (int token = 0; token < tokens; ++token) {
      for (int d = 0; d < dim; ++d) {
        const int column = head * dim + d;
        const int cell = token * heads * dim + column;
        result.push_back(flat[static_cast<size_t>(cell)] + bias[static_cast<size_t>(column)]);
      }
    }
  }
  return result;
}

}  // namespace

LayerResult multi_head_layer(const AttentionShape& shape, const AttentionOptions& options, int model_dim,
                             const LayerMatrices& matrices, const std::vector<double>& factors,
                             const std::vector<double>& x) {
  const int tokens = shape.q_len;
  const auto query =
      project(x, matrices.query, matrices.query_bias, tokens, model_dim, shape.num_heads, shape.head_dim);
  const auto key =
      project(x, matrices.key, matrices.key_bias, tokens, model_dim, shape.num_kv_heads, shape.head_dim);
  const auto value = project(x, matrices.value, matrices.value_bias, tokens, model_dim, shape.num_kv_heads,
                             shape.v_head_dim);
  const Attention attention = attend(shape, options, query, key, value);

  LayerResult result;
  for (int token = 0; token < tokens; ++token) {
    result.output.insert(result.output.end(), matrices.output_bias.begin(), matrices.output_bias.end());
  }
  const auto head_floats = static_cast<ptrdiff_t>(tokens) * shape.v_head_dim;
  const auto slice_floats = static_cast<ptrdiff_t>(shape.v_head_dim) * model_dim;
  for (int head = 0; head < shape.num_heads; ++head) {
    std::vector<double> output(attention.output.begin() + head * head_floats,
                               attention.output.begin() + (head + 1) * head_floats);
    for (double& element : output) element *= factors[static_cast<size_t>(head)];
    const std::vector<double> slice(matrices.output.begin() + head * slice_floats,
                                    matrices.output.begin() + (head + 1) * slice_floats);
    const auto contribution = matmul(output, slice, tokens, shape.v_head_dim, model_dim);
    for (size_t i = 0; i < contribution.size(); ++i) result.output[i] += contribution[i];
    result.contributions.insert(result.contributions.end(), contribution.begin(), contribution.end());
  }
  return result;
}

}  // namespace attention_head::reference
