// Where the members lie that compiled code reaches.
#pragma once

#include "vm/proto.h"
#include "vm/state.h"
#include "vm/table.h"
#include "vm/thread.h"

#include <cstddef>

namespace perigee::x64::offsets {

// The types derive from Object, so that the standard leaves offsetof to the compiler, which knows it.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winvalid-offsetof"
constexpr int kFunctionEntry = offsetof(Function, entry);
constexpr int kLuaFunctionProto = offsetof(LuaFunction, proto);
constexpr int kObjectAux = offsetof(Object, aux);
constexpr int kObjectExtra = offsetof(Object, extra);
constexpr int kObjectFlags = offsetof(Object, flags);
constexpr int kObjectGc = offsetof(Object, gc);
constexpr int kProtoEntry = offsetof(Proto, entry);
constexpr int kShapeMetatable = offsetof(Shape, metatable);
constexpr int kStateHolderVersion = offsetof(State, holder_version);
constexpr int kStateTicksLeft = offsetof(State, ticks) + offsetof(TickAccount, left);
constexpr int kStringLength = offsetof(String, length);
constexpr int kTableArray = offsetof(Table, array);
constexpr int kTableArrayCapacity = offsetof(Table, array_capacity);
constexpr int kTableArraySize = offsetof(Table, array_size);
constexpr int kTableDictionary = offsetof(Table, dictionary);
constexpr int kTableShape = offsetof(Table, shape);
constexpr int kTableSlots = offsetof(Table, slots);
constexpr int kThreadBase = offsetof(Thread, base);
constexpr int kThreadDispatch = offsetof(Thread, dispatch);
constexpr int kThreadGlobal = offsetof(Thread, global);
constexpr int kThreadOpenUpvalues = offsetof(Thread, open_upvalues);
constexpr int kThreadPc = offsetof(Thread, pc);
constexpr int kThreadPoll = offsetof(Thread, poll);
constexpr int kThreadStackLimit = offsetof(Thread, stack_limit);
constexpr int kThreadToBeClosed = offsetof(Thread, to_be_closed);
constexpr int kThreadTop = offsetof(Thread, top);
constexpr int kUpvalueLocation = offsetof(Upvalue, location);
#pragma clang diagnostic pop

} // namespace perigee::x64::offsets
