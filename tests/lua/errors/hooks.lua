-- debug.sethook: sequences of events.
local t = require "harness"

t.test("line events", function()
  t.eq(t.run[[
  local lines = {}
  debug.sethook(function(e, l) lines[#lines + 1] = l end, "l")
  local a = 1
  local b = 2

  if a < b then
    a = b
  else
    b = a
  end
  debug.sethook()
  return table.concat(lines, " ")
  ]],
    "3 4 6 7 11")
  t.eq(t.run[[
  local lines = {}
  debug.sethook(function(e, l) lines[#lines + 1] = l end, "l")
  for i = 1, 3 do
    local x = i
  end
  for k in pairs({ 1, 2 }) do
    local y = k
  end
  local n = 0
  while n < 2 do
    n = n + 1
  end
  repeat
    n = n - 1
  until n == 0
  debug.sethook()
  return table.concat(lines, " ")
  ]],
    "3 4 3 4 3 4 3 6 7 6 7 6 8 9 10 11 10 11 10 14 15 14 15 16")
  t.eq(t.run[[
  local lines = {}
  local function f(a)
    local b = a
    return b
  end
  debug.sethook(function(e, l) lines[#lines + 1] = l end, "l")
  f(1)
  local x = f(2)
  debug.sethook()
  return table.concat(lines, " ")
  ]],
    "7 3 4 8 3 4 9")
  t.eq(t.run[[
  local lines = {}
  debug.sethook(function(e, l) lines[#lines + 1] = l end, "l")
  for i = 1, 3 do local x = i end
  local j = 0
  while j < 3 do j = j + 1 end
  debug.sethook()
  return table.concat(lines, " ")
  ]],
    "3 3 3 4 5 5 5 5 6")
  t.eq(t.run[[
  local lines = {}
  debug.sethook(function(e, l) lines[#lines + 1] = l end, "l")
  local t = { x = 1 }
  t.x = t.x + 1

  t.y = function()
    return 1
  end
  do
    local s = t.x .. "a"
  end
  if t.z then t.x = 0 end
  debug.sethook()
  return table.concat(lines, " ")
  ]],
    "3 4 8 10 12 13")
  t.eq(t.run[[
  local lines = {}
  debug.sethook(function(e, l) lines[#lines + 1] = l end, "l")
  local function empty() end
  empty()
  local function multi(a,
    b)
    if a then return b end
    return a
  end
  multi(1, 2)
  multi(nil, 2)
  debug.sethook()
  return table.concat(lines, " ")
  ]],
    "3 4 3 9 10 7 11 7 8 12")
end)

t.test("call and return events", function()
  t.eq(t.run[[
  local log = {}
  local function note(e)
    local i = debug.getinfo(2, "Sn")
    log[#log + 1] = e .. ":" .. (i.what == "C" and "C" or i.linedefined .. (i.name and i.name or ""))
  end
  local function leaf() return 1 end
  local function mid() local r = leaf() return r end
  debug.sethook(note, "cr")
  mid()
  debug.sethook()
  return table.concat(log, " ")
  ]],
    "return:C call:7mid call:6leaf return:6leaf return:7mid call:C")
  t.eq(t.run[[
  local log = {}
  local function note(e)
    local i = debug.getinfo(2, "St")
    log[#log + 1] = e .. ":" .. (i.what == "C" and "C" or i.linedefined) .. (i.istailcall and "t" or "")
  end
  local function leaf() return 1 end
  local function tail() return leaf() end
  local function ctail() return tostring(1) end
  debug.sethook(note, "cr")
  tail()
  ctail()
  debug.sethook()
  return table.concat(log, " ")
  ]],
    "return:C call:7 tail call:6t return:6t call:8 call:C return:C return:8 call:C")
  t.eq(t.run[[
  local log = {}
  local function note(e)
    local i = debug.getinfo(2, "Sn")
    log[#log + 1] = e .. ":" .. (i.what == "C" and tostring(i.name) or i.linedefined)
  end
  local mt = { __add = function() return 1 end, __index = function() return 2 end }
  local v = setmetatable({}, mt)
  local co = coroutine.wrap(function() return 3 end)
  debug.sethook(note, "cr")
  local a = v + 1
  local b = v.x
  pcall(error, "e")
  math.abs(-1)
  for k in next, { 1 } do end
  co()
  debug.sethook()
  return table.concat(log, " ")
  ]],
    "return:sethook call:6 return:6 call:6 return:6 call:pcall call:nil return:pcall call:abs return:abs call:for iterator return:for iterator call:for iterator return:for iterator call:co return:co call:sethook")
  t.eq(t.run[[
  local log = {}
  debug.sethook(function(e) log[#log + 1] = e end, "c")
  local x = tostring(1)
  debug.sethook(function(e) log[#log + 1] = e end, "r")
  x = tostring(2)
  debug.sethook()
  return table.concat(log, " ")
  ]],
    "call call return return")
  t.eq(t.run[[
  local log = {}
  local function f() error("x", 0) end
  debug.sethook(function(e) local i = debug.getinfo(2, "S") log[#log + 1] = e .. ":" .. (i.what == "C" and "C" or i.linedefined) end, "cr")
  pcall(f)
  debug.sethook()
  return table.concat(log, " ")
  ]],
    "return:C call:C call:2 call:C return:C call:C")
end)

t.test("call, return and line together", function()
  t.eq(t.run[[
  local log = {}
  local function f()
    local a = 1
    return a
  end
  debug.sethook(function(e, l) log[#log + 1] = e:sub(1, 1) .. (l or "") end, "crl")
  f()
  debug.sethook()
  return table.concat(log, " ")
  ]],
    "r l7 c l3 l4 r l8 c")
end)

t.test("count events", function()
  t.eq(t.run[[
  local n = 0
  debug.sethook(function(e) if e == "count" then n = n + 1 end end, "", 1)
  for i = 1, 100 do end
  debug.sethook()
  return n > 100 and n < 1000
  ]],
    true)
  t.values(table.pack(t.run[[
  local function run(every)
    local n = 0
    debug.sethook(function() n = n + 1 end, "", every)
    local s = 0
    for i = 1, 10000 do s = s + i end
    debug.sethook()
    return n
  end
  local a, b = run(10), run(100)
  return a > 5 * b, b > 50 and b < 1000
  ]]),
    true,
    true)
  t.values(table.pack(t.run[[
  local n = 0
  debug.sethook(function() n = n + 1 if n >= 3 then debug.sethook() error("stopped", 0) end end, "", 1000)
  local ok, e = pcall(function() while true do end end)
  return ok, e, n
  ]]),
    false,
    "stopped",
    3)
  t.values(table.pack(t.run[[
  debug.sethook(function() error("timeout") end, "", 10000)
  local ok, e = pcall(function()
    local function f() return f() end
    f()
  end)
  debug.sethook()
  return ok, (e:gsub(":%d+:", ":N:"))
  ]]),
    false,
    "t:N: timeout")
end)

t.test("what a hook sees and may do", function()
  t.values(table.pack(t.run[[
  local inside = {}
  local function f(p)
    local v = p * 2
    return v
  end
  debug.sethook(function(e, l)
    if l == 4 then
      inside[1] = debug.getinfo(2, "l").currentline
      inside[2], inside[3] = debug.getlocal(2, 1)
      inside[4], inside[5] = debug.getlocal(2, 2)
      debug.setlocal(2, 2, "changed")
      inside[6] = debug.getinfo(2, "n").name
      inside[7] = debug.getinfo(1, "S").what
    end
  end, "l")
  local r = f(21)
  debug.sethook()
  return r, table.concat(inside, " ", 1, 7)
  ]]),
    "changed",
    "4 p 21 v 42 f Lua")
  t.eq(t.run[[
  local n = 0
  local function hook() n = n + 1 local x = 1 tostring(x) end
  debug.sethook(hook, "crl", 1)
  debug.sethook()
  return n > 0 and n < 10
  ]],
    true)
  t.values(table.pack(t.run[[
  local function hook() end
  debug.sethook(hook, "crl", 5)
  local h, m, c = debug.gethook()
  debug.sethook()
  local h2, m2, c2 = debug.gethook()
  return h == hook, m, c, h2, m2, c2
  ]]),
    true,
    "crl",
    5,
    nil,
    nil,
    nil)
  t.values(table.pack(t.run[[
  local function hook() end
  debug.sethook(hook, "l")
  local h, m, c = debug.gethook()
  debug.sethook(hook, "")
  local h2 = debug.gethook()
  debug.sethook()
  return h == hook, m, c, h2
  ]]),
    true,
    "l",
    0,
    nil)
  t.values(table.pack(t.run[[
  local reached = "before"
  debug.sethook(function(ev, l) if l == 6 then error("from hook", 0) end end, "l")
  local ok, e = pcall(function()
    reached = "inside"

    reached = "after"
  end)
  debug.sethook()
  return ok, e, reached
  ]]),
    false,
    "from hook",
    "inside")
end)

t.test("hooks belong to one coroutine", function()
  t.values(table.pack(t.run[[
  local lines = {}
  local co = coroutine.create(function()
    local a = 1
    coroutine.yield()
    local b = 2
  end)
  debug.sethook(co, function(e, l) lines[#lines + 1] = l end, "l")
  local x = 1
  coroutine.resume(co)
  local y = 2
  coroutine.resume(co)
  local h, m = debug.gethook(co)
  return table.concat(lines, " "), type(h), m, debug.gethook()
  ]]),
    "3 4 5 6",
    "function",
    "l",
    nil)
  t.eq(t.run[[
  local lines = {}
  local function body()
    local a = 1
    local b = 2
  end
  debug.sethook(function(e, l) lines[#lines + 1] = l end, "l")
  local co = coroutine.wrap(body)
  co()
  debug.sethook()
  return table.concat(lines, " ")
  ]],
    "7 8 9")
end)

t.test("transferred values", function()
  if t.lua53 then return t.fails("debug.getinfo(1, 'r')", "t:1: bad argument #2 to 'getinfo' (invalid option)") end
  t.eq(t.run[[
  local log = {}
  local function f(a, b, c) return a, b end
  debug.sethook(function(e)
    local i = debug.getinfo(2, "rSf")
    if i.func == f then
      local v = {}
      for k = i.ftransfer, i.ftransfer + i.ntransfer - 1 do v[#v + 1] = tostring(select(2, debug.getlocal(2, k))) end
      log[#log + 1] = e .. " " .. i.ntransfer .. " " .. table.concat(v, ",")
    end
  end, "cr")
  f(10, 20)
  f("x")
  debug.sethook()
  return table.concat(log, "; ")
  ]],
    "call 3 10,20,nil; return 2 10,20; call 3 x,nil,nil; return 2 x,nil")
  t.eq(t.run[[
  local log = {}
  debug.sethook(function(e)
    local i = debug.getinfo(2, "rSf")
    if i.func == math.max then
      local v = {}
      for k = i.ftransfer, i.ftransfer + i.ntransfer - 1 do v[#v + 1] = tostring(select(2, debug.getlocal(2, k))) end
      log[#log + 1] = e .. " " .. i.ntransfer .. " " .. table.concat(v, ",")
    end
  end, "cr")
  math.max(3, 7, 5)
  debug.sethook()
  return table.concat(log, "; ")
  ]],
    "call 3 3,7,5; return 1 7")
end)

t.finish()
