-- group: call
-- about: map, filter, fold, zip and lazy streams in a functional style
-- stresses: small functions passed as arguments, ipairs and custom iterators, generic for
-- quick: 3
local scale = tonumber((...)) or 20000

local function map(f, list)
  local result = {}
  for i, value in ipairs(list) do
    result[i] = f(value)
  end
  return result
end

local function select_(accept, list)
  local result = {}
  for _, value in ipairs(list) do
    if accept(value) then
      result[#result + 1] = value
    end
  end
  return result
end

local function fold(f, start, list)
  local value = start
  for _, item in ipairs(list) do
    value = f(value, item)
  end
  return value
end

local function zip(a, b)
  local i = 0
  return function()
    i = i + 1
    if a[i] ~= nil and b[i] ~= nil then
      return a[i], b[i]
    end
  end
end

-- A stateless iterator: every step-th number up to a limit.
local function stride(limit, step)
  return function(control, at)
    at = at + step
    if at <= control then
      return at
    end
  end, limit, 0
end

-- Streams are functions that return the next value, or nil at the end.
local function count(from)
  local n = from - 1
  return function()
    n = n + 1
    return n
  end
end

local function takeWhile(accept, stream)
  return function()
    local value = stream()
    if accept(value) then
      return value
    end
  end
end

local function mapped(f, stream)
  return function()
    local value = stream()
    if value ~= nil then
      return f(value)
    end
  end
end

local function add(a, b) return a + b end
local function square(x) return x * x end
local function even(x) return x % 2 == 0 end

local total = 0
for round = 1, scale do
  local numbers = {}
  for n in stride(600, 3) do
    numbers[#numbers + 1] = n + round
  end
  local squares = map(square, numbers)
  total = total + fold(add, 0, select_(even, squares))
  total = total + fold(function(best, x) return x % 97 > best and x % 97 or best end, 0, squares)
  for a, b in zip(numbers, map(function(x) return x % 10 end, squares)) do
    total = total + a * b
  end
  for value in mapped(square, takeWhile(function(x) return x < 120 end, count(round % 50))) do
    total = total + value
  end
  total = total % 1000000007
end
print(string.format("higher_order %d", total))
