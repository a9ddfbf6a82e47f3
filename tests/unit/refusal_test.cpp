// Memory refused at any point of a program that uses the whole library: the program ends with a memory error
// or well, and nothing is left behind.

#include "interpreter/call.h"
#include "interpreter/interpreter.h"
#include "lib/native.h"
#include "vm/string.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace perigee {
namespace {

constexpr const char* kProgram = R"lua(
  local log = setmetatable({}, {__mode = 'k'})
  local function work(n)
    local list, fields = {}, {}
    for i = 1, n do
      list[i] = ('%d:%s'):format(i, ('x'):rep(i * 7 % 90))
      fields['k' .. i] = {i, i + 0.5, list[i]}
      log[fields['k' .. i]] = {}
    end
    table.sort(list, function(a, b) return #a < #b end)
    table.sort(list)
    for k in pairs(fields) do if #k % 2 == 0 then fields[k] = nil end end
    local text = table.concat(list, ','):gsub('%d+', function(d) return d .. d end):upper()
    for word in text:gmatch('[^,]+') do list[#list + 1] = word:reverse():byte(1, 3) end
    local packed = string.pack('>i4 s2 z d', n, text, 'zero', 0.5)
    assert(string.unpack('>i4 s2 z d', packed) == n)
    assert(#utf8.char(0x20AC, 65, 0x10FFFF) == 8)
    table.move(list, 1, #list, 3)
    table.insert(list, 2, 'inserted')
    table.remove(list, 1)
    return table.unpack(list, 1, 20)
  end
  local function closing(f)
    local c <close> = setmetatable({}, {__close = function() f() end, __gc = function() f() end})
    return f()
  end
  work(20)
  local generator = coroutine.wrap(function(...) for i = 1, 5 do closing(function() coroutine.yield(work(i)) end) end end)
  for i = 1, 4 do generator() end
  local chunk = assert(load('local a <const>, t = 1, {...} return function(x) return a + x + #t, "' .. ('s'):rep(60) .. '" end'))
  assert(load(string.dump(chunk), '=dumped', 'b'))(1, 2)(3)
  xpcall(function() local t = nil; return t.field end, debug.traceback)
  local ok, message = pcall(error, setmetatable({}, {__tostring = function() return 'failed' end}))
  assert(ok or message)
  pcall(tostring, message)
  debug.sethook(function() end, 'crl')
  work(3)
  debug.sethook()
  debug.getinfo(1, 'nSltufrL')
  collectgarbage()
  local function deep(n) if n == 0 then return 0 end return 1 + deep(n - 1) end
  deep(500)
  select('#', table.unpack({}, 1, 3000))
  os.date('*t')
  os.getenv('HOME')
  io.open('/dev/null', 'w'):write('text', 1, 2.5)
  for line in io.lines('/dev/null') do end
  require('string')
  pcall(require, 'no.such.module')
  tostring(print)
  math.random(10)
)lua";

struct RefusingHost {
  size_t bytes = 0;
  long requests = 0;
  long first = -1, last = -1; // requests for more that are refused

  static void* allocate(void* ud, void* ptr, size_t old_size, size_t new_size) {
    auto& h = *static_cast<RefusingHost*>(ud);
    if (ptr == nullptr) old_size = 0;
    if (new_size > old_size) {
      long n = h.requests++;
      if (n >= h.first && n <= h.last) return nullptr;
    }
    h.bytes += new_size - old_size;
    if (new_size == 0) {
      std::free(ptr);
      return nullptr;
    }
    return std::realloc(ptr, new_size);
  }
};

void runProgram(Thread* L, void*) {
  openLibraries(L);
  Native native(L);
  native.push(native.field(native.state()->globals, "load"));
  native.pushString(kProgram);
  native.pushString("=program");
  callPushed(L, 2, 2);
  if (native.top(-2).isNil()) raise(L);
  native.pop(1);
  callPushed(L, 0, 0);
}

// Requests for memory in all; 0 or more refused, from the first to the last.
long run(long first, long last) {
  RefusingHost host;
  host.first = first;
  host.last = last;
  if (Thread* L = newState(RefusingHost::allocate, &host, 42)) {
    ThreadStatus status = protectedRun(L, runProgram, nullptr, saveSlot(L, L->top));
    if (status != ThreadStatus::Ok) {
      std::string text = L->top[-1].isString() ? std::string(L->top[-1].string()->view()) : "(no string)";
      // The program may be told by a message of its own that memory was refused: one that load or require
      // returns.
      EXPECT_NE(text.find("not enough memory"), std::string::npos) << first << " to " << last << ": " << text;
      EXPECT_GE(first, 0);
    }
    host.first = host.last = -1;
    closeState(L);
  }
  EXPECT_EQ(host.bytes, 0u) << first << " to " << last;
  return host.requests;
}

template <class F> void forEachRequest(long total, F&& f) {
  for (long n = 0; n < total; ++n) f(n);
}

TEST(Refusal, NothingRefused) { EXPECT_GT(run(-1, -1), 100); }

TEST(Refusal, OnceAtEveryPoint) {
  forEachRequest(run(-1, -1), [](long n) { run(n, n); });
}

TEST(Refusal, TwiceInARow) {
  forEachRequest(run(-1, -1), [](long n) { run(n, n + 1); });
}

TEST(Refusal, FromAPointOn) {
  forEachRequest(run(-1, -1), [](long n) { run(n, 1L << 40); });
}

} // namespace
} // namespace perigee
