#include "kernels/block_numbers.h"

#include <limits>

#define FOUR_TIMES(value) {value, value, value, value}
#define SIXTEEN_TIMES(value)                               \
  {value, value, value, value, value, value, value, value, \
   value, value, value, value, value, value, value, value}

namespace attention_head {

namespace half_numbers {
const Number kSign = FOUR_TIMES(-0.0f);
const Number kInfinity = FOUR_TIMES(std::numeric_limits<float>::infinity());
const Number kTwoTo16 = FOUR_TIMES(65536.0f);
const Number kTwoTo112 = FOUR_TIMES(5.192296858534828e33f);
}  // namespace half_numbers

namespace nibble_numbers {
const Bytes kMask = SIXTEEN_TIMES(0x0f);
const Bytes kMaskBy8 = SIXTEEN_TIMES(0x78);
const Bytes kExponent = SIXTEEN_TIMES(0x40);
const Bytes kZero = SIXTEEN_TIMES(0);
}  // namespace nibble_numbers

}  // namespace attention_head
