// Binary chunks that somebody has tampered with: loaded, and run under a budget. Nothing but errors may come
// of it.
//
//   perigee_mutants COUNT SEED FILE.lua…
//
// The chunks of the files, with and without debug information, are changed at random: bits, bytes, counts,
// pieces put in, left out and taken from other chunks; now and then all bytes behind the header are random.
// What the verifier lets through runs, interpreted or compiled, with an environment that reaches methods of
// strings only, some thousand ticks and a limit of memory. Versions of Lua take turns, each with its own
// chunks. To be built with sanitizers, which end the program at the first fault. The chunk that did it is
// left in mutant.bin (ASAN_OPTIONS=abort_on_error=1).

#include "hostile/random.h"
#include "hostile/versions.h"
#include "jit/tiering.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace perigee::hostile {
namespace {

constexpr size_t kHeader = 20; // signature, version and format: without them nothing is looked at
constexpr size_t kMemoryLimit = size_t{16} << 20;
constexpr int kInputsPerState = 2000;

int append(lua_State*, const void* bytes, size_t n, void* out) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), n);
  return 0;
}

using Corpus = std::vector<std::string>;

Corpus corpusOf(size_t version, int files, char** names) {
  Corpus corpus;
  lua_State* L = newState(version);
  for (int i = 0; i < files; ++i) {
    if (luaL_loadfile(L, names[i]) == LUA_OK) {
      for (int strip = 0; strip < 2; ++strip) {
        std::string chunk;
        lua_dump(L, append, &chunk, strip);
        corpus.push_back(chunk);
      }
    }
    lua_settop(L, 0);
  }
  lua_close(L);
  return corpus;
}

// Small functions are found out more quickly than large ones, where most changes hit debug information.
void addSmallOnes(size_t version, Corpus& corpus) {
  static constexpr const char* kSources[] = {
      "local a, b = ... return a + b * 2",
      "local t = {1, 2, 3, x = 4} for k, v in next, t do t[k] = v end return #t, t.x, t[1]",
      "local s = 0 for i = 1, 100 do s = s + i % 7 end for f = 1.0, 9.5, 0.5 do s = s + f end return s",
      "local function f(n, ...) if n == 0 then return ... end return f(n - 1, n, ...) end return f(9)",
      "local u = 0 local function inc() u = u + 1 return u end for i = 1, 50 do inc() end return u, inc",
      "local s = 'x' while #s < 99 do s = s .. s:upper() .. 1 end return s:sub(2, 5), s < 'y', s == 'z'",
      "local x <const>, y <close> = 5, nil do local z <close> = nil goto done end ::done:: return x, y",
      "return function(...) local t = {...} return select and #t, ~1 & 3 | 4 ~ 5 << 2 >> 1 // 2 end",
      "local a = {} a.b = {} a.b.c = function(self, k) return self[k] end return a.b:c('c') == a.b.c",
      "local n = 0 for i = 0x7FFFFFFFFFFFFFF0, n - 1 >> 1 do n = n + 1 if n > 99 then break end end return n",
      "local d, n = 3, 0 for i = ~0 >> 1, ~0 >> 1, d do n = i if i < 0 then break end end return n",
      "repeat local z = 1 until z == 1 or not z local a, b = 1 if a and not b then b = a end return -a, b",
  };
  lua_State* L = newState(version);
  for (const char* source : kSources) {
    bool is_of_version = luaL_loadstring(L, source) == LUA_OK; // no attribs in 5.3
    for (int strip = 0; is_of_version && strip < 2; ++strip) {
      std::string chunk;
      lua_dump(L, append, &chunk, strip);
      for (int copies = 0; copies < 10; ++copies) corpus.push_back(chunk);
    }
    lua_settop(L, 0);
  }
  lua_close(L);
}

class Mutator {
public:
  Mutator(const Corpus& corpus, Random& random) : corpus_(corpus), random_(random) {}

  std::string make() {
    std::string s = any();
    if (random_.oneIn(200)) {
      s.resize(kHeader + random_.below(500));
      for (size_t i = kHeader; i < s.size(); ++i) s[i] = byte();
      return s;
    }
    for (size_t n = 1 + random_.below(random_.oneIn(4) ? 20 : 3); n > 0; --n) change(s);
    return s;
  }

private:
  const std::string& any() { return corpus_[random_.below(corpus_.size())]; }
  char byte() { return static_cast<char>(random_.next()); }

  void change(std::string& s) {
    if (s.size() <= kHeader + 16) return;
    size_t at = kHeader + random_.below(s.size() - kHeader - 8);
    constexpr unsigned char kEdges[] = {0, 1, 0x7F, 0x80, 0xFE, 0xFF};
    switch (random_.below(10)) {
    case 0: s[at] = static_cast<char>(s[at] ^ 1 << random_.below(8)); break;
    case 1: s[at] = byte(); break;
    case 2:
    case 3: s[at] = static_cast<char>(s[at] + static_cast<int>(random_.below(5)) - 2); break;
    case 4: s[at] = static_cast<char>(kEdges[random_.below(sizeof kEdges)]); break;
    case 5: // a huge count, or a jump to anywhere
      for (size_t i = 0; i < 4; ++i) s[at + i] = static_cast<char>(kEdges[random_.below(sizeof kEdges)]);
      break;
    case 6: s.erase(at, 1 + random_.below(8)); break;
    case 7: s.insert(at, 1 + random_.below(8), byte()); break;
    case 8: { // instructions of another function, whose registers and constants are others
      const std::string& other = any();
      size_t from = random_.below(other.size());
      size_t n = std::min<size_t>({8 * (1 + random_.below(4)), other.size() - from, s.size() - at});
      s.replace(at, n, other, from, n);
      break;
    }
    default: // or of the same one, elsewhere
      for (size_t i = 0, from = kHeader + random_.below(s.size() - kHeader - 8); i < 8; ++i)
        s[at + i] = s[from + i];
    }
  }

  const Corpus& corpus_;
  Random& random_;
};

struct Counts {
  long refused = 0, ended = 0, failed = 0, paused = 0;
};

lua_State* openState(size_t round) {
  lua_State* L = newState(round % kVersionCount);
  luaL_openlibs(L);
  constexpr JitMode kModes[] = {JitMode::Off, JitMode::Always, JitMode::Stress, JitMode::On};
  setJitMode(Thread::from(L)->global, kModes[round / kVersionCount % 4]);
  perigee_setmemorylimit(L, kMemoryLimit);
  return L;
}

void run(lua_State* L, const std::string& chunk, Counts& counts) {
  lua_settop(L, 0);
  lua_State* co = lua_newthread(L);
  perigee_setticks(L, 10'000'000); // loading is charged for, too
  if (luaL_loadbufferx(co, chunk.data(), chunk.size(), "=mutant", "b") != LUA_OK) {
    ++counts.refused;
    return;
  }
  std::string again;
  lua_dump(co, append, &again, 0);
  lua_newtable(co);
  if (lua_setupvalue(co, -2, 1) == nullptr) lua_pop(co, 1);
  lua_pushliteral(co, "an argument");
  lua_pushinteger(co, 7);
  perigee_setticks(L, 3000);
  int results;
  int status = lua_resume(co, L, 2, &results);
  if (status == PERIGEE_PAUSED) {
    ++counts.paused;
    perigee_setticks(L, 3000);
    status = lua_resume(co, L, 0, &results);
  } else {
    ++(status == LUA_OK || status == LUA_YIELD ? counts.ended : counts.failed);
  }
  perigee_setticks(L, 3000);
  lua_resetthread(co);
}

std::string current;

// The program is about to die: what of is left in a file, for whoever mends it.
void keepMutant(int signal) {
  std::ofstream("mutant.bin", std::ios::binary) << current;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

int campaign(long count, uint64_t seed, int files, char** names) {
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  Random random(seed);
  Corpus corpora[kVersionCount];
  for (size_t version = 0; version < kVersionCount; ++version) {
    corpora[version] = corpusOf(version, files, names);
    addSmallOnes(version, corpora[version]);
  }
  Counts counts;
  lua_State* L = nullptr;
  for (int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT}) std::signal(signal, keepMutant);
  for (long i = 0; i < count; ++i) {
    size_t round = static_cast<size_t>(i / kInputsPerState);
    if (i % kInputsPerState == 0) {
      if (L != nullptr) lua_close(L);
      L = openState(round);
    }
    current = Mutator(corpora[round % kVersionCount], random).make();
    run(L, current, counts);
  }
  if (L != nullptr) lua_close(L);
  std::printf("%ld mutants: %ld refused, %ld ran to an end, %ld failed with an error, %ld were paused\n",
              count, counts.refused, counts.ended, counts.failed, counts.paused);
  return EXIT_SUCCESS;
}

} // namespace
} // namespace perigee::hostile

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s COUNT SEED FILE.lua...\n", argv[0]);
    return EXIT_FAILURE;
  }
  return perigee::hostile::campaign(std::atol(argv[1]), std::strtoull(argv[2], nullptr, 10), argc - 3,
                                    argv + 3);
}
