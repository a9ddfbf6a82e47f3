-- Loops that wait for an object to be collected: nothing that is past may keep it alive, in registers or for being
-- old.
local t = require "harness"

local weak = setmetatable({}, {__mode = "v"})

local kMost = 300000 -- iterations, then it is taken to be hopeless

t.test("a temporary of the loop's condition", function()
  local n = 0
  local function test()
    local o = {1}
    weak.object = o
    o = nil
    repeat
      local garbage = {}
      n = n + 1
    until weak.object == nil or n > kMost
  end
  for _ = 1, 5 do test() end
  t.ok(n < kMost)
end)

t.test("a result", function()
  local function make() return {1} end
  local n = 0
  local function test()
    local o = make()
    weak.object = o
    o = nil
    repeat
      local garbage = {}
      n = n + 1
    until weak.object == nil or n > kMost
  end
  for _ = 1, 5 do test() end
  t.ok(n < kMost)
end)

t.test("what deeper calls have left", function()
  local function deep(o, again)
    local a, b, c, d = o, o, o, o
    if again then return deep(o) end
    return #a
  end
  local n = 0
  local function test()
    do
      local o = {1}
      weak.object = o
      deep(o, true)
    end
    while weak.object and n < kMost do
      for _ = 1, 10 do local garbage = {{}} end
      n = n + 1
    end
  end
  for _ = 1, 5 do test() end
  t.ok(n < kMost)
end)

t.test("concatenations make garbage, too", function()
  local n = 0
  local function test()
    do
      local o = {1}
      weak.object = o
    end
    repeat
      local garbage = n .. "x"
      n = n + 1
    until weak.object == nil or n > kMost
  end
  for _ = 1, 5 do test() end
  t.ok(n < kMost)
end)

t.test("an old object, while the heap does not grow", function()
  local o = setmetatable({}, {__gc = function() weak.finalized = true end})
  weak.object = o
  for _ = 1, 20000 do local garbage = {{}} end
  t.ok(weak.object)
  o = nil
  local n = 0
  repeat
    local garbage = ("x"):rep(10000)
    n = n + 1
  until weak.finalized or n > 20000
  t.ok(weak.finalized)
end)

t.finish()
