-- group: object
-- about: symbolic differentiation, simplification and evaluation of expression trees
-- stresses: one method name on seven classes at the same call site, inheritance two levels deep
-- quick: 20
local scale = tonumber((...)) or 24000

local Node = {}
Node.__index = Node

function Node:simplified() return self end
function Node:isConstant() return false end
function Node:size() return 1 end

local function extend(base)
  local class = setmetatable({}, { __index = base })
  class.__index = class
  return class
end

local Constant, Variable = extend(Node), extend(Node)
local BinaryNode = extend(Node)
local Sum, Product = extend(BinaryNode), extend(BinaryNode)
local Negation, Sine, Cosine = extend(Node), extend(Node), extend(Node)

local function constant(value) return setmetatable({ value = value }, Constant) end
local function variable(name) return setmetatable({ name = name }, Variable) end
local function sum(a, b) return setmetatable({ a = a, b = b }, Sum) end
local function product(a, b) return setmetatable({ a = a, b = b }, Product) end
local function negation(a) return setmetatable({ a = a }, Negation) end
local function sine(a) return setmetatable({ a = a }, Sine) end
local function cosine(a) return setmetatable({ a = a }, Cosine) end

function Constant:eval() return self.value end
function Constant:derive() return constant(0) end
function Constant:isConstant(value) return value == nil or self.value == value end

function Variable:eval(environment) return environment[self.name] end
function Variable:derive(name) return constant(self.name == name and 1 or 0) end

function BinaryNode:size() return 1 + self.a:size() + self.b:size() end

function Sum:eval(environment) return self.a:eval(environment) + self.b:eval(environment) end
function Sum:derive(name) return sum(self.a:derive(name), self.b:derive(name)) end

function Sum:simplified()
  local a, b = self.a:simplified(), self.b:simplified()
  if a:isConstant(0) then return b end
  if b:isConstant(0) then return a end
  if a:isConstant() and b:isConstant() then
    return constant(a.value + b.value)
  end
  return sum(a, b)
end

function Product:eval(environment) return self.a:eval(environment) * self.b:eval(environment) end

function Product:derive(name)
  return sum(product(self.a:derive(name), self.b), product(self.a, self.b:derive(name)))
end

function Product:simplified()
  local a, b = self.a:simplified(), self.b:simplified()
  if a:isConstant(0) or b:isConstant(0) then return constant(0) end
  if a:isConstant(1) then return b end
  if b:isConstant(1) then return a end
  if a:isConstant() and b:isConstant() then
    return constant(a.value * b.value)
  end
  return product(a, b)
end

function Negation:eval(environment) return -self.a:eval(environment) end
function Negation:derive(name) return negation(self.a:derive(name)) end
function Negation:size() return 1 + self.a:size() end

function Negation:simplified()
  local a = self.a:simplified()
  return a:isConstant() and constant(-a.value) or negation(a)
end

function Sine:eval(environment) return math.sin(self.a:eval(environment)) end
function Sine:derive(name) return product(cosine(self.a), self.a:derive(name)) end
function Sine:size() return 1 + self.a:size() end
function Sine:simplified() return sine(self.a:simplified()) end

function Cosine:eval(environment) return math.cos(self.a:eval(environment)) end
function Cosine:derive(name) return negation(product(sine(self.a), self.a:derive(name))) end
function Cosine:size() return 1 + self.a:size() end
function Cosine:simplified() return cosine(self.a:simplified()) end

-- x*x + 3*x*y + sin(x*y) * cos(k*x + y)
local function sample(k)
  local x, y = variable("x"), variable("y")
  return sum(sum(product(x, x), product(constant(3), product(x, y))),
    product(sine(product(x, y)), cosine(sum(product(constant(k), x), y))))
end

local value, nodes = 0, 0
for i = 1, scale do
  local f = sample(i % 4)
  local fx = f:derive("x"):simplified()
  local fxy = fx:derive("y"):simplified()
  nodes = nodes + f:size() + fx:size() + fxy:size()
  local environment = { x = i / scale, y = 0.5 }
  for step = 1, 4 do
    environment.y = step / 4
    value = value + f:eval(environment) + fx:eval(environment) + fxy:eval(environment)
  end
end
print(string.format("expressions %.6f %d", value, nodes))
