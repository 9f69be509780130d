#include "analysis/analysis_call.h"
#include "bindings/calls.h"

namespace attention_head {

namespace {

AnalysisCall& analysis_at(uintptr_t address) { return *reinterpret_cast<AnalysisCall*>(address); }

uintptr_t new_analysis() { return reinterpret_cast<uintptr_t>(new (std::nothrow) AnalysisCall()); }
void delete_analysis(uintptr_t analysis) { delete &analysis_at(analysis); }
int prepare_analysis(uintptr_t analysis, uintptr_t run) {
  return code_of(analysis_at(analysis).prepare(call_at<ModelRun>(run)));
}
uintptr_t punctuation_marks(uintptr_t analysis) { return analysis_at(analysis).punctuation(); }
uintptr_t separator_marks(uintptr_t analysis) { return analysis_at(analysis).separators(); }
int analyse_heads(uintptr_t analysis, int layer) { return code_of(analysis_at(analysis).heads(layer)); }
int detect_heads(uintptr_t analysis, int pattern, int similarity, bool exclude_bos,
                 bool exclude_current_token) {
  const DetectHeadOptions options{static_cast<Similarity>(similarity), exclude_bos, exclude_current_token};
  return code_of(analysis_at(analysis).detect(static_cast<Pattern>(pattern), options));
}
int roll_out(uintptr_t analysis) { return code_of(analysis_at(analysis).rollout()); }
int lay_out_heads(uintptr_t analysis) { return code_of(analysis_at(analysis).layout()); }
int compare_runs(uintptr_t analysis, uintptr_t other) {
  return code_of(analysis_at(analysis).compare(call_at<ModelRun>(other)));
}
int attribute_logit(uintptr_t analysis, int token) {
  return code_of(analysis_at(analysis).attribute(token));
}
int split_score(uintptr_t analysis, int layer, int head, int query, int key) {
  return code_of(analysis_at(analysis).split_score(layer, head, query, key));
}
uintptr_t analysis_result(uintptr_t analysis) { return analysis_at(analysis).result(); }

}  // namespace

EMSCRIPTEN_BINDINGS(analysis) {
  emscripten::function("newAnalysis", &new_analysis);
  emscripten::function("deleteAnalysis", &delete_analysis);
  emscripten::function("prepareAnalysis", &prepare_analysis);
  emscripten::function("punctuationMarks", &punctuation_marks);
  emscripten::function("separatorMarks", &separator_marks);
  emscripten::function("analyseHeads", &analyse_heads);
  emscripten::function("detectHeads", &detect_heads);
  emscripten::function("rollOut", &roll_out);
  emscripten::function("layOutHeads", &lay_out_heads);
  emscripten::function("compareRuns", &compare_runs);
  emscripten::function("attributeLogit", &attribute_logit);
  emscripten::function("splitScore", &split_score);
  emscripten::function("analysisResult", &analysis_result);
}

}  // namespace attention_head
