-- Garbage collection as a program sees it: weak tables, finalizers, collectgarbage.
local t = require "harness"

local function full() collectgarbage() collectgarbage() end

local function count(tab)
  local n = 0
  for _ in pairs(tab) do n = n + 1 end
  return n
end

t.test("weak values", function()
  local w = setmetatable({}, { __mode = "v" })
  local keep = { "kept" }
  w.a, w.b, w[1], w[2] = keep, {}, {}, keep
  w.s, w.n, w.bool, w.f = "string", 5, true, print
  full()
  t.values(table.pack(w.a, w.b, w[1], w[2]), keep, nil, nil, keep)
  t.values(table.pack(w.s, w.n, w.bool, w.f), "string", 5, true, print)
  for i = 1, 100 do w[i] = {} end
  full()
  t.eq(count(w), 5)
  t.eq(keep[1], "kept")
end)

t.test("weak keys", function()
  local w = setmetatable({}, { __mode = "k" })
  local keep = {}
  w[keep] = "kept"
  w[{}] = "lost"
  w["str"] = {}
  w[1] = {}
  full()
  t.eq(count(w), 3)
  t.eq(w[keep], "kept")
  t.eq(type(w.str), "table")
  t.eq(type(w[1]), "table")
end)

t.test("weak keys and values", function()
  local w = setmetatable({}, { __mode = "kv" })
  local k, v = {}, {}
  w[k] = v
  w[1] = {}
  w[{}] = v
  w[k] = v
  full()
  t.eq(count(w), 1)
  t.eq(w[k], v)
end)

t.test("ephemerons", function()
  local w = setmetatable({}, { __mode = "k" })
  do
    local a = {}
    w[a] = { back = a }
  end
  full()
  t.eq(count(w), 0)
  local head = {}
  local k = head
  for _ = 1, 50 do
    local n = {}
    w[k] = n
    k = n
  end
  k = nil
  full()
  t.eq(count(w), 50)
  head = nil
  full()
  t.eq(count(w), 0)
  local w2 = setmetatable({}, { __mode = "k" })
  do
    local a, b = {}, {}
    w[a] = b
    w2[b] = a
  end
  full()
  t.values(table.pack(count(w), count(w2)), 0, 0)
  t.eq(head, nil)
end)

t.test("changing the mode", function()
  local mt = {}
  local tab = setmetatable({ {} , {} }, mt)
  full()
  t.eq(count(tab), 2)
  mt.__mode = "v"
  setmetatable(tab, mt)
  full()
  t.eq(count(tab), 0)
  tab[1] = {}
  setmetatable(tab, nil)
  full()
  t.eq(count(tab), 1)
end)

t.test("finalizers run in reverse order of marking", function()
  local order, kept = {}, {}
  for i = 1, 5 do kept[i] = setmetatable({}, { __gc = function() order[#order + 1] = i end }) end
  kept = nil
  full()
  t.same(order, { 5, 4, 3, 2, 1 })
end)

t.test("a finalizer gets its object and runs once", function()
  local calls, got = 0, nil
  do
    local o = setmetatable({ name = "obj" }, { __gc = function(self, extra) calls = calls + 1 got = self.name .. tostring(extra) end })
    o = nil
  end
  full()
  full()
  t.values(table.pack(calls, got), 1, "objnil")
end)

t.test("resurrection", function()
  local saved
  local mt = { __gc = function(o) saved = o end }
  do
    local o = setmetatable({ v = 1, child = { 2 } }, mt)
    o = nil
  end
  full()
  t.eq(saved and saved.v, 1)
  t.eq(saved and saved.child[1], 2)
  saved = nil
  full()
  t.eq(saved, nil)
  local again = 0
  mt.__gc = function(o) again = again + 1 if again < 3 then setmetatable(o, mt) end end
  setmetatable({}, mt)
  for _ = 1, 6 do collectgarbage() end
  t.eq(again, 3)
end)

t.test("__gc must be present when the metatable is set", function()
  local ran = false
  local mt = {}
  setmetatable({}, mt)
  mt.__gc = function() ran = true end
  full()
  t.eq(ran, false)
  mt.__gc = true
  local o = setmetatable({}, mt)
  mt.__gc = function() ran = true end
  o = nil
  full()
  t.eq(ran, true)
  setmetatable({}, { __gc = 5 })
  full()
  t.ok(true)
end)

t.test("errors in finalizers do not reach the program", function()
  local after
  setmetatable({}, { __gc = function() after = true end })
  setmetatable({}, { __gc = function() error("in finalizer") end })
  t.eq(pcall(full), true)
  t.eq(after, true)
end)

t.test("weak tables and finalized objects", function()
  local values = setmetatable({}, { __mode = "v" })
  local keys = setmetatable({}, { __mode = "k" })
  local seen_value, seen_key
  do
    local o = setmetatable({}, { __gc = function(self) seen_value = values[1] seen_key = keys[self] end })
    values[1] = o
    keys[o] = "info"
  end
  full()
  t.eq(seen_value, nil)
  t.eq(seen_key, "info")
  full()
  t.eq(count(keys), 0)
end)

t.test("a finalizer may create objects, call, collect and yield not", function()
  local result
  setmetatable({}, { __gc = function()
    local parts = {}
    for i = 1, 1000 do parts[i] = i .. "" end
    collectgarbage("step")
    result = #table.concat(parts)
  end })
  full()
  t.eq(result, 2893)
  local err
  local o = setmetatable({}, { __gc = function() err = select(2, pcall(coroutine.yield)) end })
  local co = coroutine.wrap(function() o = nil full() return "ok" end)
  t.eq(co(), "ok")
  t.eq(err, "attempt to yield across a C-call boundary")
end)

t.test("upvalues, strings and closures stay reachable", function()
  local function make()
    local tab = { ("long"):rep(100) }
    return function() return #tab[1] end
  end
  local f = make()
  full()
  for i = 1, 1000 do local _ = { i } end
  full()
  t.eq(f(), 400)
  local cyc = {}
  cyc.self = cyc
  cyc.f = function() return cyc end
  full()
  t.eq(cyc.f().self, cyc)
  local weak = setmetatable({ cyc }, { __mode = "v" })
  cyc = nil
  full()
  t.eq(weak[1], nil)
end)

t.test("allocation under way survives", function()
  local list
  for i = 1, 50000 do list = { next = (i % 1000 ~= 0) and list or nil, v = i } end
  local n, p = 0, list
  while p do n = n + 1 p = p.next end
  t.eq(n, 1)
  local strs = {}
  for i = 1, 20000 do strs[i % 100 + 1] = "s" .. i end
  t.eq(#strs, 100)
  t.eq(strs[1], "s20000")
end)

t.test("memory is given back", function()
  full()
  local before = collectgarbage("count")
  local big = {}
  for i = 1, 100000 do big[i] = { i } end
  local during = collectgarbage("count")
  t.ok(during > before + 1000, during - before)
  big = nil
  full()
  local after = collectgarbage("count")
  t.ok(after < before + (during - before) / 4, after - before)
  for _ = 1, 200 do local s = ("x"):rep(1000000) end
  t.ok(collectgarbage("count") < before + 100000)
end)

t.test("options of collectgarbage", function()
  t.eq(collectgarbage(), 0)
  t.eq(collectgarbage("collect"), 0)
  t.eq(math.type(collectgarbage("count")), "float")
  t.eq(collectgarbage("isrunning"), true)
  t.eq(collectgarbage("stop"), 0)
  t.eq(collectgarbage("isrunning"), false)
  t.eq(collectgarbage("restart"), 0)
  t.eq(collectgarbage("isrunning"), true)
  t.eq(type(collectgarbage("step")), "boolean")
  t.eq(type(collectgarbage("step", 100)), "boolean")
  local p = collectgarbage("setpause", 150)
  t.eq(math.type(p), "integer")
  t.eq(collectgarbage("setpause", p), t.either(150, 150 // 4 * 4))
  local m = collectgarbage("setstepmul", 200)
  t.eq(math.type(m), "integer")
  t.eq(collectgarbage("setstepmul", m), 200)
  t.fails('collectgarbage("nosuch")', "t:1: bad argument #1 to 'collectgarbage' (invalid option 'nosuch')")
  t.fails("collectgarbage(5)", "t:1: bad argument #1 to 'collectgarbage' (invalid option '5')")
  t.fails("collectgarbage({})", "t:1: bad argument #1 to 'collectgarbage' (string expected, got table)")
  t.fails('collectgarbage("step", "x")',
    "t:1: bad argument #2 to 'collectgarbage' (number expected, got string)")
end)

t.test("modes of the collector", function()
  if t.lua53 then return t.eq(pcall(collectgarbage, "generational"), false) end
  collectgarbage("incremental")
  t.eq(collectgarbage("generational"), "incremental")
  t.eq(collectgarbage("generational"), "generational")
  for i = 1, 10000 do local _ = { { i } } end
  t.eq(collectgarbage("incremental"), "generational")
  t.eq(collectgarbage("incremental", 200, 100, 13), "incremental")
end)

t.test("generational mode keeps what is reachable", function()
  if not t.lua53 then collectgarbage("generational") end
  local old = {}
  full()
  for i = 1, 20000 do
    local n = { v = i }
    old[i % 50] = n
    n.sub = { i }
  end
  local sum = 0
  for i = 0, 49 do sum = sum + old[i].sub[1] end
  t.eq(sum, 998775)
  local w = setmetatable({}, { __mode = "k" })
  local ran = 0
  for _ = 1, 100 do w[setmetatable({}, { __gc = function() ran = ran + 1 end })] = {} end
  full()
  t.values(table.pack(ran, count(w)), 100, 0)
  if not t.lua53 then collectgarbage("incremental") end
end)

t.test("a step finishes a cycle in the end", function()
  local ran = false
  setmetatable({}, { __gc = function() ran = true end })
  local n = 0
  repeat
    n = n + 1
    collectgarbage("step", 10)
  until ran or n > 10000
  t.eq(ran, true)
end)

t.test("the collector runs by itself", function()
  local ran = false
  setmetatable({}, { __gc = function() ran = true end })
  local n = 0
  while not ran and n < 5000000 do
    n = n + 1
    local _ = { n }
  end
  t.eq(ran, true)
end)

t.finish()
