-- Coroutines: values passed, status, errors, wrap, close.
local t = require "harness"

local create, resume, yield, status, wrap = coroutine.create, coroutine.resume, coroutine.yield, coroutine.status, coroutine.wrap

t.test("values go in and out", function()
  local co = create(function(a, b)
    local c, d = yield(a + b, "first")
    local e = yield(c, d, nil)
    yield()
    return e, "end"
  end)
  t.values(table.pack(resume(co, 1, 2)), true, 3, "first")
  t.values(table.pack(resume(co, "c", "d")), true, "c", "d", nil)
  t.values(table.pack(resume(co, "e", "ignored")), true)
  t.values(table.pack(resume(co)), true, "e", "end")
  t.values(table.pack(resume(co)), false, "cannot resume dead coroutine")
end)

t.test("status", function()
  local co, inside, outer
  t.eq(status(coroutine.running()), "running")
  co = create(function()
    inside = status(co)
    local inner = create(function() outer = status(co) end)
    resume(inner)
    yield()
  end)
  t.eq(status(co), "suspended")
  resume(co)
  t.eq(inside, "running")
  t.eq(outer, "normal")
  t.eq(status(co), "suspended")
  resume(co)
  t.eq(status(co), "dead")
  local bad = create(error)
  resume(bad)
  t.eq(status(bad), "dead")
  local function thread(name, got)
    return "t:1: bad argument #1 to '" .. name .. "' (thread expected" .. t.either("", ", got " .. got) .. ")"
  end
  t.fails("coroutine.status()", thread("status", "no value"))
  t.fails("coroutine.status({})", thread("status", "table"))
  t.fails("coroutine.create()", "t:1: bad argument #1 to 'create' (function expected, got no value)")
  t.fails("coroutine.create(5)", "t:1: bad argument #1 to 'create' (function expected, got number)")
  t.fails('coroutine.wrap("x")', "t:1: bad argument #1 to 'wrap' (function expected, got string)")
  t.fails("coroutine.resume()", thread("resume", "no value"))
  t.fails("coroutine.resume(print)", thread("resume", "function"))
end)

t.test("running and isyieldable", function()
  local main, is_main = coroutine.running()
  t.values(table.pack(type(main), is_main), "thread", true)
  t.eq(coroutine.isyieldable(), false)
  local co
  co = create(function()
    local me, m = coroutine.running()
    return me == co, m, coroutine.isyieldable(), status(main)
  end)
  t.values(table.pack(resume(co)), true, true, false, true, "normal")
  t.eq(coroutine.isyieldable(create(print)), t.either(false, true))
  t.eq(coroutine.isyieldable(main), false)
end)

t.test("wrap", function()
  local gen = wrap(function(n) for i = 1, n do yield(i) end return "last" end)
  t.eq(gen(2), 1)
  t.eq(gen(), 2)
  t.eq(gen(), "last")
  t.raises(gen, "cannot resume dead coroutine")
  t.raises(function() gen() end, "@ cannot resume dead coroutine")
  t.raises(wrap(function() error("msg", 0) end), "msg")
  t.raises(wrap(function() error("msg") end), "@ msg")
  local obj = {}
  t.raises(wrap(function() error(obj) end), obj)
  t.raises(wrap(function() local x = nil; x() end), "@ attempt to call a nil value (local 'x')")
  local sum = 0
  for i in wrap(function() for i = 1, 100 do yield(i) end end) do sum = sum + i end
  t.eq(sum, 5050)
end)

t.test("misuse", function()
  t.raises(yield, "attempt to yield from outside a coroutine")
  t.raises(function() yield(1) end, "attempt to yield from outside a coroutine")
  local co
  co = create(function() return resume(co) end)
  t.values(table.pack(resume(co)), true, false, "cannot resume non-suspended coroutine")
  t.values(table.pack(resume(coroutine.running())), false, "cannot resume non-suspended coroutine")
  local outer
  outer = create(function()
    return resume(create(function() return resume(outer) end))
  end)
  t.values(table.pack(resume(outer)), true, true, false, "cannot resume non-suspended coroutine")
  local w
  w = wrap(function() w() end)
  t.raises(w, "@ cannot resume non-suspended coroutine")
end)

t.test("errors kill a coroutine and give their value", function()
  local obj = setmetatable({}, {})
  local co = create(function() error(obj) end)
  local ok, e = resume(co)
  t.values(table.pack(ok, e), false, obj)
  t.values(table.pack(resume(co)), false, "cannot resume dead coroutine")
  co = create(function() error() end)
  t.values(table.pack(resume(co)), false, nil)
  co = create(function() local x = {} + 1 end)
  ok, e = resume(co)
  t.eq((e:gsub("^.-:%d+: ", "")), "attempt to perform arithmetic on a table value")
  co = create(function() yield(1) error("after", 0) end)
  resume(co)
  t.values(table.pack(resume(co)), false, "after")
end)

t.test("yield across pcall, xpcall, error handlers", function()
  local log = {}
  local co = wrap(function()
    local r = table.pack(pcall(function(a)
      local v = yield("in pcall " .. a)
      error("err " .. v, 0)
    end, "arg"))
    log[1] = r
    r = table.pack(xpcall(function()
      local v = yield "in xpcall"
      error("E" .. v, 0)
    end, function(m) return "handled " .. m end))
    log[2] = r
    r = table.pack(pcall(pcall, function() return yield "nested" end))
    log[3] = r
    r = table.pack(pcall(function() return select(2, yield "multi") end))
    log[4] = r
    return "fin"
  end)
  t.eq(co(), "in pcall arg")
  t.eq(co("v"), "in xpcall")
  t.eq(co("w"), "nested")
  t.eq(co("x", "y"), "multi")
  t.eq(co(1, 2, 3), "fin")
  t.same(log[1], { n = 2, false, "err v" })
  t.same(log[2], { n = 2, false, "handled Ew" })
  t.same(log[3], { n = 4, true, true, "x", "y" })
  t.same(log[4], { n = 3, true, 2, 3 })
end)

t.test("yield inside library functions that allow it", function()
  local co = wrap(function()
    local r = {}
    for k, v in pairs(setmetatable({}, { __pairs = function() if not t.lua53 then yield "pairs" end return next, { 5 }, nil end })) do r[#r + 1] = v end
    local f = load("return ...")
    r[#r + 1] = f("loaded")
    for v in function() return yield "iter" end do r[#r + 1] = v end
    r[#r + 1] = table.concat({ select(2, pcall(yield, "via pcall")) }, ",")
    return r
  end)
  if not t.lua53 then t.eq(co(), "pairs") end
  t.eq(co(), "iter")
  t.eq(co("i1"), "iter")
  t.eq(co("i2"), "iter")
  t.eq(co(nil), "via pcall")
  t.same(co("a", "b"), { 5, "loaded", "i1", "i2", "a,b" })
end)

t.test("no yield across a library function that calls back", function()
  local function try(f) return select(2, resume(create(f))) end
  local function strip(s) return (tostring(s):gsub("^.-:%d+: ", "")) end
  t.eq(strip(try(function() table.sort({ 3, 2, 1 }, function(a, b) yield() return a < b end) end)),
    "attempt to yield across a C-call boundary")
  t.eq(strip(try(function() ("abc"):gsub(".", function() yield() end) end)), "attempt to yield across a C-call boundary")
  t.eq(strip(try(function() load(function() yield() end) end)), "nil")
end)

t.test("close", function()
  if t.lua53 then return t.eq(coroutine.close, nil) end
  local co = create(function() yield() end)
  t.values(table.pack(coroutine.close(co)), true)
  t.eq(status(co), "dead")
  t.values(table.pack(coroutine.close(co)), true)
  co = create(function() error("oops", 0) end)
  resume(co)
  t.values(table.pack(coroutine.close(co)), false, "oops")
  t.values(table.pack(coroutine.close(co)), true)
  co = create(print)
  t.values(table.pack(coroutine.close(co)), true)
  t.values(table.pack(resume(co)), false, "cannot resume dead coroutine")
  co = create(function() return coroutine.close(co) end)
  t.eq(select("#", resume(co)), 2)
  t.raises(coroutine.close, "cannot close a running coroutine", (coroutine.running()))
  local outer
  outer = create(function() return pcall(coroutine.close, outer) end)
  t.values(table.pack(resume(outer)), true, false, "cannot close a running coroutine")
  outer = create(function()
    return resume(create(function() return pcall(coroutine.close, outer) end))
  end)
  t.values(table.pack(resume(outer)), true, true, false, "cannot close a normal coroutine")
  t.fails("coroutine.close()", "t:1: bad argument #1 to 'close' (thread expected, got no value)")
  t.fails("coroutine.close(1)", "t:1: bad argument #1 to 'close' (thread expected, got number)")
end)

t.test("deeply nested resumes", function()
  local function nest(n)
    if n == 0 then return "bottom" end
    local ok, v = resume(create(nest), n - 1)
    return v
  end
  t.eq(nest(100), "bottom")
  local function endless()
    local ok, e = resume(create(endless))
    if not ok then error(e, 0) end
    return e
  end
  local ok, e = pcall(endless)
  t.eq(ok, false)
  t.ok(type(e) == "string" and e:find("C stack overflow", 1, true), e)
  local function wrapped() return wrap(wrapped)() end
  ok, e = pcall(wrapped)
  t.eq(ok, false)
  t.ok(tostring(e):find("C stack overflow", 1, true), e)
  t.eq(nest(50), "bottom")
end)

t.test("many coroutines, alive at once", function()
  local cos = {}
  for i = 1, 5000 do
    cos[i] = wrap(function(a)
      local s = a
      while true do s = s + yield(s) end
    end)
    cos[i](i)
  end
  local sum = 0
  for i = 1, 5000 do sum = sum + cos[i](1) end
  t.eq(sum, 5000 * 5001 // 2 + 5000)
  cos = nil
  collectgarbage()
  t.ok(true)
end)

t.test("generators", function()
  local function permgen(a, n)
    n = n or #a
    if n <= 1 then yield(table.concat(a)) else
      for i = 1, n do
        a[n], a[i] = a[i], a[n]
        permgen(a, n - 1)
        a[n], a[i] = a[i], a[n]
      end
    end
  end
  local out = {}
  for p in wrap(function() permgen { "a", "b", "c" } end) do out[#out + 1] = p end
  t.same(out, { "bca", "cba", "cab", "acb", "bac", "abc" })
  local function filter(p, g) return wrap(function() for n in g do if n % p ~= 0 then yield(n) end end end) end
  local g = wrap(function() for n = 2, 100 do yield(n) end end)
  local primes = {}
  while true do
    local p = g()
    if not p or #primes == 15 then break end
    primes[#primes + 1] = p
    g = filter(p, g)
  end
  t.same(primes, { 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47 })
  local function walk(tree) if tree then walk(tree.l) yield(tree.v) walk(tree.r) end end
  out = {}
  for v in wrap(function() walk { v = 2, l = { v = 1 }, r = { v = 4, l = { v = 3 } } } end) do out[#out + 1] = v end
  t.same(out, { 1, 2, 3, 4 })
end)

t.test("many values and deep stacks", function()
  local co = wrap(function(...)
    local n = select("#", ...)
    while true do n = select("#", yield(table.unpack({}, 1, n))) end
  end)
  t.eq(select("#", co(table.unpack({}, 1, 3000))), 3000)
  t.eq(select("#", co(1, 2)), 2)
  local function deep(n) if n == 0 then return yield "deep" end return (deep(n - 1)) end
  co = wrap(function() return deep(10000) end)
  t.eq(co(), "deep")
  collectgarbage()
  t.eq(co("back"), "back")
  local over = create(function() local function f() return 1 + f() end f() end)
  local ok, e = resume(over)
  t.eq(ok, false)
  t.ok(tostring(e):find("stack overflow", 1, true))
end)

t.test("tracebacks of coroutines", function()
  local code = [[
    local function inner() coroutine.yield() error("bad") end
    local co = coroutine.create(function() inner() end)
    coroutine.resume(co)
    local suspended = debug.traceback(co)
    coroutine.resume(co)
    return suspended, debug.traceback(co), debug.traceback(co, "msg"), debug.traceback(co, nil, 1), debug.traceback(co, "m", 9)
  ]]
  t.values(table.pack(load(code, "=co")()),
    "stack traceback:\n\t[C]: in function 'coroutine.yield'\n\tco:1: in upvalue 'inner'\n\tco:2: in function <co:2>",
    "stack traceback:\n\t[C]: in function 'error'\n\tco:1: in upvalue 'inner'\n\tco:2: in function <co:2>",
    "msg\nstack traceback:\n\t[C]: in function 'error'\n\tco:1: in upvalue 'inner'\n\tco:2: in function <co:2>",
    "stack traceback:\n\tco:1: in upvalue 'inner'\n\tco:2: in function <co:2>",
    "m\nstack traceback:")
  local co = create(function() local v = "loc" yield() end)
  resume(co)
  t.values(table.pack(debug.getlocal(co, 1, 1)), "v", "loc")
  t.eq(debug.setlocal(co, 1, 1, "set"), "v")
  t.values(table.pack(debug.getlocal(co, 1, 1)), "v", "set")
  t.eq(debug.getinfo(co, 1, "l").currentline > 0, true)
  t.eq(debug.getinfo(co, 5), nil)
end)

t.test("collection", function()
  local weak = setmetatable({}, { __mode = "v" })
  do
    local co = create(function() local big = {} weak[1] = big yield() end)
    resume(co)
    collectgarbage()
    t.ok(weak[1])
    weak[2] = co
    co = nil
  end
  collectgarbage()
  collectgarbage()
  t.eq(weak[1], nil)
  t.eq(weak[2], nil)
end)

t.finish()
