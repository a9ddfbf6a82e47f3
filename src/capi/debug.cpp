// Looking at frames, functions, variables.

#include "jit/tiering.h"
#include "vm/debug_info.h"

#include "capi/debug_record.h"
#include "support/chunk_id.h"
#include "vm/hooks.h"
#include "vm/proto.h"

#include <cstring>

using namespace perigee;
using namespace perigee::capi;

static_assert(sizeof(lua_Debug) == 136 && LUA_IDSIZE == kChunkIdSize);

namespace {

// A record names its frame by the position of the frame's base on the stack.
bool frameOf(Thread* L, const lua_Debug* record, FrameView* out) {
  CallInfo* position = withRecord(L, const_cast<lua_Debug*>(record), [](auto* r) { return r->i_ci; });
  Value* base = restoreSlot(L, reinterpret_cast<ptrdiff_t>(position));
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

template <class Record> void fillSource(Record* record, const Subject& subject) {
  const Proto* p = protoOf(subject.function);
  std::string_view source = p == nullptr ? "=[C]" : p->source != nullptr ? p->source->view() : "=?";
  record->source = source.data();
  if constexpr (requires { record->srclen; }) record->srclen = source.size();
  record->what = p == nullptr ? "C" : p->line_defined == 0 ? "main" : "Lua";
  record->linedefined = p != nullptr ? static_cast<int>(p->line_defined) : -1;
  record->lastlinedefined = p != nullptr ? static_cast<int>(p->last_line) : -1;
  chunkId(record->short_src, source);
}

template <class Record> void fillParameters(Record* record, const Subject& subject) {
  const Proto* p = protoOf(subject.function);
  record->nups = subject.function.tag == Tag::Function ? subject.function.function()->extra : 0;
  record->nparams = p != nullptr ? p->parameters : 0;
  record->isvararg = p == nullptr || p->isVararg();
}

template <class Record> void fillName(Record* record, const Subject& subject) {
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

// False if there are options that this record has no place for.
template <class Record> bool fill(Record* record, const char* what, const Subject& subject) {
  bool ok = true;
  for (; *what != '\0'; ++what) {
    switch (*what) {
    case 'S': fillSource(record, subject); break;
    case 'l': record->currentline = subject.frame != nullptr ? subject.frame->currentLine() : -1; break;
    case 'u': fillParameters(record, subject); break;
    case 't': record->istailcall = subject.frame != nullptr && isTailCalled(subject.frame->base); break;
    case 'n': fillName(record, subject); break;
    case 'r':
      if constexpr (requires { record->ftransfer; }) {
        fillTransfer(record, subject);
      } else {
        ok = false;
      }
      break;
    case 'f':
    case 'L': break; // pushed
    default: ok = false;
    }
  }
  return ok;
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
const char* upvalueAt(const Thread* L, Value f, int n, Value** place, Object** owner) {
  if (f.tag != Tag::Function || n < 1 || n > f.function()->extra) return nullptr;
  if (LuaFunction* lua = asLua(f)) {
    Upvalue* u = lua->upvalues()[n - 1];
    *place = u->location;
    *owner = u;
    String* name = lua->proto->upvalues[n - 1].name;
    return name != nullptr ? name->data() : dialectOf(L).no_name;
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
  auto* position = reinterpret_cast<CallInfo*>(saveSlot(frame.thread, frame.base));
  withRecord(frame.thread, record, [=](auto* r) { r->i_ci = position; });
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
  bool ok = withRecord(L, record, [&](auto* r) { return fill(r, what, subject); });
  if (std::strchr(what, 'f') != nullptr) pushAny(L, subject.function);
  if (std::strchr(what, 'L') != nullptr) {
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
  const char* name = upvalueAt(L, *slotAt(L, i), n, &place, &owner);
  if (name != nullptr) pushAny(L, shownValue(*place));
  return name;
}

const char* lua_setupvalue(lua_State* state, int i, int n) {
  Thread* L = Thread::from(state);
  checkElements(L, 1);
  Value* place;
  Object* owner;
  Value f = *slotAt(L, i);
  const char* name = upvalueAt(L, f, n, &place, &owner);
  if (name == nullptr) return nullptr;
  Value v = *--L->top;
  if (areUpvaluesSettable(f)) {
    *place = v;
    heapOf(L).barrier(owner, v);
  }
  return name;
}

void* lua_upvalueid(lua_State* state, int i, int n) {
  Thread* L = Thread::from(state);
  Value f = *slotAt(L, i);
  check(f.isFunction(), "function expected");
  Value* place;
  Object* owner;
  if (upvalueAt(L, f, n, &place, &owner) == nullptr) return nullptr;
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
