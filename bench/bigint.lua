-- group: array
-- about: large factorials, Fibonacci numbers and digits of e with limbs in an array
-- stresses: carry loops over integer arrays, floor division, exact integers up to 2^53
-- quick: 30
local scale = tonumber((...)) or 5500

local BASE, WIDTH = 1000000, 6
local floor = math.floor

local Big = {}
Big.__index = Big

function Big.new(value)
  local limbs = {}
  repeat
    limbs[#limbs + 1] = value % BASE
    value = floor(value / BASE)
  until value == 0
  return setmetatable(limbs, Big)
end

function Big.__add(a, b)
  local sum, carry = {}, 0
  for i = 1, math.max(#a, #b) do
    local limb = (a[i] or 0) + (b[i] or 0) + carry
    if limb >= BASE then
      sum[i], carry = limb - BASE, 1
    else
      sum[i], carry = limb, 0
    end
  end
  if carry > 0 then
    sum[#sum + 1] = carry
  end
  return setmetatable(sum, Big)
end

function Big.__mul(a, b)
  local product = {}
  for i = 1, #a + #b do
    product[i] = 0
  end
  for i = 1, #a do
    local factor, carry = a[i], 0
    for j = 1, #b do
      local limb = product[i + j - 1] + factor * b[j] + carry
      carry = floor(limb / BASE)
      product[i + j - 1] = limb - carry * BASE
    end
    product[i + #b] = carry
  end
  while #product > 1 and product[#product] == 0 do
    product[#product] = nil
  end
  return setmetatable(product, Big)
end

function Big:scaled(small)
  local result, carry = {}, 0
  for i = 1, #self do
    local limb = self[i] * small + carry
    carry = floor(limb / BASE)
    result[i] = limb - carry * BASE
  end
  while carry > 0 do
    result[#result + 1] = carry % BASE
    carry = floor(carry / BASE)
  end
  return setmetatable(result, Big)
end

function Big:divided(small)
  local result, rest = {}, 0
  for i = #self, 1, -1 do
    local limb = rest * BASE + self[i]
    local quotient = floor(limb / small)
    result[i] = quotient
    rest = limb - quotient * small
  end
  return setmetatable(result, Big)
end

function Big:__tostring()
  local parts = { string.format("%d", self[#self]) }
  for i = #self - 1, 1, -1 do
    parts[#parts + 1] = string.format("%06d", self[i])
  end
  return table.concat(parts)
end

local function digest(text)
  local value = 0
  for i = 1, #text do
    value = (value * 10 + text:byte(i) - 48) % 99999989
  end
  return value
end

local factorial = Big.new(1)
for i = 2, scale do
  factorial = factorial:scaled(i)
end
local a, b = Big.new(0), Big.new(1)
for _ = 1, scale * 5 do
  a, b = b, a + b
end
-- e = the sum of 1/k!, as an integer multiple of 10^(6 * limbs)
local term, e = { }, Big.new(0)
for i = 1, floor(scale / 4) do
  term[i] = 0
end
term[#term + 1] = 1
term = setmetatable(term, Big)
local k = 0
for _ = 1, scale do
  e = e + term
  k = k + 1
  term = term:divided(k)
end
local square = factorial * a
print(string.format("bigint %d %d %d %d", digest(tostring(factorial)), digest(tostring(a)),
  digest(tostring(square)), digest(tostring(e))))
