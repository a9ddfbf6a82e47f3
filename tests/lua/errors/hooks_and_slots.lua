-- Hooks and the slots of the functions that they interrupt.
local t = require "harness"

-- A function with variable arguments returns to the place of its first frame, where nothing may be expected of
-- what other calls left behind: those in front of it here leave small numbers.
t.test("a hook set in a function with variable arguments leaves the caller's slots alone", function()
  local function hook() end
  local function hooked(...) debug.sethook(hook, "r") end
  local function litter(n, ...)
    local count = n > 0 and litter(n - 1, n, ...) or 0
    return count + select("#", ...)
  end
  local function called()
    local a, b, c, d = {1}, {2}, {3}, {4}
    local results = {hooked(10, 20, 30)}
    debug.sethook()
    return a[1] + b[1] + c[1] + d[1] + #results
  end
  for i = 1, 400 do
    litter(i % 20, table.unpack({}, 1, i % 7))
    local sum = called()
    if sum ~= 10 then t.eq(sum, 10) end
  end
  t.eq(called(), 10)
end)

t.test("a call hook exchanges the coroutine that is to be resumed or closed", function()
  for _, f in ipairs {coroutine.resume, coroutine.close or coroutine.resume} do
    local co = coroutine.create(coroutine.yield)
    coroutine.resume(co)
    local weak = setmetatable({co}, {__mode = "v"})
    debug.sethook(function()
      if debug.getinfo(2, "f").func ~= f then return end
      debug.setlocal(2, 1, 12345)
      collectgarbage()
      collectgarbage()
    end, "c")
    local function take()
      local taken = co
      co = nil
      return taken
    end
    local ok = pcall(f, take())
    debug.sethook()
    t.eq(ok, false)
    t.eq(weak[1], nil)
  end
end)

t.test("temporaries can be set while the expression goes on", function()
  local function f()
    t.eq(select(2, debug.getlocal(2, 3)), 1)
    t.eq(debug.setlocal(2, 3, 10), "(temporary)")
    return 20
  end
  local function g(a, b) return (a + 1) + f() end
  t.eq(g(0, 0), 30)
end)

t.finish()
