-- Protected calls nest as deep as C calls do, and no deeper; an error is caught at a cost that does not grow with
-- the depth of the stack.
local t = require "harness"

t.test("recursion through pcall ends", function()
  local n = 0
  local function f()
    n = n + 1
    return select(2, pcall(f))
  end
  t.eq(f(), "C stack overflow")
  t.ok(n > 150 and n < 250, "depth")
end)

t.test("messages that grow at every level", function()
  local function f() assert(pcall(f)) end
  local ok, message = pcall(f)
  t.eq(ok, false)
  t.ok(message:find("C stack overflow$"))
end)

t.test("handlers that do the same", function()
  local function f() assert(pcall(f)) end
  local ok, message = xpcall(f, f)
  t.eq(ok, false)
  t.ok(message:find("error"))
end)

t.test("the depth is as before after errors", function()
  local function fail() error("x", 0) end
  for _ = 1, 1000 do
    pcall(fail)
    xpcall(fail, tostring)
    pcall(pcall, fail)
    pcall(coroutine.wrap(function() pcall(coroutine.yield); pcall(fail); fail() end))
    coroutine.resume(coroutine.create(function() pcall(fail) fail() end))
    pcall(string.gsub, "a", "a", fail)
    pcall(table.sort, {1, 2, 3}, function() pcall(fail) fail() end)
  end
  t.eq(pcall(fail), false)
end)

t.test("a coroutine is resumed deeper than it began", function()
  local co = coroutine.wrap(function()
    local ok, e = pcall(function()
      coroutine.yield()
      error("e", 0)
    end)
    coroutine.yield(e)
    for _ = 1, 500 do pcall(error) end
    return "end"
  end)
  co()
  local function deep(n) if n == 0 then return co() else return select(2, pcall(deep, n - 1)) end end
  t.eq(deep(100), "e")
  t.eq(co(), "end")
end)

t.test("errors caught at the bottom of a deep stack", function()
  local function deep(n)
    if n > 0 then return (deep(n - 1)) end
    local caught = 0
    for _ = 1, 20000 do
      if not pcall(error) then caught = caught + 1 end
    end
    return caught
  end
  t.eq(deep(100000), 20000)
end)

t.finish()
