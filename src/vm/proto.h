// Prototypes: compiled functions. All arrays are raw memory (Heap::allocateRaw) owned by the prototype and
// freed with it.
#pragma once

#include "bytecode/instruction.h"
#include "vm/object.h"

namespace perigee {

// Where a closure finds an upvalue when it is created.
struct UpvalueDescription {
  String* name;  // null if debug information was stripped
  bool in_stack; // register `index` of the enclosing function, else its upvalue `index`
  uint8_t index;
  uint8_t kind; // 0 regular, 1 const, 2 to-be-closed, 3 compile-time constant
};

// A local variable and the range of instructions [start_pc, end_pc) in which it lives. Ordered by start_pc;
// the n-th one alive at a pc is the n-th register in use by a variable.
struct LocalDescription {
  String* name;
  uint32_t start_pc;
  uint32_t end_pc;
};

// What an instruction with a constant string key remembers. `key` is fixed; the rest is a guess that
// `shape` (never a dangling pointer: the collector clears caches of dead shapes) validates.
struct InlineCache {
  enum class Kind : uint8_t {
    Empty,
    Field,      // in `slot` of tables with `shape`; if that is nil and State::holder_version == version: nil
    Absent,     // nil for tables with `shape`, while State::holder_version == version
    Holder,     // not in tables with `shape`, but in `slot` of `holder`; valid while State::holder_version ==
                // version
    AddField,   // store: tables with `shape` get shape `next_shape` and the value in the new slot
    Dictionary, // in entry `slot` of the dictionary of any table with this very shape (check the entry's key)
  };
  String* key;
  Shape* shape;
  union {
    Table* holder;     // Holder
    Shape* next_shape; // AddField
    Value* place; // Field: where the value was when the cache was filled; right while the table's slots are
                  // there
  };
  uint32_t slot;
  uint16_t misses;
  Kind kind;
  uint8_t unused;
  uint64_t version;
};
static_assert(sizeof(InlineCache) == 40);

// What tiering thinks of a prototype.
enum class Tier : uint8_t {
  Automatic, // compiled when hot
  Off,       // jit.off
  Declined,  // Proto::decline_reason says why
};

struct NativeCode;   // vm/native_code.h
struct SiteFeedback; // vm/feedback.h

struct Proto : Object {
  enum : uint8_t {
    kVararg = 1,
    kStripped = 2,
    kSealed = 4,
    kEntryProfiled = 8,
    kEntryDeclined = 16,
    kListed = 32, // in State::protos; aux is the hash of its content
    kJoined = 64  // a closure of it has got an upvalue of another (debug.upvaluejoin)
  }; // flags
  uint8_t parameters; // fixed parameters
  uint8_t frame_size; // registers, at most kMaxRegisters
  Tier tier;
  uint8_t recompiled; // how often units were discarded because of their exits
  uint32_t heat;      // calls until the function is hot; stays 0 while there is a unit for its entry
  Instruction* code;
  Value* constants;
  NativeCode* native; // compiled units
  // If there are many: by the first instruction of their loops, that of the function's entry last; or null.
  NativeCode** unit_index;
  // Per instruction the machine address at which compiled code takes over in front of it, or null; the array
  // is there as long as some unit has such places.
  const void** resume_points;
  // Runs the function with the frame laid out, that of a vararg function moved already: a unit or a handler
  // of the interpreter.
  EntryPoint entry;
  SiteFeedback* feedback; // one per instruction, or null
  uint8_t* block_ticks; // per instruction that starts a block what the block costs; null until that is asked
  void* code_facts;     // what the compiler keeps of a long function (build/code_facts.h); or null
  size_t code_facts_bytes;
  uint64_t compile_work; // spent on its units (ir/work.h)
  uint32_t code_size;
  uint32_t constant_count;
  uint32_t child_count;
  uint32_t cache_count;
  uint32_t upvalue_count;
  uint32_t local_count;
  uint32_t line_defined;
  uint32_t last_line;
  Proto** children;
  InlineCache* caches;
  UpvalueDescription* upvalues;
  LocalDescription* locals;
  uint32_t* lines; // one per instruction; null if stripped
  String* source;  // chunk name; null if stripped
  const char* decline_reason;
  Proto* next; // chain of State::protos

  bool isVararg() const { return flags & kVararg; }
  // Inline cache d. Once the prototype is sealed, caches and constants share a block, so that executors reach
  // both from one register: cache d lies d + 1 places before the constants.
  InlineCache& cache(uint32_t d) const {
    return flags & kSealed ? reinterpret_cast<InlineCache*>(constants)[-1 - static_cast<ptrdiff_t>(d)]
                           : caches[d];
  }
};

// An empty prototype; arrays are filled by whoever builds it (all null and 0 here). Raises a memory error.
Proto* newProto(Thread* L);
// Makes a complete prototype ready for execution: lays caches and constants out (see Proto::cache), prepares
// the instructions (bytecode/instruction.h), sets entry and heat. To be called once. Raises a memory error.
void sealProto(Thread* L, Proto* p);
// Sets the count of a back-edge (isBackEdge).
void setBackEdgeHeat(Instruction* back_edge, uint16_t count);
// Sets entry and all counters to what State says that new prototypes start with.
void resetHeat(State* G, Proto* p);
// For the collector: frees the arrays.
void destroyProto(State* G, Proto* p);
// Source line of instruction `pc` (index), or -1 if stripped.
int lineAt(const Proto* p, uint32_t pc);
// Name of the n-th (1-based) local variable alive at `pc`, or null.
String* localNameAt(const Proto* p, int n, uint32_t pc);

// Closures. Upvalue pointers of a new Lua function are null until set.
LuaFunction* newLuaFunction(Thread* L, Proto* p);
NativeFunction* newNativeFunction(Thread* L, lua_CFunction f, int upvalues, EntryPoint entry = nullptr);
// A closed upvalue holding nil.
Upvalue* newClosedUpvalue(Thread* L);
// The open upvalue for stack slot `location` of L (found or made). Raises a memory error.
Upvalue* findUpvalue(Thread* L, Value* location);
// Closes all open upvalues of L at or above `level`.
void closeUpvalues(Thread* L, Value* level);
Userdata* newUserdata(Thread* L, size_t bytes, int user_values);
// The same for a library's own use (isInternal).
Userdata* newInternalUserdata(Thread* L, size_t bytes, int user_values);

} // namespace perigee
