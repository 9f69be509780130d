#pragma once

#include "kernels/buffer.h"
#include "model/families/family.h"
#include "model/model_config.h"
#include "model/tensor_slot.h"

namespace attention_head {

// The tensors that a model of a config needs, found by the names that its family's files give them.
class ModelTensors : public TensorSlots {
 public:
  ~ModelTensors() override;

  Status create(const ModelConfig& config);
  // Tells the name of a tensor of a Hugging Face file before any is looked for, in any order: what stands
  // before the model's own names is found by those that only it has. The error names two that can't both be
  // the model's.
  Status note(std::string_view name);
  TensorSlot* find(std::string_view name) override;
  // Takes memory for what was filled since the last time: the tensors of one file.
  Status take_memory();
  // What all will take: those of files to come too, which are of floats in a Hugging Face folder.
  [[nodiscard]] double bytes() const;
  // The error that names a tensor which no file held.
  [[nodiscard]] Status check_complete() const;
  // All is read: an output that is the token embeddings once more gives its memory back.
  void finish();

  // A part of a layer, or of the model (layer 0); null where the model has none.
  [[nodiscard]] const TensorSlot* at(Part part, int layer) const;
  // What turns hidden states into logits: a tensor of its own, or the token embeddings where they are tied.
  // Null where there is no language head.
  [[nodiscard]] const TensorSlot* output() const;
  // A tied model may have been saved with its output alone.
  [[nodiscard]] const TensorSlot* token_embedding() const;

 private:
  // What stands before the model's names in its files, and the tensor that it was found by.
  struct Prefix {
    static constexpr size_t kCapacity = 256;
    char name[kCapacity];
    size_t name_length = 0;
    size_t length = 0;

    [[nodiscard]] std::string_view text() const { return {name, length}; }
    [[nodiscard]] std::string_view found_by() const { return {name, name_length}; }
  };

  [[nodiscard]] TensorSlot* slots() const { return static_cast<TensorSlot*>(slots_.data()); }
  [[nodiscard]] bool needs(Part part) const;
  [[nodiscard]] TensorSlot shaped(Part part) const;
  void add(Part part, int layer);
  [[nodiscard]] bool is_tied() const { return config_.tied_embeddings != 0; }
  [[nodiscard]] bool is_needed(const TensorSlot& slot) const;
  [[nodiscard]] const TensorName* find_name(std::string_view name, bool of_layer) const;
  [[nodiscard]] bool is_of_model_alone(std::string_view name) const;
  // What stands before the tensors of the model, and before its output.
  [[nodiscard]] std::string_view prefix() const;
  [[nodiscard]] std::string_view output_prefix() const;
  [[nodiscard]] std::string_view name_of(Part part) const;

  ModelConfig config_{};
  const Family* family_ = nullptr;
  const Family* names_ = nullptr;                         // the family's own, or GGUF's
  int first_of_[static_cast<int>(Part::kNumParts)] = {};  // slot of a part in layer 0, or -1
  Prefix prefix_;
  int slots_a_layer_ = 0;
  Buffer slots_;
  int num_slots_ = 0;
};

}  // namespace attention_head
