// Any bytes, given in pieces of any size, are parsed or refused with a message: no crash, no leak, no read
// outside the pieces. The first byte of the input chooses the size of the pieces.

#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include "frontend/parser.h"

namespace perigee {
namespace {

// The host: owns the tree's memory, and takes the parser's errors back to `start`.
struct Host {
  std::vector<std::unique_ptr<std::byte[]>> blocks;
  std::jmp_buf start;

  static void* allocate(void* ud, size_t bytes) {
    auto& blocks = static_cast<Host*>(ud)->blocks;
    blocks.push_back(std::make_unique<std::byte[]>(bytes));
    return blocks.back().get();
  }

  [[noreturn]] static void fail(void* ud, std::string_view message) {
    if (message.empty()) std::abort(); // every refusal says something
    std::longjmp(static_cast<Host*>(ud)->start, 1);
  }
};

// Gives the input piece by piece, each in memory of its own, so that a read outside of it is noticed.
struct Pieces {
  std::string_view rest;
  size_t piece_size;
  std::unique_ptr<char[]> piece;

  static const char* read(void* ud, size_t* size) {
    Pieces& self = *static_cast<Pieces*>(ud);
    *size = self.rest.size() < self.piece_size ? self.rest.size() : self.piece_size;
    if (*size == 0) return nullptr;
    self.piece = std::make_unique<char[]>(*size);
    self.rest.copy(self.piece.get(), *size);
    self.rest.remove_prefix(*size);
    return self.piece.get();
  }
};

void parse(Host& host, Pieces& pieces, uint64_t hash_seed) {
  SyntaxHost syntax_host{.ud = &host, .allocate = Host::allocate, .fail = Host::fail, .hash_seed = hash_seed};
  SourceReader reader{&pieces, Pieces::read};
  if (setjmp(host.start) != 0) return;
  if (parseChunk(syntax_host, reader, {}, "=fuzz") == nullptr) std::abort();
}

} // namespace
} // namespace perigee

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  perigee::Host host;
  std::string_view source(reinterpret_cast<const char*>(data) + 1, size - 1);
  perigee::Pieces pieces{source, size_t{1} + data[0], nullptr};
  perigee::parse(host, pieces, data[0]);
  return 0;
}
