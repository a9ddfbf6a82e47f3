// math.random and math.randomseed; the generator is the upvalue of both.

#include "lib/math_random.h"

#include "lib/random.h"
#include "lib/system_random.h"
#include "vm/proto.h"

#include <ctime>

namespace perigee {
namespace {

template <class T> T& generator(Native& n) { return *static_cast<T*>(n.upvalue(1).userdata()->bytes()); }

// The interval that the arguments ask for; false if they ask for none.
bool readInterval(Native& n, int64_t* low, int64_t* high) {
  *low = 1;
  switch (n.count()) {
  case 0: return false;
  case 1: *high = n.checkInteger(1); return true;
  case 2:
    *low = n.checkInteger(1);
    *high = n.checkInteger(2);
    return true;
  default: n.error("wrong number of arguments");
  }
}

int random(lua_State* L) {
  Native n(L);
  Random& random = generator<Random>(n);
  uint64_t bits = random.next();
  int64_t low, high;
  if (!readInterval(n, &low, &high)) {
    n.pushFloat(static_cast<double>(bits >> 11) * 0x1p-53);
    return 1;
  }
  if (n.count() == 1 && high == 0) {
    n.pushInteger(static_cast<int64_t>(bits));
    return 1;
  }
  n.argumentCheck(low <= high, 1, "interval is empty");
  uint64_t range = static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
  n.pushInteger(static_cast<int64_t>(random.project(bits, range) + static_cast<uint64_t>(low)));
  return 1;
}

// Seeds the generator and pushes the two parts of the seed.
void setSeed(Native& n, Random& random, int64_t first, int64_t second) {
  random.seed(static_cast<uint64_t>(first), static_cast<uint64_t>(second));
  n.pushInteger(first);
  n.pushInteger(second);
}

void setRandomSeed(Native& n, Random& random) {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  uint64_t time = static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
  setSeed(n, random, static_cast<int64_t>(time),
          static_cast<int64_t>(reinterpret_cast<uintptr_t>(n.thread())));
}

int randomSeed(lua_State* L) {
  Native n(L);
  Random& random = generator<Random>(n);
  if (n.count() == 0) {
    setRandomSeed(n, random);
  } else {
    int64_t first = n.checkInteger(1);
    setSeed(n, random, first, n.optionalInteger(2, 0));
  }
  return 2;
}

// --- the same with the C library's generator (Dialect::random_is_the_systems) ------------------------------

int systemRandom(lua_State* L) {
  Native n(L);
  double r = generator<SystemRandom>(n).next() * (1.0 / SystemRandom::kRange);
  int64_t low, high;
  if (!readInterval(n, &low, &high)) {
    n.pushFloat(r);
    return 1;
  }
  n.argumentCheck(low <= high, 1, "interval is empty");
  n.argumentCheck(low >= 0 || high <= INT64_MAX + low, 1, "interval too large");
  r *= static_cast<double>(high - low) + 1.0;
  // The product of the largest number may be 2^63; then the machine's conversion gives the smallest integer.
  uint64_t offset = r < 0x1p63 ? static_cast<uint64_t>(r) : uint64_t{1} << 63;
  n.pushInteger(static_cast<int64_t>(offset + static_cast<uint64_t>(low)));
  return 1;
}

int systemRandomSeed(lua_State* L) {
  Native n(L);
  double seed = n.checkNumber(1);
  bool fits = seed >= -0x1p63 && seed < 0x1p63;
  SystemRandom& random = generator<SystemRandom>(n);
  random.seed(static_cast<unsigned>(fits ? static_cast<int64_t>(seed) : INT64_MIN));
  random.next(); // the first number depends on the seed too plainly
  return 0;
}

void setFunction(Native& n, Table* library, const char* name, lua_CFunction f, Userdata* generator) {
  n.push(Value::of(generator));
  n.pushClosure(f, 1);
  n.setField(library, name);
}

} // namespace

void openRandom(Native& n, Table* library) {
  bool systems = dialectOf(n.thread()).random_is_the_systems;
  Userdata* generator = newInternalUserdata(n.thread(), systems ? sizeof(SystemRandom) : sizeof(Random), 0);
  n.push(Value::of(generator));
  if (systems) {
    static_cast<SystemRandom*>(generator->bytes())->begin();
  } else {
    setRandomSeed(n, *static_cast<Random*>(generator->bytes()));
    n.pop(2);
  }
  setFunction(n, library, "random", systems ? systemRandom : random, generator);
  setFunction(n, library, "randomseed", systems ? systemRandomSeed : randomSeed, generator);
  n.pop(1);
}

} // namespace perigee
