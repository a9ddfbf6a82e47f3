-- group: object
-- about: rational and complex numbers as values with overloaded operators
-- stresses: arithmetic, comparison, call, concat and index metamethods
-- quick: 300
local scale = tonumber((...)) or 290000

local Rational = {}
Rational.__index = Rational

local function gcd(a, b)
  while b ~= 0 do
    a, b = b, a % b
  end
  return a
end

local function rational(numerator, denominator)
  local g = gcd(math.abs(numerator), denominator)
  return setmetatable({ n = math.floor(numerator / g), d = math.floor(denominator / g) }, Rational)
end

local function toRational(value)
  return type(value) == "number" and rational(value, 1) or value
end

function Rational.__add(a, b)
  a, b = toRational(a), toRational(b)
  return rational(a.n * b.d + b.n * a.d, a.d * b.d)
end

function Rational.__sub(a, b)
  a, b = toRational(a), toRational(b)
  return rational(a.n * b.d - b.n * a.d, a.d * b.d)
end

function Rational.__mul(a, b)
  a, b = toRational(a), toRational(b)
  return rational(a.n * b.n, a.d * b.d)
end

function Rational.__unm(a) return rational(-a.n, a.d) end
function Rational.__eq(a, b) return a.n == b.n and a.d == b.d end
function Rational.__lt(a, b) return a.n * b.d < b.n * a.d end
function Rational.__le(a, b) return a.n * b.d <= b.n * a.d end
function Rational.__concat(a, b) return tostring(a) .. tostring(b) end
function Rational.__tostring(a) return string.format("%d/%d", a.n, a.d) end
function Rational.__call(a, digits) return string.format("%." .. digits .. "f", a.n / a.d) end

local Complex = {}

local function complex(re, im)
  return setmetatable({ re = re, im = im }, Complex)
end

function Complex.__add(a, b) return complex(a.re + b.re, a.im + b.im) end
function Complex.__mul(a, b) return complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re) end
-- .norm is computed, everything else is absent
function Complex.__index(a, key)
  if key == "norm" then
    return a.re * a.re + a.im * a.im
  end
end

local sum, less, equal, letters = rational(0, 1), 0, 0, 0
local half = rational(1, 2)
local escape = 0
for i = 1, scale do
  local r = rational(i % 13 - 6, i % 7 + 1)
  sum = (sum + r * half - rational(i % 5, 2)) * rational(1, 3)
  if sum.d > 1000 then
    sum = rational(i % 9, 4)
  end
  if r < half then less = less + 1 end
  if -r <= sum then less = less + 1 end
  if r == half then equal = equal + 1 end
  if i % 16 == 0 then
    letters = letters + #(r .. sum) + #r(3)
  end

  local z, c = complex(0, 0), complex(i % 40 / 20 - 1.5, i % 23 / 11.5 - 1)
  for _ = 1, 6 do
    z = z * z + c
    if z.norm > 4 then
      escape = escape + 1
      break
    end
  end
end
print(string.format("operators %s %d %d %d %d", tostring(sum), less, equal, letters, escape))
