-- Programs that are paused when their ticks are spent and go on as if nothing had happened.
local t = require "harness"
local has_limits, limits = pcall(require, "limits")
if not has_limits then return t.finish() end -- stock Lua

local same = require "limits.support.pausing".same

same("loops and calls", function(out)
  local function fact(n) if n <= 1 then return 1 end return n * fact(n - 1) end
  local s = 0
  for i = 1, 10 do s = s + fact(i) end
  local i = 0
  while i < 10 do i = i + 1 if i % 3 == 0 then s = s - i end end
  repeat i = i - 1 until i == 0
  out(s, i)
  for k, v in pairs { 10, 20, x = 30 } do out(k, v) end
  for k, v in ipairs { 1, 2, 3 } do out(k, v) end
  for f = 1.0, 2.0, 0.25 do out(f) end
  goto done
  ::done::
  return s
end)

same("varargs, tail calls, many results", function(out)
  local function count(n, ...) if n == 0 then return select("#", ...), ... end return count(n - 1, n, ...) end
  out(count(6))
  local function pass(...) local a, b = ... return b, a, ... end
  out(pass(1, 2, 3))
  out((pass(4, 5)))
  local list = { pass(pass(1, 2)) }
  out(#list)
  return table.unpack(list)
end)

same("metamethods", function(out)
  local M = {}
  M.__index = function(_, k) return k .. "?" end
  M.__newindex = function(o, k, v) rawset(o, k, v + 1) end
  M.__add = function(a, b) return setmetatable({ n = a.n + b.n }, M) end
  M.__lt = function(a, b) return a.n < b.n end
  M.__le = function(a, b) return a.n <= b.n end
  M.__eq = function(a, b) return a.n == b.n end
  M.__concat = function(a, b) return (rawequal(a, nil) or type(a) == "string") and a .. "+" .. b.n or a.n .. "+" .. b end
  M.__len = function(a) return a.n * 2 end
  M.__unm = function(a) return -a.n end
  M.__call = function(self, x) return self.n * x end
  local a, b = setmetatable({ n = 3 }, M), setmetatable({ n = 4 }, M)
  a.z = 1
  out(a.z, a.y, (a + b).n, a < b, a <= b, a == b, a ~= b, "s" .. a, a .. "s", #a, -a, a(5))
end)

same("protected calls and errors", function(out)
  local function fails(depth)
    if depth == 0 then error({ code = 7 }) end
    local ok, e = pcall(fails, depth - 1)
    if not ok then e.code = e.code + 1 error(e) end
  end
  local ok, e = pcall(fails, 4)
  out(ok, e.code)
  out(pcall(function() local x = nil; return x.field end))
  out(xpcall(function() error("deep") end, function(m) return "handled " .. m:gsub("^.-:%d+: ", "") end))
  out(select("#", pcall(function() return 1, 2, 3 end)))
end)

same("coroutines inside coroutines", function(out)
  local function generator(n)
    return coroutine.wrap(function()
      for i = 1, n do
        local inner = coroutine.create(function(...)
          local sum = 0
          for _, v in ipairs { ... } do sum = sum + v end
          local more = coroutine.yield(sum)
          return sum + more
        end)
        local _, first = coroutine.resume(inner, i, i + 1)
        local _, second = coroutine.resume(inner, 100)
        coroutine.yield(first, second, coroutine.status(inner))
      end
    end)
  end
  for a, b, c in generator(3) do out(a, b, c) end
  local failing = coroutine.create(function() coroutine.yield(1) error("inside", 0) end)
  out(coroutine.resume(failing))
  out(coroutine.resume(failing))
  out(pcall(coroutine.wrap(function() error("wrapped", 0) end)))
end)

same("upvalues", function(out)
  local list = {}
  for i = 1, 3 do
    local n = i
    list[i] = function(d) n = n + d return n end
  end
  for round = 1, 2 do for i = 1, 3 do out(list[i](round)) end end
end)

t.test("a program is paused only so far", function()
  local co = coroutine.create(function() local n = 0 while true do n = n + 1 end end)
  for _ = 1, 100 do t.eq(limits.resume(co, 1000), "paused") end
  local ok, message = coroutine.resume(co)
  t.eq(ok, false)
  t.eq(message, "cannot resume non-suspended coroutine")
  t.eq(coroutine.status(co), "normal")
end)

t.test("a paused program yields when it goes on", function()
  local co = coroutine.create(function(a)
    for i = 1, 100 do a = a + 1 end
    a = a + coroutine.yield(a)
    for i = 1, 100 do a = a + 1 end
    return a
  end)
  t.eq(limits.resume(co, 50, 1), "paused")
  t.values(table.pack(limits.resume(co, 5000)), "yielded", 101)
  t.eq(limits.resume(co, 50, 1000), "paused")
  t.values(table.pack(limits.resume(co, 5000)), "done", 1201)
  t.values(table.pack(limits.resume(co, 5000)), "failed", "cannot resume dead coroutine")
end)

t.test("many programs by turns", function()
  local list, log = {}, {}
  for i = 1, 50 do
    list[i] = coroutine.create(function()
      local s = 0
      for j = 1, 20 * i do s = s + j end
      log[#log + 1] = i .. "=" .. s
    end)
  end
  local left = #list
  while left > 0 do
    for i, co in pairs(list) do
      if limits.resume(co, 60) == "done" then list[i] = nil left = left - 1 end
    end
  end
  t.eq(#log, 50)
  t.eq(log[1], "1=210")
  t.eq(log[50], "50=500500")
end)

t.test("a child spends what its parent has", function()
  local child = coroutine.create(function() while true do end end)
  local parent = coroutine.create(function() return limits.resume(child, 1 << 40) end)
  local before = limits.ticks()
  t.values(table.pack(limits.resume(parent, 10000)), "done", "paused")
  t.ok(limits.ticks() - before < 10100)
end)

t.test("the reader of a chunk may overdraw", function()
  local co = coroutine.create(function()
    local n = 0
    local f = load(function() n = n + 1 for i = 1, 1000 do end return n == 1 and "return 7" or nil end)
    return f()
  end)
  t.values(table.pack(limits.resume(co, 100)), "paused")
  t.values(table.pack(limits.resume(co, 10000)), "done", 7)
end)

t.test("where a program cannot be paused it is stopped, whatever it catches", function()
  local log = {}
  local co = coroutine.create(function()
    local ok = pcall(load, function() -- no continuation leads back into load
      pcall(function() while true do end end)
      log[#log + 1] = "caught"
    end)
    log[#log + 1] = "went on"
  end)
  t.values(table.pack(limits.resume(co, 1000)), "failed", "not enough ticks")
  t.eq(#log, 0)
  t.eq(coroutine.status(co), "dead")
end)

-- May not go on for ever.
t.test("stopped: coroutines that fail", function()
  local co = coroutine.create(function() load(function() -- a reader cannot be paused
    while true do
      coroutine.resume(coroutine.create(function() while true do end end))
      pcall(coroutine.wrap(function() while true do end end))
      xpcall(function() while true do end end, function() while true do end end)
    end
  end) return "went on" end)
  t.values(table.pack(limits.resume(co, 1000)), "failed", "not enough ticks")
end)

t.test("finalizers get a share of what the program spends", function()
  local rounds = 0
  local co = coroutine.create(function()
    for i = 1, 100 do
      setmetatable({}, { __gc = function() while true do rounds = rounds + 1 end end })
      collectgarbage()
    end
  end)
  limits.resume(co, 1 << 40)
  t.ok(rounds < 1000000 + 10 * limits.ticks(), rounds)
end)

t.test("nothing is put on the stack of a program that is not to be resumed", function()
  local co = coroutine.create(function()
    local a, b, s = 1, 2, 0
    for i = 1, 1000 do s = s + a + b end
    return s, a, b
  end)
  t.eq(limits.resume(co, 100), "paused")
  t.values(table.pack(limits.resume(co, 100, "x", "y", "z", "w")), "failed", "a paused program takes no values")
  t.values(table.pack(limits.resume(co, 1 << 40)), "done", 3000, 1, 2)
  for _ = 1, 3 do
    t.values(table.pack(limits.resume(co, 1000, 1)), "failed", "cannot resume dead coroutine")
    t.eq(coroutine.status(co), "dead")
  end
  t.values(table.pack(limits.resume(coroutine.running(), 5)), "failed", "cannot resume non-suspended coroutine")
  local inner
  local outer = coroutine.create(function()
    inner = coroutine.create(function() local s = 0 for i = 1, 1000 do s = s + i end return s end)
    return select(2, coroutine.resume(inner))
  end)
  t.eq(limits.resume(outer, 100), "paused")
  t.values(table.pack(limits.resume(inner, 100, 1, 2)), "failed", "cannot resume non-suspended coroutine")
  t.values(table.pack(limits.resume(outer, 1 << 40)), "done", 500500)
end)

t.finish()
