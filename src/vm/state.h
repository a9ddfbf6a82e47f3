// What all threads of one Lua state share.
#pragma once

#include "bytecode/instruction.h"
#include "heap/heap.h"
#include "support/chunk_id.h"
#include "vm/chained_table.h"
#include "vm/dialect.h"
#include "vm/interrupt.h"
#include "vm/metamethod.h"
#include "vm/native_code.h"
#include "vm/string_table.h"
#include "vm/thread.h"
#include "vm/ticks.h"
#include "vm/value.h"

namespace perigee {

struct FieldCache; // vm/field_cache.h
struct HostApi;    // capi/host_api.h

using ProtoTable = ChainedTable<Proto>; // see vm/proto_table.h

// Strings that a host's C strings were last made into, by the address of the latter. Short strings only, and
// only until marking ends the next time: then `epoch` is out of date.
struct LiteralCache {
  static constexpr uint32_t kSlots = 128;
  uint64_t epoch = 0;
  String* slots[kSlots] = {};
};

// The table with the most recently found long row of cleared elements at the beginning of its array part, and
// how many at least: as long as they are nil, which all that sets one of them (forgetCleared) or shortens the
// array part sees to, a traversal need not look at them again. Until the end of the next marking.
struct ClearedBeginning {
  static constexpr uint32_t kLong = 32;
  const Table* table = nullptr;
  uint32_t size = 0;
};

using WarnFunction = void (*)(void* ud, const char* message, int to_be_continued);
using PanicFunction = lua_CFunction;

// Higher layers install what lower ones need of them.
struct Upcalls {
  // Calls the function at `func` (arguments above the link slot func[1]); see interpreter/call.h.
  void (*call)(Thread* L, Value* func, int wanted) = nullptr;
  // Runs due finalizers, never raises (interpreter/call.h).
  void (*run_finalizers)(Thread* L) = nullptr;
  // Jumps to the innermost catch point with the error value at L->top[-1].
  void (*throw_error)(Thread* L, ThreadStatus status) = nullptr;
  // Calls the message handler in force, if any, on the error value at L->top[-1].
  void (*handle_message)(Thread* L) = nullptr;
  // Function::entry of new closures: Lua functions without and with variable arguments, native functions.
  EntryPoint lua_entry = nullptr;
  EntryPoint vararg_entry = nullptr;
  EntryPoint native_entry = nullptr;
  EntryPoint moved_entry = nullptr; // Proto::entry of functions with variable arguments
  const void* dispatch = nullptr;   // the plain handler table
  // Of tiering; null if there is none. None of these raises, collects (except `hot`) or moves a stack.
  // A function has been called or a back-edge taken often: `site` is kFunctionEntry or the back-edge's index.
  // To set its heat again, whatever else it does.
  void (*hot)(Thread* L, Proto* p, uint32_t site) = nullptr;
  // Compiled code is being left for the instruction at L->pc (frame and registers are as the interpreter
  // wants them); it may discard the unit.
  void (*exit_taken)(Thread* L, NativeCode* unit, uint32_t snapshot, ExitReason reason) = nullptr;
  // At the beginning and the end of marking (before anything is swept).
  // `automatic`: nobody has asked for the collection, or is in need of memory.
  void (*marking_begins)(State* G, bool major, bool automatic) = nullptr;
  // What nobody refers to has left weak tables; finalizers have not brought anything back yet.
  void (*values_cleared)(State* G) = nullptr;
  void (*marking_ends)(State* G, bool major) = nullptr;
  void (*proto_dies)(State* G, Proto* p) = nullptr; // one that has units
  void (*state_dies)(State* G) = nullptr;
};

enum class LibraryFunction : uint8_t {
#define LIBRARY_FUNCTION(name) name,
#include "vm/library_functions.def"
#undef LIBRARY_FUNCTION
  Count
};

struct State {
  Heap heap;
  Thread* main_thread = nullptr;
  Thread* running = nullptr; // the thread that executes
  std::atomic<Interrupt> interrupt_request = Interrupt::None;
  std::atomic<uint32_t> interrupters[2] =
      {}; // calls of `interrupt` that are under way, by the parity they began in
  std::atomic<uint32_t> interrupter_parity = 0;
  const Dialect* dialect = nullptr;  // never changes
  const HostApi* host_api = nullptr; // likewise; null: that of all who say nothing
  Activation* activation = nullptr;  // innermost catch point on the C stack
  uint64_t activations = 0;          // so many there have been
  Value registry;                    // a table: [1] main thread, [2] globals
  Table* globals = nullptr;          // kept alive by the registry
  StringTable strings;               // the short ones
  ProtoTable protos;
  LiteralCache literals;
  String** byte_strings = nullptr; // those of one byte that there have been, by it; kept from then on
  ClearedBeginning cleared;
  uint32_t seed = 0; // of string hashes
  TickAccount ticks;
  uint32_t suspensions = 0; // so many there have been
  uint8_t finalizers_running = 0;
  uint8_t closing = 0;
  String* meta_names[kMetaCount] = {};
  String* memory_message = nullptr; // "not enough memory", made in advance
  String* stop_message = nullptr;   // the value of errors of status Stopped
  String* env_name = nullptr;       // "_ENV"
  Table* type_metatables[kTypeCount] = {};
  Shape* empty_shape = nullptr;
  Shape* all_shapes = nullptr;
  uint64_t holder_version = 1; // see InlineCache::Kind::Holder
  Table* in_hand = nullptr;    // kept alive for C++ that allocates
  Value* live_end =
      nullptr; // where the frame on top ends for the collector; null: at frameEnd. See beginSpending
  FieldCache* field_cache = nullptr;
  Userdata* spare_memory = nullptr; // of string.gsub, for the next; until a collection
  Upcalls upcalls;
  static constexpr int kSpareHooks = 8;
  std::atomic<HookState*> spare_hooks[kSpareHooks] = {}; // see setHook
  // Tiering.
  void* jit = nullptr;                   // what the layer that compiles keeps
  NativeCode* discarded_units = nullptr; // by `older`; their code is still there
  uint32_t unit_count = 0;               // with the discarded ones
  uint32_t code_epoch = 0;               // grows whenever a unit is discarded
  uint32_t call_heat = UINT32_MAX;       // Proto::heat of new prototypes
  uint16_t loop_heat = 0;                // and the count their back-edges start with
  bool upvalues_joined = false;          // debug.upvaluejoin has been called
  int32_t profile_left = 0;              // instructions until threads leave the profiling handler table
  // The conditional jump profiled last: where it leads is seen at the next instruction.
  const Proto* profiled_proto = nullptr;
  uint32_t profiled_jump = 0;
  // Library functions that executors recognize (set when the base library is opened).
  lua_CFunction next_function = nullptr;
  lua_CFunction ipairs_iterator = nullptr;
  lua_CFunction library[static_cast<int>(LibraryFunction::Count)] = {}; // those that the compiler knows
  void know(LibraryFunction which, lua_CFunction f) { library[static_cast<int>(which)] = f; }
  PanicFunction panic = nullptr;
  WarnFunction warn = nullptr;
  void* warn_data = nullptr;
  char stop_position[kPositionSize] = {}; // "chunk:line: ", where stop_message was raised last

  State(Allocator allocator, void* ud) : heap(this, allocator, ud) {}
};

inline Heap& heapOf(Thread* L) { return L->global->heap; }
inline const Dialect& dialectOf(const Thread* L) { return *L->global->dialect; }
// `t` goes on running. Its stack changes without a barrier from here on.
inline void setRunning(State* G, Thread* t) {
  std::atomic_ref(G->running).store(t, std::memory_order_release);
  std::atomic_signal_fence(std::memory_order_seq_cst); // see vm/interrupt.h
  if (G->interrupt_request.load(std::memory_order_relaxed) != Interrupt::None) [[unlikely]]
    t->poll.fetch_or(poll::kInterrupt);
  G->heap.remember(t);
  if (t->code_epoch != G->code_epoch) leaveDiscardedUnits(t);
}

// While the instruction, one of those that spentFrom knows, makes its object, the frame on top ends for the
// collector where it needs nothing more. An error ends that, too.
inline void beginSpending(Thread* L, const Instruction& x) { L->global->live_end = L->base + spentFrom(x); }
inline void endSpending(Thread* L) { L->global->live_end = nullptr; }

inline void forgetCleared(Thread* L) { L->global->cleared = {}; }

// A new state with main thread, registry and empty globals; null if the allocator refuses. `seed` 0: drawn
// from the clock and addresses. The interpreter must be installed (interpreter/interpreter.h: newState does
// both).
Thread* createState(Allocator allocator, void* ud, uint32_t seed, const Upcalls& upcalls,
                    const Dialect& dialect = defaultDialect());
// Runs pending finalizers (through upcalls), frees everything.
void destroyState(Thread* main_thread);

} // namespace perigee
