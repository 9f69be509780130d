#pragma once

#include <cstdint>

#include "kernels/buffer.h"
#include "kernels/call.h"
#include "model/head_edits.h"
#include "model/kept_heads.h"
#include "model/last_token.h"
#include "model/transformer.h"

namespace attention_head {

// One text through a transformer, whole or some tokens after others, and afterwards its heads to look at.
// What it keeps of the heads is also the cache of their keys and values.
class ModelRun : public Call {
 public:
  enum Part : int {
    kIds,         // int32 [capacity]; those of an extension are to be written before it
    kTypes,       // int32 [capacity]: which of two texts a token is of; written as ids are, where there are
                  // types
    kHidden,      // [tokens of the last extension, hidden]: what the last layer made, normalised
    kMeanPooled,  // [hidden]: the mean of hidden
    kLogits,      // [vocab] of the last token, or [capacity, vocab]; where the model predicts
    kTap,         // what tap() made last
    kScratch,
    kRopeTable,       // [capacity, rope_dims]
    kLocalRopeTable,  // the same for windowed layers
    kLastToken,       // LastToken's floats, where the model predicts
    kEditedMap,       // [capacity, capacity], where there are edits
    kKeysValues,
    kQueries,
    kCheckpoints,  // [checkpoints][capacity, hidden]: what goes into every kCheckpointLayers-th layer,
                   // where not all queries are kept
    kAgain,        // [capacity, hidden]: what goes into the layer that is run again next
    kNumParts,
  };
  static constexpr int kContribution = KeptHeads::kValue + 1;
  // The queries of all layers are kept where they take no more than this; of a long text they would soon be
  // a fifth of a quantised model. Else those of the layer that is looked at are made again.
  static constexpr double kMostQueryBytes = 8 << 20;
  static constexpr int kCheckpointLayers = 6;

  // Edits are taken before prepare(), by HeadEdits::expect and add.
  [[nodiscard]] HeadEdits& edits() { return edits_; }
  // How many bytes a text of so many tokens takes.
  static double bytes(const Transformer& model, int capacity);
  // Takes all the memory that a text of so many tokens needs. `model` must stay while this is extended and
  // while contributions are asked for.
  Status prepare(const Transformer& model, double capacity, bool all_logits);
  // Begins with the next `count` tokens, which run by steps of at most `step_tokens`. A model that isn't
  // causal takes all of its text at once.
  Status begin(int count, int step_tokens);
  // The keys and values of a layer, or then all else of it for some tokens, or after all layers what the
  // model predicts; whether there is more to do.
  bool step();
  // All the tokens that are left.
  Status run(bool check_finite) override;
  // Makes one step (KeptHeads::Tap, or kContribution) of one head, with its edits.
  Status tap(int which, int layer, int head);
  // Has the queries of a layer among heads(). Where they aren't kept, layers in their order take one more
  // run in all, one alone at most the layers since its checkpoint.
  void hold_queries(int layer);
  [[nodiscard]] uintptr_t address(int part) const override { return address_[part]; }

  // The tokens so far.
  [[nodiscard]] int length() const { return length_; }
  [[nodiscard]] const int32_t* ids() const { return integers(kIds); }
  [[nodiscard]] int num_layers() const { return model_->num_layers; }
  [[nodiscard]] int num_heads() const { return heads_.shape.num_heads; }
  [[nodiscard]] const Transformer& model() const { return *model_; }
  [[nodiscard]] LastToken last_token() const {
    return {floats(kLastToken), model_->num_layers, model_->hidden_size};
  }
  [[nodiscard]] const KeptHeads& heads() const { return heads_; }
  [[nodiscard]] bool is_causal() const { return model_->is_causal; }

 private:
  // The tokens that a layer runs over.
  struct Rows {
    int first = 0;
    int count = 0;
    float* hidden = nullptr;  // [count, hidden]: what goes into the layer, and then what comes out
  };
  // The working memory of a layer for so many tokens.
  struct Scratch {
    float* normed;       // [tokens, hidden]
    float* head_output;  // [tokens, num_heads · head_dim]
    float* sublayer;     // [tokens, hidden]
    float* inside;       // of the feed-forward, or of attention
  };

  // Sets what the sizes depend on, and the sizes of all parts.
  void plan(const Transformer& model, int capacity, bool all_logits, double (&bytes)[kNumParts]);
  void tap_head_output(int layer, int head, float* out, float* scratch) const;
  [[nodiscard]] float* floats(Part part) const { return reinterpret_cast<float*>(address_[part]); }
  [[nodiscard]] const int32_t* integers(Part part) const {
    return reinterpret_cast<const int32_t*>(address_[part]);
  }
  [[nodiscard]] Scratch scratch(int tokens) const;
  Status check_tokens(int count) const;
  void embed(int count);
  [[nodiscard]] bool keeps_queries() const { return heads_.query_layers == model_->num_layers; }
  [[nodiscard]] float* checkpoint(int layer) const;
  [[nodiscard]] const float* rope_rows(const TransformerLayer& layer, int first) const;
  void make_query(int index, const Rows& rows, const float* normed);
  // Keys and values are kept of all tokens that a layer runs over, before anything looks at them.
  void make_key_value(int index, const Rows& rows, const Scratch& memory);
  void run_attention(int index, const Rows& rows, const Scratch& memory);
  void edit_heads(int index, const Rows& rows, const Scratch& memory);
  // The map of one edited head for `count` queries from `first` on.
  float* edited_weights(int layer, int head, int first, int count, float* scratch) const;
  // normed <- norm(hidden)
  void copy_normalised(const Norm& norm, const Rows& rows, float* normed) const;
  // hidden <- what the layer makes of it, once its keys and values are kept
  void run_layer(int index, const Rows& rows, const Scratch& memory);
  // Of the last token of the extension, [hidden].
  [[nodiscard]] const float* last_hidden() const {
    return running_.hidden + int64_t{running_.count - 1} * model_->hidden_size;
  }
  void finish();
  void predict(int count);

  static constexpr int kNone = -1;

  const Transformer* model_ = nullptr;
  int capacity_ = 0;
  int length_ = 0;
  Rows running_;  // those of the extension that is going on
  int step_tokens_ = 0;
  int steps_ = 0;  // that it has done
  bool all_logits_ = false;
  HeadEdits edits_;
  KeptHeads heads_;
  int held_layer_ = kNone;   // whose queries there are, where not all are kept
  int again_layer_ = kNone;  // that kAgain goes into
  Buffer memory_;
  uintptr_t address_[kNumParts] = {};
};

}  // namespace attention_head
