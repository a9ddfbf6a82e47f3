-- debug.traceback: levels, long stacks, chunk names, other coroutines.
local t = require "harness"

t.test("levels and messages", function()
  t.values(table.pack(t.run[[
  local function f() local a, b, c = debug.traceback("m", 1), debug.traceback("m", 0), debug.traceback("m", 2) return a, b, c end
  local a, b, c = f()
  return a, b, c
  ]]),
    "m\n"
      .. "stack traceback:\n"
      .. "\tt:1: in local 'f'\n"
      .. "\tt:2: in main chunk",
    "m\n"
      .. "stack traceback:\n"
      .. "\t[C]: in function 'debug.traceback'\n"
      .. "\tt:1: in local 'f'\n"
      .. "\tt:2: in main chunk",
    "m\nstack traceback:\n\tt:2: in main chunk")
  t.values(table.pack(t.run[[
  return debug.traceback("m", 50), debug.traceback(nil, 50), debug.traceback(12, 50), debug.traceback("a\nb", 50)
  ]]),
    "m\nstack traceback:",
    "stack traceback:",
    "12\nstack traceback:",
    "a\nb\nstack traceback:")
  t.values(table.pack(t.run[[
  local tab = {}
  return debug.traceback(tab) == tab, debug.traceback(true), debug.traceback(false, 1), debug.traceback(print) == print
  ]]),
    true,
    true,
    false,
    true)
  t.fails('debug.traceback("m", "x")', "t:1: bad argument #2 to 'traceback' (number expected, got string)")
  t.fails('debug.traceback("m", {})', "t:1: bad argument #2 to 'traceback' (number expected, got table)")
end)

t.test("long stacks are abridged", function()
  t.eq(t.run[[
  local function f(n) if n == 0 then local r = debug.traceback("deep") return r end local r = f(n - 1) return r end
  local r = f(30)
  return r
  ]],
    "deep\n"
      .. "stack traceback:\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\t...\t(skipping 10 levels)\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\tt:1: in upvalue 'f'\n"
      .. "\tt:1: in local 'f'\n"
      .. "\tt:2: in main chunk")
  t.values(table.pack(t.run[[
  local function f(n) if n == 0 then local r = debug.traceback("deep") return r end local r = f(n - 1) return r end
  local a, b = f(19), f(20)
  return #a, #b, (select(2, a:gsub("\n", ""))), (select(2, b:gsub("\n", ""))), b:match("%.%.%.[^\n]*")
  ]]),
    459,
    480,
    22,
    23,
    nil)
  t.eq(t.run[[
  local function f(n) if n == 0 then local r = debug.traceback("deep", 5) return r end local r = f(n - 1) return r end
  local r = f(1000)
  return r:match("%.%.%.[^\n]*")
  ]],
    "...\t(skipping 976 levels)")
end)

t.test("chunk names", function()
  t.values(table.pack(t.run[[
  local function go(name) return (load("local r = debug.traceback('m') return r", name)()):match("\n\t([^\n]*): in") end
  return go("=eq"), go("@file.lua"), go("text of the chunk"), go("two\nlines"), go("=" .. ("n"):rep(80)), go("@" .. ("d/"):rep(50) .. "f.lua")
  ]]),
    "eq:1",
    "file.lua:1",
    '[string "text of the chunk"]:1',
    '[string "two..."]:1',
    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn:1",
    ".../d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/f.lua:1")
end)

t.test("other coroutines", function()
  t.values(table.pack(t.run[[
  local co = coroutine.create(function() local function inner() coroutine.yield() end inner() end)
  local fresh = debug.traceback(co)
  coroutine.resume(co)
  local susp, msg = debug.traceback(co), debug.traceback(co, "hello", 1)
  coroutine.resume(co)
  return fresh, susp, msg, debug.traceback(co), debug.traceback(co, "dead")
  ]]),
    "stack traceback:",
    "stack traceback:\n"
      .. "\t[C]: in function 'coroutine.yield'\n"
      .. "\tt:1: in local 'inner'\n"
      .. "\tt:1: in function <t:1>",
    "hello\n"
      .. "stack traceback:\n"
      .. "\tt:1: in local 'inner'\n"
      .. "\tt:1: in function <t:1>",
    "stack traceback:",
    "dead\nstack traceback:")
  t.eq(t.run[[
  local co = coroutine.create(function(x) local y = x + {} end)
  local ok, e = coroutine.resume(co, 1)
  return debug.traceback(co, e)
  ]],
    "t:1: attempt to perform arithmetic on a table value\n"
      .. "stack traceback:\n"
      .. "\tt:1: in function <t:1>")
  t.eq(t.run[[
  local co, r
  co = coroutine.wrap(function() r = debug.traceback("inside") end)
  co()
  return r
  ]],
    "inside\nstack traceback:\n\tt:2: in function <t:2>")
end)

t.finish()
