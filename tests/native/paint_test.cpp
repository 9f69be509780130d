#include "raster/paint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <random>
#include <vector>

namespace attention_head::test {

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr int kLast = kPaletteSize - 1;

struct Size {
  int cells, pixels;
};
// More cells than pixels, fewer and as many; divisible and not.
constexpr Size kSizes[] = {{1, 1},  {1, 7},  {7, 1},   {5, 5},   {12, 4}, {4, 12},
                           {13, 5}, {5, 13}, {17, 16}, {16, 17}, {64, 9}, {9, 64}};

// Whether pixel x of `size.pixels` shows cell j: each cell once where there are more cells than pixels, and
// otherwise each pixel the one cell that its left edge lies in.
bool shows(Size size, int x, int j) {
  if (size.cells < size.pixels) return x * size.cells / size.pixels == j;
  return ((j + 1) * size.pixels - 1) / size.cells == x;
}

// A map of its own memory with a style, painted.
struct Map {
  Size rows, columns;
  PaintStyle style = {};
  std::vector<float> weights = std::vector<float>(static_cast<size_t>(rows.cells * columns.cells));
  std::vector<float> masked = weights;
  std::vector<uint32_t> pixels = {};
  float top = 0;

  float& weight(int query, int key) { return weights[place(query, key)]; }
  void forbid(int query, int key) { masked[place(query, key)] = -kInfinity; }
  [[nodiscard]] size_t place(int query, int key) const {
    return static_cast<size_t>(query * columns.cells + key);
  }
  [[nodiscard]] MapView view() const { return {weights.data(), masked.data(), rows.cells, columns.cells}; }
  [[nodiscard]] uint32_t pixel(int x, int y) const {
    return pixels[static_cast<size_t>(y * columns.pixels + x)];
  }

  void paint() {
    style.width = columns.pixels;
    style.height = rows.pixels;
    pixels.assign(static_cast<size_t>(rows.pixels * columns.pixels), 0);
    std::vector<float> scratch(static_cast<size_t>(paint_scratch_floats(columns.cells, columns.pixels)));
    top = top_of_range(view(), style);
    // In two bands: where they meet must not show.
    const int middle = style.height / 2;
    uint32_t* const below = pixels.data() + static_cast<ptrdiff_t>(middle) * style.width;
    attention_head::paint(view(), style, top, {middle, style.height}, below, scratch.data());
    attention_head::paint(view(), style, top, {0, middle}, pixels.data(), scratch.data());
  }

  // The largest of the cells that the pixel shows; NaN where one is, nothing where all are forbidden.
  [[nodiscard]] std::optional<float> largest(int x, int y) const {
    std::optional<float> found;
    for (int query = 0; query < rows.cells; ++query) {
      for (int key = 0; key < columns.cells; ++key) {
        if (!shows(rows, y, query) || !shows(columns, x, key)) continue;
        if (std::isinf(masked[place(query, key)])) continue;
        const float own = weights[place(query, key)];
        const bool farther = found && std::abs(own) > std::abs(*found);
        const bool counts = style.scale == Scale::kDiverging ? farther : found && own > *found;
        if (!found || std::isnan(own) || counts) found = own;
        if (std::isnan(own)) return own;
      }
    }
    return found;
  }
};

// The place of a weight on a scale of four decades, or of its part of the top.
double place_on_scale(double weight, double top, Scale scale) {
  if (scale == Scale::kDiverging) return std::clamp(128 + weight / top * kLast / 2, 0.0, 255.0);
  if (weight <= 0) return 0;
  const double part = scale == Scale::kLogarithmic ? 1 + std::log10(weight / top) / 4 : weight / top;
  return std::clamp(part, 0.0, 1.0) * kLast;
}

void expect_right(Map& map) {
  map.paint();
  const Palette palette = make_palette(map.style.theme, map.style.scale == Scale::kDiverging);
  const bool hatched = map.rows.pixels >= 4 * map.rows.cells && map.columns.pixels >= 4 * map.columns.cells;
  for (int y = 0; y < map.rows.pixels; ++y) {
    for (int x = 0; x < map.columns.pixels; ++x) {
      const std::optional<float> weight = map.largest(x, y);
      const uint32_t colour = map.pixel(x, y);
      if (!weight) {
        const bool line = hatched && (x + y) % 6 == 0;
        ASSERT_EQ(colour, line ? palette.hatch : palette.forbidden) << x << ' ' << y;
      } else if (std::isnan(*weight)) {
        ASSERT_EQ(colour, palette.not_a_number) << x << ' ' << y;
      } else {
        const double exact =
            place_on_scale(static_cast<double>(*weight), static_cast<double>(map.top), map.style.scale);
        const auto* const at = std::find(palette.scale, palette.scale + kPaletteSize, colour);
        ASSERT_LE(std::abs(static_cast<double>(at - palette.scale) - exact), 0.501) << x << ' ' << y;
      }
    }
  }
}

struct Lab {
  double lightness, a, b;
};

// OKLab of an sRGB colour (Ottosson 2020).
Lab oklab(uint32_t rgba) {
  std::array<double, 3> linear{};
  for (size_t channel = 0; channel < 3; ++channel) {
    const double value = (rgba >> (8 * channel) & 255) / 255.0;
    linear[channel] = value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  }
  const auto [r, g, b] = linear;
  const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
          1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
          0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

double distance(Lab one, Lab other) {
  return std::hypot(one.lightness - other.lightness, one.a - other.a, one.b - other.b);
}

}  // namespace

TEST(Paint, ShowsEveryCellInAtLeastOnePixelAndEveryPixelSomeCell) {
  for (const Size size : kSizes) {
    std::vector<int> shown(static_cast<size_t>(size.cells));
    for (int x = 0; x < size.pixels; ++x) {
      const CellRange range = cells_of_pixel(x, size.pixels, size.cells);
      ASSERT_GE(range.first, 0);
      ASSERT_LE(range.last, size.cells);
      ASSERT_LT(range.first, range.last);
      for (int j = 0; j < size.cells; ++j) {
        const bool inside = j >= range.first && j < range.last;
        ASSERT_EQ(inside, shows(size, x, j)) << size.cells << " cells, " << size.pixels << " pixels";
        shown[static_cast<size_t>(j)] += inside;
      }
    }
    const int least = std::max(1, size.pixels / size.cells);
    for (const int times : shown) ASSERT_GE(times, least);
  }
}

TEST(Paint, PlacesPixelsOfTheLargestPictureAndMap) {
  constexpr int kPixels = 16384;
  constexpr int kCells = 1 << 24;
  EXPECT_EQ(cells_of_pixel(kPixels - 1, kPixels, kCells).last, kCells);
  EXPECT_EQ(cells_of_pixel(kPixels - 1, kPixels, kCells).first, kCells - kCells / kPixels);
}

TEST(Paint, EqualsASlowReference) {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> uniform;
  for (const Size rows : kSizes) {
    for (const Size columns : kSizes) {
      for (const Scale scale : {Scale::kLinear, Scale::kLogarithmic, Scale::kDiverging}) {
        Map map{rows, columns};
        map.style.scale = scale;
        map.style.theme = random() % 2 == 0 ? Theme::kLight : Theme::kDark;
        map.style.ignore_first_key = random() % 2 == 0;
        for (float& weight : map.weights) weight = std::pow(uniform(random), 8.0f);
        const bool diverging = scale == Scale::kDiverging;
        for (float& weight : map.weights) weight *= diverging && random() % 2 == 0 ? -1.0f : 1.0f;
        for (float& score : map.masked) score = !diverging && random() % 3 == 0 ? -kInfinity : 0;
        if (random() % 2 == 0) map.weights[random() % map.weights.size()] = kNaN;
        expect_right(map);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(Paint, NeverLosesALoneStrongCell) {
  const uint32_t strongest = make_palette(Theme::kLight, false).scale[kLast];
  for (int query = 0; query < 33; ++query) {
    for (int key = 0; key < 47; ++key) {
      Map map{{33, 6}, {47, 10}};
      map.weight(query, key) = 1;
      map.paint();
      ASSERT_EQ(std::count(map.pixels.begin(), map.pixels.end(), strongest), 1) << query << ' ' << key;
    }
  }
}

TEST(Paint, HatchesForbiddenCellsWhereThereIsRoomAndTintsThemElsewhere) {
  for (const Theme theme : {Theme::kLight, Theme::kDark}) {
    const Palette palette = make_palette(theme, false);
    for (const int pixels : {8, 7}) {  // four pixels to a cell, and fewer
      Map map{{2, pixels}, {2, 8}};
      map.style.theme = theme;
      map.forbid(0, 1);
      map.paint();
      const auto count = [&map](uint32_t colour) {
        return std::count(map.pixels.begin(), map.pixels.end(), colour);
      };
      EXPECT_EQ(count(palette.hatch) > 0, pixels == 8);
      EXPECT_EQ(count(palette.hatch) + count(palette.forbidden), 16);
      EXPECT_EQ(map.pixel(0, 0), palette.scale[0]);
    }
  }
}

TEST(Paint, TakesACellAsForbiddenOnlyWhereAMaskSaysSo) {
  const Palette palette = make_palette(Theme::kLight, false);
  Map map{{1, 1}, {4, 4}};
  map.weights = {-1, -7, 0, 1};
  map.paint();
  EXPECT_EQ(map.pixels, std::vector<uint32_t>(
                            {palette.scale[0], palette.scale[0], palette.scale[0], palette.scale[kLast]}));
  const MapView unmasked{map.weights.data(), nullptr, 1, 4};
  EXPECT_FALSE(unmasked.forbids(0, 0));
}

TEST(Paint, PaintsNaNInItsOwnColourAndPassesItOverForTheTop) {
  Map map{{2, 2}, {3, 3}};
  map.weights = {0.5f, kNaN, 0.25f, kNaN, kNaN, kNaN};
  map.paint();
  const Palette palette = make_palette(Theme::kLight, false);
  EXPECT_EQ(map.top, 0.5f);
  EXPECT_EQ(map.pixel(0, 0), palette.scale[kLast]);
  for (const auto& [x, y] : {std::pair{1, 0}, {0, 1}, {1, 1}, {2, 1}}) {
    EXPECT_EQ(map.pixel(x, y), palette.not_a_number);
  }
}

TEST(TopOfRange, IsTheLargestWeightOrTheOneGiven) {
  Map map{{2, 2}, {3, 3}};
  map.weights = {0.9f, 0.1f, 0, 0.2f, 0.3f, 0.5f};
  EXPECT_EQ(top_of_range(map.view(), map.style), 0.9f);
  map.style.ignore_first_key = true;
  EXPECT_EQ(top_of_range(map.view(), map.style), 0.5f);
  map.style.top = 0.7f;
  EXPECT_EQ(top_of_range(map.view(), map.style), 0.7f);
}

TEST(TopOfRange, CountsAnOnlyKeyAlways) {
  Map map{{2, 2}, {1, 1}};
  map.weights = {0.25f, 0.75f};
  map.style.ignore_first_key = true;
  EXPECT_EQ(top_of_range(map.view(), map.style), 0.75f);
}

TEST(TopOfRange, IsZeroForAMapOfZerosWhichIsAllBackground) {
  Map map{{2, 4}, {2, 4}};
  map.paint();
  EXPECT_EQ(map.top, 0.0f);
  const std::vector<uint32_t> background(16, make_palette(Theme::kLight, false).scale[0]);
  EXPECT_EQ(map.pixels, background);
}

TEST(ScaleIndex, IsTheWeightsPartOfTheTop) {
  EXPECT_EQ(scale_index(0, 0.5f, Scale::kLinear), 0);
  EXPECT_EQ(scale_index(0.1f, 0.5f, Scale::kLinear), 51);
  EXPECT_EQ(scale_index(0.5f, 0.5f, Scale::kLinear), kLast);
  EXPECT_EQ(scale_index(0.8f, 0.5f, Scale::kLinear), kLast);
}

TEST(ScaleIndex, IsLogarithmicOverFourDecades) {
  EXPECT_EQ(scale_index(0.5f, 0.5f, Scale::kLogarithmic), kLast);
  EXPECT_EQ(scale_index(0.05f, 0.5f, Scale::kLogarithmic), 191);
  EXPECT_EQ(scale_index(0.005f, 0.5f, Scale::kLogarithmic), 128);
  EXPECT_EQ(scale_index(0.0005f, 0.5f, Scale::kLogarithmic), 64);
  EXPECT_EQ(scale_index(0.00005f, 0.5f, Scale::kLogarithmic), 0);
  EXPECT_EQ(scale_index(0.000001f, 0.5f, Scale::kLogarithmic), 0);
  EXPECT_EQ(scale_index(0, 0.5f, Scale::kLogarithmic), 0);
  EXPECT_EQ(scale_index(0.6f, 0.5f, Scale::kLogarithmic), kLast);
}

TEST(ScaleIndex, StaysOnTheScaleWhateverItIsGiven) {
  constexpr float kTiny = std::numeric_limits<float>::denorm_min();
  for (const Scale scale : {Scale::kLinear, Scale::kLogarithmic}) {
    EXPECT_EQ(scale_index(-1, 1, scale), 0);
    EXPECT_EQ(scale_index(-kInfinity, 1, scale), 0);
    EXPECT_EQ(scale_index(1, 0, scale), 0);
    EXPECT_EQ(scale_index(kInfinity, 1, scale), kLast);
    EXPECT_EQ(scale_index(kInfinity, kInfinity, scale), kLast);
    EXPECT_EQ(scale_index(1, kInfinity, scale), 0);
    EXPECT_EQ(scale_index(kTiny, kTiny, scale), kLast);
    EXPECT_EQ(scale_index(kTiny, 3e38f, scale), 0);
    EXPECT_EQ(scale_index(3e38f, kTiny, scale), kLast);
  }
}

TEST(Palette, OfDifferencesHasTheBackgroundInTheMiddleAndMirrorsLightness) {
  for (const Theme theme : {Theme::kLight, Theme::kDark}) {
    const Palette palette = make_palette(theme, true);
    EXPECT_EQ(palette.scale[128], make_palette(theme, false).scale[0]);
    for (int step = 1; step < 128; ++step) {
      const Lab above = oklab(palette.scale[128 + step]);
      const Lab below = oklab(palette.scale[128 - step]);
      EXPECT_NEAR(above.lightness, below.lightness, 0.015) << step;
    }
  }
}

TEST(Palette, BeginsAtThePagesBackgroundAndIsOpaque) {
  EXPECT_EQ(make_palette(Theme::kLight, false).scale[0], 0xffffffffu);
  EXPECT_EQ(make_palette(Theme::kDark, false).scale[0], 0xff181414u);
  for (const Theme theme : {Theme::kLight, Theme::kDark}) {
    const Palette palette = make_palette(theme, false);
    for (const uint32_t colour : palette.scale) EXPECT_EQ(colour >> 24, 255u);
    for (const uint32_t colour : {palette.forbidden, palette.hatch, palette.not_a_number}) {
      EXPECT_EQ(colour >> 24, 255u);
      EXPECT_EQ(std::count(palette.scale, palette.scale + kPaletteSize, colour), 0);
    }
  }
}

TEST(Palette, IsPerceptuallyUniform) {
  constexpr int kStride = 15;
  for (const Theme theme : {Theme::kLight, Theme::kDark}) {
    const Palette palette = make_palette(theme, false);
    std::vector<double> steps;
    std::vector<double> strides;
    for (int i = 0; i < kLast; ++i) {
      const Lab here = oklab(palette.scale[i]);
      const Lab next = oklab(palette.scale[i + 1]);
      const double climb = next.lightness - here.lightness;
      EXPECT_GT(theme == Theme::kLight ? -climb : climb, 0) << i;
      steps.push_back(distance(here, next));
      if (i + kStride <= kLast) strides.push_back(distance(here, oklab(palette.scale[i + kStride])));
    }
    // Single steps are rounded to bytes; strides hardly feel it.
    const double mean = std::accumulate(strides.begin(), strides.end(), 0.0) / (kPaletteSize - kStride);
    for (const double step : steps) EXPECT_LT(step, 2 * mean / kStride);
    for (const double stride : strides) EXPECT_NEAR(stride, mean, 0.1 * mean);
  }
}

}  // namespace attention_head::test
