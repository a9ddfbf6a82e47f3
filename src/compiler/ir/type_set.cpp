#include "compiler/ir/type_set.h"

#include <algorithm>

namespace perigee::ir {
namespace {

struct Named {
  const char* name;
  TypeSet type;
};
// Unions first: a set is named by the first rows that fit into what is left of it.
constexpr Named kNames[] = {
    {"number", types::kNumber},     {"boolean", types::kBoolean},
    {"function", types::kFunction}, {"nil", types::kNil},
    {"false", types::kFalse},       {"true", types::kTrue},
    {"integer", types::kInteger},   {"float", types::kFloat},
    {"string", types::kString},     {"table", types::kTable},
    {"closure", types::kClosure},   {"lightfunction", types::kLightFunction},
    {"userdata", types::kUserdata}, {"lightuserdata", types::kLightUserdata},
    {"thread", types::kThread},
};

std::string joined(TypeSet type, char separator) {
  std::string text;
  for (const Named& row : kNames) {
    if (!row.type.isSubsetOf(type)) continue;
    if (!text.empty()) text += separator;
    text += row.name;
    type = type.without(row.type);
  }
  return text;
}

bool namedType(std::string_view name, TypeSet* out) {
  for (const Named& row : kNames) {
    if (name != row.name) continue;
    *out = row.type;
    return true;
  }
  return false;
}

} // namespace

std::string nameOf(TypeSet type) {
  if (type.isEmpty()) return "none";
  std::string names = joined(type, '|');
  TypeSet missing = types::kAny.without(type);
  if (missing.isEmpty()) return "any";
  std::string all_but = "any-" + joined(missing, '-');
  return type.isSubsetOf(types::kAny) && all_but.size() < names.size() ? all_but : names;
}

bool typeOfName(std::string_view text, TypeSet* out) {
  if (text == "none") {
    *out = types::kNone;
    return true;
  }
  bool removes = text.starts_with("any");
  TypeSet type = removes ? types::kAny : types::kNone;
  if (removes) text.remove_prefix(3);
  char separator = removes ? '-' : '|';
  for (bool first = !removes; first || !text.empty(); first = false) {
    if (!first) {
      if (text[0] != separator) return false;
      text.remove_prefix(1);
    }
    size_t end = std::min(text.find(separator), text.size());
    TypeSet named;
    if (!namedType(text.substr(0, end), &named)) return false;
    type = removes ? type.without(named) : type | named;
    text.remove_prefix(end);
  }
  *out = type;
  return true;
}

} // namespace perigee::ir
