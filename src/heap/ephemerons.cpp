#include "heap/ephemerons.h"

#include "vm/dictionary.h"
#include "vm/table.h"

namespace perigee {

Ephemerons::~Ephemerons() {
  for (uint32_t i = 0; i < size_; ++i) waiting_[i].key->gc &= static_cast<uint8_t>(~gc_bits::kEphemeronKey);
  heap_.woken_.size = 0;
  heap_.woken_.incomplete = false;
  if (waiting_ != nullptr) heap_.host(waiting_, capacity_ * sizeof(Waiting), 0);
  if (buckets_ != nullptr) heap_.host(buckets_, capacity_ * sizeof(uint32_t), 0);
}

bool Ephemerons::settle() {
  size_t tables = 0; // of the list, entered in the index
  for (;;) {
    // Marking values may reach further ephemeron tables, which join the list.
    if (heap_.isToStop()) return false;
    for (; tables < heap_.ephemerons_.size; ++tables) {
      if (!addTable(static_cast<Table*>(heap_.ephemerons_.data[tables]))) return false;
    }
    heap_.propagateAll();
    while (heap_.woken_.size != 0 && !heap_.isToStop()) {
      wake(heap_.woken_.data[--heap_.woken_.size]);
      heap_.propagateAll();
    }
    if (heap_.woken_.incomplete || heap_.ephemerons_.incomplete) return false;
    if (tables == heap_.ephemerons_.size) return true;
  }
}

bool Ephemerons::addTable(Table* t) {
  if (t->dictionary == nullptr) return true;
  for (DictionaryEntry *e = t->dictionary->entries(), *end = e + t->dictionary->count; e != end; ++e) {
    if (e->value.isNil() || !heap_.isUnmarked(e->value)) continue;
    if (!heap_.isCleared(e->key())) {
      heap_.mark(e->value);
    } else if (!add(e->key().object, e->value.object)) {
      return false;
    }
  }
  return true;
}

bool Ephemerons::add(Object* key, Object* value) {
  if (size_ == capacity_ && !grow()) return false;
  uint32_t& bucket = buckets_[bucketOf(key)];
  waiting_[size_] = {key, value, bucket};
  bucket = size_++;
  key->gc |= gc_bits::kEphemeronKey;
  return true;
}

bool Ephemerons::grow() {
  uint32_t capacity = capacity_ == 0 ? 64 : capacity_ * 2;
  if (capacity == 0) return false;
  void* buckets = heap_.host(nullptr, 0, capacity * sizeof(uint32_t));
  if (buckets == nullptr) return false;
  void* waiting = heap_.host(waiting_, capacity_ * sizeof(Waiting), capacity * sizeof(Waiting));
  if (waiting == nullptr) {
    heap_.host(buckets, capacity * sizeof(uint32_t), 0);
    return false;
  }
  if (buckets_ != nullptr) heap_.host(buckets_, capacity_ * sizeof(uint32_t), 0);
  waiting_ = static_cast<Waiting*>(waiting);
  buckets_ = static_cast<uint32_t*>(buckets);
  capacity_ = capacity;
  for (uint32_t i = 0; i < capacity; ++i) buckets_[i] = kNone;
  for (uint32_t i = 0; i < size_; ++i) {
    uint32_t& bucket = buckets_[bucketOf(waiting_[i].key)];
    waiting_[i].next = bucket;
    bucket = i;
  }
  return true;
}

void Ephemerons::wake(Object* key) {
  for (uint32_t i = buckets_[bucketOf(key)]; i != kNone; i = waiting_[i].next) {
    if (waiting_[i].key == key) heap_.mark(waiting_[i].value);
  }
}

} // namespace perigee
