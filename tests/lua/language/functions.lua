-- Calls: adjusting arguments and results, varargs, tail calls, recursion.
local t = require "harness"

t.test("parameters are adjusted", function()
  local function f(a, b, c) return a, b, c end
  t.values(table.pack(f()), nil, nil, nil)
  t.values(table.pack(f(1)), 1, nil, nil)
  t.values(table.pack(f(1, 2, 3, 4, 5)), 1, 2, 3)
  local function g() return 1, nil, 3 end
  t.values(table.pack(f(g())), 1, nil, 3)
  t.values(table.pack(f(g(), 10)), 1, 10, nil)
  t.values(table.pack(f(0, g())), 0, 1, nil)
  t.values(table.pack(f((g()))), 1, nil, nil)
end)

t.test("results are adjusted", function()
  local function f() return 1, 2, 3 end
  local function none() end
  t.values(table.pack(f()), 1, 2, 3)
  t.values(table.pack((f())), 1)
  t.values(table.pack(f(), f()), 1, 1, 2, 3)
  t.values(table.pack(none()))
  t.values(table.pack((none())), nil)
  t.values(table.pack(none(), none()), nil)
  t.values(table.pack(f(), nil), 1, nil)
  t.eq(f() + f(), 2)
  t.eq(#{ f(), none() }, 1)
  t.eq(("x"):rep(f()), "x")
  t.eq(tostring(f()), "1")
  f()
  none()
  local s = (f)()
  t.eq(s, 1)
end)

t.test("call syntax", function()
  local function id(...) return ... end
  t.eq(id "str", "str")
  t.eq(id 'str', "str")
  t.eq(id [[str]], "str")
  t.eq(id { 5 } [1], 5)
  t.eq(#id {}, 0)
  local obj = { id = function(self, ...) return self, ... end }
  t.eq(select(2, obj:id "s"), "s")
  t.eq(select(2, obj:id { 7 })[1], 7)
  t.eq((obj:id()), obj)
  t.eq(id(id)(id)(3), 3)
  t.eq(("abc"):upper(), "ABC")
  t.eq(("%d"):format(3), "3")
  t.eq(#("abc"):rep(3), 9)
  local chain = {}
  function chain:add(n) self.n = (self.n or 0) + n return self end
  t.eq(chain:add(1):add(2):add(3).n, 6)
  local _ = id
  (print and 1)
  t.eq(_, 1)
  t.eq(type(function() end), "function")
  t.eq((function(a) return a * 2 end)(4), 8)
end)

t.test("varargs", function()
  local function n(...) return select("#", ...) end
  t.eq(n(), 0)
  t.eq(n(nil), 1)
  t.eq(n(nil, nil), 2)
  t.eq(n(1, nil, nil), 3)
  local function first(...) local a = ... return a end
  t.eq(first(), nil)
  t.eq(first(1, 2), 1)
  local function two(...) local a, b, c = ... return c, b, a end
  t.values(table.pack(two(1, 2)), nil, 2, 1)
  local function paren(...) return (...) end
  t.values(table.pack(paren(1, 2)), 1)
  t.values(table.pack(paren()), nil)
  local function mid(...) return ..., "end" end
  t.values(table.pack(mid(1, 2, 3)), 1, "end")
  t.values(table.pack(mid()), nil, "end")
  local function fixed(a, b, ...) return select("#", ...), a, b, ... end
  t.values(table.pack(fixed()), 0, nil, nil)
  t.values(table.pack(fixed(1)), 0, 1, nil)
  t.values(table.pack(fixed(1, 2, 3, nil)), 2, 1, 2, 3, nil)
  local function sum(...) local s = 0 for i = 1, select("#", ...) do s = s + (select(i, ...)) end return s end
  t.eq(sum(1, 2, 3, 4), 10)
  local function twice(...) local a, b = {...}, {...} return #a + #b end
  t.eq(twice(1, 2, 3), 6)
  local function cond(...) return ... and 1 or 2 end
  t.eq(cond(nil, 1), 2)
  t.eq(cond(1), 1)
  local function concat(...) return ... .. "x" end
  t.eq(concat("a", "b"), "ax")
  local function assign(...) local x, tab = 0, {} tab.a, x = ... return tab.a, x end
  t.values(table.pack(assign(1, 2, 3)), 1, 2)
  local function write(a, ...) a = 5 return a, ... end
  t.values(table.pack(write(1, 2)), 5, 2)
  t.eq(load("return select('#', ...)")(1, 2, 3), 3)
  t.eq(load("local a, b = ... return b")(1, 2), 2)
  t.fails("local function f() return ... end", "t:1: cannot use '...' outside a vararg function near '...'")
  t.fails("function f(..., a) end", "t:1: ')' expected near ','")
end)

t.test("select", function()
  t.values(table.pack(select(1, "a", "b")), "a", "b")
  t.values(table.pack(select(2, "a", "b")), "b")
  t.values(table.pack(select(3, "a", "b")))
  t.values(table.pack(select(-1, "a", "b")), "b")
  t.values(table.pack(select(-2, "a", "b")), "a", "b")
  t.values(table.pack(select("2", "a", "b")), "b")
  t.eq(select("#"), 0)
  t.fails("select(0, 1)", "t:1: bad argument #1 to 'select' (index out of range)")
  t.fails("select(-3, 1, 2)", "t:1: bad argument #1 to 'select' (index out of range)")
  t.fails("select()", "t:1: bad argument #1 to 'select' (number expected, got no value)")
  t.fails('select("x")', "t:1: bad argument #1 to 'select' (number expected, got string)")
  t.fails("select(1.5)", "t:1: bad argument #1 to 'select' (number has no integer representation)")
end)

t.test("table.pack and table.unpack", function()
  t.same(table.pack(), { n = 0 })
  t.same(table.pack(nil, 2), { n = 2, [2] = 2 })
  t.values(table.pack(table.unpack({ 1, 2, 3 })), 1, 2, 3)
  t.values(table.pack(table.unpack({ 1, 2, 3 }, 2)), 2, 3)
  t.values(table.pack(table.unpack({ 1, 2, 3 }, 2, 5)), 2, 3, nil, nil)
  t.values(table.pack(table.unpack({ 1, 2 }, 3, 2)))
  t.values(table.pack(table.unpack({}, 1, 2)), nil, nil)
  t.values(table.pack(table.unpack({ [0] = "z", "a" }, 0, 1)), "z", "a")
  t.values(table.pack(table.unpack({}, math.maxinteger, math.maxinteger)), nil)
  t.fails("table.unpack({}, 1, 1e8)", "t:1: too many results to unpack")
  t.fails("table.unpack({}, math.mininteger, math.maxinteger)", "t:1: too many results to unpack")
end)

t.test("many arguments and results", function()
  for _, n in ipairs { 50, 199, 200, 201, 249, 250, 254, 255, 256, 300, 1000, 10000, 200000 } do
    local a = {}
    for i = 1, n do a[i] = i end
    local function count(...) return select("#", ...), (select(-1, ...)) end
    t.values(table.pack(count(table.unpack(a))), n, n)
    local function pass(...) return ... end
    t.eq(select("#", pass(table.unpack(a))), n)
    t.eq(({ pass(table.unpack(a)) })[n], n)
  end
  local names = {}
  for i = 1, 200 do names[i] = "a" .. i end
  local f = load("local function f(" .. table.concat(names, ",") .. ") return a1 + a200, a100 end return f")()
  local a = {}
  for i = 1, 200 do a[i] = i end
  t.values(table.pack(f(table.unpack(a))), 201, 100)
  t.eq(#{ string.byte(("x"):rep(5000), 1, -1) }, 5000)
  t.eq(string.char(table.unpack({ 65, 66, 67 })), "ABC")
  t.eq(math.max(table.unpack(a)), 200)
  local args = {}
  for i = 1, 240 do args[i] = tostring(i) end
  t.eq(load("return select('#'," .. table.concat(args, ",") .. ")")(), 240)
end)

t.test("functions as values", function()
  local function mk() return function() end end
  local f = mk()
  t.eq(f == f, true)
  t.eq(f == 1, false)
  local m = { [f] = "f" }
  t.eq(m[f], "f")
  t.eq(tostring(print):match("^builtin") or tostring(print):match("^function: ") and "function", "function")
  local compose = function(g, h) return function(...) return g(h(...)) end end
  t.eq(compose(tostring, math.abs)(-5), "5")
  local Y = function(g) return (function(x) return x(x) end)(function(x) return g(function(...) return x(x)(...) end) end) end
  t.eq(Y(function(self) return function(n) if n == 0 then return 1 end return n * self(n - 1) end end)(10), 3628800)
end)

t.test("arguments are evaluated in order before the call", function()
  local log = {}
  local function v(x) log[#log + 1] = x return x end
  local function f() log[#log + 1] = "call" end
  f(v(1), v(2), v(3))
  t.same(log, { 1, 2, 3, "call" })
  local x = 1
  local function change() x = 2 return x end
  local function pair(a, b) return a, b end
  t.values(table.pack(pair(x, change())), 1, 2)
end)

t.finish()
