#pragma once

#include <cstdint>

#include "attention/options.h"

namespace attention_head {

// The angle per position of each rotated pair, pair i of dims / 2: theta^(-2i / dims), scaled as the
// options say.
double rope_frequency(const RopeOptions& rope, int pair);

// The floats that rope_table writes for so many positions.
constexpr int64_t rope_table_floats(int64_t positions, int dims) { return positions * dims; }

// table [positions, dims / 2, 2]: cosine and sine of position · frequency for positions first_position + 0,
// 1, 2 …; computed in double precision.
void rope_table(const RopeOptions& rope, int64_t first_position, int positions, float* table);

// out <- in, both [heads, tokens, head_dim], rotated by the table's row for each token. The two may be the
// same memory.
void rotate(const RopeOptions& rope, const float* table, int heads, int tokens, int head_dim, HeadsIn in,
            HeadsOut out);

}  // namespace attention_head
