// What happened to compiled code, for those who ask: --stats, the module jit, tests.
#pragma once

#include "heap/heap.h"
#include "support/chunk_id.h"
#include "vm/native_code.h"

#include <cstdint>
#include <string>

namespace perigee {

// Counts by place in the source and reason. If memory is short, new places are not counted.
class PlaceCounts {
public:
  struct Place {
    char source[kChunkIdSize]; // as in messages; "?" if stripped
    int line;
    const char* reason; // static text
    uint64_t count;
  };

  explicit PlaceCounts(Heap& heap) : heap_(heap) {}
  ~PlaceCounts();
  PlaceCounts(const PlaceCounts&) = delete;
  PlaceCounts& operator=(const PlaceCounts&) = delete;

  void add(const Proto* p, int line, const char* reason);
  void clear();
  uint32_t size() const { return size_; }
  // Calls `visit(place)` for each, in no particular order.
  template <class F> void forEach(F&& visit) const {
    for (uint32_t i = 0; i < capacity_; i++) {
      if (places_[i].reason != nullptr) visit(places_[i]);
    }
  }

private:
  bool grow();
  Place* find(const Place& wanted) const;

  Heap& heap_;
  Place* places_ = nullptr; // open addressing; a free place has no reason
  uint32_t capacity_ = 0;
  uint32_t size_ = 0;
};

struct JitStatistics {
  uint64_t functions_compiled = 0;
  uint64_t loops_compiled = 0;
  uint64_t discarded = 0; // because of exits, or dead objects, or to make room
  uint64_t freed_with_proto = 0;
  uint64_t evicted = 0; // of the discarded ones: to make room
  uint64_t refused = 0; // no room for code
  uint64_t compile_nanoseconds = 0;
  uint64_t compile_nanoseconds_max = 0;
  uint64_t compile_work = 0; // see compiler/ir/work.h
  uint64_t compile_work_max = 0;
  uint64_t scratch_bytes_max = 0; // reserved for one compilation
  uint64_t code_bytes_made = 0;
  uint64_t exits[kExitReasonCount] = {};
  PlaceCounts exit_places;
  PlaceCounts declined;

  explicit JitStatistics(Heap& heap) : exit_places(heap), declined(heap) {}
};

// How a prototype is called in reports: "source:line". Writes at most `size` bytes, with the zero.
void nameOfProto(const Proto* p, int line, char* out, size_t size);
// The statistics as members of a JSON object, without the braces around it.
std::string statisticsAsJson(const State* G);

} // namespace perigee
