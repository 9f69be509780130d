#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace attention_head {

// The kinds of failure. The values are part of the border to JavaScript (web/lib/errors.ts).
enum class ErrorCode : int {
  kOk = 0,
  kInvalidArgument = 1,
  kOutOfMemory = 2,
  kNotFinite = 3,
  kFileFormat = 4,
};

// The outcome of a call: a code and, when it is not kOk, one plain sentence that names the argument,
// what it was and what was expected. Never allocates.
class Status {
 public:
  Status() = default;

  // Joins texts and numbers into the sentence: failure(code, "numKvHeads must be ", 3, ".").
  template <typename... Parts>
  static Status failure(ErrorCode code, Parts... parts) {
    Status status;
    status.code_ = code;
    (status.append(parts), ...);
    return status;
  }

  [[nodiscard]] bool ok() const { return code_ == ErrorCode::kOk; }
  [[nodiscard]] ErrorCode code() const { return code_; }
  [[nodiscard]] std::string_view message() const { return {text_, length_}; }
  [[nodiscard]] const char* c_str() const { return text_; }

 private:
  void append(std::string_view text);
  void append(const char* text) { append(std::string_view(text)); }
  void append(double number);  // integers exactly, others to six decimals
  void append(int64_t number);
  void append(int number) { append(static_cast<int64_t>(number)); }
  void append(uint32_t number) { append(static_cast<int64_t>(number)); }

  static constexpr size_t kCapacity = 320;
  ErrorCode code_ = ErrorCode::kOk;
  size_t length_ = 0;
  char text_[kCapacity + 1] = {};
};

template <typename... Parts>
Status invalid_argument(Parts... parts) {
  return Status::failure(ErrorCode::kInvalidArgument, parts...);
}

inline Status out_of_memory(std::string_view what, double bytes) {
  return Status::failure(ErrorCode::kOutOfMemory, what, " needs ", bytes,
                         " bytes, more than this program's memory can give.");
}

}  // namespace attention_head
