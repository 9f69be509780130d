#include "model/head_edits.h"

#include <algorithm>
#include <limits>

#include "kernels/softmax.h"

namespace attention_head {

namespace {

constexpr float kForbidden = -std::numeric_limits<float>::infinity();

// row <- softmax(row); zeros where every cell is forbidden.
void softmax_in_place(float* row, int count) {
  const float max = max_of_row(row, count);
  const float sum = exponentials_of_row(row, count, max == kForbidden ? 0 : max);
  if (sum > 0) scale_row(row, count, 1 / sum);
}

}  // namespace

Status HeadEdits::expect(double edits, double data_floats) {
  if (!(edits >= 0 && edits <= kMostEdits)) {
    return invalid_argument("A run may have at most ", kMostEdits, " edits, got ", edits, ".");
  }
  const double bytes = edits * static_cast<double>(sizeof(HeadEdit));
  if (!edits_.reserve(bytes) || !data_.reserve(4 * data_floats)) {
    return out_of_memory("The edits", bytes + 4 * data_floats);
  }
  capacity_ = static_cast<int>(edits);
  data_capacity_ = data_floats;
  count_ = 0;
  data_taken_ = 0;
  return {};
}

Status HeadEdits::add(HeadEdit edit, double data_floats) {
  if (count_ == capacity_ || data_taken_ + data_floats > data_capacity_) {
    return invalid_argument("This edit is more than was expected: there is room for ", capacity_, " of ",
                            data_capacity_, " floats.");
  }
  edit.data = static_cast<float*>(data_.data()) + static_cast<int64_t>(data_taken_);
  data_taken_ += data_floats;
  edits()[count_++] = edit;
  return {};
}

template <typename Function>
void HeadEdits::for_each(int layer, int head, Function function) const {
  for (int i = 0; i < count_; ++i) {
    const HeadEdit& edit = edits()[i];
    if (edit.layer == layer && edit.head == head) function(edit);
  }
}

bool HeadEdits::change_weights(int layer, int head) const {
  bool any = false;
  for_each(layer, head, [&](const HeadEdit& edit) { any = any || edit.is_of_weights(); });
  return any;
}

void HeadEdits::change_masked(int layer, int head, int first_query, int queries, int kv_len,
                              float* map) const {
  for_each(layer, head, [&](const HeadEdit& edit) {
    if (edit.kind != HeadEdit::kBlocked) return;
    for (int cell = 0; cell < edit.rows; ++cell) {
      const int query = static_cast<int>(edit.data[2 * cell]) - first_query;
      const int key = static_cast<int>(edit.data[2 * cell + 1]);
      if (query >= 0 && query < queries && key < kv_len) map[int64_t{query} * kv_len + key] = kForbidden;
    }
  });
}

void HeadEdits::make_weights(int layer, int head, int first_query, int queries, int kv_len,
                             float* map) const {
  change_masked(layer, head, first_query, queries, kv_len, map);
  for_each(layer, head, [&](const HeadEdit& edit) {
    if (edit.kind == HeadEdit::kTemperature) scale_row(map, queries * kv_len, 1 / edit.value);
  });
  for (int i = 0; i < queries; ++i) softmax_in_place(map + int64_t{i} * kv_len, kv_len);
  for_each(layer, head, [&](const HeadEdit& edit) {
    if (edit.kind != HeadEdit::kPattern) return;
    for (int query = first_query; query < std::min(first_query + queries, edit.rows); ++query) {
      float* const row = map + int64_t{query - first_query} * kv_len;
      std::fill_n(row, kv_len, 0.0f);
      std::copy_n(edit.data + int64_t{query} * edit.rows, std::min(edit.rows, kv_len), row);
    }
  });
}

void HeadEdits::change_output(int layer, int head, int first_position, int tokens, int head_dim,
                              float* head_output, int64_t stride) const {
  for_each(layer, head, [&](const HeadEdit& edit) {
    for (int token = 0; token < tokens; ++token) {
      float* const row = head_output + token * stride;
      const int place = first_position + token - edit.first;
      if (edit.kind == HeadEdit::kScale && edit.value == 0) std::fill_n(row, head_dim, 0.0f);
      if (edit.kind == HeadEdit::kScale && edit.value != 0) scale_row(row, head_dim, edit.value);
      if (edit.kind == HeadEdit::kMean) std::copy_n(edit.data, head_dim, row);
      if (edit.kind == HeadEdit::kOutput && place >= 0 && place < edit.rows) {
        std::copy_n(edit.data + int64_t{place} * head_dim, head_dim, row);
      }
    }
  });
}

}  // namespace attention_head
