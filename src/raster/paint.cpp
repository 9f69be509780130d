#include "raster/paint.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "kernels/softmax.h"

namespace attention_head {

namespace {

constexpr float kForbidden = -std::numeric_limits<float>::infinity();

// The larger of two values; NaN where one of them is.
float pooled(float a, float b) { return a < b || std::isnan(b) ? b : a; }

// cells [kv_len] <- the largest of each column over rows [first, last).
void pool_rows(const MapView& map, CellRange rows, float* cells) {
  std::fill_n(cells, map.kv_len, kForbidden);
  for (int query = rows.first; query < rows.last; ++query) {
    const float* const weights = map.weights + int64_t{query} * map.kv_len;
    for (int key = 0; key < map.kv_len; ++key) {
      if (!map.forbids(query, key)) cells[key] = pooled(cells[key], weights[key]);
    }
  }
}

struct Colours {
  Palette palette;
  float top;
  bool logarithmic;
  bool hatched;

  [[nodiscard]] uint32_t of(float value, int x, int y) const {
    if (value == kForbidden) {
      return hatched && (x + y) % kHatchPeriod == 0 ? palette.hatch : palette.forbidden;
    }
    if (std::isnan(value)) return palette.not_a_number;
    return palette.scale[scale_index(value, top, logarithmic)];
  }
};

}  // namespace

bool MapView::forbids(int query, int key) const {
  return masked != nullptr &&
         masked[int64_t{query} * kv_len + key] == -std::numeric_limits<float>::infinity();
}

CellRange cells_of_pixel(int pixel, int pixels, int cells) {
  const auto first = static_cast<int>(int64_t{pixel} * cells / pixels);
  const auto last = static_cast<int>((int64_t{pixel} + 1) * cells / pixels);
  return {first, std::max(first + 1, last)};
}

float top_of_range(const MapView& map, const PaintStyle& style) {
  if (style.top > 0) return style.top;
  const int skipped = style.ignore_first_key && map.kv_len > 1 ? 1 : 0;
  float top = 0;
  for (int query = 0; query < map.q_len; ++query) {
    const float* const row = map.weights + int64_t{query} * map.kv_len;
    top = std::max(top, max_of_row(row + skipped, map.kv_len - skipped));
  }
  return top;
}

int scale_index(float weight, float top, bool logarithmic) {
  constexpr int kLast = kPaletteSize - 1;
  if (!(weight > 0) || !(top > 0)) return 0;
  if (weight >= top) return kLast;
  const float part = logarithmic ? 1 + std::log10(weight / top) / kDecades : weight / top;
  return static_cast<int>(std::lround(std::max(part, 0.0f) * kLast));
}

float paint(const MapView& map, const PaintStyle& style, uint32_t* pixels, float* scratch) {
  float* const cells = scratch;
  float* const row = scratch + map.kv_len;
  const bool hatched = style.width >= int64_t{kHatchedCell} * map.kv_len &&
                       style.height >= int64_t{kHatchedCell} * map.q_len;
  const Colours colours{make_palette(style.theme), top_of_range(map, style), style.logarithmic, hatched};
  int pooled_query = -1;
  bool any_forbidden = false;
  for (int y = 0; y < style.height; ++y, pixels += style.width) {
    const CellRange rows = cells_of_pixel(y, style.height, map.q_len);
    if (rows.first == pooled_query && !any_forbidden) {
      std::copy_n(pixels - style.width, style.width, pixels);
      continue;
    }
    if (rows.first != pooled_query) {
      pool_rows(map, rows, cells);
      pooled_query = rows.first;
      any_forbidden = false;
      for (int x = 0; x < style.width; ++x) {
        const CellRange keys = cells_of_pixel(x, style.width, map.kv_len);
        row[x] = std::accumulate(cells + keys.first + 1, cells + keys.last, cells[keys.first], pooled);
        any_forbidden = any_forbidden || row[x] == kForbidden;
      }
    }
    for (int x = 0; x < style.width; ++x) pixels[x] = colours.of(row[x], x, y);
  }
  return colours.top;
}

}  // namespace attention_head
