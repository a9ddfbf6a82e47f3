-- group: recursion
-- about: Takeuchi's function on integers and on floats
-- stresses: calls with three arguments nested in one call, number comparison of both kinds
-- quick: 1
local scale = tonumber((...)) or 600

local function tak(x, y, z)
  if y >= x then
    return z
  end
  return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))
end

local total = 0
for i = 1, scale do
  total = total + tak(18, 12, 6) + tak(12 + i % 4, 8, 4)
  total = total + tak(18.5, 12.5, 6.5)
end
print(string.format("tak %.1f", total))
