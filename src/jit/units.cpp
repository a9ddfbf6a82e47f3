#include "jit/units.h"

#include "vm/shape.h"
#include "vm/table.h"

#include "jit/debugger.h"
#include "vm/proto.h"
#include "vm/thread.h"

#include <algorithm>
#include <cstring>

namespace perigee {
namespace {

constexpr size_t kDiscardedToCollect = 16 * 1024; // bytes of code

template <class T> T* take(char*& memory, size_t n) {
  T* array = reinterpret_cast<T*>(memory);
  memory += n * sizeof(T);
  return array;
}

CodeMemory::Block* blockOf(const NativeCode* unit) { return static_cast<CodeMemory::Block*>(unit->block); }

// A unit with its arrays in one block; those with the strictest alignment come first.
NativeCode* newUnit(Heap& heap, Proto* p, uint32_t entry_pc, const UnitSizes& sizes) {
  size_t bytes = sizeof(NativeCode) + sizes.objects * sizeof(Object*) +
                 sizes.resume_points * sizeof(ResumePoint) +
                 sizes.snapshots * (sizeof(uint32_t) + sizeof(uint16_t)) + sizes.snapshot_bytes;
  char* memory = static_cast<char*>(heap.allocateOutside(bytes));
  if (memory == nullptr) return nullptr;
  NativeCode* unit = take<NativeCode>(memory, 1);
  unit->proto = p;
  unit->entry_pc = entry_pc;
  unit->size = sizes.code;
  unit->objects = take<Object*>(memory, sizes.objects);
  unit->object_count = sizes.objects;
  unit->resume = take<ResumePoint>(memory, sizes.resume_points);
  unit->resume_count = sizes.resume_points;
  unit->snapshot_offsets = take<uint32_t>(memory, sizes.snapshots);
  unit->exit_counts = take<uint16_t>(memory, sizes.snapshots);
  unit->snapshot_count = sizes.snapshots;
  unit->snapshots = reinterpret_cast<uint8_t*>(memory);
  unit->snapshot_bytes = sizes.snapshot_bytes;
  unit->metadata_bytes = static_cast<uint32_t>(bytes);
  return unit;
}

void freeUnit(State* G, NativeCode* unit) {
  JitState& jit = *jitOf(G);
  forgetInDebugger(unit);
  jit.memory.free(blockOf(unit));
  jit.metadata_bytes -= unit->metadata_bytes;
  G->unit_count--;
  G->heap.freeOutside(unit, unit->metadata_bytes);
}

size_t resumeBytes(const Proto* p) { return p->code_size * sizeof(const void*); }

void addResumePoints(const NativeCode* unit) {
  const Proto* p = unit->proto;
  for (uint32_t i = 0; i < unit->resume_count; ++i)
    p->resume_points[unit->resume[i].pc] = unit->code + unit->resume[i].offset;
}

// Enters the unit's resume points into the prototype's table. Without memory for that there are none: the
// interpreter goes on where it could have handed over.
void publishResumePoints(Heap& heap, JitState& jit, const NativeCode* unit) {
  Proto* p = unit->proto;
  if (unit->resume_count == 0) return;
  if (p->resume_points == nullptr) {
    p->resume_points = static_cast<const void**>(heap.allocateOutside(resumeBytes(p)));
    if (p->resume_points == nullptr) return;
    jit.metadata_bytes += resumeBytes(p);
  }
  addResumePoints(unit);
}

void freeResumePoints(Heap& heap, JitState& jit, Proto* p) {
  if (p->resume_points == nullptr) return;
  heap.freeOutside(p->resume_points, resumeBytes(p));
  p->resume_points = nullptr;
  jit.metadata_bytes -= resumeBytes(p);
}

bool resumeInSamePlace(const NativeCode* a, const NativeCode* b) {
  if (a->resume_count == 0 || b->resume_count == 0) return false;
  return a->resume[0].pc <= b->resume[b->resume_count - 1].pc &&
         b->resume[0].pc <= a->resume[a->resume_count - 1].pc;
}

// The unit has left the prototype: where it took over another one may.
void withdrawResumePoints(Heap& heap, JitState& jit, const NativeCode* unit) {
  Proto* p = unit->proto;
  if (p->resume_points == nullptr || unit->resume_count == 0) return;
  for (uint32_t i = 0; i < unit->resume_count; ++i) p->resume_points[unit->resume[i].pc] = nullptr;
  bool needed = false;
  for (const NativeCode* u = p->native; u != nullptr; u = u->next) {
    needed |= u->resume_count != 0;
    if (resumeInSamePlace(u, unit)) addResumePoints(u);
  }
  if (!needed) freeResumePoints(heap, jit, p);
}

// --- many units of one prototype ---------------------------------------------------------------------------

constexpr int kManyUnits = 8;

size_t indexBytes(const Proto* p) { return (p->code_size + size_t{1}) * sizeof(NativeCode*); }

NativeCode*& indexed(Proto* p, uint32_t entry_pc) {
  return p->unit_index[entry_pc != kFunctionEntry ? entry_pc : p->code_size];
}

// Without memory for an index units are looked for one by one.
void makeIndex(Heap& heap, JitState& jit, Proto* p) {
  int units = 0;
  for (const NativeCode* u = p->native; u != nullptr && units < kManyUnits; u = u->next) ++units;
  if (units < kManyUnits) return;
  p->unit_index = static_cast<NativeCode**>(heap.allocateOutside(indexBytes(p)));
  if (p->unit_index == nullptr) return;
  jit.metadata_bytes += indexBytes(p);
  for (NativeCode* u = p->native; u != nullptr; u = u->next) indexed(p, u->entry_pc) = u;
}

void freeIndex(Heap& heap, JitState& jit, Proto* p) {
  if (p->unit_index == nullptr) return;
  heap.freeOutside(p->unit_index, indexBytes(p));
  p->unit_index = nullptr;
  jit.metadata_bytes -= indexBytes(p);
}

void linkToPrototype(Heap& heap, JitState& jit, NativeCode* unit) {
  Proto* p = unit->proto;
  unit->next = p->native;
  if (p->native != nullptr) p->native->previous = unit;
  p->native = unit;
  if (p->unit_index == nullptr) {
    makeIndex(heap, jit, p);
  } else {
    indexed(p, unit->entry_pc) = unit;
  }
}

void unlinkFromPrototype(Heap& heap, JitState& jit, NativeCode* unit) {
  Proto* p = unit->proto;
  (unit->previous != nullptr ? unit->previous->next : p->native) = unit->next;
  if (unit->next != nullptr) unit->next->previous = unit->previous;
  unit->previous = nullptr;
  if (p->unit_index != nullptr) indexed(p, unit->entry_pc) = nullptr;
  if (p->native == nullptr) freeIndex(heap, jit, p);
}

// Out of the prototype and the list of all units.
void unlink(State* G, NativeCode* unit) {
  JitState& jit = *jitOf(G);
  Proto* p = unit->proto;
  unlinkFromPrototype(G->heap, jit, unit);
  withdrawResumePoints(G->heap, jit, unit);
  (unit->newer != nullptr ? unit->newer->older : jit.newest) = unit->older;
  (unit->older != nullptr ? unit->older->newer : jit.oldest) = unit->newer;
  if (unit->entry_pc == kFunctionEntry)
    p->entry = p->isVararg() ? G->upcalls.moved_entry : G->upcalls.lua_entry;
}

bool isRunning(const State* G, const NativeCode* unit) {
  const Thread* t = G->running;
  return t != nullptr && mayBeRunning(t, unit->proto);
}

// Has this unit been entered since it was last asked? Function entries are closed so that the next call is
// noticed.
bool takeUse(State* G, NativeCode* unit) {
  bool used = unit->used != 0;
  unit->used = 0;
  Proto* p = unit->proto;
  if (unit->entry_pc == kFunctionEntry)
    p->entry = p->isVararg() ? G->upcalls.moved_entry : G->upcalls.lua_entry;
  return used;
}

// A shape without tables would die, and be made again with the next table: then the code that expects it
// would be compiled over and over. It lives as long as its metatable (which it must not keep alive: a program
// would notice).
void keepShapes(State* G, const NativeCode* unit) {
  for (uint32_t i = 0; i < unit->object_count; i++) {
    Object* o = unit->objects[i];
    if (o->type != Tag::Shape || !G->heap.isUnreached(o)) continue;
    Shape* s = static_cast<Shape*>(o);
    if (s->metatable == nullptr || !G->heap.isUnreached(s->metatable)) G->heap.keepShape(s);
  }
}

bool refersToDeadObject(const State* G, const NativeCode* unit) {
  for (uint32_t i = 0; i < unit->object_count; i++) {
    if (G->heap.isUnreached(unit->objects[i])) return true;
  }
  return false;
}

} // namespace

PendingUnit::~PendingUnit() {
  heap_.giveOutside(scratch_bytes_);
  if (unit_ == nullptr) return;
  jit_.memory.seal(blockOf(unit_));
  jit_.memory.free(blockOf(unit_));
  heap_.freeOutside(unit_, unit_->metadata_bytes);
}

// The compiler's data are its own; this is more than any of the tests' and benchmarks' functions, and of
// functions made for the purpose, took (counted by an allocator in the place of malloc).
bool PendingUnit::reserveScratch(CompileSizes sizes) {
  constexpr size_t kLeast = 96 * 1024, kOfInstruction = 3072, kOfNode = 512;
  size_t bytes = kLeast + sizes.instructions * kOfInstruction + sizes.nodes * kOfNode;
  heap_.giveOutside(scratch_bytes_);
  scratch_bytes_ = heap_.takeOutside(bytes) ? bytes : 0;
  if (scratch_bytes_ == 0) refused_ = true;
  return scratch_bytes_ != 0;
}

NativeCode* PendingUnit::allocate(const UnitSizes& sizes, char** writable) {
  CodeMemory::Block* block = jit_.memory.allocate(sizes.code, sizes.constants);
  NativeCode* unit = block != nullptr ? newUnit(heap_, proto_, entry_pc_, sizes) : nullptr;
  if (unit == nullptr) {
    if (block != nullptr) {
      jit_.memory.seal(block);
      jit_.memory.free(block);
    }
    refused_ = true;
    return nullptr;
  }
  unit->block = block;
  unit->code = block->start;
  unit->constants = CodeMemory::constantsOf(block);
  *writable = block->start;
  unit_ = unit;
  return unit;
}

NativeCode* PendingUnit::install(State* G) {
  if (!jit_.memory.seal(blockOf(unit_))) return nullptr;
  NativeCode* unit = unit_;
  unit_ = nullptr;
  linkToPrototype(heap_, jit_, unit);
  unit->older = jit_.newest;
  (jit_.newest != nullptr ? jit_.newest->newer : jit_.oldest) = unit;
  jit_.newest = unit;
  G->unit_count++;
  jit_.metadata_bytes += unit->metadata_bytes;
  unit->used = 1;
  publishResumePoints(heap_, jit_, unit);
  if (entry_pc_ == kFunctionEntry) {
    proto_->entry = unit->entryPoint();
    proto_->heat = 0;
  }
  announceToDebugger(unit);
  return unit;
}

void discardUnit(State* G, NativeCode* unit) {
  JitState& jit = *jitOf(G);
  unlink(G, unit);
  // It may be compiled again when it has been seen a little more. Back-edges find out when they are next
  // taken.
  if (unit->entry_pc == kFunctionEntry) unit->proto->heat = jit.limits.window;
  jit.statistics.discarded++;
  jit.discarded_bytes += unit->size;
  unit->retired_at = ++G->code_epoch;
  unit->next = unit->newer = nullptr;
  unit->older = G->discarded_units;
  G->discarded_units = unit;
  // A major collection is what frees it: worth its while when much has been discarded in comparison with the
  // heap.
  if (jit.discarded_bytes >= std::max(kDiscardedToCollect, G->heap.bytesInUse() / 8)) G->heap.preferMajor();
  if (G->running != nullptr) leaveDiscardedUnits(G->running);
}

void discardUnitsOf(State* G, Proto* p) {
  freeResumePoints(G->heap, *jitOf(G), p); // all at once
  while (p->native != nullptr) discardUnit(G, p->native);
}

void discardAllUnits(State* G) {
  JitState& jit = *jitOf(G);
  while (jit.newest != nullptr) discardUnit(G, jit.newest);
}

void makeRoomForCode(Thread* L) {
  State* G = L->global;
  JitState& jit = *jitOf(G);
  size_t budget = jit.memory.budget();
  if (jit.memory.bytesInUse() < budget - budget / 8) return;
  size_t target = budget - budget / 4;
  auto live = [&] { return jit.memory.bytesInUse() - jit.discarded_bytes; };
  // Twice round: the second time nothing has been used any more.
  for (int round = 0; round < 2; round++) {
    for (NativeCode *unit = jit.oldest, *newer; unit != nullptr && live() > target; unit = newer) {
      newer = unit->newer;
      if (takeUse(G, unit)) continue;
      discardUnit(G, unit);
      jit.statistics.evicted++;
    }
  }
  if (jit.discarded_bytes != 0) G->heap.fullCollection(L);
}

// Functions whose code has been used since the last time outlive an automatic collection: a program that
// loads a source again and again, keeping nothing, finds what it has made (vm/proto_table.h) with its code.
void unitsMarkingBegins(State* G, bool major, bool automatic) {
  JitState& jit = *jitOf(G);
  if (major) jit.major_epoch = G->code_epoch;
  if (!automatic) return;
  for (NativeCode* unit = jit.newest; unit != nullptr; unit = unit->older) {
    if (!major && unit->checked) break; // those and all before them are old
    if (unit->used && (!major || takeUse(G, unit))) G->heap.keepObject(unit->proto);
  }
}

void unitsValuesCleared(State* G) {
  if (G->unit_count == 0 || G->running == nullptr) return;
  forEachRunningUnit(G->running, [](State* state, NativeCode* unit) {
    if (state->heap.isUnreached(unit->proto)) return;
    keepShapes(state, unit);
    if (!refersToDeadObject(state, unit)) return;
    for (uint32_t i = 0; i < unit->object_count; i++) state->heap.keepObject(unit->objects[i]);
    if (unit->retired_at == 0) discardUnit(state, unit);
  });
}

void unitsMarkingEnds(State* G, bool major) {
  JitState& jit = *jitOf(G);
  for (NativeCode *unit = jit.newest, *older; unit != nullptr; unit = older) {
    older = unit->older;
    // Objects that have survived a collection die in major ones only; units before this one are older.
    if (!major && unit->checked) break;
    unit->checked = 1;
    if (G->heap.isUnreached(unit->proto)) continue;
    keepShapes(G, unit);
    if (refersToDeadObject(G, unit)) discardUnit(G, unit);
  }
  // None of these is running: unitsValuesCleared has kept what such a unit refers to.
  for (NativeCode* unit = G->discarded_units; unit != nullptr; unit = unit->older) {
    if (refersToDeadObject(G, unit)) unit->object_count = 0;
  }
  if (!major) return;
  NativeCode** link = &G->discarded_units;
  while (NativeCode* unit = *link) {
    if (unit->retired_at > jit.major_epoch || isRunning(G, unit)) {
      link = &unit->older;
      continue;
    }
    *link = unit->older;
    jit.discarded_bytes -= unit->size;
    freeUnit(G, unit);
  }
}

void unitsOfDeadProto(State* G, Proto* p) {
  for (NativeCode *unit = p->native, *next; unit != nullptr; unit = next) {
    next = unit->next;
    unlink(G, unit);
    freeUnit(G, unit);
    jitOf(G)->statistics.freed_with_proto++;
  }
}

void freeDiscardedUnits(State* G) {
  JitState& jit = *jitOf(G);
  while (NativeCode* unit = G->discarded_units) {
    G->discarded_units = unit->older;
    jit.discarded_bytes -= unit->size;
    freeUnit(G, unit);
  }
}

} // namespace perigee
