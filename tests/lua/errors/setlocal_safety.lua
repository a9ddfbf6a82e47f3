-- debug.setlocal on what has no name cannot break an instruction that relies on it. (Not for stock Lua, which crashes.)
local t = require "harness"

t.test("a table that is being filled", function()
  local function f()
    for i = 1, 4 do debug.setlocal(2, i, 10) end
    return 20, 30
  end
  local function g() return {1, f()} end
  local list = g()
  t.eq(#list, 3)
  t.eq(list[3], 30)
end)

t.test("operands of a concatenation under way", function()
  local meta = {__concat = function(a, b)
    for i = 1, 12 do debug.setlocal(2, i, nil) end
    return "joined"
  end}
  local function g()
    local x = setmetatable({}, meta)
    return "a" .. "b" .. #"c" .. x .. "d"
  end
  t.ok(pcall(g) ~= nil)
end)

t.finish()
