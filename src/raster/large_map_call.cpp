#include "raster/large_map_call.h"

#include <algorithm>
#include <cstddef>

#include "attention/validate.h"

namespace attention_head {

Status LargeMapCall::open(const AttendRequest& request, float alibi_slope, float sink) {
  if (Status status = read_request(request, head_.shape, head_.options); !status.ok()) return status;
  alibi_slope_ = alibi_slope;
  sink_ = sink;
  if (request.has_alibi_slopes != 0) head_.options.alibi_slopes = &alibi_slope_;
  if (request.has_sinks != 0) head_.options.sinks = &sink_;
  if (Status status = validate(head_.shape, head_.options); !status.ok()) return status;
  const double query_floats = request.q_len * request.head_dim;
  const double key_floats = request.kv_len * request.head_dim;
  const double bytes =
      4 * (query_floats + key_floats) + static_cast<double>(sizeof(RowScale)) * request.q_len;
  if (!tensors_.reserve(bytes)) return out_of_memory("This map", bytes);
  auto* const query = static_cast<float*>(tensors_.data());
  float* const key = query + static_cast<ptrdiff_t>(query_floats);
  head_.query = query;
  head_.key = key;
  head_.rows = reinterpret_cast<RowScale*>(key + static_cast<ptrdiff_t>(key_floats));
  std::fill_n(head_.rows, head_.shape.q_len, RowScale::unknown());
  return {};
}

Status LargeMapCall::look_at(const View& view) {
  const auto bytes = 4 * static_cast<double>(pool_scratch_floats(head_.shape.head_dim, view.keys.pixels));
  if (!scratch_.reserve(bytes)) return out_of_memory("This view", bytes);
  progress_[0] = 0;
  return pooled_.look_at(view);
}

Status LargeMapCall::run(bool) {
  pooled_.pool_slice(head_, static_cast<float*>(scratch_.data()));
  progress_[0] = static_cast<float>(pooled_.rows_done());
  if (pooled_.done()) {
    progress_[1] = pooled_.top(false);
    progress_[2] = pooled_.top(true);
  }
  return {};
}

const float* LargeMapCall::part(int part) const {
  switch (part) {
    case kQuery:
      return head_.query;
    case kKey:
      return head_.key;
    case kPixels:
      return pooled_.pixels();
    default:
      return progress_;
  }
}

}  // namespace attention_head
