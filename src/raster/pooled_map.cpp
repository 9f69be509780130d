#include "raster/pooled_map.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "kernels/panel.h"
#include "kernels/softmax.h"

namespace attention_head {

namespace {

// The multiply-adds of a slice, a few milliseconds' worth.
constexpr int64_t kSliceWork = int64_t{1} << 25;
constexpr float kForbidden = -std::numeric_limits<float>::infinity();

// Whether one axis is the other moved by whole pixels, and by how many.
bool is_moved(const Axis& from, const Axis& to, int& pixels) {
  if (from.cells != to.cells || from.pixels != to.pixels) return false;
  const int64_t moved = (int64_t{to.first} - from.first) * to.pixels;
  pixels = static_cast<int>(moved / to.cells);
  return moved % to.cells == 0;
}

bool is_empty(CellRange range) { return range.first >= range.last; }

int queries_of_slice(const AttentionShape& shape) {
  const int64_t work_of_query = int64_t{shape.kv_len} * shape.head_dim;
  const int64_t panels = kSliceWork / (work_of_query * kPanelColumns);
  return static_cast<int>(std::clamp<int64_t>(panels * kPanelColumns, kPanelColumns, kMostPooledQueries));
}

}  // namespace

Status PooledMap::look_at(const View& view) {
  int down = 0;
  int right = 0;
  const bool moved =
      is_moved(largest_.view.queries, view.queries, down) && is_moved(largest_.view.keys, view.keys, right);
  if (!moved) {
    if (Status status = start_anew(view); !status.ok()) return status;
  }
  largest_.view = view;
  const int rows = view.queries.pixels;
  for (int i = 0; i < rows; ++i) {
    const int row = down >= 0 ? i : rows - 1 - i;  // none is overwritten before it has moved
    move_row(row, row + down, right);
  }
  row_ = 0;
  query_ = view.queries.first;
  return {};
}

Status PooledMap::start_anew(const View& view) {
  const int64_t rows = view.queries.pixels;
  const int64_t pixels = rows * view.keys.pixels;
  const auto bytes = static_cast<double>(4 * (pixels + rows) + 8 * rows);
  largest_ = {};
  if (!memory_.reserve(bytes)) return out_of_memory("This view", bytes);
  largest_.pixels = static_cast<float*>(memory_.data());
  largest_.beside_first_key = largest_.pixels + pixels;
  pooled_ = reinterpret_cast<CellRange*>(largest_.beside_first_key + rows);
  std::fill_n(pooled_, rows, CellRange{0, 0});
  return {};
}

// The row is what another was, seen from so many columns further right.
void PooledMap::move_row(int row, int from, int right) {
  const int width = largest_.view.keys.pixels;
  const bool in_view = from >= 0 && from < largest_.view.queries.pixels;
  CellRange kept = in_view ? pooled_[from] : CellRange{0, 0};
  kept = {std::max(kept.first - right, 0), std::min(kept.last - right, width)};
  // What is missing has to be one run.
  if (is_empty(kept) || (kept.first > 0 && kept.last < width)) kept = {0, 0};
  float* const pixels = pixels_of(row);
  if (!is_empty(kept)) {
    std::memmove(pixels + kept.first, pixels_of(from) + kept.first + right,
                 sizeof(float) * static_cast<unsigned>(kept.last - kept.first));
    largest_.beside_first_key[row] = largest_.beside_first_key[from];
  }
  pooled_[row] = kept;
  const CellRange columns = missing(row);
  std::fill(pixels + columns.first, pixels + columns.last, kForbidden);
  if (columns.first == 0 && !is_empty(columns)) largest_.beside_first_key[row] = kForbidden;
}

CellRange PooledMap::missing(int row) const {
  const CellRange pooled = pooled_[row];
  if (pooled.first > 0) return {0, pooled.first};
  return {pooled.last, largest_.view.keys.pixels};
}

void PooledMap::pool_slice(const HeadMap& head, float* scratch) {
  const Axis& queries = largest_.view.queries;
  while (row_ < queries.pixels && is_empty(missing(row_))) query_ = queries.cells_of(row_++).last;
  if (row_ == queries.pixels) return;
  const CellRange columns = missing(row_);
  const int most = query_ + queries_of_slice(head.shape);
  int end_row = row_ + 1;
  for (; end_row < queries.pixels && queries.cells_of(end_row).last <= most; ++end_row) {
    const CellRange next = missing(end_row);
    if (next.first != columns.first || next.last != columns.last) break;
  }
  const int end_query = queries.cells_of(end_row - 1).last;
  const int stop = std::min(most, end_query);
  pool_weights(head, {query_, stop}, columns, largest_, scratch);
  query_ = stop;
  if (stop < end_query) return;
  std::fill(pooled_ + row_, pooled_ + end_row, CellRange{0, largest_.view.keys.pixels});
  row_ = end_row;
}

float PooledMap::top(bool ignore_first_key) const {
  const Axis& keys = largest_.view.keys;
  const bool ignores = ignore_first_key && keys.first == 0 && keys.cells > 1;
  float top = 0;
  for (int row = 0; row < largest_.view.queries.pixels; ++row) {
    if (ignores) top = std::max(top, largest_.beside_first_key[row]);
    const int skipped = ignores ? 1 : 0;
    top = std::max(top, max_of_row(pixels_of(row) + skipped, keys.pixels - skipped));
  }
  return top;
}

}  // namespace attention_head
