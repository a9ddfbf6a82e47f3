-- group: object
-- about: balls bouncing in a box, each an object with a method per step
-- stresses: field updates through self, boolean results, a generator object
-- quick: 10
local scale = tonumber((...)) or 2500

local Random = {}
Random.__index = Random

function Random.new()
  return setmetatable({ seed = 74755 }, Random)
end

function Random:next()
  self.seed = (self.seed * 1309 + 13849) % 65536
  return self.seed
end

local Ball = {}
Ball.__index = Ball

function Ball.new(random)
  return setmetatable({
    x = random:next() % 500, y = random:next() % 500,
    vx = random:next() % 300 - 150, vy = random:next() % 300 - 150,
  }, Ball)
end

function Ball:bounce()
  local limit, bounced = 500, false
  self.x = self.x + self.vx
  self.y = self.y + self.vy
  if self.x > limit then
    self.x = limit
    self.vx = -math.abs(self.vx)
    bounced = true
  elseif self.x < 0 then
    self.x = 0
    self.vx = math.abs(self.vx)
    bounced = true
  end
  if self.y > limit then
    self.y = limit
    self.vy = -math.abs(self.vy)
    bounced = true
  elseif self.y < 0 then
    self.y = 0
    self.vy = math.abs(self.vy)
    bounced = true
  end
  return bounced
end

local bounces, position = 0, 0
for _ = 1, scale do
  local random = Random.new()
  local balls = {}
  for i = 1, 100 do
    balls[i] = Ball.new(random)
  end
  for _ = 1, 50 do
    for _, ball in ipairs(balls) do
      if ball:bounce() then
        bounces = bounces + 1
      end
    end
  end
  position = position + balls[50].x + balls[100].y
end
print(string.format("bounce %d %d", bounces, position))
