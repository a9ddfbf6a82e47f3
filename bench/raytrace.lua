-- group: object
-- about: a small ray tracer: spheres and a chequered floor, shadows and mirrors
-- stresses: short-lived vector objects, methods on two classes of shape, float arithmetic
-- quick: 12
local scale = tonumber((...)) or 420

local Vector = {}
Vector.__index = Vector

local function vector(x, y, z)
  return setmetatable({ x = x, y = y, z = z }, Vector)
end

function Vector:plus(o) return vector(self.x + o.x, self.y + o.y, self.z + o.z) end
function Vector:minus(o) return vector(self.x - o.x, self.y - o.y, self.z - o.z) end
function Vector:times(k) return vector(self.x * k, self.y * k, self.z * k) end
function Vector:dot(o) return self.x * o.x + self.y * o.y + self.z * o.z end

function Vector:normalised()
  return self:times(1 / math.sqrt(self:dot(self)))
end

local Sphere = {}
Sphere.__index = Sphere

function Sphere.new(centre, radius, shade, mirror)
  return setmetatable({ centre = centre, radius = radius, shade = shade, mirror = mirror }, Sphere)
end

function Sphere:hit(origin, direction)
  local offset = self.centre:minus(origin)
  local along = offset:dot(direction)
  local inside = self.radius * self.radius - offset:dot(offset) + along * along
  if inside < 0 then
    return nil
  end
  local root = math.sqrt(inside)
  if along - root > 1e-4 then
    return along - root
  elseif along + root > 1e-4 then
    return along + root
  end
end

function Sphere:normal(point)
  return point:minus(self.centre):times(1 / self.radius)
end

function Sphere:brightness()
  return self.shade
end

local Floor = {}
Floor.__index = Floor

function Floor.new(height)
  return setmetatable({ height = height, mirror = 0.2 }, Floor)
end

function Floor:hit(origin, direction)
  if direction.y > -1e-6 then
    return nil
  end
  return (self.height - origin.y) / direction.y
end

local UP = vector(0, 1, 0)

function Floor:normal()
  return UP
end

function Floor:brightness(point)
  if (math.floor(point.x) + math.floor(point.z)) % 2 == 0 then
    return 0.9
  end
  return 0.2
end

local Scene = {}
Scene.__index = Scene

function Scene.new(shapes, light)
  return setmetatable({ shapes = shapes, light = light, rays = 0 }, Scene)
end

function Scene:nearest(origin, direction)
  local best, shape
  self.rays = self.rays + 1
  for _, candidate in ipairs(self.shapes) do
    local distance = candidate:hit(origin, direction)
    if distance and (not best or distance < best) then
      best, shape = distance, candidate
    end
  end
  return shape, best
end

function Scene:trace(origin, direction, depth)
  local shape, distance = self:nearest(origin, direction)
  if not shape then
    return 0.3 + 0.4 * direction.y
  end
  local point = origin:plus(direction:times(distance))
  local normal = shape:normal(point)
  local toLight = self.light:minus(point):normalised()
  local light = 0.1
  if not self:nearest(point:plus(normal:times(1e-3)), toLight) then
    light = light + 0.9 * math.max(0, normal:dot(toLight))
  end
  local colour = light * shape:brightness(point)
  if shape.mirror > 0 and depth > 0 then
    local reflected = direction:minus(normal:times(2 * direction:dot(normal)))
    local start = point:plus(normal:times(1e-3))
    colour = (1 - shape.mirror) * colour + shape.mirror * self:trace(start, reflected, depth - 1)
  end
  return colour
end

local shapes = { Floor.new(-1) }
for i = 0, 6 do
  local angle = i * 0.9
  local centre = vector(2 * math.cos(angle), -0.4 + 0.15 * i, 5 + 2 * math.sin(angle))
  shapes[#shapes + 1] = Sphere.new(centre, 0.6, 0.3 + 0.1 * i, i % 3 * 0.3)
end
local scene = Scene.new(shapes, vector(-5, 8, -3))
local eye = vector(0, 0.5, -2)
local total = 0
for y = 1, scale do
  for x = 1, scale do
    local direction = vector(2 * x / scale - 1, 1 - 2 * y / scale, 1.5):normalised()
    total = total + scene:trace(eye, direction, 3)
  end
end
print(string.format("raytrace %.6f %d", total, scene.rays))
