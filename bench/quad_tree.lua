-- group: alloc
-- about: points in a quad tree: insertion with splitting, range queries, removal by rebuild
-- stresses: records with array parts, trees that live for a while, recursion with four children
-- quick: 1
local scale = tonumber((...)) or 240

local POINTS, CAPACITY = 4000, 6

local QuadTree = {}
QuadTree.__index = QuadTree

function QuadTree.new(x, y, size, depth)
  return setmetatable({ x = x, y = y, size = size, depth = depth or 0, points = {} }, QuadTree)
end

function QuadTree:childFor(point)
  local half = self.size / 2
  local index = 1
  if point.x >= self.x + half then index = index + 1 end
  if point.y >= self.y + half then index = index + 2 end
  return self.children[index]
end

function QuadTree:split()
  local half, depth = self.size / 2, self.depth + 1
  self.children = {
    QuadTree.new(self.x, self.y, half, depth),
    QuadTree.new(self.x + half, self.y, half, depth),
    QuadTree.new(self.x, self.y + half, half, depth),
    QuadTree.new(self.x + half, self.y + half, half, depth),
  }
  local points = self.points
  self.points = nil
  for _, point in ipairs(points) do
    self:childFor(point):insert(point)
  end
end

function QuadTree:insert(point)
  if self.children then
    return self:childFor(point):insert(point)
  end
  self.points[#self.points + 1] = point
  if #self.points > CAPACITY and self.depth < 16 then
    self:split()
  end
end

function QuadTree:query(left, top, right, bottom, found)
  if left > self.x + self.size or right < self.x or top > self.y + self.size or bottom < self.y then
    return found
  end
  if self.children then
    for _, child in ipairs(self.children) do
      child:query(left, top, right, bottom, found)
    end
  else
    for _, point in ipairs(self.points) do
      if point.x >= left and point.x <= right and point.y >= top and point.y <= bottom then
        found[#found + 1] = point
      end
    end
  end
  return found
end

local seed = 11
local function random()
  seed = (seed * 65539) % 2147483648
  return seed / 2147483648
end

local hits, weight = 0, 0
local points = {}
for i = 1, POINTS do
  points[i] = { x = random() * 1000, y = random() * 1000, weight = i % 17 }
end
for _ = 1, scale do
  local tree = QuadTree.new(0, 0, 1000)
  for _, point in ipairs(points) do
    tree:insert(point)
  end
  for _ = 1, 60 do
    local x, y, width = random() * 900, random() * 900, random() * 200
    local found = tree:query(x, y, x + width, y + width, {})
    hits = hits + #found
    for _, point in ipairs(found) do
      weight = weight + point.weight
    end
  end
  for i = 1, POINTS, 3 do
    points[i] = { x = random() * 1000, y = random() * 1000, weight = i % 19 }
  end
end
print(string.format("quad_tree %d %d", hits, weight))
