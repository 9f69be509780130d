#pragma once

#include <cstdint>

#include "kernels/buffer.h"
#include "kernels/call.h"
#include "model/bert_weights.h"
#include "model/kept_heads.h"

namespace attention_head {

// One text through a BERT encoder, and afterwards its heads to look at.
class BertRun : public Call {
 public:
  enum Part : int {
    kIds,         // int32 [tokens], to be written before run()
    kLastHidden,  // [tokens, hidden]
    kMeanPooled,  // [hidden]: the mean of last hidden over tokens
    kTap,         // what tap() made last
    kScratch,
    kKept,
    kNumParts,
  };
  static constexpr int kContribution = KeptHeads::kValue + 1;

  // Takes all the memory that a text of so many tokens needs. `weights` must stay while this is run and
  // while contributions are asked for.
  Status prepare(const BertWeights& weights, double tokens);
  Status run(bool check_finite) override;
  // Makes one step (KeptHeads::Tap, or kContribution) of one head.
  Status tap(int which, int layer, int head);
  [[nodiscard]] uintptr_t address(int part) const override { return address_[part]; }

 private:
  [[nodiscard]] float* floats(Part part) const { return reinterpret_cast<float*>(address_[part]); }
  void embed();
  void run_layer(int layer);

  const BertWeights* weights_ = nullptr;
  int tokens_ = 0;
  KeptHeads heads_;
  Buffer memory_;
  uintptr_t address_[kNumParts] = {};
};

}  // namespace attention_head
