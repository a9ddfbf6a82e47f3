-- group: object
-- about: the towers of Hanoi with discs as linked objects on three piles
-- stresses: recursion through methods, pushing and popping of linked records, error checks
-- quick: 8
local scale = tonumber((...)) or 23

local Disc = {}
Disc.__index = Disc

function Disc.new(size)
  return setmetatable({ size = size, below = nil }, Disc)
end

local Towers = {}
Towers.__index = Towers

function Towers.new(height)
  local self = setmetatable({ piles = {}, moves = 0, trace = 0 }, Towers)
  for size = height, 1, -1 do
    self:push(Disc.new(size), 1)
  end
  return self
end

function Towers:push(disc, pile)
  local top = self.piles[pile]
  if top and disc.size >= top.size then
    error("a large disc cannot lie on a smaller one")
  end
  disc.below = top
  self.piles[pile] = disc
end

function Towers:pop(pile)
  local top = self.piles[pile]
  if not top then
    error("no disc to take from pile " .. pile)
  end
  self.piles[pile] = top.below
  top.below = nil
  return top
end

function Towers:moveTop(from, to)
  local disc = self:pop(from)
  self:push(disc, to)
  self.moves = self.moves + 1
  self.trace = (self.trace + disc.size * (from * 3 + to)) % 1000003
end

function Towers:move(count, from, to)
  if count == 1 then
    return self:moveTop(from, to)
  end
  local other = 6 - from - to
  self:move(count - 1, from, other)
  self:moveTop(from, to)
  self:move(count - 1, other, to)
end

local towers = Towers.new(scale)
towers:move(scale, 1, 3)
print(string.format("towers %d %d", towers.moves, towers.trace))
