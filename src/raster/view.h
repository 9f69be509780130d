#pragma once

#include <cstdint>

#include "raster/paint.h"

namespace attention_head {

// Cells [first, first + cells) pooled to pixels, of which there are no more than cells: each cell is of
// one.
struct Axis {
  int first = 0;
  int cells = 0;
  int pixels = 0;

  [[nodiscard]] CellRange cells_of(int pixel) const {
    const CellRange range = cells_of_pixel(pixel, pixels, cells);
    return {first + range.first, first + range.last};
  }
  [[nodiscard]] int pixel_of(int cell) const {
    return static_cast<int>(((int64_t{cell} - first + 1) * pixels - 1) / cells);
  }
};

// The part of a map that is in view: a picture of queries.pixels rows and keys.pixels columns.
struct View {
  Axis queries;
  Axis keys;
};

}  // namespace attention_head
