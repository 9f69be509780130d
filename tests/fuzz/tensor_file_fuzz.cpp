// Bytes as a table of tensors and the data behind it: whatever they are, nothing is written but into the
// slots.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <string>
#include <vector>

#include "model/tensor_file.h"

namespace {

using attention_head::TensorFile;
using attention_head::TensorSlot;
using attention_head::TensorSlots;

// Takes whole numbers and names from the input's front; zeros when it has ended.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : data_(data), size_(size) {}
  uint8_t byte() {
    if (size_ == 0) return 0;
    --size_;
    return *data_++;
  }
  // Small and large numbers, negative ones, fractions and what isn't finite.
  double number() {
    const uint8_t kind = byte();
    if (kind < 200) return kind;
    double value = 0;
    uint8_t bytes[8];
    for (uint8_t& part : bytes) part = byte();
    std::memcpy(&value, bytes, 8);
    return value;
  }
  [[nodiscard]] const uint8_t* rest() const { return data_; }
  [[nodiscard]] size_t left() const { return size_; }

 private:
  const uint8_t* data_;
  size_t size_;
};

// Four tensors: a vector, a matrix, one of three side by side, and one whose heads are split.
class Slots : public TensorSlots {
 public:
  Slots() {
    all_[0].out = 6;
    for (int i = 1; i < 4; ++i) {
      all_[i].is_matrix = true;
      all_[i].out = 12;
      all_[i].in = 32;
    }
    all_[2].pieces = 3;
    all_[3].interleaved_heads = 3;
  }
  TensorSlot* find(std::string_view name) override {
    return name.size() == 1 && name[0] >= 'a' && name[0] <= 'd' ? &all_[name[0] - 'a'] : nullptr;
  }
  void take_memory() {
    for (int i = 0; i < 4; ++i) {
      memory_[i].resize(static_cast<size_t>(all_[i].bytes()));
      all_[i].data = memory_[i].data();
    }
  }

 private:
  TensorSlot all_[4];
  std::vector<uint8_t> memory_[4];
};

constexpr const char* kDtypes[] = {"F32",  "F16",  "BF16", "Q8_0", "Q4_0", "Q4_1",
                                   "Q5_0", "Q5_1", "Q4_K", "I64",  "BOOL", "none"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input input(data, size);
  Slots slots;
  TensorFile file;
  const int tensors = input.byte() % 8;
  const bool widens = input.byte() % 2 == 0;
  if (!file.begin(tensors, widens ? 1 : input.number(), widens).ok()) return 0;
  for (int i = 0; i < tensors; ++i) {
    const std::string name(1, static_cast<char>('a' + input.byte() % 6));
    const std::string_view dtype = kDtypes[input.byte() % std::size(kDtypes)];
    double shape[TensorFile::kMostDims];
    const int rank = input.byte() % (TensorFile::kMostDims + 1);
    for (int axis = 0; axis < rank; ++axis) shape[axis] = input.number();
    const double begin = input.number() * 8;
    const double end = begin + input.number() * (input.byte() % 2 == 0 ? 8 : 48);
    if (!file.add(slots, name, dtype, shape, rank, begin, end).ok()) return 0;
  }
  if (!file.check(input.number() * 48).ok()) return 0;
  slots.take_memory();
  while (input.left() > 0) {
    const size_t count = std::min<size_t>(input.left(), input.byte());
    const std::vector<uint8_t> chunk(input.rest(), input.rest() + std::min(count, input.left()));
    if (!file.append(chunk.data(), static_cast<int64_t>(chunk.size())).ok()) return 0;
    for (size_t i = 0; i < chunk.size(); ++i) input.byte();
  }
  (void)file.finish();
  return 0;
}
