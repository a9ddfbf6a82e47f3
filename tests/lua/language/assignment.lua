-- Assignment, multiple assignment, evaluation of targets, locals and scopes.
local t = require "harness"

t.test("adjusting the number of values", function()
  local a, b, c = 1, 2
  t.values(table.pack(a, b, c), 1, 2, nil)
  a, b = 1, 2, 3
  t.values(table.pack(a, b), 1, 2)
  local function f() return 1, 2, 3 end
  a, b, c = f()
  t.values(table.pack(a, b, c), 1, 2, 3)
  a, b, c = 10, f()
  t.values(table.pack(a, b, c), 10, 1, 2)
  a, b, c = f(), 10
  t.values(table.pack(a, b, c), 1, 10, nil)
  a, b, c = (f())
  t.values(table.pack(a, b, c), 1, nil, nil)
  local function none() end
  a, b, c = none()
  t.values(table.pack(a, b, c), nil, nil, nil)
  a, b = none(), 5
  t.values(table.pack(a, b), nil, 5)
end)

t.test("swapping and rotating", function()
  local a, b, c = 1, 2, 3
  a, b = b, a
  t.values(table.pack(a, b), 2, 1)
  a, b, c = c, a, b
  t.values(table.pack(a, b, c), 3, 2, 1)
  local x = { 1, 2, 3 }
  x[1], x[2], x[3] = x[3], x[1], x[2]
  t.same(x, { 3, 1, 2 })
  local i = 1
  i, x[i] = i + 1, "new"
  t.eq(i, 2)
  t.eq(x[1], "new")
  local y = { 1 }
  y[1], y = 5, { "other" }
  t.same(y, { "other" })
end)

t.test("targets are evaluated before assigning", function()
  local a = {}
  local old = a
  a.x, a = 1, nil
  t.eq(a, nil)
  t.eq(old.x, 1)
  local b = { n = { 1 } }
  local m = b.n
  b.n, b.n[1] = 7, 8
  t.eq(b.n, 7)
  t.eq(m[1], 8)
  local k, z = 1, {}
  z[k], k = "one", 2
  t.eq(z[1], "one")
  t.eq(z[2], nil)
  do
    local up, tab = 1, {}
    local function set() tab[up], up = "v", 9 end
    set()
    t.eq(tab[1], "v")
    t.eq(up, 9)
  end
end)

t.test("local initialisers do not see the new local", function()
  local x = 1
  local x = x + 1
  t.eq(x, 2)
  do
    local x = x * 10
    t.eq(x, 20)
    local function x() return x end
    t.eq(type(x()), "function")
  end
  t.eq(x, 2)
  local f = function() return f end
  t.eq(f(), nil)
  local g
  g = function() return g end
  t.eq(g(), g)
end)

t.test("scopes", function()
  local x = "outer"
  do local x = "inner" t.eq(x, "inner") end
  t.eq(x, "outer")
  if true then local x = 1 t.eq(x, 1) end
  for x = 5, 5 do t.eq(x, 5) end
  for x in pairs { 7 } do t.eq(x, 1) end
  while true do local x = 3 t.eq(x, 3) break end
  t.eq(x, "outer")
  local n = 0
  repeat local done = n == 3 n = n + 1 until done
  t.eq(n, 4)
  local function shadow(x, x2) local x = x + x2 return x end
  t.eq(shadow(1, 2), 3)
  local a, a = 1, 2
  t.eq(a, 2)
end)

t.test("locals start as nil in every iteration", function()
  for _ = 1, 3 do
    local v
    t.eq(v, nil)
    v = 1
  end
  local count = 0
  while count < 3 do
    local v, w
    t.eq(v == nil and w == nil, true)
    v, w = 1, 2
    count = count + v
  end
  do
    local a = 5
    t.eq(a, 5)
  end
  do
    local b
    t.eq(b, nil)
  end
end)

t.test("globals and _ENV", function()
  local env = {}
  local f = load("x = 1; y = x + 1; local z = 3; return x, y, z", "=t", "t", env)
  t.values(table.pack(f()), 1, 2, 3)
  t.same(env, { x = 1, y = 2 })
  local function inner()
    local _ENV = { v = 4 }
    w = v
    return _ENV.w
  end
  t.eq(inner(), 4)
  local function param(_ENV) return a end
  t.eq(param { a = "A" }, "A")
  local log = {}
  do
    local _ENV = setmetatable({}, { __index = function(_, k) return k end, __newindex = function(_, k, v) log[k] = v end })
    foo = bar
  end
  t.same(log, { foo = "bar" })
  t.eq(_G._G, _G)
  t.eq(_ENV, _G)
  t.raises(function() local _ENV = nil; return x end, "@ attempt to index a nil value (local '_ENV')")
end)

t.test("function names with paths", function()
  local a = { b = { c = {} } }
  function a.f(x) return x end
  function a.b.g(x) return x + 1 end
  function a.b.c:m(x) return self == a.b.c, x end
  t.eq(a.f(1), 1)
  t.eq(a.b.g(1), 2)
  t.values(table.pack(a.b.c:m(3)), true, 3)
  local function rec(n) if n == 0 then return "end" end return rec(n - 1) end
  t.eq(rec(5), "end")
end)

t.test("assigning many values", function()
  local names, values = {}, {}
  for i = 1, 120 do
    names[i] = "v" .. i
    values[i] = tostring(i)
  end
  local code = "local " .. table.concat(names, ",") .. " = " .. table.concat(values, ",") .. "\n"
    .. table.concat(names, ",") .. " = v120," .. table.concat(names, ",", 1, 119) .. "\nreturn v1, v2, v120"
  t.values(table.pack(assert(load(code))()), 120, 1, 119)
end)

t.finish()
