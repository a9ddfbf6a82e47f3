// string.find, match, gmatch and gsub.

#include "interpreter/call.h"
#include "interpreter/inline_cache.h"
#include "lib/pattern.h"
#include "lib/string_support.h"
#include "vm/proto.h"

#include <cstring>
#include <new>
#include <utility>

namespace perigee {
namespace {

// Memory for the patterns of everyday life, on the C stack; longer ones lie in a userdata on the Lua stack.
constexpr size_t kShortPattern = 48;
struct PatternMemory {
  alignas(8) char bytes[sizeof(Pattern) + (kShortPattern + 1) * sizeof(PatternNode) +
                        kShortPattern / 2 * sizeof(CharSet)];
};

Pattern* compile(Native& n, std::string_view text, bool anchors, PatternMemory* memory) {
  void* p = memory->bytes;
  if (text.size() > kShortPattern) {
    work(n.thread(), Work::Bytes, text.size());
    Userdata* u = newInternalUserdata(n.thread(), Pattern::bytesFor(text.size()), 0);
    n.push(Value::of(u));
    p = u->bytes();
  }
  return Pattern::compile(p, text, anchors);
}

void checkMatcher(Native& n, const Matcher& m) {
  if (m.error() != PatternError::None) [[unlikely]]
    n.error(patternErrorMessage(m.error()), m.errorIndex());
}

void countSteps(void* L, uint32_t steps) { work(static_cast<Thread*>(L), Work::Steps, steps); }

bool search(Native& n, Matcher& m, const char* from) {
  bool found = m.search(from);
  work(n.thread(), Work::Steps, m.takeSteps());
  return found;
}

// Capture i of a match; without captures the whole match is capture 0.
void pushCapture(Native& n, const Matcher& m, int i) {
  if (i >= m.captureCount()) {
    if (i != 0) n.error(patternErrorMessage(PatternError::InvalidCaptureIndex), i + 1);
    n.pushString({m.matchBegin(), static_cast<size_t>(m.matchEnd() - m.matchBegin())});
    return;
  }
  const Matcher::Capture& c = m.capture(i);
  if (c.length >= 0) {
    work(n.thread(), Work::Bytes, static_cast<uint64_t>(c.length));
    n.pushString({c.begin, static_cast<size_t>(c.length)});
  } else if (c.length == Matcher::Capture::kPosition) {
    n.pushInteger(c.begin - m.subjectBegin() + 1);
  } else {
    n.error("%s", patternErrorMessage(PatternError::UnfinishedCapture));
  }
}

// All captures, or if there are none and `whole` is wanted, the match. Returns how many were pushed.
int pushCaptures(Native& n, const Matcher& m, bool whole) {
  int count = m.captureCount() == 0 && whole ? 1 : m.captureCount();
  n.ensure(count + 2, "too many captures");
  for (int i = 0; i < count; ++i) pushCapture(n, m, i);
  return count;
}

// findPlain; pieces overlap by what a needle across their border needs.
const char* findPlainInPieces(Thread* L, std::string_view subject, std::string_view needle) {
  size_t piece = std::max(kBytesPerLook, needle.size());
  for (size_t from = 0;; from += piece) {
    std::string_view part = subject.substr(from, piece + needle.size());
    const char* found = findPlain(part, needle);
    size_t passed =
        found != nullptr ? static_cast<size_t>(found - part.data()) : std::min(piece, part.size());
    work(L, Work::Bytes, passed);
    if (found != nullptr || subject.size() - from <= piece) return found;
  }
}

int find(lua_State* L, bool want_positions) {
  Native n(L);
  std::string_view subject = n.checkString(1);
  std::string_view text = n.checkString(2);
  size_t start = startPosition(n.optionalInteger(3, 1), subject.size()) - 1;
  if (start > subject.size()) {
    n.pushNil();
    return 1;
  }
  if (want_positions && (n.toBoolean(4) || isPlainPattern(text))) {
    const char* found = findPlainInPieces(n.thread(), subject.substr(start), text);
    if (found == nullptr) {
      n.pushNil();
      return 1;
    }
    int64_t first = found - subject.data() + 1;
    n.pushInteger(first);
    n.pushInteger(first + static_cast<int64_t>(text.size()) - 1);
    return 2;
  }
  PatternMemory memory;
  StepMeter meter{n.thread(), countSteps};
  Matcher m(compile(n, text, true, &memory), subject, &meter);
  if (!search(n, m, subject.data() + start)) {
    checkMatcher(n, m);
    n.pushNil();
    return 1;
  }
  if (!want_positions) return pushCaptures(n, m, true);
  n.pushInteger(m.matchBegin() - subject.data() + 1);
  n.pushInteger(m.matchEnd() - subject.data());
  return 2 + pushCaptures(n, m, false);
}

// --- gmatch
// --------------------------------------------------------------------------------------------------

// State of an iteration, in a userdata; the compiled pattern lies behind it.
struct Iteration {
  size_t position;      // where the next match may begin; behind the end: none
  ptrdiff_t last_match; // where the previous match ended, or -1
  Pattern* pattern;
};

// Upvalues: subject, state.
int gmatchNext(lua_State* L) {
  Native n(L);
  std::string_view subject = n.upvalue(1).string()->view();
  auto* it = static_cast<Iteration*>(n.upvalue(2).userdata()->bytes());
  StepMeter meter{n.thread(), countSteps};
  Matcher m(it->pattern, subject, &meter);
  while (it->position <= subject.size()) {
    if (!search(n, m, subject.data() + it->position)) {
      checkMatcher(n, m);
      break;
    }
    ptrdiff_t end = m.matchEnd() - subject.data();
    if (end != it->last_match) {
      it->last_match = end;
      it->position = static_cast<size_t>(end);
      return pushCaptures(n, m, true);
    }
    it->position = static_cast<size_t>(m.matchBegin() - subject.data()) + 1;
  }
  it->position = subject.size() + 1;
  return 0;
}

// --- gsub
// ----------------------------------------------------------------------------------------------------

// Appends the replacement text with its %N filled in.
void appendTemplate(Native& n, Buffer& b, const Matcher& m, std::string_view text) {
  for (;;) {
    size_t percent = text.find('%');
    b.append(text.substr(0, percent));
    if (percent == std::string_view::npos) return;
    char c = percent + 1 < text.size() ? text[percent + 1] : '\0';
    if (c == '%') {
      b.append('%');
    } else if (c == '0') {
      b.append(m.matchBegin(), static_cast<size_t>(m.matchEnd() - m.matchBegin()));
    } else if (c >= '1' && c <= '9') {
      int i = c - '1';
      if (i < m.captureCount() && m.capture(i).length >= 0) {
        b.append(m.capture(i).begin, static_cast<size_t>(m.capture(i).length));
      } else {
        pushCapture(n, m, i);
        if (n.top(-1).isInteger()) n.top(-1) = Value::of(numberToString(n.thread(), n.top(-1)));
        b.append(n.top(-1).string()->view());
        n.pop(1);
      }
    } else {
      n.error("invalid use of '%%' in replacement string");
    }
    text.remove_prefix(percent + 2);
  }
}

// A gsub under way. If it calls functions the program may be paused in them, and the C frame be lost: then it
// lies in a userdata.
class Substitution {
public:
  Substitution(Native& n, std::string_view subject, std::string_view pattern, int64_t limit)
      : meter_{n.thread(), countSteps}, match_(compile(n, pattern, true, &memory_), subject, &meter_),
        result_(n.thread()), from_(subject.data()), copied_(subject.data()), limit_(limit) {}

  void run(Native& n) {
    while (count_ < limit_ && from_ <= match_.subjectEnd() && !(match_.isAnchored() && count_ > 0)) {
      if (!search(n, match_, from_)) return checkMatcher(n, match_);
      if (match_.matchEnd() == last_) {
        from_ = match_.matchBegin() + 1;
      } else {
        ++count_;
        result_.append(copied_, static_cast<size_t>(match_.matchBegin() - copied_));
        copied_ = match_.matchBegin();
        replace(n);
      }
    }
  }

  // The value that replaces the match is on top, and is popped.
  void takeReplacement(Native& n) {
    Value v = n.top(-1);
    bool is_replaced = v.isTruthy();
    if (is_replaced) {
      if (v.isNumber()) v = n.top(-1) = Value::of(numberToString(n.thread(), v));
      if (!v.isString()) n.error("invalid replacement value (a %s)", typeName(typeOf(v)));
      result_.append(v.string()->view());
    }
    n.pop(1);
    passMatch(is_replaced);
  }

  // The results; the buffer's slot is on top.
  int pushResults(Native& n) {
    if (changed_) {
      result_.append(copied_, static_cast<size_t>(match_.subjectEnd() - copied_));
      result_.push();
    } else {
      n.push(n.arg(1));
    }
    n.pushInteger(count_);
    return 2;
  }

private:
  void replace(Native& n) {
    Value by = n.arg(3);
    if (by.isString()) {
      appendTemplate(n, result_, match_, by.string()->view());
      passMatch(true);
    } else {
      by.isTable() ? pushElement(n, by) : pushResult(n, by);
      takeReplacement(n);
    }
  }

  void pushResult(Native& n, Value function) {
    n.push(function);
    n.pushNil(); // the link
    int captures = pushCaptures(n, match_, true);
    callPausable(n.thread(), n.thread()->top - captures - kFrameSlots, 1);
  }

  void pushElement(Native& n, Value table) {
    pushCapture(n, match_, 0);
    Value key = n.top(-1);
    Lookup found = lookUpIndex(n.thread(), &table, key);
    n.top(-1) = found.value;
    if (!found.is_call) return;
    n.pushNil(); // the link
    n.push(found.receiver);
    n.push(key);
    callPausable(n.thread(), n.thread()->top - 2 - kFrameSlots, 1);
  }

  void passMatch(bool is_replaced) {
    changed_ |= is_replaced;
    from_ = last_ = match_.matchEnd();
    if (is_replaced) copied_ = from_;
  }

  PatternMemory memory_;
  StepMeter meter_;
  Matcher match_;
  Buffer result_;
  const char* from_;           // where the next match may begin
  const char* copied_;         // what lies before is in the buffer, or has been replaced
  const char* last_ = nullptr; // end of the previous match
  int64_t count_ = 0;
  int64_t limit_;
  bool changed_ = false;
};

// On the stack: arguments, the substitution, its pattern if that is long, its buffer, and how to be
// continued.
int finishGsub(Native& n, Userdata* memory) {
  auto* s = static_cast<Substitution*>(memory->bytes());
  s->run(n);
  popContinuation(n.thread());
  int results = s->pushResults(n);
  n.state()->spare_memory = memory;
  return results;
}

int gsubContinued(lua_State* L, int, intptr_t context) {
  Native n(L);
  auto* memory = reinterpret_cast<Userdata*>(context);
  static_cast<Substitution*>(memory->bytes())->takeReplacement(n);
  pushContinuation(n.thread(), context, gsubContinued);
  return finishGsub(n, memory);
}

Userdata* takeSpareMemory(Thread* L) {
  Userdata* spare = std::exchange(L->global->spare_memory, nullptr);
  return spare != nullptr ? spare : newInternalUserdata(L, sizeof(Substitution), 0);
}

} // namespace

int stringFind(lua_State* L) { return find(L, true); }
int stringMatch(lua_State* L) { return find(L, false); }

int stringGmatch(lua_State* L) {
  Native n(L);
  std::string_view subject = n.checkString(1);
  std::string_view text = n.checkString(2);
  size_t start = startPosition(n.optionalInteger(3, 1), subject.size()) - 1;
  if (start > subject.size()) start = subject.size() + 1;
  n.push(n.arg(1));
  Userdata* u = newInternalUserdata(n.thread(), sizeof(Iteration) + Pattern::bytesFor(text.size()), 0);
  n.push(Value::of(u));
  auto* it = static_cast<Iteration*>(u->bytes());
  it->position = start;
  it->last_match = -1;
  it->pattern = Pattern::compile(it + 1, text, false);
  n.pushClosure(gmatchNext, 2);
  return 1;
}

int stringGsub(lua_State* L) {
  Native n(L);
  std::string_view subject = n.checkString(1);
  std::string_view text = n.checkString(2);
  Value by = n.arg(3);
  if (by.isNumber()) {
    by = Value::of(n.checkStringObject(3));
  } else if (!by.isString() && !by.isTable() && !by.isFunction()) {
    n.typeError(3, "string/function/table");
  }
  int64_t limit = n.optionalInteger(4, static_cast<int64_t>(subject.size()) + 1);
  if (by.isString() || (by.isTable() && by.table()->metatable() == nullptr)) {
    Substitution s(n, subject, text, limit);
    s.run(n);
    return s.pushResults(n);
  }
  Userdata* memory = takeSpareMemory(n.thread());
  n.push(Value::of(memory));
  new (memory->bytes()) Substitution(n, subject, text, limit);
  pushContinuation(n.thread(), reinterpret_cast<intptr_t>(memory), gsubContinued);
  return finishGsub(n, memory);
}

} // namespace perigee
