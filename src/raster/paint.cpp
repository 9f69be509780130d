#include "raster/paint.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/simd.h"
#include "kernels/softmax.h"

namespace attention_head {

namespace {

// What stands for a forbidden cell, in `masked` and in what is pooled.
constexpr float kForbidden = -std::numeric_limits<float>::infinity();

// The larger of two values; NaN where one of them is.
float pooled(float a, float b) { return a < b || std::isnan(b) ? b : a; }
f32x4 pooled(f32x4 a, f32x4 b) { return select((a < b) | is_nan(b), b, a); }

// cells [kv_len] <- the larger of each cell and the query's; what is forbidden is smaller than any weight.
void pool_row(const MapView& map, int query, float* cells) {
  const float* const weights = map.weights + int64_t{query} * map.kv_len;
  const float* const masked = map.masked == nullptr ? nullptr : map.masked + int64_t{query} * map.kv_len;
  int key = 0;
  for (; key + kLanes <= map.kv_len; key += kLanes) {
    f32x4 values = load(weights + key);
    if (masked != nullptr)
      values = select(load(masked + key) == splat(kForbidden), splat(kForbidden), values);
    store(cells + key, pooled(load(cells + key), values));
  }
  for (; key < map.kv_len; ++key) {
    if (!map.forbids(query, key)) cells[key] = pooled(cells[key], weights[key]);
  }
}

// The largest of each column over rows [first, last): in `cells` [kv_len], or in the map itself where that
// is it.
const float* pool_rows(const MapView& map, CellRange rows, float* cells) {
  if (map.masked == nullptr && rows.last - rows.first == 1) {
    return map.weights + int64_t{rows.first} * map.kv_len;
  }
  std::fill_n(cells, map.kv_len, kForbidden);
  for (int query = rows.first; query < rows.last; ++query) pool_row(map, query, cells);
  return cells;
}

// The largest of the cells that each pixel shows: in `row` [width], or in `cells` where they are the
// pixels.
const float* pool_cells(const float* cells, int kv_len, int width, float* row) {
  if (kv_len == width) return cells;
  for (int x = 0; x < width; ++x) {
    const CellRange keys = cells_of_pixel(x, width, kv_len);
    float value = cells[keys.first];
    for (int key = keys.first + 1; key < keys.last; ++key) value = pooled(value, cells[key]);
    row[x] = value;
  }
  return row;
}

// The colours of values by their place in one table: the scale, then what isn't a weight.
class ColourTable {
 public:
  ColourTable(const Palette& palette, float top, bool logarithmic)
      : palette_(palette), top_(top), logarithmic_(logarithmic) {
    std::copy_n(palette.scale, kPaletteSize, colours_);
    colours_[kForbiddenPlace] = palette.forbidden;
    colours_[kNotANumberPlace] = palette.not_a_number;
  }

  // pixels [count] <- the colours of values [count]; whether all of them are weights.
  bool paint(const float* values, int count, uint32_t* pixels) const {
    auto* const places = reinterpret_cast<int32_t*>(pixels);
    const bool are_weights = find_places(values, count, places);
    for (int x = 0; x < count; ++x) pixels[x] = colours_[places[x]];
    return are_weights;
  }

  // Lines across the forbidden ones of pixels [width] in row y.
  void hatch(int y, int width, uint32_t* pixels) const {
    for (int x = (kHatchPeriod - y % kHatchPeriod) % kHatchPeriod; x < width; x += kHatchPeriod) {
      if (pixels[x] == palette_.forbidden) pixels[x] = palette_.hatch;
    }
  }

 private:
  static constexpr int kForbiddenPlace = kPaletteSize;
  static constexpr int kNotANumberPlace = kPaletteSize + 1;

  [[nodiscard]] int place(float value) const {
    if (value == kForbidden) return kForbiddenPlace;
    return std::isnan(value) ? kNotANumberPlace : scale_index(value, top_, logarithmic_);
  }

  bool find_places(const float* values, int count, int32_t* places) const {
    constexpr float kLast = kPaletteSize - 1;
    const f32x4 factor = splat(kLast / top_);
    const bool by_factor = !logarithmic_ && top_ > 0 && std::isfinite(top_);
    i32x4 are_weights = splat(-1);
    int x = 0;
    for (; by_factor && x + kLanes <= count; x += kLanes) {
      const f32x4 value = load(values + x);
      are_weights = are_weights & (splat(kForbidden) < value);
      store(places + x, round_to_byte(min(max(splat(0.0f), value * factor), splat(kLast))));
    }
    bool all = !any_zero(are_weights);
    for (int rest = all ? x : 0; rest < count; ++rest) {
      places[rest] = place(values[rest]);
      all = all && places[rest] < kPaletteSize;
    }
    return all;
  }

  const Palette& palette_;
  const float top_;
  const bool logarithmic_;
  uint32_t colours_[kPaletteSize + 2];
};

const Palette& palette_of(Theme theme) {
  static const Palette kPalettes[] = {make_palette(Theme::kLight), make_palette(Theme::kDark)};
  return kPalettes[static_cast<int>(theme)];
}

}  // namespace

bool MapView::forbids(int query, int key) const {
  return masked != nullptr && masked[int64_t{query} * kv_len + key] == kForbidden;
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
  const float place =
      logarithmic ? kLast * (1 + std::log10(weight / top) / kDecades) : weight * (kLast / top);
  return static_cast<int>(std::lrint(std::max(place, 0.0f)));
}

float paint(const MapView& map, const PaintStyle& style, uint32_t* pixels, float* scratch) {
  const bool hatched = style.width >= int64_t{kHatchedCell} * map.kv_len &&
                       style.height >= int64_t{kHatchedCell} * map.q_len;
  const float top = top_of_range(map, style);
  const ColourTable colours(palette_of(style.theme), top, style.logarithmic);
  const float* row = nullptr;
  int pooled_query = -1;
  bool are_weights = true;
  for (int y = 0; y < style.height; ++y, pixels += style.width) {
    const CellRange rows = cells_of_pixel(y, style.height, map.q_len);
    if (rows.first == pooled_query && (are_weights || !hatched)) {
      std::copy_n(pixels - style.width, style.width, pixels);
      continue;
    }
    if (rows.first != pooled_query) {
      const float* const cells = pool_rows(map, rows, scratch);
      row = pool_cells(cells, map.kv_len, style.width, scratch + map.kv_len);
      pooled_query = rows.first;
    }
    are_weights = colours.paint(row, style.width, pixels);
    if (!are_weights && hatched) colours.hatch(y, style.width, pixels);
  }
  return top;
}

}  // namespace attention_head
