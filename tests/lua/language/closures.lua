-- Closures and upvalues.
local t = require "harness"

t.test("sharing", function()
  local function counter()
    local n = 0
    return function() n = n + 1 return n end, function() return n end, function(v) n = v end
  end
  local inc, get, set = counter()
  inc() inc()
  t.eq(get(), 2)
  set(10)
  t.eq(inc(), 11)
  local inc2, get2 = counter()
  t.eq(inc2(), 1)
  t.eq(get(), 11)
  t.eq(get2(), 1)
end)

t.test("an open upvalue is the local variable itself", function()
  local x = 1
  local function set(v) x = v end
  local function get() return x end
  set(5)
  t.eq(x, 5)
  x = 6
  t.eq(get(), 6)
  local y = x
  set(7)
  t.values(table.pack(x, y), 7, 6)
  local function swap(a, b)
    local function f() a, b = b, a end
    f()
    return a, b
  end
  t.values(table.pack(swap(1, 2)), 2, 1)
end)

t.test("fresh variables in each iteration of every loop", function()
  local fs = {}
  for i = 1, 3 do fs[i] = function() i = i + 10 return i end end
  t.values(table.pack(fs[1](), fs[1](), fs[2](), fs[3]()), 11, 21, 12, 13)
  for k, v in pairs { "a" } do fs[k] = function() return k, v end end
  t.values(table.pack(fs[1]()), 1, "a")
  local i = 0
  while i < 3 do
    local j = i
    i = i + 1
    fs[i] = function() j = j + 1 return j, i end
  end
  t.values(table.pack(fs[1]()), 1, 3)
  t.values(table.pack(fs[2]()), 2, 3)
  t.values(table.pack(fs[1]()), 2, 3)
  i = 0
  repeat
    local j = i
    i = i + 1
    fs[i] = function() return j end
  until j == 2
  t.values(table.pack(fs[1](), fs[2](), fs[3]()), 0, 1, 2)
end)

t.test("two closures of one iteration share, of two iterations do not", function()
  local gets, sets = {}, {}
  for i = 1, 2 do
    local v = 0
    gets[i] = function() return v end
    sets[i] = function(x) v = x end
  end
  sets[1]("one")
  t.values(table.pack(gets[1](), gets[2]()), "one", 0)
end)

t.test("through several levels", function()
  local function a()
    local x = 1
    return function()
      local y = 10
      return function()
        local z = 100
        return function()
          x, y, z = x + 1, y + 10, z + 100
          return x, y, z
        end
      end
    end
  end
  local l1 = a()
  local l2 = l1()
  local l3 = l2()
  t.values(table.pack(l3()), 2, 20, 200)
  t.values(table.pack(l2()()), 3, 30, 200)
  t.values(table.pack(l1()()()), 4, 20, 200)
  t.values(table.pack(l3()), 5, 40, 300)
end)

t.test("parameters and varargs as upvalues", function()
  local function add(n) return function(x) n = n + x return n end end
  local f = add(10)
  f(1)
  t.eq(f(1), 12)
  local function keep(...)
    local args = { ... }
    return function(i) return args[i] end
  end
  t.eq(keep("a", "b")(2), "b")
end)

t.test("recursion through upvalues", function()
  local function fact(n) return n <= 1 and 1 or n * fact(n - 1) end
  t.eq(fact(20), 2432902008176640000)
  local even, odd
  even = function(n) return n == 0 or odd(n - 1) end
  odd = function(n) return n ~= 0 and even(n - 1) end
  t.eq(even(100), true)
  local old = fact
  fact = nil
  t.raises(function() old(3) end, "@ attempt to call a nil value (upvalue 'fact')")
end)

t.test("upvalues survive their frame, errors and coroutines", function()
  local get
  pcall(function()
    local v = "kept"
    get = function() return v end
    v = "changed"
    error "x"
  end)
  t.eq(get(), "changed")
  local co = coroutine.wrap(function()
    local n = 0
    coroutine.yield(function() n = n + 1 return n end)
    n = n + 100
    coroutine.yield(n)
  end)
  local f = co()
  f()
  t.eq(f(), 2)
  t.eq(co(), 102)
  t.eq(f(), 103)
end)

t.test("the stack may grow while upvalues are open", function()
  local x = 0
  local function inc() x = x + 1 end
  local function deep(n) inc() if n > 0 then deep(n - 1) end inc() end
  deep(5000)
  t.eq(x, 10002)
end)

t.test("debug.upvalueid and upvaluejoin", function()
  local a, b = 1, 2
  local function f() return a, b end
  local function g() return b, a end
  local function h() return a end
  t.eq(debug.upvalueid(f, 1), debug.upvalueid(g, 2))
  t.eq(debug.upvalueid(f, 2), debug.upvalueid(g, 1))
  t.eq(debug.upvalueid(f, 1), debug.upvalueid(h, 1))
  t.eq(debug.upvalueid(f, 1) ~= debug.upvalueid(f, 2), true)
  for _, n in ipairs { 2, 0 } do
    local ok, id = pcall(debug.upvalueid, h, n)
    t.eq(ok, not t.lua53)
    t.eq(id, t.either("bad argument #2 to 'upvalueid' (invalid upvalue index)", nil))
  end
  t.eq(type(debug.upvalueid(f, 1)), "userdata")
  local function mk() local v = 0 return function() v = v + 1 return v end end
  local c1, c2 = mk(), mk()
  t.eq(debug.upvalueid(c1, 1) ~= debug.upvalueid(c2, 1), true)
  debug.upvaluejoin(c1, 1, c2, 1)
  c2()
  t.eq(c1(), 2)
  t.eq(debug.upvalueid(c1, 1), debug.upvalueid(c2, 1))
  t.fails("debug.upvaluejoin(function() end, 1, function() end, 1)",
    "t:1: bad argument #2 to 'upvaluejoin' (invalid upvalue index)")
  t.fails("local x; debug.upvaluejoin(function() return x end, 1, print, 1)",
    "t:1: bad argument #4 to 'upvaluejoin' (invalid upvalue index)")
end)

t.test("debug.getupvalue and setupvalue", function()
  local x, y = "ex", "why"
  local function f() x = x return x, y end
  t.values(table.pack(debug.getupvalue(f, 1)), "x", "ex")
  t.values(table.pack(debug.getupvalue(f, 2)), "y", "why")
  t.values(table.pack(debug.getupvalue(f, 3)))
  t.eq(debug.setupvalue(f, 2, "new"), "y")
  t.eq(y, "new")
  t.eq(debug.setupvalue(f, 3, 1), nil)
  t.values(table.pack(debug.getupvalue(load("return x"), 1)), "_ENV", _G)
  t.values(table.pack(debug.getupvalue(print, 1)))
  local stripped = load(string.dump(f, true))
  t.eq((debug.getupvalue(stripped, 1)), "(no name)")
  t.eq((debug.getupvalue(string.gmatch("a", "a"), 1)), "")
end)

t.test("many upvalues", function()
  local names, sum = {}, {}
  for i = 1, 100 do names[i] = "u" .. i end
  local code = "local " .. table.concat(names, ",") .. " = ...\n"
    .. "return function() u1 = u1 + 1 return " .. table.concat(names, "+") .. " end"
  local args = {}
  for i = 1, 100 do args[i] = i end
  local f = load(code)(table.unpack(args))
  t.eq(f(), 5051)
  t.eq(f(), 5052)
  t.eq(#sum, 0)
end)

t.test("closures created in loops do not keep each other", function()
  local weak = setmetatable({}, { __mode = "v" })
  local last
  for i = 1, 10 do
    local obj = { i }
    last = function() return obj[1] end
    weak[i] = obj
  end
  collectgarbage()
  collectgarbage()
  local alive = 0
  for i = 1, 9 do if weak[i] then alive = alive + 1 end end
  t.eq(alive, 0)
  t.eq(last(), 10)
end)

t.test("closures in expressions and tables", function()
  local obj = { n = 0, inc = function(self) self.n = self.n + 1 return self.n end }
  obj:inc()
  t.eq(obj:inc(), 2)
  local fs = { function() return 1 end, function() return 2 end, k = function() return 3 end }
  t.values(table.pack(fs[1](), fs[2](), fs.k()), 1, 2, 3)
  local memo = {}
  local function fib(n)
    if n < 2 then return n end
    local m = memo[n]
    if not m then
      m = fib(n - 1) + fib(n - 2)
      memo[n] = m
    end
    return m
  end
  t.eq(fib(90), 2880067194370816120)
end)

t.test("a captured variable is assigned the same literal again", function()
  local sum = 0
  for round = 1, 2000 do
    local a, b = 96, "x"
    local function change() a, b = 52, round end
    pcall(change)
    if round % 2 == 0 then a, b = 96, "x" end
    sum = sum + a + (b == "x" and 1000 or 0)
  end
  t.eq(sum, 1000 * 96 + 1000 * 52 + 1000 * 1000)
  local function overwrite()
    local a = 96
    pcall(function() a = 52 end)
    a = 96
    local read = function() return a end
    return read(), a
  end
  for _ = 1, 400 do overwrite() end
  t.values(table.pack(overwrite()), 96, 96)
end)

t.finish()
