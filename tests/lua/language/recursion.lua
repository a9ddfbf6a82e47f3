-- Tail calls, deep recursion, and what happens when it never ends.
local t = require "harness"

t.test("tail calls use no stack", function()
  local function loop(n) if n == 0 then return "done" end return loop(n - 1) end
  t.eq(loop(1000000), "done")
  local even, odd
  function even(n) if n == 0 then return true end return odd(n - 1) end
  function odd(n) if n == 0 then return false end return even(n - 1) end
  t.eq(even(200001), false)
  local obj = {}
  function obj:m(n, acc) if n == 0 then return acc end return self:m(n - 1, acc + n) end
  t.eq(obj:m(200000, 0), 20000100000)
  local function va(n, ...) if n == 0 then return select("#", ...) end return va(n - 1, ...) end
  t.eq(va(100000, 1, nil, nil), 3)
  local function grow(n, ...) if n == 0 then return select("#", ...) end return grow(n - 1, n, ...) end
  t.eq(grow(150), 150)
  local callable = setmetatable({}, { __call = function(self, n) if n == 0 then return "c" end return self(n - 1) end })
  t.eq(callable(100000), "c")
  local function viac(n) if n == 0 then return "p" end return select(2, pcall(viac, n - 1)) end
  t.eq(viac(50), "p")
  local function ret(...) return ... end
  local function tail(...) return ret(...) end
  t.values(table.pack(tail()))
  t.values(table.pack(tail(1, nil)), 1, nil)
  local function ctail(x) return tostring(x) end
  t.eq(ctail(12), "12")
  local function ptail() return pcall(error, "e", 0) end
  t.values(table.pack(ptail()), false, "e")
end)

t.test("recursion", function()
  local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
  t.eq(fib(20), 6765)
  local function depth(n) if n == 0 then return 0 end return 1 + depth(n - 1) end
  t.eq(depth(10000), 10000)
  t.eq(depth(150000), 150000)
  local function ack(m, n)
    if m == 0 then return n + 1 elseif n == 0 then return ack(m - 1, 1) else return ack(m - 1, ack(m, n - 1)) end
  end
  t.eq(ack(2, 6), 15)
end)

t.test("endless recursion is an error that can be caught", function()
  local function forever() return 1 + forever() end
  local ok, err = pcall(forever)
  t.eq(ok, false)
  t.ok(type(err) == "string" and err:find("stack overflow", 1, true), err)
  t.eq((tostring(err):match("^language/recursion%.lua:%d+: stack overflow")) ~= nil, true)
  t.eq((pcall(forever)), false)
  local function va(...) return 1 + va(1, ...) end
  ok, err = pcall(va)
  t.eq(ok, false)
  t.ok(tostring(err):find("stack overflow", 1, true))
  local obj = setmetatable({}, {})
  getmetatable(obj).__index = function(o, k) return o[k .. "x"] end
  ok, err = pcall(function() return obj.a end)
  t.eq(ok, false)
  t.ok(tostring(err):find("overflow", 1, true))
  local co = coroutine.wrap(function() return pcall(forever) end)
  t.eq(select("#", co()), 2)
  local handled
  ok, err = xpcall(forever, function(m) handled = m return "handled" end)
  t.values(table.pack(ok, err), false, "handled")
  t.ok(tostring(handled):find("stack overflow", 1, true))
  local n = 0
  local function count() n = n + 1 return count() + 1 end
  pcall(count)
  t.ok(n > 1000, n)
  t.eq(select(2, pcall(string.rep, "x", 3)), "xxx")
end)

local function deep(n)
  if n == 0 then return 0 end
  return 1 + deep(n - 1)
end

t.test("stacks shrink when they are not needed any more", function()
  collectgarbage()
  local before = collectgarbage("count")
  t.eq(deep(150000), 150000)
  collectgarbage()
  collectgarbage()
  t.ok(collectgarbage("count") - before < 2500)
  t.eq(deep(1000), 1000)
end)

t.test("native functions keep the room they have made", function()
  local list = setmetatable({}, {
    __len = function() return 20000 end,
    __index = function(_, i)
      if i % 5000 == 0 then collectgarbage() end
      return i
    end,
  })
  deep(100000)
  local function check(...)
    t.eq(select("#", ...), 20000)
    t.eq((select(20000, ...)), 20000)
    t.eq((...), 1)
  end
  check(table.unpack(list))
  local values = { table.unpack(list) }
  for i = 1, 20000 do assert(values[i] == i) end
end)

t.finish()
