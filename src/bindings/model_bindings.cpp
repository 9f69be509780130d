#include <string>

#include "bindings/calls.h"
#include "model/model.h"
#include "model/model_run.h"

namespace attention_head {

namespace {

Model& model_at(uintptr_t address) { return *reinterpret_cast<Model*>(address); }

uintptr_t new_model() { return reinterpret_cast<uintptr_t>(new (std::nothrow) Model()); }
void delete_model(uintptr_t model) { delete &model_at(model); }
int open_model(uintptr_t model) { return code_of(model_at(model).open()); }
uintptr_t staging(uintptr_t model) { return model_at(model).staging(); }
int configure_model(uintptr_t model) { return code_of(model_at(model).configure()); }
int begin_file(uintptr_t model, double tensors, double alignment) {
  return code_of(model_at(model).begin_file(tensors, alignment));
}
int note_tensor(uintptr_t model, const std::string& name) {
  return code_of(model_at(model).note_tensor(name));
}
int add_tensor(uintptr_t model, const std::string& name, const std::string& dtype, int rank, double begin,
               double end) {
  return code_of(model_at(model).add_tensor(name, dtype, rank, begin, end));
}
double model_bytes(uintptr_t model, double tokens) { return model_at(model).bytes(tokens); }
int check_tensors(uintptr_t model, double data_bytes, bool is_last_file) {
  return code_of(model_at(model).check_tensors(data_bytes, is_last_file));
}
int append_bytes(uintptr_t model, int count) { return code_of(model_at(model).append(count)); }
int finish_file(uintptr_t model) { return code_of(model_at(model).finish_file()); }
void finish_model(uintptr_t model) { model_at(model).finish(); }
bool model_predicts(uintptr_t model) { return model_at(model).transformer().predicts(); }

int expect_edits(uintptr_t run, double edits, double data_floats) {
  return code_of(call_at<ModelRun>(run).edits().expect(edits, data_floats));
}
int add_edit(uintptr_t run, int kind, int layer, int head, float value, int first, int rows,
             double data_floats) {
  const HeadEdit edit{static_cast<HeadEdit::Kind>(kind), layer, head, value, first, rows, nullptr};
  return code_of(call_at<ModelRun>(run).edits().add(edit, data_floats));
}
uintptr_t edit_data(uintptr_t run) { return call_at<ModelRun>(run).edits().last_data(); }
int prepare_run(uintptr_t run, uintptr_t model, double capacity, bool all_logits) {
  return code_of(call_at<ModelRun>(run).prepare(model_at(model).transformer(), capacity, all_logits));
}
int begin_extension(uintptr_t run, int count, int step_tokens) {
  return code_of(call_at<ModelRun>(run).begin(count, step_tokens));
}
bool step_run(uintptr_t run) { return call_at<ModelRun>(run).step(); }
int tap_run(uintptr_t run, int which, int layer, int head) {
  return code_of(call_at<ModelRun>(run).tap(which, layer, head));
}

}  // namespace

EMSCRIPTEN_BINDINGS(model) {
  emscripten::constant("stagingBytes", Model::kStagingBytes);
  emscripten::function("newModel", &new_model);
  emscripten::function("deleteModel", &delete_model);
  emscripten::function("openModel", &open_model);
  emscripten::function("staging", &staging);
  emscripten::function("configureModel", &configure_model);
  emscripten::function("beginFile", &begin_file);
  emscripten::function("noteTensor", &note_tensor);
  emscripten::function("addTensor", &add_tensor);
  emscripten::function("modelBytes", &model_bytes);
  emscripten::function("checkTensors", &check_tensors);
  emscripten::function("appendBytes", &append_bytes);
  emscripten::function("finishFile", &finish_file);
  emscripten::function("finishModel", &finish_model);
  emscripten::function("modelPredicts", &model_predicts);

  emscripten::function("newModelRun", &new_call<ModelRun>);
  emscripten::function("expectEdits", &expect_edits);
  emscripten::function("addEdit", &add_edit);
  emscripten::function("editData", &edit_data);
  emscripten::function("prepareRun", &prepare_run);
  emscripten::function("beginExtension", &begin_extension);
  emscripten::function("stepRun", &step_run);
  emscripten::function("tapRun", &tap_run);
}

}  // namespace attention_head
