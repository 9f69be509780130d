#pragma once

#include <cstdint>

#include "kernels/buffer.h"
#include "model/model_config.h"
#include "model/model_tensors.h"
#include "model/tensor_file.h"
#include "model/transformer.h"

namespace attention_head {

// A model as it comes over the border: its config, then one file of tensors or several, each a header and
// bytes. All pass through `staging`.
class Model {
 public:
  static constexpr int kStagingBytes = 1 << 18;

  // Takes the staging memory.
  Status open();
  // The config lies in staging, behind it a double for each layer, whether it is windowed, and behind those
  // what divides the rotary frequencies.
  Status configure();
  Status begin_file(double tensors, double alignment);
  // The names of a file's tensors, or of all files, are told before the tensors are added; not those of a
  // GGUF, which are always the same.
  Status note_tensor(std::string_view name);
  // The shape, `rank` doubles, lies in staging.
  Status add_tensor(std::string_view name, std::string_view dtype, int rank, double begin, double end);
  // What the model takes, with a text of so many tokens or as many as it reads; known once a header is.
  double bytes(double tokens);
  // The header is whole: its tensors are the file, and those of all files are the model. Takes their
  // memory.
  Status check_tensors(double data_bytes, bool is_last_file);
  // The next bytes of the file lie in staging.
  Status append(int count);
  Status finish_file() { return file_.finish(); }
  // All files came.
  void finish();

  [[nodiscard]] const Transformer& transformer() const { return transformer_; }
  [[nodiscard]] uintptr_t staging() const { return reinterpret_cast<uintptr_t>(staging_.data()); }

 private:
  ModelConfig config_{};
  bool windowed_[ModelConfig::kMostLayers] = {};
  Buffer rope_factors_;  // empty where no numbers divide the frequencies
  Buffer staging_;
  ModelTensors tensors_;
  TensorFile file_;
  Transformer transformer_;
};

}  // namespace attention_head
