#pragma once

#include "kernels/buffer.h"
#include "model/families/family.h"
#include "model/model_config.h"
#include "model/tensor_slot.h"

namespace attention_head {

// The tensors that a model of a config needs, found by the names that its family's files give them.
class ModelTensors : public TensorSlots {
 public:
  static constexpr int kMostFiles = 64;

  Status create(const ModelConfig& config);
  TensorSlot* find(std::string_view name) override;
  // Takes memory for what was filled since the last time: the tensors of one file.
  Status take_memory();
  // The error that names a tensor which no file held.
  [[nodiscard]] Status check_complete() const;

  // A part of a layer, or of the model (layer 0); null where the model has none.
  [[nodiscard]] const TensorSlot* at(Part part, int layer) const;

 private:
  [[nodiscard]] TensorSlot* slots() const { return static_cast<TensorSlot*>(slots_.data()); }
  [[nodiscard]] bool needs(Part part) const;
  [[nodiscard]] TensorSlot shaped(Part part) const;
  void add(Part part, int layer);
  [[nodiscard]] std::string_view name_of(Part part) const;

  ModelConfig config_{};
  const Family* family_ = nullptr;
  const Family* names_ = nullptr;                         // the family's own, or GGUF's
  int first_of_[static_cast<int>(Part::kNumParts)] = {};  // slot of a part in layer 0, or -1
  int slots_a_layer_ = 0;
  Buffer slots_;
  int num_slots_ = 0;
  Buffer memories_[kMostFiles];
  int num_files_ = 0;
};

}  // namespace attention_head
