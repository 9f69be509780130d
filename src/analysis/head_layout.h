#pragma once

namespace attention_head {

// The distance between two heads on a text: the mean over queries of the Jensen-Shannon divergence between
// their rows, in nats (Clark et al. 2019). a, b [tokens, tokens].
double head_distance(const float* a, const float* b, int tokens);

// places [heads, 2] in a plane whose distances are as close to the given ones [heads, heads] as two
// dimensions can be: classical multidimensional scaling (Torgerson 1952). Of the two mirror images of an
// axis it takes the one in which the head that is farthest out lies on the positive side.
void head_layout(const double* distances, int heads, double* places);

}  // namespace attention_head
