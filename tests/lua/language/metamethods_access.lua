-- Metamethods of access: __index, __newindex, __call, __len, __metatable, __name, __tostring.
local t = require "harness"

t.test("__index functions and tables", function()
  local base = { a = 1 }
  local obj = setmetatable({ b = 2 }, { __index = base })
  t.values(table.pack(obj.a, obj.b, obj.c), 1, 2, nil)
  base.c = 3
  t.eq(obj.c, 3)
  obj.a = 10
  t.values(table.pack(obj.a, base.a), 10, 1)
  local log = {}
  local f = setmetatable({}, { __index = function(s, k) log[#log + 1] = k return k .. "!", "extra" end })
  t.values(table.pack(f.x), "x!")
  t.values(table.pack(f.y, f["z w"]), "y!", "z w!")
  t.same(log, { "x", "y", "z w" })
  local n = setmetatable({}, { __index = function(_, k) return k * 2 end })
  t.values(table.pack(n[1], n[1.5], n[300]), 2, 3.0, 600)
  t.eq(setmetatable({}, { __index = function() end }).x, nil)
end)

t.test("chains", function()
  local a = { v = "deep" }
  local b = setmetatable({}, { __index = a })
  local c = setmetatable({}, { __index = b })
  local d = setmetatable({}, { __index = c })
  t.eq(d.v, "deep")
  a.v = "changed"
  t.eq(d.v, "changed")
  b.v = "b"
  t.eq(d.v, "b")
  local top = setmetatable({}, { __index = function(s, k) return rawequal(s, nil), k end })
  local e = setmetatable({}, { __index = setmetatable({}, { __index = top }) })
  t.eq(e.anything, false)
  local chain = { v = "end" }
  for _ = 1, 50 do chain = setmetatable({}, { __index = chain }) end
  t.eq(chain.v, "end")
  local loop = {}
  setmetatable(loop, { __index = loop })
  t.raises(function() return loop.x end, "@ '__index' chain too long; possible loop")
  setmetatable(loop, { __newindex = loop })
  t.raises(function() loop.x = 1 end, "@ '__newindex' chain too long; possible loop")
end)

t.test("__index sees the original object only through functions", function()
  local owner
  local proto = setmetatable({}, { __index = function(s) owner = s return 1 end })
  local obj = setmetatable({}, { __index = proto })
  t.eq(obj.x, 1)
  t.eq(owner, proto)
end)

t.test("__index of other types", function()
  t.eq(("x").len, string.len)
  t.eq(("abc").nosuch, nil)
  debug.setmetatable(10, { __index = function(n, k) return k .. n end })
  t.eq((5).x, "x5")
  debug.setmetatable(10, { __index = math })
  t.eq((2.5):floor(), 2)
  debug.setmetatable(10, nil)
  debug.setmetatable(nil, { __index = function() return "nothing" end })
  local none
  t.eq(none.a, "nothing")
  debug.setmetatable(nil, nil)
  t.raises(function() return none.a end, "@ attempt to index a nil value (upvalue 'none')")
  debug.setmetatable(print, { __index = { f = 1 }, __newindex = function(_, k, v) rawset(_G, k, v) end })
  t.eq(print.f, 1)
  print.testglobal = 5
  t.eq(testglobal, 5)
  testglobal = nil
  debug.setmetatable(print, nil)
  debug.setmetatable(true, { __index = function(b, k) return tostring(b) .. k end })
  t.eq((true).x, "truex")
  debug.setmetatable(true, nil)
end)

t.test("__newindex", function()
  local log, store = {}, {}
  local obj = setmetatable({ own = 1 }, {
    __newindex = function(s, k, v) log[#log + 1] = k rawset(s, k, v) end,
  })
  obj.own = 2
  obj.new = 3
  obj.new = 4
  obj[1] = 5
  t.same(log, { "new", 1 })
  t.values(table.pack(obj.own, obj.new, obj[1]), 2, 4, 5)
  obj.new = nil
  obj.new = 6
  t.same(log, { "new", 1, "new" })
  local proxy = setmetatable({}, { __newindex = store, __index = store })
  proxy.x = 1
  t.eq(rawget(proxy, "x"), nil)
  t.eq(store.x, 1)
  t.eq(proxy.x, 1)
  local second = setmetatable({}, { __newindex = proxy })
  second.y = 2
  t.eq(store.y, 2)
  local ro = setmetatable({}, { __newindex = function(_, k) error("read-only: " .. k, 2) end })
  t.raises(function() ro.a = 1 end, "@ read-only: a")
  local bad = setmetatable({}, { __newindex = 5 })
  t.raises(function() bad.x = 1 end, "@ attempt to index a number value")
  local badi = setmetatable({}, { __index = true })
  t.raises(function() return badi.x end, "@ attempt to index a boolean value")
  local nilkey = setmetatable({}, { __newindex = function(_, k, v) store.nilkey = { k, v } end })
  nilkey[nil] = 7
  t.eq(store.nilkey[2], 7)
end)

t.test("adding metamethods later takes effect at once", function()
  local mt = {}
  local obj = setmetatable({}, mt)
  local function get() return obj.field end
  local function set(v) obj.other = v end
  t.eq(get(), nil)
  mt.__index = function() return "later" end
  t.eq(get(), "later")
  mt.__index = { field = "table" }
  t.eq(get(), "table")
  mt.__index = nil
  t.eq(get(), nil)
  set(1)
  obj.other = nil
  local seen
  mt.__newindex = function(_, _, v) seen = v end
  set(2)
  t.values(table.pack(seen, rawget(obj, "other")), 2, nil)
  rawset(mt, "__newindex", nil)
  set(3)
  t.eq(obj.other, 3)
  setmetatable(obj, { __index = function() return "swapped" end })
  t.eq(get(), "swapped")
  setmetatable(obj, nil)
  t.eq(get(), nil)
end)

t.test("__call", function()
  local c = setmetatable({}, { __call = function(self, ...) return select("#", ...), self, ... end })
  t.values(table.pack(c()), 0, c)
  t.values(table.pack(c(1, nil)), 2, c, 1, nil)
  t.values(table.pack((c(1))), 1)
  local nested = setmetatable({}, { __call = c })
  if t.lua53 then
    t.raises(function() nested("x") end, "@ attempt to call a table value (local 'nested')")
  else
    t.values(table.pack(nested("x")), 2, c, nested, "x")
  end
  local obj = { method = c }
  t.values(table.pack(obj:method(5)), 2, c, obj, 5)
  t.values(table.pack(pcall(c, 1)), true, 1, c, 1)
  debug.setmetatable(5, { __call = function(n, x) return n + x end })
  t.eq((3)(4), 7)
  debug.setmetatable(5, nil)
  t.same({ table.unpack({ c }) }, { c })
  t.eq((("abc"):gsub("%w", setmetatable({}, { __index = function(_, k) return k .. k end }))), "aabbcc")
  t.raises(function() setmetatable({}, { __call = 5 })() end, "@ attempt to call a number value")
  t.raises(function() local x = setmetatable({}, {}) x() end, "@ attempt to call a table value (local 'x')")
end)

t.test("__len", function()
  local mt = { __len = function(s) return s.n end }
  local obj = setmetatable({ n = 5 }, mt)
  t.eq(#obj, 5)
  t.eq(rawlen(obj), 0)
  obj.n = "text"
  t.eq(#obj, "text")
  obj.n = nil
  t.eq(#obj, nil)
  mt.__len = nil
  t.eq(#obj, 0)
  debug.setmetatable(1, { __len = function(n) return n * 2 end })
  t.eq(#21, 42)
  debug.setmetatable(1, nil)
  local u = setmetatable({ 1, 2 }, { __len = function() return 10, 20 end })
  t.values(table.pack(#u), 10)
  t.eq(select("#", table.unpack(u)), 10)
  t.raises(function() table.insert(setmetatable({}, { __len = function() return "x" end }), 1) end,
    "@ object length is not an integer")
end)

t.test("methods and self", function()
  local Account = {}
  Account.__index = Account
  function Account.new(b) return setmetatable({ balance = b }, Account) end
  function Account:deposit(v) self.balance = self.balance + v return self end
  function Account:get() return self.balance end
  local Special = setmetatable({}, { __index = Account })
  Special.__index = Special
  function Special:get() return -Account.get(self) end
  local a = Account.new(10)
  local s = setmetatable({ balance = 1 }, Special)
  t.eq(a:deposit(5):get(), 15)
  t.eq(s:deposit(2):get(), -3)
  local list = { a, s, a, s }
  local sum = 0
  for i = 1, 100 do sum = sum + list[i % 4 + 1]:get() end
  t.eq(sum, 600)
  function Account:get() return "patched" end
  t.eq(a:get(), "patched")
end)

t.test("getmetatable, setmetatable, __metatable", function()
  local mt = {}
  local obj = {}
  t.eq(setmetatable(obj, mt), obj)
  t.eq(getmetatable(obj), mt)
  mt.__metatable = "locked"
  t.eq(getmetatable(obj), "locked")
  t.eq(debug.getmetatable(obj), mt)
  t.raises(setmetatable, "cannot change a protected metatable", obj, {})
  t.raises(setmetatable, "cannot change a protected metatable", obj, nil)
  mt.__metatable = false
  t.eq(getmetatable(obj), false)
  t.eq(getmetatable({}), nil)
  t.eq(getmetatable(1), nil)
  t.eq(getmetatable("").__index, string)
  t.fails("setmetatable({})", "t:1: bad argument #2 to 'setmetatable' (nil or table expected, got no value)")
  t.fails("setmetatable({}, 1)", "t:1: bad argument #2 to 'setmetatable' (nil or table expected, got number)")
  t.fails("setmetatable(1, {})", "t:1: bad argument #1 to 'setmetatable' (table expected, got number)")
  t.fails("getmetatable()", "t:1: bad argument #1 to 'getmetatable' (value expected)")
end)

t.test("__tostring and __name", function()
  t.eq(tostring(setmetatable({}, { __tostring = function() return "shown" end })), "shown")
  t.eq(tostring(setmetatable({}, { __name = "My.Type" })):match("^My%.Type: ") ~= nil, true)
  t.eq(tostring(setmetatable({}, { __name = 5 })):match("^table: ") ~= nil, true)
  t.eq(tostring({}):match("^table: ") ~= nil, true)
  t.raises(function() return tostring(setmetatable({}, { __tostring = function() return {} end })) end,
    "@ '__tostring' must return a string")
  t.raises(function() return tostring(setmetatable({}, { __tostring = function() end })) end,
    "@ '__tostring' must return a string")
  t.eq(string.format("%s|%10s", setmetatable({}, { __tostring = function() return "X" end }), "y"), "X|         y")
  local named = setmetatable({}, { __name = "Vector" })
  t.raises(function() return named + 1 end, "@ attempt to perform arithmetic on a Vector value (upvalue 'named')")
  t.raises(function() return named .. "x" end, "@ attempt to concatenate a Vector value (upvalue 'named')")
  t.raises(function() return named < named end, "@ attempt to compare two Vector values")
  t.raises(function() return named < 1 end, "@ attempt to compare Vector with number")
  t.raises(function() named() end, "@ attempt to call a Vector value (upvalue 'named')")
  t.raises(function() return ("x"):rep(named) end, "@ bad argument #1 to 'rep' (number expected, got Vector)")
  t.raises(function() return named & 1 end, "@ attempt to perform bitwise operation on a Vector value (upvalue 'named')")
end)

t.finish()
