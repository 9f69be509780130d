#pragma once

#include <cstdint>

#include "attention/options.h"

namespace attention_head {

// The floats of working memory that attend needs for a call of these sizes: linear in tokens.
int64_t attend_scratch_floats(const AttentionShape& shape, const AttentionOptions& options,
                              const Taps& taps);

// output [num_heads, q_len, v_head_dim] = softmax(mask(softcap(scale · query keyᵀ))) · value for every
// head, and the taps. query [num_heads, q_len, head_dim], key [num_kv_heads, kv_len, head_dim], value
// [num_kv_heads, kv_len, v_head_dim]. Without an output (null data) the values are not looked at. Sizes and
// options have passed validate(); scratch holds attend_scratch_floats.
//
// Blocks of queries meet blocks of keys with a running softmax (Milakov & Gimelshein 2018; Dao et al.
// 2022), so the weights are never held whole unless they are tapped; blocks that no query of theirs may see
// are skipped. Within a block 8 queries go side by side, as the columns of a panel (kernels/panel.h): keys and
// values are read as they lie, and a row's largest score and its sum are a column's. A fully masked row gives
// zeros.
void attend(const AttentionShape& shape, const AttentionOptions& options, HeadsIn query, HeadsIn key,
            HeadsIn value, HeadsOut output, const Taps& taps, float* scratch);

}  // namespace attention_head
