// Numbers in ggml's types: widened bit for bit as the Python package gguf does, and multiplied.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "kernels/block_matrix.h"
#include "kernels/number_type.h"
#include "kernels/weight_row.h"
#include "kernels/widen.h"
#include "kernels/widen_reference.h"
#include "random_floats.h"

namespace attention_head::test {

namespace {

// One type's blocks and the numbers that they store.
struct Stored {
  NumberType type;
  std::vector<uint8_t> blocks;
  std::vector<float> numbers;

  [[nodiscard]] int64_t count() const { return static_cast<int64_t>(numbers.size()); }
};

std::vector<Stored> read_golden() {
  std::ifstream file(AH_GOLDEN_DIR "/quantised_gguf.bin", std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  std::vector<Stored> all;
  for (size_t at = 0; at + 12 <= bytes.size();) {
    int32_t head[3];
    std::memcpy(head, &bytes[at], sizeof head);
    at += sizeof head;
    Stored stored{static_cast<NumberType>(head[0]), {}, {}};
    stored.blocks.resize(static_cast<size_t>(head[2]));
    std::memcpy(stored.blocks.data(), &bytes[at], stored.blocks.size());
    at += stored.blocks.size();
    stored.numbers.resize(static_cast<size_t>(head[1]));
    std::memcpy(stored.numbers.data(), &bytes[at], 4 * stored.numbers.size());
    at += 4 * stored.numbers.size();
    all.push_back(std::move(stored));
  }
  return all;
}

std::string name_of(NumberType type) { return std::string(info_of(type).name); }

void expect_same_bits(const float* actual, const std::vector<float>& expected, const std::string& what) {
  for (size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(std::bit_cast<uint32_t>(actual[i]), std::bit_cast<uint32_t>(expected[i]))
        << what << ' ' << i << ": " << actual[i] << " is not " << expected[i];
  }
}

bool has_offset(NumberType type) {
  return type == NumberType::kQ4_1 || type == NumberType::kQ5_1 || type == NumberType::kQ4_K ||
         type == NumberType::kQ5_K;
}

// Random blocks whose scales are plain numbers.
std::vector<uint8_t> random_blocks(NumberType type, int64_t bytes, uint32_t seed) {
  const std::vector<float> noise = random_floats(seed, bytes);
  std::vector<uint8_t> blocks;
  for (const float value : noise)
    blocks.push_back(static_cast<uint8_t>(static_cast<int>(1000 * value) & 255));
  const NumberTypeInfo& info = info_of(type);
  const auto set_half = [&](int64_t at, uint8_t low) {
    blocks[static_cast<size_t>(at)] = low;
    blocks[static_cast<size_t>(at) + 1] = 0x2c + low % 4;  // 0.06 to 0.2
  };
  for (int64_t at = 0; at < bytes; at += info.block_bytes) {
    set_half(at + (type == NumberType::kQ6_K ? 208 : 0), blocks[static_cast<size_t>(at)]);
    if (has_offset(type)) set_half(at + 2, blocks[static_cast<size_t>(at) + 2]);
  }
  return blocks;
}

}  // namespace

TEST(Quantised, HasVectorsOfEveryType) { EXPECT_EQ(read_golden().size(), 10u); }

TEST(Quantised, WidensBitForBitAsGguf) {
  for (const Stored& stored : read_golden()) {
    std::vector<float> widened(stored.numbers.size() + 1, 77.0f);
    widen_row(stored.type, stored.blocks.data(), stored.count(), widened.data());
    expect_same_bits(widened.data(), stored.numbers, name_of(stored.type));
    EXPECT_EQ(widened.back(), 77.0f);
  }
}

TEST(Quantised, TheReferenceWidensBitForBitAsGguf) {
  for (const Stored& stored : read_golden()) {
    const std::vector<float> widened = reference::widen(stored.type, stored.blocks.data(), stored.count());
    expect_same_bits(widened.data(), stored.numbers, name_of(stored.type));
  }
}

TEST(Quantised, HalvesOfEveryKindAreExact) {
  std::vector<uint8_t> halves;
  for (int bits = 0; bits < 65536; ++bits) {
    halves.push_back(static_cast<uint8_t>(bits));
    halves.push_back(static_cast<uint8_t>(bits >> 8));
  }
  const std::vector<float> expected = reference::widen(NumberType::kF16, halves.data(), 65536);
  std::vector<float> widened(65536);
  widen_row(NumberType::kF16, halves.data(), 65536, widened.data());
  for (size_t i = 0; i < expected.size(); ++i) {
    if (std::isnan(expected[i])) {
      ASSERT_TRUE(std::isnan(widened[i])) << i;
    } else {
      ASSERT_EQ(std::bit_cast<uint32_t>(widened[i]), std::bit_cast<uint32_t>(expected[i])) << i;
    }
  }
}

// x [rows, in] · wᵀ over sizes around every edge, whole and by slices, in double from the widened weights.
TEST(Quantised, MultipliesAsTheWidenedWeights) {
  for (const Stored& known : read_golden()) {
    const NumberType type = known.type;
    const int block = info_of(type).block_numbers;
    const int unit = block == 1 ? 1 : block;
    for (const int blocks : {1, 2, 3, 4, 5, 9, 18}) {
      if (block == 256 && blocks > 3) continue;
      const int in = blocks * unit * (block == 1 ? 7 : 1);
      for (const int out : {1, 7, 8, 17}) {
        const auto memory = random_blocks(type, row_bytes(type, in) * out, static_cast<uint32_t>(in + out));
        const auto weights = reference::widen(type, memory.data(), int64_t{in} * out);
        const WeightMatrix w{out, in, memory.data(), type, &multiply_block_weights};
        for (const int rows : {0, 1, 2, 5, 17}) {
          for (const auto& [first, count] : {std::pair{0, in}, {in / 3, in - in / 3}, {0, in / 2}}) {
            const auto x = random_floats(7, int64_t{rows} * in + 1);
            std::vector<float> y(static_cast<size_t>(rows * out) + 1, 2.0f);
            w.multiply(w, x.data(), in, rows, first, count, true, y.data(), out);
            ASSERT_EQ(y.back(), 2.0f);
            for (int r = 0; r < rows; ++r) {
              for (int o = 0; o < out; ++o) {
                double expected = 2;
                double magnitude = 2;
                for (int k = 0; k < count; ++k) {
                  const double product = static_cast<double>(x[static_cast<size_t>(r * in + k)]) *
                                         weights[static_cast<size_t>(o * in + first + k)];
                  expected += product;
                  magnitude += std::abs(product);
                }
                ASSERT_NEAR(y[static_cast<size_t>(r * out + o)], expected, 2e-6 * magnitude)
                    << name_of(type) << ' ' << rows << 'x' << in << 'x' << out << " from " << first;
              }
            }
          }
        }
      }
    }
  }
}

TEST(Quantised, ARowIsWidened) {
  const int in = 64;
  const auto memory = random_blocks(NumberType::kQ8_0, row_bytes(NumberType::kQ8_0, in) * 3, 1);
  const auto weights = reference::widen(NumberType::kQ8_0, memory.data(), in * 3);
  std::vector<float> row(in);
  copy_weight_row({3, in, memory.data(), NumberType::kQ8_0}, 2, row.data());
  expect_same_bits(row.data(), {weights.begin() + 2 * in, weights.end()}, "row");
}

}  // namespace attention_head::test
