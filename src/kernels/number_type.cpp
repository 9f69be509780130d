#include "kernels/number_type.h"

#include <algorithm>
#include <iterator>

namespace attention_head {

namespace {

constexpr NumberTypeInfo kTypes[] = {
    {"F32", NumberType::kF32, 1, 4},       {"F16", NumberType::kF16, 1, 2},
    {"BF16", NumberType::kBF16, 1, 2},     {"F64", NumberType::kF64, 1, 8},
    {"Q8_0", NumberType::kQ8_0, 32, 34},   {"Q4_0", NumberType::kQ4_0, 32, 18},
    {"Q4_1", NumberType::kQ4_1, 32, 20},   {"Q5_0", NumberType::kQ5_0, 32, 22},
    {"Q5_1", NumberType::kQ5_1, 32, 24},   {"Q4_K", NumberType::kQ4_K, 256, 144},
    {"Q5_K", NumberType::kQ5_K, 256, 176}, {"Q6_K", NumberType::kQ6_K, 256, 210}};

template <typename Predicate>
const NumberTypeInfo* find(Predicate predicate) {
  const auto* const found = std::find_if(std::begin(kTypes), std::end(kTypes), predicate);
  return found == std::end(kTypes) ? nullptr : found;
}

}  // namespace

const NumberTypeInfo& info_of(NumberType type) {
  return *find([&](const NumberTypeInfo& known) { return known.type == type; });
}

const NumberTypeInfo* find_number_type(std::string_view name) {
  return find([&](const NumberTypeInfo& known) { return known.name == name; });
}

const NumberTypeInfo* find_number_type(uint32_t number) {
  return find([&](const NumberTypeInfo& known) { return static_cast<uint32_t>(known.type) == number; });
}

int64_t row_bytes(NumberType type, int64_t numbers) {
  const NumberTypeInfo& info = info_of(type);
  return numbers / info.block_numbers * info.block_bytes;
}

}  // namespace attention_head
