// Memory from the host: limits, raw memory, the collector's lists, and the end of the heap.
#include "vm/error.h"
#include "vm/proto.h"
#include "vm/state.h"
#include "vm/string.h"

#include <csetjmp>
#include <cstdlib>

namespace perigee {

Heap::Heap(State* G, Allocator allocator, void* allocator_data)
    : state_(G), allocator_(allocator), allocator_data_(allocator_data) {
  for (int c = 0; c < kClassCount; ++c) {
    runs_[c] = {nullptr, nullptr, kClasses.cell_size[c]};
    classes_[c] = {};
  }
  major_threshold_ = majorThreshold(0);
  setPause(pauseAfter(true));
#if defined(PERIGEE_STRESS) && PERIGEE_STRESS
  // PERIGEE_STRESS_GC=N: collect at every N-th allocation on average; PERIGEE_STRESS_SEED varies when and
  // how.
  if (const char* interval = std::getenv("PERIGEE_STRESS_GC")) stress_interval_ = std::atoll(interval);
  if (const char* seed = std::getenv("PERIGEE_STRESS_SEED"))
    stress_random_ = std::strtoull(seed, nullptr, 10);
  stress_left_ = stress_interval_;
#endif
}

void Heap::adoptBytes(size_t bytes) {
  held_ += bytes;
  raw_bytes_ += bytes;
}

// Every exchange with the host's allocator. A request beyond the memory limit counts as refused.
void* Heap::host(void* ptr, size_t old_bytes, size_t new_bytes) {
  if (new_bytes > old_bytes && memory_limit_ != 0 && held_ - old_bytes + new_bytes > memory_limit_)
    return nullptr;
  void* result = allocator_(allocator_data_, ptr, old_bytes, new_bytes);
  if (new_bytes == 0) {
    held_ -= old_bytes;
    return nullptr;
  }
  if (result == nullptr) return nullptr;
  held_ += new_bytes - old_bytes;
  if (held_ > statistics_.peak_bytes) statistics_.peak_bytes = held_;
  return result;
}

void Heap::recover() {
  if (recovery_ != nullptr) std::longjmp(*static_cast<std::jmp_buf*>(recovery_), 1);
}

void Heap::refuse(Thread* L) {
  recover(); // there may be no L yet
  raiseMemory(L);
}

// --- raw memory --------------------------------------------------------------------------------------------

void* Heap::tryReallocateRaw(void* ptr, size_t old_bytes, size_t new_bytes) {
  if (new_bytes == 0) {
    freeRaw(ptr, old_bytes);
    return nullptr;
  }
  void* result = host(ptr, old_bytes, new_bytes);
  if (result == nullptr) {
    if (new_bytes > old_bytes) return nullptr;
    result = ptr; // a host that cannot shrink: the block simply stays larger than we count
  }
#if defined(PERIGEE_CHECKED) && PERIGEE_CHECKED
  if (new_bytes > old_bytes) std::memset(static_cast<char*>(result) + old_bytes, 0xDB, new_bytes - old_bytes);
#endif
  raw_bytes_ += new_bytes - old_bytes;
  if (new_bytes > old_bytes || !collecting_) {
    count(static_cast<ptrdiff_t>(new_bytes) - static_cast<ptrdiff_t>(old_bytes));
  }
  return result;
}

void* Heap::reallocateRaw(Thread* L, void* ptr, size_t old_bytes, size_t new_bytes) {
  if (new_bytes > old_bytes) {
    stress(L);
    if (allocated_ >= next_step_) collectStep(L);
  }
  void* result = tryReallocateRaw(ptr, old_bytes, new_bytes);
  if (result == nullptr && new_bytes != 0) [[unlikely]] {
    if (canCollect(L)) {
      fullCollection(L, true);
      result = tryReallocateRaw(ptr, old_bytes, new_bytes);
    }
    if (result == nullptr) refuse(L);
  }
  return result;
}

void Heap::freeRaw(void* ptr, size_t bytes) {
  if (ptr == nullptr) return;
#if defined(PERIGEE_CHECKED) && PERIGEE_CHECKED
  std::memset(ptr, 0xDB, bytes);
#endif
  host(ptr, bytes, 0);
  raw_bytes_ -= bytes;
  if (!collecting_) count(-static_cast<ptrdiff_t>(bytes));
}

// --- memory from elsewhere ---------------------------------------------------------------------------------

bool Heap::takeOutside(size_t bytes) {
  if (memory_limit_ != 0 && held_ + bytes > memory_limit_ - memory_limit_ / 8) return false;
  held_ += bytes;
  outside_bytes_ += bytes;
  if (held_ > statistics_.peak_bytes) statistics_.peak_bytes = held_;
  return true;
}

void* Heap::allocateOutside(size_t bytes) {
  if (!takeOutside(bytes)) return nullptr;
  void* memory = std::calloc(1, bytes);
  if (memory == nullptr) giveOutside(bytes);
  return memory;
}

void Heap::freeOutside(void* ptr, size_t bytes) {
  if (ptr == nullptr) return;
  std::free(ptr);
  giveOutside(bytes);
}

size_t Heap::bytesInUse() const {
  size_t bytes = cell_bytes_ + large_bytes_ + raw_bytes_;
  for (const Run& run : runs_) bytes -= static_cast<size_t>(run.end - run.cursor);
  return bytes;
}

// --- the collector's lists ---------------------------------------------------------------------------------

bool Heap::growList(ObjectList& list, size_t wanted) {
  if (wanted <= list.capacity) return true;
  size_t capacity = list.capacity < 16 ? 16 : list.capacity * 2;
  if (capacity < wanted) capacity = wanted;
  void* data = host(list.data, list.capacity * sizeof(Object*), capacity * sizeof(Object*));
  if (data == nullptr) return false;
  list.data = static_cast<Object**>(data);
  list.capacity = capacity;
  return true;
}

void Heap::freeList(ObjectList& list) {
  if (list.data != nullptr) host(list.data, list.capacity * sizeof(Object*), 0);
  list = {};
}

// --- the end -----------------------------------------------------------------------------------------------

void Heap::destroyAll() {
  collecting_ = true;
  // Shapes last: tables look at theirs to know how much memory they own.
  auto destroyOthers = [this](Object* o) {
    if (o->type != Tag::Shape && o->type != Tag::String) destroyObject(o);
  };
  auto destroyShapes = [this](Object* o) {
    if (o->type == Tag::Shape) destroyObject(o);
  };
  forEachObject(destroyOthers, true);
  forEachObject(destroyShapes, true);
  for (Class& c : classes_) {
    for (Block** list : {&c.touched, &c.available, &c.full, &c.unswept}) {
      while (Block* b = *list) {
        *list = b->next;
        releaseBlock(c, b);
      }
    }
  }
  while (Block* b = spare_) {
    spare_ = b->next;
    host(b, b->bytes, 0);
  }
  spare_bytes_ = 0;
  for (Large** list : {&young_large_, &old_large_, &unswept_large_}) {
    while (Large* l = *list) {
      *list = l->next;
      host(l, l->bytes, 0);
    }
  }
  for (Run& run : runs_) run.cursor = run.end = nullptr;
  for (ObjectList* list : {&grey_, &remembered_, &weak_values_, &ephemerons_, &all_weak_, &protos_,
                           &large_stacks_, &late_, &woken_, &finalizable_young_, &finalizable_old_, &due_}) {
    freeList(*list);
  }
  cell_bytes_ = large_bytes_ = 0;
  due_taken_ = 0;
}

} // namespace perigee
