// Random object graphs: the collector keeps what a model says is reachable, and nothing else.
#include "heap_fixture.h"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

using namespace perigee;
using namespace perigee::tests;

namespace {

struct Model {
  std::map<int, std::map<int, int>> nodes; // id → key → id
  std::map<int, int> roots;

  std::set<int> reachable() const {
    std::set<int> seen;
    std::vector<int> todo;
    todo.reserve(roots.size());
    for (auto& [slot, id] : roots) todo.push_back(id);
    while (!todo.empty()) {
      int id = todo.back();
      todo.pop_back();
      if (!seen.insert(id).second) continue;
      for (auto& [key, child] : nodes.at(id)) todo.push_back(child);
    }
    return seen;
  }
};

RC_GTEST_PROP(HeapProperty, GraphsSurviveExactly, ()) {
  const auto program = *rc::gen::container<std::vector<std::tuple<uint8_t, uint8_t, uint8_t, uint8_t>>>(
      rc::gen::arbitrary<std::tuple<uint8_t, uint8_t, uint8_t, uint8_t>>());
  Host host;
  Thread* L = createState(Host::allocate, &host, 3, upcalls());
  Heap& heap = heapOf(L);
  ensureStack(L, 64);
  Model model;
  // Stack: weak table of all nodes by id, its metatable, root table.
  Table* all = newTable(L);
  *L->top++ = Value::of(all);
  Table* mt = newTable(L);
  *L->top++ = Value::of(mt);
  *L->top++ = Value::of(newString(L, "v"));
  setString(L, mt, L->global->meta_names[static_cast<int>(Meta::Mode)], L->top[-1]);
  setMetatable(L, all, mt);
  Table* root = newTable(L);
  L->top[-1] = Value::of(root);
  int next_id = 1;
  auto someReachable = [&](uint8_t n) {
    auto seen = model.reachable();
    if (seen.empty()) return 0;
    auto it = seen.begin();
    std::advance(it, n % seen.size());
    return *it;
  };
  auto compare = [&](bool exact) {
    heap.check(L);
    auto seen = model.reachable();
    for (auto& [id, children] : model.nodes) {
      Value v = getInteger(all, id);
      if (seen.count(id)) {
        RC_ASSERT(v.isTable());
        for (auto& [key, child] : children)
          RC_ASSERT(rawEqual(getInteger(v.table(), key), getInteger(all, child)));
      } else if (exact) {
        RC_ASSERT(v.isNil());
      }
    }
    if (exact) std::erase_if(model.nodes, [&](auto& entry) { return !seen.count(entry.first); });
  };
  for (auto [op, a, b, c] : program) {
    switch (op % 10) {
    case 0:
    case 1:
    case 2: { // a new node, hung under a root or another node
      int parent = op % 10 == 0 ? 0 : someReachable(a);
      int id = next_id++;
      Table* t = newTable(L);
      *L->top++ = Value::of(t);
      setInteger(L, all, id, Value::of(t));
      model.nodes[id] = {};
      if (parent == 0) {
        setInteger(L, root, b % 8 + 1, Value::of(t));
        model.roots[b % 8 + 1] = id;
      } else {
        setInteger(L, getInteger(all, parent).table(), c % 5, Value::of(t));
        model.nodes[parent][c % 5] = id;
      }
      --L->top;
      break;
    }
    case 3:
    case 4: { // a link
      int from = someReachable(a), to = someReachable(b);
      if (from == 0) break;
      setInteger(L, getInteger(all, from).table(), c % 5, getInteger(all, to));
      model.nodes[from][c % 5] = to;
      break;
    }
    case 5: {
      int from = someReachable(a);
      if (from == 0) break;
      setInteger(L, getInteger(all, from).table(), c % 5, Value::nil());
      model.nodes[from].erase(c % 5);
      break;
    }
    case 6:
      setInteger(L, root, b % 8 + 1, Value::nil());
      model.roots.erase(b % 8 + 1);
      break;
    case 7:
      heap.minorCollection(L);
      compare(false);
      break;
    case 8:
      heap.setMode(L, GcMode::Incremental);
      heap.step(L, a + 1);
      heap.setMode(L, GcMode::Generational);
      compare(false);
      break;
    default:
      if (c % 4 == 0) {
        heap.fullCollection(L);
        compare(true);
      }
      break;
    }
  }
  heap.fullCollection(L);
  compare(true);
  destroyState(L);
  RC_ASSERT(host.bytes == 0u);
}

} // namespace
