-- group: call
-- about: functions of any number of arguments: sums, packing, forwarding, partial application
-- stresses: vararg expressions, select, table constructors from varargs, unpack
-- quick: 300
local scale = tonumber((...)) or 620000

local unpack = table.unpack or unpack

local function sum(...)
  local total = 0
  for i = 1, select("#", ...) do
    total = total + (select(i, ...))
  end
  return total
end

local function largest(first, ...)
  if select("#", ...) == 0 then
    return first
  end
  local rest = largest(...)
  return rest > first and rest or first
end

local function pack(...)
  return { n = select("#", ...), ... }
end

local function reversed(...)
  local list = pack(...)
  local i, j = 1, list.n
  while i < j do
    list[i], list[j] = list[j], list[i]
    i, j = i + 1, j - 1
  end
  return unpack(list, 1, list.n)
end

local function bind(f, ...)
  local bound = pack(...)
  return function(...)
    local all = { unpack(bound, 1, bound.n) }
    for _, value in ipairs({ ... }) do
      all[#all + 1] = value
    end
    return f(unpack(all))
  end
end

local function forward(f, ...)
  return f(...)
end

local function countNils(...)
  local list, nils = pack(...), 0
  for i = 1, list.n do
    if list[i] == nil then
      nils = nils + 1
    end
  end
  return nils, list.n
end

local total = 0
for i = 1, scale do
  total = total + sum(i, i + 1, i + 2, i + 3) + sum() + sum(i)
  total = total + largest(i % 7, i % 11, i % 13, i % 5)
  local a, b, c = reversed(i, 2, 3)
  total = total + a * b - c
  total = total + bind(sum, 1, i)(2, 3)
  total = total + forward(math.max, i % 10, i % 20, i % 30) + forward(sum, forward(reversed, 1, i))
  local nils, count = countNils(nil, i, nil, i % 2 == 0 and i or nil)
  total = (total + nils * 10 + count) % 1000000007
end
print(string.format("varargs %d", total))
