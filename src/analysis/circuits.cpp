#include "analysis/circuits.h"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <Eigen/SVD>
#include <algorithm>

#include "kernels/weight_row.h"

namespace attention_head {

namespace {

// Rows [first, first + count) of w as float32.
Eigen::MatrixXf rows_of(const WeightMatrix& w, int first, int count) {
  Eigen::MatrixXf rows(count, w.in);
  Eigen::VectorXf row(w.in);
  for (int i = 0; i < count; ++i) {
    copy_weight_row(w, first + i, row.data());
    rows.row(i) = row;
  }
  return rows;
}

Eigen::Map<const Eigen::VectorXf> vector_of(const float* data, int size) { return {data, size}; }

// R of a factor [hidden, head_dim] = Q R: a product's norm and singular values are those with R in its
// place.
Eigen::MatrixXf triangle_of(const Eigen::MatrixXf& tall) {
  const Eigen::Index rank = std::min(tall.rows(), tall.cols());
  const Eigen::HouseholderQR<Eigen::MatrixXf> qr(tall);
  return qr.matrixQR().topRows(rank).triangularView<Eigen::Upper>();
}

// The singular values of left · rightᵀ, both [hidden, head_dim].
Eigen::VectorXf singular_values(const Eigen::MatrixXf& left, const Eigen::MatrixXf& right) {
  const Eigen::MatrixXf core = triangle_of(left) * triangle_of(right).transpose();
  return core.jacobiSvd().singularValues();
}

// The Frobenius norm of left · core · rightᵀ.
float norm_of(const Eigen::MatrixXf& left, const Eigen::MatrixXf& core, const Eigen::MatrixXf& right) {
  return (triangle_of(left) * core * triangle_of(right).transpose()).norm();
}

float norm_of(const Eigen::MatrixXf& left, const Eigen::MatrixXf& right) {
  return (triangle_of(left) * triangle_of(right).transpose()).norm();
}

}  // namespace

HeadCircuit read_circuit(const Transformer& model, int layer, int head) {
  const TransformerLayer& parameters = model.layers[layer];
  const MultiHeadLayer& attention = parameters.attention;
  const int dim = attention.head_dim;
  const int kv_head = attention.shape(1, 1).kv_head(head);
  HeadCircuit circuit;
  circuit.query = rows_of(attention.query.matrix, head * dim, dim);
  circuit.key = rows_of(attention.key.matrix, kv_head * dim, dim);
  circuit.value = rows_of(attention.value.matrix, kv_head * dim, dim);
  circuit.output = rows_of(attention.output.matrix, 0, model.hidden_size).middleCols(head * dim, dim);
  if (const float* const weight = parameters.attention_norm.weight; weight != nullptr) {
    const auto norm = vector_of(weight, model.hidden_size).asDiagonal();
    for (Eigen::MatrixXf* matrix : {&circuit.query, &circuit.key, &circuit.value}) *matrix = *matrix * norm;
  }
  return circuit;
}

Eigen::VectorXf qk_singular_values(const HeadCircuit& head) {
  return singular_values(head.query.transpose(), head.key.transpose());
}

Eigen::VectorXf ov_singular_values(const HeadCircuit& head) {
  return singular_values(head.output, head.value.transpose());
}

Eigen::MatrixXf embedding_product(const Transformer& model) {
  constexpr int kRows = 256;
  const int hidden = model.hidden_size;
  Eigen::MatrixXf product = Eigen::MatrixXf::Zero(hidden, hidden);
  for (int first = 0; first < model.vocab_size; first += kRows) {
    const int count = std::min(kRows, model.vocab_size - first);
    product +=
        rows_of(model.token_embedding, first, count).transpose() * rows_of(model.output, first, count);
  }
  if (model.final_norm.weight != nullptr) {
    product = product * vector_of(model.final_norm.weight, hidden).asDiagonal();
  }
  return product;
}

float copying_score(const HeadCircuit& head, const Eigen::MatrixXf& embedding_product) {
  // The circuit's eigenvalues that aren't 0 are those of its factors the other way round.
  const Eigen::MatrixXf core = head.value * embedding_product * head.output;
  const Eigen::VectorXcf eigenvalues = core.eigenvalues();
  return eigenvalues.sum().real() / eigenvalues.cwiseAbs().sum();
}

float composition_score(Composition kind, const HeadCircuit& earlier, const HeadCircuit& later) {
  const float earlier_norm = norm_of(earlier.output, earlier.value.transpose());
  if (kind == Composition::kValue) {
    const float norm = norm_of(later.output, later.value * earlier.output, earlier.value.transpose());
    return norm / earlier_norm / norm_of(later.output, later.value.transpose());
  }
  const bool is_query = kind == Composition::kQuery;
  const Eigen::MatrixXf& reading = is_query ? later.query : later.key;
  const Eigen::MatrixXf& other = is_query ? later.key : later.query;
  const float norm = norm_of(other.transpose(), reading * earlier.output, earlier.value.transpose());
  return norm / earlier_norm / norm_of(reading.transpose(), other.transpose());
}

}  // namespace attention_head
