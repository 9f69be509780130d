#include <emscripten/bind.h>

#include <string>

EMSCRIPTEN_BINDINGS(string_type) {
  emscripten::internal::_embind_register_std_string(emscripten::internal::TypeID<std::string>::get(),
                                                    "std::string");
}
