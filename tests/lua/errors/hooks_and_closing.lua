-- The return event of a function with variables to be closed comes after the last of them, once.
local t = require "harness"

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
