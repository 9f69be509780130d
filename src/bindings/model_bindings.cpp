#include <string>

#include "bindings/calls.h"
#include "model/bert_model.h"
#include "model/bert_run.h"

namespace attention_head {

namespace {

BertModel& model_at(uintptr_t address) { return *reinterpret_cast<BertModel*>(address); }

uintptr_t new_bert_model() { return reinterpret_cast<uintptr_t>(new (std::nothrow) BertModel()); }
void delete_bert_model(uintptr_t model) { delete &model_at(model); }
int create_bert(uintptr_t model, const BertConfig& config) {
  return code_of(model_at(model).create(config));
}
uintptr_t staging(uintptr_t model) { return model_at(model).staging(); }
int expect_tensors(uintptr_t model, double tensors) {
  return code_of(model_at(model).file().expect(tensors));
}
int add_tensor(uintptr_t model, const std::string& name, const std::string& dtype, int rank, double begin,
               double end) {
  return code_of(model_at(model).add_tensor(name, dtype, rank, begin, end));
}
int check_tensors(uintptr_t model, double data_bytes) {
  return code_of(model_at(model).check_tensors(data_bytes));
}
int append_bytes(uintptr_t model, int count) { return code_of(model_at(model).append(count)); }
int finish_tensors(uintptr_t model) { return code_of(model_at(model).file().finish()); }

int prepare_run(uintptr_t run, uintptr_t model, double tokens) {
  return code_of(call_at<BertRun>(run).prepare(model_at(model).weights(), tokens));
}
int tap_run(uintptr_t run, int which, int layer, int head) {
  return code_of(call_at<BertRun>(run).tap(which, layer, head));
}

}  // namespace

EMSCRIPTEN_BINDINGS(model) {
  emscripten::value_object<BertConfig>("BertConfig")
      .field("vocabSize", &BertConfig::vocab_size)
      .field("hiddenSize", &BertConfig::hidden_size)
      .field("numHiddenLayers", &BertConfig::num_hidden_layers)
      .field("numAttentionHeads", &BertConfig::num_attention_heads)
      .field("intermediateSize", &BertConfig::intermediate_size)
      .field("maxPositionEmbeddings", &BertConfig::max_position_embeddings)
      .field("typeVocabSize", &BertConfig::type_vocab_size)
      .field("layerNormEps", &BertConfig::layer_norm_eps)
      .field("activation", &BertConfig::activation);

  emscripten::constant("stagingBytes", BertModel::kStagingBytes);
  emscripten::function("newBertModel", &new_bert_model);
  emscripten::function("deleteBertModel", &delete_bert_model);
  emscripten::function("createBert", &create_bert);
  emscripten::function("staging", &staging);
  emscripten::function("expectTensors", &expect_tensors);
  emscripten::function("addTensor", &add_tensor);
  emscripten::function("checkTensors", &check_tensors);
  emscripten::function("appendBytes", &append_bytes);
  emscripten::function("finishTensors", &finish_tensors);

  emscripten::function("newBertRun", &new_call<BertRun>);
  emscripten::function("prepareRun", &prepare_run);
  emscripten::function("tapRun", &tap_run);
}

}  // namespace attention_head
