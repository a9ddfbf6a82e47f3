// Tables: random operations against a model, and what the parts of a table promise.
#include "vm/dictionary.h"
#include "vm_fixture.h"

#include <cmath>
#include <map>
#include <set>
#include <vector>

#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

using namespace perigee;
using perigee::testing::VmState;

namespace {

// --- a table next to its model -----------------------------------------------------------------------------

// Keys and values that operations draw from. All live in tables on the stack, so that collections keep them.
// `same[i]` is the first key equal to key i.
struct Pool {
  std::vector<Value> keys;
  std::vector<size_t> same;
  std::vector<Value> values;

  explicit Pool(VmState& s) {
    Table* anchor = s.pushTable();
    int64_t anchored = 0;
    auto keep = [&](Value v) {
      s.push(v);
      setInteger(s.L, anchor, ++anchored, v);
      --s.L->top;
      return v;
    };
    for (int64_t i = -2; i <= 40; ++i) keys.push_back(Value::of(i));
    for (int64_t i : {64, 100, 1000, 1 << 20}) keys.push_back(Value::of(i));
    keys.push_back(Value::of(INT64_MAX));
    keys.push_back(Value::of(INT64_MIN));
    for (double d : {0.0, -0.0, 1.0, 3.0, 2.5, -0.5, 1e300, 0x1p53, 1.0 / 0.0}) keys.push_back(Value::of(d));
    keys.push_back(Value::boolean(false));
    keys.push_back(Value::boolean(true));
    keys.push_back(Value::lightUserdata(&anchored));
    for (int i = 0; i < 24; ++i) keys.push_back(keep(Value::of(newString(s.L, "name" + std::to_string(i)))));
    for (int i = 0; i < 6; ++i)
      keys.push_back(keep(Value::of(newString(s.L, std::string(50, 'x') + std::to_string(i % 3)))));
    for (const char* name : {"__index", "__newindex", "__add"})
      keys.push_back(keep(Value::of(newString(s.L, name))));
    for (int i = 0; i < 6; ++i) keys.push_back(keep(Value::of(newTable(s.L))));
    for (size_t i = 0; i < keys.size(); ++i) {
      size_t j = 0;
      while (!rawEqual(keys[j], keys[i])) ++j;
      same.push_back(j);
    }
    for (int64_t i = 0; i < 6; ++i) values.push_back(Value::of(i * 7));
    for (int i = 0; i < 4; ++i) values.push_back(Value::of(i + 0.25));
    values.push_back(Value::boolean(false));
    values.push_back(keep(Value::of(newString(s.L, "value"))));
    values.push_back(keep(Value::of(newTable(s.L))));
  }
};

bool identical(Value a, Value b) { return a.tag == b.tag && (a.tag <= Tag::True || a.integer == b.integer); }

struct Operation {
  uint8_t kind;
  uint16_t a, b, c;
};

class Model {
public:
  Model(VmState& state, uint32_t slots, uint32_t elements) : s(state), L(state.L), pool(state) {
    for (int i = 0; i < 3; ++i) metatables[i] = s.pushTable();
    t = s.pushTable(slots, elements);
    checkTable(t);
  }

  void apply(const Operation& o) {
    switch (o.kind % 20) {
    case 0:
    case 1:
    case 2:
    case 3: store(keyIndex(o.a), value(o.b)); break;
    case 4: store(keyIndex(o.a), Value::nil()); break;
    case 5: append(value(o.a), o.b % 20); break;
    case 6: pop(o.a % 20); break;
    case 7: fillDown(1 + o.a % 40, value(o.b)); break;
    case 8: fillNames(o.a % 24, o.b % 24, value(o.c)); break;
    case 9: range(o.a % 30, o.b % 12, o.c); break;
    case 10: traverse(o.a, false); break;
    case 11: traverse(o.a, true); break;
    case 12: drain(o.a % 40); break;
    case 13: setMetatable(L, t, o.a % 4 == 3 ? nullptr : metatables[o.a % 4]); break;
    case 14:
      if (o.a % 4 == 0) makeHolder(L, t);
      break;
    case 15:
      if (o.a % 4 == 0) setMetatable(L, metatables[0], t);
      break;
    case 16: s.heap().fullCollection(L); break;
    case 17: s.heap().minorCollection(L); break;
    case 18:
      if (o.a % 2)
        reserveArray(L, t, o.b % 50);
      else
        reserveFields(L, t, o.b % 20);
      break;
    case 19:
      traverse(o.a, o.a & 2);
      s.heap().step(L, 1000);
      break;
    default: break;
    }
    checkTable(t);
    checkLength();
  }

  void compare() {
    for (size_t i = 0; i < pool.keys.size(); ++i) {
      auto it = model.find(pool.same[i]);
      RC_ASSERT(identical(get(t, pool.keys[i]), it == model.end() ? Value::nil() : it->second));
    }
    traverse(0, false);
  }

private:
  size_t keyIndex(uint16_t a) const { return a % pool.keys.size(); }
  Value value(uint16_t b) const { return pool.values[b % pool.values.size()]; }
  // Small positive integers are keys of the pool.
  size_t indexOfInteger(int64_t i) const { return pool.same[static_cast<size_t>(i + 2)]; }
  bool has(size_t key) const { return model.count(pool.same[key]) != 0; }

  void note(size_t key, Value v) {
    if (v.isNil())
      model.erase(pool.same[key]);
    else
      model[pool.same[key]] = v;
  }
  void store(size_t key, Value v) {
    Value k = pool.keys[key];
    if (k.isString() && (key & 1))
      setString(L, t, k.string(), v);
    else
      set(L, t, k, v);
    note(key, v);
  }
  void storeInteger(int64_t i, Value v) {
    setInteger(L, t, i, v);
    note(static_cast<size_t>(i + 2), v);
  }
  void append(Value v, int n) {
    for (; n > 0 && length(t) < 40; --n) storeInteger(length(t) + 1, v);
  }
  void pop(int n) {
    for (; n > 0 && length(t) > 0 && length(t) <= 40; --n) storeInteger(length(t), Value::nil());
  }
  void fillDown(int64_t from, Value v) {
    for (; from > 0; --from) {
      storeInteger(from, v);
      checkTable(t);
    }
  }
  void fillNames(size_t from, size_t n, Value v) {
    size_t first = 0;
    while (!pool.keys[first].isString()) ++first;
    for (size_t i = 0; i < n; ++i) store(first + (from + i) % 24, v);
  }
  void range(uint32_t first, uint32_t n, uint16_t seed) {
    if (first > t->array_size) first = t->array_size;
    if (first + n > 40) return;
    bool uniform = seed % 3 == 0;
    for (uint32_t i = 0; i < n; ++i) {
      Value v = uniform ? value(seed) : value(static_cast<uint16_t>(seed + i * 5));
      if (!uniform && (seed + i) % 4 == 0) v = Value::nil();
      s.push(v);
    }
    setArrayRange(L, t, first, L->top - n, n);
    for (uint32_t i = 0; i < n; ++i) note(size_t{first} + i + 3, L->top[i - int64_t{n}]);
    L->top -= n;
  }
  // Every key once, whatever is cleared or assigned on the way.
  void traverse(uint16_t seed, bool by_position) {
    std::map<size_t, Value> expected = model;
    std::set<size_t> visited;
    Value key, v;
    uint32_t position = 0;
    uint32_t random = seed;
    while (by_position ? nextAt(L, t, &position, &key, &v) : next(L, t, key, &key, &v)) {
      size_t i = indexOf(key);
      RC_ASSERT(visited.insert(i).second);
      RC_ASSERT(expected.count(i) && identical(expected[i], v));
      if (seed == 0) continue;
      random = random * 1103515245 + 12345;
      switch (random >> 16 & 7) {
      case 0:
      case 1:
      case 2:
        set(L, t, key, Value::nil());
        note(i, Value::nil());
        break;
      case 3: {
        // Any key not yet visited may be cleared, too: then it is not visited.
        auto other = expected.lower_bound(random >> 20 & 63);
        if (other == expected.end() || visited.count(other->first)) break;
        set(L, t, pool.keys[other->first], Value::nil());
        note(other->first, Value::nil());
        expected.erase(other);
        break;
      }
      case 4:
        set(L, t, key, value(static_cast<uint16_t>(random >> 20)));
        note(i, value(static_cast<uint16_t>(random >> 20)));
        break;
      case 5: s.heap().minorCollection(L); break;
      case 6:
        if ((random >> 20 & 15) == 0) s.heap().fullCollection(L);
        break;
      default: break;
      }
      checkTable(t);
    }
    RC_ASSERT(visited.size() == expected.size());
  }
  void drain(int n) {
    Value key, v;
    while (n-- > 0 && next(L, t, Value::nil(), &key, &v)) {
      size_t i = indexOf(key);
      set(L, t, key, Value::nil());
      note(i, Value::nil());
      checkTable(t);
    }
  }
  size_t indexOf(Value key) const {
    for (size_t i = 0; i < pool.keys.size(); ++i)
      if (rawEqual(pool.keys[i], key)) return pool.same[i];
    RC_FAIL("a key that nobody has stored");
    return 0;
  }
  void checkLength() {
    int64_t n = length(t);
    if (n > 0) RC_ASSERT(!getInteger(t, n).isNil());
    RC_ASSERT(getInteger(t, n + 1).isNil());
  }

  VmState& s;
  Thread* L;
  Pool pool;
  Table* t;
  Table* metatables[3];
  std::map<size_t, Value> model;
};

} // namespace

namespace rc {
template <> struct Arbitrary<Operation> {
  static Gen<Operation> arbitrary() {
    return gen::build<Operation>(gen::set(&Operation::kind, gen::inRange<uint8_t>(0, 20)),
                                 gen::set(&Operation::a, gen::inRange<uint16_t>(0, 1000)),
                                 gen::set(&Operation::b, gen::inRange<uint16_t>(0, 1000)),
                                 gen::set(&Operation::c, gen::inRange<uint16_t>(0, 1000)));
  }
};
} // namespace rc

namespace {

void showValue(const Operation& o, std::ostream& out) {
  out << int{o.kind} << ' ' << o.a << ' ' << o.b << ' ' << o.c;
}

RC_GTEST_PROP(Table, BehavesLikeAMap, (const std::vector<Operation>& operations)) {
  uint32_t slots = *rc::gen::inRange<uint32_t>(0, 11);
  uint32_t elements = *rc::gen::inRange<uint32_t>(0, 70);
  VmState s;
  Model m(s, slots, elements % 2 ? elements / 8 : elements);
  for (const Operation& o : operations) m.apply(o);
  m.compare();
}

RC_GTEST_PROP(Table, BehavesLikeAMapOverLongRuns, (uint64_t seed)) {
  VmState s;
  Model m(s, 0, 0);
  for (int i = 0; i < 400; ++i) {
    auto draw = [&] {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      return static_cast<uint16_t>(seed >> 40);
    };
    Operation o{static_cast<uint8_t>(draw() % 20), draw(), draw(), draw()};
    m.apply(o);
    if (i % 50 == 0) m.compare();
  }
  m.compare();
}

// --- the parts ---------------------------------------------------------------------------------------------

class TableTest : public ::testing::Test {
protected:
  VmState s;
  Thread* L = s.L;
  Value str(const char* text) { return Value::of(s.pushString(text)); }
  std::vector<Value> keysOf(Table* t) {
    std::vector<Value> keys;
    Value k, v;
    uint32_t position = 0;
    while (nextAt(L, t, &position, &k, &v)) keys.push_back(k);
    return keys;
  }
};

TEST_F(TableTest, ArraysOfNumbersAreBare) {
  Table* ints = s.pushTable();
  Table* floats = s.pushTable();
  for (int64_t i = 1; i <= 100; ++i) {
    setInteger(L, ints, i, Value::of(i));
    setInteger(L, floats, i, Value::of(static_cast<double>(i)));
  }
  EXPECT_EQ(ints->arrayKind(), ArrayKind::Integers);
  EXPECT_EQ(floats->arrayKind(), ArrayKind::Floats);
  EXPECT_EQ(tableMemory(ints), 128 * 8u);
  EXPECT_TRUE(getInteger(floats, 7).isFloat());
  setInteger(L, ints, 50, Value::boolean(true));
  EXPECT_EQ(ints->arrayKind(), ArrayKind::Values);
  EXPECT_EQ(getInteger(ints, 49).integer, 49);
  EXPECT_EQ(getInteger(ints, 51).integer, 51);
  setInteger(L, floats, 1, Value::nil());
  EXPECT_EQ(floats->arrayKind(), ArrayKind::Values);
  EXPECT_EQ(length(floats), 100);
  checkTable(ints);
  checkTable(floats);
}

TEST_F(TableTest, AnEmptyArrayTakesTheKindOfItsFirstElement) {
  Table* t = s.pushTable(0, 3);
  EXPECT_TRUE(t->flags & Table::kInlineArray);
  setInteger(L, t, 1, Value::of(1.5));
  EXPECT_EQ(t->arrayKind(), ArrayKind::Floats);
  setInteger(L, t, 1, Value::nil());
  setInteger(L, t, 1, Value::of(int64_t{1}));
  EXPECT_EQ(t->arrayKind(), ArrayKind::Integers);
  setInteger(L, t, 2, str("x"));
  EXPECT_EQ(t->arrayKind(), ArrayKind::Values);
  EXPECT_EQ(tableMemory(t), 0u);
  for (int64_t i = 3; i < 10; ++i) setInteger(L, t, i, Value::of(i));
  EXPECT_FALSE(t->flags & Table::kInlineArray);
  EXPECT_EQ(tableMemory(t), 16 * 16u);
  checkTable(t);
}

TEST_F(TableTest, FilledInReverseBecomesAnArray) {
  Table* t = s.pushTable();
  for (int64_t i = 1000; i > 0; --i) {
    setInteger(L, t, i, Value::of(i));
    checkTable(t);
  }
  EXPECT_EQ(length(t), 1000);
  EXPECT_EQ(t->array_size, 1000u);
  EXPECT_EQ(tableMemory(t), 1024 * 16u);
  for (int64_t i = 1; i <= 1000; ++i) ASSERT_EQ(getInteger(t, i).integer, i);
}

TEST_F(TableTest, SparseKeysStayInTheDictionary) {
  Table* t = s.pushTable();
  for (int64_t i = 1; i <= 1000; ++i) setInteger(L, t, i * 1000, Value::of(i));
  EXPECT_EQ(t->array_capacity, 0u);
  checkTable(t);
  EXPECT_EQ(getInteger(t, 500000).integer, 500);
  EXPECT_EQ(length(t), 0);
}

TEST_F(TableTest, PowersOfTwoDoNotMakeAnArray) {
  Table* t = s.pushTable();
  for (int i = 0; i <= 50; ++i) {
    set(L, t, Value::of(std::ldexp(1.0, i)), Value::boolean(true));
    checkTable(t);
  }
  EXPECT_LT(tableMemory(t), 3000u);
  EXPECT_EQ(get(t, Value::of(int64_t{1} << 40)).tag, Tag::True);
}

TEST_F(TableTest, AQueueDoesNotGrow) {
  Table* t = s.pushTable();
  int64_t head = 1, tail = 1;
  for (; tail <= 50; ++tail) setInteger(L, t, tail, Value::of(tail));
  for (int i = 0; i < 100000; ++i) {
    setInteger(L, t, tail, Value::of(tail));
    ++tail;
    ASSERT_EQ(getInteger(t, head).integer, head);
    setInteger(L, t, head++, Value::nil());
  }
  checkTable(t);
  EXPECT_LT(tableMemory(t), 16 * 1024u);
}

TEST_F(TableTest, MemoryIsCloseToStock) {
  // Stock: 24 bytes for each of a power of two of nodes, 16 for each of a power of two of elements.
  for (uint32_t n : {1u, 2u, 3u, 4u, 5u, 8u, 9u, 16u, 17u, 100u, 1000u, 1024u, 1025u, 50000u}) {
    uint32_t power = 1;
    while (power < n) power *= 2;
    Table* t = s.pushTable();
    for (uint32_t i = 0; i < n; ++i) set(L, t, Value::of(i + 0.5), Value::boolean(true));
    EXPECT_LE(static_cast<double>(48 + tableMemory(t)), 1.1 * (56 + power * 24)) << n;
    Table* a = s.pushTable();
    for (uint32_t i = 0; i < n; ++i) setInteger(L, a, i + 1, Value::boolean(true));
    EXPECT_LE(static_cast<double>(48 + tableMemory(a)), 1.1 * (56 + (power < 4 ? 4 : power) * 16)) << n;
    checkTable(t);
    L->top -= 2;
  }
}

// The heads of a dictionary get wider when it grows beyond what two bytes can number.
TEST_F(TableTest, LargeDictionaries) {
  Table* t = s.pushTable();
  const uint32_t narrow = Dictionary::kNarrowCapacity;
  auto value = [](uint32_t i) { return Value::of(i + 0.5); };
  for (uint32_t i = 0; i < 3 * narrow; ++i) {
    set(L, t, value(i), Value::of(int64_t{i}));
    if (i == narrow / 4 * 3 || i == narrow - 1 || i == narrow || i == narrow + 1) checkTable(t);
  }
  EXPECT_FALSE(t->dictionary->hasNarrowHeads());
  checkTable(t);
  for (uint32_t i = 0; i < 3 * narrow; i += 7) ASSERT_EQ(get(t, value(i)).integer, int64_t{i});
  // Emptied but for a few, it becomes smaller when a new key finds it full.
  for (uint32_t i = 0; i < 3 * narrow; ++i)
    if (i % 16 != 0) set(L, t, value(i), Value::nil());
  for (uint32_t i = 0; t->dictionary->capacity > narrow; ++i)
    set(L, t, value(3 * narrow + i), Value::of(1.5));
  EXPECT_TRUE(t->dictionary->hasNarrowHeads());
  checkTable(t);
  for (uint32_t i = 0; i < 3 * narrow; i += 16) ASSERT_EQ(get(t, value(i)).integer, int64_t{i});
}

TEST_F(TableTest, OrderIsThatOfInsertion) {
  Table* t = s.pushTable();
  std::vector<std::string> names;
  names.reserve(300);
  for (int i = 0; i < 300; ++i) names.push_back("k" + std::to_string(i * 7919 % 1000));
  for (auto& n : names) {
    set(L, t, Value::of(s.pushString(n)), Value::of(int64_t{1}));
    --L->top;
    std::vector<Value> keys = keysOf(t);
    ASSERT_EQ(keys.back().string()->view(), n);
  }
  EXPECT_TRUE(t->shape->isDictionary());
  std::vector<Value> keys = keysOf(t);
  ASSERT_EQ(keys.size(), names.size());
  for (size_t i = 0; i < keys.size(); ++i) EXPECT_EQ(keys[i].string()->view(), names[i]);
  // The same with slots, and a table that becomes a holder keeps the order.
  makeHolder(L, t);
  EXPECT_EQ(t->shape->kind(), ShapeKind::Owned);
  checkTable(t);
  EXPECT_EQ(t->dictionary, nullptr);
  keys = keysOf(t);
  for (size_t i = 0; i < keys.size(); ++i) EXPECT_EQ(keys[i].string()->view(), names[i]);
}

TEST_F(TableTest, ClearedEntriesAreSqueezedOutOnlyByNewKeys) {
  Table* t = s.pushTable();
  for (int i = 0; i < 1000; ++i) set(L, t, Value::of(i + 0.5), Value::boolean(true));
  size_t memory = tableMemory(t);
  for (int i = 0; i < 1000; ++i) set(L, t, Value::of(i + 0.5), Value::nil());
  EXPECT_EQ(tableMemory(t), memory);
  EXPECT_TRUE(keysOf(t).empty());
  for (int i = 0; i < 1000; ++i) {
    set(L, t, Value::of(5000 + i + 0.5), Value::boolean(true));
    if (i >= 10) set(L, t, Value::of(5000 + i - 10 + 0.5), Value::nil());
  }
  EXPECT_LT(tableMemory(t), memory / 4);
  EXPECT_EQ(keysOf(t).size(), 10u);
  checkTable(t);
}

TEST_F(TableTest, EmptyingFromTheFrontIsNotQuadratic) {
  Table* t = s.pushTable();
  constexpr int kCount = 200000;
  for (int i = 0; i < kCount; ++i) set(L, t, Value::of(i + 0.5), Value::boolean(true));
  Value k, v;
  int n = 0;
  for (; next(L, t, Value::nil(), &k, &v); ++n) set(L, t, k, Value::nil());
  EXPECT_EQ(n, kCount);
}

TEST_F(TableTest, DeadKeysDoNotStopATraversal) {
  Table* t = s.pushTable();
  for (int i = 0; i < 20; ++i) {
    set(L, t, Value::of(s.pushTable()), Value::boolean(true));
    --L->top;
  }
  Value k, v;
  int n = 0;
  while (next(L, t, k, &k, &v)) {
    set(L, t, k, Value::nil());
    s.heap().fullCollection(L); // frees the key that `k` still names
    checkTable(t);
    ++n;
  }
  EXPECT_EQ(n, 20);
}

TEST_F(TableTest, BadKeys) {
  Table* t = s.pushTable();
  EXPECT_FALSE(s.attempt([&] { set(L, t, Value::nil(), Value::boolean(true)); }));
  EXPECT_EQ(s.message(), "table index is nil");
  EXPECT_FALSE(s.attempt([&] { set(L, t, Value::of(0.0 / 0.0), Value::boolean(true)); }));
  EXPECT_EQ(s.message(), "table index is NaN");
  EXPECT_TRUE(get(t, Value::nil()).isNil());
  EXPECT_TRUE(get(t, Value::of(0.0 / 0.0)).isNil());
  EXPECT_FALSE(s.attempt([&] {
    Value k, v;
    next(L, t, Value::of(int64_t{5}), &k, &v);
  }));
  EXPECT_EQ(s.message(), "invalid key to 'next'");
}

TEST_F(TableTest, FieldsLieInSlots) {
  Table* t = s.pushTable(3);
  setString(L, t, str("x").string(), Value::of(1.0));
  setString(L, t, str("y").string(), Value::of(2.0));
  EXPECT_EQ(tableMemory(t), 0u);
  EXPECT_EQ(t->shape->count, 2u);
  Table* u = s.pushTable();
  setString(L, u, str("x").string(), Value::of(1.0));
  setString(L, u, str("y").string(), Value::of(2.0));
  EXPECT_EQ(t->shape, u->shape);
  EXPECT_EQ(tableMemory(u), 2 * 16u);
  Table* one = s.pushTable();
  setString(L, one, str("x").string(), Value::of(1.0));
  setString(L, one, str("y").string(), Value::of(2.0));
  setString(L, one, str("z").string(), Value::of(3.0));
  EXPECT_EQ(tableMemory(one), 4 * 16u);
  one = s.pushTable();
  setString(L, one, str("x").string(), Value::of(1.0));
  EXPECT_EQ(tableMemory(one), 3 * 16u);
  for (int i = 0; i < 126; ++i) setString(L, t, s.pushString("f" + std::to_string(i)), Value::of(int64_t{i}));
  EXPECT_EQ(t->shape->count, 128u);
  checkTable(t);
  setString(L, t, str("one too many").string(), Value::boolean(true));
  EXPECT_TRUE(t->shape->isDictionary());
  checkTable(t);
  EXPECT_EQ(keysOf(t).size(), 129u);
  EXPECT_EQ(keysOf(t)[0].string()->view(), "x");
}

TEST_F(TableTest, ComputedKeysMakeADictionary) {
  Table* t = s.pushTable();
  set(L, t, Value::of(2.5), Value::boolean(true));
  for (int i = 0; i < 8; ++i)
    set(L, t, Value::of(s.pushString("f" + std::to_string(i))), Value::of(int64_t{i}));
  EXPECT_EQ(t->shape->count, 8u);
  set(L, t, str("f8"), Value::of(int64_t{8}));
  EXPECT_TRUE(t->shape->isDictionary());
  EXPECT_EQ(tableMemory(t), t->dictionary->bytes());
  checkTable(t);
  std::vector<Value> keys = keysOf(t);
  ASSERT_EQ(keys.size(), 10u);
  EXPECT_EQ(keys[7].string()->view(), "f7");
  EXPECT_TRUE(keys[8].isFloat());
}

TEST_F(TableTest, HoldersAndMetatablesTellOfChanges) {
  Table* class_table = s.pushTable();
  Table* object = s.pushTable();
  String* index = str("__index").string();
  setMetatable(L, object, class_table);
  EXPECT_TRUE(class_table->flags & Table::kIsMetatable);
  EXPECT_EQ(class_table->shape->kind(), ShapeKind::Owned);
  EXPECT_TRUE(metamethod(L, class_table, Meta::Index).isNil());
  EXPECT_NE(class_table->aux, 0u);
  auto changes = [&](auto&& f) {
    uint64_t before = s.G->holder_version;
    f();
    checkTable(class_table);
    return s.G->holder_version != before;
  };
  EXPECT_TRUE(changes([&] { setString(L, class_table, index, Value::of(class_table)); }));
  EXPECT_EQ(metamethod(L, class_table, Meta::Index).table(), class_table);
  EXPECT_TRUE(changes([&] { setString(L, class_table, index, Value::of(object)); }));
  String* method = str("method").string();
  EXPECT_TRUE(changes([&] { setString(L, class_table, method, Value::boolean(true)); }));
  EXPECT_FALSE(changes([&] { setString(L, class_table, method, Value::boolean(false)); }));
  EXPECT_FALSE(changes([&] { setString(L, class_table, method, Value::nil()); }));
  EXPECT_TRUE(changes([&] { setString(L, class_table, method, Value::boolean(true)); }));
  EXPECT_FALSE(changes([&] { setInteger(L, class_table, 1, Value::boolean(true)); }));
  EXPECT_FALSE(changes([&] { setString(L, object, method, Value::boolean(true)); }));
  EXPECT_TRUE(changes([&] { setMetatable(L, class_table, object); }));
  EXPECT_EQ(class_table->metatable(), object);
  EXPECT_EQ(findSlot(class_table->shape, method), 1u);
  EXPECT_TRUE(changes([&] {
    for (int i = 0; i < 3000; ++i) {
      setString(L, class_table, s.pushString("m" + std::to_string(i)), Value::of(int64_t{i}));
      --L->top;
    }
  }));
  EXPECT_TRUE(class_table->shape->isDictionary());
  EXPECT_EQ(class_table->metatable(), object);
  EXPECT_EQ(getString(class_table, newString(L, "m2999")).integer, 2999);
}

// A state with tables that each have their own shape. Notes how many there are when memory was requested for
// one more.
static void makeShapes(VmState& s, int count, std::vector<int>* requests) {
  Table* list = s.pushTable();
  for (int i = 0; i < count; ++i) {
    Table* t = s.pushTable();
    long before = s.host.requests;
    makeHolder(s.L, t);
    if (requests != nullptr && s.host.requests > before) requests->push_back(i);
    setInteger(s.L, list, i + 1, Value::of(t));
    --s.L->top;
  }
}

// A table that is to have many fields is made together with the shape of those without a metatable, if there
// is none yet: a collection between the two must not take the table.
TEST(TableOfManyFields, CollectionWhileItIsMade) {
  std::vector<int> counts;
  {
    VmState s;
    makeShapes(s, 3000, &counts);
    ASSERT_FALSE(counts.empty());
  }
  for (int count : counts) {
    for (long request = 0; request < 3; ++request) {
      VmState s;
      makeShapes(s, count, nullptr);
      s.host.refuse_at = s.host.requests + request; // makes a collection
      Table* t = s.pushTable(1000);
      ASSERT_TRUE(t->shape->isDictionary());
      checkTable(t);
      s.heap().check(s.L);
    }
  }
}

// Whatever request is refused, the table is left in order, with all keys stored so far.
TEST_F(TableTest, RefusedMemoryLeavesTablesInOrder) {
  Table* names = s.pushTable();
  for (int i = 0; i < 200; ++i) {
    setInteger(L, names, i + 1, Value::of(s.pushString("f" + std::to_string(i))));
    --L->top;
  }
  for (int kind = 0; kind < 5; ++kind) {
    for (long budget = 0; budget < 40; ++budget) {
      Table* t = s.pushTable();
      s.heap().fullCollection(L);
      volatile int done = 0;
      s.host.refuse_from = s.host.requests + budget;
      bool finished = s.attempt([&] {
        for (int i = 0; i < 150; ++i) {
          switch (kind) {
          case 0: setInteger(L, t, i + 1, Value::of(int64_t{i})); break;
          case 1: setInteger(L, t, 150 - i, Value::of(int64_t{i})); break;
          case 2: setString(L, t, getInteger(names, i + 1).string(), Value::of(int64_t{i})); break;
          case 3: set(L, t, getInteger(names, i + 1), Value::of(int64_t{i})); break;
          case 4: set(L, t, Value::of(i + 0.5), Value::of(int64_t{i})); break;
          default: break;
          }
          done = done + 1;
          if (i == 60) makeHolder(L, t);
        }
      });
      s.host.refuse_from = -1;
      checkTable(t);
      ASSERT_EQ(keysOf(t).size(), static_cast<size_t>(done));
      s.heap().check(L);
      L->top -= finished ? 1 : 2;
      if (finished) break;
    }
  }
}

} // namespace
