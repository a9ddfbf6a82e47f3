-- A class library in thirty lines, and shapes that use it.
--
--   perigee examples/classes.lua

local Object = {}
Object.__index = Object

-- A new class below this one. Metamethods are inherited by copying: Lua looks for them in the
-- metatable itself, not along __index.
function Object:extend(name)
  local class = {}
  for key, value in pairs(self) do
    if key:find("^__") then
      class[key] = value
    end
  end
  class.__index = class
  class.name, class.super = name, self
  return setmetatable(class, { __index = self, __call = self.create })
end

-- Class(...) makes an object and passes the arguments to its init method.
function Object:create(...)
  local object = setmetatable({}, self)
  object:init(...)
  return object
end

function Object:init() end

function Object:is(class)
  local at = getmetatable(self)
  while at and at ~= class do
    at = rawget(at, "super")
  end
  return at == class
end

function Object:__tostring()
  return "a " .. self.name
end

-- Shapes.
local Shape = Object:extend("shape")

function Shape:area()
  error(self.name .. " has no area method")
end

function Shape.__lt(a, b)
  return a:area() < b:area()
end

function Shape:__tostring()
  return ("%s of area %.2f"):format(self.name, self:area())
end

local Circle = Shape:extend("circle")

function Circle:init(radius)
  self.radius = radius
end

function Circle:area()
  return math.pi * self.radius ^ 2
end

local Rectangle = Shape:extend("rectangle")

function Rectangle:init(width, height)
  self.width, self.height = width, height
end

function Rectangle:area()
  return self.width * self.height
end

local Square = Rectangle:extend("square")

function Square:init(side)
  Rectangle.init(self, side, side)
end

local shapes = { Square(3), Circle(1), Rectangle(2, 5), Circle(2), Square(1.5) }
table.sort(shapes) -- by area, through __lt
for _, shape in ipairs(shapes) do
  print(shape, shape:is(Rectangle) and "(has corners)" or "")
end

print(pcall(Shape().area, Shape())) -- an abstract method, called all the same
