#pragma once

#include "kernels/buffer.h"
#include "kernels/status.h"
#include "raster/pool_weights.h"

namespace attention_head {

// A head's map as the pixels of what is in view, pooled slice by slice. Pixels that were pooled for the
// last view are kept where the next one shows them too, moved by whole pixels.
class PooledMap {
 public:
  // Turns to a view of at least one pixel. Fails where memory is short.
  Status look_at(const View& view);

  // Pools some of what isn't yet; a slice is short enough to let others have their turn after it.
  void pool_slice(const HeadMap& head, float* scratch);

  // How many rows of pixels are pooled.
  [[nodiscard]] int rows_done() const { return row_; }
  [[nodiscard]] bool done() const { return row_ == largest_.view.queries.pixels; }
  // [view.queries.pixels, view.keys.pixels], -infinity where all cells of a pixel are forbidden
  [[nodiscard]] const float* pixels() const { return largest_.pixels; }
  // The largest weight in view, that of the map's first key left out where asked.
  [[nodiscard]] float top(bool ignore_first_key) const;

 private:
  Status start_anew(const View& view);
  void move_row(int row, int from, int right);
  // The columns of a row that are to be pooled; empty where it is done.
  [[nodiscard]] CellRange missing(int row) const;
  [[nodiscard]] float* pixels_of(int row) const {
    return largest_.pixels + int64_t{row} * largest_.view.keys.pixels;
  }

  Buffer memory_;
  LargestWeights largest_;
  CellRange* pooled_ = nullptr;  // [view.queries.pixels]: the columns of a row that are pooled
  int row_ = 0;                  // the first row that isn't done
  int query_ = 0;                // the first query of it that isn't
};

}  // namespace attention_head
