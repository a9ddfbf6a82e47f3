#include "cli/completion.h"

#include "interpreter/call.h"
#include "lib/native.h"
#include "vm/metamethod.h"

#include <algorithm>
#include <cctype>

namespace perigee {
namespace {

constexpr int kMaxIndexDepth = 20; // of tables behind __index, which may form a ring

constexpr std::string_view kReservedWords[] = {
    "and", "break", "do",  "else", "elseif", "end",    "false",  "for",  "function", "goto",  "if",
    "in",  "local", "nil", "not",  "or",     "repeat", "return", "then", "true",     "until", "while",
};

bool isName(std::string_view text) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0]))) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; });
}

struct Request {
  std::string_view word;
  std::vector<std::string>* candidates;
};

// The table in which fields of `v` are looked for after its own, or null.
Table* tableBehind(Native& L, Value v) {
  Table* metatable = metatableOf(L.thread(), v);
  if (metatable == nullptr) return nullptr;
  Value behind = L.field(metatable, "__index");
  return behind.isTable() ? behind.table() : nullptr;
}

// The field of the value on top takes its place; nil if there is none.
void replaceByField(Native& L, std::string_view name) {
  L.pushString(name);
  Value object = L.top(-2);
  Value found;
  Table* t = object.isTable() ? object.table() : tableBehind(L, object);
  for (int depth = 0; t != nullptr && found.isNil() && depth < kMaxIndexDepth; ++depth) {
    found = getString(t, L.top(-1).string());
    if (found.isNil()) t = tableBehind(L, Value::of(t));
  }
  L.pop(1);
  L.top(-1) = found;
}

// Names in `t` that begin with `start` are added with `head` in front. Only functions after a colon.
void addNames(Thread* L, Table* t, std::string_view head, std::string_view start,
              std::vector<std::string>* candidates) {
  bool methods = !head.empty() && head.back() == ':';
  uint32_t position = 0;
  Value key, value;
  while (nextAt(L, t, &position, &key, &value)) {
    if (!key.isString() || (methods && !value.isFunction())) continue;
    std::string_view name = key.string()->view();
    if (name.substr(0, start.size()) == start && isName(name))
      candidates->push_back(std::string(head).append(name));
  }
}

void collect(Thread* thread, void* ud) {
  auto* request = static_cast<Request*>(ud);
  Native L(thread);
  L.ensure(kNativeSlots);
  std::string_view rest = request->word;
  L.push(Value::of(L.state()->globals));
  for (size_t end = rest.find_first_of(".:"); end != std::string_view::npos; end = rest.find_first_of(".:")) {
    replaceByField(L, rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  std::string_view head = request->word.substr(0, request->word.size() - rest.size());
  Value object = L.top(-1);
  Table* t = object.isTable() ? object.table() : tableBehind(L, object);
  for (int depth = 0; t != nullptr && depth < kMaxIndexDepth; ++depth) {
    addNames(thread, t, head, rest, request->candidates);
    t = tableBehind(L, Value::of(t));
  }
  if (head.empty() && !rest.empty()) {
    for (std::string_view word : kReservedWords)
      if (word.substr(0, rest.size()) == rest) request->candidates->emplace_back(word);
  }
  L.pop(1);
}

} // namespace

void complete(Thread* L, std::string_view word, std::vector<std::string>* candidates) {
  Request request{word, candidates};
  ptrdiff_t top = saveSlot(L, L->top);
  protectedRun(L, collect, &request, top);
  L->top = restoreSlot(L, top); // without the error, if any
  std::sort(candidates->begin(), candidates->end());
  candidates->erase(std::unique(candidates->begin(), candidates->end()), candidates->end());
}

} // namespace perigee
