// Bytes as the header of a GGUF: whatever they are, the table that comes out lies within them.
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "model/gguf_header.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using attention_head::GgufHeader;
  GgufHeader header;
  const auto count = static_cast<double>(size);
  if (size == 0 || !header.make_room(count).ok()) return 0;
  std::memcpy(reinterpret_cast<void*>(header.bytes()), data, size);
  if (!header.parse(count).ok() || header.needs_more()) return 0;
  for (int i = 0; i < header.num_values(); ++i) {
    const GgufHeader::Value& value = header.values()[i];
    require(value.key >= 0 && value.key + value.key_length <= count);
    require(value.value >= 0 && value.value <= count && value.count >= 0);
  }
  for (int i = 0; i < header.num_tensors(); ++i) {
    const GgufHeader::Tensor& tensor = header.tensors()[i];
    require(tensor.name >= 0 && tensor.name + tensor.name_length <= count);
    require(tensor.rank >= 0 && tensor.rank <= 4 && tensor.end >= tensor.begin);
  }
  return 0;
}
