-- To-be-closed variables.
local t = require "harness"

local function closer(log, name, fail)
  return setmetatable({}, {
    __close = function(_, err)
      log[#log + 1] = name .. ":" .. tostring(err)
      if fail then error(fail, 0) end
    end,
  })
end

t.test("closed in reverse order at the end of the block", function()
  local log = {}
  do
    local a <close> = closer(log, "a")
    local b <close> = closer(log, "b")
    local c <const> = 1
    log[#log + 1] = "body" .. c
  end
  log[#log + 1] = "after"
  t.same(log, { "body1", "b:nil", "a:nil", "after" })
end)

t.test("nil and false need no closing, other values must have __close", function()
  do
    local a <close> = nil
    local b <close> = false
    t.values(table.pack(a, b), nil, false)
  end
  t.fails("local x <close> = 1", "t:1: variable 'x' got a non-closable value")
  t.fails("local x <close> = {}", "t:1: variable 'x' got a non-closable value")
  t.fails('local abc <close> = "s"', "t:1: variable 'abc' got a non-closable value")
  t.fails("local x <close> = setmetatable({}, {})", "t:1: variable 'x' got a non-closable value")
  t.fails("local y <close> = true", "t:1: variable 'y' got a non-closable value")
  t.fails("\nlocal x <close> = nil local yy <close> = print", "t:2: variable 'yy' got a non-closable value")
end)

t.test("break, goto and return close", function()
  local log = {}
  for i = 1, 3 do
    local a <close> = closer(log, "for" .. i)
    if i == 2 then break end
  end
  while true do
    local a <close> = closer(log, "while")
    break
  end
  do
    do
      local a <close> = closer(log, "goto")
      goto out
    end
    ::out::
  end
  local i = 0
  repeat
    local a <close> = closer(log, "repeat" .. i)
    i = i + 1
  until i == 2
  t.same(log, { "for1:nil", "for2:nil", "while:nil", "goto:nil", "repeat0:nil", "repeat1:nil" })
  log = {}
  do
    local n = 0
    ::again::
    local a <close> = closer(log, "again" .. n)
    n = n + 1
    if n < 3 then goto again end
  end
  t.same(log, { "again0:nil", "again1:nil", "again2:nil" })
end)

t.test("return values survive closing", function()
  local log = {}
  local function f(...)
    local a <close> = closer(log, "f")
    return 1, ..., nil
  end
  t.values(table.pack(f(7, 8)), 1, 7, nil)
  local function g(...)
    local a <close> = setmetatable({}, { __close = function() local x, y, z = 1, 2, 3 return x, y, z end })
    return ...
  end
  t.values(table.pack(g(1, nil, 3, nil)), 1, nil, 3, nil)
  local function h()
    local a <close> = closer(log, "h")
    return g(4, 5)
  end
  t.values(table.pack(h()), 4, 5)
  local x = 10
  local function k()
    local a <close> = setmetatable({}, { __close = function() x = 20 end })
    return x
  end
  t.values(table.pack(k(), x), 10, 20)
  t.same(log, { "f:nil", "h:nil" })
end)

t.test("a call in return position is no tail call in a block with a close variable", function()
  local order = {}
  local function callee() order[#order + 1] = "callee" end
  local function f()
    local a <close> = closer(order, "a")
    return callee()
  end
  f()
  t.same(order, { "callee", "a:nil" })
end)

t.test("errors reach the close functions", function()
  local log = {}
  local ok, err = pcall(function()
    local a <close> = closer(log, "a")
    local b <close> = closer(log, "b")
    error("boom", 0)
  end)
  t.values(table.pack(ok, err), false, "boom")
  t.same(log, { "b:boom", "a:boom" })
end)

t.test("an error in __close replaces the error", function()
  local log = {}
  local ok, err = pcall(function()
    local a <close> = closer(log, "a")
    local b <close> = closer(log, "b", "from b")
    local c <close> = closer(log, "c")
    local d <close> = closer(log, "d", "from d")
    error("first", 0)
  end)
  t.values(table.pack(ok, err), false, "from b")
  t.same(log, { "d:first", "c:from d", "b:from d", "a:from b" })
  log = {}
  ok, err = pcall(function()
    local a <close> = closer(log, "a")
    local b <close> = closer(log, "b", "only b")
    return "result"
  end)
  t.values(table.pack(ok, err), false, "only b")
  t.same(log, { "b:nil", "a:only b" })
end)

t.test("error objects of any type", function()
  local got
  local obj = {}
  local ok, err = pcall(function()
    local a <close> = setmetatable({}, { __close = function(_, e) got = e end })
    error(obj)
  end)
  t.eq(ok, false)
  t.eq(err, obj)
  t.eq(got, obj)
  ok, err = pcall(function()
    local a <close> = setmetatable({}, { __close = function(_, e) got = e end })
    error(nil)
  end)
  t.values(table.pack(ok, err, got), false, nil, nil)
end)

t.test("__close may be cleared or not callable", function()
  local mt = { __close = print }
  local v = setmetatable({}, mt)
  t.raises(function()
    local x <close> = v
    mt.__close = nil
  end, { match = "attempt to call a nil value %(metamethod 'close'%)" })
  mt.__close = print
  t.raises(function()
    local x <close> = setmetatable({}, { __close = 42 })
  end, { match = "attempt to call a number value %(metamethod 'close'%)" })
  local called
  do
    local x <close> = setmetatable({}, { __close = setmetatable({}, { __call = function() called = true end }) })
  end
  t.eq(called, true)
end)

t.test("the fourth value of a generic for", function()
  local log = {}
  local function iter(n, stop)
    local i = 0
    return function() i = i + 1 if i <= n then return i end end, nil, nil, closer(log, "it")
  end
  for i in iter(2) do log[#log + 1] = i end
  for i in iter(5) do if i == 2 then break end end
  (function() for i in iter(5) do return i end end)()
  t.raises(function() for i in iter(5) do error("x", 0) end end, "x")
  do
    for i in iter(3) do goto done end
    ::done::
  end
  t.same(log, { 1, 2, "it:nil", "it:nil", "it:nil", "it:x", "it:nil" })
  t.raises(function() for i in next, {}, nil, 5 do end end,
    "@ variable '(for state)' got a non-closable value")
  for i in next, {}, nil, false do end
  for i in next, {}, nil, nil do end
  t.ok(true)
end)

t.test("the fourth value is closed after the body's variables", function()
  local log = {}
  for i in next, { 1 }, nil, closer(log, "state") do
    local a <close> = closer(log, "body")
  end
  t.same(log, { "body:nil", "state:nil" })
end)

t.test("coroutines", function()
  local log = {}
  local co = coroutine.create(function()
    local a <close> = closer(log, "a")
    coroutine.yield(1)
  end)
  t.values(table.pack(coroutine.resume(co)), true, 1)
  t.same(log, {})
  t.values(table.pack(coroutine.close(co)), true)
  t.same(log, { "a:nil" })
  t.eq(coroutine.status(co), "dead")
  log = {}
  co = coroutine.create(function()
    local a <close> = closer(log, "a", "bad a")
    local b <close> = closer(log, "b")
    coroutine.yield(1)
  end)
  coroutine.resume(co)
  t.values(table.pack(coroutine.close(co)), false, "bad a")
  t.same(log, { "b:nil", "a:nil" })
  t.values(table.pack(coroutine.close(co)), true)
end)

t.test("yielding inside __close", function()
  local log = {}
  local function yielder(name)
    return setmetatable({}, {
      __close = function(_, e)
        local got = coroutine.yield(name)
        log[#log + 1] = got .. tostring(e)
      end,
    })
  end
  local co = coroutine.wrap(function(...)
    do
      local a <close> = yielder("block")
    end
    local function f(...)
      local a <close> = yielder("return")
      return ...
    end
    local n = table.pack(f(1, nil, 3)).n
    log[#log + 1] = n
    local ok, e = pcall(function()
      local a <close> = yielder("error")
      error("E", 0)
    end)
    log[#log + 1] = e
    for _ in next, { 1, 2 }, nil, yielder("for") do break end
    return "done"
  end)
  t.eq(co(), "block")
  t.eq(co("r1"), "return")
  t.eq(co("r2"), "error")
  t.eq(co("r3"), "for")
  t.eq(co("r4"), "done")
  t.same(log, { "r1nil", "r2nil", 3, "r3E", "E", "r4nil" })
end)

t.test("nested functions and upvalues", function()
  local log = {}
  local get
  do
    local a <close> = closer(log, "a")
    local v = 5
    get = function() v = v + 1 return v, a end
  end
  t.eq((get()), 6)
  t.eq(type(select(2, get())), "table")
  local function nest(n)
    local a <close> = closer(log, "n" .. n)
    if n > 0 then nest(n - 1) end
  end
  nest(2)
  t.same(log, { "a:nil", "n0:nil", "n1:nil", "n2:nil" })
end)

t.test("many variables to close", function()
  local n = 0
  local mark = setmetatable({}, { __close = function() n = n + 1 end })
  local function deep(k)
    local a <close> = mark
    local b <close> = mark
    if k > 0 then return (deep(k - 1)) end
    error("bottom", 0)
  end
  t.raises(deep, "bottom", 50)
  t.eq(n, 102)
end)

t.test("values returned where variables are closed, many times", function()
  local closed = 0
  local mt = { __close = function() closed = closed + 1 end }
  local function f(n)
    local x <close> = setmetatable({}, mt)
    for i = 1, n do
      local y <close> = n % 2 == 0 and setmetatable({}, mt) or nil
      local g = function() return y end
    end
    return n, closed
  end
  for _ = 1, 200 do
    closed = 0
    t.values(table.pack(f(2)), 2, 2)
    t.eq(closed, 3)
    t.values(table.pack(f(1)), 1, 3)
    t.eq(closed, 4)
  end
end)

-- The inner loop ends in front of the Close that the break leads to. While that closes one variable after the other,
-- compiled code of the way from the loop's end must leave alone what it knows nothing of.
t.test("variables closed where a loop ends", function()
  local log = {}
  local mt = {__close = function(x) log[#log + 1] = x.n end}
  local function object(n) return setmetatable({n = n}, mt) end
  local function f()
    local w = 0
    repeat
      for k, v in next, {-13} do
        local x <close> = object(48)
        local y <close> = object(7)
        do break end
      end
      w = w + 1
    until none >= 2
    local a, b = 0, 0
    local function g(n, a) return a + g(n - 1, a) end
    for i = 1, 58, 2 do
      for n, v in ipairs(list) do end
    end
    do
      local turns = 0
      for n, v in ipairs(numbers) do end
    end
  end
  for _ = 1, 3 do
    log = {}
    local ok, message = pcall(f)
    t.eq(ok, false)
    t.eq(message:match("attempt.*"), "attempt to compare number with nil")
    t.eq(table.concat(log, " "), "7 48")
  end
end)

t.test("return events of a function that closes variables", function()
  local function onClose(f) return setmetatable({}, {__close = f}) end
  local events = {}
  local function hook(event) events[#events + 1] = event .. " " .. (debug.getinfo(2).name or "?") end
  local function f(...)
    local a <close> = onClose(function() events[#events + 1] = "a" end)
    local b <close> = onClose(function() debug.sethook(hook, "r") end)
    return ...
  end
  local results = {f(10, 20, 30)}
  debug.sethook()
  t.eq(#results, 3)
  t.eq(table.concat(events, ", "), "return sethook, return close, a, return close, return f")
end)

t.test("the depth of protected calls is as before after errors in __close", function()
  local function fail() error("x", 0) end
  for _ = 1, 1000 do
    pcall(function() local x <close> = setmetatable({}, {__close = fail}) end)
    pcall(function() local x <close> = setmetatable({}, {__close = fail}); fail() end)
  end
  t.eq(pcall(fail), false)
end)

t.finish()
