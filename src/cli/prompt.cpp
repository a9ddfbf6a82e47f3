#include "cli/prompt.h"

#include "cli/completion.h"
#include "cli/run.h"
#include "cli/time_limit.h"
#include "interpreter/call.h"
#include "interpreter/operations.h"
#include "lib/load_file.h"

namespace perigee {
namespace {

enum class Reading { Chunk, Error, End, Interrupted };

void completeWord(void* data, std::string_view word, std::vector<std::string>* candidates) {
  complete(static_cast<Thread*>(data), word, candidates);
}

// Reads a line and pushes it; pushes nothing if there is none. The first line of a chunk may be
// `=expression`.
LineReader::Result pushLine(Native& L, LineReader& reader, bool first) {
  L.pushString(first ? "_PROMPT" : "_PROMPT2");
  Value prompt = index(L.thread(), Value::of(L.state()->globals), L.top(-1));
  L.top(-1) = prompt;
  const char* text = first ? "> " : ">> ";
  int pushed = 1;
  bool any_type = dialectOf(L.thread()).prompt_calls_tostring;
  if (any_type ? !prompt.isNil() : prompt.isString() || prompt.isNumber()) {
    text = pushToString(L.thread(), prompt)->data();
    pushed = 2;
  }
  LineReader::Result result = reader.read(text);
  L.pop(pushed);
  if (result != LineReader::Result::Line) return result;
  std::string_view line = reader.line();
  if (first && !line.empty() && line[0] == '=') {
    L.pushString("return ");
    L.pushString(line.substr(1));
    concat(L.thread(), 2);
  } else {
    L.pushString(line);
  }
  return result;
}

// The string on top is loaded; the function, or the message, is put on top of it.
ThreadStatus loadTop(Native& L) {
  return loadString(L.thread(), L.top(-1).string()->view(), "=stdin", nullptr);
}

// Would more text turn the syntax error on top into a program?
bool isIncomplete(Native& L, ThreadStatus status) {
  constexpr std::string_view kMark = "<eof>";
  if (status != ThreadStatus::ErrorSyntax || !L.top(-1).isString()) return false;
  std::string_view message = L.top(-1).string()->view();
  return message.size() >= kMark.size() && message.substr(message.size() - kMark.size()) == kMark;
}

// The line on top, and as many more as it takes, are loaded: one value replaces them.
Reading loadLines(Native& L, LineReader& reader) {
  for (;;) {
    ThreadStatus status = loadTop(L);
    if (isIncomplete(L, status)) {
      LineReader::Result result = pushLine(L, reader, false);
      if (result == LineReader::Result::Interrupted) return Reading::Interrupted;
      if (result == LineReader::Result::Line) {
        // Between the lines so far and the new one the message makes room for the line break.
        L.pushString("\n");
        L.top(-3) = L.top(-1);
        L.pop(1);
        concat(L.thread(), 3);
        continue;
      }
      reader.endLine();
    }
    L.top(-2) = L.top(-1);
    L.pop(1);
    return status == ThreadStatus::Ok ? Reading::Chunk : Reading::Error;
  }
}

// Reads a chunk: a function, or a syntax error's message, is the only value on the stack then.
Reading readChunk(Native& L, LineReader& reader) {
  L.setTop(0);
  LineReader::Result result = pushLine(L, reader, true);
  if (result == LineReader::Result::End) return Reading::End;
  if (result == LineReader::Result::Interrupted) return Reading::Interrupted;
  // As an expression first.
  L.pushString("return ");
  L.push(L.top(-2));
  concat(L.thread(), 2);
  ThreadStatus status = loadTop(L);
  if (status == ThreadStatus::Ok) {
    L.insert(1);
    L.setTop(1);
    return Reading::Chunk;
  }
  L.setTop(1);
  return loadLines(L, reader);
}

// What stands between the two runs as the program, the rest as the prompt.
void beginProgram(Native& L, const LineLimits& limits) { heapOf(L.thread()).setMemoryLimit(limits.memory); }
void endProgram(Native& L) { heapOf(L.thread()).setMemoryLimit(0); }

void grantTicks(Native& L, const LineLimits& limits) {
  TickAccount& account = L.state()->ticks;
  account.takeRequest();
  account.stopping = false;
  if (limits.ticks >= 0) account.setLeft(limits.ticks);
}

// Prints all values on the stack by the program's own `print`.
void printResults(Native& L, const LineLimits& limits) {
  int n = L.count();
  if (n == 0) return;
  L.ensure(kNativeSlots, "too many results to print");
  L.pushString("print");
  L.top(-1) = index(L.thread(), Value::of(L.state()->globals), L.top(-1));
  L.insert(1);
  beginProgram(L, limits);
  ThreadStatus status = protectedCall(L.thread(), n, 0);
  endProgram(L);
  if (status == ThreadStatus::Ok) return;
  Value error = L.top(-1);
  printMessage(nullptr, L.pushFormat("error calling 'print' (%s)",
                                     error.isString() ? error.string()->data() : "(null)"));
}

} // namespace

void runPrompt(Native& L, LineReader& reader, const LineLimits& limits) {
  reader.open(completeWord, L.thread());
  endProgram(L);
  while (!isTimeUp()) {
    grantTicks(L, limits);
    Reading reading = readChunk(L, reader);
    if (reading == Reading::End) break;
    if (reading == Reading::Interrupted) continue;
    ThreadStatus status = ThreadStatus::ErrorSyntax;
    if (reading == Reading::Chunk) {
      beginProgram(L, limits);
      status = callWithTraceback(L, 0, kAllResults);
      endProgram(L);
    }
    if (status == ThreadStatus::Ok) {
      printResults(L, limits);
    } else {
      report(L, nullptr, status);
    }
  }
  beginProgram(L, limits);
  L.setTop(0);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

} // namespace perigee
