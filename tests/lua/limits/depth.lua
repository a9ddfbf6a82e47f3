-- How deep recursion goes before the stack overflows does not depend on what is compiled: ./dev test ticks
-- compares what this file spends.
local t = require "harness"

local function depth(step)
  local n = 0
  local function f(s)
    n = n + 1
    return 1 + f(step(s))
  end
  local ok, message = pcall(f, "hello")
  t.eq(ok, false)
  t.ok(message:find("stack overflow", 1, true), message)
  return n
end

t.test("recursion through functions that call the library", function()
  for _, step in ipairs {
    function(s) return s end,
    function(s) return s:sub(1, 4) end,
    function(s) return s:byte(1) and s end,
    function(s) return math.floor(#s / 2) > 0 and s end,
  } do
    local first = depth(step)
    t.ok(first > 100000, first)
    -- The stack lies otherwise once it has been as large as it can be.
    for _ = 1, 3 do t.ok(math.abs(depth(step) - first) <= 2) end
  end
end)

t.finish()
