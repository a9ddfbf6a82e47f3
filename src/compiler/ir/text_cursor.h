// Reads words and numbers from a line of text.
#pragma once

#include <cctype>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace perigee::ir {

class TextCursor {
public:
  explicit TextCursor(std::string_view text) : rest_(text) {}

  bool atEnd() {
    skipBlanks();
    return rest_.empty() || rest_[0] == ';';
  }
  bool sees(std::string_view text) {
    skipBlanks();
    return rest_.starts_with(text);
  }
  bool take(std::string_view text) {
    if (!sees(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  // Letters, digits and what stands in names of types and objects.
  std::string_view word(std::string_view others = "#_") {
    skipBlanks();
    size_t n = 0;
    while (n < rest_.size() && (std::isalnum(static_cast<unsigned char>(rest_[n])) != 0 ||
                                others.find(rest_[n]) != std::string_view::npos))
      ++n;
    std::string_view found = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return found;
  }
  bool integer(int64_t* out) {
    skipBlanks();
    auto [end, problem] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), *out);
    if (problem != std::errc()) return false;
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    return true;
  }
  bool index(uint32_t* out) {
    int64_t i;
    if (!integer(&i) || i < 0 || i > UINT32_MAX) return false;
    *out = static_cast<uint32_t>(i);
    return true;
  }
  // A letter and a number: v3, r2, b1.
  bool named(char letter, uint32_t* out) {
    skipBlanks();
    bool fits =
        rest_.size() > 1 && rest_[0] == letter && std::isdigit(static_cast<unsigned char>(rest_[1])) != 0;
    if (!fits) return false;
    rest_.remove_prefix(1);
    return index(out);
  }
  // In quotes, with \xHH for what is not plain.
  bool quoted(std::string* out) {
    if (!take("\"")) return false;
    out->clear();
    while (!rest_.empty() && rest_[0] != '"') {
      if (rest_[0] == '\\' && rest_.size() >= 4) {
        unsigned code = 0;
        std::from_chars(rest_.data() + 2, rest_.data() + 4, code, 16);
        *out += static_cast<char>(code);
        rest_.remove_prefix(4);
      } else {
        *out += rest_[0];
        rest_.remove_prefix(1);
      }
    }
    return take("\"");
  }
  std::string_view rest() const { return rest_; }
  void skip(size_t n) { rest_.remove_prefix(n); }

private:
  void skipBlanks() {
    while (!rest_.empty() && rest_[0] == ' ') rest_.remove_prefix(1);
  }

  std::string_view rest_;
};

} // namespace perigee::ir
