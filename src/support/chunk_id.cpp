#include "support/chunk_id.h"

#include <cstring>

namespace perigee {

namespace {

constexpr std::string_view kEllipsis = "...";

struct Writer {
  char* out;
  size_t size = 0;

  void put(std::string_view text) {
    if (!text.empty()) std::memcpy(out + size, text.data(), text.size());
    size += text.size();
  }

  size_t finish() {
    out[size] = '\0';
    return size;
  }
};

} // namespace

size_t chunkId(char* out, std::string_view source) {
  constexpr size_t kRoom = kChunkIdSize - 1; // without the zero
  Writer writer{out};
  if (!source.empty() && source[0] == '=') {
    writer.put(source.substr(1, kRoom));
    return writer.finish();
  }
  if (!source.empty() && source[0] == '@') {
    std::string_view file = source.substr(1);
    if (file.size() > kRoom) { // a path's end says more than its beginning
      writer.put(kEllipsis);
      file.remove_prefix(file.size() - (kRoom - kEllipsis.size()));
    }
    writer.put(file);
    return writer.finish();
  }
  constexpr std::string_view kOpening = "[string \"";
  constexpr std::string_view kClosing = "\"]";
  constexpr size_t kText = kRoom - kOpening.size() - kEllipsis.size() - kClosing.size();
  std::string_view line = source.substr(0, source.find('\n'));
  bool whole = line.size() == source.size() && line.size() < kText; // stock Lua reserves one more
  writer.put(kOpening);
  writer.put(line.substr(0, kText));
  if (!whole) writer.put(kEllipsis);
  writer.put(kClosing);
  return writer.finish();
}

} // namespace perigee
