// Arithmetic on strings that are numerals: metamethods of the strings' metatable.

#include "interpreter/operations.h"
#include "lib/string_support.h"
#include "vm/metamethod.h"

namespace perigee {
namespace {

int metamethodCalled(lua_State*, int, intptr_t) { return 1; }

// An operand is no number: the other one's metamethod is tried, unless that is a string's, too.
int tryMetamethod(Native& n, Meta event) {
  n.setTop(2);
  Value second = n.arg(2);
  Value f = second.isString() ? Value::nil() : metamethodOf(n.thread(), second, event);
  if (f.isNil())
    n.error("attempt to %s a '%s' with a '%s'", metaName(event) + 2, typeName(typeOf(n.arg(1))),
            typeName(typeOf(second)));
  n.push(f);
  n.push(n.arg(1));
  n.push(n.arg(2));
  callPausable(n.thread(), 2, 1, 0, metamethodCalled);
  return 1;
}

template <Arithmetic operation> int stringArithmetic(lua_State* L) {
  Native n(L);
  Value a = toNumber(n.thread(), n.arg(1));
  Value b = toNumber(n.thread(), n.arg(n.count() > 1 ? 2 : 1));
  if (a.isNil() || b.isNil()) return tryMetamethod(n, metaOf(operation));
  Value result;
  numericArithmetic(n.thread(), operation, operation == Arithmetic::Unm ? b : a, b, &result);
  n.push(result);
  return 1;
}

constexpr NativeEntry kMetamethods[] = {
    {"__add", stringArithmetic<Arithmetic::Add>},
    {"__sub", stringArithmetic<Arithmetic::Sub>},
    {"__mul", stringArithmetic<Arithmetic::Mul>},
    {"__mod", stringArithmetic<Arithmetic::Mod>},
    {"__pow", stringArithmetic<Arithmetic::Pow>},
    {"__div", stringArithmetic<Arithmetic::Div>},
    {"__idiv", stringArithmetic<Arithmetic::IDiv>},
    {"__unm", stringArithmetic<Arithmetic::Unm>},
    {nullptr, nullptr},
};

} // namespace

void setStringMetamethods(Native& n, Table* metatable) {
  if (dialectOf(n.thread()).strings_have_arithmetic_metamethods) n.setFunctions(metatable, kMetamethods);
}

} // namespace perigee
