#pragma once

#include <cstdint>

#include "raster/palette.h"

namespace attention_head {

// A head's weights [q_len, kv_len], and where a mask forbids: cells of `masked` that are -infinity (the
// step of attention of that name), or none where it is null.
struct MapView {
  const float* weights = nullptr;
  const float* masked = nullptr;
  int q_len = 0;
  int kv_len = 0;

  [[nodiscard]] bool forbids(int query, int key) const;
};

struct PaintStyle {
  int width = 0;  // pixels
  int height = 0;
  Scale scale = Scale::kLinear;   // logarithmic: over the four decades below the top
  float top = 0;                  // the weight of the last colour; 0 for the largest of the map
  bool ignore_first_key = false;  // the first key doesn't count for the largest
  Theme theme = Theme::kLight;
};

inline constexpr int kDecades = 4;
// Cells of at least so many pixels each way are hatched where they are forbidden, others tinted.
inline constexpr int kHatchedCell = 4;
inline constexpr int kHatchPeriod = 6;

// The run of cells [first, last) that pixel `pixel` of `pixels` shows, of `cells` in all: at least one.
struct CellRange {
  int first, last;
};
CellRange cells_of_pixel(int pixel, int pixels, int cells);

// The rows of a picture that are painted together.
struct PixelRows {
  int first, last;
};

// The weight of the last colour.
float top_of_range(const MapView& map, const PaintStyle& style);

// The colour's place on the scale, for a weight that isn't NaN.
int scale_index(float weight, float top, Scale scale);

// The floats of working memory that paint needs.
constexpr int64_t paint_scratch_floats(int kv_len, int width) { return int64_t{kv_len} + width; }

// pixels [rows.last - rows.first, width] <- these rows of the picture of the map, which has cells. A pixel
// that shows several cells shows the largest, so that a lone strong cell is never lost; one that shows a
// NaN is of its colour; one is forbidden where all its cells are. Of differences the one farthest from 0
// counts, and none is forbidden. `top` is the weight of the last colour.
void paint(const MapView& map, const PaintStyle& style, float top, PixelRows rows, uint32_t* pixels,
           float* scratch);

}  // namespace attention_head
