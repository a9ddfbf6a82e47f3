// Looking at frames, functions, variables.

#include "jit/tiering.h"
#include "vm/debug_info.h"

#include "capi/api.h"
#include "support/chunk_id.h"
#include "vm/hooks.h"
#include "vm/proto.h"

#include <cstring>

using namespace perigee;
using namespace perigee::capi;

static_assert(sizeof(lua_Debug) == 136 && LUA_IDSIZE == kChunkIdSize);

namespace {

// A record names its frame by the position of the frame's base on the stack.
void setFrame(lua_Debug* record, const FrameView& frame) {
  record->i_ci = reinterpret_cast<CallInfo*>(saveSlot(frame.thread, frame.base));
}

bool frameOf(Thread* L, const lua_Debug* record, FrameView* out) {
  Value* base = restoreSlot(L, reinterpret_cast<ptrdiff_t>(record->i_ci));
  if (!frameAtLevel(L, 0, out)) return false;
  while (out->base > base) {
    if (!callerOf(*out, out)) return false;
  }
  return out->base == base;
}

LuaFunction* asLua(Value f) {
  return f.tag == Tag::Function && !f.function()->isNative() ? f.function()->lua() : nullptr;
}

const Proto* protoOf(Value f) {
  LuaFunction* lua = asLua(f);
  return lua != nullptr ? lua->proto : nullptr;
}

// What lua_getinfo is asked about: a function, and the frame it runs in (null: none).
struct Subject {
  Value function;
  const FrameView* frame;
};

void fillSource(lua_Debug* record, const Subject& subject) {
  const Proto* p = protoOf(subject.function);
  std::string_view source = p == nullptr ? "=[C]" : p->source != nullptr ? p->source->view() : "=?";
  record->source = source.data();
  record->srclen = source.size();
  record->what = p == nullptr ? "C" : p->line_defined == 0 ? "main" : "Lua";
  record->linedefined = p != nullptr ? static_cast<int>(p->line_defined) : -1;
  record->lastlinedefined = p != nullptr ? static_cast<int>(p->last_line) : -1;
  chunkId(record->short_src, source);
}

void fillParameters(lua_Debug* record, const Subject& subject) {
  const Proto* p = protoOf(subject.function);
  record->nups = subject.function.tag == Tag::Function ? subject.function.function()->extra : 0;
  record->nparams = p != nullptr ? p->parameters : 0;
  record->isvararg = p == nullptr || p->isVararg();
}

void fillName(lua_Debug* record, const Subject& subject) {
  NameInfo name;
  if (subject.frame != nullptr) name = nameOfFunction(*subject.frame);
  record->name = name.kind != nullptr ? name.name : nullptr;
  record->namewhat = name.kind != nullptr ? name.kind : "";
}

void fillTransfer(lua_Debug* record, const Subject& subject) {
  record->ftransfer = record->ntransfer = 0;
  if (subject.frame == nullptr || !isHookedFrame(*subject.frame)) return;
  const HookState* h = subject.frame->thread->hooks;
  record->ntransfer = h->transfer_count;
  record->ftransfer = h->transfer_count != 0 ? h->transfer_first : uint16_t{0};
}

// Pushes the set of lines that have code, nil for a C function. The preparation of variable arguments belongs
// to none.
void pushActiveLines(Thread* L, const Proto* p) {
  if (p == nullptr) {
    push(L, Value::nil());
    return;
  }
  Table* lines = newTable(L);
  pushAny(L, Value::of(lines));
  if (p->lines == nullptr) return;
  for (uint32_t i = p->isVararg() ? 1 : 0; i < p->code_size; i++)
    setInteger(L, lines, p->lines[i], Value::boolean(true));
}

// The place of upvalue n of function f and the object that holds it; its name, or null.
const char* upvalueAt(Value f, int n, Value** place, Object** owner) {
  if (f.tag != Tag::Function || n < 1 || n > f.function()->extra) return nullptr;
  if (LuaFunction* lua = asLua(f)) {
    Upvalue* u = lua->upvalues()[n - 1];
    *place = u->location;
    *owner = u;
    String* name = lua->proto->upvalues[n - 1].name;
    return name != nullptr ? name->data() : "(no name)";
  }
  NativeFunction* native = f.function()->native();
  *place = native->upvalues() + (n - 1);
  *owner = native;
  return "";
}

} // namespace

int lua_getstack(lua_State* state, int level, lua_Debug* record) {
  FrameView frame;
  if (!frameAtLevel(Thread::from(state), level, &frame)) return 0;
  setFrame(record, frame);
  return 1;
}

int lua_getinfo(lua_State* state, const char* what, lua_Debug* record) {
  Thread* L = Thread::from(state);
  FrameView frame;
  Subject subject{Value::nil(), nullptr};
  if (*what == '>') {
    ++what;
    checkElements(L, 1);
    subject.function = *--L->top;
    check(subject.function.isFunction(), "function expected");
  } else {
    if (!frameOf(L, record, &frame)) {
      check(false, "no such frame");
      return 0;
    }
    subject = {frame.function(), &frame};
  }
  int ok = 1;
  bool push_function = false, push_lines = false;
  for (; *what != '\0'; ++what) {
    switch (*what) {
    case 'S': fillSource(record, subject); break;
    case 'l': record->currentline = subject.frame != nullptr ? frame.currentLine() : -1; break;
    case 'u': fillParameters(record, subject); break;
    case 't': record->istailcall = subject.frame != nullptr && isTailCalled(frame.base); break;
    case 'n': fillName(record, subject); break;
    case 'r': fillTransfer(record, subject); break;
    case 'f': push_function = true; break;
    case 'L': push_lines = true; break;
    default: ok = 0;
    }
  }
  if (push_function) pushAny(L, subject.function);
  if (push_lines) {
    const Proto* p = protoOf(subject.function);
    pushAny(L, subject.function); // kept alive
    pushActiveLines(L, p);
    L->top[-2] = L->top[-1];
    L->top--;
  }
  return ok;
}

const char* lua_getlocal(lua_State* state, const lua_Debug* record, int n) {
  Thread* L = Thread::from(state);
  if (record == nullptr) {
    checkElements(L, 1);
    const Proto* p = protoOf(L->top[-1]);
    String* name = p != nullptr ? localNameAt(p, n, 0) : nullptr;
    return name != nullptr ? name->data() : nullptr;
  }
  FrameView frame;
  Value* place;
  if (!frameOf(L, record, &frame)) return nullptr;
  const char* name = localOfFrame(frame, n, &place);
  if (name != nullptr) pushAny(L, shownValue(*place));
  return name;
}

const char* lua_setlocal(lua_State* state, const lua_Debug* record, int n) {
  Thread* L = Thread::from(state);
  checkElements(L, 1);
  FrameView frame;
  Value* place;
  const char* name = frameOf(L, record, &frame) ? localOfFrame(frame, n, &place) : nullptr;
  if (name != nullptr && isLocalSettable(frame, place)) setLocalOfFrame(frame, place, L->top[-1]);
  L->top--;
  return name;
}

const char* lua_getupvalue(lua_State* state, int i, int n) {
  Thread* L = Thread::from(state);
  Value* place;
  Object* owner;
  const char* name = upvalueAt(*slotAt(L, i), n, &place, &owner);
  if (name != nullptr) pushAny(L, shownValue(*place));
  return name;
}

const char* lua_setupvalue(lua_State* state, int i, int n) {
  Thread* L = Thread::from(state);
  checkElements(L, 1);
  Value* place;
  Object* owner;
  Value f = *slotAt(L, i);
  const char* name = upvalueAt(f, n, &place, &owner);
  if (name == nullptr) return nullptr;
  Value v = *--L->top;
  if (areUpvaluesSettable(f)) {
    *place = v;
    heapOf(L).barrier(owner, v);
  }
  return name;
}

void* lua_upvalueid(lua_State* state, int i, int n) {
  Value f = *slotAt(Thread::from(state), i);
  check(f.isFunction(), "function expected");
  Value* place;
  Object* owner;
  if (upvalueAt(f, n, &place, &owner) == nullptr) return nullptr;
  return asLua(f) != nullptr ? static_cast<void*>(owner) : place;
}

void lua_upvaluejoin(lua_State* state, int i1, int n1, int i2, int n2) {
  Thread* L = Thread::from(state);
  LuaFunction* to = asLua(*slotAt(L, i1));
  LuaFunction* from = asLua(*slotAt(L, i2));
  demand(L, to != nullptr && from != nullptr, "Lua function expected");
  demand(L, n1 >= 1 && n1 <= to->extra && n2 >= 1 && n2 <= from->extra, "invalid upvalue index");
  Upvalue* u = from->upvalues()[n2 - 1];
  joinUpvalue(L->global, to, static_cast<size_t>(n1 - 1), u);
}
