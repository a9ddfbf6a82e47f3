// Programs, of either version of Lua, that run for a long time under everything a host can do to them, at
// random: slices of ticks, limits of memory, refused allocations, interrupts from another OS thread,
// discarded code, programs ended in the middle. Whoever comes to its end must have put out what it puts out
// undisturbed; errors must be the intended ones; memory must stay flat.
//
//   perigee_soak MINUTES SEED FILE.lua…        (files as in bench/: they take a scale as their argument)

#include "hostile/random.h"
#include "hostile/versions.h"
#include "jit/tiering.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace perigee::hostile {
namespace {

struct Program {
  std::string name, source;
  std::string expected[kVersionCount];
  lua_Integer scale = 0;
};

// What the host gives: counted, and refused from some request on.
struct Host {
  size_t bytes = 0;
  long requests_left = -1; // -1: any number
  static void* allocate(void* ud, void* block, size_t old_size, size_t new_size) {
    Host& h = *static_cast<Host*>(ud);
    size_t held = block != nullptr ? old_size : 0;
    if (new_size == 0) {
      std::free(block);
      h.bytes -= held;
      return nullptr;
    }
    if (new_size > held && h.requests_left >= 0 && h.requests_left-- <= 0) {
      h.requests_left = 0;
      return nullptr;
    }
    void* moved = std::realloc(block, new_size);
    if (moved != nullptr) h.bytes += new_size - held;
    return moved;
  }
};

std::string output;

int put(lua_State* L, const char* between, const char* end) {
  int n = lua_gettop(L);
  for (int i = 1; i <= n; ++i) {
    size_t length;
    const char* s = luaL_tolstring(L, i, &length);
    if (i > 1) output += between;
    output.append(s, length);
    lua_pop(L, 1);
  }
  output += end;
  return 0;
}
int print(lua_State* L) { return put(L, "\t", "\n"); }
int write(lua_State* L) { return put(L, "", ""); }

bool furnish(lua_State* L) {
  lua_pushcfunction(L, [](lua_State* T) {
    luaL_openlibs(T);
    lua_register(T, "print", print);
    lua_getglobal(T, "io");
    lua_pushcfunction(T, write);
    lua_setfield(T, -2, "write");
    return 0;
  });
  return lua_pcall(L, 0, 0, 0) == LUA_OK;
}

// Interrupts the state that is shown to it, now and then.
class Interrupter {
public:
  Interrupter() : thread_([this] { run(); }) {}
  ~Interrupter() {
    over_ = true;
    thread_.join();
  }
  void aimAt(lua_State* L) {
    std::lock_guard lock(mutex_);
    target_ = L;
  }

private:
  void run() {
    for (unsigned n = 0; !over_; ++n) {
      std::this_thread::sleep_for(std::chrono::microseconds(300 + n % 7 * 400));
      std::lock_guard lock(mutex_);
      if (target_ != nullptr) perigee_interrupt(target_);
    }
  }
  std::mutex mutex_;
  lua_State* target_ = nullptr;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

struct Faults {
  bool pauses, limits, refuses, interrupts, discards, drops;
  explicit Faults(Random& r)
      : pauses(r.oneIn(2)), limits(r.oneIn(4)), refuses(r.oneIn(4)), interrupts(r.oneIn(4)),
        discards(r.oneIn(3)), drops(r.oneIn(8)) {}
  // Errors that a program may catch, whatever comes of that.
  bool canBeCaught() const { return limits || refuses || interrupts; }
};

class Soak {
public:
  Soak(uint64_t seed, std::vector<Program> programs) : random_(seed), programs_(std::move(programs)) {
    for (Program& p : programs_)
      for (size_t version = 0; version < kVersionCount; ++version)
        p.expected[version] = undisturbed(p, version);
  }

  // One program, once. False if something was not as it should be.
  bool step() {
    const Program& p = programs_[random_.below(programs_.size())];
    Faults faults(random_);
    Host host;
    size_t version = random_.below(kVersionCount);
    lua_State* L = newState(version, Host::allocate, &host);
    if (L == nullptr || !furnish(L)) return complain(p, "no state");
    constexpr JitMode kModes[] = {JitMode::Off, JitMode::On, JitMode::On, JitMode::Always, JitMode::Stress};
    setJitMode(Thread::from(L)->global, kModes[random_.below(5)]);
    lua_gc(L, random_.oneIn(2) ? LUA_GCGEN : LUA_GCINC, 0, 0, 0);
    output.clear();
    if (faults.limits) perigee_setmemorylimit(L, perigee_memory(L) + random_.below(size_t{4} << 20));
    if (faults.refuses)
      host.requests_left = static_cast<long>(random_.below(random_.oneIn(2) ? 1000 : 100'000));
    if (faults.interrupts) interrupter_.aimAt(L);
    std::string problem = run(L, p, p.expected[version], faults);
    interrupter_.aimAt(nullptr);
    ++runs_;
    lua_close(L);
    if (problem.empty() && host.bytes != 0) problem = std::to_string(host.bytes) + " bytes are left";
    return problem.empty() || complain(p, problem.c_str());
  }
  void report() const {
    std::printf("%ld runs: %ld to the end, %ld stopped by errors, %ld dropped; %ld pauses\n", runs_, ended_,
                failed_, dropped_, pauses_);
  }

private:
  static std::string undisturbed(const Program& p, size_t version) {
    lua_State* L = newState(version);
    furnish(L);
    output.clear();
    luaL_loadbuffer(L, p.source.data(), p.source.size(), p.name.c_str());
    lua_pushinteger(L, p.scale);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
      std::fprintf(stderr, "%s: %s\n", p.name.c_str(), lua_tostring(L, -1));
      std::exit(EXIT_FAILURE);
    }
    lua_close(L);
    return output;
  }

  bool complain(const Program& p, const char* problem) {
    std::fprintf(stderr, "%s, run %ld: %s\n", p.name.c_str(), runs_, problem);
    return false;
  }

  // What a C function of the host's does, protected: refusals may hit it as well.
  struct Job {
    const Program* program;
    lua_State* co;
  };
  static int prepare(lua_State* L) {
    Job* job = static_cast<Job*>(lua_touserdata(L, 1));
    job->co = lua_newthread(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, job); // until the state is closed
    if (luaL_loadbuffer(job->co, job->program->source.data(), job->program->source.size(),
                        job->program->name.c_str()) != LUA_OK) {
      lua_xmove(job->co, L, 1);
      return lua_error(L);
    }
    lua_pushinteger(job->co, job->program->scale);
    return 0;
  }

  std::string run(lua_State* L, const Program& p, const std::string& expected, const Faults& faults) {
    State* G = Thread::from(L)->global;
    Job job{&p, nullptr};
    lua_pushcfunction(L, prepare);
    lua_pushlightuserdata(L, &job);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) return judge(lua_tostring(L, -1), faults);
    int status, arguments = 1;
    do {
      if (faults.pauses)
        perigee_setticks(L, static_cast<lua_Integer>(random_.below(random_.oneIn(2) ? 500 : 200'000)));
      int results;
      status = lua_resume(job.co, L, arguments, &results);
      arguments = 0;
      if (status != PERIGEE_PAUSED) break;
      ++pauses_;
      if (faults.discards && random_.oneIn(20)) flushAllUnits(G);
      if (faults.drops && random_.oneIn(50)) {
        ++dropped_;
        lua_resetthread(job.co);
        return "";
      }
    } while (true);
    if (status == LUA_OK) {
      ++ended_;
      return output == expected || faults.canBeCaught() ? "" : "other output: " + output;
    }
    return judge(lua_tostring(job.co, -1), faults);
  }

  std::string judge(const char* message, const Faults& faults) {
    ++failed_;
    std::string text = message != nullptr ? message : "(no message)";
    auto ends = [&text](const char* tail) { return text.ends_with(tail); };
    bool intended = faults.canBeCaught() || (faults.pauses && ends("not enough ticks"));
    return intended ? "" : "error: " + text;
  }

  Random random_;
  std::vector<Program> programs_;
  Interrupter interrupter_;
  long runs_ = 0, ended_ = 0, failed_ = 0, dropped_ = 0, pauses_ = 0;
};

std::vector<Program> readPrograms(int files, char** names) {
  std::vector<Program> programs;
  for (int i = 0; i < files; ++i) {
    std::ifstream in(names[i]);
    std::stringstream text;
    text << in.rdbuf();
    Program p;
    p.name = names[i];
    p.source = text.str();
    size_t scale = p.source.find("-- quick: ");
    if (scale != std::string::npos) p.scale = std::atoll(p.source.c_str() + scale + 10);
    programs.push_back(p);
  }
  return programs;
}

size_t residentBytes() {
  std::ifstream in("/proc/self/statm");
  size_t pages = 0, resident = 0;
  in >> pages >> resident;
  return resident * 4096;
}

int soak(double minutes, uint64_t seed, int files, char** names) {
  Soak test(seed, readPrograms(files, names));
  using Clock = std::chrono::steady_clock;
  auto start = Clock::now();
  auto passed = [&start] { return std::chrono::duration<double>(Clock::now() - start).count() / 60; };
  size_t early = 0, late = 0;
  while (passed() < minutes) {
    if (!test.step()) {
      std::fprintf(stderr, "seed %llu\n", static_cast<unsigned long long>(seed));
      return EXIT_FAILURE;
    }
    size_t& peak = passed() < minutes / 3 ? early : late;
    peak = std::max(peak, residentBytes());
  }
  test.report();
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
  bool is_flat = true; // sanitizers keep what is freed: the release is judged
#else
  bool is_flat = late <= early + early / 8;
#endif
  std::printf("resident after a run: %.1f MB at most in the first third, %.1f MB later%s\n",
              static_cast<double>(early) * 1e-6, static_cast<double>(late) * 1e-6,
              is_flat ? "" : ": NOT FLAT");
  return is_flat ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace
} // namespace perigee::hostile

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: %s MINUTES SEED FILE.lua...\n", argv[0]);
    return EXIT_FAILURE;
  }
  return perigee::hostile::soak(std::atof(argv[1]), std::strtoull(argv[2], nullptr, 10), argc - 3, argv + 3);
}
