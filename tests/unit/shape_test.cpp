// Shapes: what tables share, and what happens to shapes that nobody uses any more.
#include "vm/shape.h"
#include "vm_fixture.h"

#include <vector>

#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

using namespace perigee;
using perigee::testing::VmState;

namespace {

size_t countShapes(State* G) {
  size_t n = 0;
  for (Shape* s = G->all_shapes; s != nullptr; s = s->next) ++n;
  return n;
}

class ShapeTest : public ::testing::Test {
protected:
  VmState s;
  Thread* L = s.L;
  void setField(Table* t, const std::string& name) {
    String* key = s.pushString(name);
    setString(L, t, key, Value::boolean(true));
    --L->top;
    checkTable(t);
  }
  // A table with fields named prefix1 … prefixN, left on the stack.
  Table* pushWithFields(const std::string& prefix, int n) {
    Table* t = s.pushTable();
    for (int i = 1; i <= n; ++i) setField(t, prefix + std::to_string(i));
    return t;
  }
};

// Tables that get the same fields (in the same order) and metatables end in the same shape.
RC_GTEST_PROP(Shape, SameHistorySameShape, (const std::vector<uint8_t>& history)) {
  VmState s;
  Table* metatables[2] = {s.pushTable(), s.pushTable()};
  Table* tables[2] = {s.pushTable(), s.pushTable()};
  for (uint8_t step : history) {
    for (Table* t : tables) {
      if (step % 8 == 7) {
        setMetatable(s.L, t, step / 8 % 3 == 2 ? nullptr : metatables[step / 8 % 3]);
      } else {
        setString(s.L, t, s.pushString("f" + std::to_string(step)), Value::of(int64_t{step}));
        --s.L->top;
      }
      checkTable(t);
    }
    RC_ASSERT(tables[0]->shape == tables[1]->shape);
    if (step % 16 == 3) s.heap().fullCollection(s.L);
  }
  for (uint8_t step : history) {
    if (step % 8 == 7) continue;
    RC_ASSERT(getString(tables[0], newString(s.L, "f" + std::to_string(step))).integer == step);
  }
}

TEST_F(ShapeTest, ALineOfShapesSharesOneLayout) {
  Table* t = pushWithFields("f", 100);
  size_t before = s.heap().bytesInUse();
  Table* u = pushWithFields("f", 50);
  EXPECT_EQ(t->shape->layout, u->shape->layout);
  EXPECT_LT(s.heap().bytesInUse() - before, 2000u);
  setField(u, "other");
  EXPECT_NE(t->shape->layout, u->shape->layout);
  EXPECT_EQ(findSlot(u->shape, newString(L, "f51")), kNoSlot);
  EXPECT_EQ(findSlot(u->shape, newString(L, "other")), 50u);
  EXPECT_EQ(keyOfSlot(u->shape, 7), keyOfSlot(t->shape, 7));
}

TEST_F(ShapeTest, MetatablesDoNotPileUp) {
  Table* a = s.pushTable();
  Table* b = s.pushTable();
  Table* t = pushWithFields("f", 3);
  Shape* bare = t->shape;
  setMetatable(L, t, a);
  Shape* with_a = t->shape;
  EXPECT_EQ(with_a->metatable, a);
  EXPECT_EQ(with_a->count, 3u);
  setMetatable(L, t, b);
  EXPECT_EQ(t->shape->parent, bare);
  setMetatable(L, t, a);
  EXPECT_EQ(t->shape, with_a);
  setMetatable(L, t, nullptr);
  EXPECT_EQ(t->shape, bare);
}

TEST_F(ShapeTest, ManyChildrenTurnTablesIntoDictionaries) {
  for (uint32_t i = 0; i < kMaxFieldChildren + 10; ++i) {
    Table* t = pushWithFields("f", 2);
    setField(t, "different" + std::to_string(i));
    EXPECT_EQ(t->shape->isDictionary(), i >= kMaxFieldChildren) << i;
    EXPECT_EQ(getString(t, newString(L, "different" + std::to_string(i))).tag, Tag::True);
  }
  L->top -= kMaxFieldChildren + 10;
  s.heap().fullCollection(L);
  s.heap().fullCollection(L);
  // The children were weak: there is room again.
  Table* t = pushWithFields("f", 2);
  setField(t, "one more");
  EXPECT_FALSE(t->shape->isDictionary());
}

TEST_F(ShapeTest, UnusedShapesAreFreed) {
  s.heap().fullCollection(L);
  size_t shapes = countShapes(s.G);
  for (int i = 0; i < 50; ++i) {
    Table* t = pushWithFields("a" + std::to_string(i) + "_", 10);
    Table* mt = s.pushTable();
    setMetatable(L, t, mt);
    setField(t, "last");
    if (i % 3 == 0) makeHolder(L, t);
    if (i % 3 == 1) reserveFields(L, t, 200);
    checkTable(t);
  }
  EXPECT_GT(countShapes(s.G), shapes + 200);
  s.heap().check(L);
  L->top -= 100;
  s.heap().fullCollection(L);
  s.heap().fullCollection(L);
  EXPECT_EQ(countShapes(s.G), shapes);
  EXPECT_EQ(s.G->empty_shape->transitions, nullptr);
}

TEST_F(ShapeTest, DictionaryShapesAreSharedByMetatable) {
  Table* mt = s.pushTable();
  std::vector<Table*> tables;
  for (int i = 0; i < 3; ++i) {
    Table* t = s.pushTable();
    reserveFields(L, t, 1000);
    EXPECT_TRUE(t->shape->isDictionary());
    if (i > 0) setMetatable(L, t, mt);
    tables.push_back(t);
    checkTable(t);
  }
  EXPECT_NE(tables[0]->shape, tables[1]->shape);
  EXPECT_EQ(tables[1]->shape, tables[2]->shape);
  EXPECT_EQ(tables[1]->metatable(), mt);
}

TEST_F(ShapeTest, OwnedShapesKeepSlots) {
  Table* t = pushWithFields("f", 20);
  makeHolder(L, t);
  Shape* owned = t->shape;
  EXPECT_EQ(owned->kind(), ShapeKind::Owned);
  for (int i = 21; i <= 500; ++i) setField(t, "f" + std::to_string(i));
  EXPECT_EQ(t->shape, owned);
  s.heap().fullCollection(L);
  for (uint32_t i = 1; i <= 500; ++i)
    ASSERT_EQ(findSlot(t->shape, newString(L, "f" + std::to_string(i))), i - 1);
  Table* mt = s.pushTable();
  setMetatable(L, t, mt);
  EXPECT_NE(t->shape, owned);
  EXPECT_EQ(owned->count, 0u);
  EXPECT_EQ(findSlot(t->shape, newString(L, "f500")), 499u);
  checkTable(t);
}

} // namespace
