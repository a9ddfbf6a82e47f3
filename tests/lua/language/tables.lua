-- Tables: constructors, keys, normalisation of keys, borders of the array part.
local t = require "harness"

t.test("constructors", function()
  local function three() return 1, 2, 3 end
  local function none() end
  t.same({}, {})
  t.same({ 1, 2, 3, }, { 1, 2, 3 })
  t.same({ 1; 2; 3; }, { 1, 2, 3 })
  t.same({ x = 1, ["y z"] = 2, [3] = 4, 5 }, { x = 1, ["y z"] = 2, [3] = 4, [1] = 5 })
  t.same({ three() }, { 1, 2, 3 })
  t.same({ three(), }, { 1, 2, 3 })
  t.same({ three(), three() }, { 1, 1, 2, 3 })
  t.same({ (three()) }, { 1 })
  t.same({ three(), 10 }, { 1, 10 })
  t.same({ x = three() }, { x = 1 })
  t.same({ [1] = three() }, { 1 })
  t.same({ x = 1, three() }, { 1, 2, 3, x = 1 })
  t.same({ three(), x = 1 }, { 1, x = 1 })
  t.same({ none() }, {})
  t.eq(select("#", table.unpack({ none(), none() }, 1, 2)), 2)
  t.same({ none(), 1 }, { nil, 1 })
  t.eq(({ f = function() return 1 end }).f(), 1)
  t.same({ { { 1 } }, { a = { b = {} } } }, { { { 1 } }, { a = { b = {} } } })
  t.same({ [1] = "a", [2] = "b", "c" }, { "c", "b" })
  t.same({ "c", [1] = "a" }, { "c" })
  t.same({ a = 1, a = 2 }, { a = 2 })
  t.eq(#{ n = nil, 1, 2 }, 2)
end)

t.test("varargs in constructors", function()
  local function pack(...) return { ... } end
  local function pack2(...) return { "first", ... } end
  local function pack3(...) return { ..., "last" } end
  local function pack4(...) return { x = ..., (...), n = select("#", ...) } end
  t.same(pack(), {})
  t.same(pack(1, nil, 3), { 1, nil, 3 })
  t.same(pack2(1, 2), { "first", 1, 2 })
  t.same(pack3(1, 2), { 1, "last" })
  t.same(pack3(), { nil, "last" })
  t.same(pack4(7, 8), { x = 7, 7, n = 2 })
end)

t.test("long constructors", function()
  for _, n in ipairs { 49, 50, 51, 99, 100, 101, 255, 256, 257, 511, 512, 513, 1000, 5000 } do
    local items = {}
    for i = 1, n do items[i] = tostring(i * 2) end
    local tab = load("return {" .. table.concat(items, ",") .. "}")()
    local ok = #tab == n
    for i = 1, n do ok = ok and tab[i] == i * 2 end
    t.eq(ok, true, n .. " items")
    tab = load("local function f() return 'x', 'y' end return {" .. table.concat(items, ",") .. ", f()}")()
    t.values(table.pack(#tab, tab[n], tab[n + 1], tab[n + 2]), n + 2, n * 2, "x", "y")
  end
  local fields = {}
  for i = 1, 600 do fields[i] = ("k%d = %d, %d"):format(i, i, -i) end
  local tab = load("return {" .. table.concat(fields, ", ") .. "}")()
  t.values(table.pack(#tab, tab.k1, tab.k600, tab[1], tab[600]), 600, 1, 600, -1, -600)
end)

t.test("spreading many values", function()
  local src = {}
  for i = 1, 3000 do src[i] = i end
  local tab = { "head", table.unpack(src) }
  t.values(table.pack(#tab, tab[1], tab[2], tab[3001]), 3001, "head", 1, 3000)
end)

t.test("evaluation order in constructors", function()
  local log = {}
  local function v(x) log[#log + 1] = x return x end
  local tab = { v(1), [v("k")] = v("v"), v(2), z = v(3) }
  t.same(log, { 1, "k", "v", 2, 3 })
  t.same(tab, { 1, 2, k = "v", z = 3 })
end)

t.test("floats with integral values are the same keys as integers", function()
  local tab = {}
  tab[1.0] = "one"
  tab[2] = "two"
  t.eq(tab[1], "one")
  t.eq(tab[2.0], "two")
  t.eq(math.type(next({ [5.0] = 1 })), "integer")
  t.eq(math.type(next({ [2 ^ 53] = 1 })), "integer")
  t.eq(math.type(next({ [2 ^ 63] = 1 })), "float")
  t.eq(math.type(next({ [-2 ^ 63] = 1 })), "integer")
  tab[-0.0] = "zero"
  t.eq(tab[0], "zero")
  t.eq(math.type((next({ [-0.0] = 1 }))), "integer")
  tab[2 ^ 53] = "big"
  t.eq(tab[2 ^ 53 // 1 | 0], "big")
  tab[1.5] = "frac"
  t.eq(tab[1.5], "frac")
  t.eq(tab[3 / 2], "frac")
  tab[math.huge] = "inf"
  tab[-math.huge] = "-inf"
  t.eq(tab[1 / 0], "inf")
  t.eq(tab[-1 / 0], "-inf")
  tab[math.mininteger], tab[math.maxinteger] = "min", "max"
  t.eq(tab[-2 ^ 63], "min")
  t.eq(tab[2 ^ 63], nil)
  t.eq(tab[math.maxinteger], "max")
  local k = 3.0
  tab[k] = "three"
  t.eq(tab[3], "three")
  t.eq(({ [1.0] = "a", [2.0] = "b" })[2], "b")
  for x = 1.0, 3.0 do tab[x] = x end
  t.eq(#tab, 3)
end)

t.test("strings are never numbers as keys", function()
  local tab = { [1] = "n", ["1"] = "s" }
  t.eq(tab[1], "n")
  t.eq(tab["1"], "s")
  t.eq(tab[1 .. ""], "s")
  t.eq(tab["1" + 0], "n")
end)

t.test("keys of every type", function()
  local tab, co, f, u = {}, coroutine.create(print), function() end, io.stdout
  local keys = { true, false, 1, 1.5, "s", "", tab, co, f, u, print, ("long"):rep(20) }
  for i, k in ipairs(keys) do tab[k] = i end
  for i, k in ipairs(keys) do t.eq(tab[k], i) end
  for _, k in ipairs(keys) do tab[k] = nil end
  t.eq(next(tab), nil)
end)

t.test("nil and NaN keys", function()
  local tab, nan = {}, 0 / 0
  t.eq(tab[nil], nil)
  t.eq(tab[nan], nil)
  t.eq(rawget(tab, nil), nil)
  t.fails("local a = {} a[nil] = 1", "t:1: table index is nil")
  t.fails("local a = {} a[0/0] = 1", "t:1: table index is NaN")
  t.fails("return {[nil] = 1}", "t:1: table index is nil")
  t.fails("return {[0/0] = 1}", "t:1: table index is NaN")
  t.fails("local a, n = {}, 0/0 a[n] = nil", "t:1: table index is NaN")
  t.fails("local a = {} a[nil] = nil", "t:1: table index is nil")
  t.fails("rawset({}, nil, 1)", "table index is nil")
  t.fails("rawset({}, 0/0, 1)", "table index is NaN")
  t.fails("local a = {} a[undefinedvar] = 1", "t:1: table index is nil")
end)

t.test("growing, shrinking, holes", function()
  local a = {}
  for i = 1000, 1, -1 do a[i] = i end
  t.eq(#a, 1000)
  local sum = 0
  for _, v in ipairs(a) do sum = sum + v end
  t.eq(sum, 500500)
  for i = 501, 1000 do a[i] = nil end
  t.eq(#a, 500)
  a[0], a[-1] = "zero", "minus"
  t.eq(#a, 500)
  local b = { 1, 2, 3 }
  b[5] = 5
  local n = #b
  t.ok(n == 3 or n == 5)
  b[4] = 4
  t.eq(#b, 5)
  local c = {}
  c[2] = 2
  c[1] = 1
  t.eq(#c, 2)
  local d = { n = 0 }
  for i = 1, 64 do d[1 << (i % 62)] = i end
  t.eq(d[1], 62)
  t.eq(d[2], 63)
  local mixed = {}
  for i = 1, 100 do mixed[i] = i mixed[i .. ""] = -i mixed[i + 0.5] = i * 2 end
  t.values(table.pack(mixed[50], mixed["50"], mixed[50.5], #mixed), 50, -50, 100, 100)
end)

t.test("values of mixed types in one array", function()
  local a = { 1, 2, 3 }
  a[2] = 2.5
  t.values(table.pack(a[1], a[2], a[3]), 1, 2.5, 3)
  a[3] = "x"
  a[1] = nil
  t.values(table.pack(a[1], a[2], a[3]), nil, 2.5, "x")
  local f = { 1.5, 2.5 }
  f[3] = 3
  t.eq(math.type(f[3]), "integer")
  t.eq(math.type(f[1]), "float")
  f[1] = 1
  t.eq(math.type(f[1]), "integer")
  local z = { 0, 0.0, -0.0, false }
  t.values(table.pack(z[1], z[2], z[3], z[4]), 0, 0.0, -0.0, false)
end)

t.test("many fields", function()
  local obj = {}
  for i = 1, 2000 do obj["field" .. i] = i end
  local sum = 0
  for i = 1, 2000 do sum = sum + obj["field" .. i] end
  t.eq(sum, 2001000)
  for i = 1, 2000, 2 do obj["field" .. i] = nil end
  t.eq(obj.field1, nil)
  t.eq(obj.field2, 2)
  local n = 0
  for _ in pairs(obj) do n = n + 1 end
  t.eq(n, 1000)
  obj.field1 = "again"
  t.eq(obj.field1, "again")
end)

t.test("objects built in different orders", function()
  local function point(swap)
    local p = {}
    if swap then p.y = 2 p.x = 1 else p.x = 1 p.y = 2 end
    return p
  end
  local s = 0
  for i = 1, 100 do
    local p = point(i % 2 == 0)
    p.z = i
    s = s + p.x * 10 + p.y + p.z
    p.x = nil
    if p.x ~= nil then s = -1 end
  end
  t.eq(s, 6250)
end)

t.test("raw access", function()
  local tab = setmetatable({}, { __index = function() return "meta" end, __newindex = function() error "no" end })
  t.eq(tab.x, "meta")
  t.eq(rawget(tab, "x"), nil)
  t.eq(rawset(tab, "x", 1), tab)
  t.eq(tab.x, 1)
  t.eq(rawlen({ 1, 2 }), 2)
  t.eq(rawlen("abc"), 3)
  t.eq(rawequal(tab, tab), true)
  t.eq(rawequal({}, {}), false)
  t.eq(rawequal("a" .. 1, "a1"), true)
  t.eq(rawequal(1, 1.0), true)
  t.fails("rawget(1, 1)", "t:1: bad argument #1 to 'rawget' (table expected, got number)")
  t.fails("rawset({}, 1)", "t:1: bad argument #3 to 'rawset' (value expected)")
  t.fails("rawlen(5)", "t:1: bad argument #1 to 'rawlen' (table or string expected, got number)")
  t.fails("rawequal(1)", "t:1: bad argument #2 to 'rawequal' (value expected)")
end)

t.finish()
