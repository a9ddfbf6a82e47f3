// Texts of up to 16 bytes in two registers.
//
// Names and keys are mostly that short. Putting one together and hashing it in registers avoids what reading
// bytes back right after they were written in other pieces costs.
#pragma once

#include "support/numbers.h"
#include "vm/object.h"

namespace perigee {

struct PackedText {
  static constexpr size_t kMax = 16;

  unsigned __int128 bytes = 0; // the first byte lowest; those behind the end are zero
  size_t length = 0;

  uint64_t low() const { return static_cast<uint64_t>(bytes); }
  uint64_t high() const { return static_cast<uint64_t>(bytes >> 64); }

  // Of up to kMax bytes in memory; nothing behind them is read.
  static PackedText of(const char* p, size_t n) {
    auto load = [](const char* from, auto word) {
      std::memcpy(&word, from, sizeof word);
      return static_cast<uint64_t>(word);
    };
    // Two words that may overlap: what lies in both is the same.
    auto both = [n](uint64_t first, uint64_t last, size_t last_size) {
      return PackedText{first | static_cast<unsigned __int128>(last) << (8 * (n - last_size)), n};
    };
    if (n >= 8) return both(load(p, uint64_t{}), load(p + n - 8, uint64_t{}), 8);
    if (n >= 4) return both(load(p, uint32_t{}), load(p + n - 4, uint32_t{}), 4);
    if (n == 0) return {};
    return both(load(p, uint8_t{}) | load(p + n / 2, uint8_t{}) << (8 * (n / 2)), load(p + n - 1, uint8_t{}),
                1);
  }
  // Of a string that is no longer than that: its cell has room for all bytes, and zeros behind its end.
  static PackedText of(const String* s) {
    PackedText text;
    std::memcpy(&text.bytes, s->data(), sizeof text.bytes);
    text.length = s->length;
    return text;
  }

  // Appends; false, and nothing appended, if there is not enough room.
  bool append(const PackedText& more) {
    if (more.length == 0) return true;
    if (more.length > kMax - length) return false;
    bytes |= more.bytes << (8 * length);
    length += more.length;
    return true;
  }
  bool append(const String* s) { return s->length <= kMax - length && append(of(s)); }
  bool append(int64_t number) {
    uint64_t magnitude = number < 0 ? 0 - static_cast<uint64_t>(number) : static_cast<uint64_t>(number);
    if (magnitude >= kEightDigits) return false;
    FirstDigits digits = firstDigits(static_cast<uint32_t>(magnitude));
    PackedText text{digits.text, digits.length};
    if (number < 0) text = {text.bytes << 8 | '-', text.length + 1};
    return append(text);
  }
};

} // namespace perigee
