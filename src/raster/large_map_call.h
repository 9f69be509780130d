#pragma once

#include <cstdint>

#include "attention/attend_call.h"
#include "kernels/buffer.h"
#include "kernels/call.h"
#include "raster/pooled_map.h"

namespace attention_head {

// The map of one head as it is asked for over the border: open() once, then for each picture look_at() and
// run(), a slice at a time, until all rows are done.
class LargeMapCall : public Call {
 public:
  enum Part : int {
    kQuery,     // [q_len, head_dim]
    kKey,       // [kv_len, head_dim]
    kPixels,    // as PooledMap::pixels
    kProgress,  // [3]: rows done; the top of all keys, and of all but the first, once all rows are
  };

  // Makes room for queries and keys, which stay. The slope and the sink are of this head, where the request
  // has them.
  Status open(const AttendRequest& request, float alibi_slope, float sink);
  Status look_at(const View& view);
  Status run(bool check_finite) override;
  [[nodiscard]] uintptr_t address(int part) const override {
    return reinterpret_cast<uintptr_t>(this->part(part));
  }

 private:
  [[nodiscard]] const float* part(int part) const;

  HeadMap head_;
  float alibi_slope_ = 0;
  float sink_ = 0;
  Buffer tensors_;
  Buffer scratch_;
  PooledMap pooled_;
  float progress_[3] = {};
};

}  // namespace attention_head
