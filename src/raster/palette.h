#pragma once

#include <cstdint>

namespace attention_head {

enum class Theme : int { kLight = 0, kDark = 1 };

// How weights become places on a palette: from 0 to the top, linearly or over the decades below it; or, for
// differences, from below to above 0, which is in the middle.
enum class Scale : int { kLinear = 0, kLogarithmic = 1, kDiverging = 2 };

inline constexpr int kPaletteSize = 256;

// The colours of a map as RGBA bytes in memory order.
struct Palette {
  uint32_t scale[kPaletteSize];  // weight 0 is the page's own background
  uint32_t forbidden;            // a cell that a mask forbids
  uint32_t hatch;                // the lines across it, where there is room for them
  uint32_t not_a_number;
};

// The purple scale of a theme, and for differences an olive one that mirrors it below 0: equal steps of
// OKLab (Ottosson 2020) along a curve from the background, to within a tenth.
Palette make_palette(Theme theme, bool diverging);

}  // namespace attention_head
