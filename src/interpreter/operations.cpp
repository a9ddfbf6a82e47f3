#include "interpreter/operations.h"

#include "interpreter/call.h"
#include "interpreter/inline_cache.h"
#include "interpreter/number_operations.h"
#include "support/numbers.h"
#include "vm/error.h"
#include "vm/string.h"
#include "vm/table.h"
#include "vm/work.h"

#include <algorithm>
#include <clocale>
#include <cstring>

namespace perigee {
namespace {

// Where nested calls push: above everything the frame on top uses.
Value* pushPlace(Thread* L) {
  if (isLuaFrame(L->base)) L->top = frameEnd(L);
  ensureStack(L, kMetaSlots);
  return L->top;
}

// The integer that a bitwise operand stands for; strings are no operands here.
bool bitwiseOperand(Value v, int64_t* out) {
  if (v.isInteger()) {
    *out = v.integer;
    return true;
  }
  return v.isFloat() && floatToInteger(v.number, out);
}

bool isBitwise(Arithmetic op) { return op >= Arithmetic::BAnd && op != Arithmetic::Unm; }

int64_t applyBitwise(Arithmetic op, int64_t a, int64_t b) {
  switch (op) {
  case Arithmetic::BAnd: return a & b;
  case Arithmetic::BOr: return a | b;
  case Arithmetic::BXor: return a ^ b;
  case Arithmetic::Shl: return shiftLeftInline(a, b);
  case Arithmetic::Shr: return shiftRightInline(a, b);
  default: return ~a;
  }
}

bool applyIntegers(Thread* L, Arithmetic op, int64_t a, int64_t b, Value* out) {
  switch (op) {
  case Arithmetic::Add: *out = Value::of(wrapAdd(a, b)); return true;
  case Arithmetic::Sub: *out = Value::of(wrapSub(a, b)); return true;
  case Arithmetic::Mul: *out = Value::of(wrapMul(a, b)); return true;
  case Arithmetic::Unm: *out = Value::of(wrapSub(0, a)); return true;
  case Arithmetic::Mod:
    if (b == 0) raiseError(L, "attempt to perform 'n%%0'");
    *out = Value::of(floorModulo(a, b));
    return true;
  case Arithmetic::IDiv:
    if (b == 0) raiseError(L, "attempt to divide by zero");
    *out = Value::of(floorDivide(a, b));
    return true;
  default: return false; // Pow, Div: on floats
  }
}

double applyFloats(Arithmetic op, double a, double b) {
  switch (op) {
  case Arithmetic::Add: return a + b;
  case Arithmetic::Sub: return a - b;
  case Arithmetic::Mul: return a * b;
  case Arithmetic::Mod: return floorModulo(a, b);
  case Arithmetic::Pow: return power(a, b);
  case Arithmetic::Div: return a / b;
  case Arithmetic::IDiv: return roundDown(a / b);
  default: return -a;
  }
}

// The manual's order of integers and floats, without rounding the integer.
bool integerLessFloat(int64_t i, double f) {
  if (f >= 0x1p63) return true;
  if (!(f > -0x1p63)) return false; // also NaN
  return i < static_cast<int64_t>(roundUp(f));
}
bool integerLessEqualFloat(int64_t i, double f) {
  if (f >= 0x1p63) return true;
  if (!(f >= -0x1p63)) return false;
  return i <= static_cast<int64_t>(roundDown(f));
}
bool floatLessInteger(double f, int64_t i) {
  if (f >= 0x1p63) return false;
  if (!(f >= -0x1p63)) return f < 0; // NaN is less than nothing
  return static_cast<int64_t>(roundDown(f)) < i;
}
bool floatLessEqualInteger(double f, int64_t i) {
  if (f >= 0x1p63) return false;
  if (!(f >= -0x1p63)) return f < 0;
  return static_cast<int64_t>(roundUp(f)) <= i;
}

// Less or LessEqual of values that may have metamethods.
bool ordered(Thread* L, Value a, Value b, bool or_equal) {
  if (a.isNumber() && b.isNumber()) return or_equal ? numberLessEqual(a, b) : numberLess(a, b);
  if (a.isString() && b.isString()) {
    int c = compareStrings(L, a.string(), b.string());
    return or_equal ? c <= 0 : c < 0;
  }
  OrderHandler order = findOrderHandler(L, a, b, or_equal);
  bool result = order.negated ? callMetamethod(L, order.handler, b, a).isTruthy()
                              : callMetamethod(L, order.handler, a, b).isTruthy();
  return result != order.negated;
}

size_t numberText(Value v, char* out) {
  return v.isInteger() ? formatInteger(out, v.integer) : formatFloat(out, v.number);
}

} // namespace

// On floats, of which strings may be the numerals.
static bool convertedArithmetic(Thread* L, Arithmetic op, Value a, Value b, Value* out) {
  a = toNumber(L, a);
  b = toNumber(L, b);
  if (a.isNil() || b.isNil()) return false;
  *out = Value::of(applyFloats(op, asFloat(a), asFloat(b)));
  return true;
}

bool numericArithmetic(Thread* L, Arithmetic op, Value a, Value b, Value* out) {
  bool converts = (a.isString() || b.isString()) && !dialectOf(L).strings_have_arithmetic_metamethods;
  if (isBitwise(op)) {
    int64_t x, y;
    if (converts) {
      a = toNumber(L, a);
      b = toNumber(L, b);
    }
    if (!bitwiseOperand(a, &x) || !bitwiseOperand(b, &y)) return false;
    *out = Value::of(applyBitwise(op, x, y));
    return true;
  }
  if (!a.isNumber() || !b.isNumber()) return converts && convertedArithmetic(L, op, a, b, out);
  if (a.isInteger() && b.isInteger() && applyIntegers(L, op, a.integer, b.integer, out)) return true;
  *out = Value::of(applyFloats(op, asFloat(a), asFloat(b)));
  return true;
}

void raiseOperandError(Thread* L, Arithmetic op, Value a, Value b, const Value* a_place,
                       const Value* b_place) {
  if (a_place == nullptr) a_place = &a;
  if (b_place == nullptr) b_place = &b;
  bool unary = op == Arithmetic::Unm || op == Arithmetic::BNot;
  if (!isBitwise(op)) raiseArithmeticError(L, a_place, b_place, "perform arithmetic on", unary);
  auto isNumeric = [L](const Value& v) {
    return v.isNumber() || (!dialectOf(L).strings_have_arithmetic_metamethods && !toNumber(v).isNil());
  };
  if (isNumeric(a) && isNumeric(b)) raiseIntegerError(L, a_place, b_place);
  raiseArithmeticError(L, a_place, b_place, "perform bitwise operation on", unary);
}

OrderHandler findOrderHandler(Thread* L, Value a, Value b, bool or_equal) {
  auto find = [L, a, b](Meta event) {
    Value handler = metamethodOf(L, a, event);
    return handler.isNil() ? metamethodOf(L, b, event) : handler;
  };
  Value handler = find(or_equal ? Meta::Le : Meta::Lt);
  bool negated = false;
  if (handler.isNil() && or_equal) {
    handler = find(Meta::Lt);
    negated = true;
  }
  if (handler.isNil()) raiseCompareError(L, a, b);
  return {handler, negated};
}

bool numberLess(Value a, Value b) {
  if (a.isInteger()) return b.isInteger() ? a.integer < b.integer : integerLessFloat(a.integer, b.number);
  return b.isFloat() ? a.number < b.number : floatLessInteger(a.number, b.integer);
}
bool numberLessEqual(Value a, Value b) {
  if (a.isInteger())
    return b.isInteger() ? a.integer <= b.integer : integerLessEqualFloat(a.integer, b.number);
  return b.isFloat() ? a.number <= b.number : floatLessEqualInteger(a.number, b.integer);
}

namespace {

bool collatesByBytes() {
  const char* locale = std::setlocale(LC_COLLATE, nullptr);
  return std::strcmp(locale, "C") == 0 || std::strcmp(locale, "POSIX") == 0;
}

int compareBytes(Thread* L, const String* a, const String* b) {
  size_t shared = std::min(a->length, b->length);
  for (size_t at = 0; at < shared; at += kBytesPerLook) {
    size_t piece = std::min(kBytesPerLook, shared - at);
    if (shared > kBytesPerLook) work(L, Work::Bytes, piece); // else compiled code has called
    int c = std::memcmp(a->data() + at, b->data() + at, piece);
    if (c != 0) return c;
  }
  return a->length < b->length ? -1 : a->length > b->length;
}

} // namespace

int compareStrings(Thread* L, const String* a, const String* b) {
  constexpr size_t kWorthAsking = 1024;
  if (std::min(a->length, b->length) > kWorthAsking && collatesByBytes()) return compareBytes(L, a, b);
  const char* x = a->data();
  const char* y = b->data();
  size_t left_x = a->length, left_y = b->length;
  for (;;) {
    int c = std::strcoll(x, y);
    if (c != 0) return c;
    noticeInterrupt(L);
    size_t n = std::strlen(x); // both pieces end here, at the first zero byte
    if (n == left_y) return n == left_x ? 0 : 1;
    if (n == left_x) return -1;
    x += n + 1;
    y += n + 1;
    left_x -= n + 1;
    left_y -= n + 1;
  }
}

Value callMetamethod(Thread* L, Value f, Value a, Value b) {
  Value* place = pushPlace(L);
  place[0] = f;
  place[2] = a;
  place[3] = b;
  L->top = place + 4;
  call(L, place, 1);
  return *--L->top;
}

void callMetamethod3(Thread* L, Value f, Value a, Value b, Value c) {
  Value* place = pushPlace(L);
  place[0] = f;
  place[2] = a;
  place[3] = b;
  place[4] = c;
  L->top = place + 5;
  call(L, place, 0);
}

Value index(Thread* L, Value object, Value key) {
  Lookup found = lookUpIndex(L, &object, key);
  return found.is_call ? callMetamethod(L, found.value, found.receiver, key) : found.value;
}

void setIndex(Thread* L, Value object, Value key, Value value) {
  Lookup target;
  if (!storeIndex(L, &object, key, value, &target))
    callMetamethod3(L, target.value, target.receiver, key, value);
}

Value arithmetic(Thread* L, Arithmetic op, Value a, Value b) {
  Value result;
  if (numericArithmetic(L, op, a, b, &result)) return result;
  Value handler = metamethodOf(L, a, metaOf(op));
  if (handler.isNil()) handler = metamethodOf(L, b, metaOf(op));
  if (handler.isNil()) raiseOperandError(L, op, a, b, nullptr, nullptr);
  return callMetamethod(L, handler, a, b);
}

bool equal(Thread* L, Value a, Value b) {
  if (takesLongToCompare(a, b)) return equalInPieces(L, a.string(), b.string());
  if (rawEqual(a, b)) return true;
  if (a.tag != b.tag || !(a.isTable() || a.isUserdata())) return false;
  Value handler = metamethodOf(L, a, Meta::Eq);
  if (handler.isNil()) handler = metamethodOf(L, b, Meta::Eq);
  return !handler.isNil() && callMetamethod(L, handler, a, b).isTruthy();
}

bool lessThan(Thread* L, Value a, Value b) { return ordered(L, a, b, false); }
bool lessEqual(Thread* L, Value a, Value b) { return ordered(L, a, b, true); }

Value lengthOf(Thread* L, Value v) {
  if (v.isString()) return Value::of(static_cast<int64_t>(v.string()->length));
  Value handler = metamethodOf(L, v, Meta::Len);
  if (!handler.isNil()) return callMetamethod(L, handler, v, v);
  if (!v.isTable()) raiseTypeError(L, &v, "get length of");
  return Value::of(length(v.table()));
}

namespace {

// Room for the texts of a few values side by side, and what copying in steps may write behind them.
constexpr size_t kCopyStep = 8;
constexpr size_t kJoinRoom = kMaxShortString + 4 * kMaxNumberChars;
struct JoinBuffer {
  char text[kJoinRoom + kCopyStep];
};

// Strings lie in cells of whole granules, so copying the last step as a whole stays in the string's cell.
static_assert(sizeof(String) % kCopyStep == 0 && Heap::kGranule % kCopyStep == 0);
void copyText(char* out, const String* s) {
  if (s->length > kMaxShortString) {
    std::memcpy(out, s->data(), s->length);
    return;
  }
  for (size_t at = 0; at < s->length; at += kCopyStep) std::memcpy(out + at, s->data() + at, kCopyStep);
}

// Joins the values' texts in registers; false if they are too long for that, or floats.
bool joinPacked(const Value* values, size_t n, PackedText& text) {
  for (size_t j = 0; j < n; j++) {
    bool joined = values[j].isString() ? text.append(values[j].string())
                                       : values[j].isInteger() && text.append(values[j].integer);
    if (!joined) return false;
  }
  return true;
}

// Writes the values' texts, of at most kJoinRoom bytes, one behind the other; returns their length.
size_t joinTexts(const Value* values, size_t n, JoinBuffer& buffer) {
  char* out = buffer.text;
  for (size_t j = 0; j < n; j++) {
    if (values[j].isString()) {
      copyText(out, values[j].string());
      out += values[j].string()->length;
    } else {
      out += numberText(values[j], out);
    }
  }
  return static_cast<size_t>(out - buffer.text);
}

String* concatenateLong(Thread* L, const Value* values, size_t n) {
  // Texts of numbers are made twice: once for their length, once to be copied.
  char number[kMaxNumberChars];
  size_t total = 0;
  for (size_t j = 0; j < n; j++)
    total += values[j].isString() ? values[j].string()->length : numberText(values[j], number);
  work(L, Work::Bytes, total);
  String* s = newLongString(L, total);
  char* out = s->data();
  for (size_t j = 0; j < n; j++) {
    bool is_string = values[j].isString();
    size_t length = is_string ? values[j].string()->length : numberText(values[j], number);
    copyInPieces(L, out, is_string ? values[j].string()->data() : number, length);
    out += length;
  }
  return s;
}

} // namespace

String* concatenate(Thread* L, Value* values, size_t n) {
  PackedText packed;
  if (joinPacked(values, n, packed)) return newString(L, packed);
  if (n == 2 && values[0].isString() && values[1].isString()) {
    if (values[0].string()->length == 0) return values[1].string();
    if (values[1].string()->length == 0) return values[0].string();
  }
  size_t room = 0; // enough, not exact: how long a number is shows when it is written
  for (size_t j = 0; j < n; j++) {
    size_t length = values[j].isString() ? values[j].string()->length : kMaxNumberChars;
    if (length > static_cast<size_t>(INT64_MAX) - sizeof(String) - 1 - room)
      raiseError(L, "string length overflow");
    room += length;
  }
  if (room > kJoinRoom) return concatenateLong(L, values, n);
  JoinBuffer buffer;
  return newString(L, buffer.text, joinTexts(values, n, buffer));
}

void concat(Thread* L, int n) {
  if (n == 0) {
    *L->top++ = Value::of(newString(L, ""));
    return;
  }
  while (n > 1) {
    Value* last = L->top - 1;
    auto isText = [](Value v) { return v.isString() || v.isNumber(); };
    if (isText(last[-1]) && isText(last[0])) {
      int m = 2;
      while (m < n && isText(L->top[-m - 1])) m++;
      L->top[-m] = Value::of(concatenate(L, L->top - m, static_cast<size_t>(m)));
      L->top -= m - 1;
      n -= m - 1;
      continue;
    }
    Value a = last[-1], b = last[0];
    Value handler = metamethodOf(L, a, Meta::Concat);
    if (handler.isNil()) handler = metamethodOf(L, b, Meta::Concat);
    if (handler.isNil()) raiseConcatError(L, last - 1, last);
    Value result = callMetamethod(L, handler, a, b);
    L->top--;
    L->top[-1] = result;
    n--;
  }
  if (L->top[-1].isNumber()) L->top[-1] = Value::of(numberToString(L, L->top[-1]));
}

String* checkToString(Thread* L) {
  Value text = L->top[-1];
  if (!text.isString()) {
    if (!text.isNumber()) raiseErrorAt(L, 1, "'__tostring' must return a string");
    text = L->top[-1] = Value::of(numberToString(L, text));
  }
  return text.string();
}

String* pushToString(Thread* L, Value v) {
  ensureStack(L, kNativeSlots);
  Value handler = metamethodOf(L, v, Meta::ToString);
  if (!handler.isNil()) {
    Value* place = pushPlace(L);
    place[0] = handler;
    place[2] = v;
    L->top = place + 3;
    call(L, place, 1);
    return checkToString(L);
  }
  return pushPlainText(L, v);
}

String* pushPlainText(Thread* L, Value v) {
  String* s;
  switch (typeOf(v)) {
  case Type::Number: s = numberToString(L, v); break;
  case Type::String: s = v.string(); break;
  case Type::Boolean: s = newString(L, v.isTruthy() ? "true" : "false"); break;
  case Type::Nil: s = newString(L, "nil"); break;
  default:
    *L->top++ = v;
    s = newStringFormat(L, "%s: %p", typeNameForMessage(L, v), identityOf(v));
    L->top--;
  }
  *L->top++ = Value::of(s);
  return s;
}

const void* identityOf(Value v) {
  switch (v.tag) {
  case Tag::LightUserdata:
  case Tag::LightFunction: return v.pointer;
  case Tag::Userdata: return v.userdata()->bytes();
  case Tag::Thread: return v.thread()->state();
  case Tag::String:
  case Tag::Table:
  case Tag::Function: return v.object;
  default: return nullptr;
  }
}

void makeClosure(Thread* L, Value* base, Proto* child, Value* place) {
  if (child->upvalue_count > kFreeUpvalues) charge(L, Work::Elements, child->upvalue_count - kFreeUpvalues);
  LuaFunction* f = newLuaFunction(L, child);
  *place = Value::of(f);
  LuaFunction* outer = base[-2].function()->lua();
  for (uint32_t j = 0; j < child->upvalue_count; j++) {
    const UpvalueDescription& u = child->upvalues[j];
    Upvalue* found = u.in_stack ? findUpvalue(L, base + u.index) : outer->upvalues()[u.index];
    f->upvalues()[j] = found;
    heapOf(L).barrier(f, found);
  }
}

} // namespace perigee
