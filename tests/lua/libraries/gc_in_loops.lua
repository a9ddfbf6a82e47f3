-- What a loop's body has left in registers does not keep objects alive for as long as the loop runs.
local t = require "harness"

local function garbage(mark) setmetatable({}, {__gc = function() mark.collected = true end}) end
local function tracked(mark) return setmetatable({}, {__gc = function() mark.collected = true end}) end
local limit = 5e6

local function each(mode)
  local previous = not t.lua53 and collectgarbage(mode)
  t.test("loops of all kinds: " .. mode, function()
    local mark, n = {}, 0
    local u = tracked(mark)
    repeat u = {}; n = n + 1 until mark.collected or n > limit
    t.ok(mark.collected, "repeat")

    mark, n = {}, 0
    u = tracked(mark)
    while not mark.collected and n < limit do u = {}; n = n + 1 end
    t.ok(mark.collected, "while")

    mark, n = {}, 0
    u = tracked(mark)
    repeat n = n + 1; u = tostring(n) .. "x" until mark.collected or n > limit
    t.ok(mark.collected, "strings")

    mark, n = {}, 0
    u = tracked(mark)
    repeat local i; n = n + 1; u = function() return i end until mark.collected or n > limit
    t.ok(mark.collected, "closures")

    mark, n = {}, 0
    u = tracked(mark)
    ::again::
    u = {}
    n = n + 1
    if not mark.collected and n < limit then goto again end
    t.ok(mark.collected, "goto")

    mark = {}
    u = tracked(mark)
    for _ = 1, limit do
      u = {}
      if mark.collected then break end
    end
    t.ok(mark.collected, "numeric for")

    mark = {}
    garbage(mark)
    for _ = 1, limit do
      u = {}
      if mark.collected then break end
    end
    t.ok(mark.collected, "garbage before the loop")
  end)
  if previous then collectgarbage(previous) end
end

each("incremental") -- in 5.3, which has no modes, once
if not t.lua53 then each("generational") end

t.test("what lives in registers stays", function()
  local a, b, c = {1}, {2}, {3}
  local sum = 0
  for i = 1, 200000 do
    local d = {i}
    local e = {b, c}
    sum = sum + d[1] + e[1][1] + e[2][1] + a[1]
  end
  t.eq(sum, 200000 * 200001 // 2 + 6 * 200000)
  local n = 0
  for k, v in pairs({x = {1}, y = {2}, z = {3}}) do
    for _ = 1, 50000 do local _ = {} end
    n = n + v[1]
    k = k .. k
  end
  t.eq(n, 6)
end)

t.finish()
