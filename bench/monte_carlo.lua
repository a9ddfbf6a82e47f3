-- group: numeric
-- about: pi and two volumes by throwing random points
-- stresses: a closure holding a random generator's state, modulo, branches nobody predicts
-- quick: 5000
local scale = tonumber((...)) or 17000000

local function generator(seed)
  local state = seed
  return function()
    state = (state * 16807) % 2147483647
    return state / 2147483647
  end
end

local random = generator(20211)
local circle, ball, shell = 0, 0, 0
for _ = 1, scale do
  local x, y, z = random(), random(), random()
  local flat = x * x + y * y
  if flat <= 1.0 then
    circle = circle + 1
  end
  local solid = flat + z * z
  if solid <= 1.0 then
    ball = ball + 1
    if solid > 0.5 then
      shell = shell + 1
    end
  end
end
print(string.format("monte_carlo %d %d %d %.6f", circle, ball, shell, 4 * circle / scale))
