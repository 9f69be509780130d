#include "kernels/matmul.h"

#include <gtest/gtest.h>

#include <vector>

#include "kernels/matmul_reference.h"
#include "random_floats.h"

namespace attention_head::test {

namespace {

constexpr float kUnwritten = 12345.0f;

// Every count from none to twice a panel, and some beyond the blocks.
const std::vector<int> kRows{0, 1, 2, 3, 4, 5, 7, 8, 9, 65};
const std::vector<int> kColumns{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17};
const std::vector<int> kInner{0, 1, 3, 8, 63, 64, 65, 130};

struct Product {
  int rows, inner, cols;
  std::vector<float> a = random_floats(1, static_cast<int64_t>(rows) * inner);
  std::vector<float> b = random_floats(2, static_cast<int64_t>(inner) * cols);
  std::vector<float> out = std::vector<float>(static_cast<size_t>(rows * cols) + 1, kUnwritten);

  void expect_right(double added = 0) const {
    const auto expected = reference::matmul(widen(a), widen(b), rows, inner, cols);
    ASSERT_EQ(out.back(), kUnwritten) << "wrote past the result";
    for (size_t i = 0; i < expected.size(); ++i) {
      ASSERT_NEAR(out[i], expected[i] + added, 2e-5) << rows << 'x' << inner << 'x' << cols << " at " << i;
    }
  }
};

template <typename Function>
void for_every_size(Function function) {
  for (const int rows : kRows) {
    for (const int inner : kInner) {
      for (const int cols : kColumns) function(Product{rows, inner, cols});
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

}  // namespace

TEST(Matmul, MultipliesPackedPanels) {
  for_every_size([](Product p) {
    std::vector<float> panels(static_cast<size_t>(panel_floats(p.inner, p.cols)) + 1);
    pack(p.b.data(), p.cols, p.inner, p.cols, panels.data());
    linear(p.a.data(), p.inner, p.rows, p.inner, panels.data(), p.cols, nullptr, p.out.data(), p.cols);
    p.expect_right();
  });
}

TEST(Matmul, PacksTransposedRowsAlsoInPlace) {
  for_every_size([](Product p) {
    std::vector<float> panels(static_cast<size_t>(panel_floats(p.inner, p.cols)) + 1, kUnwritten);
    for (int c = 0; c < p.cols; ++c) {
      for (int k = 0; k < p.inner; ++k) {
        panels[static_cast<size_t>(c * p.inner + k)] = p.b[static_cast<size_t>(k * p.cols + c)];
      }
    }
    std::vector<float> apart(panels.size(), kUnwritten);
    pack_transposed(panels.data(), p.inner, p.cols, p.inner, apart.data());
    std::vector<float> spare(static_cast<size_t>(p.inner * kPanelColumns));
    pack_transposed_in_place(panels.data(), p.cols, p.inner, spare.data());
    ASSERT_EQ(panels, apart);
    linear(p.a.data(), p.inner, p.rows, p.inner, panels.data(), p.cols, nullptr, p.out.data(), p.cols);
    p.expect_right();
  });
}

TEST(Matmul, MultipliesRowMajorAndAddsToWhatIsThere) {
  for_every_size([](Product p) {
    multiply(p.a.data(), p.inner, p.rows, p.inner, p.b.data(), p.cols, p.cols, false, p.out.data(), p.cols);
    p.expect_right();
    std::fill(p.out.begin(), p.out.end() - 1, 3.0f);
    multiply(p.a.data(), p.inner, p.rows, p.inner, p.b.data(), p.cols, p.cols, true, p.out.data(), p.cols);
    p.expect_right(3.0);
  });
}

}  // namespace attention_head::test
