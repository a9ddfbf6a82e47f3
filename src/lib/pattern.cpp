#include "lib/pattern.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace perigee {
namespace {

// --- character classes, as in the C locale -----------------------------------------------------------------

constexpr bool between(int c, int low, int high) { return c >= low && c <= high; }
constexpr bool isLower(int c) { return between(c, 'a', 'z'); }
constexpr bool isUpper(int c) { return between(c, 'A', 'Z'); }
constexpr bool isDigit(int c) { return between(c, '0', '9'); }
constexpr bool isAlnum(int c) { return isLower(c) || isUpper(c) || isDigit(c); }
constexpr bool isGraph(int c) { return between(c, 33, 126); }

constexpr bool isInClass(int c, char letter) {
  switch (letter) {
  case 'a': return isLower(c) || isUpper(c);
  case 'c': return c < 32 || c == 127;
  case 'd': return isDigit(c);
  case 'g': return isGraph(c);
  case 'l': return isLower(c);
  case 'p': return isGraph(c) && !isAlnum(c);
  case 's': return c == ' ' || between(c, '\t', '\r');
  case 'u': return isUpper(c);
  case 'w': return isAlnum(c);
  case 'x': return isDigit(c) || between(c, 'a', 'f') || between(c, 'A', 'F');
  default: return c == 0; // z
  }
}

constexpr char kClassLetters[] = "acdglpsuwxz";
constexpr int kClasses = sizeof kClassLetters - 1;

constexpr auto makeClassSets() {
  std::array<CharSet, kClasses * 2> sets{};
  for (int i = 0; i < kClasses; ++i) {
    for (int c = 0; c < 256; ++c)
      if (isInClass(c, kClassLetters[i])) sets[i].add(static_cast<unsigned char>(c));
    sets[kClasses + i] = sets[i];
    sets[kClasses + i].complement();
  }
  return sets;
}
constexpr std::array<CharSet, kClasses * 2> kClassSets = makeClassSets();

// The set behind `%letter`, or null if that is the letter itself.
const CharSet* classSet(char letter) {
  char lower = isUpper(letter) ? static_cast<char>(letter - 'A' + 'a') : letter;
  for (int i = 0; i < kClasses; ++i)
    if (kClassLetters[i] == lower) return &kClassSets[isUpper(letter) ? kClasses + i : i];
  return nullptr;
}

bool isOneByte(PatternNode::Kind kind) { return kind <= PatternNode::Kind::Set; }

} // namespace

const char* patternErrorMessage(PatternError error) {
  switch (error) {
  case PatternError::EndsWithPercent: return "malformed pattern (ends with '%%')";
  case PatternError::MissingBracket: return "malformed pattern (missing ']')";
  case PatternError::MissingFrontierSet: return "missing '[' after '%%f' in pattern";
  case PatternError::MissingBalanceArguments: return "malformed pattern (missing arguments to '%%b')";
  case PatternError::TooManyCaptures: return "too many captures";
  case PatternError::InvalidCapture: return "invalid pattern capture";
  case PatternError::InvalidCaptureIndex: return "invalid capture index %%%d";
  case PatternError::UnfinishedCapture: return "unfinished capture";
  case PatternError::TooComplex: return "pattern too complex";
  case PatternError::None: break;
  }
  return "";
}

// --- compiling ---------------------------------------------------------------------------------------------

// Captures are numbered by their place in the pattern and nothing in a pattern is passed by, so which of them
// are open or closed at a node is known here. A mistake becomes a node of its own, and ends the list.
class PatternCompiler {
public:
  PatternCompiler(Pattern* pattern, std::string_view text, const StepMeter* meter)
      : pattern_(pattern), text_(text), meter_(meter), node_(reinterpret_cast<PatternNode*>(pattern + 1)),
        sets_(reinterpret_cast<CharSet*>(node_ + text.size() + 1)) {}

  void compile(bool anchors) {
    if (anchors && !text_.empty() && text_[0] == '^') {
      pattern_->anchored_ = true;
      ++at_;
    }
    while (!done_ && at_ < text_.size()) {
      look(++items_);
      item();
    }
    if (!done_) emit(PatternNode::Kind::End);
    pattern_->capture_count_ = captures_;
    findFollowers();
  }

private:
  using Kind = PatternNode::Kind;
  using Repeat = PatternNode::Repeat;

  bool more() const { return at_ < text_.size(); }

  // For the host to interrupt, now and then.
  void look(size_t done) const {
    if (done % kPerLook == 0 && meter_ != nullptr) meter_->count(meter_->ud, 0);
  }

  PatternNode& emit(Kind kind) {
    *node_ = PatternNode{kind, Repeat::Once, 0, 0, 0, PatternError::None, false, 0, nullptr};
    return *node_++;
  }
  void mistake(PatternError error, int index = 0) {
    PatternNode& n = emit(Kind::Error);
    n.error = error;
    n.index = static_cast<uint8_t>(index);
    done_ = true;
  }

  void item() {
    char c = text_[at_];
    if (c == '(') return open();
    if (c == ')') return close();
    if (c == '$' && at_ + 1 == text_.size()) {
      ++at_;
      emit(Kind::EndAnchor);
      return;
    }
    if (c == '%' && at_ + 1 < text_.size()) {
      char letter = text_[at_ + 1];
      if (letter == 'b') return balance();
      if (letter == 'f') return frontier();
      if (isDigit(letter)) return backReference(letter - '1');
    }
    oneByte();
  }

  void open() {
    ++at_;
    bool is_position = more() && text_[at_] == ')';
    if (captures_ == kMaxCaptures) return mistake(PatternError::TooManyCaptures);
    PatternNode& n = emit(is_position ? Kind::Position : Kind::Open);
    n.index = static_cast<uint8_t>(captures_);
    state_[captures_++] = is_position ? State::Position : State::Open;
    if (is_position) ++at_;
  }

  void close() {
    ++at_;
    int i = captures_;
    while (i > 0 && state_[i - 1] != State::Open) --i;
    if (i == 0) return mistake(PatternError::InvalidCapture);
    emit(Kind::Close).index = static_cast<uint8_t>(i - 1);
    state_[i - 1] = State::Closed;
  }

  void backReference(int i) {
    at_ += 2;
    if (i < 0 || i >= captures_ || state_[i] == State::Open)
      return mistake(PatternError::InvalidCaptureIndex, i + 1);
    emit(state_[i] == State::Closed ? Kind::BackReference : Kind::Never).index = static_cast<uint8_t>(i);
  }

  void balance() {
    at_ += 2;
    if (text_.size() - at_ < 2) return mistake(PatternError::MissingBalanceArguments);
    PatternNode& n = emit(Kind::Balance);
    n.c = static_cast<uint8_t>(text_[at_]);
    n.c2 = static_cast<uint8_t>(text_[at_ + 1]);
    at_ += 2;
  }

  void frontier() {
    at_ += 2;
    if (!more() || text_[at_] != '[') return mistake(PatternError::MissingFrontierSet);
    const CharSet* s = set();
    if (s == nullptr) return mistake(PatternError::MissingBracket);
    emit(Kind::Frontier).set = s;
  }

  void oneByte() {
    PatternNode n{Kind::Char, Repeat::Once, 0, 0, 0, PatternError::None, false, 0, nullptr};
    char c = text_[at_];
    if (c == '[') {
      n.kind = Kind::Set;
      n.set = set();
      if (n.set == nullptr) return mistake(PatternError::MissingBracket);
    } else {
      ++at_;
      if (c == '.') {
        n.kind = Kind::Any;
      } else if (c == '%') {
        if (!more()) return mistake(PatternError::EndsWithPercent);
        c = text_[at_++];
        n.set = classSet(c);
        if (n.set != nullptr) n.kind = Kind::Set;
      }
      n.c = static_cast<uint8_t>(c);
    }
    if (more()) {
      switch (text_[at_]) {
      case '?': n.repeat = Repeat::Optional; break;
      case '*': n.repeat = Repeat::Star; break;
      case '+': n.repeat = Repeat::Plus; break;
      case '-': n.repeat = Repeat::Lazy; break;
      default: break;
      }
      if (n.repeat != Repeat::Once) ++at_;
    }
    *node_++ = n;
  }

  // A set in brackets at `at_`; null if its end is missing.
  const CharSet* set() {
    size_t p = at_ + 1;
    bool negated = p < text_.size() && text_[p] == '^';
    if (negated) ++p;
    // A bracket in first place is an ordinary character.
    size_t end = p;
    do {
      if (end >= text_.size()) return nullptr;
      look(end);
      if (text_[end++] == '%') ++end;
    } while (end >= text_.size() || text_[end] != ']');
    CharSet* result = new (sets_) CharSet;
    ++sets_;
    for (size_t members = 1; p < end; look(members++)) {
      unsigned char c = static_cast<unsigned char>(text_[p]);
      if (c == '%') {
        char letter = text_[p + 1];
        if (const CharSet* s = classSet(letter)) {
          result->add(*s);
        } else {
          result->add(static_cast<unsigned char>(letter));
        }
        p += 2;
      } else if (p + 2 < end && text_[p + 1] == '-') {
        for (int i = c; i <= static_cast<unsigned char>(text_[p + 2]); ++i)
          result->add(static_cast<unsigned char>(i));
        p += 3;
      } else {
        result->add(c);
        ++p;
      }
    }
    if (negated) result->complement();
    at_ = end + 1;
    return result;
  }

  // A repetition need only try to go on where the next byte fits.
  void findFollowers() {
    auto* first = reinterpret_cast<PatternNode*>(pattern_ + 1);
    const PatternNode* next = nullptr; // the byte that must come, seen from the current node
    for (PatternNode* n = node_ - 1; n >= first; --n) {
      look(static_cast<size_t>(n - first) + 1);
      n->follow_known = next != nullptr && next->kind == Kind::Char;
      if (n->follow_known) n->follow_char = next->c;
      if (isOneByte(n->kind)) {
        next = n->repeat == Repeat::Once || n->repeat == Repeat::Plus ? n : nullptr;
      } else if (n->kind != Kind::Open && n->kind != Kind::Close && n->kind != Kind::Position) {
        next = nullptr;
      }
    }
    if (next != nullptr && next->kind != Kind::Any) pattern_->first_byte_ = next;
  }

  enum class State : uint8_t { Open, Closed, Position };
  static constexpr size_t kPerLook = 4096;
  Pattern* pattern_;
  std::string_view text_;
  const StepMeter* meter_;
  size_t items_ = 0;
  PatternNode* node_;
  CharSet* sets_;
  size_t at_ = 0;
  int captures_ = 0;
  bool done_ = false;
  State state_[kMaxCaptures];
};

Pattern* Pattern::compile(void* memory, std::string_view text, bool anchors, const StepMeter* meter) {
  Pattern* pattern = new (memory) Pattern;
  PatternCompiler(pattern, text, meter).compile(anchors);
  return pattern;
}

// --- matching ----------------------------------------------------------------------------------------------

namespace {

using Kind = PatternNode::Kind;
using Repeat = PatternNode::Repeat;

inline bool fits(const PatternNode* n, char ch) {
  auto c = static_cast<unsigned char>(ch);
  if (n->kind == Kind::Char) return n->c == c;
  return n->kind == Kind::Any || n->set->has(c);
}

// The first byte from s on that does not fit.
const char* firstUnfit(const PatternNode* n, const char* s, const char* end) {
  if (n->kind == Kind::Char) {
    while (s < end && static_cast<unsigned char>(*s) == n->c) ++s;
    return s;
  }
  const CharSet* set = n->set;
  while (s < end && set->has(static_cast<unsigned char>(*s))) ++s;
  return s;
}

// Opening and closing captures before the next byte take up at most this much depth.
constexpr int kCaptureDepth = 2 * kMaxCaptures + 2;

// Bytes passed by between two looks at the meter; fewer than kFewBytes in a row are not counted.
constexpr size_t kPiece = 32 * 1024;
constexpr size_t kFewBytes = 64;

} // namespace

void Matcher::tellMeter() {
  steps_left_ = kStepsPerCount;
  if (meter_ != nullptr) meter_->count(meter_->ud, kStepsPerCount);
}

// Bytes up to here are passed by without further ado.
inline const char* Matcher::nearEnd(const char* s) const {
  return static_cast<size_t>(end_ - s) > kFewBytes ? s + kFewBytes : end_;
}

void Matcher::take(size_t steps) {
  while (steps >= steps_left_) {
    steps -= steps_left_;
    tellMeter();
  }
  steps_left_ -= static_cast<uint32_t>(steps);
}

// find(from, to) gives the place looked for in a piece from s on, or `to`. Null if it is in none.
template <class Find> inline const char* Matcher::findInPieces(const char* s, Find&& find) {
  while (s < end_) {
    const char* to = static_cast<size_t>(end_ - s) > kPiece ? s + kPiece : end_;
    const char* found = find(s, to);
    passBytes(static_cast<size_t>(found - s));
    if (found != to) return found;
    s = to;
  }
  return nullptr;
}

const char* Matcher::findByte(unsigned char c, const char* s) {
  if (static_cast<size_t>(end_ - s) <= kFewBytes)
    return static_cast<const char*>(std::memchr(s, c, static_cast<size_t>(end_ - s)));
  return findInPieces(s, [c](const char* from, const char* to) {
    const void* found = std::memchr(from, c, static_cast<size_t>(to - from));
    return found != nullptr ? static_cast<const char*>(found) : to;
  });
}

// The last place from s back to `from` with this byte; null if there is none.
const char* Matcher::findByteBack(unsigned char c, const char* from, const char* s) {
  if (s == end_) {
    if (s == from) return nullptr;
    --s;
  }
  if (static_cast<unsigned char>(*s) == c) return s;
  for (;;) {
    size_t n = std::min(static_cast<size_t>(s - from) + 1, kPiece);
    const char* first = s + 1 - n;
    const void* found = memrchr(first, c, n);
    passBytes(found != nullptr ? static_cast<size_t>(s - static_cast<const char*>(found)) : n);
    if (found != nullptr) return static_cast<const char*>(found);
    if (first == from) return nullptr;
    s = first - 1;
  }
}

// The first byte from s on that does not fit.
inline const char* Matcher::skipFitting(const PatternNode* node, const char* s) {
  if (node->kind == Kind::Any) return end_;
  const char* near = nearEnd(s);
  s = firstUnfit(node, s, near);
  if (s != near || s == end_) [[likely]]
    return s;
  return skipFar(node, s);
}

const char* Matcher::skipFar(const PatternNode* node, const char* s) {
  const char* found =
      findInPieces(s, [node](const char* from, const char* to) { return firstUnfit(node, from, to); });
  return found != nullptr ? found : end_;
}

// Matches from `node` on at `s`; the end of the match, or null. `depth` is how deep the nesting may still
// get.
const char* Matcher::run(const PatternNode* first, const char* s, int depth) {
  if (depth-- == 0) return fail(PatternError::TooComplex, 0);
  const PatternNode* node = first;
  auto end = [this, first, &node](const char* result) {
    step(static_cast<uint32_t>(node - first) + 1);
    return result;
  };
  for (;; ++node) {
    switch (node->kind) {
    case Kind::Char:
    case Kind::Any:
    case Kind::Set: {
      bool ok = s < end_ && fits(node, *s);
      switch (node->repeat) {
      case Repeat::Once:
        if (!ok) return end(nullptr);
        ++s;
        continue;
      case Repeat::Optional:
        if (ok) {
          const char* r = run(node + 1, s + 1, depth);
          if (r != nullptr || error_ != PatternError::None) return end(r);
        }
        continue;
      case Repeat::Star:
      case Repeat::Plus: {
        bool once = node->repeat == Repeat::Plus;
        if (!ok && once) return end(nullptr);
        if (!ok) continue;
        end(nullptr);
        return greedy(node, s + once, s + 1, depth);
      }
      case Repeat::Lazy:
        if (!ok) continue;
        end(nullptr);
        return lazy(node, s, depth);
      }
      continue;
    }
    case Kind::Open:
      captures_[node->index] = {s, Capture::kUnfinished};
      if (depth-- == 0) return fail(PatternError::TooComplex, 0);
      continue;
    case Kind::Position:
      captures_[node->index] = {s, Capture::kPosition};
      if (depth-- == 0) return fail(PatternError::TooComplex, 0);
      continue;
    case Kind::Close:
      captures_[node->index].length = s - captures_[node->index].begin;
      if (depth-- == 0) return fail(PatternError::TooComplex, 0);
      continue;
    case Kind::BackReference: {
      const Capture& c = captures_[node->index];
      passBytes(static_cast<size_t>(c.length));
      if (end_ - s < c.length || std::memcmp(c.begin, s, static_cast<size_t>(c.length)) != 0)
        return end(nullptr);
      s += c.length;
      continue;
    }
    case Kind::Balance:
      s = balance(node, s);
      if (s == nullptr) return end(nullptr);
      continue;
    case Kind::Frontier:
      if (!frontier(node, s)) return end(nullptr);
      continue;
    case Kind::EndAnchor: return end(s == end_ ? s : nullptr);
    case Kind::End: return end(s);
    case Kind::Never: return end(nullptr);
    case Kind::Error: return fail(node->error, node->index);
    }
  }
}

// The longest repetition that lets the rest match; it ends at `from` at the earliest, and the bytes before
// `s` fit.
const char* Matcher::greedy(const PatternNode* node, const char* from, const char* s, int depth) {
  if (depth == 0) return fail(PatternError::TooComplex, 0);
  s = skipFitting(node, s);
  const PatternNode* rest = node + 1;
  if (rest->kind == Kind::End) return s;
  bool filter = node->follow_known && depth > kCaptureDepth;
  for (;;) {
    if (filter) { // back to where the rest can begin
      s = findByteBack(node->follow_char, from, s);
      if (s == nullptr) return nullptr;
    }
    const char* r = run(rest, s, depth);
    if (r != nullptr || error_ != PatternError::None) return r;
    if (s == from) return nullptr;
    --s;
  }
}

// The shortest one, given that *s fits.
const char* Matcher::lazy(const PatternNode* node, const char* s, int depth) {
  if (depth == 0) return fail(PatternError::TooComplex, 0);
  const PatternNode* rest = node + 1;
  bool filter = node->follow_known && depth > kCaptureDepth;
  for (;;) {
    step(1);
    if (!filter || (s < end_ && static_cast<unsigned char>(*s) == node->follow_char)) {
      const char* r = run(rest, s, depth);
      if (r != nullptr || error_ != PatternError::None) return r;
    }
    if (filter && node->kind == Kind::Any) {
      if (s >= end_) return nullptr;
      s = findByte(node->follow_char, s + 1);
      if (s == nullptr) return nullptr;
    } else {
      if (s >= end_ || !fits(node, *s)) return nullptr;
      ++s;
    }
  }
}

const char* Matcher::balance(const PatternNode* node, const char* s) {
  if (s >= end_ || static_cast<unsigned char>(*s) != node->c) return nullptr;
  size_t open = 1;
  const char* end = findInPieces(s + 1, [node, &open](const char* from, const char* to) {
    for (; from < to; ++from) {
      auto c = static_cast<unsigned char>(*from);
      if (c == node->c2) {
        if (--open == 0) break;
      } else if (c == node->c) {
        ++open;
      }
    }
    return from;
  });
  return end != nullptr ? end + 1 : nullptr;
}

bool Matcher::frontier(const PatternNode* node, const char* s) const {
  auto before = static_cast<unsigned char>(s == begin_ ? '\0' : s[-1]);
  auto after = static_cast<unsigned char>(s == end_ ? '\0' : *s);
  return !node->set->has(before) && node->set->has(after);
}

// The first place from s on where a match can begin; null if there is none.
inline const char* Matcher::skipTo(const PatternNode* first, const char* s) {
  if (first->kind == Kind::Char) return findByte(first->c, s);
  const CharSet* set = first->set;
  const char* near = nearEnd(s);
  while (s < near && !set->has(static_cast<unsigned char>(*s))) ++s;
  if (s != near) [[likely]]
    return s;
  return findInPieces(s, [set](const char* from, const char* to) {
    while (from < to && !set->has(static_cast<unsigned char>(*from))) ++from;
    return from;
  });
}

bool Matcher::matchAt(const char* s) {
  error_ = PatternError::None;
  match_begin_ = s;
  match_end_ = run(pattern_->nodes(), s, kMaxPatternDepth);
  return match_end_ != nullptr;
}

bool Matcher::search(const char* s) {
  if (pattern_->isAnchored()) return matchAt(s);
  const PatternNode* first = pattern_->firstByte();
  if (first == nullptr) {
    for (; s <= end_; ++s) {
      if (matchAt(s)) return true;
      if (error_ != PatternError::None) return false;
    }
    return false;
  }
  error_ = PatternError::None;
  while (s < end_) {
    s = skipTo(first, s);
    if (s == nullptr) return false;
    if (matchAt(s)) return true;
    if (error_ != PatternError::None) return false;
    ++s;
  }
  return false;
}

bool isPlainPattern(std::string_view pattern) {
  return pattern.find_first_of("^$*+?.([%-") == std::string_view::npos;
}

const char* findPlain(std::string_view subject, std::string_view needle) {
  if (needle.empty()) return subject.data();
  const char* s = subject.data();
  const char* end = s + subject.size();
  // Where the first byte is rare, looking for it alone is fastest; where it is not, memmem stays linear.
  for (int attempts = 0; attempts < 8; ++attempts) {
    if (static_cast<size_t>(end - s) < needle.size()) return nullptr;
    s = static_cast<const char*>(std::memchr(s, needle[0], static_cast<size_t>(end - s) - needle.size() + 1));
    if (s == nullptr || std::memcmp(s, needle.data(), needle.size()) == 0) return s;
    ++s;
  }
  return static_cast<const char*>(memmem(s, static_cast<size_t>(end - s), needle.data(), needle.size()));
}

} // namespace perigee
