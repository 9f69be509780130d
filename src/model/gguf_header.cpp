#include "model/gguf_header.h"

#include <cmath>
#include <cstring>
#include <iterator>
#include <string_view>

#include "kernels/number_type.h"

namespace attention_head {

namespace {

constexpr uint32_t kMagic = 0x46554747;  // "GGUF"
// Versions 2 and 3 are laid out alike; 1 has counts of 32 bits.
constexpr uint32_t kOldestVersion = 2;
constexpr uint32_t kNewestVersion = 3;
constexpr double kMostEntries = 65536;
constexpr double kMostElements = 1 << 24;
constexpr int kMostNameBytes = 1024;
constexpr double kLargestNumber = 9007199254740992.0;  // 2^53

constexpr int kBytesOf[GgufHeader::kNumValueTypes] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

// Stored types by ggml's numbers (ggml.h of llama.cpp 0.5.0), those that aren't read among them.
constexpr std::string_view kTypeNames[] = {
    "F32",      "F16",      "Q4_0",    "Q4_1",  "Q4_2",       "Q4_3",       "Q5_0",       "Q5_1",
    "Q8_0",     "Q8_1",     "Q2_K",    "Q3_K",  "Q4_K",       "Q5_K",       "Q6_K",       "Q8_K",
    "IQ2_XXS",  "IQ2_XS",   "IQ3_XXS", "IQ1_S", "IQ4_NL",     "IQ3_S",      "IQ2_S",      "IQ4_XS",
    "I8",       "I16",      "I32",     "I64",   "F64",        "IQ1_M",      "BF16",       "Q4_0_4_4",
    "Q4_0_4_8", "Q4_0_8_8", "TQ1_0",   "TQ2_0", "IQ4_NL_4_4", "IQ4_NL_4_8", "IQ4_NL_8_8", "MXFP4",
    "NVFP4",    "Q1_0",     "Q2_0"};

template <typename... Parts>
Status broken(Parts... parts) {
  return Status::failure(ErrorCode::kFileFormat, "The GGUF header: ", parts...);
}

// Walks the bytes. Behind their end it stays where it is and gives zeros.
class Cursor {
 public:
  Cursor(const uint8_t* bytes, int64_t count) : bytes_(bytes), count_(count) {}

  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] int64_t position() const { return position_; }
  [[nodiscard]] std::string_view text(int64_t first, int64_t length) const {
    return {reinterpret_cast<const char*>(bytes_) + first, static_cast<size_t>(length)};
  }

  bool skip(double bytes) {
    if (ended_ || bytes > static_cast<double>(count_ - position_)) {
      ended_ = true;
      return false;
    }
    position_ += static_cast<int64_t>(bytes);
    return true;
  }
  template <typename Number>
  Number read() {
    Number number{};
    const int64_t first = position_;
    if (skip(sizeof number)) std::memcpy(&number, bytes_ + first, sizeof number);
    return number;
  }
  double read_count() { return static_cast<double>(read<uint64_t>()); }

 private:
  const uint8_t* bytes_;
  int64_t count_;
  int64_t position_ = 0;
  bool ended_ = false;
};

// A name of the file: its place, checked.
Status read_name(Cursor& cursor, const char* what, double& first, double& length) {
  length = cursor.read_count();
  first = static_cast<double>(cursor.position());
  if (length > kMostNameBytes) {
    return broken(what, " at byte ", first, " can't be ", length, " bytes long.");
  }
  cursor.skip(length);
  return {};
}

Status read_value(Cursor& cursor, GgufHeader::Value& value) {
  if (Status status = read_name(cursor, "a key", value.key, value.key_length); !status.ok()) return status;
  uint32_t type = cursor.read<uint32_t>();
  value.is_array = type == GgufHeader::kArray ? 1 : 0;
  value.count = 1;
  if (type == GgufHeader::kArray) {
    type = cursor.read<uint32_t>();
    value.count = cursor.read_count();
  }
  if (cursor.ended()) return {};
  const std::string_view key =
      cursor.text(static_cast<int64_t>(value.key), static_cast<int64_t>(value.key_length));
  if (type >= GgufHeader::kNumValueTypes || type == GgufHeader::kArray) {
    return broken("\"", key, "\" has a value of type ", type, ", which isn't known.");
  }
  if (value.count > kMostElements) return broken("\"", key, "\" can't have ", value.count, " elements.");
  value.type = type;
  value.value = static_cast<double>(cursor.position());
  if (type != GgufHeader::kString) {
    cursor.skip(value.count * kBytesOf[type]);
    return {};
  }
  const double count = value.count;
  for (double i = 0; i < count && !cursor.ended(); ++i) {
    const double length = cursor.read_count();
    if (length > GgufHeader::kLargest) return broken("\"", key, "\" has a string of ", length, " bytes.");
    if (value.is_array == 0) {
      value.value = static_cast<double>(cursor.position());
      value.count = length;
    }
    cursor.skip(length);
  }
  return {};
}

Status read_tensor(Cursor& cursor, GgufHeader::Tensor& tensor) {
  if (Status status = read_name(cursor, "a tensor's name", tensor.name, tensor.name_length); !status.ok()) {
    return status;
  }
  const uint32_t rank = cursor.read<uint32_t>();
  if (cursor.ended()) return {};
  const std::string_view name =
      cursor.text(static_cast<int64_t>(tensor.name), static_cast<int64_t>(tensor.name_length));
  if (rank > 4) return broken("tensor \"", name, "\" has ", rank, " dimensions; 4 is the most.");
  tensor.rank = rank;
  double elements = 1;
  for (uint32_t axis = 0; axis < rank; ++axis) {
    const double length = cursor.read_count();
    tensor.shape[rank - 1 - axis] = length;
    elements *= length;
    if (!(elements <= kLargestNumber)) return broken("tensor \"", name, "\" is too large.");
  }
  const uint32_t type = cursor.read<uint32_t>();
  tensor.type = type;
  tensor.begin = cursor.read_count();
  if (cursor.ended()) return {};
  const NumberTypeInfo* const info = find_number_type(type);
  if (info == nullptr) {
    const std::string_view known =
        type < std::size(kTypeNames) ? kTypeNames[type] : "a type newer than Q2_0";
    return broken(
        "tensor \"", name, "\" is stored as ", known,
        ", which isn't read here; llama.cpp's \"llama-quantize --allow-requantize OLD.gguf NEW.gguf "
        "Q8_0\" converts it.");
  }
  const double row = rank == 0 ? 1 : tensor.shape[rank - 1];
  if (std::fmod(row, info->block_numbers) != 0) {
    return broken("tensor \"", name, "\" has rows of ", row, " numbers, which aren't whole blocks of ",
                  info->block_numbers, " (", info->name, ").");
  }
  tensor.end = tensor.begin + elements / info->block_numbers * info->block_bytes;
  if (!(tensor.end <= kLargestNumber)) return broken("tensor \"", name, "\" ends beyond any file.");
  return {};
}

}  // namespace

Status GgufHeader::make_room(double bytes) {
  if (bytes > kLargest) return broken("it is longer than ", kLargest, " bytes.");
  return bytes_.reserve(bytes) ? Status() : out_of_memory("The GGUF header", bytes);
}

Status GgufHeader::parse(double count) {
  const auto* const bytes = static_cast<const uint8_t*>(bytes_.data());
  Cursor cursor(bytes, static_cast<int64_t>(count));
  needs_more_ = true;
  const auto magic = cursor.read<uint32_t>();
  const auto version = cursor.read<uint32_t>();
  const double tensor_count = cursor.read_count();
  const double value_count = cursor.read_count();
  if (cursor.ended()) return {};
  if (magic != kMagic) return broken("the file must begin with \"GGUF\".");
  if (version >> 16 != 0 && (version & 0xffff) == 0) {
    return broken(
        "its numbers are big-endian, which isn't read here; llama.cpp's "
        "gguf-py/gguf/scripts/gguf_convert_endian.py converts it with \"little\".");
  }
  if (version < kOldestVersion || version > kNewestVersion) {
    return broken("its version must be ", kOldestVersion, " or ", kNewestVersion, ", got ", version, ".");
  }
  if (tensor_count > kMostEntries || value_count > kMostEntries) {
    return broken("it can't hold ", tensor_count, " tensors and ", value_count, " pieces of metadata.");
  }
  num_tensors_ = static_cast<int>(tensor_count);
  num_values_ = static_cast<int>(value_count);
  if (!values_.reserve(value_count * sizeof(Value)) || !tensors_.reserve(tensor_count * sizeof(Tensor))) {
    return out_of_memory("The GGUF header", value_count * sizeof(Value) + tensor_count * sizeof(Tensor));
  }
  auto* const values = static_cast<Value*>(values_.data());
  for (int i = 0; i < num_values_; ++i) {
    values[i] = {};
    if (Status status = read_value(cursor, values[i]); !status.ok()) return status;
    if (cursor.ended()) return {};
    const Value& value = values[i];
    const std::string_view key =
        cursor.text(static_cast<int64_t>(value.key), static_cast<int64_t>(value.key_length));
    if (key != "general.alignment") continue;
    uint32_t alignment = 0;
    if (value.type == double{kUint32})
      std::memcpy(&alignment, bytes + static_cast<int64_t>(value.value), 4);
    if (alignment == 0 || alignment > 65536 || (alignment & (alignment - 1)) != 0) {
      return broken("general.alignment must be a power of two up to 65536, got ", alignment, ".");
    }
    alignment_ = alignment;
  }
  auto* const tensors = static_cast<Tensor*>(tensors_.data());
  for (int i = 0; i < num_tensors_; ++i) {
    tensors[i] = {};
    if (Status status = read_tensor(cursor, tensors[i]); !status.ok()) return status;
    if (cursor.ended()) return {};
  }
  data_begin_ = std::ceil(static_cast<double>(cursor.position()) / alignment_) * alignment_;
  needs_more_ = false;
  return {};
}

}  // namespace attention_head
