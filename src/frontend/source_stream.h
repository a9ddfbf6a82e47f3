// The characters of a chunk, one at a time, from pieces delivered by a reader.
#pragma once

#include "frontend/syntax_host.h"

namespace perigee {

class SourceStream {
public:
  static constexpr int kEnd = -1;

  SourceStream(const SourceReader& reader, std::string_view first_piece)
      : reader_(reader), next_(first_piece.data()), end_(first_piece.data() + first_piece.size()) {
    advance();
  }

  // The current character as an unsigned char, or kEnd.
  int current() const { return current_; }

  void advance() {
    if (next_ != end_) {
      current_ = static_cast<unsigned char>(*next_++);
    } else {
      advanceToNextPiece();
    }
  }

  // Whether the current character is the last of its piece.
  bool atPieceEnd() const { return next_ == end_; }

  // The current character and those after it that satisfy `accepts`, as far as the current piece goes. They
  // count as one current character: call `advance` next, after which the text may no longer be valid.
  template <class Predicate> std::string_view run(Predicate accepts) {
    const char* start = next_ - 1;
    while (next_ != end_ && accepts(static_cast<unsigned char>(*next_))) ++next_;
    return {start, static_cast<size_t>(next_ - start)};
  }

private:
  void advanceToNextPiece() {
    size_t size = 0;
    const char* piece = reader_.read != nullptr ? reader_.read(reader_.ud, &size) : nullptr;
    if (piece == nullptr || size == 0) {
      current_ = kEnd;
      reader_.read = nullptr; // once at the end, a reader is not asked again
      return;
    }
    next_ = piece;
    end_ = piece + size;
    current_ = static_cast<unsigned char>(*next_++);
  }

  SourceReader reader_;
  const char* next_;
  const char* end_;
  int current_ = kEnd;
};

} // namespace perigee
