-- debug.getinfo, getlocal, setlocal.
local t = require "harness"

t.test("fields of functions", function()
  t.values(table.pack(t.run[[
  local function f(a, b, ...)
    return a
  end
  local i = debug.getinfo(f)
  return i.what, i.source, i.short_src, i.linedefined, i.lastlinedefined, i.currentline, i.nups, i.nparams, i.isvararg, i.func == f, i.name, i.namewhat, i.istailcall, i.ftransfer, i.ntransfer
  ]]),
    "Lua",
    "=t",
    "t",
    1,
    3,
    -1,
    0,
    2,
    true,
    true,
    nil,
    "",
    false,
    t.either(nil, 0),
    t.either(nil, 0))
  t.values(table.pack(t.run[[
  local up1, up2 = 1, 2
  local function f() return up1 + up2 end
  local i = debug.getinfo(f, "u")
  return i.nups, i.nparams, i.isvararg, i.what
  ]]),
    2,
    0,
    false,
    nil)
  t.values(table.pack(t.run[[
  local i = debug.getinfo(print)
  return i.what, i.source, i.short_src, i.linedefined, i.lastlinedefined, i.currentline, i.nups, i.nparams, i.isvararg, i.func == print
  ]]),
    "C",
    "=[C]",
    "[C]",
    -1,
    -1,
    -1,
    0,
    0,
    true,
    true)
  t.values(table.pack(t.run[[
  local i = debug.getinfo(1)
  return i.what, i.source, i.short_src, i.linedefined, i.lastlinedefined, i.currentline, i.nups, i.nparams, i.isvararg, i.name, i.namewhat, i.istailcall
  ]]),
    "main",
    "=t",
    "t",
    0,
    0,
    1,
    1,
    0,
    true,
    nil,
    "",
    false)
  t.values(table.pack(t.run[[
  local i = debug.getinfo(load("return 1\n", "@some/file.lua"), "S")
  local j = debug.getinfo(load("return 1", "line one\nline two"), "S")
  return i.source, i.short_src, i.what, j.source, j.short_src
  ]]),
    "@some/file.lua",
    "some/file.lua",
    "main",
    "line one\nline two",
    '[string "line one..."]')
  t.eq(t.run[[
  local o = { function(a) end, function(a, b, c) end, function(...) end, function(self, ...) end }
  function o:m(x) end
  local r = {}
  for _, f in ipairs { o[1], o[2], o[3], o[4], o.m } do
    local i = debug.getinfo(f, "u")
    r[#r + 1] = i.nparams .. tostring(i.isvararg):sub(1, 1)
  end
  return table.concat(r, " ")
  ]],
    "1f 3f 0t 1t 2f")
end)

t.test("names", function()
  local code = [[
  local r = {}
  local function who() local i = debug.getinfo(2, "n") r[#r + 1] = tostring(i.name) .. "/" .. i.namewhat end
  local function locl() who() end
  local obj = { field = function() who() end, method = function(self) who() end, [1] = function() who() end }
  function globl() who() end
  local up = function() who() end
  locl()
  obj.field()
  obj:method()
  obj[1]()
  globl();
  (function() up() end)();
  (function() who() end)()
  pcall(locl)
  for _ in function() who() end do end
  local mt = setmetatable({}, { __add = who and function() who() end, __index = function() who() end, __call = function() who() end, __eq = function() who() end, __lt = function() who() end, __concat = function() who() end, __newindex = function() who() end, __unm = function() who() end, __len = function() who() end })
  local _ = mt + 1, mt.x, mt < 1, mt .. 1, -mt, #mt, mt == setmetatable({}, getmetatable(mt))
  mt()
  mt.z = 1
  do local c <close> = setmetatable({}, { __close = function() who() end }) end
  string.gsub("x", "x", locl)
  return table.concat(r, " ")
  ]]
  if t.lua53 then code = code:gsub("<close>", "") end
  t.eq(t.run(code), t.either(
    "locl/local field/field method/method ?/field globl/global up/upvalue nil/ nil/ for iterator/for iterator __add/metamethod __index/metamethod __lt/metamethod __concat/metamethod __unm/metamethod __len/metamethod __eq/metamethod mt/local __newindex/metamethod nil/",
    "locl/local field/field method/method integer index/field globl/global up/upvalue nil/ nil/ for iterator/for iterator add/metamethod index/metamethod lt/metamethod concat/metamethod unm/metamethod len/metamethod eq/metamethod mt/local newindex/metamethod close/metamethod nil/"))
  t.values(table.pack(t.run[[
  local function f() return debug.getinfo(1, "nt") end
  local function g() return f() end
  local a, b = f(), g()
  return a.name, a.namewhat, a.istailcall, b.name, b.namewhat, b.istailcall
  ]]),
    "f",
    "local",
    false,
    nil,
    "",
    true)
end)

t.test("active lines", function()
  t.eq(t.run[[
  local function f(a)
    local b = a

    if b then
      return 1
    end
    -- comment
    return 2
  end
  local l = {}
  for k in pairs(debug.getinfo(f, "L").activelines) do l[#l + 1] = k end
  table.sort(l)
  return table.concat(l, " ")
  ]],
    "2 4 5 8 9")
  t.eq(t.run[[
  local l = {}
  for k, v in pairs(debug.getinfo(load("\nlocal x = 1\n\n\nx = 2\n"), "L").activelines) do l[#l + 1] = k .. tostring(v) end
  table.sort(l)
  return table.concat(l, " ")
  ]],
    "2true 5true")
  t.values(table.pack(t.run[[
  local l = {}
  for k in pairs(debug.getinfo(load("local function f(...)\nlocal a = 1\nend\nreturn f")(), "L").activelines) do l[#l + 1] = k end
  table.sort(l)
  return table.concat(l, " "), debug.getinfo(print, "L").activelines
  ]]),
    "2 3",
    nil)
end)

t.test("current lines", function()
  t.values(table.pack(t.run[[
  local function line() return debug.getinfo(2, "l").currentline end
  local a = line()
  local b, c = line(),
    line()
  local d = {
    line(),
    line() }
  return a, b, c, d[1], d[2], (line())
  ]]),
    2,
    3,
    4,
    6,
    7,
    8)
  t.eq(t.run[[
  local co = coroutine.create(function()
    coroutine.yield()

    coroutine.yield()
  end)
  local r = {}
  coroutine.resume(co)
  r[1] = debug.getinfo(co, 1, "l").currentline
  coroutine.resume(co)
  r[2] = debug.getinfo(co, 1, "l").currentline
  r[3] = debug.getinfo(co, 0, "S").what
  r[4] = tostring(debug.getinfo(co, 2))
  coroutine.resume(co)
  r[5] = tostring(debug.getinfo(co, 0))
  return table.concat(r, " ")
  ]],
    "2 4 C nil nil")
end)

t.test("levels and options", function()
  t.values(table.pack(t.run[[
  local i0, i1 = debug.getinfo(0, "Sn"), debug.getinfo(1, "S")
  return i0.what, i0.name, i0.namewhat, i1.what, debug.getinfo(2), debug.getinfo(100), debug.getinfo(-1)
  ]]),
    "C",
    "getinfo",
    "field",
    "main",
    nil,
    nil,
    nil)
  t.values(table.pack(t.run[[
  local i = debug.getinfo(1, "l")
  local n = 0
  for _ in pairs(i) do n = n + 1 end
  local j = debug.getinfo(print, "f")
  return n, i.currentline, i.source, j.func == print, next(debug.getinfo(1, ""))
  ]]),
    1,
    1,
    nil,
    true,
    nil)
  t.fails('debug.getinfo(1, "X")', "t:1: bad argument #2 to 'getinfo' (invalid option)")
  -- Stock 5.3 takes it, and reads what is no function.
  local invalid = "t:1: bad argument #2 to 'getinfo' (invalid option" .. t.either("", " '>'") .. ")"
  t.fails('debug.getinfo(1, ">")', invalid)
  t.fails('debug.getinfo(1, ">S")', invalid)
  t.fails("debug.getinfo()", "t:1: bad argument #1 to 'getinfo' (number expected, got no value)")
  t.fails("debug.getinfo({})", "t:1: bad argument #1 to 'getinfo' (number expected, got table)")
  t.fails("debug.getinfo(1, {})", "t:1: bad argument #2 to 'getinfo' (string expected, got table)")
end)

t.test("getlocal", function()
  t.eq(t.run[[
  local function f(a, b)
    local c = 3
    do
      local inner = 4
    end
    local d
    local r = {}
    local i = 1
    while true do
      local n, v = debug.getlocal(1, i)
      if not n or n:sub(1, 1) == "(" then break end
      r[#r + 1] = n .. "=" .. (type(v) == "table" and "table" or tostring(v))
      i = i + 1
    end
    return table.concat(r, " ")
  end
  return (f(1, "two"))
  ]],
    "a=1 b=two c=3 d=nil r=table i=6")
  t.values(table.pack(t.run[[
  local function f(a, ...)
    local r = {}
    local i = -1
    while true do
      local n, v = debug.getlocal(1, i)
      if not n then break end
      r[#r + 1] = n .. "=" .. tostring(v)
      i = i - 1
    end
    return table.concat(r, " ")
  end
  return (f(1, "x", nil, 3)), (f(1)), (f())
  ]]),
    t.either("(*vararg)=x (*vararg)=nil (*vararg)=3", "(vararg)=x (vararg)=nil (vararg)=3"),
    "",
    "")
  t.values(table.pack(t.run[[
  local function f(...)
    local n = debug.setlocal(1, -2, "changed")
    local m = debug.setlocal(1, -9, "none")
    return n, m, ...
  end
  local a, b, c, d = f(1, 2)
  return a, b, c, d
  ]]),
    t.either("(*vararg)", "(vararg)"),
    nil,
    1,
    "changed")
  t.values(table.pack(t.run[[
  local function f(a, b, ...) local c end
  return debug.getlocal(f, 1), debug.getlocal(f, 2), debug.getlocal(f, 3), debug.getlocal(print, 1)
  ]]),
    "a",
    "b",
    nil,
    nil)
  t.values(table.pack(t.run[[
  local x, y = 1, 2
  local n = debug.setlocal(1, 1, 10)
  local m = debug.setlocal(1, 100, 10)
  return n, m, x, y
  ]]),
    "x",
    nil,
    10,
    2)
  t.eq(t.run[[
  local r = {}
  for i = 5, 5 do
    for k, v in pairs { "z" } do
      local j = 1
      while true do
        local n = debug.getlocal(1, j)
        if not n or j > 14 then break end
        r[#r + 1] = n
        j = j + 1
      end
    end
  end
  return table.concat(r, ",", 1, 11)
  ]],
    t.either(
      "r,(for index),(for limit),(for step),i,(for generator),(for state),(for control),k,v,j",
      "r,(for state),(for state),(for state),i,(for state),(for state),(for state),(for state),k,v"))
  t.values(table.pack(t.run[[
  local mine = "original"
  local function callee()
    local n, v = debug.getlocal(2, 1)
    debug.setlocal(2, 1, "set from below")
    return n, v
  end
  local n, v = callee()
  return n, v, mine
  ]]),
    "mine",
    "original",
    "set from below")
  t.eq(t.run[[
  local a = 1
  local a = 2
  local r = {}
  for i = 1, 2 do r[i] = table.concat({ debug.getlocal(1, i) }, "=") end
  return table.concat(r, " ")
  ]],
    "a=1 a=2")
  t.fails("debug.getlocal(50, 1)", "t:1: bad argument #1 to 'getlocal' (level out of range)")
  t.fails("debug.getlocal(1)", "t:1: bad argument #2 to 'getlocal' (number expected, got no value)")
  t.fails("debug.getlocal({}, 1)", "t:1: bad argument #1 to 'getlocal' (number expected, got table)")
  t.fails("debug.setlocal(50, 1, 2)", "t:1: bad argument #1 to 'setlocal' (level out of range)")
  t.fails("debug.setlocal(1, 1)", "t:1: bad argument #3 to 'setlocal' (value expected)")
end)

t.test("temporaries", function()
  t.values(table.pack(t.run[[
  local function names(level)
    local r = {}
    for i = 1, 20 do
      local n = debug.getlocal(level, i)
      if not n then break end
      r[#r + 1] = n
    end
    return r
  end
  local seen = {}
  local function probe() for _, n in ipairs(names(3)) do seen[n] = true end return 1 end
  local function f(a) return (math.max(a, 5, probe())) end
  f(1)
  return seen.a, seen["(temporary)"] or seen["(*temporary)"]
  ]]),
    true,
    true)
  t.values(table.pack(t.run[[
  local seen = {}
  table.sort({ 2, 1 }, function()
    for i = 1, 20 do
      local n = debug.getlocal(2, i)
      if not n then break end
      seen[n] = true
    end
  end)
  return seen["(C temporary)"], seen["(temporary)"], seen["(*temporary)"]
  ]]),
    t.either(nil, true),
    nil,
    t.either(true, nil))
end)

t.test("setmetatable, uservalue, registry", function()
  t.eq(type(debug.getregistry()), "table")
  t.eq(debug.getmetatable("").__index, string)
  t.eq(debug.getmetatable({}), nil)
  local mt = { __metatable = "protected" }
  local o = setmetatable({}, mt)
  t.eq(debug.getmetatable(o), mt)
  t.eq(debug.setmetatable(o, nil), o)
  t.eq(getmetatable(o), nil)
  t.values(table.pack(debug.getuservalue({})), nil)
  t.values(table.pack(debug.getuservalue(io.stdout)), nil)
  if t.lua53 then
    t.values(table.pack(debug.setuservalue(io.stdout, 1)), io.stdout)
    t.values(table.pack(debug.getuservalue(io.stdout)), 1)
    debug.setuservalue(io.stdout, nil)
  else
    t.values(table.pack(debug.setuservalue(io.stdout, 1, 1)), nil)
  end
end)

t.finish()
