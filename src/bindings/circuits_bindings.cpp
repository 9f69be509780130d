#include "analysis/circuits_call.h"
#include "bindings/calls.h"
#include "model/model.h"

namespace attention_head {

namespace {

CircuitsCall& circuits_at(uintptr_t address) { return *reinterpret_cast<CircuitsCall*>(address); }

uintptr_t new_circuits() { return reinterpret_cast<uintptr_t>(new (std::nothrow) CircuitsCall()); }
void delete_circuits(uintptr_t circuits) { delete &circuits_at(circuits); }
int prepare_circuits(uintptr_t circuits, uintptr_t model) {
  return code_of(circuits_at(circuits).prepare(reinterpret_cast<Model*>(model)->transformer()));
}
int circuits_of_layer(uintptr_t circuits, int layer) { return code_of(circuits_at(circuits).heads(layer)); }
int compose_layers(uintptr_t circuits, int kind, int earlier, int later) {
  return code_of(circuits_at(circuits).composition(static_cast<Composition>(kind), earlier, later));
}
uintptr_t circuits_result(uintptr_t circuits) { return circuits_at(circuits).result(); }

}  // namespace

EMSCRIPTEN_BINDINGS(circuits) {
  emscripten::function("newCircuits", &new_circuits);
  emscripten::function("deleteCircuits", &delete_circuits);
  emscripten::function("prepareCircuits", &prepare_circuits);
  emscripten::function("circuitsOfLayer", &circuits_of_layer);
  emscripten::function("composeLayers", &compose_layers);
  emscripten::function("circuitsResult", &circuits_result);
}

}  // namespace attention_head
