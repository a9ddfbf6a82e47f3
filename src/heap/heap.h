// The heap: memory for objects, raw memory for what objects own, and the collector.
//
// Contract
// --------
// * Objects never move.
// * EVERY allocation (object or raw) may run a collection step. Whatever is reachable only from C++ locals at
//   that moment is lost: put it on the Lua stack (below L->top, or in a Lua frame's registers) first. An
//   object under construction must be safe to trace as soon as the next allocation happens.
// * A collection never runs Lua code, never moves a Lua stack and never raises. Finalizers it finds due are
//   announced through Poll::Finalizers and run at the next poll, or by runFinalizers().
// * A store of a collectable value into a heap object is followed by barrier(parent, value). Exceptions are
//   stores into a Lua stack (threads that ran since the last collection are traced again before it ends), and
//   stores into an object that was allocated after the last allocation that could have run a step.
// * Refusal by the host's allocator, or of the memory limit, raises LUA_ERRMEM after one full collection.
//
// How it works
// ------------
// Objects lie in blocks of cells of one size class; blocks come from the host's allocator at any
// alignment and grow with the heap, so that an idle state is small. Allocation bumps a cursor through a run
// of free cells; when the run is used up the sweep of the class goes on to the next run (lazy sweep).
// Objects above kMaxCell bytes are allocated singly and kept in a list.
//
// Object::gc holds the mark. Two values of the mark take turns with each major collection, so that marks need
// not be cleared: an object is marked if its mark equals `mark_`. New objects have one of two other values,
// which also take turns, so that an object made after the mark phase can be told from a dead one not swept
// yet. After a collection survivors keep their mark and are thereby old: a minor collection traces only
// unmarked objects, from the roots and from remembered objects (sticky marks), and sweeps only blocks that
// served allocations since. kBlack says: marked and traced, and not in the list of objects to be traced
// (again). The barrier takes a black parent back to grey and into that list; one mechanism serves
// old-to-young stores and stores behind the wave front of an incremental major collection.
//
// Threads have no barrier on their stacks. Whoever lets a thread run, or writes to the stack of one that is
// not running, calls remember(thread) first; the running thread is always traced before marking ends.
#pragma once

#include "heap/object_list.h"

#include "vm/object.h"

#include <cstddef>
#include <cstdint>

namespace perigee {

namespace gc_bits {
constexpr uint8_t kMarkMask = 3; // 0, 3: allocated since the last collection; 1, 2: mark of an epoch
constexpr uint8_t kBlack = 4;
constexpr uint8_t kHasFinalizer = 8;  // in the list of objects with a pending `__gc`
constexpr uint8_t kFinalized = 16;    // its finalizer has been called or is due
constexpr uint8_t kFixed = 32;        // never collected (reserved words, metamethod names, messages)
constexpr uint8_t kEphemeronKey = 64; // only during the end of marking: unmarked key that values wait for
constexpr uint8_t kRemembered = 128;  // in the list of remembered objects
} // namespace gc_bits

using Allocator = void* (*)(void* ud, void* ptr, size_t old_size, size_t new_size); // as lua_Alloc

enum class GcMode : uint8_t { Incremental, Generational };
enum class GcPhase : uint8_t { Idle, Marking, Sweeping };

struct HeapParameters { // percentages, as in the manual (collectgarbage)
  int pause = 200;
  int step_multiplier = 100;
  int step_size_log2 = 13;
  int minor_multiplier = 20;
  int major_multiplier = 100;
};

struct HeapStatistics {
  uint64_t minor_collections = 0;
  uint64_t major_collections = 0;
  uint64_t pause_nanoseconds_max = 0;
  uint64_t collect_nanoseconds = 0;
  uint64_t peak_bytes = 0; // most memory held at once, as taken from the allocator
};

class Heap;
struct NativeCode;

// An object type's share in collection, one row per type (heap/trace.cpp).
struct TypeOperations;

class Heap {
public:
  static constexpr size_t kGranule = 16;
  static constexpr size_t kMaxCell = 1024; // larger objects are allocated singly
  static constexpr int kClassCount = 24;

  Heap(State* G, Allocator allocator, void* allocator_data);
  ~Heap() = default;
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  // --- objects --------------------------------------------------------------------------------------
  // A cell of at least `bytes` with the head filled in (type, mark 0, rest 0); the rest is uninitialized.
  // Raises a memory error; may run a collection step (before the cell is taken).
  Object* allocate(Thread* L, Tag type, size_t bytes) {
    stress(L);
    if (bytes <= kMaxCell) [[likely]] {
      Run& run = runs_[classOf(bytes)];
      char* cell = run.cursor;
      if (static_cast<size_t>(run.end - cell) >= run.cell_size) [[likely]] {
        run.cursor = cell + run.cell_size;
        return initialize(cell, run.cell_size, type);
      }
    }
    return allocateSlow(L, type, bytes);
  }

  // --- raw memory -------------------------------------------------------------------------------------
  // Owned by whoever asks; sizes must be given back exactly. Raise a memory error; may run a step. Size 0
  // gives null. A failed reallocation leaves the old block as it was; shrinking never fails.
  void* allocateRaw(Thread* L, size_t bytes) { return reallocateRaw(L, nullptr, 0, bytes); }
  void* reallocateRaw(Thread* L, void* ptr, size_t old_bytes, size_t new_bytes);
  void freeRaw(void* ptr, size_t bytes);
  // The same without raising and without collecting: null if refused.
  void* tryReallocateRaw(void* ptr, size_t old_bytes, size_t new_bytes);

  // --- memory from elsewhere than the host's allocator: of the compiler and its code -----------------------

  // Counts as held. Refused (false, null) beyond the limit, and if less than an eighth of that would be left:
  // the program's own needs come first. Neither raises nor collects.
  bool takeOutside(size_t bytes);
  void giveOutside(size_t bytes) {
    held_ -= bytes;
    outside_bytes_ -= bytes;
  }
  void* allocateOutside(size_t bytes); // zeroed
  void freeOutside(void* ptr, size_t bytes);

  // --- barriers ---------------------------------------------------------------------------------------
  void barrier(Object* parent, Value child) {
    if (child.isCollectable() && (parent->gc & gc_bits::kBlack)) remember(parent);
  }
  void barrier(Object* parent, const Object* child) {
    if (child != nullptr && (parent->gc & gc_bits::kBlack)) remember(parent);
  }
  // Takes a black object back to grey: it will be traced again before the running collection ends, or as a
  // root of the next minor one. Also called for a thread whenever it starts to run.
  void remember(Object* parent) {
    if (parent->gc & gc_bits::kBlack) rememberSlow(parent);
  }
  // A new object that only a major collection may free; what it refers to is traced by the next collection.
  void bornOld(Object* o);
  // Gives a userdata back that nothing refers to any more, if it is large and the collector is done with it;
  // else it is left to the collector.
  void release(Userdata* u);
  // Gives a large object that only the caller knows of another size, in another place perhaps. Null if it is
  // not large or a collection has come across it, or the memory is refused: then it is as it was. Does not
  // collect.
  Object* tryResizeUnseen(Object* o, size_t old_bytes, size_t bytes);
  // Keeps `o` alive although nothing refers to it yet, until called again (null: nothing). For constructors
  // that allocate twice.
  void protect(Object* o) { under_construction_ = o; }
  // The same for a shape, which may be in use while a table is under construction.
  void protectShape(Object* shape) { shape_in_use_ = shape; }

  // --- weak facts the vm asks about -----------------------------------------------------------------------
  // True for an object that the last mark phase found dead and the sweep has not reached yet.
  bool isDead(const Object* o) const {
    if (phase_ != GcPhase::Sweeping) return false;
    uint8_t mark = o->gc & gc_bits::kMarkMask;
    return mark != mark_ && mark != new_mark_ && !(o->gc & gc_bits::kFixed);
  }
  // The same before anything has been handed to the sweep: at Upcalls::marking_ends.
  bool isUnreached(const Object* o) const { return isUnmarked(o); }
  // At the end of marking: the shape lives on, and what it refers to. Its metatable must have been reached,
  // so that nothing comes back that weak tables have lost already.
  void keepShape(Shape* shape);
  // At the beginning of marking, or at Upcalls::values_cleared: the object lives on.
  void keepObject(Object* o);
  // Keeps such an object alive (the intern table found it again).
  void resurrect(Object* o);

  // Fixes an object (without references) for ever.
  void fix(Object* o) { o->gc |= gc_bits::kFixed; }

  // --- finalizers ---------------------------------------------------------------------------------------
  // `o` (table or userdata) has got a metatable with `__gc`. Raises a memory error.
  void registerFinalizer(Thread* L, Object* o);
  // Takes the next object whose finalizer is due, or null.
  Object* takeDueFinalizer();
  bool finalizersDue() const { return due_taken_ < due_.size; }
  size_t dueCount() const { return due_.size - due_taken_; }
  // At the end of the state: makes every registered object due, in reverse order of registration.
  void makeAllFinalizersDue();

  // --- stacks ---------------------------------------------------------------------------------------------
  // Gives back what the threads do not need of their stacks that the collector has met lately. For polls.
  void shrinkStacks();

  // --- control ---------------------------------------------------------------------------------------------
  void fullCollection(Thread* L, bool emergency = false);
  // The next collection, whenever that is, is to be a major one.
  void preferMajor() { next_is_major_ = true; }
  // One minor collection (completes a running major one instead).
  void minorCollection(Thread* L);
  // Performs a step of about `bytes` allocated; true if it finished a cycle.
  bool step(Thread* L, size_t bytes);
  void setMode(Thread* L, GcMode mode);
  GcMode mode() const { return mode_; }
  void stop() { stopped_ = true; }
  void restart() {
    stopped_ = false;
    next_step_ = allocated_;
  }
  GcPhase phase() const { return phase_; }
  bool isRunning() const { return !stopped_; }
  HeapParameters& parameters() { return parameters_; }
  // Bytes of live and not yet collected objects and raw memory (collectgarbage "count").
  size_t bytesInUse() const;
  // Bytes held from the host's allocator.
  size_t bytesHeld() const { return held_; }
  void setMemoryLimit(size_t bytes) { memory_limit_ = bytes; }
  size_t memoryLimit() const { return memory_limit_; }
  const HeapStatistics& statistics() const { return statistics_; }
  Allocator allocator() const { return allocator_; }
  void* allocatorData() const { return allocator_data_; }
  void setAllocator(Allocator f, void* ud) {
    allocator_ = f;
    allocator_data_ = ud;
  }

  // Frees every object and block; the heap is unusable afterwards. Runs no finalizers.
  void destroyAll();

  // Calls `visit(object)` for every object (also dead ones not swept yet if `include_dead`).
  template <class F> void forEachObject(F&& visit, bool include_dead = false) {
    formatRuns();
    for (Class& c : classes_) {
      visitBlocks(c.touched, visit);
      visitBlocks(c.available, visit);
      visitBlocks(c.full, visit);
      if (phase_ != GcPhase::Sweeping || include_dead) {
        visitBlocks(c.unswept, visit);
      } else {
        visitBlocks(c.unswept, [&](Object* o) {
          if (!isDead(o)) visit(o);
        });
      }
    }
    for (Large* l : {young_large_, old_large_, unswept_large_}) {
      for (; l != nullptr; l = l->next) {
        Object* o = objectOf(l);
        if (include_dead || !isDead(o)) visit(o);
      }
    }
  }

  // Aborts with a message if an invariant is broken: no black object points to an unmarked one that is
  // not remembered, every pointer leads to a live cell of the right type, accounting adds up.
  void check(Thread* L);

  // For createState and destroyState only: bytes of the State itself; where to jump if an allocation is
  // refused before errors can be raised (a jmp_buf, null: raise).
  void adoptBytes(size_t bytes);
  void setRecovery(void* jump_buffer) { recovery_ = jump_buffer; }
  // Goes there, if that is set.
  void recover();

private:
  friend class Ephemerons;

  // Cells to be handed out next: from cursor up to end.
  struct Run {
    char* cursor;
    char* end;
    uint32_t cell_size;
  };
  struct Block;
  // Free cells next to each other; lies in the first of them. `object.aux` is their number.
  struct FreeRun {
    Object object;
    FreeRun* next;
  };
  // The blocks of one size class, each in one of four lists. `touched` have served since the last collection
  // (the first one is in use), `available` have free cells, `full` have none, `unswept` may hold dead
  // objects.
  struct Class {
    Block* touched;
    Block* available;
    Block* full;
    Block* unswept;
    size_t bytes;
  };
  struct Block {
    Block* next;
    FreeRun* free_runs;
    char* cells;
    uint32_t cell_count;
    uint32_t cell_size;
    size_t bytes; // taken from the allocator, with this head
  };
  struct alignas(kGranule) Large {
    Large* next;
    Large** link; // what points to this one
    size_t bytes; // with this head
  };
  static Object* objectOf(Large* l) { return reinterpret_cast<Object*>(l + 1); }

  struct ClassTable {
    uint8_t of_granules[kMaxCell / kGranule + 1];
    uint16_t cell_size[kClassCount];
  };
  static constexpr ClassTable makeClassTable() {
    ClassTable t{};
    int c = 0;
    for (unsigned size = kGranule; size <= kMaxCell; ++c) {
      t.cell_size[c] = static_cast<uint16_t>(size);
      size += size < 256 ? 16 : size < 512 ? 64 : 128;
    }
    c = 0;
    for (unsigned granules = 0; granules <= kMaxCell / kGranule; ++granules) {
      if (granules * kGranule > t.cell_size[c]) ++c;
      t.of_granules[granules] = static_cast<uint8_t>(c);
    }
    return t;
  }
  static const ClassTable kClasses;
  static int classOf(size_t bytes);

  Object* initialize(char* cell, [[maybe_unused]] size_t cell_size, Tag type) {
    unpoison(cell, cell_size);
    uint64_t head = fresh_head_ | static_cast<uint64_t>(type);
    std::memcpy(cell, &head, sizeof head);
    return reinterpret_cast<Object*>(cell);
  }

  // blocks.cpp
  Object* allocateSlow(Thread* L, Tag type, size_t bytes);
  Object* allocateLarge(Thread* L, Tag type, size_t bytes);
  void freeLarge(Large* l);
  Object* tryAllocateLarge(Tag type, size_t bytes);
  bool refill(int c);
  void takeRun(int c);
  Block* newBlock(int c);
  void releaseBlock(Class& c, Block* b);
  void formatRuns();
  template <class F> static void visitBlocks(Block* b, F&& visit) {
    for (; b != nullptr; b = b->next) {
      char* cell = b->cells;
      for (uint32_t i = 0; i < b->cell_count; ++i, cell += b->cell_size) {
        Object* o = reinterpret_cast<Object*>(cell);
        if (static_cast<uint8_t>(o->type) != kFreeCell) visit(o);
      }
    }
  }
  static void poison(void* p, size_t n);
  static void unpoison(void* p, size_t n);

  // memory.cpp
  void* host(void* ptr, size_t old_bytes, size_t new_bytes);
  [[noreturn]] void refuse(Thread* L);
  bool canCollect(Thread* L) const {
    return L != nullptr && !collecting_ && recovery_ == nullptr && !stressing_;
  }
  bool growList(ObjectList& list, size_t wanted);
  void freeList(ObjectList& list);
  void push(ObjectList& list, Object* o) {
    if (list.size == list.capacity && !growList(list, list.size + 1)) {
      list.incomplete = true;
      return;
    }
    list.data[list.size++] = o;
  }

  // mark.cpp
  bool isMarked(const Object* o) const { return (o->gc & gc_bits::kMarkMask) == mark_; }
  bool isUnmarked(const Object* o) const { return !isMarked(o) && !(o->gc & gc_bits::kFixed); }
  bool isUnmarked(const Value& v) const { return v.isCollectable() && isUnmarked(v.object); }
  void mark(Object* o) {
    if (o != nullptr && !isMarked(o)) markSlow(o);
  }
  void mark(const Value& v) {
    if (v.isCollectable() && !isMarked(v.object)) markSlow(v.object);
  }
  void markSlow(Object* o);
  size_t trace(Object* o);
  void markRoots();
  void markReachable();
  bool propagate(size_t budget);
  void propagateAll();
  void traceRemembered();
  void rescueGrey();
  void rememberSlow(Object* parent);
  void pushRemembered(Object* o);
  void setBlack(Object* o) { o->gc |= gc_bits::kBlack; }

  // trace.cpp
  friend struct TypeOperations;
  static size_t traceNothing(Heap& h, Object* o);
  static size_t traceTable(Heap& h, Object* o);
  static size_t traceFunction(Heap& h, Object* o);
  static size_t traceUserdata(Heap& h, Object* o);
  static size_t traceThread(Heap& h, Object* o);
  static size_t traceProto(Heap& h, Object* o);
  static size_t traceUpvalue(Heap& h, Object* o);
  static size_t traceShape(Heap& h, Object* o);
  uint8_t weakness(const Table* t) const;

  // weak.cpp
  void traceWeak(Table* t, uint8_t weak);
  bool markEphemeronValues(Table* t);
  bool ephemeronPass();
  bool keepEphemeronValues();
  void convergeEphemerons();
  template <class F> void forEachWeak(const ObjectList& list, uint8_t weak, size_t from, F&& f);
  void clearValues(size_t values_from, size_t all_from);
  void clearKeys();
  void clearTableValues(Table* t);
  void clearTableKeys(Table* t);
  bool isCleared(const Value& v);
  bool clearValue(Value& v);

  // atomic.cpp
  void beginMajor(bool automatic);
  bool finishMarking();
  bool returnToMarking();
  void separateFinalizable(bool major);
  bool reserveFinalizers();
  void sweepShapes();
  void clearCaches();
  void clearCachesOf(Object* proto);
  void beginSweep(bool major);

  // sweep.cpp
  void sweepBlock(Block* b);
  void destroyObject(Object* o);
  static void linkLarge(Large*& list, Large* l);
  static void unlinkLarge(Large* l);
  void sweepLarge(Large* l);
  bool sweepSome(int blocks);
  void finishSweep();
  void sweepFinished();
  void settleBlock(Class& c, Block* b);

  // control.cpp
  void collectStep(Thread* L);
  void startCollection(Thread* L);
  void minor();
  class Turn;
  bool markStep(size_t work);
  bool isToStop();
  void postpone(Object* o);
  ptrdiff_t stepBytes() const;
  void traceFor(ptrdiff_t bytes);
  void forgetLive(size_t bytes);
  void setPause(size_t bytes);
  size_t pauseAfter(bool major);
  size_t majorThreshold(size_t live) const;
  void stress([[maybe_unused]] Thread* L) {
#if defined(PERIGEE_STRESS) && PERIGEE_STRESS
    if (stress_interval_ != 0 && --stress_left_ <= 0) stressCollect(L);
#endif
  }
  void stressCollect(Thread* L);
  void count(ptrdiff_t bytes) { allocated_ += bytes; }

  // check.cpp
  enum class Checking : uint8_t { Off, AnyParent, OldParent };
  void checkReference(const Object* o);
  void checkObject(Object* o);

  Run runs_[kClassCount];
  uint64_t fresh_head_ = 0; // head of a new object but for the type
  uint8_t mark_ = 1;
  uint8_t new_mark_ = 0;
  GcPhase phase_ = GcPhase::Idle;
  GcMode mode_ = GcMode::Generational;
  bool stopped_ = false;
  bool may_stop_ = false;   // the collector's present turn may end early if the program is interrupted
  bool stopping_ = false;   // it does
  bool collecting_ = false; // some part of the collector is at work: allocations must not start another
  bool at_end_of_marking_ = false;
  bool major_ = false;         // the last (or running) collection is a major one
  bool announced_ = false;     // loops have been told that a collection is near: poll::kDeadSlots
  bool next_is_major_ = false; // the next collection is to be a major one
  bool stressing_ = false;
  Checking checking_ = Checking::Off;

  State* state_;
  Allocator allocator_;
  void* allocator_data_;
  void* recovery_ = nullptr;
  Object* under_construction_ = nullptr;
  Object* shape_in_use_ = nullptr;

  // Accounting, in bytes.
  size_t held_ = 0;
  size_t memory_limit_ = 0; // 0: none
  size_t cell_bytes_ = 0;   // runs handed out minus cells swept
  size_t large_bytes_ = 0;
  size_t raw_bytes_ = 0;
  size_t outside_bytes_ = 0;
  ptrdiff_t allocated_ = 0; // since the end of the last mark phase
  ptrdiff_t next_step_ = 0; // value of allocated_ at which the collector gets its next turn
  ptrdiff_t next_collection_ = 0;
  size_t marked_bytes_ = 0;    // by the running (or last) mark phase
  size_t live_ = 0;            // after the last completed sweep
  size_t major_threshold_ = 0; // live bytes that make the next collection a major one
  size_t since_major_ = 0;     // bytes allocated between the last major collection and the last minor one

  Class classes_[kClassCount];
  Block* spare_ = nullptr; // empty blocks of the greatest size
  size_t spare_bytes_ = 0;
  int sweep_class_ = 0;
  Large* young_large_ = nullptr;
  Large* old_large_ = nullptr;
  Large* unswept_large_ = nullptr;
  Shape* dead_shapes_ = nullptr; // freed when the sweep is complete: dead tables still look at theirs

  ObjectList grey_;
  ObjectList remembered_;
  ObjectList weak_values_;
  ObjectList ephemerons_;
  ObjectList all_weak_;
  ObjectList protos_; // traced by the running major collection
  ObjectList
      large_stacks_; // threads that this or the last collection found to have much stack and use little
  ObjectList late_;  // open upvalues traced at the end of marking
  ObjectList woken_; // ephemeron keys marked just now
  ObjectList finalizable_young_;
  ObjectList finalizable_old_;
  ObjectList due_;
  size_t due_taken_ = 0;

  const Object* checked_parent_ = nullptr;
  int64_t stress_left_ = 0;
  int64_t stress_interval_ = 0;
  uint64_t stress_random_ = 0;

  HeapParameters parameters_;
  HeapStatistics statistics_;
};

inline constexpr Heap::ClassTable Heap::kClasses = Heap::makeClassTable();
inline int Heap::classOf(size_t bytes) { return kClasses.of_granules[(bytes + kGranule - 1) / kGranule]; }

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PERIGEE_ASAN 1
#endif
#endif
#if defined(PERIGEE_ASAN)
extern "C" void __asan_poison_memory_region(void const volatile* addr, size_t size);
extern "C" void __asan_unpoison_memory_region(void const volatile* addr, size_t size);
inline void Heap::poison(void* p, size_t n) { __asan_poison_memory_region(p, n); }
inline void Heap::unpoison(void* p, size_t n) { __asan_unpoison_memory_region(p, n); }
#else
inline void Heap::poison(void*, size_t) {}
inline void Heap::unpoison(void*, size_t) {}
#endif

} // namespace perigee
