// The math library.

#include "interpreter/operations.h"
#include "lib/math_random.h"
#include "lib/native.h"
#include "support/libm.h"
#include "support/numbers.h"
#include "vm/proto.h"

#include <climits>
#include <cmath>
#include <ctime>
#include <dlfcn.h>
#include <numbers>

namespace perigee {
namespace {

// Argument i is an integer (not merely convertible).
bool isIntegerArgument(const Native& n, int i) { return n.arg(i).isInteger(); }

// A float as an integer if it is one that fits, else as it is.
Value asIntegerIfPossible(double d) {
  int64_t i;
  return floatToInteger(d, &i) ? Value::of(i) : Value::of(d);
}

template <double (*function)(double)> int ofOneNumber(lua_State* L) {
  Native n(L);
  n.pushFloat(function(n.checkNumber(1)));
  return 1;
}

void needLibm(Native& n) {
  if (!libm::load()) [[unlikely]]
    n.error("%s", dlerror());
}

// As ofOneNumber, of functions of libm.
template <double (*function)(double)> int transcendental(lua_State* L) {
  Native n(L);
  double x = n.checkNumber(1);
  needLibm(n);
  n.pushFloat(function(x));
  return 1;
}

template <double (*function)(double, double)> int ofTwoNumbers(lua_State* L) {
  Native n(L);
  double a = n.checkNumber(1), b = n.checkNumber(2);
  needLibm(n);
  n.pushFloat(function(a, b));
  return 1;
}

// Down (floor) or up (ceil). Numbers in the range of integers are rounded as such, without a call.
template <bool up> int rounded(lua_State* L) {
  Native n(L);
  Value v = n.arg(1);
  if (!v.isInteger()) {
    double d = n.checkNumber(1);
    if (d >= -0x1p63 && d < 0x1p63) {
      int64_t i = static_cast<int64_t>(d);
      double truncated = static_cast<double>(i);
      v = Value::of(up ? i + (truncated < d) : i - (truncated > d));
    } else {
      v = Value::of(d); // no fraction
    }
  }
  n.push(v);
  return 1;
}

int mathAbs(lua_State* L) {
  Native n(L);
  if (isIntegerArgument(n, 1)) {
    int64_t i = n.arg(1).integer;
    n.pushInteger(i < 0 ? static_cast<int64_t>(0 - static_cast<uint64_t>(i)) : i);
  } else {
    n.pushFloat(std::fabs(n.checkNumber(1)));
  }
  return 1;
}

int mathFmod(lua_State* L) {
  Native n(L);
  if (isIntegerArgument(n, 1) && isIntegerArgument(n, 2)) {
    int64_t a = n.arg(1).integer, b = n.arg(2).integer;
    n.argumentCheck(b != 0, 2, "zero");
    n.pushInteger(b == -1 ? 0 : a % b); // the machine's division overflows for the smallest integer
  } else {
    double b = n.checkNumber(2); // in this order, as stock complains
    n.pushFloat(floatRemainder(n.checkNumber(1), b));
  }
  return 1;
}

int mathModf(lua_State* L) {
  Native n(L);
  if (isIntegerArgument(n, 1)) {
    n.push(n.arg(1));
    n.pushFloat(0);
    return 2;
  }
  double d = n.checkNumber(1);
  double whole = roundTowardsZero(d);
  n.push(asIntegerIfPossible(whole));
  n.pushFloat(std::isinf(d) ? 0 : d - whole);
  return 2;
}

int mathAtan(lua_State* L) {
  Native n(L);
  double y = n.checkNumber(1), x = n.optionalNumber(2, 1);
  needLibm(n);
  n.pushFloat(libm::atan2(y, x));
  return 1;
}

int mathLog(lua_State* L) {
  Native n(L);
  double x = n.checkNumber(1);
  needLibm(n);
  if (n.isNoneOrNil(2)) {
    n.pushFloat(libm::log(x));
    return 1;
  }
  double base = n.checkNumber(2);
  if (base == 2) {
    n.pushFloat(libm::log2(x));
  } else if (base == 10) {
    n.pushFloat(libm::log10(x));
  } else {
    n.pushFloat(libm::log(x) / libm::log(base));
  }
  return 1;
}

double toDegrees(double x) { return x * (180.0 / std::numbers::pi); }
double toRadians(double x) { return x * (std::numbers::pi / 180.0); }

int mathToInteger(lua_State* L) {
  Native n(L);
  int64_t i;
  if (toInteger(n.arg(1), &i)) {
    n.pushInteger(i);
  } else {
    n.checkAny(1);
    n.pushNil();
  }
  return 1;
}

int mathType(lua_State* L) {
  Native n(L);
  Value v = n.checkAny(1);
  if (v.isNumber()) {
    n.pushString(v.isInteger() ? "integer" : "float");
  } else {
    n.pushNil();
  }
  return 1;
}

int mathUlt(lua_State* L) {
  Native n(L);
  auto a = static_cast<uint64_t>(n.checkInteger(1));
  n.pushBoolean(a < static_cast<uint64_t>(n.checkInteger(2)));
  return 1;
}

// The least or greatest argument by the `<` of Lua, which need not be numbers.
template <bool greatest> int extreme(lua_State* L) {
  Native n(L);
  int count = n.count();
  n.argumentCheck(count >= 1, 1, "value expected");
  int best = 1;
  for (int i = 2; i <= count; ++i) {
    Value a = greatest ? n.arg(best) : n.arg(i);
    Value b = greatest ? n.arg(i) : n.arg(best);
    bool less;
    if (a.isInteger() && b.isInteger()) {
      less = a.integer < b.integer;
    } else if (a.isFloat() && b.isFloat()) {
      less = a.number < b.number;
    } else {
      less = lessThan(n.thread(), a, b);
    }
    if (less) best = i;
  }
  n.push(n.arg(best));
  return 1;
}

// --- what 5.3 had marked as outdated and distributions still build in --------------------------------------

int mathFrexp(lua_State* L) {
  Native n(L);
  int exponent;
  n.pushFloat(std::frexp(n.checkNumber(1), &exponent));
  n.pushInteger(exponent);
  return 2;
}

int mathLdexp(lua_State* L) {
  Native n(L);
  double x = n.checkNumber(1);
  n.pushFloat(std::ldexp(x, static_cast<int>(n.checkInteger(2))));
  return 1;
}

constexpr NativeEntry kFunctions[] = {
    {"abs", mathAbs},
    {"ceil", rounded<true>},
    {"floor", rounded<false>},
    {"max", extreme<true>},
    {"min", extreme<false>},
    {"fmod", mathFmod},
    {"modf", mathModf},
    {"sqrt", ofOneNumber<std::sqrt>},
    {"exp", transcendental<libm::exp>},
    {"log", mathLog},
    {"sin", transcendental<libm::sin>},
    {"cos", transcendental<libm::cos>},
    {"tan", transcendental<libm::tan>},
    {"asin", transcendental<libm::asin>},
    {"acos", transcendental<libm::acos>},
    {"atan", mathAtan},
    {"deg", ofOneNumber<toDegrees>},
    {"rad", ofOneNumber<toRadians>},
    {"tointeger", mathToInteger},
    {"type", mathType},
    {"ult", mathUlt},
    {"pow", ofTwoNumbers<libm::pow>},
    {"atan2", ofTwoNumbers<libm::atan2>},
    {"sinh", transcendental<libm::sinh>},
    {"cosh", transcendental<libm::cosh>},
    {"tanh", transcendental<libm::tanh>},
    {"log10", transcendental<libm::log10>},
    {"frexp", mathFrexp},
    {"ldexp", mathLdexp},
    {nullptr, nullptr},
};

} // namespace

int openMath(lua_State* L) {
  Native n(L);
  Table* library = n.pushUniqueTable(static_cast<uint32_t>(std::size(kFunctions)) + 5);
  n.setFunctions(library, kFunctions);
  n.pushFloat(std::numbers::pi);
  n.setField(library, "pi");
  n.pushFloat(HUGE_VAL);
  n.setField(library, "huge");
  n.pushInteger(INT64_MAX);
  n.setField(library, "maxinteger");
  n.pushInteger(INT64_MIN);
  n.setField(library, "mininteger");
  State& G = *n.state();
  G.know(LibraryFunction::MathAbs, mathAbs);
  G.know(LibraryFunction::MathCeil, rounded<true>);
  G.know(LibraryFunction::MathFloor, rounded<false>);
  G.know(LibraryFunction::MathMax, extreme<true>);
  G.know(LibraryFunction::MathMin, extreme<false>);
  G.know(LibraryFunction::MathSqrt, ofOneNumber<std::sqrt>);
  openRandom(n, library);
  return 1;
}

} // namespace perigee
