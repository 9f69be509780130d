#pragma once

#include <cstdint>
#include <string_view>

#include "kernels/buffer.h"
#include "kernels/status.h"

namespace attention_head {

// Lays parts of the given sizes in bytes side by side in one buffer, each from a cache line on. `what` they
// are for is said where memory is short.
template <int kCount>
Status lay_out_parts(std::string_view what, const double (&bytes)[kCount], Buffer& memory,
                     uintptr_t (&addresses)[kCount]) {
  double total = 0;
  for (const double part : bytes) total += part + kLineBytes;
  if (!memory.reserve(total)) return out_of_memory(what, total);
  auto next = reinterpret_cast<uintptr_t>(memory.data());
  for (int part = 0; part < kCount; ++part) {
    addresses[part] = next;
    next += whole_lines(static_cast<size_t>(bytes[part]));
  }
  return {};
}

}  // namespace attention_head
