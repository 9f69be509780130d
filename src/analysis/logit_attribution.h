#pragma once

#include "model/model_run.h"

namespace attention_head {

// Direct logit attribution (Elhage et al. 2021; Nanda 2022): the logit of a token after a run's last one as
// a sum over what each part of a causal model wrote into the residual stream, under the run's own factor of
// the final norm and before a final softcap.
struct LogitAttribution {
  static constexpr int kLayerExtras = 2;  // behind a layer's heads: the bias of W_O, the feed-forward

  // The numbers: the embedding, the final norm's bias, then for each layer its heads and extras.
  static int count(const ModelRun& run) { return 2 + run.num_layers() * (run.num_heads() + kLayerExtras); }
  // parts [count] of the logit of `token`; scratch holds scratch_floats.
  static Status compute(ModelRun& run, int token, float* scratch, double* parts);
  static int64_t scratch_floats(const ModelRun& run) { return int64_t{3} * run.model().hidden_size; }
};

}  // namespace attention_head
