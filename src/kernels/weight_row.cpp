#include "kernels/weight_row.h"

#include "kernels/panel.h"
#include "kernels/widen.h"

namespace attention_head {

void copy_weight_row(const WeightMatrix& w, int row, float* out) {
  if (w.type == NumberType::kF32) {
    const int column = row % kPanelColumns;
    const float* const panel = static_cast<const float*>(w.data) + int64_t{row - column} * w.in;
    for (int k = 0; k < w.in; ++k) out[k] = panel[int64_t{k} * kPanelColumns + column];
    return;
  }
  widen_row(w.type, static_cast<const uint8_t*>(w.data) + row * row_bytes(w.type, w.in), w.in, out);
}

}  // namespace attention_head
