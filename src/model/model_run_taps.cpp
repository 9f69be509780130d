// What a run gives of its heads, and what edits make of them.
#include <algorithm>

#include "model/model_run.h"

namespace attention_head {

float* ModelRun::edited_weights(int layer, int head, int first, int count, float* scratch) const {
  float* const map = floats(kEditedMap);
  heads_.masked(model_->layers[layer].attention.attention, layer, head, first, count, map, scratch);
  edits_.make_weights(layer, head, first, count, heads_.shape.kv_len, map);
  return map;
}

void ModelRun::edit_heads(int index, const Rows& rows, const Scratch& memory) {
  const AttentionShape& shape = heads_.shape;
  const int64_t width = int64_t{shape.num_heads} * shape.v_head_dim;
  for (int head = 0; head < shape.num_heads; ++head) {
    float* const output = memory.head_output + int64_t{head} * shape.v_head_dim;
    if (edits_.change_weights(index, head)) {
      const float* const map = edited_weights(index, head, rows.first, rows.count, memory.inside);
      heads_.weigh_values(map, index, head, rows.count, output, width);
    }
    edits_.change_output(index, head, rows.first, rows.count, shape.v_head_dim, output, width);
  }
}

Status ModelRun::tap(int which, int layer, int head) {
  if (which != KeptHeads::kKey && which != KeptHeads::kValue) hold_queries(layer);
  const MultiHeadLayer& attention = model_->layers[layer].attention;
  float* const out = floats(kTap);
  float* const scratch = floats(kScratch);
  if (which == kContribution) {
    float* const head_output = scratch + heads_.scratch_floats(attention.attention);
    tap_head_output(layer, head, head_output, scratch);
    head_contribution(attention, head, head_output, attention.v_head_dim, length_, out);
    return {};
  }
  const auto tap = static_cast<KeptHeads::Tap>(which);
  const bool has_new_weights = edits_.change_weights(layer, head);
  if (tap == KeptHeads::kLse && has_new_weights) {
    return invalid_argument("A head whose weights are edited has no lse.");
  }
  if (tap == KeptHeads::kHeadOutput) {
    tap_head_output(layer, head, out, scratch);
  } else if (tap == KeptHeads::kWeights && has_new_weights) {
    std::copy_n(edited_weights(layer, head, 0, length_, scratch), int64_t{length_} * length_, out);
  } else {
    heads_.step(tap, attention.attention, layer, head, out, scratch);
    if (tap == KeptHeads::kMasked) edits_.change_masked(layer, head, 0, length_, length_, out);
  }
  return {};
}

void ModelRun::tap_head_output(int layer, int head, float* out, float* scratch) const {
  const MultiHeadLayer& attention = model_->layers[layer].attention;
  const int dim = attention.v_head_dim;
  if (edits_.change_weights(layer, head)) {
    const float* const map = edited_weights(layer, head, 0, length_, scratch);
    heads_.weigh_values(map, layer, head, length_, out, dim);
  } else {
    heads_.step(KeptHeads::kHeadOutput, attention.attention, layer, head, out, scratch);
  }
  edits_.change_output(layer, head, 0, length_, dim, out, dim);
}

}  // namespace attention_head
