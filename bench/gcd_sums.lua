-- group: numeric
-- about: Euclid's algorithm, modular powers and a primality test
-- stresses: integer modulo and multiplication in short inner loops, several small functions
-- quick: 60
local scale = tonumber((...)) or 5000

local function gcd(a, b)
  while b ~= 0 do
    a, b = b, a % b
  end
  return a
end

local function powerMod(base, exponent, modulus)
  local result = 1
  base = base % modulus
  while exponent > 0 do
    if exponent % 2 == 1 then
      result = result * base % modulus
      exponent = exponent - 1
    end
    base = base * base % modulus
    exponent = exponent / 2
  end
  return result
end

local function probablyPrime(n)
  for _, witness in ipairs({ 2, 3, 5, 7 }) do
    if n == witness then
      return true
    end
    if powerMod(witness, n - 1, n) ~= 1 then
      return false
    end
  end
  return true
end

local coprime, sum = 0, 0
for a = 1, scale do
  for b = a, scale do
    local divisor = gcd(a, b)
    if divisor == 1 then
      coprime = coprime + 1
    end
    sum = sum + divisor
  end
end
local primes = 0
for n = 2, scale * 40 do
  if probablyPrime(n) then
    primes = primes + 1
  end
end
print(string.format("gcd_sums %d %d %d", coprime, sum, primes))
