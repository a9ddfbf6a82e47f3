-- Metamethods of operators: arithmetic, bitwise, concatenation, comparison, equality.
local t = require "harness"

local function recorder()
  local mt = {}
  local function show(v)
    if type(v) == "table" and getmetatable(v) == mt then return v.name end
    return tostring(v)
  end
  for _, op in ipairs { "add", "sub", "mul", "div", "mod", "pow", "idiv", "band", "bor", "bxor", "shl", "shr", "concat" } do
    mt["__" .. op] = function(a, b) return op .. "(" .. show(a) .. "," .. show(b) .. ")", "ignored" end
  end
  for _, op in ipairs { "unm", "bnot", "len" } do
    mt["__" .. op] = function(a, b) return op .. "(" .. show(a) .. ")" .. (rawequal(a, b) and "" or "!") end
  end
  return setmetatable({ name = "x" }, mt), setmetatable({ name = "y" }, mt)
end

t.test("object on the left, variable and constant on the right", function()
  local x, y = recorder()
  t.eq(x + y, "add(x,y)")
  t.eq(x - y, "sub(x,y)")
  t.eq(x * y, "mul(x,y)")
  t.eq(x / y, "div(x,y)")
  t.eq(x % y, "mod(x,y)")
  t.eq(x ^ y, "pow(x,y)")
  t.eq(x // y, "idiv(x,y)")
  t.eq(x & y, "band(x,y)")
  t.eq(x | y, "bor(x,y)")
  t.eq(x ~ y, "bxor(x,y)")
  t.eq(x << y, "shl(x,y)")
  t.eq(x >> y, "shr(x,y)")
  t.eq(x .. y, "concat(x,y)")
  t.eq(x + 1, "add(x,1)")
  t.eq(x - 1, "sub(x,1)")
  t.eq(x * 2, "mul(x,2)")
  t.eq(x / 2.5, "div(x,2.5)")
  t.eq(x % 3, "mod(x,3)")
  t.eq(x ^ 2, "pow(x,2)")
  t.eq(x // 2, "idiv(x,2)")
  t.eq(x & 7, "band(x,7)")
  t.eq(x | 8, "bor(x,8)")
  t.eq(x ~ 9, "bxor(x,9)")
  t.eq(x << 1, "shl(x,1)")
  t.eq(x >> 1, "shr(x,1)")
  t.eq(x .. 1, "concat(x,1)")
  t.eq(x + 1000000, "add(x,1000000)")
  t.eq(x - -5, "sub(x,-5)")
  t.eq(x + nil, "add(x,nil)")
  t.eq(x & 1.5, "band(x,1.5)")
  t.eq(x | "s", "bor(x,s)")
end)

t.test("object on the right", function()
  local x = recorder()
  local one, half, s, n = 1, 0.5, "s", nil
  t.eq(1 + x, "add(1,x)")
  t.eq(1 - x, "sub(1,x)")
  t.eq(2 * x, "mul(2,x)")
  t.eq(1 / x, "div(1,x)")
  t.eq(1 % x, "mod(1,x)")
  t.eq(2 ^ x, "pow(2,x)")
  t.eq(2 // x, "idiv(2,x)")
  t.eq(7 & x, "band(7,x)")
  t.eq(7 | x, "bor(7,x)")
  t.eq(7 ~ x, "bxor(7,x)")
  t.eq(1 << x, "shl(1,x)")
  t.eq(1 >> x, "shr(1,x)")
  t.eq("a" .. x, "concat(a,x)")
  t.eq(one + x, "add(1,x)")
  t.eq(half * x, "mul(0.5,x)")
  t.eq(s .. x, "concat(s,x)")
  t.eq(n .. x, "concat(nil,x)")
  t.eq(n + x, "add(nil,x)")
  t.eq(s & x, "band(s,x)")
  t.eq("10" + x, "add(10,x)")
  t.eq({} == nil or (print and true) and "t" + x, "add(t,x)")
end)

t.test("unary", function()
  local x = recorder()
  t.eq(-x, "unm(x)")
  t.eq(~x, "bnot(x)")
  t.eq(#x, "len(x)")
  t.eq(not x, false)
end)

t.test("the left operand's metamethod is preferred", function()
  local a = setmetatable({}, { __add = function() return "a" end, __concat = function() return "ca" end })
  local b = setmetatable({}, { __add = function() return "b" end, __sub = function() return "bs" end })
  t.eq(a + b, "a")
  t.eq(b + a, "b")
  t.eq(a - b, "bs")
  t.eq(a .. b, "ca")
  t.eq(b .. a, "ca")
  t.eq("x" + b, "b")
end)

t.test("a metamethod may be any callable value", function()
  local callable = setmetatable({}, { __call = function(self, a, b) return "called", a, b end })
  local x = setmetatable({}, { __add = callable, __index = callable, __eq = callable, __lt = callable })
  local y = setmetatable({}, getmetatable(x))
  t.eq(x + 1, "called")
  t.eq(x == y, true)
  t.eq(x < y, true)
  t.raises(function() return setmetatable({}, { __add = 1 }) + 1 end, "@ attempt to call a number value (metamethod 'add')")
  t.raises(function() return -setmetatable({}, { __unm = {} }) end, "@ attempt to call a table value (metamethod 'unm')")
end)

t.test("results are one value", function()
  local x = setmetatable({}, { __add = function() return 1, 2, 3 end, __sub = function() end })
  t.values(table.pack(x + 1), 1)
  t.values(table.pack(x - 1), nil)
end)

t.test("__eq", function()
  local calls = 0
  local mt = { __eq = function(a, b) calls = calls + 1 return a.v == b.v end }
  local a, b, c = setmetatable({ v = 1 }, mt), setmetatable({ v = 1 }, mt), setmetatable({ v = 2 }, mt)
  t.eq(a == b, true)
  t.eq(a ~= b, false)
  t.eq(a == c, false)
  t.eq(a ~= c, true)
  t.eq(calls, 4)
  t.eq(a == a, true)
  t.eq(a == 1, false)
  t.eq(1 == a, false)
  t.eq(a == nil, false)
  t.eq(a == "s", false)
  t.eq(calls, 4)
  t.eq(a == {v = 1}, true)
  t.eq({v = 1} == a, true)
  t.eq(calls, 6)
  t.eq(rawequal(a, b), false)
  t.eq(({ [a] = 1 })[b], nil)
  mt.__eq = function() return nil end
  t.eq(a == b, false)
  mt.__eq = function() return 0 end
  t.eq(a == b, true)
  if a ~= b then t.ok(false) else t.ok(true) end
  mt.__eq = nil
  t.eq(a == b, false)
end)

t.test("__lt and __le", function()
  local log = {}
  local mt = {}
  mt.__lt = function(a, b) log[#log + 1] = "lt" return (type(a) == "table" and a.v or a) < (type(b) == "table" and b.v or b) end
  mt.__le = function(a, b) log[#log + 1] = "le" return (type(a) == "table" and a.v or a) <= (type(b) == "table" and b.v or b) end
  local a, b = setmetatable({ v = 1 }, mt), setmetatable({ v = 2 }, mt)
  t.eq(a < b, true)
  t.eq(a > b, false)
  t.eq(a <= b, true)
  t.eq(a >= b, false)
  t.eq(b <= b, true)
  t.eq(a < 5, true)
  t.eq(5 < a, false)
  t.eq(a <= 1, true)
  t.eq(a > 0, true)
  t.eq(a >= 1, true)
  t.eq(1.5 >= a, true)
  t.eq(not (a < b), false)
  t.same(log, { "lt", "lt", "le", "le", "le", "lt", "lt", "le", "lt", "le", "le", "lt" })
  local function truthy(v) return setmetatable({}, { __lt = function() return v end }) end
  t.eq(truthy(1) < 1, true)
  t.eq(truthy("") < 1, true)
  t.eq(truthy(nil) < 1, false)
  t.eq(truthy(false) > 1, false)
  if truthy(0) < 2 then t.ok(true) else t.ok(false) end
  local k = setmetatable({}, { __lt = function(x, y) return x == 3 or y == 3 end })
  t.eq(k < 3, true)
  t.eq(3 < k, true)
  t.eq(k > 3, true)
  t.eq(k < 4, false)
  t.eq(k < 3.0, true)
  t.eq(k < "x", false)
  local f = setmetatable({}, { __lt = function(x, y) return math.type(x) or math.type(y) end, __le = function(x, y) return x == 2.5 or y == 2.5 end })
  t.eq(f <= 2.5, true)
  t.eq(2.5 <= f, true)
end)

t.test("__le is derived from __lt", function()
  local a = setmetatable({}, { __lt = function() return true end })
  local b = setmetatable({}, getmetatable(a))
  t.eq(a < b, true)
  t.eq(a <= b, false)
  t.eq(a >= 1, false)
  local log = {}
  local c = setmetatable({}, { __lt = function(x, y) log[#log + 1] = x log[#log + 1] = y return false end })
  t.eq(c <= 1, true)
  t.eq(2 <= c, true)
  t.same(log, { 1, c, c, 2 })
  local d = setmetatable({}, { __le = function() return true end })
  t.raises(function() return d < 1 end, "@ attempt to compare table with number")
end)

t.test("__concat", function()
  local mt = {}
  mt.__concat = function(a, b)
    return (type(a) == "table" and a.s or a) .. (type(b) == "table" and b.s or b)
  end
  local x = setmetatable({ s = "X" }, mt)
  t.eq(x .. "a", "Xa")
  t.eq("a" .. x, "aX")
  t.eq("a" .. x .. "b", "aXb")
  t.eq(x .. x .. x, "XXX")
  t.eq(1 .. x .. 2, "1X2")
  t.eq("a" .. "b" .. "c" .. x .. "d" .. "e", "abcXde")
  t.raises(function() return x .. nil end, { match = "attempt to concatenate a nil value" })
end)

t.test("arithmetic on strings goes through the string metatable", function()
  local smt = getmetatable("")
  t.eq(type(smt.__add), "function")
  local old = smt.__add
  smt.__add = function(a, b) return "custom " .. a .. b end
  t.eq("1" + 2, "custom 12")
  t.eq("x" + "y", "custom xy")
  smt.__add = old
  t.eq("1" + 2, 3)
  smt.__band = function() return "band" end
  t.eq("1" & 2, "band")
  smt.__band = nil
  smt.__lt = function() return true end
  t.eq("b" < "a", false)
  smt.__lt = nil
end)

t.test("number, nil and boolean metatables", function()
  debug.setmetatable(1, { __concat = function() error "not for numbers" end, __add = function() error "no" end })
  t.eq(1 + 1, 2)
  t.eq(1 .. 2, "12")
  debug.setmetatable(1, nil)
  debug.setmetatable(nil, { __add = function(a, b) return (a or 0) + (b or 0) end, __lt = function() return true end })
  t.eq(nil + 5, 5)
  t.eq(5 + nil, 5)
  t.eq(nil < 1, true)
  debug.setmetatable(nil, nil)
  t.raises(function() return nil + 5 end, "@ attempt to perform arithmetic on a nil value")
  debug.setmetatable(true, { __bnot = function(b) return not b end, __unm = function(b) return not b end })
  t.eq(~true, false)
  t.eq(-false, true)
  debug.setmetatable(true, nil)
end)

t.test("a metamethod that grows the stack or yields", function()
  local function deep(n) if n == 0 then return 1 end return deep(n - 1) + 0 end
  local x = setmetatable({}, { __add = function(_, b) return deep(2000) + b end, __index = function(_, k) return deep(2000) + k end })
  local a, b, c = 1, x + 5, x[6]
  t.values(table.pack(a, b, c), 1, 6, 7)
  local y = setmetatable({}, {
    __add = function(_, v) return coroutine.yield("add" .. v) end,
    __lt = function() return coroutine.yield "lt" end,
    __eq = function() return coroutine.yield "eq" end,
    __concat = function() return coroutine.yield "concat" end,
    __index = function(_, k) return coroutine.yield(k) end,
    __newindex = function(_, k, v) coroutine.yield(k .. v) end,
    __call = function(_, v) return coroutine.yield("call" .. v) end,
    __len = function() return coroutine.yield "len" end,
    __unm = function() return coroutine.yield "unm" end,
    __le = function() return coroutine.yield "le" end,
  })
  local z = setmetatable({}, getmetatable(y))
  local co = coroutine.wrap(function()
    local r = {}
    r[1] = y + 1
    r[2] = y < 1
    r[3] = y == z
    r[4] = y .. "x" .. "y"
    r[5] = y.key
    y.set = "v"
    r[6] = y(9)
    r[7] = #y
    r[8] = -y
    r[9] = not (y <= z)
    if y < z then r[10] = "then" else r[10] = "else" end
    if y ~= z then r[11] = "then" else r[11] = "else" end
    r[12] = "a" .. "b" .. y
    r[13] = y:method()
    return r
  end)
  local seen = { co() }
  local answers = { 10, nil, 1, "cat", "K", nil, "C", 7, "neg", true, false, true, "ccc", function() return "m" end }
  local result
  for i = 1, 14 do
    local v = co(answers[i])
    if type(v) == "table" then result = v else seen[#seen + 1] = v end
  end
  t.same(seen, { "add1", "lt", "eq", "concat", "key", "setv", "call9", "len", "unm", "le", "lt", "eq", "concat", "method" })
  t.same(result, { 10, false, true, "cat", "K", "C", 7, "neg", false, "else", "else", "accc", "m" })
end)

t.finish()
