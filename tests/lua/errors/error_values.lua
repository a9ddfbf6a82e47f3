-- error, pcall, xpcall, assert: levels, values, handlers, nesting.
local t = require "harness"

t.test("levels", function()
  t.fails('error("m")', "t:1: m")
  t.fails('error("m", 0)', "m")
  t.fails('error("m", 1)', "t:1: m")
  t.fails('error("m", 2)', "m")
  t.fails('error("m", 50)', "m")
  t.fails('local function f() error("m", 1) end\nf()', "t:1: m")
  t.fails('local function f() error("m", 2) end\nf()', "t:2: m")
  t.fails('local function f() error("m", 0) end\nf()', "m")
  t.fails('local function f() error("m", 3) end\nlocal function g()\nf()\nend\ng()', "t:5: m")
  t.fails('local function f()\nerror("m")\nend\nlocal function g()\nf()\nend\ng()', "t:2: m")
  t.fails('local function f() return error("m") end\nf()', "t:1: m")
  t.fails('local function f() return error("m", 2) end\n\nf()', "t:3: m")
  t.fails('local function f() error("m", 2) end\nlocal function g()\nreturn f()\nend\ng()', "t:5: m")
  t.fails('local function check(v)\nif not v then error("bad v", 2) end\nend\n\ncheck(true)\ncheck(false)',
    "t:6: bad v")
  t.fails("pcall(type)\nerror()", nil)
  t.fails("error(nil)", nil)
  t.fails('error("with newline\\nsecond", 1)', "t:1: with newline\nsecond")
  t.fails('error("")', "t:1: ")
  t.fails("error(12)", 12)
  t.fails('error("12", 0)', "12")
  t.fails("error(1.5)", 1.5)
  t.fails("assert(false)", "t:1: assertion failed!")
  t.fails("assert(nil)", "t:1: assertion failed!")
  t.fails('assert(false, "m")', "t:1: m")
  t.fails("assert(nil, 5)", 5)
  t.fails('assert(1 == 2, "one is not two", "extra")', "t:1: one is not two")
end)

t.test("values of other types pass unchanged", function()
  local tab = {}
  for _, v in ipairs { tab, 5, 1.5, true, false, print } do
    local ok, e = pcall(error, v)
    t.eq(ok, false)
    t.eq(e, v)
    ok, e = pcall(error, v, 2)
    t.eq(e, v)
    ok, e = pcall(function() error(v) end)
    t.eq(e, v)
  end
  t.values(table.pack(pcall(error)), false, nil)
  t.values(table.pack(pcall(error, nil)), false, nil)
  t.values(table.pack(pcall(assert, false, tab)), false, tab)
  t.values(table.pack(pcall(assert, nil, nil)), false, nil)
  t.values(table.pack(assert(1, 2, 3)), 1, 2, 3)
end)

t.test("pcall's results", function()
  t.values(table.pack(pcall(function() return 1, nil, 3, nil end)), true, 1, nil, 3, nil)
  t.values(table.pack(pcall(function(...) return ... end, 1, nil)), true, 1, nil)
  t.values(table.pack(pcall(function() end)), true)
  t.values(table.pack(pcall(pcall, error, "e")), true, false, "e")
  t.values(table.pack(pcall(pcall, pcall, error, "e")), true, true, false, "e")
  t.values(table.pack(pcall(5)), false, "attempt to call a number value")
  t.values(table.pack(pcall(nil)), false, "attempt to call a nil value")
  t.values(table.pack(pcall(setmetatable({}, { __call = function(_, a) return a end }), 7)), true, 7)
end)

t.test("xpcall", function()
  local function handler(m) return "<" .. tostring(m) .. ">" end
  t.values(table.pack(xpcall(error, handler, "e", 0)), false, "<e>")
  t.values(table.pack(xpcall(function(...) return select("#", ...), ... end, handler, 1, nil)), true, 2, 1, nil)
  t.values(table.pack(xpcall(error, function() return 1, 2, 3 end)), false, 1)
  t.values(table.pack(xpcall(error, function() end)), false, nil)
  t.values(table.pack(xpcall(error, handler, nil)), false, "<nil>")
  t.values(table.pack(xpcall(nil, handler)), false, "<attempt to call a nil value>")
  local obj = {}
  t.values(table.pack(xpcall(error, function(m) return m end, obj)), false, obj)
  t.values(table.pack(xpcall(error, tostring, 12)), false, "12")
  t.values(table.pack(xpcall(error, print and type, {})), false, "table")
end)

t.test("the handler runs where the error was raised", function()
  t.eq(t.run[[
  local depth
  local function f() local marker = 1 error("e", 0) end
  xpcall(f, function()
    local names = {}
    for level = 2, 6 do
      local i = debug.getinfo(level, "Sn")
      if not i then break end
      names[#names + 1] = i.what .. ":" .. tostring(i.name)
    end
    depth = table.concat(names, " ")
  end)
  return depth
  ]],
    "C:error Lua:nil C:xpcall main:nil")
  t.eq(t.run[[
  local got
  xpcall(function() local secret = 42; local x = nil + 1 end, function(m)
    got = m .. " " .. table.concat({debug.getlocal(2, 1)}, "=")
  end)
  return got
  ]],
    "t:2: attempt to perform arithmetic on a nil value secret=42")
end)

t.test("nested handlers", function()
  t.values(table.pack(t.run[[
  return xpcall(function()
    local ok, e = xpcall(error, function(m) return "inner " .. m end, "a", 0)
    error(e .. " outer", 0)
  end, function(m) return "[" .. m .. "]" end)
  ]]),
    false,
    "[inner a outer]")
  t.values(table.pack(t.run[[
  return pcall(function()
    return select(2, xpcall(function()
      error(select(2, pcall(error, "deep", 0)) .. "er", 0)
    end, string.upper))
  end)
  ]]),
    true,
    "DEEPER")
end)

t.test("an error in the handler", function()
  local calls = 0
  local ok, e = xpcall(error, function(m)
    calls = calls + 1
    if calls == 1 then error("second", 0) end
    return "handled " .. tostring(m)
  end, "first", 0)
  t.values(table.pack(ok, e, calls), false, "handled second", 2)
  ok, e = xpcall(error, function(m) error(m, 0) end, "always", 0)
  t.eq(ok, false)
  t.ok(e == "C stack overflow" or type(e) == "string", e)
  t.fails('xpcall(error, nil, "e")', "t:1: bad argument #2 to 'xpcall' (function expected, got nil)")
  t.fails("xpcall(error, 5)", "t:1: bad argument #2 to 'xpcall' (function expected, got number)")
end)

t.test("errors through metamethods, iterators, sort, gsub", function()
  local function f(code) return select(2, pcall(assert(load(code, "=t")))) end
  t.eq(f "return setmetatable({}, {__index = function() error('idx') end}).x", "t:1: idx")
  t.eq(f "return setmetatable({}, {__add = function() error('add', 0) end}) + 1", "add")
  t.eq(f "for _ in function() error('it') end do end", "t:1: it")
  t.eq(f "table.sort({3, 2, 1}, function() error('cmp') end)", "t:1: cmp")
  t.eq(f "return (('abc'):gsub('.', function() error('rep', 0) end))", "rep")
  t.eq(f "return tostring(setmetatable({}, {__tostring = function() error('ts', 0) end}))", "ts")
  t.eq(f "return #setmetatable({}, {__len = function() error('len', 2) end})", "t:1: len")
  t.eq(f "local t = setmetatable({}, {__index = function(_, k) error('no field ' .. k, 2) end})\nlocal x = 1\nreturn t.abc",
    "t:3: no field abc")
  t.eq(f "return coroutine.wrap(function() error('co') end)()", "t:1: t:1: co")
  t.eq(f "return coroutine.wrap(function() error('co', 0) end)()", "t:1: co")
  t.eq(f "return select(2, coroutine.resume(coroutine.create(function() error({}) end))).x.y", "t:1: attempt to index a nil value (field 'x')")
end)

t.test("state stays usable after many errors", function()
  local n = 0
  for i = 1, 20000 do
    local ok, e = pcall(error, i)
    if e == i then n = n + 1 end
  end
  t.eq(n, 20000)
  local function nest(k) if k == 0 then error("deep", 0) end local ok, e = pcall(nest, k - 1) error(e .. "!", 0) end
  local ok, e = pcall(nest, 100)
  t.values(table.pack(ok, e), false, "deep" .. ("!"):rep(100))
  local a, b, c = 1, 2, 3
  pcall(function() a, b = 10, 20 error "x" end)
  t.values(table.pack(a, b, c), 10, 20, 3)
  ok, e = pcall(string.rep, "x", -1)
  t.values(table.pack(ok, e), true, "")
end)

t.test("deep pcall nesting", function()
  local function p(n) if n == 0 then return "in" end return select(2, pcall(p, n - 1)) end
  t.eq(p(150), "in")
  local depth = 0
  local function forever() depth = depth + 1 return pcall(forever) end
  t.eq(type(forever()), "boolean")
  t.ok(depth > 100)
end)

t.test("warn", function()
  if t.lua53 then return t.eq(warn, nil) end
  t.eq(select("#", warn("@off")), 0)
  t.fails("warn()", "t:1: bad argument #1 to 'warn' (string expected, got no value)")
  t.fails("warn({})", "t:1: bad argument #1 to 'warn' (string expected, got table)")
  t.fails('warn("a", nil)', "t:1: bad argument #2 to 'warn' (string expected, got nil)")
end)

t.finish()
