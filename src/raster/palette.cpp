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
constexpr Rgb kLightPointsBelow[kPoints] = {
    {255, 255, 255}, {241, 243, 224}, {228, 231, 193}, {214, 219, 164}, {200, 205, 135}, {186, 192, 105},
    {172, 177, 74},  {158, 163, 41},  {143, 148, 0},   {129, 133, 1},   {114, 118, 0},   {100, 104, 0},
    {86, 89, 0},     {73, 76, 0},     {60, 62, 0},     {48, 50, 0},     {37, 39, 0}};
constexpr Rgb kDarkPointsBelow[kPoints] = {
    {20, 20, 24},    {29, 31, 19},    {40, 42, 13},    {51, 54, 1},     {63, 66, 0},    {76, 79, 0},
    {89, 93, 0},     {104, 108, 0},   {118, 123, 9},   {133, 138, 38},  {147, 153, 63}, {161, 167, 85},
    {176, 182, 112}, {191, 196, 136}, {205, 211, 163}, {220, 224, 191}, {235, 238, 219}};

static_assert(std::endian::native == std::endian::little);

uint32_t rgba(int r, int g, int b) {
  return 0xff000000u | static_cast<uint32_t>(b) << 16 | static_cast<uint32_t>(g) << 8 |
         static_cast<uint32_t>(r);
}

// The colour at `place` of `last` along the points.
uint32_t colour_at(const Rgb* points, int place, int last) {
  const int at = place * (kPoints - 1);
  const int point = at / last;
  const int part = at % last;
  const Rgb a = points[point];
  const Rgb b = points[part == 0 ? point : point + 1];
  const auto between = [part, last](int from, int to) {
    return (from * (last - part) + to * part + last / 2) / last;
  };
  return rgba(between(a.r, b.r), between(a.g, b.g), between(a.b, b.b));
}

}  // namespace

Palette make_palette(Theme theme, bool diverging) {
  const bool dark = theme == Theme::kDark;
  const Rgb* const above = dark ? kDarkPoints : kLightPoints;
  const Rgb* const below = dark ? kDarkPointsBelow : kLightPointsBelow;
  Palette palette;
  constexpr int kLast = kPaletteSize - 1;
  constexpr int kMiddle = kPaletteSize / 2;
  for (int i = 0; i < kPaletteSize; ++i) {
    if (!diverging)
      palette.scale[i] = colour_at(above, i, kLast);
    else if (i < kMiddle)
      palette.scale[i] = colour_at(below, kMiddle - i, kMiddle);
    else
      palette.scale[i] = colour_at(above, i - kMiddle, kLast - kMiddle);
  }
  palette.forbidden = dark ? rgba(30, 30, 35) : rgba(245, 245, 246);
  palette.hatch = dark ? rgba(62, 62, 70) : rgba(214, 214, 219);
  palette.not_a_number = dark ? rgba(112, 112, 118) : rgba(150, 150, 156);
  return palette;
}

}  // namespace attention_head
