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

// The place of a difference of 0.
constexpr float kZeroPlace = kPaletteSize / 2.0f;

// The larger of two weights; NaN where one of them is.
struct Larger {
  static constexpr float kNone = kForbidden;
  static float of(float a, float b) { return a < b || std::isnan(b) ? b : a; }
  static f32x4 of(f32x4 a, f32x4 b) { return select((a < b) | is_nan(b), b, a); }
};

// Of two differences the one farther from 0; NaN where one of them is.
struct Farther {
  static constexpr float kNone = 0;
  static float of(float a, float b) { return std::fabs(a) < std::fabs(b) || std::isnan(b) ? b : a; }
  static f32x4 of(f32x4 a, f32x4 b) { return select((size(a) < size(b)) | is_nan(b), b, a); }
  static f32x4 size(f32x4 a) { return max(a, splat(0.0f) - a); }
};

// cells [kv_len] <- the one of each cell and the query's that counts; what is forbidden is smaller than any
// weight.
template <typename Pooled>
void pool_row(const MapView& map, int query, float* cells) {
  const float* const weights = map.weights + int64_t{query} * map.kv_len;
  const float* const masked = map.masked == nullptr ? nullptr : map.masked + int64_t{query} * map.kv_len;
  int key = 0;
  for (; key + kLanes <= map.kv_len; key += kLanes) {
    f32x4 values = load(weights + key);
    if (masked != nullptr)
      values = select(load(masked + key) == splat(kForbidden), splat(kForbidden), values);
    store(cells + key, Pooled::of(load(cells + key), values));
  }
  for (; key < map.kv_len; ++key) {
    if (!map.forbids(query, key)) cells[key] = Pooled::of(cells[key], weights[key]);
  }
}

// The cell of each column that counts over rows [first, last): in `cells` [kv_len], or in the map itself
// where that is it.
template <typename Pooled>
const float* pool_rows(const MapView& map, CellRange rows, float* cells) {
  if (map.masked == nullptr && rows.last - rows.first == 1) {
    return map.weights + int64_t{rows.first} * map.kv_len;
  }
  std::fill_n(cells, map.kv_len, Pooled::kNone);
  for (int query = rows.first; query < rows.last; ++query) pool_row<Pooled>(map, query, cells);
  return cells;
}

// The cell that counts of those that each pixel shows: in `row` [width], or in `cells` where they are the
// pixels.
template <typename Pooled>
const float* pool_cells(const float* cells, int kv_len, int width, float* row) {
  if (kv_len == width) return cells;
  for (int x = 0; x < width; ++x) {
    const CellRange keys = cells_of_pixel(x, width, kv_len);
    float value = cells[keys.first];
    for (int key = keys.first + 1; key < keys.last; ++key) value = Pooled::of(value, cells[key]);
    row[x] = value;
  }
  return row;
}

// The colours of values by their place in one table: the scale, then what isn't a weight.
class ColourTable {
 public:
  ColourTable(const Palette& palette, float top, Scale scale)
      : palette_(palette), top_(top), scale_(scale) {
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
    return std::isnan(value) ? kNotANumberPlace : scale_index(value, top_, scale_);
  }

  bool find_places(const float* values, int count, int32_t* places) const {
    constexpr float kLast = kPaletteSize - 1;
    const bool diverging = scale_ == Scale::kDiverging;
    const f32x4 factor = splat((diverging ? kLast / 2 : kLast) / top_);
    const f32x4 zero = splat(diverging ? kZeroPlace : 0);
    const bool by_factor = scale_ != Scale::kLogarithmic && top_ > 0 && std::isfinite(top_);
    i32x4 are_weights = splat(-1);
    int x = 0;
    for (; by_factor && x + kLanes <= count; x += kLanes) {
      const f32x4 value = load(values + x);
      are_weights = are_weights & (splat(kForbidden) < value);
      store(places + x, round_to_byte(min(max(splat(0.0f), value * factor + zero), splat(kLast))));
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
  const Scale scale_;
  uint32_t colours_[kPaletteSize + 2];
};

const Palette& palette_of(const PaintStyle& style) {
  static const Palette kPalettes[] = {make_palette(Theme::kLight, false), make_palette(Theme::kDark, false),
                                      make_palette(Theme::kLight, true), make_palette(Theme::kDark, true)};
  const int diverging = style.scale == Scale::kDiverging ? 2 : 0;
  return kPalettes[diverging + static_cast<int>(style.theme)];
}

// The pixels' cells of one row of the picture, pooled.
template <typename Pooled>
const float* pool_pixels(const MapView& map, CellRange rows, int width, float* scratch) {
  const float* const cells = pool_rows<Pooled>(map, rows, scratch);
  return pool_cells<Pooled>(cells, map.kv_len, width, scratch + map.kv_len);
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
    if (style.scale != Scale::kDiverging) continue;
    for (int key = skipped; key < map.kv_len; ++key) top = std::max(top, -row[key]);
  }
  return top;
}

int scale_index(float weight, float top, Scale scale) {
  constexpr int kLast = kPaletteSize - 1;
  if (scale == Scale::kDiverging) {
    const float place = top > 0 ? kZeroPlace + weight * (kLast / 2.0f / top) : kZeroPlace;
    return static_cast<int>(std::lrint(std::clamp(place, 0.0f, static_cast<float>(kLast))));
  }
  if (!(weight > 0) || !(top > 0)) return 0;
  if (weight >= top) return kLast;
  const float place = scale == Scale::kLogarithmic ? kLast * (1 + std::log10(weight / top) / kDecades)
                                                   : weight * (kLast / top);
  return static_cast<int>(std::lrint(std::max(place, 0.0f)));
}

void paint(const MapView& map, const PaintStyle& style, float top, PixelRows band, uint32_t* pixels,
           float* scratch) {
  const bool hatched = style.width >= int64_t{kHatchedCell} * map.kv_len &&
                       style.height >= int64_t{kHatchedCell} * map.q_len;
  const ColourTable colours(palette_of(style), top, style.scale);
  const float* row = nullptr;
  int pooled_query = -1;
  bool are_weights = true;
  for (int y = band.first; y < band.last; ++y, pixels += style.width) {
    const CellRange rows = cells_of_pixel(y, style.height, map.q_len);
    if (rows.first == pooled_query && (are_weights || !hatched)) {
      std::copy_n(pixels - style.width, style.width, pixels);
      continue;
    }
    if (rows.first != pooled_query) {
      row = style.scale == Scale::kDiverging ? pool_pixels<Farther>(map, rows, style.width, scratch)
                                             : pool_pixels<Larger>(map, rows, style.width, scratch);
      pooled_query = rows.first;
    }
    are_weights = colours.paint(row, style.width, pixels);
    if (!are_weights && hatched) colours.hatch(y, style.width, pixels);
  }
}

}  // namespace attention_head
