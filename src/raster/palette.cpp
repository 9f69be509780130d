#include "raster/palette.h"

#include <bit>

namespace attention_head {

namespace {

struct Rgb {
  uint8_t r, g, b;
};

// 17 points of each scale at equal distances in OKLab.
constexpr int kPoints = 17;
constexpr Rgb kLightPoints[kPoints] = {
    {255, 255, 255}, {246, 237, 255}, {237, 219, 254}, {227, 201, 250}, {216, 183, 245}, {204, 165, 239},
    {192, 147, 231}, {179, 130, 221}, {165, 113, 209}, {151, 97, 196},  {136, 82, 182},  {121, 68, 166},
    {105, 55, 149},  {90, 44, 131},   {74, 34, 113},   {59, 26, 95},    {45, 19, 76}};
constexpr Rgb kDarkPoints[kPoints] = {
    {20, 20, 24},    {33, 25, 44},    {47, 31, 64},    {61, 37, 85},    {76, 45, 105},   {91, 54, 125},
    {106, 65, 144},  {122, 78, 162},  {137, 92, 179},  {152, 107, 194}, {167, 123, 207}, {181, 139, 219},
    {195, 157, 229}, {208, 174, 238}, {221, 192, 245}, {234, 210, 250}, {246, 228, 254}};

static_assert(std::endian::native == std::endian::little);

uint32_t rgba(int r, int g, int b) {
  return 0xff000000u | static_cast<uint32_t>(b) << 16 | static_cast<uint32_t>(g) << 8 |
         static_cast<uint32_t>(r);
}

// The byte at `part` of kPaletteSize - 1 steps from a to b.
int between(int a, int b, int part) {
  constexpr int kSteps = kPaletteSize - 1;
  return (a * (kSteps - part) + b * part + kSteps / 2) / kSteps;
}

}  // namespace

Palette make_palette(Theme theme) {
  const bool dark = theme == Theme::kDark;
  const Rgb* const points = dark ? kDarkPoints : kLightPoints;
  Palette palette;
  for (int i = 0; i < kPaletteSize; ++i) {
    const int at = i * (kPoints - 1);
    const int point = at / (kPaletteSize - 1);
    const int part = at % (kPaletteSize - 1);
    const Rgb a = points[point];
    const Rgb b = points[part == 0 ? point : point + 1];
    palette.scale[i] = rgba(between(a.r, b.r, part), between(a.g, b.g, part), between(a.b, b.b, part));
  }
  palette.forbidden = dark ? rgba(30, 30, 35) : rgba(245, 245, 246);
  palette.hatch = dark ? rgba(62, 62, 70) : rgba(214, 214, 219);
  palette.not_a_number = dark ? rgba(112, 112, 118) : rgba(150, 150, 156);
  return palette;
}

}  // namespace attention_head
