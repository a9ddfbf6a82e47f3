// The heap and its collector, with tables and strings but without an interpreter.
#include "heap_fixture.h"
#include "vm/proto.h"
#include "vm/shape.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

using namespace perigee;
using namespace perigee::tests;

namespace {

class HeapTest : public ::testing::Test {
protected:
  void SetUp() override {
    finalized.clear();
    L = createState(Host::allocate, &host, 42, upcalls());
    ASSERT_NE(L, nullptr);
    G = L->global;
    ensureStack(L, 100);
    heap().stop(); // only the collections that a test asks for: what to expect is exact then
  }
  void TearDown() override {
    heap().check(L);
    destroyState(L);
    EXPECT_TRUE(host.sound);
    EXPECT_EQ(host.bytes, 0u);
    EXPECT_TRUE(host.blocks.empty());
  }
  Heap& heap() { return G->heap; }
  void push(Value v) { *L->top++ = v; }
  Table* pushTable() {
    Table* t = newTable(L);
    push(Value::of(t));
    return t;
  }
  void pop(int n = 1) { L->top -= n; }
  // A table on the stack whose metatable has the string field.
  Table* pushWith(const char* field, Value v) {
    push(v);
    Table* t = pushTable();
    std::swap(L->top[-1], L->top[-2]);
    Table* mt = pushTable();
    setField(mt, field, v);
    setMetatable(L, t, mt);
    pop(2);
    return t;
  }
  Table* pushWeak(const char* mode) { return pushWith("__mode", Value::of(newString(L, mode))); }
  // Stores with key and value anchored, as the contract asks.
  void store(Table* t, Value key, Value v) {
    push(key);
    push(v);
    set(L, t, key, v);
    pop(2);
  }
  void storeInteger(Table* t, int64_t key, Value v) { store(t, Value::of(key), v); }
  void full() {
    heap().fullCollection(L);
    heap().check(L);
  }
  void minor() {
    heap().minorCollection(L);
    heap().check(L);
  }
  // Lets an incremental major collection begin and stops it half way.
  void halfMajor() {
    heap().setMode(L, GcMode::Incremental);
    heap().step(L, 64);
    heap().check(L);
    heap().setMode(L, GcMode::Generational);
  }
  size_t count(Tag type) {
    size_t n = 0;
    heap().forEachObject([&](Object* o) { n += o->type == type; });
    return n;
  }
  Value field(Table* t, const char* name) { return getString(t, newString(L, name)); }
  void setField(Table* t, const char* name, Value v) {
    push(v);
    push(Value::of(newString(L, name)));
    setString(L, t, L->top[-1].string(), v);
    pop(2);
  }
  Host host;
  Thread* L = nullptr;
  State* G = nullptr;
};

TEST_F(HeapTest, AnIdleStateIsSmall) {
  full();
  RecordProperty("idle_bytes", static_cast<int>(heap().bytesHeld()));
  EXPECT_LT(heap().bytesHeld(), 16000u);
  EXPECT_EQ(heap().bytesHeld(), host.bytes);
}

TEST_F(HeapTest, GarbageIsFreedAndCountReturns) {
  full();
  size_t before = heap().bytesInUse();
  for (int i = 0; i < 1000; ++i) {
    Table* t = pushTable();
    storeInteger(
        t, 1,
        Value::of(newString(L, "a string that is not shared by anyone " + std::to_string(i) + "!!!!!!!!!")));
    pop();
  }
  EXPECT_GT(heap().bytesInUse(), before + 1000 * 100);
  full();
  // Unused blocks may stay, but what is in use is exact but for the growth of shared tables.
  EXPECT_LT(heap().bytesInUse(), before + 1000);
}

TEST_F(HeapTest, SizesOfAllClassesAndBeyond) {
  std::vector<Userdata*> all;
  ensureStack(L, 3000);
  for (size_t n = 0; n < 2100; ++n) {
    Userdata* u = newUserdata(L, n, 0);
    push(Value::of(u));
    std::memset(u->bytes(), static_cast<int>(n & 0xFF), n);
    all.push_back(u);
    if (n % 64 == 0) minor();
  }
  full();
  for (size_t n = 0; n < all.size(); ++n) {
    ASSERT_EQ(all[n]->size, n);
    ASSERT_EQ(reinterpret_cast<uintptr_t>(all[n]->bytes()) % 16, 0u);
    auto* bytes = static_cast<unsigned char*>(all[n]->bytes());
    for (size_t i = 0; i < n; ++i) ASSERT_EQ(bytes[i], n & 0xFF);
  }
  pop(2100);
  full();
  EXPECT_EQ(count(Tag::Userdata), 0u);
}

TEST_F(HeapTest, UnseenStringsGetAnotherSize) {
  String* s = newLongString(L, 3000);
  std::memset(s->data(), 'a', 3000);
  size_t before = heap().bytesInUse();
  for (size_t n : {5000u, 100000u, 4000u}) {
    s = tryResizeLongString(L, s, n);
    ASSERT_NE(s, nullptr);
    EXPECT_EQ(s->length, n);
    EXPECT_EQ(s->data()[n], '\0');
    EXPECT_EQ(std::string(s->data(), 3000), std::string(3000, 'a'));
    EXPECT_EQ(heap().bytesInUse(), before - 3000 + n);
    heap().check(L);
  }
  EXPECT_EQ(tryResizeLongString(L, s, 100), nullptr); // such objects lie elsewhere
  host.refuse_at = host.requests;
  EXPECT_EQ(tryResizeLongString(L, s, 10000), nullptr);
  EXPECT_EQ(s->length, 4000u);
  push(Value::of(s));
  minor();
  EXPECT_EQ(tryResizeLongString(L, s, 10000), nullptr);
  s = newLongString(L, 3000);
  push(Value::of(s));
  halfMajor();
  if (String* larger = tryResizeLongString(L, s, 10000)) L->top[-1] = Value::of(larger);
  full();
  EXPECT_GT(heap().bytesInUse(), before);
  pop(2);
  full();
  EXPECT_LT(heap().bytesInUse(), before);
}

TEST_F(HeapTest, BarrierKeepsYoungObjectsOfOldTables) {
  Table* old = pushTable();
  full();
  storeInteger(old, 1, Value::of(newTable(L)));
  setField(old, "field", Value::of(newTable(L)));
  minor();
  minor();
  EXPECT_EQ(get(old, Value::of(int64_t{1})).table()->type, Tag::Table);
  EXPECT_EQ(field(old, "field").table()->type, Tag::Table);
  EXPECT_FALSE(heap().isDead(field(old, "field").object));
  pop();
}

TEST_F(HeapTest, MinorCollectionsFreeTheYoungOnly) {
  pushTable();
  full();
  size_t tables = count(Tag::Table);
  pop();
  for (int i = 0; i < 10; ++i) newTable(L);
  minor();
  EXPECT_EQ(count(Tag::Table), tables);
  full();
  EXPECT_EQ(count(Tag::Table), tables - 1);
}

TEST_F(HeapTest, WeakValues) {
  Table* weak = pushWeak("v");
  Table* kept = pushTable();
  storeInteger(weak, 1, Value::of(kept));
  storeInteger(weak, 2, Value::of(newTable(L)));
  storeInteger(weak, 3, Value::of(int64_t{7}));
  storeInteger(weak, 4, Value::of(newTable(L)));
  storeInteger(weak, 1000, Value::of(newTable(L)));
  storeInteger(weak, 1001, Value::of(newString(L, "a string is a value")));
  setField(weak, "x", Value::of(newTable(L)));
  setField(weak, "y", Value::of(kept));
  minor();
  EXPECT_TRUE(getInteger(weak, 1).isTable());
  EXPECT_TRUE(getInteger(weak, 2).isNil());
  EXPECT_TRUE(getInteger(weak, 3).isInteger());
  EXPECT_TRUE(getInteger(weak, 4).isNil());
  EXPECT_EQ(length(weak), 3);
  EXPECT_TRUE(getInteger(weak, 1000).isNil());
  EXPECT_TRUE(getInteger(weak, 1001).isString());
  EXPECT_TRUE(field(weak, "x").isNil());
  EXPECT_TRUE(field(weak, "y").isTable());
  checkTable(weak);
  pop();
  full();
  EXPECT_TRUE(getInteger(weak, 1).isNil());
  checkTable(weak);
  pop();
}

TEST_F(HeapTest, WeakKeysAreEphemerons) {
  Table* weak = pushWeak("k");
  Table* key = pushTable();
  store(weak, Value::of(key), Value::of(newTable(L)));
  // A value that refers to its own key does not keep it alive.
  Table* lost = pushTable();
  Table* value = pushTable();
  storeInteger(value, 1, Value::of(lost));
  store(weak, Value::of(lost), Value::of(value));
  pop(2);
  size_t before = count(Tag::Table);
  minor();
  EXPECT_EQ(count(Tag::Table), before - 2);
  EXPECT_TRUE(get(weak, Value::of(key)).isTable());
  full();
  EXPECT_TRUE(get(weak, Value::of(key)).isTable());
  pop();
  full();
  Value k, v;
  EXPECT_FALSE(next(L, weak, Value::nil(), &k, &v));
  pop();
}

TEST_F(HeapTest, FullyWeak) {
  Table* weak = pushWeak("kv");
  Table* kept = pushTable();
  store(weak, Value::of(kept), Value::of(kept));
  store(weak, Value::of(newTable(L)), Value::of(kept));
  Table* key = pushTable();
  store(weak, Value::of(key), Value::of(newTable(L)));
  full();
  EXPECT_EQ(get(weak, Value::of(kept)).table(), kept);
  EXPECT_TRUE(get(weak, Value::of(key)).isNil());
  Value k = Value::nil(), v;
  int n = 0;
  while (next(L, weak, k, &k, &v)) ++n;
  EXPECT_EQ(n, 1);
  pop(3);
}

// Each value is the next key; the order of insertion is against the chain, so that passes would take
// quadratic time.
TEST_F(HeapTest, LongEphemeronChainsAreLinear) {
  constexpr int kLength = 100'000;
  for (bool against : {false, true}) {
    Table* weak = pushWeak("k");
    Table* all = pushTable();
    for (int i = 0; i <= kLength; ++i) storeInteger(all, i + 1, Value::of(newTable(L)));
    for (int n = 1; n <= kLength; ++n) {
      int i = against ? kLength + 1 - n : n;
      store(weak, getInteger(all, i), getInteger(all, i + 1));
    }
    push(getInteger(all, 1));
    Value first = L->top[-1];
    L->top[-2] = first;
    pop();
    push(Value::of(all));
    full(); // leaves no garbage but what the test makes
    pop();
    size_t before = count(Tag::Table);
    uint64_t start = heap().statistics().collect_nanoseconds;
    heap().fullCollection(L);
    EXPECT_LT(heap().statistics().collect_nanoseconds - start, 3'000'000'000u);
    EXPECT_EQ(count(Tag::Table), before - 1); // `all`
    pop();
    full();
    EXPECT_EQ(count(Tag::Table), before - 2 - kLength);
    pop();
  }
}

TEST_F(HeapTest, FinalizersRunInReverseOrderOfRegistration) {
  for (int i = 1; i <= 5; ++i) {
    Table* t = pushTable();
    setField(t, "id", Value::of(int64_t{i}));
    heap().registerFinalizer(L, t);
    if (i == 3) minor(); // the first three are old, and the others young
  }
  pop(5);
  minor();
  runFinalizers(L);
  EXPECT_EQ(finalized, (std::vector<int64_t>{5, 4}));
  full();
  EXPECT_TRUE(L->poll.load() & poll::kFinalizers);
  runFinalizers(L);
  EXPECT_EQ(finalized, (std::vector<int64_t>{5, 4, 3, 2, 1}));
  full();
  runFinalizers(L);
  EXPECT_EQ(finalized.size(), 5u);
}

TEST_F(HeapTest, FinalizersResurrect) {
  Table* weak = pushWeak("v");
  Table* by_key = pushWeak("k");
  Table* t = pushTable();
  setField(t, "id", Value::of(int64_t{1}));
  setField(t, "other", Value::of(newTable(L)));
  heap().registerFinalizer(L, t);
  storeInteger(weak, 1, Value::of(t));
  store(by_key, Value::of(t), Value::of(int64_t{1}));
  pop();
  full();
  // Values go before finalizers, keys stay until the object is really freed.
  EXPECT_TRUE(getInteger(weak, 1).isNil());
  EXPECT_TRUE(get(by_key, Value::of(t)).isInteger());
  ASSERT_TRUE(heap().finalizersDue());
  Object* o = heap().takeDueFinalizer();
  ASSERT_EQ(o, t);
  push(Value::of(t));
  full();
  EXPECT_TRUE(field(t, "other").isTable());
  heap().registerFinalizer(L, t); // and again
  pop();
  full();
  EXPECT_EQ(heap().takeDueFinalizer(), t);
  full();
  EXPECT_EQ(heap().takeDueFinalizer(), nullptr);
  Value k, v;
  EXPECT_FALSE(next(L, by_key, Value::nil(), &k, &v));
  pop(2);
}

TEST_F(HeapTest, PendingFinalizersRunAtTheEnd) {
  Host own;
  Thread* M = createState(Host::allocate, &own, 1, upcalls());
  heapOf(M).stop();
  for (int i = 1; i <= 3; ++i) {
    Table* t = newTable(M);
    *M->top++ = Value::of(t);
    setString(M, t, newString(M, "id"), Value::of(int64_t{i}));
    heapOf(M).registerFinalizer(M, t);
  }
  destroyState(M);
  EXPECT_EQ(finalized, (std::vector<int64_t>{3, 2, 1}));
  EXPECT_EQ(own.bytes, 0u);
}

TEST_F(HeapTest, DeadShortStringsAreFoundAgain) {
  newString(L, "ephemeral");
  halfMajor();
  heap().minorCollection(L); // completes it; the sweep is lazy
  String* s = newString(L, "ephemeral");
  push(Value::of(s));
  heap().check(L);
  full();
  EXPECT_EQ(newString(L, "ephemeral"), s);
  pop();
}

TEST_F(HeapTest, ClosuresOutliveTheirThread) {
  Proto* p = newProto(L);
  *L->top++ = Value::of(reinterpret_cast<Object*>(p), Tag::Proto);
  p->upvalues = static_cast<UpvalueDescription*>(heap().allocateRaw(L, sizeof(UpvalueDescription)));
  p->upvalues[0] = {};
  p->upvalue_count = 1;
  for (bool old : {false, true}) {
    for (bool by_minor : {false, true}) {
      LuaFunction* f = newLuaFunction(L, p);
      push(Value::of(static_cast<Function*>(f)));
      Thread* co = newThread(L);
      push(Value::of(co));
      *co->top++ = Value::of(newTable(L));
      storeInteger(co->top[-1].table(), 1, Value::of(int64_t{99}));
      Upvalue* u = findUpvalue(co, co->top - 1);
      EXPECT_EQ(findUpvalue(co, co->top - 1), u);
      f->upvalues()[0] = u;
      heap().barrier(f, u);
      if (old) full();
      heap().remember(co);
      pop();
      if (by_minor) {
        minor();
      } else {
        full();
      }
      full();
      EXPECT_FALSE(u->isOpen());
      EXPECT_EQ(getInteger(u->location->table(), 1).integer, 99);
      pop();
    }
  }
  full();
  EXPECT_EQ(count(Tag::Thread), 1u);
  EXPECT_EQ(count(Tag::Upvalue), 0u);
  pop();
}

TEST_F(HeapTest, DeadUpvaluesLeaveTheirThread) {
  push(Value::of(int64_t{1}));
  push(Value::of(int64_t{2}));
  push(Value::of(int64_t{3}));
  for (int round = 0; round < 3; ++round) {
    findUpvalue(L, L->top - 1);
    findUpvalue(L, L->top - 3);
    findUpvalue(L, L->top - 2);
    EXPECT_EQ(count(Tag::Upvalue), 3u);
    full();
    EXPECT_EQ(count(Tag::Upvalue), 0u);
    EXPECT_EQ(L->open_upvalues, nullptr);
  }
  // Found again between the end of marking and the sweep.
  Upvalue* u = findUpvalue(L, L->top - 1);
  heap().minorCollection(L);
  EXPECT_TRUE(heap().isDead(u));
  EXPECT_EQ(findUpvalue(L, L->top - 1), u);
  EXPECT_FALSE(heap().isDead(u));
  minor();
  closeUpvalues(L, L->stack);
  EXPECT_EQ(u->location->integer, 3);
  pop(3);
}

// A slot that a suspended coroutine shares with a closure is written through the closure's (young) upvalue.
TEST_F(HeapTest, StoresThroughYoungUpvaluesOfSuspendedThreads) {
  Thread* co = newThread(L);
  push(Value::of(co));
  *co->top++ = Value::nil();
  minor();
  heap().remember(co);
  findUpvalue(co, co->top - 1);
  minor();
  Upvalue* u = findUpvalue(co, co->top - 1);
  Table* t = newTable(L);
  *u->location = Value::of(t);
  heap().barrier(u, *u->location);
  storeInteger(t, 1, Value::of(int64_t{5}));
  minor();
  minor();
  EXPECT_EQ(getInteger(co->top[-1].table(), 1).integer, 5);
  pop();
}

TEST_F(HeapTest, StacksGrowShrinkAndKeepUpvalues) {
  push(Value::of(int64_t{77}));
  Upvalue* u = findUpvalue(L, L->top - 1);
  growStack(L, L->top, 100'000);
  EXPECT_EQ(u->location, L->top - 1);
  EXPECT_EQ(u->location->integer, 77);
  full();
  shrinkStack(L);
  EXPECT_LT(L->stackSize(), 1000u);
  EXPECT_TRUE(attempt([&] { growStack(L, L->top, kMaxStack / 2); }));
  EXPECT_FALSE(attempt([&] { growStack(L, L->top, kMaxStack); }));
  EXPECT_TRUE(L->in_error_handling);
  EXPECT_FALSE(attempt([&] { growStack(L, L->top, kMaxStack + kErrorSlots + 1); }));
  L->in_error_handling = 0;
  L->top = L->base + 1;
  shrinkStack(L);
  EXPECT_LT(L->stackSize(), 1000u);
}

TEST_F(HeapTest, PromisedSlotsAreNotTakenBack) {
  ensureStack(L, 5000);
  promiseSlots(L, 5000); // to the host
  growStack(L, L->top, 100'000);
  full();
  shrinkStack(L);
  EXPECT_GE(L->stack_limit - L->top, 5000);
  EXPECT_LT(L->stackSize(), 20'000u);
}

TEST_F(HeapTest, StaleSlotsAreCleared) {
  push(Value::of(newTable(L)));
  Value* slot = L->top - 1;
  pop();
  minor();
  EXPECT_TRUE(slot->isNil());
}

TEST_F(HeapTest, DeadShapesAndCaches) {
  full();
  size_t before = count(Tag::Shape);
  Proto* p = newProto(L);
  *L->top++ = Value::of(reinterpret_cast<Object*>(p), Tag::Proto);
  Table* t = pushTable();
  setField(t, "only here", Value::of(int64_t{1}));
  p->caches = static_cast<InlineCache*>(heap().allocateRaw(L, sizeof(InlineCache)));
  std::memset(static_cast<void*>(p->caches), 0, sizeof(InlineCache));
  p->cache_count = 1;
  p->caches[0].shape = t->shape;
  p->caches[0].kind = InlineCache::Kind::Field;
  p->caches[0].misses = 7;
  full();
  EXPECT_EQ(p->caches[0].shape, t->shape);
  EXPECT_GT(count(Tag::Shape), before);
  pop();
  full();
  EXPECT_EQ(p->caches[0].shape, nullptr);
  EXPECT_EQ(p->caches[0].kind, InlineCache::Kind::Empty);
  EXPECT_EQ(p->caches[0].misses, 6);
  EXPECT_EQ(count(Tag::Shape), before);
  pop();
}

// With no memory for its lists at all the collector still does its work.
TEST_F(HeapTest, CollectsWithoutMemoryOfItsOwn) {
  Table* weak = pushWeak("v");
  Table* ephemeron = pushWeak("k");
  Table* root = pushTable();
  Table* keys = pushTable();
  for (int i = 1; i <= 2000; ++i) {
    Table* a = pushTable();
    Table* b = pushTable();
    storeInteger(a, 1, Value::of(b));
    storeInteger(b, 1, Value::of(newTable(L)));
    if (i % 2) storeInteger(root, i / 2 + 1, Value::of(a));
    storeInteger(weak, i, Value::of(a));
    storeInteger(keys, i, Value::of(b));
    pop(2);
  }
  for (int i = 1; i < 2000; ++i) store(ephemeron, getInteger(keys, i), getInteger(keys, i + 1));
  Value first = getInteger(keys, 1);
  L->top[-1] = first;
  host.refuse_from = 0;
  heap().fullCollection(L, true);
  heap().fullCollection(L, true);
  host.refuse_from = -1;
  heap().check(L);
  for (int i = 1; i <= 2000; ++i) ASSERT_EQ(getInteger(weak, i).isNil(), i % 2 == 0) << i;
  Value k = Value::nil(), v;
  int n = 0;
  while (next(L, ephemeron, k, &k, &v)) ++n;
  EXPECT_EQ(n, 1999);
  pop(4);
}

TEST_F(HeapTest, MemoryLimit) {
  size_t limit = heap().bytesHeld() + 300'000;
  heap().setMemoryLimit(limit);
  Table* t = pushTable();
  int made = 0;
  EXPECT_FALSE(attempt([&] {
    for (int i = 1;; ++i) {
      storeInteger(t, i, Value::of(newTable(L)));
      made = i;
    }
  }));
  EXPECT_GT(made, 1000);
  EXPECT_LE(heap().bytesHeld(), limit);
  L->top = L->base;
  // Garbage does not count against the limit.
  EXPECT_TRUE(attempt([&] {
    for (int i = 0; i < 100; ++i) newUserdata(L, 100'000, 0);
  }));
  heap().setMemoryLimit(0);
}

// A little of everything, for refusals at every request. Owns nothing, anchors everything.
void script(Thread* L) {
  auto push = [L](Value v) { *L->top++ = v; };
  auto name = [L](const char* prefix, int i) {
    char text[64];
    std::snprintf(text, sizeof text, "%s%d", prefix, i);
    return newString(L, text);
  };
  Table* t = newTable(L);
  push(Value::of(t));
  for (int i = 1; i <= 20; ++i) {
    push(Value::of(name("string number ", i)));
    setInteger(L, t, i, L->top[-1]);
    push(Value::of(name("key", i)));
    setString(L, t, L->top[-1].string(), Value::of(int64_t{i}));
    push(Value::of(newUserdata(L, 300, 1)));
    set(L, t, Value::of(0.5 + i), L->top[-1]);
    L->top -= 3;
  }
  Table* mt = newTable(L);
  push(Value::of(mt));
  push(Value::of(newString(L, "k")));
  setString(L, mt, L->global->meta_names[static_cast<int>(Meta::Mode)], L->top[-1]);
  Table* weak = newTable(L);
  push(Value::of(weak));
  setMetatable(L, weak, mt);
  set(L, weak, Value::of(t), Value::of(mt));
  heapOf(L).registerFinalizer(L, t);
  Thread* co = newThread(L);
  push(Value::of(co));
  growStack(co, co->top, 1000);
  findUpvalue(co, co->top++);
  heapOf(L).fullCollection(L);
  newUserdata(L, 5000, 0);
}

TEST(HeapRefusal, AtEveryRequest) {
  for (bool all_later : {false, true}) {
    bool whole = false;
    for (long n = 0; !whole; ++n) {
      ASSERT_LT(n, 10'000);
      Host host;
      host.refuse_at = n;
      if (all_later) host.refuse_from = n;
      Thread* L = createState(Host::allocate, &host, 7, upcalls());
      if (L != nullptr) {
        bool ok = attempt([&] { script(L); });
        whole = ok && host.requests <= n;
        host.refuse_at = host.refuse_from = -1;
        heapOf(L).check(L);
        EXPECT_TRUE(attempt([&] {
          L->top = L->base;
          script(L);
        }));
        heapOf(L).check(L);
        destroyState(L);
      }
      ASSERT_TRUE(host.sound);
      ASSERT_EQ(host.bytes, 0u) << "refused request " << n;
    }
  }
}

} // namespace
