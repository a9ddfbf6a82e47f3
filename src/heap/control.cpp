// When the collector works, and how much: pauses, steps, modes.
//
// Generational mode: a minor collection after every `minor_multiplier` per cent of growth; instead of one, an
// incremental major one begins when the heap has outgrown the last major collection's result by
// `major_multiplier` per cent, or when so much has been allocated since that it costs little: old objects get
// collected (and finalized, and taken out of weak tables) some day even if the heap does not grow.
// Incremental mode: major ones only, `pause` per cent of the live bytes apart.
#include "vm/state.h"

#include <algorithm>
#include <ctime>

namespace perigee {

namespace {

constexpr size_t kMinorPause = 96 * 1024; // the least to allocate between collections: fits the second-level
                                          // cache, and a small program stays as small as on stock Lua
constexpr size_t kMajorPause = 32 * 1024; // the same in incremental mode
constexpr size_t kLeastThreshold = 256 * 1024;
constexpr size_t kMostSinceMajor = 64 * 1024 * 1024; // bytes allocated by when the next is a major one; for
constexpr size_t kMostSinceMajorPerByte = 64;        // large heaps as many as this for each that is alive
constexpr ptrdiff_t kSweepStep = 32 * 1024; // bytes allocated per sweep step after a major collection
constexpr ptrdiff_t kNotice = 1024;  // bytes allocated between the announcement of a collection and its start
constexpr int kSweepBlocks = 16;     // blocks swept by one step
constexpr size_t kTracePerByte = 16; // bytes traced per byte allocated, at a step multiplier of 100

uint64_t nanoseconds() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(t.tv_nsec);
}

} // namespace

// A turn of the collector: measures the pause and keeps collections from starting inside collections. If the
// program is interrupted, the turn ends early, unless memory depends on it.
class Heap::Turn {
public:
  explicit Turn(Heap& heap, bool may_stop = true) : heap_(heap), start_(nanoseconds()) {
    heap_.collecting_ = true;
    heap_.may_stop_ = may_stop;
    heap_.stopping_ = false;
  }
  ~Turn() {
    uint64_t pause = nanoseconds() - start_;
    HeapStatistics& statistics = heap_.statistics_;
    statistics.collect_nanoseconds += pause;
    statistics.pause_nanoseconds_max = std::max(statistics.pause_nanoseconds_max, pause);
    if (heap_.stopping_) heap_.next_step_ = heap_.allocated_ + heap_.stepBytes();
    heap_.collecting_ = heap_.may_stop_ = heap_.stopping_ = false;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

private:
  Heap& heap_;
  uint64_t start_;
};

size_t Heap::pauseAfter(bool major) {
  if (mode_ == GcMode::Incremental) {
    size_t growth = parameters_.pause > 100 ? static_cast<size_t>(parameters_.pause - 100) : 0;
    return std::max(kMajorPause, marked_bytes_ / 100 * growth);
  }
  // A major collection is to begin when the heap reaches the threshold, not a whole pause later.
  size_t live = major ? marked_bytes_ : live_ + marked_bytes_;
  size_t pause = std::max(kMinorPause, live / 100 * static_cast<size_t>(parameters_.minor_multiplier));
  size_t threshold = major ? majorThreshold(live) : major_threshold_;
  bool is_long_ago = since_major_ > std::max(kMostSinceMajor, live * kMostSinceMajorPerByte);
  next_is_major_ = is_long_ago || live + pause + pause / 2 > threshold;
  if (!next_is_major_) return pause;
  return std::clamp(threshold > live ? threshold - live : 0, kMinorPause / 4, pause);
}

size_t Heap::majorThreshold(size_t live) const {
  return std::max(kLeastThreshold, live + live / 100 * static_cast<size_t>(parameters_.major_multiplier));
}

// Bytes that the last collection may have counted are free already.
void Heap::forgetLive(size_t bytes) {
  live_ -= std::min(live_, bytes);
  major_threshold_ = std::min(major_threshold_, majorThreshold(live_));
}

void Heap::setPause(size_t bytes) {
  next_collection_ = allocated_ + static_cast<ptrdiff_t>(bytes);
  next_step_ = next_collection_;
  if (phase_ == GcPhase::Sweeping && major_) next_step_ = std::min(next_step_, allocated_ + kSweepStep);
}

ptrdiff_t Heap::stepBytes() const {
  int log2 = std::clamp(parameters_.step_size_log2, 10, 40);
  return (ptrdiff_t{1} << log2) * 4;
}

// The collector's turn, from an allocation.
void Heap::collectStep(Thread* L) {
  if (stopped_ || !canCollect(L)) {
    next_step_ = allocated_ + stepBytes();
    return;
  }
  Turn turn(*this);
  if (phase_ == GcPhase::Marking) {
    traceFor(std::max<ptrdiff_t>(allocated_ - next_step_, 0) + stepBytes());
    return;
  }
  if (phase_ == GcPhase::Sweeping && major_) {
    bool swept = sweepSome(kSweepBlocks);
    collecting_ = true;
    next_step_ = swept ? next_collection_ : std::min(next_collection_, allocated_ + kSweepStep);
  } else {
    next_step_ = next_collection_;
  }
  if (allocated_ < next_collection_) return;
  if (!announced_) {
    announced_ = true;
    L->poll.fetch_or(poll::kDeadSlots, std::memory_order_relaxed);
    next_step_ = allocated_ + kNotice;
    return;
  }
  announced_ = false;
  startCollection(L);
}

void Heap::startCollection(Thread*) {
  finishSweep();
  collecting_ = true;
  if (phase_ != GcPhase::Idle) return;
  if (mode_ == GcMode::Generational && !next_is_major_) {
    minor();
    return;
  }
  beginMajor(true);
  traceFor(stepBytes());
}

// Traces as much as these bytes allocated call for.
void Heap::traceFor(ptrdiff_t bytes) {
  size_t multiplier = static_cast<size_t>(std::max(parameters_.step_multiplier, 10));
  if (!markStep(static_cast<size_t>(bytes) * kTracePerByte / 100 * multiplier))
    next_step_ = allocated_ + stepBytes();
}

void Heap::minor() {
  major_ = false;
  marked_bytes_ = 0;
  large_stacks_.size = 0; // its threads may die now
  if (state_->upcalls.marking_begins != nullptr) state_->upcalls.marking_begins(state_, false, true);
  finishMarking();
}

void Heap::shrinkStacks() {
  for (size_t i = 0; i < large_stacks_.size; ++i) shrinkStack(static_cast<Thread*>(large_stacks_.data[i]));
  large_stacks_.size = 0;
}

bool Heap::markStep(size_t work) { return propagate(work) && finishMarking(); }

void Heap::fullCollection(Thread* L, bool emergency) {
  if (collecting_ || L == nullptr) return;
  Turn turn(*this, !emergency);
  if (phase_ == GcPhase::Marking) markStep(SIZE_MAX);
  may_stop_ = !emergency;
  finishSweep();
  collecting_ = true;
  if (phase_ != GcPhase::Idle) return;
  beginMajor(false);
  markStep(SIZE_MAX);
  may_stop_ = !emergency;
  finishSweep();
  collecting_ = true;
  if (phase_ != GcPhase::Idle) return;
  while (Block* b = spare_) {
    spare_ = b->next;
    host(b, b->bytes, 0);
  }
  spare_bytes_ = 0;
  if (emergency) {
    for (ObjectList* list : {&grey_, &woken_, &weak_values_, &ephemerons_, &all_weak_, &protos_})
      freeList(*list);
  }
  setPause(pauseAfter(true));
}

void Heap::minorCollection(Thread* L) {
  if (collecting_ || L == nullptr) return;
  Turn turn(*this);
  if (phase_ == GcPhase::Marking) {
    markStep(SIZE_MAX);
    return;
  }
  finishSweep();
  collecting_ = true;
  if (phase_ == GcPhase::Idle) minor();
}

bool Heap::step(Thread* L, size_t bytes) {
  if (collecting_) return false;
  if (mode_ == GcMode::Generational) {
    minorCollection(L);
    return true;
  }
  Turn turn(*this);
  size_t work = bytes != 0 ? bytes : static_cast<size_t>(stepBytes()) / 4;
  if (phase_ == GcPhase::Sweeping) {
    bool swept = sweepSome(static_cast<int>(std::min<size_t>(work / 1024 + 1, 1 << 20)));
    collecting_ = true;
    return swept;
  }
  if (phase_ == GcPhase::Idle) {
    beginMajor(false);
    next_step_ = allocated_ + stepBytes();
  }
  if (!markStep(work)) return false;
  // A step as large as all that was marked also sweeps.
  if (work < marked_bytes_) return false;
  finishSweep();
  collecting_ = true;
  return true;
}

void Heap::setMode(Thread*, GcMode mode) {
  mode_ = mode;
  if (phase_ != GcPhase::Marking) setPause(pauseAfter(major_));
}

// Stress builds: collections of all kinds, at random places that the seed fixes.
void Heap::stressCollect(Thread* L) {
  stress_random_ = stress_random_ * 6364136223846793005u + 1442695040888963407u;
  uint64_t random = stress_random_ >> 33;
  stress_left_ = stress_interval_ == 1
                     ? 1
                     : 1 + static_cast<int64_t>(random % (2 * static_cast<uint64_t>(stress_interval_) - 1));
  if (stopped_ || !canCollect(L)) return;
  switch (random >> 20 & 3) {
  case 0: fullCollection(L); break;
  case 1: minorCollection(L); break;
  default:
    next_step_ = next_collection_ = allocated_;
    collectStep(L);
    break;
  }
}

} // namespace perigee
