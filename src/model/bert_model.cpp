#include "model/bert_model.h"

#include <algorithm>

namespace attention_head {

Status BertModel::create(const BertConfig& config) {
  if (!staging_.reserve(kStagingBytes)) return out_of_memory("Loading a model", kStagingBytes);
  return weights_.create(config);
}

Status BertModel::add_tensor(std::string_view name, std::string_view dtype, int rank, double begin,
                             double end) {
  return file_.add(weights_, name, dtype, static_cast<const double*>(staging_.data()),
                   std::min(rank, TensorFile::kMostDims), begin, end);
}

Status BertModel::check_tensors(double data_bytes) {
  Status status = file_.check(data_bytes);
  return status.ok() ? weights_.check_complete() : status;
}

Status BertModel::append(int count) {
  return file_.append(static_cast<const uint8_t*>(staging_.data()), count);
}

}  // namespace attention_head
