-- Tail calls whose arguments change places, from hot code.
local t = require "harness"

t.test("arguments of tail calls trade places", function()
  t.values(table.pack(t.run[[
  local function last(a, b, c, d) return a .. b .. c .. d end
  local function turn(a, b, c, d) local n = #a return last(d, c, b, a) end
  local function shift(a, b, c, d)
    local s = a .. b
    return turn(b, c, d, s)
  end
  local r
  for i = 1, 2000 do r = shift("a", "b", "c", i) end
  return r
  ]]), "ab2000cb")
  t.values(table.pack(t.run[[
  local Class = {}
  Class.__index = Class
  local function init(self, first, second) self.first, self.second = first, second return self end
  function Class.new(first, second) return init(setmetatable({}, Class), first, second) end
  function Class.swapped(first, second) local o = { second } return Class.new(o[1], first) end
  local o
  for i = 1, 2000 do o = Class.swapped(i, "s") end
  return o.first, o.second
  ]]), "s", 2000)
end)

t.finish()
