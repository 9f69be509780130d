#include "kernels/status.h"

#include <cmath>
#include <cstring>

namespace attention_head {

void Status::append(std::string_view text) {
  const size_t room = kCapacity - length_;
  const size_t count = text.size() < room ? text.size() : room;
  std::memcpy(text_ + length_, text.data(), count);
  length_ += count;
}

void Status::append(int64_t number) {
  char digits[24];
  size_t first = sizeof(digits);
  uint64_t rest = number < 0 ? 0 - static_cast<uint64_t>(number) : static_cast<uint64_t>(number);
  do {
    digits[--first] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (number < 0) digits[--first] = '-';
  append(std::string_view(digits + first, sizeof(digits) - first));
}

void Status::append(double number) {
  if (std::isnan(number)) return append("NaN");
  if (number < 0) {
    append("-");
    number = -number;
  }
  if (std::isinf(number)) return append("Infinity");
  if (number >= 9e15) return append("over 9e15");
  const auto whole = static_cast<int64_t>(number);
  append(whole);
  auto millionths = static_cast<int64_t>(std::round((number - static_cast<double>(whole)) * 1e6));
  if (millionths <= 0) return;
  append(".");
  for (int64_t place = 100000; place > 0 && millionths > 0; place /= 10) {
    append(millionths / place % 10);
    millionths %= place;
  }
}

}  // namespace attention_head
