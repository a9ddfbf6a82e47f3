// The string library: functions on bytes, and the opening of the whole.

#include "bytecode/dump.h"
#include "lib/string_support.h"
#include "vm/proto.h"

#include <algorithm>
#include <cstring>

namespace perigee {
namespace {

int stringLen(lua_State* L) {
  Native n(L);
  n.pushInteger(static_cast<int64_t>(n.checkString(1).size()));
  return 1;
}

int stringSub(lua_State* L) {
  Native n(L);
  String* s = n.checkStringObject(1);
  int64_t first = n.checkInteger(2);
  int64_t last = n.optionalInteger(3, -1);
  n.push(Value::of(substring(n.thread(), s, first, last)));
  return 1;
}

// Case as in the C locale.
template <char first, int shift> int mapCase(lua_State* L) {
  Native n(L);
  std::string_view s = n.checkString(1);
  pushFilled(n, s.size(), [s, &n](char* out) {
    inPieces(n.thread(), s.size(), kBytesPerLook, [=](size_t from, size_t to) {
      for (size_t i = from; i < to; ++i) {
        auto c = static_cast<unsigned char>(s[i]);
        bool mapped = static_cast<unsigned char>(c - first) < 26;
        out[i] = static_cast<char>(mapped ? c + shift : c);
      }
    });
  });
  return 1;
}

int stringReverse(lua_State* L) {
  Native n(L);
  std::string_view s = n.checkString(1);
  pushFilled(n, s.size(), [s, &n](char* out) {
    inPieces(n.thread(), s.size(), kBytesPerLook,
             [=](size_t from, size_t to) { std::reverse_copy(s.end() - to, s.end() - from, out + from); });
  });
  return 1;
}

int stringRep(lua_State* L) {
  Native n(L);
  std::string_view s = n.checkString(1);
  int64_t times = n.checkInteger(2);
  std::string_view separator = n.optionalString(3, "");
  size_t unit = s.size() + separator.size();
  if (times <= 0 || unit == 0) {
    n.pushString("");
    return 1;
  }
  if (unit > kMaxResult / static_cast<size_t>(times)) n.error("resulting string too large");
  size_t total = unit * static_cast<size_t>(times) - separator.size();
  pushFilled(n, total, [=, thread = n.thread()](char* out) {
    if (total == static_cast<size_t>(times) && s.size() == 1) {
      inPieces(thread, total, kBytesPerLook,
               [=](size_t from, size_t to) { std::memset(out + from, s[0], to - from); });
      return;
    }
    // What is there already is doubled, up to a piece's length, until it fills the whole.
    size_t filled = std::min(unit, total);
    copyInPieces(thread, out, s.data(), s.size());
    copyInPieces(thread, out + s.size(), separator.data(), filled - s.size());
    while (filled < total) {
      noticeInterrupt(thread);
      size_t phase = filled % unit;
      size_t more = std::min({filled - phase, total - filled, kBytesPerLook});
      std::memcpy(out + filled, out + phase, more);
      filled += more;
    }
  });
  return 1;
}

int stringByte(lua_State* L) {
  Native n(L);
  std::string_view s = n.checkString(1);
  int64_t first = n.optionalInteger(2, 1);
  size_t start = startPosition(first, s.size());
  size_t end = endPosition(n.optionalInteger(3, first), s.size());
  if (start > end) return 0;
  if (end - start >= INT_MAX) n.error("string slice too long");
  int count = static_cast<int>(end - start) + 1;
  n.ensure(count, "string slice too long");
  if (count > 1) work(n.thread(), Work::Bytes, static_cast<uint64_t>(count));
  inPieces(n.thread(), static_cast<size_t>(count), kElementsPerLook, [&](size_t from, size_t to) {
    for (size_t i = from; i < to; ++i) n.pushInteger(static_cast<unsigned char>(s[start - 1 + i]));
  });
  return count;
}

int stringChar(lua_State* L) {
  Native n(L);
  int count = n.count();
  Buffer b(n.thread());
  char* out = b.reserve(static_cast<size_t>(count));
  for (int i = 1; i <= count; ++i) {
    if (static_cast<size_t>(i) % kElementsPerLook == 0) noticeInterrupt(n.thread());
    auto c = static_cast<uint64_t>(n.checkInteger(i));
    n.argumentCheck(c <= 255, i, "value out of range");
    *out++ = static_cast<char>(c);
  }
  b.advance(static_cast<size_t>(count));
  b.push();
  return 1;
}

int writeDump(Thread* L, const void* data, size_t size, void* ud) {
  noticeInterrupt(L);
  static_cast<Buffer*>(ud)->append(static_cast<const char*>(data), size);
  return 0;
}

int stringDump(lua_State* L) {
  Native n(L);
  n.checkType(1, Type::Function);
  bool strip = n.toBoolean(2);
  n.setTop(1);
  Value f = n.arg(1);
  if (f.tag != Tag::Function || f.function()->isNative()) n.error("unable to dump given function");
  Buffer b(n.thread());
  dump(n.thread(), f.function()->lua()->proto, strip, writeDump, &b);
  b.push();
  return 1;
}

constexpr NativeEntry kFunctions[] = {
    {"byte", stringByte},
    {"char", stringChar},
    {"dump", stringDump},
    {"find", stringFind},
    {"format", stringFormat},
    {"gmatch", stringGmatch},
    {"gsub", stringGsub},
    {"len", stringLen},
    {"lower", mapCase<'A', 'a' - 'A'>},
    {"match", stringMatch},
    {"rep", stringRep},
    {"reverse", stringReverse},
    {"sub", stringSub},
    {"upper", mapCase<'a', 'A' - 'a'>},
    {"pack", stringPack},
    {"packsize", stringPackSize},
    {"unpack", stringUnpack},
    {nullptr, nullptr},
};

} // namespace

int openString(lua_State* L) {
  Native n(L);
  Table* library = n.pushUniqueTable(static_cast<uint32_t>(std::size(kFunctions)));
  n.setFunctions(library, kFunctions);
  State& G = *n.state();
  G.know(LibraryFunction::StringByte, stringByte);
  G.know(LibraryFunction::StringLen, stringLen);
  G.know(LibraryFunction::StringSub, stringSub);
  Table* metatable = n.pushUniqueTable(9);
  setStringMetamethods(n, metatable);
  n.push(Value::of(library));
  n.setField(metatable, "__index");
  n.state()->type_metatables[static_cast<int>(Type::String)] = metatable;
  // Methods of strings are found through both: inline caches may rely on them.
  makeHolder(n.thread(), metatable);
  makeHolder(n.thread(), library);
  n.pop(1);
  return 1;
}

} // namespace perigee
