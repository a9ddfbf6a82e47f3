#include "lib/os_date.h"

#include "interpreter/operations.h"

#include <cerrno>
#include <climits>
#include <cstring>
#include <ctime>

namespace perigee {
namespace {

// A numeric field of a date table: where it is kept, how much the table's value exceeds that, and what stands
// in for an absent one (kRequired: nothing).
struct DateField {
  const char* name;
  int tm::* member;
  int offset;
  int otherwise;
};
constexpr int kRequired = -1;
// In the order in which os.time looks at them, or in the opposite one.
constexpr DateField kFields[] = {
    {"year", &tm::tm_year, 1900, kRequired},
    {"month", &tm::tm_mon, 1, kRequired},
    {"day", &tm::tm_mday, 0, kRequired},
    {"hour", &tm::tm_hour, 0, 12},
    {"min", &tm::tm_min, 0, 0},
    {"sec", &tm::tm_sec, 0, 0},
};
constexpr DateField kDerivedFields[] = {{"yday", &tm::tm_yday, 1, 0}, {"wday", &tm::tm_wday, 1, 0}};

// t[name] = v with metamethods; t lies in slot `table`.
void setDateField(Native& L, int table, const char* name, Value v) {
  L.pushString(name);
  L.push(v);
  setIndex(L.thread(), L.arg(table), L.top(-2), L.top(-1));
  L.pop(2);
}

void setAllFields(Native& L, int table, const tm& date) {
  auto setNumber = [&](const DateField& f) {
    setDateField(L, table, f.name, Value::of(static_cast<int64_t>(date.*f.member) + f.offset));
  };
  for (const DateField& f : kFields) setNumber(f);
  for (const DateField& f : kDerivedFields) setNumber(f);
  if (date.tm_isdst >= 0) setDateField(L, table, "isdst", Value::boolean(date.tm_isdst != 0));
}

// Pushes the field of the table in slot 1.
Value pushDateField(Native& L, const char* name) {
  L.pushString(name);
  Value v = index(L.thread(), L.arg(1), L.top(-1));
  L.top(-1) = v;
  return v;
}

int readField(Native& L, const DateField& f) {
  Value v = pushDateField(L, f.name);
  int64_t n;
  if (!toInteger(v, &n)) {
    if (!v.isNil()) L.error("field '%s' is not an integer", f.name);
    if (f.otherwise == kRequired) L.error("field '%s' missing in date table", f.name);
    L.pop(1);
    return f.otherwise;
  }
  int64_t limit = dialectOf(L.thread()).largest_date_field;
  int64_t most = limit != 0 ? limit : int64_t{INT_MAX} + f.offset;
  int64_t least = limit != 0 ? -limit : int64_t{INT_MIN} + f.offset;
  if (n > most || n < least) L.error("field '%s' is out-of-bound", f.name);
  L.pop(1);
  return static_cast<int>(n - f.offset);
}

// The C99 conversion that `format` (behind the '%') starts with: its length. Raises if there is none.
size_t conversionLength(Native& L, const char* format) {
  constexpr std::string_view kPlain = "aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%";
  constexpr std::string_view kWithE = "cCxXyY";
  constexpr std::string_view kWithO = "deHImMSuUVwWy";
  auto isIn = [](std::string_view set, char c) { return c != '\0' && set.find(c) != std::string_view::npos; };
  if (isIn(kPlain, format[0])) return 1;
  if ((format[0] == 'E' && isIn(kWithE, format[1])) || (format[0] == 'O' && isIn(kWithO, format[1])))
    return 2;
  L.argumentError(1, L.pushFormat("invalid conversion specifier '%%%s'", format));
}

void pushFormatted(Native& L, std::string_view format, const tm& date) {
  constexpr size_t kMaxItem = 250; // more than any conversion gives
  Buffer text(L.thread());
  for (size_t i = 0; i < format.size(); i++) {
    if (format[i] != '%') {
      text.append(format[i]);
      continue;
    }
    size_t n = conversionLength(L, format.data() + i + 1);
    char conversion[4] = {'%', format[i + 1], n == 2 ? format[i + 2] : '\0', '\0'};
    text.advance(std::strftime(text.reserve(kMaxItem), kMaxItem, conversion, &date));
    i += n;
  }
  text.push();
}

} // namespace

int osDate(lua_State* state) {
  Native L(state);
  std::string_view format = L.optionalString(1, "%c");
  time_t time = L.isNoneOrNil(2) ? std::time(nullptr) : static_cast<time_t>(L.checkInteger(2));
  bool universal = !format.empty() && format[0] == '!';
  if (universal) format.remove_prefix(1);
  tm date;
  if ((universal ? gmtime_r(&time, &date) : localtime_r(&time, &date)) == nullptr)
    L.error("%s result cannot be represented in this installation", dialectOf(L.thread()).date_beyond);
  if (std::strcmp(format.data(), "*t") == 0) {
    L.pushTable(9);
    setAllFields(L, L.count(), date);
  } else {
    pushFormatted(L, format, date);
  }
  return 1;
}

int osTime(lua_State* state) {
  Native L(state);
  time_t time;
  if (L.isNoneOrNil(1)) {
    time = std::time(nullptr);
  } else {
    L.checkType(1, Type::Table);
    L.setTop(1);
    tm date = {};
    constexpr size_t kCount = std::size(kFields);
    bool from_year = dialectOf(L.thread()).dates_from_year_on;
    for (size_t i = 0; i < kCount; ++i) {
      const DateField& f = kFields[from_year ? i : kCount - 1 - i];
      date.*f.member = readField(L, f);
    }
    Value dst = pushDateField(L, "isdst");
    date.tm_isdst = dst.isNil() ? -1 : dst.isTruthy();
    L.pop(1);
    time = std::mktime(&date);
    setAllFields(L, 1, date); // normalized
  }
  if (time == static_cast<time_t>(-1)) L.error("time result cannot be represented in this installation");
  L.pushInteger(time);
  return 1;
}

} // namespace perigee
