-- debug.traceback: exact text.
local t = require "harness"

t.test("main chunk and functions of every kind", function()
  t.eq(t.run[[
  return debug.traceback("msg")
  ]],
    "msg\nstack traceback:\n\tt:1: in main chunk")
  t.eq(t.run[[
  return (debug.traceback())
  ]],
    "stack traceback:\n\tt:1: in main chunk")
  t.eq(t.run[[
  local function f() return (debug.traceback("m")) end
  local function g()
    local r = f()
    return r
  end
  return (g())
  ]],
    "m\n"
      .. "stack traceback:\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\tt:3: in local 'g'\n"
      .. "\tt:6: in main chunk")
  t.eq(t.run[[
  function global() return (debug.traceback("m")) end
  return (global())
  ]],
    "m\n"
      .. "stack traceback:\n"
      .. "\tt:1: in global 'global'\n"
      .. "\tt:2: in main chunk")
  t.eq(t.run[[
  local obj = {}
  function obj:method() local r = debug.traceback("m") return r end
  function obj.field() local r = obj:method() return r end
  local r = obj.field()
  return r
  ]],
    "m\n"
      .. "stack traceback:\n"
      .. "\tt:2: in method 'method'\n"
      .. "\tt:3: in field 'field'\n"
      .. "\tt:4: in main chunk")
  t.eq(t.run[[
  local obj = { sub = {} }
  obj.sub.f = function() local r = debug.traceback() return r end
  local up = function() local r = obj.sub.f() return r end
  local function caller() local r = up() return r end
  local r = caller()
  return r
  ]],
    "stack traceback:\n"
      .. "\tt:2: in field 'f'\n"
      .. "\tt:3: in upvalue 'up'\n"
      .. "\tt:4: in local 'caller'\n"
      .. "\tt:5: in main chunk")
  t.eq(t.run[[
  local list = { function() local r = debug.traceback() return r end }
  local r = list[1]()
  return r
  ]],
    "stack traceback:\n"
      .. "\tt:1: in field 'integer index'\n"
      .. "\tt:2: in main chunk")
  t.eq(t.run[[
  local r = (function() local r = debug.traceback() return r end)()
  return r
  ]],
    "stack traceback:\n"
      .. "\tt:1: in function <t:1>\n"
      .. "\tt:1: in main chunk")
  t.eq(t.run[[
  local r
  for _ in function() if not r then r = debug.traceback() return 1 end end do end
  return r
  ]],
    "stack traceback:\n"
      .. "\tt:2: in for iterator 'for iterator'\n"
      .. "\tt:2: in main chunk")
end)

t.test("library functions", function()
  t.eq(t.run[[
  local r
  pcall(function() r = debug.traceback("m") end)
  return r
  ]],
    "m\n"
      .. "stack traceback:\n"
      .. "\tt:2: in function <t:2>\n"
      .. "\t[C]: in function 'pcall'\n"
      .. "\tt:2: in main chunk")
  t.eq(t.run[[
  local r
  table.sort({ 1, 2 }, function(a, b) r = debug.traceback("m") return a < b end)
  return r
  ]],
    "m\n"
      .. "stack traceback:\n"
      .. "\tt:2: in function <t:2>\n"
      .. "\t[C]: in function 'table.sort'\n"
      .. "\tt:2: in main chunk")
  t.eq(t.run[[
  local r
  ("x"):gsub("x", function() r = debug.traceback("m") end)
  return r
  ]],
    "m\n"
      .. "stack traceback:\n"
      .. "\tt:2: in function <t:2>\n"
      .. "\t[C]: in function 'string.gsub'\n"
      .. "\tt:2: in main chunk")
  t.eq(t.run[[
  local gsub = string.gsub
  local r
  gsub("x", "x", function() r = debug.traceback("m") end)
  return r
  ]],
    "m\n"
      .. "stack traceback:\n"
      .. "\tt:3: in function <t:3>\n"
      .. "\t[C]: in function 'string.gsub'\n"
      .. "\tt:3: in main chunk")
  t.eq(t.run[[
  local r
  local f = load("r = debug.traceback('m')", "=inner", "t", setmetatable({}, { __index = _G, __newindex = function(_, k, v) r = v end }))
  f()
  return r
  ]],
    "m\n"
      .. "stack traceback:\n"
      .. "\tinner:1: in local 'f'\n"
      .. "\tt:3: in main chunk")
  t.eq(t.run[[
  return (select(2, xpcall(error, debug.traceback, "msg", 0)))
  ]],
    "msg\n"
      .. "stack traceback:\n"
      .. "\t[C]: in function 'error'\n"
      .. "\t[C]: in function 'xpcall'\n"
      .. "\tt:1: in main chunk")
  t.eq(t.run[[
  local function bad() local x = nil; return x.y.z end
  return (select(2, xpcall(function() bad() end, debug.traceback)))
  ]],
    "t:1: attempt to index a nil value (local 'x')\n"
      .. "stack traceback:\n"
      .. "\tt:1: in upvalue 'bad'\n"
      .. "\tt:2: in function <t:2>\n"
      .. "\t[C]: in function 'xpcall'\n"
      .. "\tt:2: in main chunk")
  t.eq(t.run[[
  return (select(2, xpcall(string.rep, debug.traceback)))
  ]],
    "bad argument #1 to 'string.rep' (string expected, got no value)\n"
      .. "stack traceback:\n"
      .. "\t[C]: in function 'string.rep'\n"
      .. "\t[C]: in function 'xpcall'\n"
      .. "\tt:1: in main chunk")
  t.eq(t.run[[
  return (select(2, xpcall(nosuch, debug.traceback)))
  ]],
    "attempt to call a nil value\n"
      .. "stack traceback:\n"
      .. "\t[C]: in function 'xpcall'\n"
      .. "\tt:1: in main chunk")
end)

t.test("metamethods", function()
  t.eq(t.run[[
  local r
  local mt = {}
  for _, e in ipairs { "add", "index", "call", "len", "concat", "eq", "lt", "unm" } do
    mt["__" .. e] = function() r = r .. "\n" .. debug.traceback(e) end
  end
  local x, y = setmetatable({}, mt), setmetatable({}, mt)
  r = ""
  do local _ = x + 1 end
  do local _ = x.k end
  x()
  do local _ = #x end
  do local _ = x .. "" end
  do local _ = x == y end
  do local _ = x < y end
  do local _ = -x end
  return r
  ]],
    "\n"
      .. "add\n"
      .. "stack traceback:\n"
      .. "\tt:4: in metamethod 'add'\n"
      .. "\tt:8: in main chunk\n"
      .. "index\n"
      .. "stack traceback:\n"
      .. "\tt:4: in metamethod 'index'\n"
      .. "\tt:9: in main chunk\n"
      .. "call\n"
      .. "stack traceback:\n"
      .. "\tt:4: in local 'x'\n"
      .. "\tt:10: in main chunk\n"
      .. "len\n"
      .. "stack traceback:\n"
      .. "\tt:4: in metamethod 'len'\n"
      .. "\tt:11: in main chunk\n"
      .. "concat\n"
      .. "stack traceback:\n"
      .. "\tt:4: in metamethod 'concat'\n"
      .. "\tt:12: in main chunk\n"
      .. "eq\n"
      .. "stack traceback:\n"
      .. "\tt:4: in metamethod 'eq'\n"
      .. "\tt:13: in main chunk\n"
      .. "lt\n"
      .. "stack traceback:\n"
      .. "\tt:4: in metamethod 'lt'\n"
      .. "\tt:14: in main chunk\n"
      .. "unm\n"
      .. "stack traceback:\n"
      .. "\tt:4: in metamethod 'unm'\n"
      .. "\tt:15: in main chunk")
end)

t.test("metamethods that close", function()
  if t.lua53 then return end
  t.eq(t.run[[
  local r
  do
    local c <close> = setmetatable({}, { __close = function() r = debug.traceback("closing") end })
  end
  return r
  ]],
    "closing\n"
      .. "stack traceback:\n"
      .. "\tt:3: in metamethod 'close'\n"
      .. "\tt:3: in main chunk")
  t.eq(t.run[[
  local r
  setmetatable({}, { __newindex = function() r = debug.traceback("set") end }).x = 1
  return r
  ]],
    "set\n"
      .. "stack traceback:\n"
      .. "\tt:2: in metamethod 'newindex'\n"
      .. "\tt:2: in main chunk")
end)

t.test("tail calls", function()
  t.eq(t.run[[
  local function f() local r = debug.traceback("m") return r end
  local function g() return f() end
  local r = g()
  return r
  ]],
    "m\n"
      .. "stack traceback:\n"
      .. "\tt:1: in function <t:1>\n"
      .. "\t(...tail calls...)\n"
      .. "\tt:3: in main chunk")
  t.eq(t.run[[
  local function f(n) if n == 0 then local r = debug.traceback() return r end return f(n - 1) end
  local r = f(10)
  return r
  ]],
    "stack traceback:\n"
      .. "\tt:1: in function <t:1>\n"
      .. "\t(...tail calls...)\n"
      .. "\tt:2: in main chunk")
  t.eq(t.run[[
  local function f() return debug.traceback("direct") end
  local r = f()
  return r
  ]],
    "direct\n"
      .. "stack traceback:\n"
      .. "\tt:1: in local 'f'\n"
      .. "\tt:2: in main chunk")
  t.eq(t.run[[
  local function f() local r = debug.traceback() return r end
  local function g() return pcall(f) end
  local ok, r = g()
  return r
  ]],
    "stack traceback:\n"
      .. "\tt:1: in function <t:1>\n"
      .. "\t[C]: in function 'pcall'\n"
      .. "\tt:2: in local 'g'\n"
      .. "\tt:3: in main chunk")
end)

t.test("a module that is a function has its name", function()
  local function callable() local r = debug.traceback() return r end
  package.loaded["a callable module"] = callable
  local r = callable()
  t.ok(r:find("in function 'a callable module'\n", 1, true), r)
  package.loaded["a callable module"] = math.floor
  local ok, message = pcall(package.loaded["a callable module"], {})
  t.ok(message:find("#1 to 'a callable module'", 1, true) or message:find("#1 to 'math.floor'", 1, true), message)
  package.loaded["a callable module"] = nil
end)

t.finish()
