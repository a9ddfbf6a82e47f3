#include "lib/traceback.h"

#include "support/chunk_id.h"
#include "vm/debug_info.h"

#include <charconv>
#include <cstring>

namespace perigee {
namespace {

// Of a long stack only this many frames are shown.
constexpr int kFirstFrames = 10;
constexpr int kLastFrames = 11;

void appendNumber(Buffer& out, int n) {
  char digits[16];
  out.append({digits, static_cast<size_t>(std::to_chars(digits, digits + sizeof digits, n).ptr - digits)});
}

void appendQuoted(Buffer& out, std::string_view what, std::string_view name) {
  out.append(what);
  out.append(" '");
  out.append(name);
  out.append('\'');
}

void appendSource(Buffer& out, const Proto* p) {
  char id[kChunkIdSize];
  out.append({id, chunkId(id, p->source != nullptr ? p->source->view() : "=?")});
}

void appendFunctionName(Native& L, Buffer& out, const FrameView& frame) {
  if (pushGlobalFunctionName(L.thread(), frame.function())) {
    appendQuoted(out, "function", L.top(-1).string()->view());
    L.pop(1);
    return;
  }
  if (NameInfo name = nameOfFunction(frame); name.kind != nullptr) {
    appendQuoted(out, name.kind, name.name);
  } else if (!frame.isLua()) {
    out.append('?');
  } else if (frame.proto()->line_defined == 0) {
    out.append("main chunk");
  } else {
    out.append("function <");
    appendSource(out, frame.proto());
    out.append(':');
    appendNumber(out, static_cast<int>(frame.proto()->line_defined));
    out.append('>');
  }
}

// `frame` is looked up anew by its level: pushing may move the stack.
void appendFrame(Native& L, Buffer& out, Thread* from, int level) {
  FrameView frame;
  frameAtLevel(from, level, &frame);
  out.append("\n\t");
  if (frame.isLua()) {
    appendSource(out, frame.proto());
    out.append(':');
    if (int line = frame.currentLine(); line > 0) {
      appendNumber(out, line);
      out.append(':');
    }
    out.append(" in ");
  } else {
    out.append("[C]: in ");
  }
  appendFunctionName(L, out, frame);
  if (isTailCalled(frame.base)) out.append("\n\t(...tail calls...)");
}

int countFrames(Thread* L) {
  int n = 0;
  FrameView frame;
  for (bool more = frameAtLevel(L, 0, &frame); more; more = callerOf(frame, &frame)) n++;
  return n;
}

} // namespace

void pushTraceback(Thread* thread, Thread* from, const char* message, int level) {
  Native L(thread);
  ensureStack(thread, kNativeSlots); // also while a stack overflow is being handled
  int last = countFrames(from) - 1;
  Buffer out(thread);
  if (message != nullptr) {
    out.append(message);
    out.append('\n');
  }
  out.append("stack traceback:");
  // The frames of `from` are where they were: Buffer's growing moves no stack.
  const int first = level;
  for (; level <= last && level >= 0; level++) {
    if (level - first == kFirstFrames && last - first > kFirstFrames + kLastFrames) {
      int n = last - level - kLastFrames + 1;
      L.pushFormat(dialectOf(thread).traceback_gap, n - 1); // as stock Lua counts
      out.append(L.top(-1).string()->view());
      L.pop(1);
      level += n;
    }
    appendFrame(L, out, from, level);
  }
  out.push();
}

} // namespace perigee
