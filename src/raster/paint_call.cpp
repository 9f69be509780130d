#include "raster/paint_call.h"

#include <cmath>

#include "kernels/parts.h"

namespace attention_head {

namespace {

// The largest picture and the longest map, each way.
constexpr double kMostPixels = 16384;
constexpr double kMostTokens = 1 << 24;

Status check_size(const char* name, double value, double least, double most) {
  if (value >= least && value <= most) return {};
  return invalid_argument(name, " must be from ", least, " to ", most, ", got ", value, ".");
}

}  // namespace

Status PaintCall::prepare(const PaintRequest& request) {
  Status status = check_size("width", request.width, 0, kMostPixels);
  if (status.ok()) status = check_size("height", request.height, 0, kMostPixels);
  if (status.ok()) status = check_size("weights' qLen", request.q_len, 1, kMostTokens);
  if (status.ok()) status = check_size("weights' kvLen", request.kv_len, 1, kMostTokens);
  if (!status.ok()) return status;
  const auto top = static_cast<float>(request.top);
  if (!(top >= 0) || std::isinf(top)) {
    return invalid_argument("max must be a positive finite number, got ", static_cast<double>(top), ".");
  }
  if (request.scale == static_cast<double>(Scale::kDiverging) && request.has_masked != 0) {
    return invalid_argument("masked must be left out where colours are \"diverging\".");
  }
  map_.q_len = static_cast<int>(request.q_len);
  map_.kv_len = static_cast<int>(request.kv_len);
  style_ = {static_cast<int>(request.width),
            static_cast<int>(request.height),
            static_cast<Scale>(static_cast<int>(request.scale)),
            top,
            request.ignore_first_key != 0,
            request.dark != 0 ? Theme::kDark : Theme::kLight};
  rows_ = {static_cast<int>(request.first_row), static_cast<int>(request.last_row)};
  const double map = 4 * request.q_len * request.kv_len;
  const double bytes[kNumParts] = {
      request.weights_address != 0 ? 0 : map,
      request.has_masked != 0 && request.masked_address == 0 ? map : 0,
      4 * request.width * (rows_.last - rows_.first), 4,
      4.0 * static_cast<double>(paint_scratch_floats(map_.kv_len, style_.width))};
  status = lay_out_parts("This picture", bytes, memory_, address_);
  if (!status.ok()) return status;
  if (request.weights_address != 0) address_[kWeights] = static_cast<uintptr_t>(request.weights_address);
  if (request.masked_address != 0) address_[kMasked] = static_cast<uintptr_t>(request.masked_address);
  map_.weights = reinterpret_cast<const float*>(address_[kWeights]);
  map_.masked = request.has_masked != 0 ? reinterpret_cast<const float*>(address_[kMasked]) : nullptr;
  return {};
}

Status PaintCall::run(bool) {
  const float top = top_of_range(map_, style_);
  *reinterpret_cast<float*>(address_[kTop]) = top;
  paint(map_, style_, top, rows_, reinterpret_cast<uint32_t*>(address_[kPixels]),
        reinterpret_cast<float*>(address_[kScratch]));
  return {};
}

}  // namespace attention_head
