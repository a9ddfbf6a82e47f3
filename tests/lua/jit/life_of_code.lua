-- Functions that come and go by the thousand: native code and prototypes die with them, what is loaded twice
-- is shared, and code that is replaced lets those finish that are suspended in it. Runs on any Lua; what only
-- the module `jit` can tell is asserted where there is one.
local t = require "harness"
local has_jit, jit = pcall(require, "jit")
local compiles = has_jit and jit.status() -- otherwise nothing becomes hot

local function kilobytes()
  collectgarbage()
  collectgarbage()
  return collectgarbage("count")
end

t.test("a source loaded twice gives two functions", function()
  local source = [[
    local n = ...
    local function next_number() n = n + 1 return n end
    return next_number, function() return n end, _ENV
  ]]
  local a, b = assert(load(source, "=twice")), assert(load(source, "=twice"))
  t.eq(rawequal(a, b), false)
  local next_a, read_a = a(10)
  local next_b, read_b = b(20)
  t.values(table.pack(next_a(), next_a(), next_b(), read_a(), read_b()), 11, 12, 21, 12, 21)
  t.eq(string.dump(a), string.dump(b))
  t.eq(string.dump(a, true), string.dump(b, true))
  local c = assert(load(source, "=thrice"))
  t.eq(debug.getinfo(c, "S").source, "=thrice")
  t.eq(debug.getinfo(a, "S").source, "=twice")
  t.eq(debug.getinfo((c(1)), "S").source, "=thrice")
  local d = assert(load("\n" .. source, "=twice"))
  t.eq(debug.getinfo((a(1)), "S").linedefined, 2)
  t.eq(debug.getinfo((d(1)), "S").linedefined, 3)
  local environment = {}
  local e = assert(load(source, "=twice", "t", environment))
  t.eq(select(3, e(1)), environment)
  t.eq(select(3, a(1)), _ENV)
  debug.setupvalue(e, 1, nil)
  t.eq(select(3, a(1)), _ENV)
  local stripped = assert(load(string.dump(a, true), "=twice"))
  local next_stripped = stripped(5)
  t.eq(next_stripped(), 6)
  t.eq(debug.getinfo(next_stripped, "S").source, "=?")
  t.eq(debug.getinfo((a(1)), "S").source, "=twice")
end)

t.test("functions that differ in one constant, name or line", function()
  local function results(...)
    local list = {}
    for i, source in ipairs {...} do list[i] = tostring(assert(load(source, "=differ"))()) end
    return table.concat(list, " ")
  end
  t.eq(results("return 1", "return 1.0", "return '1'", "return 2", "return 1"), "1 1.0 1 2 1")
  t.eq(results("return 1 / 0.0", "return 1 / -0.0", "return 1 / 0.0"), "inf -inf inf")
  local long = ("x"):rep(100)
  t.eq(results("return #'" .. long .. "'", "return #'" .. long .. "y'", "return '" .. long .. "' == '" .. long .. "'",
    "return '" .. long .. "' == '" .. long:sub(2) .. "z'"), "100 101 true false")
  local function localName(source) return debug.getlocal(assert(load(source, "=differ"))(), 1) end
  t.eq(localName("return function(first) end"), "first")
  t.eq(localName("return function(second) end"), "second")
  local function message(source) return select(2, pcall(assert(load(source, "=differ")))) end
  t.eq(message("local a\nreturn a.b"), "differ:2: attempt to index a nil value (local 'a')")
  t.eq(message("local a return\na.b"), "differ:2: attempt to index a nil value (local 'a')")
  t.eq(message("local a return a.b"), "differ:1: attempt to index a nil value (local 'a')")
  t.eq(message("local c\nreturn c.b"), "differ:2: attempt to index a nil value (local 'c')")
end)

t.test("one source, loaded over and over, is compiled once", function()
  local source = "local s = ... for i = 1, 50 do s = s + i end return s"
  local first = assert(load(source, "=again"))
  for n = 1, 1500 do first(n) end
  local before = compiles and jit.statistics()
  local sum = 0
  for n = 1, 3000 do sum = sum + assert(load(source, "=again"))(n) end
  t.eq(sum, 3000 * 3001 // 2 + 3000 * 1275)
  if compiles then
    local after = jit.statistics()
    t.ok(after.functions - before.functions < 20, "functions: " .. after.functions - before.functions)
    t.ok(after.loops - before.loops < 20, "loops: " .. after.loops - before.loops)
  end
end)

t.test("distinct sources, each run until it is compiled", function()
  local function loadAndRun(n)
    local f = assert(load("local function g(a) return a + " .. n .. " end local s = 0 for i = 1, 1100 do s = g(s) end return s", "=n" .. n))
    return f()
  end
  local sum, half = 0, nil
  for n = 1, 600 do
    sum = sum + loadAndRun(n)
    if n == 200 then half = kilobytes() end
  end
  t.eq(sum, 1100 * 600 * 601 // 2)
  local finally = kilobytes()
  t.ok(finally < half * 1.3 + 100, ("%.0f KiB after 200, %.0f KiB after 600"):format(half, finally))
  if compiles then
    local s = jit.statistics()
    t.ok(s.freed > 0, "freed: " .. s.freed)
    t.ok(s.units < 400, "units: " .. s.units)
  end
end)

t.test("modules are replaced while coroutines are suspended in them", function()
  local kModules = 25
  local modules, version, suspended = {}, {}, {}
  local function install(m)
    version[m] = (version[m] or 0) + 1
    modules[m] = assert(load(([[
      local module, version, handled = %d, %d, 0
      local function step(n) handled = handled + n return handled end
      local M = {}
      function M.handle(request)
        local sum = 0
        for i = 1, 60 do sum = sum + step(request %% 3) end
        return module, version, sum
      end
      function M.serve(pause)
        local total = 0
        while true do
          for i = 1, 40 do total = total + 1 if i %% 20 == 0 then pause(module, version, total) end end
        end
      end
      return M
    ]]):format(m, version[m]), "=module" .. m))()
  end
  for m = 1, kModules do install(m) end
  local seed = 12345
  local function random(n)
    seed = (seed * 1103515245 + 12345) & 0x7fffffff
    return (seed >> 8) % n + 1
  end
  local right, wrong, resumed = 0, 0, 0
  for round = 1, 4000 do
    local m = random(kModules)
    if round % 8 == 0 then install(m) end
    local module, of_version = modules[m].handle(round)
    if module == m and of_version == version[m] then right = right + 1 else wrong = wrong + 1 end
    local place = random(60)
    local s = suspended[place]
    if s == nil or round % 50 == 0 then
      s = {co = coroutine.wrap(modules[m].serve), module = m, version = version[m], total = 0}
      suspended[place] = s
    end
    local module, of_version, total = s.co(coroutine.yield)
    s.total = s.total + 20
    if module == s.module and of_version == s.version and total == s.total then
      resumed = resumed + 1
    else
      wrong = wrong + 1
    end
    if round % 1000 == 0 then collectgarbage() end
  end
  t.values(table.pack(right, resumed, wrong), 4000, 4000, 0)
end)

t.test("a source that is loaded again and again, nothing of it kept, is compiled once", function()
  local source = "local s = 0 for i = 1, 50 do s = s + i end return s"
  local before = compiles and jit.statistics()
  -- Collections all the time.
  local before_that
  if t.lua53 then before_that = collectgarbage("setpause", 100) else before_that = collectgarbage("incremental", 100, 400) end
  local total = 0
  for _ = 1, 30000 do total = total + assert(load(source, "=dropped"))() end
  if t.lua53 then collectgarbage("setpause", before_that) else collectgarbage(before_that) end
  t.eq(total, 30000 * 1275)
  -- Tests that discard code at random have it compiled again.
  if compiles and jit.statistics().discarded == before.discarded then
    t.ok(jit.statistics().loops - before.loops <= 6, "loops: " .. jit.statistics().loops - before.loops)
  end
end)

t.finish()
