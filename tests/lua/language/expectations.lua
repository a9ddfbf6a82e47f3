-- Functions whose operands are of one kind until they are hot, and of another one from then on: one case for
-- each thing that an optimizer may expect to go on.
local t = require "harness"

local HOT = 2000

t.test("the initial value of a numeric loop decides what the loop counts with", function()
  local function listed(from)
    local s = ""
    for i = from, 3 do s = s .. " " .. tostring(i) end
    return s
  end
  for _ = 1, HOT do listed(1.0) end
  t.eq(listed(1), " 1 2 3")
  t.eq(listed(2.0), " 2.0 3.0")
  t.eq(listed(2), " 2 3")
end)

t.test("a field found in a holder is stored to between two loads", function()
  local class = {n = 1}
  class.__index = class
  local object = setmetatable({}, class)
  local function increment(o, holder)
    local before = o.n
    holder.n = before + 1
    return before, o.n
  end
  local wrong
  for i = 1, HOT do
    local before, after = increment(object, class)
    if after ~= before + 1 or before ~= i then wrong = i end
  end
  t.eq(wrong, nil)
end)

t.test("captured variables that are gone leave their places to the operands of an iterator's call", function()
  local function numbers(n)
    local log = {}
    do
      local a, b, c, d, e, f, g, h = 1, 2, 3, 4, 5, 6, 7, 8
      log.f = function()
        a, b, c, d, e, f, g, h = b, c, d, e, f, g, h, a
        return a
      end
    end
    for k, v in function(s, c) if c < s then return c + 1, c * 2 end end, n, 0 do log[#log + 1] = k * v end
    return #log
  end
  for _ = 1, HOT do numbers(5) end
  t.eq(numbers(7), 7)
end)

t.test("a loop entered in its middle leads to the head of another one from behind only", function()
  local function rounds(n)
    local count, log = 0, {}
    ::again::
    count = count + 1
    for k in coroutine.wrap(function() for i = 1, 4 do coroutine.yield(i) end end) do
      local h = {}
      for i = 1, n do h[i * 3] = i % 5 end
      for key, v in pairs(h) do h[key] = v end
      log[#log + 1] = k
      if k ~= 59 then break end
    end
    if count < 30 then goto again end
    return #log
  end
  for _ = 1, 10 do t.eq(rounds(500), 30) end
end)

t.finish()
