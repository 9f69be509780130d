#pragma once

#include <cstdint>

#include "kernels/buffer.h"
#include "kernels/status.h"

namespace attention_head {

// What is changed in one head of a run. Edits of a head apply in the order in which they were made.
struct HeadEdit {
  enum Kind : int {
    kScale,        // head_output · value; 0 ablates the head
    kOutput,       // head_output of positions [first, first + rows) is data [rows, head_dim]
    kMean,         // head_output of every position is data [head_dim]
    kTemperature,  // masked / value, just before softmax
    kBlocked,      // the cells (data[2i], data[2i + 1]) are forbidden: query and key
    kPattern,      // the weights of the first `rows` queries are data [rows, rows]
    kNumKinds,
  };
  Kind kind = kScale;
  int layer = 0;
  int head = 0;
  float value = 1;
  int first = 0;
  int rows = 0;
  float* data = nullptr;

  [[nodiscard]] bool is_of_weights() const { return kind >= kTemperature; }
};

// The edits of a run.
class HeadEdits {
 public:
  static constexpr int kMostEdits = 4096;

  // Makes room for so many edits and for so many floats of their data; those before are gone.
  Status expect(double edits, double data_floats);
  // Takes an edit and `data_floats` of the room, which are to be written before the run.
  Status add(HeadEdit edit, double data_floats);
  // Where the last edit's data are to be written.
  [[nodiscard]] uintptr_t last_data() const {
    return reinterpret_cast<uintptr_t>(edits()[count_ - 1].data);
  }

  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] bool change_weights(int layer, int head) const;

  // map [queries, kv_len] of queries first_query + 0, 1, 2 … holds masked scores: those of blocked cells
  // become -infinity.
  void change_masked(int layer, int head, int first_query, int queries, int kv_len, float* map) const;
  // The same map becomes weights, with all of the head's edits of them made.
  void make_weights(int layer, int head, int first_query, int queries, int kv_len, float* map) const;
  // Makes the head's edits of head_output [tokens, head_dim] of the given stride, whose rows stand at
  // positions first_position + 0, 1, 2 …
  void change_output(int layer, int head, int first_position, int tokens, int head_dim, float* head_output,
                     int64_t stride) const;

 private:
  [[nodiscard]] HeadEdit* edits() const { return static_cast<HeadEdit*>(edits_.data()); }
  template <typename Function>
  void for_each(int layer, int head, Function function) const;

  Buffer edits_;
  Buffer data_;
  double data_capacity_ = 0;
  double data_taken_ = 0;
  int capacity_ = 0;
  int count_ = 0;
};

}  // namespace attention_head
