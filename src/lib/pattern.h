// Lua patterns: compiled to a list of nodes, then matched by backtracking. Knows nothing of Lua's heap or
// errors: mistakes in a pattern come back as values, when matching arrives at them (so `x[` fails only for
// subjects with an x).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace perigee {

// A set of bytes.
struct CharSet {
  uint64_t words[4] = {};
  constexpr bool has(unsigned char c) const { return (words[c >> 6] >> (c & 63)) & 1; }
  constexpr void add(unsigned char c) { words[c >> 6] |= uint64_t{1} << (c & 63); }
  constexpr void add(const CharSet& other) {
    for (int i = 0; i < 4; ++i) words[i] |= other.words[i];
  }
  constexpr void complement() {
    for (uint64_t& w : words) w = ~w;
  }
};

enum class PatternError : uint8_t {
  None,
  EndsWithPercent,
  MissingBracket,
  MissingFrontierSet,
  MissingBalanceArguments,
  TooManyCaptures,
  InvalidCapture,      // `)` without `(`
  InvalidCaptureIndex, // %N, with the index
  UnfinishedCapture,
  TooComplex,
};
// The message; %d in it stands for the capture index.
const char* patternErrorMessage(PatternError error);

constexpr int kMaxCaptures = 32;
constexpr int kMaxPatternDepth = 200; // nested quantifiers and captures at one time

struct PatternNode {
  enum class Kind : uint8_t {
    // One byte, with a quantifier.
    Char,
    Any,
    Set,
    // The rest have none.
    Open, // capture `index` begins
    Close,
    Position, // capture `index` is a position
    BackReference,
    Balance, // from byte `c` to its partner `c2`
    Frontier,
    EndAnchor,
    End,   // of the pattern
    Never, // fails
    Error,
  };
  enum class Repeat : uint8_t { Once, Optional, Star, Plus, Lazy };
  Kind kind;
  Repeat repeat;
  uint8_t c;
  uint8_t c2;
  uint8_t index;
  PatternError error;
  // For a repeated node: kind of the byte that must come next (Char with `follow_char`), or End if unknown.
  bool follow_known;
  uint8_t follow_char;
  const CharSet* set;
};

// A compiled pattern. Lies, with its nodes and sets, in memory of the caller's; must not be moved. The text
// is not needed any more afterwards.
struct StepMeter;
class Pattern {
public:
  // Bytes (aligned to 8) for a pattern of `length` bytes.
  static size_t bytesFor(size_t length) {
    return sizeof(Pattern) + (length + 1) * sizeof(PatternNode) + (length / 2) * sizeof(CharSet);
  }
  // With `anchors` a leading ^ ties the match to its start.
  // The meter, if any, is asked for 0 steps now and then.
  static Pattern* compile(void* memory, std::string_view text, bool anchors,
                          const StepMeter* meter = nullptr);

  bool isAnchored() const { return anchored_; }
  int captureCount() const { return capture_count_; }
  const PatternNode* nodes() const { return reinterpret_cast<const PatternNode*>(this + 1); }
  // What every match begins with, if that is one byte out of a set.
  const PatternNode* firstByte() const { return first_byte_; }

private:
  friend class PatternCompiler;
  const PatternNode* first_byte_ = nullptr;
  int capture_count_ = 0;
  bool anchored_ = false;
};

// Is told of steps of a matcher as they add up; may leave by a jump.
struct StepMeter {
  void* ud;
  void (*count)(void* ud, uint32_t steps);
};

class Matcher {
public:
  static constexpr uint32_t kStepsPerCount = 2048;

  // All must outlive the matcher. Without a meter nobody counts.
  Matcher(const Pattern* pattern, std::string_view subject, const StepMeter* meter = nullptr)
      : pattern_(pattern), begin_(subject.data()), end_(subject.data() + subject.size()), meter_(meter) {}

  // A match that begins at `s`.
  bool matchAt(const char* s);
  // The first match that begins at or after `s` (for an anchored pattern: at `s`).
  bool search(const char* s);

  // After false: an error, or None.
  PatternError error() const { return error_; }
  int errorIndex() const { return error_index_; }

  // After true:
  const char* matchBegin() const { return match_begin_; }
  const char* matchEnd() const { return match_end_; }
  struct Capture {
    static constexpr ptrdiff_t kUnfinished = -1;
    static constexpr ptrdiff_t kPosition = -2;
    const char* begin;
    ptrdiff_t length;
  };
  int captureCount() const { return pattern_->captureCount(); }
  bool isAnchored() const { return pattern_->isAnchored(); }
  const Capture& capture(int i) const { return captures_[i]; }
  const char* subjectBegin() const { return begin_; }
  const char* subjectEnd() const { return end_; }

  // Steps of which the meter has not been told yet; they are taken as told. A step is a node of the pattern
  // tried, or kBytesPerStep bytes that a repetition or a search passes by.
  uint32_t takeSteps() {
    uint32_t steps = kStepsPerCount - steps_left_;
    steps_left_ = kStepsPerCount;
    return steps;
  }

private:
  static constexpr size_t kBytesPerStep = 4;
  void step(uint32_t steps) {
    if (steps >= steps_left_) [[unlikely]]
      return take(steps);
    steps_left_ -= steps;
  }
  void passBytes(size_t bytes) { step(static_cast<uint32_t>(bytes / kBytesPerStep)); }
  void take(size_t steps);
  void tellMeter();
  const char* run(const PatternNode* node, const char* s, int depth);
  __attribute__((always_inline)) const char* greedy(const PatternNode* node, const char* from, const char* s,
                                                    int depth);
  const char* lazy(const PatternNode* node, const char* s, int depth);
  template <class Find> const char* findInPieces(const char* s, Find&& find);
  const char* findByte(unsigned char c, const char* s);
  const char* findByteBack(unsigned char c, const char* from, const char* s);
  const char* nearEnd(const char* s) const;
  const char* skipFitting(const PatternNode* node, const char* s);
  const char* skipFar(const PatternNode* node, const char* s);
  const char* balance(const PatternNode* node, const char* s);
  const char* skipTo(const PatternNode* first, const char* s);
  bool frontier(const PatternNode* node, const char* s) const;
  const char* fail(PatternError error, int index) {
    error_ = error;
    error_index_ = index;
    return nullptr;
  }

  const Pattern* pattern_;
  const char* begin_;
  const char* end_;
  const StepMeter* meter_;
  uint32_t steps_left_ = kStepsPerCount; // until the meter is told
  const char* match_begin_ = nullptr;
  const char* match_end_ = nullptr;
  PatternError error_ = PatternError::None;
  int error_index_ = 0;
  Capture captures_[kMaxCaptures];
};

// Does a pattern mean just its own text?
bool isPlainPattern(std::string_view pattern);
// The first occurrence, or null.
const char* findPlain(std::string_view subject, std::string_view needle);

} // namespace perigee
