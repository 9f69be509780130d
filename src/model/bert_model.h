#pragma once

#include <cstdint>

#include "kernels/buffer.h"
#include "model/bert_weights.h"
#include "model/tensor_file.h"

namespace attention_head {

// A BERT encoder as it comes over the border: a config, then a file whose header and bytes pass through
// `staging`.
class BertModel {
 public:
  static constexpr int kStagingBytes = 1 << 18;

  Status create(const BertConfig& config);
  // The shape, `rank` doubles, lies in staging.
  Status add_tensor(std::string_view name, std::string_view dtype, int rank, double begin, double end);
  // The header is whole: all tensors that are needed are there, and together they are the file.
  Status check_tensors(double data_bytes);
  // The next bytes of the file lie in staging.
  Status append(int count);

  [[nodiscard]] TensorFile& file() { return file_; }
  [[nodiscard]] const BertWeights& weights() const { return weights_; }
  [[nodiscard]] uintptr_t staging() const { return reinterpret_cast<uintptr_t>(staging_.data()); }

 private:
  BertWeights weights_;
  TensorFile file_;
  Buffer staging_;
};

}  // namespace attention_head
