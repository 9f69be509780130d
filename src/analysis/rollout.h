#pragma once

namespace attention_head {

// Attention rollout (Abnar & Zuidema 2020), a layer at a time: rollout [tokens, tokens] <- (A / 2 + I / 2)
// · rollout, where A is the mean of the layer's heads and every row of the sum is made to sum to 1.
// `scratch` holds as many floats. Before the first layer rollout is the identity.
void add_to_rollout(const float* mean_weights, int tokens, float* scratch, float* rollout);

}  // namespace attention_head
