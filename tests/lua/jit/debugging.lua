-- What errors, tracebacks and the library `debug` say of functions that have become hot: the same as of cold
-- ones, also where one has become part of another.
local t = require "harness"

local function hot(f, ...)
  for _ = 1, 700 do f(...) end
end

-- The lines of a traceback, without those of the harness and of C functions.
local function traceOf(f, ...)
  local lines = {}
  local _, trace = xpcall(f, debug.traceback, ...)
  for line in trace:gmatch("[^\n]+") do
    line = line:match("^%s*(.-)%s*$")
    if line:find("^chunk:") then lines[#lines + 1] = line end
  end
  return table.concat(lines, "\n")
end

t.test("an error in the innermost of small functions", function()
  local run = assert(load([[
local function inner(a, b) return a.x + b end
local function middle(a, b) local r = inner(a, b) return r + 1 end
local function outer(a, b)
  local s = 0
  for i = 1, 3 do
    s = s + middle(a, b)
  end
  return s
end
return function(a, b) local r = outer(a, b) return r end]], "=chunk"))()
  hot(run, {x = 1}, 2)
  t.eq(run({x = 1}, 2), 12)
  t.eq(select(2, pcall(run, {x = 1}, nil)), "chunk:1: attempt to perform arithmetic on a nil value (local 'b')")
  t.eq(select(2, pcall(run, {}, 2)), "chunk:1: attempt to perform arithmetic on a nil value (field 'x')")
  t.eq(select(2, pcall(run, nil, 2)), "chunk:1: attempt to index a nil value (local 'a')")
  t.eq(traceOf(run, {x = {}}, 2), [[
chunk:1: attempt to perform arithmetic on a table value (field 'x')
chunk:1: in upvalue 'inner'
chunk:2: in upvalue 'middle'
chunk:6: in upvalue 'outer'
chunk:10: in function <chunk:10>]])
  t.eq(run({x = 1.5}, 2), 13.5)
  local meta = {__add = function(l, r) return 100 end}
  t.eq(run({x = setmetatable({}, meta)}, 2), 303)
end)

t.test("a metamethod looks at the hot functions below it", function()
  local seen = {}
  local run = assert(load([[
local function get(object, n) local twice = n * 2 return object.field + twice end
local function use(object, n)
  local got = get(object, n)
  return got
end
local function run(object, n)
  local sum = 0
  for i = 1, 4 do
    sum = sum + use(object, n + i)
  end
  return sum
end
return run]], "=chunk"))()
  hot(run, {field = 1}, 1)
  t.eq(run({field = 1}, 1), 32)
  t.eq(#seen, 0)
  -- a table whose field is missing: __index runs in the middle of what has been compiled
  local metatable = {__index = function(_, key)
    local names = {}
    for level = 2, 4 do
      local info = debug.getinfo(level, "Sln")
      local list = {}
      for i = 1, 10 do
        local name, value = debug.getlocal(level, i)
        if name == nil then break end
        if name:sub(1, 1) ~= "(" and type(value) ~= "table" then list[#list + 1] = name .. "=" .. tostring(value) end
      end
      names[#names + 1] = ("%s:%d %s"):format(tostring(info.name), info.currentline, table.concat(list, " "))
    end
    seen[#seen + 1] = table.concat(names, ", ")
    return 5
  end}
  t.eq(run(setmetatable({}, metatable), 1), 48)
  t.eq(#seen, 4)
  t.eq(seen[1], "get:1 n=2 twice=4, use:3 n=2, run:9 n=1 sum=0 i=1")
  t.eq(seen[4], "get:1 n=5 twice=10, use:3 n=5, run:9 n=1 sum=33 i=4")
end)

t.test("a callee sets variables of the hot function that called it", function()
  local run = assert(load([[
local set = ...
local function run(n)
  local a, b, c = 1, 2.5, "c"
  local sum = 0
  for i = 1, n do
    sum = sum + a
    set(i)
    b = b + 1
  end
  return sum, a, b, c
end
return run]], "=chunk"))(function(i)
    if i ~= 50 then return end
    for n = 1, 9 do
      local name, value = debug.getlocal(2, n)
      if name == "a" then debug.setlocal(2, n, value + 9.5) end
      if name == "b" then debug.setlocal(2, n, 100) end
      if name == "c" then debug.setlocal(2, n, nil) end
    end
  end)
  for _ = 1, 40 do run(40) end
  t.values(table.pack(run(40)), 40, 1, 42.5, "c")
  t.values(table.pack(run(60)), 50 + 10 * 10.5, 10.5, 111, nil)
  t.values(table.pack(run(40)), 40, 1, 42.5, "c")
end)

t.test("hooks that begin and end while hot code runs", function()
  local lines, calls
  local run = assert(load([[
local switch = ...
local function small(n)
  local m = n + 1
  return m
end
return function(n)
  local sum = 0
  for i = 1, n do
    if i == 20 or i == 22 then switch(i) end
    sum = sum + small(i)
  end
  return sum
end]], "=chunk"))(function(i)
    if lines == nil then return end
    if i == 20 then
      debug.sethook(function(event, line)
        if event == "line" then
          if debug.getinfo(2, "S").source == "=chunk" then lines[#lines + 1] = line end
        elseif debug.getinfo(2, "S").source == "=chunk" then
          calls[#calls + 1] = event
        end
      end, "lcr")
    else
      debug.sethook()
    end
  end)
  for _ = 1, 60 do run(30) end
  t.eq(run(30), 30 * 31 // 2 + 30)
  for _ = 1, 3 do
    lines, calls = {}, {}
    t.eq(run(30), 30 * 31 // 2 + 30)
    t.eq(table.concat(lines, " "), "10 3 4 8 9 10 3 4 8 9")
    t.eq(table.concat(calls, " "), "call return call return")
    lines = nil
    t.eq(run(30), 30 * 31 // 2 + 30)
  end
end)

t.test("a count hook stops a loop that calls nothing", function()
  local function spin(n)
    local s = 0
    for i = 1, n do s = s + i % 3 end
    return s
  end
  for _ = 1, 30 do spin(1000) end
  for _, count in ipairs {1, 100, 10000} do
    local ok, message = pcall(function()
      debug.sethook(function() debug.sethook() error("stopped", 0) end, "", count)
      return spin(1e9)
    end)
    t.eq(ok, false)
    t.eq(message, "stopped")
    t.eq(spin(1000), 1000)
  end
end)

t.test("a coroutine's hot frames seen from outside", function()
  local co = coroutine.create(assert(load([[
local function add(a, b) return a + b end
local n = ...
local total = 0
for i = 1, 5000 do
  total = add(total, i)
  if i % 1000 == 0 then coroutine.yield(total) end
end
return total]], "=chunk")))
  for i = 1, 3 do
    local _, total = coroutine.resume(co, "argument")
    t.eq(total, i * 1000 * (i * 1000 + 1) // 2)
    local info = debug.getinfo(co, 1, "Sl")
    t.eq(info.currentline, 6)
    t.eq(debug.traceback(co), "stack traceback:\n\t[C]: in function 'coroutine.yield'\n\tchunk:6: in main chunk")
    local values = {}
    for n = 1, 20 do
      local name, value = debug.getlocal(co, 1, n)
      if name == nil then break end
      if name == "i" or name == "n" or name == "total" then values[#values + 1] = name .. "=" .. tostring(value) end
    end
    t.eq(table.concat(values, " "), ("n=argument total=%d i=%d"):format(total, i * 1000))
  end
  for n = 1, 20 do
    if debug.getlocal(co, 1, n) == "total" then debug.setlocal(co, 1, n, 0.5) break end
  end
  t.eq(select(2, coroutine.resume(co)), 0.5 + (3001 + 4000) * 500)
end)

t.test("lines of errors inside one long expression", function()
  local run = assert(load([[
return function(a, b, c)
  local r = a.x
    + b.y
    * c.z
  return r
end]], "=chunk"))()
  hot(run, {x = 1}, {y = 2}, {z = 3})
  t.eq(run({x = 1}, {y = 2}, {z = 3}), 7)
  t.eq(select(2, pcall(run, {x = 1}, {y = 2})), "chunk:4: attempt to index a nil value (local 'c')")
  t.eq(select(2, pcall(run, {x = 1}, nil, {z = 1})), "chunk:4: attempt to index a nil value (local 'b')")
  t.eq(select(2, pcall(run, {x = {}}, {y = 2}, {z = 3})), "chunk:3: attempt to perform arithmetic on a table value (field 'x')")
  t.eq(select(2, pcall(run, {x = 1}, {y = "no"}, {z = 3})):gsub("^chunk:%d: ", ""),
    t.either("attempt to perform arithmetic on a string value (field 'y')", "attempt to mul a 'string' with a 'number'"))
end)

t.finish()
