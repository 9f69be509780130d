#pragma once

#include <cstdint>

namespace attention_head {

// What one head's weights on a text are like, each a mean over the text's queries (Clark et al. 2019; Vig &
// Belinkov 2019).
struct HeadStatistics {
  double entropy = 0;      // -Σ w ln w, in nats
  double distance = 0;     // Σ w |i - j|, in tokens
  double first_token = 0;  // the weight on key 0
  double diagonal = 0;     // the weight on the query's own token
  double punctuation = 0;  // the weight on marked keys
};

// Of a map [tokens, tokens]; is_punctuation [tokens] marks keys.
HeadStatistics head_statistics(const float* weights, int tokens, const uint8_t* is_punctuation);

}  // namespace attention_head
