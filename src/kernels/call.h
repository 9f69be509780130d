#pragma once

#include <cstdint>

#include "kernels/status.h"

namespace attention_head {

// Work that is asked for over the border. A prepare() of each kind checks the sizes and lays the tensors
// out; the caller writes the inputs to their addresses, run() computes without allocating, the caller reads
// the results.
class Call {
 public:
  Call() = default;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  virtual ~Call() = default;

  virtual Status run(bool check_finite) = 0;
  // Where a part lies, in bytes.
  [[nodiscard]] virtual uintptr_t address(int part) const = 0;
};

}  // namespace attention_head
