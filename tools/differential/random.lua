-- The generator's own source of chance (splitmix64): the same seed gives the same program on every
-- implementation, whatever its math.random does.

local Random = {}
Random.__index = Random

-- Seeds side by side must not begin within one sequence: each state is drawn with another multiplier.
function Random.new(seed)
  local z = (seed + 0x1234567) * 0xD1342543DE82EF95
  z = (z ~ (z >> 32)) * 0xD6E8FEB86659FD93
  return setmetatable({state = z ~ (z >> 32)}, Random)
end

function Random:bits()
  self.state = self.state + 0x9E3779B97F4A7C15
  local z = self.state
  z = (z ~ (z >> 30)) * 0xBF58476D1CE4E5B9
  z = (z ~ (z >> 27)) * 0x94D049BB133111EB
  return z ~ (z >> 31)
end

-- An integer in low..high, both included.
function Random:range(low, high)
  return low + (self:bits() >> 1) % (high - low + 1)
end

function Random:chance(percent)
  return self:range(1, 100) <= percent
end

function Random:pick(list)
  return list[self:range(1, #list)]
end

-- A key of `weights` (list of {weight, value}) in proportion to its weight.
function Random:weighted(weights)
  local total = 0
  for _, entry in ipairs(weights) do total = total + entry[1] end
  local at = self:range(1, total)
  for _, entry in ipairs(weights) do
    at = at - entry[1]
    if at <= 0 then return entry[2] end
  end
end

return Random
