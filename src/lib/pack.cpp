// string.pack, packsize, unpack.

#include "lib/string_support.h"

#include <bit>
#include <cctype>
#include <cstring>

namespace perigee {
namespace {

constexpr int kMaxIntegerSize = 16;
constexpr int kIntegerSize = sizeof(int64_t);
constexpr int kNativeAlignment = 8;

enum class Option : uint8_t {
  Signed,
  Unsigned,
  Float,
  Double,
  Chars,
  Counted,
  ZeroEnded,
  PaddingByte,
  Align,
  None
};

struct Item {
  Option option;
  int size;
  int padding; // bytes to go before it
};

// Walks over a format string.
class FormatReader {
public:
  // A zero byte ends the format.
  FormatReader(Native& n, std::string_view format) : n_(n), rest_(format.substr(0, format.find('\0'))) {}

  bool more() const { return !rest_.empty(); }
  bool isLittleEndian() const { return little_endian_; }

  // The next item, to be placed at `offset`.
  Item read(size_t offset) {
    Item item = readOption();
    int alignment = item.size;
    if (item.option == Option::Align) {
      if (!more()) alignmentError("invalid next option for option 'X'");
      Item following = readOption();
      alignment = following.size;
      if (following.option == Option::Chars || alignment == 0)
        alignmentError("invalid next option for option 'X'");
    }
    item.padding = 0;
    bool aligned = item.option == Option::Align || item.option == Option::Signed ||
                   item.option == Option::Unsigned || item.option == Option::Float ||
                   item.option == Option::Double;
    if (item.option == Option::Counted) aligned = true;
    if (alignment > 1 && aligned) {
      if (alignment > max_alignment_) alignment = max_alignment_;
      if (!std::has_single_bit(static_cast<unsigned>(alignment)))
        alignmentError("format asks for alignment not power of 2");
      item.padding = static_cast<int>((alignment - (offset & static_cast<size_t>(alignment - 1))) &
                                      static_cast<size_t>(alignment - 1));
    }
    if (item.option == Option::Align) item.size = 0;
    return item;
  }

private:
  [[noreturn]] void alignmentError(const char* message) { n_.argumentError(1, message); }

  int number(int otherwise) {
    if (rest_.empty() || !std::isdigit(static_cast<unsigned char>(rest_[0]))) return otherwise;
    int value = 0;
    do {
      value = value * 10 + (rest_[0] - '0');
      rest_.remove_prefix(1);
    } while (!rest_.empty() && std::isdigit(static_cast<unsigned char>(rest_[0])) &&
             value <= (static_cast<int>(kMaxResult) - 9) / 10);
    return value;
  }

  int limited(int otherwise) {
    int size = number(otherwise);
    if (size > kMaxIntegerSize || size <= 0)
      n_.error("integral size (%d) out of limits [1,%d]", size, kMaxIntegerSize);
    return size;
  }

  Item readOption() {
    char c = rest_[0];
    rest_.remove_prefix(1);
    switch (c) {
    case 'b': return {Option::Signed, 1, 0};
    case 'B': return {Option::Unsigned, 1, 0};
    case 'h': return {Option::Signed, sizeof(short), 0};
    case 'H': return {Option::Unsigned, sizeof(short), 0};
    case 'l': return {Option::Signed, sizeof(long), 0};
    case 'L': return {Option::Unsigned, sizeof(long), 0};
    case 'j': return {Option::Signed, kIntegerSize, 0};
    case 'J': return {Option::Unsigned, kIntegerSize, 0};
    case 'T': return {Option::Unsigned, sizeof(size_t), 0};
    case 'i': return {Option::Signed, limited(sizeof(int)), 0};
    case 'I': return {Option::Unsigned, limited(sizeof(int)), 0};
    case 's': return {Option::Counted, limited(sizeof(size_t)), 0};
    case 'f': return {Option::Float, sizeof(float), 0};
    case 'n':
    case 'd': return {Option::Double, sizeof(double), 0};
    case 'c': {
      int size = number(-1);
      if (size == -1) n_.error("missing size for format option 'c'");
      return {Option::Chars, size, 0};
    }
    case 'z': return {Option::ZeroEnded, 0, 0};
    case 'x': return {Option::PaddingByte, 1, 0};
    case 'X': return {Option::Align, 0, 0};
    case ' ': break;
    case '<': little_endian_ = true; break;
    case '>': little_endian_ = false; break;
    case '=': little_endian_ = std::endian::native == std::endian::little; break;
    case '!': max_alignment_ = limited(kNativeAlignment); break;
    default: n_.error("invalid format option '%c'", c);
    }
    return {Option::None, 0, 0};
  }

  Native& n_;
  std::string_view rest_;
  bool little_endian_ = std::endian::native == std::endian::little;
  int max_alignment_ = 1;
};

// Byte i (0 the least significant) of a number of `size` bytes lies here.
size_t placeOf(int i, int size, bool little_endian) {
  return static_cast<size_t>(little_endian ? i : size - 1 - i);
}

void packInteger(Buffer& b, uint64_t value, bool little_endian, int size, bool negative) {
  char* out = b.reserve(static_cast<size_t>(size));
  for (int i = 0; i < size; ++i) {
    unsigned byte = i < kIntegerSize ? static_cast<unsigned>(value >> (8 * i)) & 0xff : negative ? 0xff : 0;
    out[placeOf(i, size, little_endian)] = static_cast<char>(byte);
  }
  b.advance(static_cast<size_t>(size));
}

int64_t unpackInteger(Native& n, const char* data, bool little_endian, int size, bool is_signed) {
  uint64_t value = 0;
  int used = size < kIntegerSize ? size : kIntegerSize;
  for (int i = used - 1; i >= 0; --i)
    value = value << 8 | static_cast<unsigned char>(data[placeOf(i, size, little_endian)]);
  if (size < kIntegerSize) {
    if (is_signed) {
      uint64_t sign = uint64_t{1} << (size * 8 - 1);
      value = (value ^ sign) - sign;
    }
    return static_cast<int64_t>(value);
  }
  // What does not fit must be nothing but the sign.
  unsigned char filler = is_signed && static_cast<int64_t>(value) < 0 ? 0xff : 0;
  for (int i = kIntegerSize; i < size; ++i)
    if (static_cast<unsigned char>(data[placeOf(i, size, little_endian)]) != filler)
      n.error("%d-byte integer does not fit into Lua Integer", size);
  return static_cast<int64_t>(value);
}

template <class Bits> Bits inOrder(Bits bits, bool little_endian) {
  if (little_endian == (std::endian::native == std::endian::little)) return bits;
  if constexpr (sizeof(Bits) == 4) return __builtin_bswap32(bits);
  return static_cast<Bits>(__builtin_bswap64(bits));
}

template <class Bits> void packBits(Buffer& b, Bits bits, bool little_endian) {
  bits = inOrder(bits, little_endian);
  char bytes[sizeof bits];
  std::memcpy(bytes, &bits, sizeof bits);
  b.append(bytes, sizeof bytes);
}
template <class Bits> Bits unpackBits(const char* data, bool little_endian) {
  Bits bits;
  std::memcpy(&bits, data, sizeof bits);
  return inOrder(bits, little_endian);
}

void appendFill(Thread* L, Buffer& b, size_t count, char c) {
  char* out = b.reserve(count);
  inPieces(L, count, kBytesPerLook, [=](size_t from, size_t to) { std::memset(out + from, c, to - from); });
  b.advance(count);
}

// Packs argument i, if the item needs one; returns whether it did. `*total` grows by what a string adds.
bool packItem(Native& n, Buffer& b, const Item& item, int i, bool little_endian, size_t* total) {
  switch (item.option) {
  case Option::Signed: {
    int64_t value = n.checkInteger(i);
    if (item.size < kIntegerSize) {
      int64_t limit = int64_t{1} << (item.size * 8 - 1);
      n.argumentCheck(-limit <= value && value < limit, i, "integer overflow");
    }
    packInteger(b, static_cast<uint64_t>(value), little_endian, item.size, value < 0);
    return true;
  }
  case Option::Unsigned: {
    auto value = static_cast<uint64_t>(n.checkInteger(i));
    if (item.size < kIntegerSize)
      n.argumentCheck(value < uint64_t{1} << (item.size * 8), i, "unsigned overflow");
    packInteger(b, value, little_endian, item.size, false);
    return true;
  }
  case Option::Float:
    packBits(b, std::bit_cast<uint32_t>(static_cast<float>(n.checkNumber(i))), little_endian);
    return true;
  case Option::Double: packBits(b, std::bit_cast<uint64_t>(n.checkNumber(i)), little_endian); return true;
  case Option::Chars: {
    std::string_view s = n.checkString(i);
    auto size = static_cast<size_t>(item.size);
    n.argumentCheck(s.size() <= size, i, "string longer than given size");
    b.append(s);
    appendFill(n.thread(), b, size - s.size(), '\0');
    return true;
  }
  case Option::Counted: {
    std::string_view s = n.checkString(i);
    bool fits = item.size >= static_cast<int>(sizeof(size_t)) || s.size() < size_t{1} << (item.size * 8);
    n.argumentCheck(fits, i, "string length does not fit in given size");
    packInteger(b, s.size(), little_endian, item.size, false);
    b.append(s);
    *total += s.size();
    return true;
  }
  case Option::ZeroEnded: {
    std::string_view s = n.checkString(i);
    n.argumentCheck(s.find('\0') == std::string_view::npos, i, "string contains zeros");
    b.append(s);
    b.append('\0');
    *total += s.size() + 1;
    return true;
  }
  case Option::PaddingByte: b.append('\0'); return false;
  default: return false;
  }
}

} // namespace

int stringPack(lua_State* L) {
  Native n(L);
  FormatReader reader(n, n.checkString(1));
  int argument = 1;
  size_t total = 0;
  n.pushNil(); // so that an argument too few is nil, and not the buffer
  Buffer b(n.thread());
  while (reader.more()) {
    work(n.thread(), Work::Bytes, 16); // for the item
    Item item = reader.read(total);
    total += static_cast<size_t>(item.padding) + static_cast<size_t>(item.size);
    appendFill(n.thread(), b, static_cast<size_t>(item.padding), '\0');
    if (packItem(n, b, item, argument + 1, reader.isLittleEndian(), &total)) ++argument;
  }
  b.push();
  return 1;
}

int stringPackSize(lua_State* L) {
  Native n(L);
  FormatReader reader(n, n.checkString(1));
  size_t total = 0;
  while (reader.more()) {
    work(n.thread(), Work::Bytes, 16); // for the item
    Item item = reader.read(total);
    n.argumentCheck(item.option != Option::Counted && item.option != Option::ZeroEnded, 1,
                    "variable-length format");
    size_t size = static_cast<size_t>(item.size) + static_cast<size_t>(item.padding);
    n.argumentCheck(total <= kMaxResult - size, 1, "format result too large");
    total += size;
  }
  n.pushInteger(static_cast<int64_t>(total));
  return 1;
}

// The first zero from `at` on.
static size_t findZero(Thread* L, std::string_view data, size_t at) {
  for (; at < data.size(); at += kBytesPerLook) {
    noticeInterrupt(L);
    size_t found = data.substr(at, kBytesPerLook).find('\0');
    if (found != std::string_view::npos) return at + found;
  }
  return std::string_view::npos;
}

int stringUnpack(lua_State* L) {
  Native n(L);
  FormatReader reader(n, n.checkString(1));
  std::string_view data = n.checkString(2);
  int64_t given = n.optionalInteger(3, 1);
  const Dialect& dialect = dialectOf(n.thread());
  bool before = given == 0 || given < -static_cast<int64_t>(data.size());
  n.argumentCheck(!before || dialect.unpack_clips_position, 3, "initial position out of string");
  size_t at = startPosition(given, data.size()) - 1;
  n.argumentCheck(at <= data.size(), 3, "initial position out of string");
  int results = 0;
  while (reader.more()) {
    work(n.thread(), Work::Bytes, 16); // for the item
    Item item = reader.read(at);
    auto size = static_cast<size_t>(item.size);
    // An unfinished string in front may have led beyond the end.
    n.argumentCheck(at <= data.size() && static_cast<size_t>(item.padding) + size <= data.size() - at, 2,
                    "data string too short");
    at += static_cast<size_t>(item.padding);
    const char* from = data.data() + at;
    bool little = reader.isLittleEndian();
    n.ensure(2, "too many results");
    ++results;
    switch (item.option) {
    case Option::Signed:
    case Option::Unsigned:
      n.pushInteger(unpackInteger(n, from, little, item.size, item.option == Option::Signed));
      break;
    case Option::Float: n.pushFloat(std::bit_cast<float>(unpackBits<uint32_t>(from, little))); break;
    case Option::Double: n.pushFloat(std::bit_cast<double>(unpackBits<uint64_t>(from, little))); break;
    case Option::Chars:
      work(n.thread(), Work::Bytes, size);
      n.pushString({from, size});
      break;
    case Option::Counted: {
      auto length = static_cast<size_t>(unpackInteger(n, from, little, item.size, false));
      n.argumentCheck(length <= data.size() - at - size, 2, "data string too short");
      work(n.thread(), Work::Bytes, length);
      n.pushString({from + size, length});
      at += length;
      break;
    }
    case Option::ZeroEnded: {
      size_t end = findZero(n.thread(), data, at);
      if (end == std::string_view::npos) {
        n.argumentCheck(!dialect.unpack_wants_end, 2, "unfinished string for format 'z'");
        end = data.size();
      }
      work(n.thread(), Work::Bytes, end - at);
      n.pushString({from, end - at});
      at = end + 1;
      break;
    }
    default: --results; break;
    }
    at += size;
  }
  n.pushInteger(static_cast<int64_t>(at) + 1);
  return results + 1;
}

} // namespace perigee
