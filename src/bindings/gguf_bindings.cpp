#include "bindings/calls.h"
#include "kernels/number_type.h"
#include "model/gguf_header.h"

namespace attention_head {

namespace {

GgufHeader& header_at(uintptr_t address) { return *reinterpret_cast<GgufHeader*>(address); }

uintptr_t new_gguf_header() { return reinterpret_cast<uintptr_t>(new (std::nothrow) GgufHeader()); }
void delete_gguf_header(uintptr_t header) { delete &header_at(header); }
int make_room(uintptr_t header, double bytes) { return code_of(header_at(header).make_room(bytes)); }
uintptr_t header_bytes(uintptr_t header) { return header_at(header).bytes(); }
int parse_gguf(uintptr_t header, double count) { return code_of(header_at(header).parse(count)); }
bool needs_more(uintptr_t header) { return header_at(header).needs_more(); }
uintptr_t gguf_values(uintptr_t header) { return reinterpret_cast<uintptr_t>(header_at(header).values()); }
uintptr_t gguf_tensors(uintptr_t header) {
  return reinterpret_cast<uintptr_t>(header_at(header).tensors());
}
int num_gguf_values(uintptr_t header) { return header_at(header).num_values(); }
int num_gguf_tensors(uintptr_t header) { return header_at(header).num_tensors(); }
double gguf_alignment(uintptr_t header) { return header_at(header).alignment(); }
double gguf_data_begin(uintptr_t header) { return header_at(header).data_begin(); }
// The name of a type that GgufHeader has let through.
uintptr_t number_type_name(int type) {
  return reinterpret_cast<uintptr_t>(info_of(static_cast<NumberType>(type)).name.data());
}

}  // namespace

EMSCRIPTEN_BINDINGS(gguf) {
  emscripten::function("newGgufHeader", &new_gguf_header);
  emscripten::function("deleteGgufHeader", &delete_gguf_header);
  emscripten::function("makeGgufRoom", &make_room);
  emscripten::function("ggufBytes", &header_bytes);
  emscripten::function("parseGguf", &parse_gguf);
  emscripten::function("ggufNeedsMore", &needs_more);
  emscripten::function("ggufValues", &gguf_values);
  emscripten::function("ggufTensors", &gguf_tensors);
  emscripten::function("numGgufValues", &num_gguf_values);
  emscripten::function("numGgufTensors", &num_gguf_tensors);
  emscripten::function("ggufAlignment", &gguf_alignment);
  emscripten::function("ggufDataBegin", &gguf_data_begin);
  emscripten::function("numberTypeName", &number_type_name);
}

}  // namespace attention_head
