#include "lib/debug_info_table.h"

#include "support/chunk_id.h"
#include "vm/debug_info.h"
#include "vm/hooks.h"

#include <cstring>

namespace perigee {
namespace {

// What getinfo tells about: a function, and the frame it runs in, if any.
struct Subject {
  Value function;
  bool has_frame;
  FrameView frame;

  const Proto* proto() const {
    bool lua = function.tag == Tag::Function && !function.function()->isNative();
    return lua ? function.function()->lua()->proto : nullptr;
  }
};

// Fields are set in the table in slot `table`.
class InfoTable {
public:
  InfoTable(Native& L, int table) : L_(L), slot_(table) {}
  void set(const char* name, Value v) {
    L_.push(v);
    L_.setField(L_.arg(slot_).table(), name);
  }
  void set(const char* name, int64_t n) { set(name, Value::of(n)); }
  void set(const char* name, bool b) { set(name, Value::boolean(b)); }
  void setText(const char* name, std::string_view text) {
    L_.pushString(text);
    L_.setField(L_.arg(slot_).table(), name);
  }

private:
  Native& L_;
  int slot_;
};

void setSource(InfoTable& t, const Proto* p) {
  std::string_view source = p == nullptr ? "=[C]" : p->source != nullptr ? p->source->view() : "=?";
  if (p != nullptr && p->source != nullptr) {
    t.set("source", Value::of(p->source));
  } else {
    t.setText("source", source);
  }
  char id[kChunkIdSize];
  size_t length = chunkId(id, source);
  t.setText("short_src", {id, length});
  t.set("linedefined", p != nullptr ? int64_t{p->line_defined} : -1);
  t.set("lastlinedefined", p != nullptr ? int64_t{p->last_line} : -1);
  t.setText("what", p == nullptr ? "C" : p->line_defined == 0 ? "main" : "Lua");
}

void setName(InfoTable& t, const Subject& subject) {
  NameInfo name;
  if (subject.has_frame) name = nameOfFunction(subject.frame);
  if (name.kind != nullptr) t.setText("name", name.name);
  t.setText("namewhat", name.kind != nullptr ? name.kind : "");
}

void setParameters(InfoTable& t, const Subject& subject) {
  const Proto* p = subject.proto();
  t.set("nups", int64_t{subject.function.tag == Tag::Function ? subject.function.function()->extra : 0});
  t.set("nparams", int64_t{p != nullptr ? p->parameters : 0});
  t.set("isvararg", p == nullptr || p->isVararg());
}

void setTransfer(InfoTable& t, const Subject& subject) {
  int64_t first = 0, count = 0;
  if (subject.has_frame && isHookedFrame(subject.frame)) {
    const HookState* h = subject.frame.thread->hooks;
    count = h->transfer_count;
    first = count != 0 ? h->transfer_first : 0;
  }
  t.set("ftransfer", first);
  t.set("ntransfer", count);
}

// Pushes the set of lines that have code. The preparation of variable arguments belongs to none.
void pushActiveLines(Native& L, const Proto* p) {
  Table* lines = L.pushTable();
  if (p->lines == nullptr) return;
  for (uint32_t i = p->isVararg() ? 1 : 0; i < p->code_size; i++)
    setInteger(L.thread(), lines, p->lines[i], Value::boolean(true));
}

} // namespace

Thread* threadArgument(Native& L, int* taken) {
  bool given = L.arg(1).isThread();
  *taken = given ? 1 : 0;
  return given ? L.arg(1).thread() : L.thread();
}

int debugGetInfo(lua_State* state) {
  Native L(state);
  int taken;
  Thread* thread = threadArgument(L, &taken);
  bool transfers = dialectOf(L.thread()).transfers_known;
  std::string_view options = L.optionalString(taken + 2, transfers ? "flnSrtu" : "flnStu");
  L.argumentCheck(options.empty() || options[0] != '>', taken + 2,
                  transfers ? "invalid option '>'" : "invalid option");
  Subject subject{L.arg(taken + 1), false, {}};
  if (!subject.function.isFunction()) {
    int level = static_cast<int>(L.checkInteger(taken + 1));
    subject.has_frame = frameAtLevel(thread, level, &subject.frame);
    if (!subject.has_frame) {
      L.pushNil();
      return 1;
    }
    subject.function = subject.frame.function();
  }
  L.argumentCheck(options.find_first_not_of(transfers ? "SlnrutLf" : "SlnutLf") == std::string_view::npos,
                  taken + 2, "invalid option");

  auto wants = [options](char c) { return options.find(c) != std::string_view::npos; };
  L.push(subject.function); // kept alive
  L.pushTable(16);
  InfoTable t(L, L.count());
  const Proto* p = subject.proto();
  if (wants('S')) setSource(t, p);
  if (wants('l')) t.set("currentline", int64_t{subject.has_frame ? subject.frame.currentLine() : -1});
  if (wants('u')) setParameters(t, subject);
  if (wants('n')) setName(t, subject);
  if (wants('r')) setTransfer(t, subject);
  if (wants('t')) t.set("istailcall", subject.has_frame && isTailCalled(subject.frame.base));
  if (wants('L') && p != nullptr) {
    pushActiveLines(L, p);
    Value lines = L.top(-1);
    t.set("activelines", lines);
    L.pop(1);
  }
  if (wants('f')) t.set("func", subject.function);
  return 1;
}

} // namespace perigee
