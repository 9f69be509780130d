#include "model/kept_heads.h"

#include <algorithm>

#include "attention/attend.h"
#include "kernels/matmul.h"

namespace attention_head {

namespace {

HeadsIn one_head(const float* data, int head, int heads, int dim) {
  return {data + static_cast<int64_t>(head) * dim, 0, static_cast<int64_t>(heads) * dim};
}

void copy_rows(HeadsIn from, int tokens, int dim, float* out) {
  for (int token = 0; token < tokens; ++token)
    std::copy_n(from.row(0, token), dim, out + int64_t{token} * dim);
}

// What is kept is rotated already.
AttentionOptions for_kept(AttentionOptions options) {
  options.rope.enabled = false;
  return options;
}

AttentionShape of_one_head(AttentionShape shape) {
  shape.num_heads = shape.num_kv_heads = 1;
  return shape;
}

}  // namespace

int64_t KeptHeads::key_value_floats() const {
  return int64_t{shape.num_kv_heads} * (shape.head_dim + shape.v_head_dim) * capacity;
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
  float* const output = tap == kHeadOutput ? out : nullptr;
  attend(of_one_head(shape), for_kept(options), q, k, v, {output, 0, shape.v_head_dim}, taps, scratch);
}

void KeptHeads::masked(const AttentionOptions& options, int layer, int head, int first_query, int queries,
                       float* map, float* scratch) const {
  AttentionShape of_queries = of_one_head(shape);
  of_queries.q_len = queries;
  AttentionOptions of_call = for_kept(options);
  of_call.visibility.past_len = first_query;
  HeadsIn q = one_head(query(layer), head, shape.num_heads, shape.head_dim);
  q.data += first_query * q.token_stride;
  const int kv_head = shape.kv_head(head);
  Taps taps;
  taps.masked = map;
  attend(of_queries, of_call, q, one_head(key(layer), kv_head, shape.num_kv_heads, shape.head_dim),
         one_head(value(layer), kv_head, shape.num_kv_heads, shape.v_head_dim), {}, taps, scratch);
}

void KeptHeads::weigh_values(const float* map, int layer, int head, int queries, float* out,
                             int64_t stride) const {
  const HeadsIn v = one_head(value(layer), shape.kv_head(head), shape.num_kv_heads, shape.v_head_dim);
  for (int i = 0; i < queries; ++i) {
    float* const row = out + i * stride;
    std::fill_n(row, shape.v_head_dim, 0.0f);
    add_weighted_rows(map + int64_t{i} * shape.kv_len, v.data, v.token_stride, shape.kv_len,
                      shape.v_head_dim, row);
  }
}

}  // namespace attention_head
