-- group: numeric
-- about: heat spreading over a plate, successive over-relaxation of a grid
-- stresses: stencil over an array of float rows, three rows live at once
-- quick: 16
local scale = tonumber((...)) or 720

local OMEGA = 1.25

local plate = {}
for y = 1, scale do
  plate[y] = {}
  for x = 1, scale do
    if y == 1 then
      plate[y][x] = 100.0
    elseif x == 1 or x == scale then
      plate[y][x] = 100.0 * (scale - y) / scale
    else
      plate[y][x] = 0.0
    end
  end
end

local function relax(grid, n)
  local change = 0.0
  for y = 2, n - 1 do
    local above, row, below = grid[y - 1], grid[y], grid[y + 1]
    for x = 2, n - 1 do
      local old = row[x]
      local mean = 0.25 * (above[x] + below[x] + row[x - 1] + row[x + 1])
      local new = old + OMEGA * (mean - old)
      row[x] = new
      local delta = new - old
      if delta < 0 then
        delta = -delta
      end
      if delta > change then
        change = delta
      end
    end
  end
  return change
end

local last
for _ = 1, 60 do
  last = relax(plate, scale)
end
local sum = 0.0
for y = 1, scale do
  for x = 1, scale do
    sum = sum + plate[y][x]
  end
end
print(string.format("heat %.6f %.9f", sum, last))
