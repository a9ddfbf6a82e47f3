-- Conway's game of life, played in the terminal.
--
--   perigee examples/life.lua [GENERATIONS [PAUSE]]
--
-- PAUSE is the time between two pictures in seconds (default 0: as fast as possible). With more
-- than one generation every picture is drawn over the one before.

local generations = tonumber(arg[1]) or 60
local pause = tonumber(arg[2]) or 0

local WIDTH <const>, HEIGHT <const> = 64, 24

-- A world is the set of its living cells; a cell is one integer, y * WIDTH + x.
local function cell(x, y)
  return y % HEIGHT * WIDTH + x % WIDTH
end

local function place(world, left, top, picture)
  local y = top
  for line in picture:gmatch("[^\n]+") do
    for x = 1, #line do
      if line:sub(x, x) == "O" then
        world[cell(left + x, y)] = true
      end
    end
    y = y + 1
  end
end

local function step(world)
  local neighbours = {}
  for at in pairs(world) do
    local x, y = at % WIDTH, at // WIDTH
    for dy = -1, 1 do
      for dx = -1, 1 do
        if dx ~= 0 or dy ~= 0 then
          local near = cell(x + dx, y + dy)
          neighbours[near] = (neighbours[near] or 0) + 1
        end
      end
    end
  end
  local after = {}
  for at, count in pairs(neighbours) do
    if count == 3 or (count == 2 and world[at]) then
      after[at] = true
    end
  end
  return after
end

local function draw(world, generation)
  local lines, alive = {}, 0
  for y = 0, HEIGHT - 1 do
    local line = {}
    for x = 0, WIDTH - 1 do
      local living = world[cell(x, y)]
      alive = alive + (living and 1 or 0)
      line[#line + 1] = living and "O" or "."
    end
    lines[#lines + 1] = table.concat(line)
  end
  lines[#lines + 1] = ("generation %d, %d cells alive"):format(generation, alive)
  print(table.concat(lines, "\n"))
end

local function wait(seconds)
  local stop = os.clock() + seconds
  while os.clock() < stop do end
end

local world = {}
place(world, 2, 1, ".O.\n..O\nOOO") -- a glider
place(world, 30, 10, ".OO\nOO.\n.O.") -- the R-pentomino
place(world, 50, 4, "OOO") -- a blinker

for generation = 0, generations do
  if generation > 0 then
    io.write("\27[", HEIGHT + 1, "A") -- move the cursor up, over the last picture
    world = step(world)
  end
  draw(world, generation)
  wait(pause)
end
