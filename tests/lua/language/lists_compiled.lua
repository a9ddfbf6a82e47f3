-- Variable arguments, results of any number, tail calls and the closing of captured variables in functions
-- that run compiled.
local t = require "harness"

local rounds = 200

t.test("variable arguments", function()
  local function all(...) return ... end
  local function fixed(a, b, ...) return ..., a, b end
  local function packed(...) return { ... } end
  local function counted(...) return select("#", ...), (select(-1, 0, ...)) end
  local function between(...) return 1, ... end
  for i = 1, rounds do
    t.values(table.pack(all()))
    t.values(table.pack(all(nil, nil)), nil, nil)
    t.values(table.pack(all(1, i, "x")), 1, i, "x")
    t.values(table.pack(fixed(1, 2, 3, 4)), 3, 1, 2)
    t.values(table.pack(fixed(1)), nil, 1, nil)
    t.eq(#packed(1, 2, i), 3)
    t.values(table.pack(counted(7, 8)), 2, 8)
    t.values(table.pack(counted()), 0, 0)
    t.values(table.pack(between(2, 3)), 1, 2, 3)
  end
end)

t.test("more arguments than the stack has room for", function()
  local function all(...) return select("#", ...) end
  local many = {}
  for i = 1, 20000 do many[i] = i end
  for i = 1, rounds do t.eq(all(1, 2, 3), 3) end
  t.eq(all(table.unpack(many)), 20000)
  t.eq(coroutine.wrap(function() return all(table.unpack(many)) end)(), 20000)
end)

t.test("results of any number", function()
  local function results(n)
    if n == 0 then return end
    if n == 1 then return 1 end
    if n == 2 then return 1, 2 end
    if n == 3 then return 1, 2, 3 end
    return 1, 2, 3, 4, 5, 6
  end
  for _ = 1, rounds do
    for n = 0, 4 do
      local a, b = results(n)
      t.values({ n = 2, a, b }, n > 0 and 1 or nil, n > 1 and 2 or nil)
      t.eq(select("#", results(n)), n < 4 and n or 6)
      local list = { results(n), results(n) }
      t.eq(#list, n == 0 and 0 or n < 4 and n + 1 or 7)
      local sum = 0
      for _, v in ipairs(list) do sum = sum + v end
      t.eq((results(n)), n > 0 and 1 or nil)
    end
  end
end)

t.test("results go through several calls", function()
  local function two() return 1, 2 end
  local function through() return two() end
  local function added() return 0, two() end
  local function nested() return added(), added() end
  for _ = 1, rounds do
    t.values(table.pack(through()), 1, 2)
    t.values(table.pack(added()), 0, 1, 2)
    t.values(table.pack(nested()), 0, 0, 1, 2)
    t.eq(math.max(added()), 2)
    t.eq(string.format("%d %d %d", added()), "0 1 2")
  end
end)

t.test("tail calls of every kind of function", function()
  local callable = setmetatable({}, { __call = function(self, a, b) return "called", a, b end })
  local function tail(f, ...) return f(...) end
  local function tail_fixed(f, a) return f(a, 2) end
  local function lua_function(a, b) return "lua", a, b end
  local function vararg_function(...) return "vararg", ... end
  for _ = 1, rounds do
    t.values(table.pack(tail(lua_function, 1, 2)), "lua", 1, 2)
    t.values(table.pack(tail_fixed(lua_function, 1)), "lua", 1, 2)
  end
  for _ = 1, rounds do
    t.values(table.pack(tail(vararg_function, 1, 2)), "vararg", 1, 2)
    t.values(table.pack(tail(lua_function)), "lua", nil, nil)
    t.values(table.pack(tail(callable, 1)), "called", 1, nil)
    t.values(table.pack(tail(math.max, 1, 5, 3)), 5)
    t.values(table.pack(tail(select, "#", 1, 2)), 2)
    t.values(table.pack(tail(pcall, lua_function, 1)), true, "lua", 1, nil)
    t.values(table.pack(tail_fixed(vararg_function, 1)), "vararg", 1, 2)
    t.values(table.pack(tail_fixed(math.max, 1)), 2)
    t.values(table.pack(tail_fixed(callable, 1)), "called", 1, 2)
  end
  t.ok(select(2, pcall(tail, nil)):find("attempt to call a nil value (local 'f')", 1, true))
  t.ok(select(2, pcall(tail_fixed, 5)):find("attempt to call a number value (local 'f')", 1, true))
end)

t.test("tail calls without end", function()
  local function count(n, ...)
    if n == 0 then return select("#", ...) end
    return count(n - 1, ...)
  end
  local function sum(n, s)
    if n == 0 then return s end
    return sum(n - 1, s + n)
  end
  local function open(n, s)
    if n == 0 then return s end
    return open(table.unpack { n - 1, s + n })
  end
  t.eq(count(20000, 1, 2, 3), 3)
  t.eq(sum(20000, 0), 200010000)
  t.eq(open(20000, 0), 200010000)
end)

t.test("errors in a C function that was called last name its caller", function()
  local function tail(x) return tonumber(x, 99) end
  local function get() return pcall(tail, "z") end
  local first = table.pack(get())
  for _ = 1, rounds do
    local ok, message = get()
    t.eq(message, first[2])
  end
  local function traced() return debug.traceback("x", 1) end
  local cold = traced()
  for _ = 1, rounds do traced() end
  t.eq(traced():gsub("%d+: in local 'traced'.*", ""):match("^x\nstack traceback:\n%s+%[C%]"), cold:match("^x\nstack traceback:\n%s+%[C%]"))
end)

t.test("captured variables are closed", function()
  local function returns_captured(n)
    local x = n
    local function get() x = x + 1; return x end
    if n % 2 == 0 then return x, get end
    return get, x
  end
  local function last_call(n)
    local x = n
    local function get() x = x + 1; return x end
    return pcall(function() return get, x end)
  end
  local function loops(n)
    local fs, i = {}, 0
    while i < n do
      i = i + 1
      local x, y = i * 2, i
      if i % 3 ~= 0 then
        fs[#fs + 1] = function() y = y + 1; return x + y end
      end
    end
    return fs
  end
  for i = 1, rounds do
    local a, b = returns_captured(2 * i)
    t.eq(a, 2 * i)
    t.eq(b(), 2 * i + 1)
    a, b = returns_captured(2 * i + 1)
    t.eq(b, 2 * i + 1)
    t.eq(a(), 2 * i + 2)
    t.eq(a(), 2 * i + 3)
    local _, get, x = last_call(i)
    t.eq(get(), x + 1)
    local fs = loops(5)
    t.eq(#fs, 4)
    t.eq(fs[1](), 4)
    t.eq(fs[1](), 5)
    t.eq(fs[4](), 16)
  end
end)

t.test("coroutines in the middle of lists", function()
  local function yields(...)
    return ..., coroutine.yield(...)
  end
  local function outer(...)
    return yields(...)
  end
  for _ = 1, rounds do
    local co = coroutine.wrap(outer)
    t.values(table.pack(co(1, 2)), 1, 2)
    t.values(table.pack(co(3, 4)), 1, 3, 4)
  end
end)

t.finish()
