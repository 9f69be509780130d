#pragma once

#include <cstdint>
#include <string_view>

namespace attention_head {

// How a matrix's numbers are stored: the types of ggml that are read, by ggml's own numbers.
enum class NumberType : int {
  kF32 = 0,
  kF16 = 1,
  kQ4_0 = 2,
  kQ4_1 = 3,
  kQ5_0 = 6,
  kQ5_1 = 7,
  kQ8_0 = 8,
  kQ4_K = 12,
  kQ5_K = 13,
  kQ6_K = 14,
  kF64 = 28,
  kBF16 = 30,
};

// Numbers lie in blocks, so many in so many bytes.
struct NumberTypeInfo {
  std::string_view name;
  NumberType type;
  int block_numbers;
  int block_bytes;
};

const NumberTypeInfo& info_of(NumberType type);
// By its name in a file, such as "Q4_1", or by ggml's number; null where it isn't read.
const NumberTypeInfo* find_number_type(std::string_view name);
const NumberTypeInfo* find_number_type(uint32_t number);

// The bytes of a row of numbers, which is whole blocks.
int64_t row_bytes(NumberType type, int64_t numbers);

}  // namespace attention_head
