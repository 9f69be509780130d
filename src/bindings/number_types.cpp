#include <emscripten/bind.h>

#include <climits>
#include <cstdint>

// In place of Embind's own bind.cpp, which registers some forty types, strings of three widths, memory
// views and JavaScript values among them, and names unknown types by printf: only the types that our
// registrations have.

using emscripten::internal::InitFunc;
using emscripten::internal::TypeID;

namespace {

InitFunc* registrations = nullptr;

}  // namespace

extern "C" {

void _embind_register_bindings(InitFunc* registration) {
  registration->next = registrations;
  registrations = registration;
}

void _embind_initialize_bindings() {
  for (InitFunc* each = registrations; each != nullptr; each = each->next) each->init_func();
}

// The name of a type that nobody registered, which can't be reached from our registrations.
const char* __getTypeName(const std::type_info* /*type*/) { return nullptr; }

}  // extern "C"

EMSCRIPTEN_BINDINGS(types) {
  using namespace emscripten::internal;
  _embind_register_void(TypeID<void>::get(), "void");
  _embind_register_bool(TypeID<bool>::get(), "bool", true, false);
  _embind_register_integer(TypeID<int>::get(), "int", sizeof(int), INT_MIN, INT_MAX);
  _embind_register_integer(TypeID<uintptr_t>::get(), "uintptr_t", sizeof(uintptr_t), 0, UINTPTR_MAX);
  _embind_register_float(TypeID<float>::get(), "float", sizeof(float));
  _embind_register_float(TypeID<double>::get(), "double", sizeof(double));
}
