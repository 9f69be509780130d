#include "model/tensor_file.h"

#include <algorithm>
#include <cstring>

#include "kernels/panel.h"

namespace attention_head {

namespace {

constexpr double kLargestOffset = 1e15;

struct DtypeInfo {
  std::string_view name;
  int bits;
};
// The element types of the format (safetensors 0.6).
constexpr DtypeInfo kDtypes[] = {{"F32", 32}, {"F16", 16}, {"BF16", 16},   {"F64", 64},
                                 {"I64", 64}, {"U64", 64}, {"I32", 32},    {"U32", 32},
                                 {"I16", 16}, {"U16", 16}, {"I8", 8},      {"U8", 8},
                                 {"BOOL", 8}, {"C64", 64}, {"F8_E4M3", 8}, {"F8_E5M2", 8}};

template <typename... Parts>
Status file_error(Parts... parts) {
  return Status::failure(ErrorCode::kFileFormat, parts...);
}

int64_t whole(double value) { return static_cast<int64_t>(value); }

float widen_half(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000u) << 16;
  const uint32_t magnitude = half & 0x7fffu;
  uint32_t bits;
  if (magnitude >= 0x7c00u) {
    bits = 0x7f800000u | (magnitude & 0x3ffu) << 13;
  } else if (magnitude >= 0x400u) {
    bits = (magnitude << 13) + (112u << 23);
  } else {
    const float value = static_cast<float>(magnitude) * 5.9604645e-8f;  // 2^-24: subnormal halves
    std::memcpy(&bits, &value, 4);
  }
  bits |= sign;
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

float widen_brain(uint16_t half) {
  const uint32_t bits = static_cast<uint32_t>(half) << 16;
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

}  // namespace

Status TensorFile::expect(double tensors) {
  if (!(tensors <= kMostTensors)) {
    return file_error("A file may hold at most ", kMostTensors, " tensors, got ", tensors, ".");
  }
  const double bytes = tensors * static_cast<double>(sizeof(Entry));
  if (!entries_.reserve(bytes)) return out_of_memory("The table of tensors", bytes);
  capacity_ = static_cast<int>(tensors);
  return {};
}

Status TensorFile::add(TensorSlots& slots, std::string_view name, std::string_view dtype,
                       const double* shape, int rank, double begin, double end) {
  if (count_ == capacity_) return file_error("Tensor \"", name, "\" is more than was expected.");
  const auto* info = std::find_if(std::begin(kDtypes), std::end(kDtypes),
                                  [&](const DtypeInfo& known) { return known.name == dtype; });
  if (info == std::end(kDtypes)) {
    return file_error("Tensor \"", name, "\" has the unknown dtype \"", dtype, "\".");
  }
  double bytes = info->bits / 8.0;
  for (int axis = 0; axis < rank; ++axis) bytes *= shape[axis];
  if (!(begin >= 0 && end >= begin && end <= kLargestOffset)) {
    return file_error("Tensor \"", name, "\" lies at bytes ", begin, " to ", end, ", which can't be.");
  }
  if (bytes != end - begin) {
    return file_error("Tensor \"", name, "\" takes ", bytes, " bytes by its shape and dtype, but ",
                      end - begin, " by its offsets (", begin, " to ", end, ").");
  }
  Entry entry{whole(begin), whole(end), slots.find(name), Dtype::kIgnored, {}};
  std::memcpy(entry.name, name.data(), std::min<size_t>(name.size(), kNameCapacity - 1));
  if (TensorSlot* slot = entry.slot; slot != nullptr) {
    const auto index = info - kDtypes;
    if (index > 2) {
      return file_error("Tensor \"", name, "\" must be F32, F16 or BF16, got ", dtype, ".");
    }
    entry.dtype = static_cast<Dtype>(index + 1);
    if (slot->filled) return file_error("Tensor \"", name, "\" is in the file twice.");
    const bool fits =
        rank == slot->rank && shape[0] == slot->shape[0] && (rank == 1 || shape[1] == slot->shape[1]);
    if (!fits) {
      return file_error("Tensor \"", name, "\" must have ", slot->elements(), " elements in ", slot->rank,
                        " dimensions by the config (", slot->shape[0], slot->rank == 2 ? " by " : "",
                        slot->rank == 2 ? slot->shape[1] : slot->rank, "), got ", rank, " dimensions.");
    }
    slot->filled = true;
  }
  entries()[count_++] = entry;
  return {};
}

Status TensorFile::check(double data_bytes) {
  data_bytes_ = whole(std::min(data_bytes, kLargestOffset));
  Entry* const all = entries();
  std::sort(all, all + count_, [](const Entry& a, const Entry& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  });
  int64_t expected = 0;
  for (int i = 0; i < count_; ++i) {
    const Entry& entry = all[i];
    if (entry.begin < expected) {
      return file_error("Tensor \"", entry.name, "\" begins at byte ", entry.begin, ", within \"",
                        all[i - 1].name, "\", which ends at ", expected, ".");
    }
    if (entry.begin > expected) {
      return file_error("Tensor \"", entry.name, "\" begins at byte ", entry.begin, ", leaving bytes from ",
                        expected, " that are no tensor's.");
    }
    if (entry.end > data_bytes_) {
      return file_error("Tensor \"", entry.name, "\" ends at byte ", entry.end,
                        ", but the file's data end at ", data_bytes_, ".");
    }
    expected = entry.end;
  }
  if (expected != data_bytes_) {
    return file_error("The file's data end at byte ", data_bytes_, ", but its last tensor at ", expected,
                      ".");
  }
  return {};
}

// Converts whole elements of the entry from `bytes`; returns how many bytes were taken.
int64_t TensorFile::take(Entry& entry, const uint8_t* bytes, int64_t count) {
  if (entry.slot == nullptr) return count;
  const int size = entry.dtype == Dtype::kF32 ? 4 : 2;
  const int64_t elements = count / size;
  float* out = entry.slot->data + (position_ - entry.begin) / size;
  if (entry.dtype == Dtype::kF32) {
    std::memcpy(out, bytes, static_cast<size_t>(elements) * 4);
    return elements * 4;
  }
  for (int64_t i = 0; i < elements; ++i) {
    const auto half = static_cast<uint16_t>(bytes[2 * i] | bytes[2 * i + 1] << 8);
    out[i] = entry.dtype == Dtype::kF16 ? widen_half(half) : widen_brain(half);
  }
  return elements * 2;
}

Status TensorFile::complete(Entry& entry) {
  if (entry.slot == nullptr || !entry.slot->is_linear) return {};
  const int out = entry.slot->shape[0];
  const int in = entry.slot->shape[1];
  Buffer spare;
  const double bytes = 4.0 * kPanelColumns * in;
  if (!spare.reserve(bytes)) return out_of_memory("Packing the weights", bytes);
  pack_transposed_in_place(entry.slot->data, out, in, static_cast<float*>(spare.data()));
  return {};
}

Status TensorFile::append(const uint8_t* bytes, int64_t count) {
  if (position_ + split_count_ + count > data_bytes_) {
    return file_error("The file goes on beyond byte ", data_bytes_, ", where its last tensor ends.");
  }
  while (current_ < count_) {
    Entry& entry = entries()[current_];
    if (position_ == entry.end) {
      if (Status status = complete(entry); !status.ok()) return status;
      ++current_;
      continue;
    }
    if (count == 0) break;
    const int size = entry.slot == nullptr ? 1 : entry.dtype == Dtype::kF32 ? 4 : 2;
    const int64_t available = std::min(count, entry.end - position_ - split_count_);
    if (split_count_ > 0 || available < size) {
      split_[split_count_++] = *bytes++;
      --count;
      if (split_count_ < size) continue;
      position_ += take(entry, split_, size);
      split_count_ = 0;
    } else {
      const int64_t taken = take(entry, bytes, available);
      position_ += taken;
      bytes += taken;
      count -= taken;
    }
  }
  return {};
}

Status TensorFile::finish() {
  if (Status status = append(nullptr, 0); !status.ok()) return status;
  if (current_ == count_ && position_ == data_bytes_) return {};
  return file_error("The file ends at byte ", position_ + split_count_, " of its data, within tensor \"",
                    entries()[current_].name, "\", which needs bytes up to ", entries()[current_].end, ".");
}

}  // namespace attention_head
