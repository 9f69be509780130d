#include "model/tensor_file.h"

#include <algorithm>
#include <cstring>

#include "kernels/number_type.h"
#include "kernels/widen.h"

namespace attention_head {

namespace {

constexpr double kLargestOffset = 1e15;

struct DtypeInfo {
  std::string_view name;
  int bits;
};
// What else a safetensors file may hold beside the types of kernels/number_type.h (safetensors 0.8).
constexpr DtypeInfo kOtherDtypes[] = {
    {"I64", 64},        {"U64", 64},    {"C64", 64},    {"I32", 32},    {"U32", 32},
    {"I16", 16},        {"U16", 16},    {"I8", 8},      {"U8", 8},      {"BOOL", 8},
    {"F8_E4M3", 8},     {"F8_E5M2", 8}, {"F8_E8M0", 8}, {"F8_E3M4", 8}, {"F8_E4M3FNUZ", 8},
    {"F8_E5M2FNUZ", 8}, {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"F4", 4}};

template <typename... Parts>
Status file_error(Parts... parts) {
  return Status::failure(ErrorCode::kFileFormat, parts...);
}

int64_t whole(double value) { return static_cast<int64_t>(value); }

bool is_half(NumberType type) { return type == NumberType::kF16 || type == NumberType::kBF16; }

// Of a type that can be widened number by number, or narrowed.
bool is_plain(NumberType type) {
  return type == NumberType::kF32 || type == NumberType::kF64 || is_half(type);
}

}  // namespace

int64_t TensorFile::aligned(int64_t position) const {
  return (position + alignment_ - 1) / alignment_ * alignment_;
}

Status TensorFile::begin(double tensors, double alignment, bool widens) {
  if (!(tensors <= kMostTensors)) {
    return file_error("A file may hold at most ", kMostTensors, " tensors, got ", tensors, ".");
  }
  if (!(alignment >= 1 && alignment <= 65536)) {
    return file_error("The file's alignment must be from 1 to 65536 bytes, got ", alignment, ".");
  }
  const double bytes = tensors * static_cast<double>(sizeof(Entry));
  if (!entries_.reserve(bytes)) return out_of_memory("The table of tensors", bytes);
  capacity_ = static_cast<int>(tensors);
  alignment_ = whole(alignment);
  widens_ = widens;
  count_ = current_ = split_count_ = 0;
  position_ = data_bytes_ = 0;
  return {};
}

Status TensorFile::add(TensorSlots& slots, std::string_view name, std::string_view dtype,
                       const double* shape, int rank, double begin, double end) {
  if (count_ == capacity_) return file_error("Tensor \"", name, "\" is more than was expected.");
  const NumberTypeInfo* const type = find_number_type(dtype);
  const auto* const other = std::find_if(std::begin(kOtherDtypes), std::end(kOtherDtypes),
                                         [&](const DtypeInfo& known) { return known.name == dtype; });
  if (type == nullptr && other == std::end(kOtherDtypes)) {
    return file_error("Tensor \"", name, "\" has the unknown dtype \"", dtype, "\".");
  }
  const double numbers = type == nullptr ? 1 : type->block_numbers;
  double bytes = type == nullptr ? other->bits / 8.0 : type->block_bytes;
  for (int axis = 0; axis < rank; ++axis) bytes *= axis == rank - 1 ? shape[axis] / numbers : shape[axis];
  if (!(begin >= 0 && end >= begin && end <= kLargestOffset)) {
    return file_error("Tensor \"", name, "\" lies at bytes ", begin, " to ", end, ", which can't be.");
  }
  if (bytes != end - begin) {
    return file_error("Tensor \"", name, "\" takes ", bytes, " bytes by its shape and dtype, but ",
                      end - begin, " by its offsets (", begin, " to ", end, ").");
  }
  Entry entry{
      whole(begin), whole(end), slots.find(name), type == nullptr ? NumberType::kF32 : type->type, {}};
  std::memcpy(entry.name, name.data(), std::min<size_t>(name.size(), kNameCapacity - 1));
  if (TensorSlot* slot = entry.slot; slot != nullptr) {
    if (type == nullptr)
      return file_error("Tensor \"", name, "\" must be of floats, got ", dtype,
                        ": weights that are quantised or packed aren't read.");
    if (Status status = fit(entry, dtype, shape, rank); !status.ok()) return status;
    const bool is_float = !slot->is_matrix || widens_ || entry.type == NumberType::kF64;
    slot->type = is_float ? NumberType::kF32 : entry.type;
    slot->filled = true;
  }
  entries()[count_++] = entry;
  return {};
}

Status TensorFile::fit(const Entry& entry, std::string_view dtype, const double* shape, int rank) const {
  const TensorSlot& slot = *entry.slot;
  const std::string_view name(entry.name);
  if (slot.filled) {
    const Entry* const last = entries() + count_;
    const Entry* const other =
        std::find_if(entries(), entries() + count_, [&](const Entry& e) { return e.slot == &slot; });
    if (other == last) return file_error("Tensor \"", name, "\" is in two files.");
    return file_error("Tensors \"", std::string_view(other->name), "\" and \"", name,
                      "\" are the same one of the model.");
  }
  if (!is_plain(entry.type) && (widens_ || !slot.is_matrix || slot.transposed)) {
    return file_error("Tensor \"", name, "\" must be F64, F32, F16 or BF16, got ", dtype, ".");
  }
  const bool fits =
      rank == slot.rank() && shape[0] == slot.length(0) && (rank == 1 || shape[1] == slot.length(1));
  if (fits) return {};
  if (slot.is_matrix) {
    return file_error("Tensor \"", name, "\" must have the shape ", slot.length(0), " by ", slot.length(1),
                      " by the config, got ", rank > 0 ? shape[0] : 0, " by ", rank > 1 ? shape[1] : 1,
                      rank > 2 ? " by more." : ".");
  }
  return file_error("Tensor \"", name, "\" must have ", slot.out, " elements by the config, got ",
                    rank > 0 ? shape[0] : 0, rank > 1 ? " by more." : ".");
}

Status TensorFile::check(double data_bytes) {
  if (!(data_bytes >= 0 && data_bytes <= kLargestOffset)) {
    return file_error("The file can't hold ", data_bytes, " bytes of data.");
  }
  data_bytes_ = whole(data_bytes);
  Entry* const all = entries();
  std::sort(all, all + count_, [](const Entry& a, const Entry& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  });
  int64_t last_end = 0;
  for (int i = 0; i < count_; ++i) {
    const Entry& entry = all[i];
    const int64_t expected = aligned(last_end);
    if (entry.begin < last_end) {
      return file_error("Tensor \"", entry.name, "\" begins at byte ", entry.begin, ", within \"",
                        all[i - 1].name, "\", which ends at ", last_end, ".");
    }
    // Parts of one tensor lie one behind the other, wherever that is.
    if (entry.begin != expected && entry.begin != last_end) {
      return file_error("Tensor \"", entry.name, "\" begins at byte ", entry.begin, ", leaving bytes from ",
                        expected, " that are no tensor's.");
    }
    if (entry.end > data_bytes_) {
      return file_error("Tensor \"", entry.name, "\" ends at byte ", entry.end,
                        ", but the file's data end at ", data_bytes_, ".");
    }
    last_end = entry.end;
  }
  if (data_bytes_ > aligned(last_end)) {
    return file_error("The file's data end at byte ", data_bytes_, ", but its last tensor at ", last_end,
                      ".");
  }
  return {};
}

// Takes whole elements of the entry from `bytes`; returns how many bytes were taken.
int64_t TensorFile::take(const Entry& entry, const uint8_t* bytes, int64_t count) const {
  if (entry.slot == nullptr) return count;
  const int64_t first = position_ - entry.begin;
  if (entry.type == entry.slot->type) {
    std::memcpy(static_cast<uint8_t*>(entry.slot->data) + first, bytes, static_cast<size_t>(count));
    return count;
  }
  const int size = info_of(entry.type).block_bytes;
  const int64_t elements = count / size;
  widen_row(entry.type, bytes, elements, static_cast<float*>(entry.slot->data) + first / size);
  return elements * size;
}

Status TensorFile::append(const uint8_t* bytes, int64_t count) {
  if (position_ + split_count_ + count > aligned(data_bytes_)) {
    return file_error("The file goes on beyond byte ", data_bytes_, ", where its last tensor ends.");
  }
  const auto advance = [&](int64_t taken) {
    position_ += taken;
    bytes += taken;
    count -= taken;
  };
  while (current_ < count_) {
    const Entry& entry = entries()[current_];
    if (position_ == entry.end) {
      if (entry.slot != nullptr) {
        if (Status status = entry.slot->complete(); !status.ok()) return status;
      }
      ++current_;
      continue;
    }
    if (count == 0) return {};
    if (position_ < entry.begin) {
      advance(std::min(count, entry.begin - position_));
      continue;
    }
    const bool is_widened = entry.slot != nullptr && entry.type != entry.slot->type;
    const int size = is_widened ? info_of(entry.type).block_bytes : 1;
    const int64_t available = std::min(count, entry.end - position_ - split_count_);
    if (split_count_ > 0 || available < size) {
      split_[split_count_++] = *bytes++;
      --count;
      if (split_count_ < size) continue;
      position_ += take(entry, split_, size);
      split_count_ = 0;
    } else {
      advance(take(entry, bytes, available));
    }
  }
  position_ += count;
  return {};
}

Status TensorFile::finish() {
  if (Status status = append(nullptr, 0); !status.ok()) return status;
  if (current_ == count_) return {};
  return file_error("The file ends at byte ", position_ + split_count_, " of its data, within tensor \"",
                    entries()[current_].name, "\", which needs bytes up to ", entries()[current_].end, ".");
}

}  // namespace attention_head
