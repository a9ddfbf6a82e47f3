// Weak tables and ephemerons.
//
// While marking is incremental weak tables are only remembered; they are looked at when it ends, when no more
// objects change colour but through the tables themselves. A weak table that no minor collection remembers
// has old entries only, which a minor collection does not free.
#include "heap/ephemerons.h"
#include "vm/dictionary.h"
#include "vm/state.h"
#include "vm/table.h"
#include "vm/work.h"

#include <utility>

namespace perigee {

namespace {

constexpr uint8_t kWeakMask = Table::kWeakKeys | Table::kWeakValues;
constexpr uint8_t kFullyWeak = kWeakMask;

void killKey(DictionaryEntry& e) {
  if (isCollectableTag(e.link.key_tag)) e.makeKeyDead();
}

// f(entry); until stop(), which is asked now and then.
template <class F, class Stop> void forEachEntryUntil(Table* t, Stop&& stop, F&& f) {
  if (t->dictionary == nullptr) return;
  for (DictionaryEntry *e = t->dictionary->entries(), *end = e + t->dictionary->count; e != end; ++e) {
    if ((e - t->dictionary->entries()) % kElementsPerLook == kElementsPerLook - 1 && stop()) return;
    f(*e);
  }
}
template <class F> void forEachEntry(Table* t, F&& f) {
  forEachEntryUntil(t, [] { return false; }, std::forward<F>(f));
}

} // namespace

// Strings are values, never cleared: asking marks them.
bool Heap::isCleared(const Value& v) {
  if (!v.isCollectable()) return false;
  if (v.isString()) {
    mark(v);
    return false;
  }
  return isUnmarked(v.object);
}

void Heap::traceWeak(Table* t, uint8_t weak) {
  if (!at_end_of_marking_) {
    t->gc &= static_cast<uint8_t>(~gc_bits::kBlack);
    pushRemembered(t);
    return;
  }
  if (weak == kFullyWeak) {
    push(all_weak_, t);
    return;
  }
  if (weak == Table::kWeakValues) {
    forEachEntryUntil(
        t, [this] { return isToStop(); },
        [this](DictionaryEntry& e) {
          if (e.value.isNil()) {
            killKey(e);
          } else {
            mark(e.key());
          }
        });
    push(weak_values_, t);
    return;
  }
  if (t->arrayKind() == ArrayKind::Values) {
    for (uint32_t i = 0; i < t->array_size; ++i) mark(t->array[i]);
  }
  for (uint32_t i = 0; i < t->shape->count; ++i) mark(t->slots[i]);
  markEphemeronValues(t);
  push(ephemerons_, t);
}

// Marks the values of entries whose keys are marked; true if there was any to mark.
bool Heap::markEphemeronValues(Table* t) {
  bool any = false;
  forEachEntryUntil(
      t, [this] { return isToStop(); },
      [&](DictionaryEntry& e) {
        if (e.value.isNil()) {
          killKey(e);
        } else if (!isCleared(e.key()) && isUnmarked(e.value)) {
          mark(e.value);
          any = true;
        }
      });
  return any;
}

// Calls f for the tables of a list from index `from` on; for all marked tables that are weak in this way if
// the list is incomplete. The list may grow meanwhile.
template <class F> void Heap::forEachWeak(const ObjectList& list, uint8_t weak, size_t from, F&& f) {
  if (list.incomplete) {
    forEachObject([&](Object* o) {
      if (o->type == Tag::Table && isMarked(o) && (o->flags & kWeakMask) == weak) f(static_cast<Table*>(o));
    });
  } else {
    for (size_t i = from; i < list.size; ++i) f(static_cast<Table*>(list.data[i]));
  }
}

bool Heap::ephemeronPass() {
  bool any = false;
  if (isToStop()) return false;
  forEachWeak(ephemerons_, Table::kWeakKeys, 0, [&](Table* t) {
    if (markEphemeronValues(t)) any = true;
    propagateAll();
  });
  return any;
}

// A few passes over all ephemerons settle the common cases; chains from key to value to key get an index of
// what waits for which key, so that the work is linear. Without memory for the index there are more passes;
// what even they do not settle lives on this time, lest chains cost the square of their length.
void Heap::convergeEphemerons() {
  if (ephemerons_.size == 0 && !ephemerons_.incomplete) return;
  for (int pass = 0; pass < 2; ++pass) {
    if (!ephemeronPass() || stopping_) return;
  }
  if (!ephemerons_.incomplete) {
    Ephemerons index(*this);
    if (index.settle() || stopping_) return;
  }
  constexpr int kPassesWithoutIndex = 16;
  for (int pass = 0; pass < kPassesWithoutIndex; ++pass) {
    if (!ephemeronPass() || stopping_) return;
  }
  while (keepEphemeronValues()) {
  }
}

// Marks the values of all entries; true if there was any to mark.
bool Heap::keepEphemeronValues() {
  bool any = false;
  forEachWeak(ephemerons_, Table::kWeakKeys, 0, [&](Table* t) {
    forEachEntry(t, [&](const DictionaryEntry& e) {
      if (e.value.isNil() || !isUnmarked(e.value)) return;
      mark(e.value);
      any = true;
    });
    propagateAll();
  });
  return any;
}

// Sets a value that is an unmarked object to nil; true if it was one.
bool Heap::clearValue(Value& v) {
  if (!isCleared(v)) return false;
  v = Value::nil();
  return true;
}

void Heap::clearTableValues(Table* t) {
  bool any = false;
  if (t->arrayKind() == ArrayKind::Values && t->array_size != 0) {
    for (uint32_t i = 0; i < t->array_size; ++i) {
      any |= clearValue(t->array[i]);
    }
    while (t->array_size != 0 && t->array[t->array_size - 1].isNil()) --t->array_size;
  }
  for (uint32_t i = 0; i < t->shape->count; ++i) {
    any |= clearValue(t->slots[i]);
  }
  forEachEntry(t, [&](DictionaryEntry& e) {
    any |= clearValue(e.value);
    if (e.value.isNil()) killKey(e);
  });
  // What caches know of it is past.
  if (any && (t->flags & (Table::kIsHolder | Table::kIsMetatable))) ++state_->holder_version;
}

void Heap::clearTableKeys(Table* t) {
  forEachEntry(t, [this](DictionaryEntry& e) {
    if (!e.value.isNil() && isCleared(e.key())) e.value = Value::nil();
    if (e.value.isNil()) killKey(e);
  });
}

void Heap::clearValues(size_t values_from, size_t all_from) {
  forEachWeak(weak_values_, Table::kWeakValues, values_from, [this](Table* t) { clearTableValues(t); });
  forEachWeak(all_weak_, kFullyWeak, all_from, [this](Table* t) { clearTableValues(t); });
}

void Heap::clearKeys() {
  forEachWeak(ephemerons_, Table::kWeakKeys, 0, [this](Table* t) { clearTableKeys(t); });
  forEachWeak(all_weak_, kFullyWeak, 0, [this](Table* t) { clearTableKeys(t); });
}

} // namespace perigee
