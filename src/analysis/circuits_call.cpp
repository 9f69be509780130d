#include "analysis/circuits_call.h"

#include <algorithm>
#include <vector>

namespace attention_head {

Status CircuitsCall::prepare(const Transformer& model) {
  if (model.hidden_size > kMostHidden) {
    return invalid_argument("Circuits are for models of a hidden size up to ", kMostHidden, ", got ",
                            model.hidden_size, ".");
  }
  model_ = &model;
  if (model.predicts()) embedding_product_ = embedding_product(model);
  return {};
}

Status CircuitsCall::take_memory(double results) {
  return result_.reserve(8 * results) ? Status() : out_of_memory("These circuits", 8 * results);
}

Status CircuitsCall::heads(int layer) {
  const MultiHeadLayer& attention = model_->layers[layer].attention;
  const int dim = attention.head_dim;
  const int columns = 2 * dim + 1;
  if (Status status = take_memory(1.0 * attention.num_heads * columns); !status.ok()) return status;
  for (int head = 0; head < attention.num_heads; ++head) {
    const HeadCircuit circuit = read_circuit(*model_, layer, head);
    const Eigen::VectorXf qk = qk_singular_values(circuit);
    const Eigen::VectorXf ov = ov_singular_values(circuit);
    double* const row = results() + int64_t{head} * columns;
    std::fill_n(row, columns, 0.0);
    std::copy_n(qk.data(), qk.size(), row);
    std::copy_n(ov.data(), ov.size(), row + dim);
    if (model_->predicts()) row[2 * dim] = copying_score(circuit, embedding_product_);
  }
  return {};
}

Status CircuitsCall::composition(Composition kind, int earlier_layer, int later_layer) {
  const int heads = model_->layers[0].attention.num_heads;
  if (Status status = take_memory(1.0 * heads * heads); !status.ok()) return status;
  std::vector<HeadCircuit> earlier;
  earlier.reserve(static_cast<size_t>(heads));
  for (int head = 0; head < heads; ++head) earlier.push_back(read_circuit(*model_, earlier_layer, head));
  for (int head = 0; head < heads; ++head) {
    const HeadCircuit later = read_circuit(*model_, later_layer, head);
    for (int other = 0; other < heads; ++other) {
      results()[int64_t{head} * heads + other] =
          composition_score(kind, earlier[static_cast<size_t>(other)], later);
    }
  }
  return {};
}

}  // namespace attention_head
