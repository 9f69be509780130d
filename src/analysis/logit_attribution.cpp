#include "analysis/logit_attribution.h"

#include <Eigen/Core>
#include <cmath>

#include "kernels/weight_row.h"

namespace attention_head {

namespace {

using Vector = Eigen::Map<Eigen::VectorXf>;
using ConstVector = Eigen::Map<const Eigen::VectorXf>;

// What a vector in the residual stream gives to the logit: its product with the token's row of the output
// matrix, through the final norm with the factor that the run had.
class Direction {
 public:
  Direction(const ModelRun& run, int token, float* row) : size_(run.model().hidden_size), row_(row, size_) {
    const Transformer& model = run.model();
    copy_weight_row(model.output, token, row);
    const ConstVector residual(run.last_token().residual(), size_);
    const Norm& norm = model.final_norm;
    centred_ = norm.bias != nullptr;
    if (centred_) bias_ = ConstVector(norm.bias, size_).cast<double>().dot(row_.cast<double>());
    const double mean = centred_ ? residual.cast<double>().mean() : 0;
    const double square = (residual.cast<double>().array() - mean).square().mean();
    row_ = row_.cwiseProduct(ConstVector(norm.weight, size_));
    factor_ = 1 / std::sqrt(square + model.norm_eps);
    row_sum_ = row_.cast<double>().sum();
  }

  [[nodiscard]] double bias() const { return bias_; }
  [[nodiscard]] double logit_of(const float* part) const {
    const ConstVector vector(part, size_);
    double product = vector.cast<double>().dot(row_.cast<double>());
    if (centred_) product -= vector.cast<double>().mean() * row_sum_;
    return factor_ * product;
  }

 private:
  int size_;
  Vector row_;
  bool centred_ = false;
  double bias_ = 0;
  double factor_ = 1;
  double row_sum_ = 0;
};

}  // namespace

Status LogitAttribution::compute(ModelRun& run, int token, float* scratch, double* parts) {
  const Transformer& model = run.model();
  if (!model.predicts()) {
    return invalid_argument("attributeLogit: this model has no language head, so it predicts no token.");
  }
  if (!(token >= 0 && token < model.vocab_size)) {
    return invalid_argument("token must be from 0 to ", model.vocab_size - 1, ", got ", token, ".");
  }
  const int size = model.hidden_size;
  const Direction direction(run, token, scratch);
  float* const added = scratch + size;
  *parts++ = direction.logit_of(run.last_token().embedding());
  *parts++ = direction.bias();
  for (int layer = 0; layer < model.num_layers; ++layer) {
    const TransformerLayer& parameters = model.layers[layer];
    const float* const norm = parameters.attention_output_norm.weight;
    const auto through_norm = [&](float* vector) {
      if (norm == nullptr) return;
      const float factor = run.last_token().attention_factor(layer);
      Vector(vector, size) = Vector(vector, size).cwiseProduct(ConstVector(norm, size)) * factor;
    };
    for (int head = 0; head < run.num_heads(); ++head) {
      if (Status status = run.tap(ModelRun::kContribution, layer, head); !status.ok()) return status;
      const auto* const rows = reinterpret_cast<const float*>(run.address(ModelRun::kTap));
      Vector(added, size) = ConstVector(rows + int64_t{run.length() - 1} * size, size);
      through_norm(added);
      *parts++ = direction.logit_of(added);
    }
    const float* const bias = parameters.attention.output.bias;
    if (bias != nullptr) {
      Vector(added, size) = ConstVector(bias, size);
      through_norm(added);
    }
    *parts++ = bias == nullptr ? 0 : direction.logit_of(added);
    *parts++ = direction.logit_of(run.last_token().feed_forward(layer));
  }
  return {};
}

}  // namespace attention_head
