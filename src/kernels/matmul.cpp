#include "kernels/matmul.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "kernels/buffer.h"
#include "kernels/panel.h"
#include "kernels/simd.h"

namespace attention_head {

namespace {

// A tile of a product is kTileRows by 8: as many accumulators as leave the engines' 16 registers room for
// the operands. A multiply-add that is two instructions needs one more, and then the loop of a tile, which
// isn't held up by multiplications alone, is unrolled.
#if defined(__wasm_simd128__) && !defined(__wasm_relaxed_simd__)
constexpr int kTileRows = 4;
constexpr int kUnrolled = 8;
#else
constexpr int kTileRows = 6;
constexpr int kUnrolled = 1;
#endif

// The rows of `a` that stay in the second-level cache while all panels pass by.
constexpr int kRowBlock = 64;
// The inner dimension goes by in blocks that are summed apart: what is read again and again stays in the
// first-level cache, and rounding errors grow with a block, not with the whole.
constexpr int kInnerBlock = 256;

// Where the left operand's elements lie: its rows one after another, or its columns.
enum class Order { kRows, kColumns };

// out [kRows, 8] = a [kRows, inner] · panel [inner, 8] (+ out). Where fewer than 8 columns are asked for,
// the rest are computed and dropped. The unrolled loop can be left between any two products: engines spill
// what they sum up where nothing keeps them from loading for many products at once. Its pointers move on at
// every other product, which the compiler is kept from turning into offsets: V8 has less to do where a load
// has an offset, WebKit more.
template <int kRows, Order kOrder>
void multiply_tile(const float* a, ptrdiff_t a_stride, int inner, const float* panel, int cols,
                   bool accumulate, float* out, ptrdiff_t out_stride) {
  f32x4 left[kRows];
  f32x4 right[kRows];
  const float* rows[kRows];
  for (int r = 0; r < kRows; ++r) {
    left[r] = right[r] = splat(0.0f);
    rows[r] = kOrder == Order::kRows ? a + r * a_stride : a + r;
  }
  const ptrdiff_t step = kOrder == Order::kRows ? 1 : a_stride;
  int k = 0;
  const auto add_product = [&](int ahead) {
    if (k + ahead == inner) return false;
    const f32x4 panel_left = load(panel);
    const f32x4 panel_right = load(panel + kLanes);
    for (int r = 0; r < kRows; ++r) {
      const f32x4 value = load_splat(rows[r]);
      rows[r] += step;
      if (ahead % 2 == 1) asm("" : "+r"(rows[r]));
      left[r] = multiply_add(value, panel_left, left[r]);
      right[r] = multiply_add(value, panel_right, right[r]);
    }
    panel += kPanelColumns;
    return true;
  };
  const auto add_products = [&]<int... kAhead>(std::integer_sequence<int, kAhead...>) {
    return (add_product(kAhead) && ...);
  };
  while (add_products(std::make_integer_sequence<int, kUnrolled>())) k += kUnrolled;
  for (int r = 0; r < kRows; ++r) {
    float* row = out + r * out_stride;
    if (cols == kPanelColumns) {
      if (accumulate) {
        left[r] = left[r] + load(row);
        right[r] = right[r] + load(row + kLanes);
      }
      store(row, left[r]);
      store(row + kLanes, right[r]);
    } else {
      float values[kPanelColumns];
      store(values, left[r]);
      store(values + kLanes, right[r]);
      for (int c = 0; c < cols; ++c) row[c] = accumulate ? row[c] + values[c] : values[c];
    }
  }
}

// A tile of so many rows, at most kRows of them.
template <Order kOrder, int kRows = kTileRows, typename... Arguments>
void multiply_tile_of(int rows, Arguments... arguments) {
  if (rows == kRows) return multiply_tile<kRows, kOrder>(arguments...);
  if constexpr (kRows > 1) multiply_tile_of<kOrder, kRows - 1>(rows, arguments...);
}

// out [rows, 8] = a [rows, inner] · panel [inner, 8] (+ out). The rows are shared out evenly among as few
// tiles as can be: a last tile of a row or two would take as long as a full one.
template <Order kOrder>
[[gnu::noinline]] void multiply_strip(const float* a, ptrdiff_t a_stride, int rows, int inner,
                                      const float* panel, int cols, bool accumulate, float* out,
                                      ptrdiff_t out_stride) {
  const ptrdiff_t row_step = kOrder == Order::kRows ? a_stride : 1;
  const ptrdiff_t inner_step = kOrder == Order::kRows ? 1 : a_stride;
  if (rows == 0) return;
  const int tiles = (rows + kTileRows - 1) / kTileRows;
  const int least = rows / tiles;
  const int larger = rows % tiles;  // so many have a row more
  int k = 0;
  do {
    const int depth = std::min(kInnerBlock, inner - k);
    const bool adds = accumulate || k > 0;
    int first = 0;
    for (int tile = 0; tile < tiles; ++tile) {
      const int count = tile < larger ? least + 1 : least;
      multiply_tile_of<kOrder>(count, a + first * row_step + k * inner_step, a_stride, depth,
                               panel + k * kPanelColumns, cols, adds, out + first * out_stride, out_stride);
      first += count;
    }
    k += kInnerBlock;
  } while (k < inner);
}

// Panels that are brought into the second-level cache together, where they take at most so many floats.
constexpr int kFetchedPanels = 8;
constexpr int64_t kFetchedFloats = 131072;

// Brings panels [count][floats], panel_stride apart, from memory: a line of each in turn, so that many
// loads are under way at once. Tiles alone wait for one line after the other.
void fetch_panels(const float* panels, ptrdiff_t panel_stride, int count, ptrdiff_t floats) {
  for (ptrdiff_t i = 0; i < floats; i += kLineFloats) {
    for (int panel = 0; panel < count; ++panel) {
      const volatile float* const line = panels + panel * panel_stride + i;
      (void)*line;
    }
  }
}

}  // namespace

void multiply_panel(const float* a, int64_t a_stride, int rows, int inner, const float* panel, int cols,
                    bool accumulate, float* out, int64_t out_stride) {
  multiply_strip<Order::kRows>(a, static_cast<ptrdiff_t>(a_stride), rows, inner, panel, cols, accumulate,
                               out, static_cast<ptrdiff_t>(out_stride));
}

void multiply_transposed(const float* a, int64_t a_stride, int inner, int cols, const float* panel,
                         float* out) {
  if (inner == 0) return;
  multiply_strip<Order::kColumns>(a, static_cast<ptrdiff_t>(a_stride), cols, inner, panel, kPanelColumns,
                                  true, out, kPanelColumns);
}

void multiply_panels(const float* a, int64_t a_stride, int rows, int inner, const float* panels,
                     int64_t panel_stride, int cols, bool accumulate, float* out, int64_t out_stride) {
  const auto stride = static_cast<ptrdiff_t>(panel_stride);
  const ptrdiff_t floats = static_cast<ptrdiff_t>(inner) * kPanelColumns;
  const auto fetched = static_cast<int>(
      std::clamp<int64_t>(kFetchedFloats / std::max<int64_t>(floats, 1), 1, kFetchedPanels));
  const int num_panels = (cols + kPanelColumns - 1) / kPanelColumns;
  for (int first = 0; first < rows; first += kRowBlock) {
    const int count = std::min(kRowBlock, rows - first);
    for (int p = 0; p < num_panels; ++p) {
      const float* const panel = panels + p * stride;
      // One tile's rows wait for memory whichever way it comes.
      if (count > kTileRows && p % fetched == 0) {
        fetch_panels(panel, stride, std::min(fetched, num_panels - p), floats);
      }
      const int c = p * kPanelColumns;
      multiply_strip<Order::kRows>(a + first * a_stride, static_cast<ptrdiff_t>(a_stride), count, inner,
                                   panel, std::min(kPanelColumns, cols - c), accumulate,
                                   out + first * out_stride + c, static_cast<ptrdiff_t>(out_stride));
    }
  }
}

void dot_products(const float* a, const float* rows, int64_t row_stride, int count, int inner, float* out) {
  const auto stride = static_cast<ptrdiff_t>(row_stride);
  int j = 0;
  for (; j + kLanes <= count; j += kLanes, rows += kLanes * stride) {
    f32x4 sums[kLanes];
    for (f32x4& sum : sums) sum = splat(0.0f);
    int k = 0;
    for (; k + kLanes <= inner; k += kLanes) {
      const f32x4 values = load(a + k);
      for (int i = 0; i < kLanes; ++i) sums[i] = multiply_add(values, load(rows + i * stride + k), sums[i]);
    }
    transpose(sums);
    store(out + j, (sums[0] + sums[1]) + (sums[2] + sums[3]));
    for (; k < inner; ++k) {
      for (int i = 0; i < kLanes; ++i) out[j + i] += a[k] * rows[i * stride + k];
    }
  }
  for (; j < count; ++j, rows += stride) {
    f32x4 sums = splat(0.0f);
    int k = 0;
    for (; k + kLanes <= inner; k += kLanes) sums = multiply_add(load(a + k), load(rows + k), sums);
    float sum = sum_of_lanes(sums);
    for (; k < inner; ++k) sum += a[k] * rows[k];
    out[j] = sum;
  }
}

void add_weighted_rows(const float* weights, const float* rows, int64_t row_stride, int count, int cols,
                       float* out) {
  const auto stride = static_cast<ptrdiff_t>(row_stride);
  int c = 0;
  const auto columns = [&]<int kVectors>() {
    for (; c + kVectors * kLanes <= cols; c += kVectors * kLanes) {
      f32x4 sums[kVectors];
      for (f32x4& sum : sums) sum = splat(0.0f);
      const float* row = rows + c;
      for (int j = 0; j < count; ++j, row += stride) {
        const f32x4 weight = load_splat(weights + j);
        for (int v = 0; v < kVectors; ++v) sums[v] = multiply_add(weight, load(row + v * kLanes), sums[v]);
      }
      for (int v = 0; v < kVectors; ++v) store(out + c + v * kLanes, load(out + c + v * kLanes) + sums[v]);
    }
  };
  columns.template operator()<8>();
  columns.template operator()<1>();
  for (; c < cols; ++c) {
    float sum = 0;
    for (int j = 0; j < count; ++j) sum += weights[j] * rows[j * stride + c];
    out[c] += sum;
  }
}

}  // namespace attention_head
