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
int analyse_heads(uintptr_t analysis, uintptr_t run, int first_query) {
  return code_of(analysis_at(analysis).heads(call_at<ModelRun>(run), first_query));
}
uintptr_t analysis_table(uintptr_t analysis) { return analysis_at(analysis).table(); }

}  // namespace

EMSCRIPTEN_BINDINGS(analysis) {
  emscripten::function("newAnalysis", &new_analysis);
  emscripten::function("deleteAnalysis", &delete_analysis);
  emscripten::function("prepareAnalysis", &prepare_analysis);
  emscripten::function("punctuationMarks", &punctuation_marks);
  emscripten::function("separatorMarks", &separator_marks);
  emscripten::function("analyseHeads", &analyse_heads);
  emscripten::function("analysisTable", &analysis_table);
}

}  // namespace attention_head
