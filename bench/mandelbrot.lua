-- group: numeric
-- about: escape times over a square of the complex plane
-- stresses: float arithmetic in nested loops, an early exit from the innermost one
-- quick: 40
local scale = tonumber((...)) or 1500

local function escapeTime(cr, ci, limit)
  local zr, zi = 0.0, 0.0
  for i = 1, limit do
    local zr2, zi2 = zr * zr, zi * zi
    if zr2 + zi2 > 4.0 then
      return i
    end
    zi = 2.0 * zr * zi + ci
    zr = zr2 - zi2 + cr
  end
  return 0
end

local inside, iterations = 0, 0
for y = 0, scale - 1 do
  local ci = 2.0 * y / scale - 1.0
  for x = 0, scale - 1 do
    local cr = 2.0 * x / scale - 1.5
    local steps = escapeTime(cr, ci, 60)
    if steps == 0 then
      inside = inside + 1
    else
      iterations = iterations + steps
    end
  end
end
print(string.format("mandelbrot %d %d", inside, iterations))
