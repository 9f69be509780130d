#pragma once

#include <cstdint>

namespace attention_head {

enum class Theme : int { kLight = 0, kDark = 1 };

inline constexpr int kPaletteSize = 256;

// The colours of a map as RGBA bytes in memory order.
struct Palette {
  uint32_t scale[kPaletteSize];  // weight 0, the page's own background, to the strongest
  uint32_t forbidden;            // a cell that a mask forbids
  uint32_t hatch;                // the lines across it, where there is room for them
  uint32_t not_a_number;
};

// The purple scale of a theme: equal steps of OKLab (Ottosson 2020) along a curve from the background, to
// within a tenth.
Palette make_palette(Theme theme);

}  // namespace attention_head
