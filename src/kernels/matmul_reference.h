#pragma once

#include <vector>

namespace attention_head::reference {

// c [rows, cols] = a [rows, inner] · b [inner, cols], as the definition says it, in double precision.
std::vector<double> matmul(const std::vector<double>& a, const std::vector<double>& b, int rows, int inner,
                           int cols);

}  // namespace attention_head::reference
