#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "attention/attend_reference.h"
#include "random_floats.h"
#include "raster/large_map_call.h"

namespace attention_head::test {

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

AttendRequest request_of(int q_len, int kv_len, int head_dim) {
  AttendRequest request{};
  request.num_heads = request.num_kv_heads = request.v_head_dim = 1;
  request.q_len = q_len;
  request.kv_len = request.kv_length = kv_len;
  request.head_dim = head_dim;
  request.scale = 1 / std::sqrt(static_cast<float>(head_dim));
  request.window_left = request.window_right = -1;
  return request;
}

View whole(const AttendRequest& request, int height, int width) {
  const auto axis = [](double cells, int pixels) {
    return Axis{0, static_cast<int>(cells), std::min(static_cast<int>(cells), pixels)};
  };
  return {axis(request.q_len, height), axis(request.kv_len, width)};
}

// A map beside its weights in double precision.
class Map {
 public:
  Map(const AttendRequest& request, uint32_t seed, float slope = 0, float sink = 0)
      : request_(request),
        slope_(slope),
        sink_(sink),
        query(random_floats(seed, static_cast<int64_t>(request.q_len * request.head_dim))),
        key(random_floats(seed + 1, static_cast<int64_t>(request.kv_len * request.head_dim))) {}

  void open() {
    const Status status = call_.open(request_, slope_, sink_);
    ASSERT_TRUE(status.ok()) << status.message();
    write(LargeMapCall::kQuery, query);
    write(LargeMapCall::kKey, key);
    AttentionShape shape;
    AttentionOptions options;
    ASSERT_TRUE(read_request(request_, shape, options).ok());
    if (request_.has_alibi_slopes != 0) options.alibi_slopes = &slope_;
    if (request_.has_sinks != 0) options.sinks = &sink_;
    expected_ = reference::attend(shape, options, widen(query), widen(key),
                                  std::vector<double>(static_cast<size_t>(request_.kv_len)));
  }

  void write(int part, const std::vector<float>& values) const {
    std::copy(values.begin(), values.end(), reinterpret_cast<float*>(call_.address(part)));
  }
  void look_at(const View& view) {
    view_ = view;
    ASSERT_TRUE(call_.look_at(view).ok());
  }
  void run_slices(int most) {
    for (int slice = 0; slice < most && !done(); ++slice) ASSERT_TRUE(call_.run(false).ok());
  }
  void run() { run_slices(std::numeric_limits<int>::max()); }

  [[nodiscard]] float progress(int i) const {
    return reinterpret_cast<const float*>(call_.address(LargeMapCall::kProgress))[i];
  }
  [[nodiscard]] float pixel(int x, int y) const {
    const auto* pixels = reinterpret_cast<const float*>(call_.address(LargeMapCall::kPixels));
    return pixels[y * view_.keys.pixels + x];
  }

  // Every pixel shows the largest of its cells, and the tops are the view's.
  void check() const {
    std::vector<double> largest(static_cast<size_t>(view_.queries.pixels * view_.keys.pixels), -kInfinity);
    double top = 0;
    double top_of_others = 0;
    for (int i = 0; i < view_.queries.cells; ++i) {
      for (int j = 0; j < view_.keys.cells; ++j) {
        const int key_place = view_.keys.first + j;
        const auto cell =
            static_cast<size_t>((view_.queries.first + i) * static_cast<int>(request_.kv_len) + key_place);
        if (expected_.masked[cell] == -std::numeric_limits<double>::infinity()) continue;
        const double weight = expected_.weights[cell];
        const int x = ((j + 1) * view_.keys.pixels - 1) / view_.keys.cells;
        const int y = ((i + 1) * view_.queries.pixels - 1) / view_.queries.cells;
        double& pixel = largest[static_cast<size_t>(y * view_.keys.pixels + x)];
        pixel = std::max(pixel, weight);
        top = std::max(top, weight);
        if (key_place > 0 || view_.keys.cells == 1) top_of_others = std::max(top_of_others, weight);
      }
    }
    for (int y = 0; y < view_.queries.pixels; ++y) {
      for (int x = 0; x < view_.keys.pixels; ++x) {
        const double pixel_expected = largest[static_cast<size_t>(y * view_.keys.pixels + x)];
        if (pixel_expected == -kInfinity) {
          ASSERT_EQ(pixel(x, y), -kInfinity) << x << ' ' << y;
        } else {
          ASSERT_NEAR(pixel(x, y), pixel_expected, 2e-6) << x << ' ' << y;
        }
      }
    }
    EXPECT_NEAR(progress(1), top, 2e-6);
    EXPECT_NEAR(progress(2), top_of_others, 2e-6);
  }

 private:
  [[nodiscard]] bool done() const { return progress(0) == static_cast<float>(view_.queries.pixels); }

  AttendRequest request_;
  float slope_;
  float sink_;
  LargeMapCall call_;
  reference::Attention expected_;
  View view_;

 public:
  std::vector<float> query, key;
};

// Random options and views; the same seed gives the same.
class Draw {
 public:
  explicit Draw(uint32_t seed) : random_(seed) {}

  int pick(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<uint32_t>(high - low + 1));
  }
  bool chance() { return pick(0, 2) == 0; }

  AttendRequest request() {
    const bool large = pick(0, 9) == 0;
    AttendRequest request = request_of(pick(1, large ? 300 : 90), pick(1, large ? 700 : 90), pick(1, 9));
    const auto kv_len = static_cast<int>(request.kv_len);
    request.is_causal = chance();
    if (chance()) request.past_len = pick(-static_cast<int>(request.q_len), kv_len);
    if (chance()) request.window_left = pick(0, kv_len);
    if (chance()) request.window_right = pick(0, kv_len);
    if (chance()) request.kv_length = pick(0, kv_len);
    if (chance()) request.softcap = 1.5f;
    request.has_alibi_slopes = chance();
    request.has_sinks = chance();
    return request;
  }

  View view(const AttendRequest& request) {
    return {axis(static_cast<int>(request.q_len)), axis(static_cast<int>(request.kv_len))};
  }

  // The same zoom elsewhere: by whole pixels where that fits, or not.
  View pan(const AttendRequest& request, const View& view) {
    return {pan(static_cast<int>(request.q_len), view.queries),
            pan(static_cast<int>(request.kv_len), view.keys)};
  }

 private:
  Axis axis(int cells) {
    const int first = pick(0, cells - 1);
    const int count = pick(1, cells - first);
    return {first, count, chance() ? count : pick(1, count)};
  }
  Axis pan(int cells, const Axis& axis) {
    const int by = chance() ? 0 : pick(-axis.first, cells - axis.cells - axis.first);
    return {axis.first + by, axis.cells, axis.pixels};
  }

  std::mt19937 random_;
};

std::string describe(const View& view) {
  std::ostringstream text;
  for (const Axis& axis : {view.queries, view.keys}) {
    text << " [" << axis.first << ", +" << axis.cells << ") in " << axis.pixels;
  }
  return text.str();
}

}  // namespace

TEST(LargeMap, ShowsTheLargestWeightsOfAnyViewInAnyOrder) {
  for (uint32_t seed = 0; seed < 600; ++seed) {
    Draw draw(seed);
    const AttendRequest request = draw.request();
    Map map(request, seed, 0.5f, 0.25f);
    map.open();
    View view = whole(request, 7, 11);
    for (int look = 0; look < 8; ++look) {
      SCOPED_TRACE("seed " + std::to_string(seed) + " look " + std::to_string(look) + describe(view));
      map.look_at(view);
      if (draw.chance()) {
        map.run_slices(draw.pick(0, 3));  // and then elsewhere
      } else {
        map.run();
        map.check();
        if (testing::Test::HasFailure()) return;
      }
      view = draw.chance() ? draw.view(request) : draw.pan(request, view);
    }
  }
}

TEST(LargeMap, NeverLosesALoneStrongCell) {
  const AttendRequest request = request_of(700, 900, 4);
  Map map(request, 5);
  for (float& value : map.query) value *= 0.01f;
  std::fill_n(map.query.begin() + 4 * 431, 4, 9.0f);
  std::fill_n(map.key.begin() + 4 * 777, 4, 9.0f);
  map.open();
  map.look_at(whole(request, 10, 10));
  map.run();
  EXPECT_GT(map.pixel(8, 6), 0.99f);
  EXPECT_LT(map.pixel(7, 6), 0.01f);
  EXPECT_LT(map.pixel(8, 5), 0.01f);
}

TEST(LargeMap, LooksAtNoKeyOutOfViewOnceItsRowsAreKnown) {
  const AttendRequest request = request_of(50, 60, 4);
  Map map(request, 6);
  map.open();
  map.look_at(whole(request, 50, 60));
  map.run();
  std::vector<float> others_gone(map.key.size(), kNaN);
  std::copy(map.key.begin() + 4 * 10, map.key.begin() + 4 * 30, others_gone.begin() + 4 * 10);
  map.write(LargeMapCall::kKey, others_gone);
  map.look_at({{5, 40, 13}, {10, 20, 7}});
  map.run();
  map.check();
}

TEST(LargeMap, KeepsThePixelsThatStayInView) {
  const AttendRequest request = request_of(90, 80, 4);
  Map map(request, 7);
  map.open();
  map.look_at({{10, 60, 20}, {8, 40, 10}});
  map.run();
  map.write(LargeMapCall::kKey, std::vector<float>(map.key.size(), kNaN));
  const std::vector<std::pair<int, int>> moves{{0, 0}, {3, 0}, {-3, 0}, {0, 4}, {0, -4}, {6, -8}};
  int down = 0;
  int right = 0;
  for (const auto& [rows, columns] : moves) {
    down += rows;
    right += columns;
    SCOPED_TRACE(std::to_string(down) + ' ' + std::to_string(right));
    map.look_at({{10 + down, 60, 20}, {8 + right, 40, 10}});
    map.run();
    const int inner_rows = 20 - 4;
    for (int y = 4; y < inner_rows; ++y) EXPECT_TRUE(std::isfinite(map.pixel(5, y))) << y;
  }
}

TEST(LargeMap, ComputesAnewWhereAPanIsNoWholeNumberOfPixels) {
  const AttendRequest request = request_of(90, 80, 4);
  Map map(request, 8);
  map.open();
  map.look_at({{10, 60, 20}, {8, 40, 10}});
  map.run();
  map.look_at({{11, 60, 20}, {8, 40, 10}});
  map.run();
  map.check();
}

TEST(LargeMap, ShowsNaNWhereARowSeesItAndForbiddenCellsAsTheyAre) {
  AttendRequest request = request_of(6, 6, 2);
  request.is_causal = true;
  Map map(request, 9);
  map.key[2 * 3] = kNaN;  // key 3: seen by queries 3 to 5
  map.open();
  map.look_at(whole(request, 6, 6));
  map.run();
  for (int y = 0; y < 6; ++y) {
    for (int x = 0; x < 6; ++x) {
      EXPECT_EQ(map.pixel(x, y) == -kInfinity, x > y) << x << ' ' << y;
      EXPECT_EQ(std::isnan(map.pixel(x, y)), x <= y && y >= 3) << x << ' ' << y;
    }
  }
}

TEST(LargeMap, RefusesBadOptions) {
  LargeMapCall call;
  AttendRequest request = request_of(4, 4, 2);
  request.has_sinks = true;
  EXPECT_EQ(call.open(request, 0, kNaN).message(), "sinks[0] must be a finite number, got NaN.");
  request = request_of(1 << 30, 1 << 30, 1 << 30);
  EXPECT_EQ(call.open(request, 0, 0).code(), ErrorCode::kOutOfMemory);
}

}  // namespace attention_head::test
