#pragma once

#include <cstdint>

#include "kernels/buffer.h"
#include "kernels/call.h"
#include "raster/paint.h"

namespace attention_head {

// One picture as it is asked for over the border: numbers in the order of web/lib/request.ts, as an
// AttendRequest's.
struct PaintRequest {
  double q_len, kv_len, width, height;
  double first_row, last_row;  // of the picture's rows, those to be painted
  double scale;
  double top;
  double ignore_first_key;
  double dark;
  double has_masked;
  double weights_address, masked_address;  // resident maps, or 0
};
static_assert(sizeof(PaintRequest) == 13 * sizeof(double));

class PaintCall : public Call {
 public:
  enum Part : int { kWeights, kMasked, kPixels, kTop, kScratch, kNumParts };

  Status prepare(const PaintRequest& request);
  Status run(bool check_finite) override;
  [[nodiscard]] uintptr_t address(int part) const override { return address_[part]; }

 private:
  MapView map_;
  PaintStyle style_;
  PixelRows rows_ = {};
  Buffer memory_;
  uintptr_t address_[kNumParts] = {};
};

}  // namespace attention_head
