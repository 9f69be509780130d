#pragma once

#include "attention/options.h"
#include "kernels/status.h"

namespace attention_head {

// Checks sizes and options (not the tensors' values); the error names the argument as JavaScript knows it.
Status validate(const AttentionShape& shape, const AttentionOptions& options);

// Checks that every value is finite; the error names the tensor and the place in it. `name` is as
// JavaScript knows it.
Status check_finite(const char* name, const float* data, int64_t count);

}  // namespace attention_head
