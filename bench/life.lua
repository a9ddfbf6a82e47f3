-- group: array
-- about: Conway's game of life on a torus
-- stresses: two-dimensional arrays of small integers, fresh rows for every generation
-- quick: 2
local scale = tonumber((...)) or 1300

local WIDTH, HEIGHT = 160, 120

local Board = {}
Board.__index = Board

function Board.new(width, height)
  local rows = {}
  for y = 1, height do
    rows[y] = {}
    for x = 1, width do
      rows[y][x] = 0
    end
  end
  return setmetatable({ width = width, height = height, rows = rows }, Board)
end

function Board:stamp(left, top, picture)
  for y, line in ipairs(picture) do
    for x = 1, #line do
      if line:sub(x, x) == "#" then
        self.rows[(top + y - 2) % self.height + 1][(left + x - 2) % self.width + 1] = 1
      end
    end
  end
end

function Board:step()
  local width, height, rows = self.width, self.height, self.rows
  local result = {}
  for y = 1, height do
    local above = rows[y > 1 and y - 1 or height]
    local here = rows[y]
    local below = rows[y < height and y + 1 or 1]
    local fresh = {}
    for x = 1, width do
      local left = x > 1 and x - 1 or width
      local right = x < width and x + 1 or 1
      local neighbours = above[left] + above[x] + above[right] + here[left] + here[right]
        + below[left] + below[x] + below[right]
      if neighbours == 3 or (neighbours == 2 and here[x] == 1) then
        fresh[x] = 1
      else
        fresh[x] = 0
      end
    end
    result[y] = fresh
  end
  self.rows = result
end

function Board:population()
  local alive, digest = 0, 0
  for y = 1, self.height do
    for x = 1, self.width do
      if self.rows[y][x] == 1 then
        alive = alive + 1
        digest = (digest * 7 + x * 13 + y) % 999983
      end
    end
  end
  return alive, digest
end

local GLIDER = { ".#.", "..#", "###" }
local R_PENTOMINO = { ".##", "##.", ".#." }
local ACORN = { ".#.....", "...#...", "##..###" }

local board = Board.new(WIDTH, HEIGHT)
for i = 0, 9 do
  board:stamp(3 + i * 15, 4 + i * 9, GLIDER)
end
board:stamp(80, 60, R_PENTOMINO)
board:stamp(30, 90, ACORN)
for _ = 1, scale do
  board:step()
end
print(string.format("life %d %d", board:population()))
