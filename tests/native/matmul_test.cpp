#include "kernels/matmul.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "kernels/matmul_reference.h"
#include "kernels/panel.h"
#include "kernels/weight_matrix.h"
#include "random_floats.h"

namespace attention_head::test {

namespace {

constexpr float kUnwritten = 12345.0f;

// Every count from none to beyond twice a tile or a panel, and around the edges of the blocks.
const std::vector<int> kRows{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 63, 64, 65};
const std::vector<int> kColumns{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17};
const std::vector<int> kInner{0, 1, 3, 8, 63, 64, 65, 255, 256, 257, 513};

struct Product {
  int rows, inner, cols;
  std::vector<float> a = random_floats(1, static_cast<int64_t>(rows) * inner);
  std::vector<float> b = random_floats(2, static_cast<int64_t>(inner) * cols);
  std::vector<float> out = std::vector<float>(static_cast<size_t>(rows * cols) + 1, kUnwritten);

  void expect_right(double added = 0) const {
    const auto expected = reference::matmul(widen(a), widen(b), rows, inner, cols);
    ASSERT_EQ(out.back(), kUnwritten) << "wrote past the result";
    // Rounding errors add up along the inner dimension.
    const double tolerance = 3e-7 * std::max(inner, 66);
    for (size_t i = 0; i < expected.size(); ++i) {
      ASSERT_NEAR(out[i], expected[i] + added, tolerance)
          << rows << 'x' << inner << 'x' << cols << " at " << i;
    }
  }
};

std::vector<float> transposed(const std::vector<float>& matrix, int rows, int cols) {
  std::vector<float> result;
  for (int c = 0; c < cols; ++c) {
    for (int r = 0; r < rows; ++r) result.push_back(matrix[static_cast<size_t>(r * cols + c)]);
  }
  return result;
}

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
    linear({{p.cols, p.inner, panels.data()}, nullptr}, p.a.data(), p.inner, p.rows, p.out.data(), p.cols);
    p.expect_right();
  });
}

TEST(Matmul, PacksTransposedRowsInPlace) {
  for_every_size([](Product p) {
    std::vector<float> panels(static_cast<size_t>(panel_floats(p.inner, p.cols)) + 1, kUnwritten);
    for (int c = 0; c < p.cols; ++c) {
      for (int k = 0; k < p.inner; ++k) {
        panels[static_cast<size_t>(c * p.inner + k)] = p.b[static_cast<size_t>(k * p.cols + c)];
      }
    }
    std::vector<float> spare(static_cast<size_t>(p.inner * kPanelColumns));
    pack_transposed_in_place(panels.data(), p.cols, p.inner, spare.data());
    linear({{p.cols, p.inner, panels.data()}, nullptr}, p.a.data(), p.inner, p.rows, p.out.data(), p.cols);
    p.expect_right();
    ASSERT_EQ(panels.back(), kUnwritten);
  });
}

// Both products with one panel, from row-major matrices and back: what attention makes of them.
TEST(Matmul, MultipliesOnePanelByRowsAndByColumns) {
  for_every_size([](Product p) {
    if (p.cols > kPanelColumns) return;
    const auto panel_size = [](int rows) { return static_cast<size_t>(rows * kPanelColumns); };
    const std::vector<float> b_rows = transposed(p.b, p.inner, p.cols);
    std::vector<float> panel(panel_size(p.inner));
    pack_panel(b_rows.data(), p.inner, p.cols, p.inner, 0.5f, panel.data());
    std::vector<float> product(panel_size(p.rows) + 1, kUnwritten);
    multiply_panel(p.a.data(), p.inner, p.rows, p.inner, panel.data(), kPanelColumns, false, product.data(),
                   kPanelColumns);
    ASSERT_EQ(product.back(), kUnwritten);
    const std::vector<float> a_columns = transposed(p.a, p.rows, p.inner);
    multiply_transposed(a_columns.data(), p.rows, p.inner, p.rows, panel.data(), product.data());
    ASSERT_EQ(product.back(), kUnwritten);
    const float factors[kPanelColumns] = {1, 1, 1, 1, 1, 1, 1, 1};
    std::vector<float> rows(p.out.size(), kUnwritten);
    unpack_panel(product.data(), p.rows, p.cols, factors, rows.data(), p.rows);
    ASSERT_EQ(rows.back(), kUnwritten);
    rows.pop_back();
    p.out = transposed(rows, p.cols, p.rows);
    p.out.push_back(kUnwritten);
    p.expect_right();
  });
}

TEST(Matmul, ScalesColumnsOnTheirWayOutOfAPanel) {
  const float factors[kPanelColumns] = {1, 2, 3, 4, 5, 6, 7, 8};
  for (int inner = 0; inner < 12; ++inner) {
    for (int cols = 1; cols <= kPanelColumns; ++cols) {
      const auto panel = random_floats(3, int64_t{inner} * kPanelColumns);
      const int stride = inner + 2;
      std::vector<float> rows(static_cast<size_t>(cols * stride), kUnwritten);
      unpack_panel(panel.data(), inner, cols, factors, rows.data(), stride);
      for (int c = 0; c < cols; ++c) {
        for (int k = 0; k < stride; ++k) {
          const float expected =
              k < inner ? panel[static_cast<size_t>(k * kPanelColumns + c)] * factors[c] : kUnwritten;
          ASSERT_EQ(rows[static_cast<size_t>(c * stride + k)], expected);
        }
      }
    }
  }
}

TEST(Matmul, ScoresOneQueryAndSumsItsValues) {
  for_every_size([](Product p) {
    if (p.rows == 0) return;
    const std::vector<float> b_rows = transposed(p.b, p.inner, p.cols);
    for (int r = 0; r < p.rows; ++r) {
      const float* row = p.a.data() + r * p.inner;
      float* out = p.out.data() + r * p.cols;
      dot_products(row, b_rows.data(), p.inner, p.cols, p.inner, out);
      add_weighted_rows(row, p.b.data(), p.cols, p.inner, p.cols, out);
      for (int c = 0; c < p.cols; ++c) out[c] *= 0.5f;
    }
    p.expect_right();
  });
}

}  // namespace attention_head::test
