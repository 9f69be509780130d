#include "model/kept_heads.h"

#include <algorithm>

#include "attention/attend.h"

namespace attention_head {

namespace {

HeadsIn one_head(const float* data, int head, int heads, int dim) {
  return {data + static_cast<int64_t>(head) * dim, 0, static_cast<int64_t>(heads) * dim};
}

void copy_rows(HeadsIn from, int tokens, int dim, float* out) {
  for (int token = 0; token < tokens; ++token)
    std::copy_n(from.row(0, token), dim, out + int64_t{token} * dim);
}

AttentionShape of_one_head(AttentionShape shape) {
  shape.num_heads = shape.num_kv_heads = 1;
  return shape;
}

}  // namespace

int64_t KeptHeads::floats_a_layer() const {
  const int64_t heads = int64_t{shape.num_heads} * shape.head_dim +
                        int64_t{shape.num_kv_heads} * (shape.head_dim + shape.v_head_dim);
  return heads * capacity;
}

float* KeptHeads::key(int layer) const {
  return query(layer) + int64_t{shape.num_heads} * capacity * shape.head_dim;
}

float* KeptHeads::value(int layer) const {
  return key(layer) + int64_t{shape.num_kv_heads} * capacity * shape.head_dim;
}

int64_t KeptHeads::scratch_floats(const AttentionOptions& options) const {
  float any = 0;
  const Taps maps{nullptr, &any, &any, &any, &any, nullptr};
  return attend_scratch_floats(of_one_head(shape), options, maps);
}

void KeptHeads::step(Tap tap, const AttentionOptions& options, int layer, int head, float* out,
                     float* scratch) const {
  const int kv_head = shape.kv_head(head);
  const HeadsIn q = one_head(query(layer), head, shape.num_heads, shape.head_dim);
  const HeadsIn k = one_head(key(layer), kv_head, shape.num_kv_heads, shape.head_dim);
  const HeadsIn v = one_head(value(layer), kv_head, shape.num_kv_heads, shape.v_head_dim);
  if (tap == kQuery) return copy_rows(q, shape.q_len, shape.head_dim, out);
  if (tap == kKey) return copy_rows(k, shape.kv_len, shape.head_dim, out);
  if (tap == kValue) return copy_rows(v, shape.kv_len, shape.v_head_dim, out);
  Taps taps;
  if (tap == kScores) taps.scores = out;
  if (tap == kSoftcapped) taps.softcapped = out;
  if (tap == kMasked) taps.masked = out;
  if (tap == kWeights) taps.weights = out;
  if (tap == kLse) taps.lse = out;
  AttentionOptions of_head = options;
  of_head.rope.enabled = false;  // what is kept is rotated already
  if (options.alibi_slopes != nullptr) of_head.alibi_slopes = options.alibi_slopes + head;
  if (options.sinks != nullptr) of_head.sinks = options.sinks + head;
  float* const output = tap == kHeadOutput ? out : nullptr;
  attend(of_one_head(shape), of_head, q, k, v, {output, 0, shape.v_head_dim}, taps, scratch);
}

}  // namespace attention_head
