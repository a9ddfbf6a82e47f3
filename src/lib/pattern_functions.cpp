// string.find, match, gmatch and gsub.

#include "interpreter/continuations.h"
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

void countSteps(void* L, uint32_t steps) { work(static_cast<Thread*>(L), Work::Steps, steps); }

Pattern* compile(Native& n, std::string_view text, bool anchors, PatternMemory* memory) {
  void* p = memory->bytes;
  if (text.size() > kShortPattern) {
    work(n.thread(), Work::Bytes, text.size());
    Userdata* u = newInternalUserdata(n.thread(), Pattern::bytesFor(text.size()), 0);
    n.push(Value::of(u));
    p = u->bytes();
  }
  StepMeter meter{n.thread(), countSteps};
  return Pattern::compile(p, text, anchors, &meter);
}

void checkMatcher(Native& n, const Matcher& m) {
  if (m.error() != PatternError::None) [[unlikely]]
    n.error(patternErrorMessage(m.error()), m.errorIndex());
}

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

// isPlainPattern
bool isPlainInPieces(Thread* L, std::string_view pattern) {
  bool plain = true;
  inPieces(L, pattern.size(), kElementsPerLook, [=, &plain](size_t from, size_t to) {
    plain = plain && isPlainPattern(pattern.substr(from, to - from));
  });
  return plain;
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
  if (want_positions && (n.toBoolean(4) || isPlainInPieces(n.thread(), text))) {
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

// --- gmatch ------------------------------------------------------------------------------------------------

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

// --- gsub --------------------------------------------------------------------------------------------------

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
      : limit_(limit), progress_{subject.data(), subject.data(), 0}, meter_{n.thread(), countSteps},
        match_(compile(n, pattern, true, &memory_), subject, &meter_), result_(n.thread()) {}

  // Replaces, from where it is; `calls`: what replaces has to be asked by a call.
  template <bool calls> __attribute__((always_inline)) void run(Native& n) {
    Progress p = progress_;
    while (p.count < limit_ && p.from <= match_.subjectEnd() && !(p.count > 0 && match_.isAnchored())) {
      if (!search(n, match_, p.from)) {
        checkMatcher(n, match_);
        break;
      }
      if (p.count > 0 && match_.matchEnd() == p.copied) { // empty, where the previous match ended
        p.from = match_.matchBegin() + 1;
      } else {
        ++p.count;
        result_.append(p.copied, static_cast<size_t>(match_.matchBegin() - p.copied));
        if (calls) {
          progress_ = p;
          n.arg(3).isTable() ? pushElementByCall(n) : pushResult(n);
          appendReplacement(n);
        } else if (n.arg(3).isString()) {
          appendTemplate(n, result_, match_, n.arg(3).string()->view());
          changed_ = true;
        } else {
          pushCapture(n, match_, 0);
          n.top(-1) = get(n.arg(3).table(), n.top(-1));
          appendReplacement(n);
        }
        p.copied = p.from = match_.matchEnd();
      }
    }
    progress_ = p;
  }

  // After a pause in the call for a match; what it has returned is on top, and is popped.
  void takeResult(Native& n) {
    appendReplacement(n);
    progress_.copied = progress_.from = match_.matchEnd();
  }

  // The results; the buffer's slot is on top.
  int pushResults(Native& n) {
    if (changed_) {
      result_.append(progress_.copied, static_cast<size_t>(match_.subjectEnd() - progress_.copied));
      result_.push();
    } else {
      n.push(n.arg(1));
    }
    n.pushInteger(progress_.count);
    return 2;
  }

private:
  // Kept here while a function is called, else in registers.
  struct Progress {
    const char* from;   // where the next match may begin
    const char* copied; // what lies before is in the buffer: up to the end of the previous match
    int64_t count;
  };

  // Of the function.
  void pushResult(Native& n) {
    n.push(n.arg(3));
    n.pushNil(); // the link
    int captures = pushCaptures(n, match_, true);
    callPausable(n.thread(), n.thread()->top - captures - kFrameSlots, 1);
  }

  // Of a table with a metatable.
  __attribute__((noinline)) void pushElementByCall(Native& n) {
    pushCapture(n, match_, 0);
    Value table = n.arg(3), key = n.top(-1);
    Lookup found = lookUpIndex(n.thread(), &table, key);
    n.top(-1) = found.value;
    if (!found.is_call) return;
    n.pushNil(); // the link
    n.push(found.receiver);
    n.push(key);
    callPausable(n.thread(), n.thread()->top - 2 - kFrameSlots, 1);
  }

  // Appends the popped value, or the match if that stays as it is.
  __attribute__((always_inline)) void appendReplacement(Native& n) {
    Value v = n.top(-1);
    if (v.isTruthy()) {
      changed_ = true;
      if (v.isNumber()) v = n.top(-1) = Value::of(numberToString(n.thread(), v));
      if (!v.isString()) n.error("invalid replacement value (a %s)", typeName(typeOf(v)));
      result_.append(v.string()->view());
    } else {
      result_.append(match_.matchBegin(), static_cast<size_t>(match_.matchEnd() - match_.matchBegin()));
    }
    n.pop(1);
  }

  int64_t limit_;
  Progress progress_;
  bool changed_ = false;
  StepMeter meter_;
  PatternMemory memory_;
  Matcher match_;
  Buffer result_;
};

// On the stack: arguments, the substitution, its pattern if that is long, its buffer, and how to be
// continued.
__attribute__((noinline)) int finishGsub(Native& n, Userdata* memory) {
  auto* s = static_cast<Substitution*>(memory->bytes());
  s->run<true>(n);
  popContinuation(n.thread());
  int results = s->pushResults(n);
  n.state()->spare_memory = memory;
  return results;
}

int gsubContinued(lua_State* L, int, intptr_t context) {
  Native n(L);
  auto* memory = reinterpret_cast<Userdata*>(context);
  static_cast<Substitution*>(memory->bytes())->takeResult(n);
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
  int64_t from = dialectOf(n.thread()).gmatch_from ? n.optionalInteger(3, 1) : 1;
  size_t start = startPosition(from, subject.size()) - 1;
  if (start > subject.size()) start = subject.size() + 1;
  n.push(n.arg(1));
  Userdata* u = newInternalUserdata(n.thread(), sizeof(Iteration) + Pattern::bytesFor(text.size()), 0);
  n.push(Value::of(u));
  auto* it = static_cast<Iteration*>(u->bytes());
  it->position = start;
  it->last_match = -1;
  StepMeter meter{n.thread(), countSteps};
  it->pattern = Pattern::compile(it + 1, text, false, &meter);
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
    n.expectedError(3, "string/function/table");
  }
  int64_t limit = n.optionalInteger(4, static_cast<int64_t>(subject.size()) + 1);
  if (by.isString() || (by.isTable() && by.table()->metatable() == nullptr)) {
    Substitution s(n, subject, text, limit);
    s.run<false>(n);
    return s.pushResults(n);
  }
  Userdata* memory = takeSpareMemory(n.thread());
  n.push(Value::of(memory));
  new (memory->bytes()) Substitution(n, subject, text, limit);
  pushContinuation(n.thread(), reinterpret_cast<intptr_t>(memory), gsubContinued);
  return finishGsub(n, memory);
}

} // namespace perigee
