#include "model/model.h"

#include <algorithm>
#include <cstring>

#include "model/model_run.h"
#include "model/wire.h"

namespace attention_head {

Status Model::open() {
  if (!staging_.reserve(kStagingBytes)) return out_of_memory("Loading a model", kStagingBytes);
  return {};
}

Status Model::configure() {
  const auto* const numbers = static_cast<const double*>(staging_.data());
  std::memcpy(&config_, numbers, sizeof config_);
  if (Status status = config_.check(); !status.ok()) return status;
  const double* const windowed = numbers + sizeof config_ / sizeof(double);
  const auto layers = static_cast<int>(config_.num_layers);
  for (int i = 0; i < layers; ++i) windowed_[i] = config_.sliding_window > 0 && windowed[i] != 0;
  const double* const factors = windowed + layers;
  const double num_factors = config_.rope.num_factors + config_.local_rope.num_factors;
  const double bytes = 4 * num_factors;
  if (!rope_factors_.reserve(bytes)) return out_of_memory("Loading a model", bytes);
  std::transform(factors, factors + static_cast<int>(num_factors),
                 static_cast<float*>(rope_factors_.data()),
                 [](double factor) { return static_cast<float>(factor); });
  return tensors_.create(config_);
}

Status Model::begin_file(double tensors, double alignment) {
  const bool is_gguf = static_cast<FileFormat>(config_.file_format) == FileFormat::kGguf;
  return file_.begin(tensors, alignment, !is_gguf);
}

Status Model::note_tensor(std::string_view name) { return tensors_.note(name); }

Status Model::add_tensor(std::string_view name, std::string_view dtype, int rank, double begin,
                         double end) {
  return file_.add(tensors_, name, dtype, static_cast<const double*>(staging_.data()),
                   std::min(rank, TensorFile::kMostDims), begin, end);
}

double Model::bytes(double tokens) {
  wire(config_, windowed_, static_cast<const float*>(rope_factors_.data()), tensors_, transformer_);
  const double most = std::min(tokens, config_.max_positions);
  return tensors_.bytes() + ModelRun::bytes(transformer_, static_cast<int>(most));
}

Status Model::check_tensors(double data_bytes, bool is_last_file) {
  if (Status status = file_.check(data_bytes); !status.ok()) return status;
  if (is_last_file) {
    if (Status status = tensors_.check_complete(); !status.ok()) return status;
  }
  return tensors_.take_memory();
}

Status Model::append(int count) {
  return file_.append(static_cast<const uint8_t*>(staging_.data()), count);
}

void Model::finish() {
  tensors_.finish();
  wire(config_, windowed_, static_cast<const float*>(rope_factors_.data()), tensors_, transformer_);
}

}  // namespace attention_head
