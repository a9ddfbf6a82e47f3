-- group: numeric
-- about: partial sums of nine classical series
-- stresses: a loop with float division, sqrt, sin and cos through the math library, power
-- quick: 5000
local scale = tonumber((...)) or 8500000

local geometric, roots, flint, cookson = 0.0, 0.0, 0.0, 0.0
local telescope, harmonic, zeta, alternating, gregory = 0.0, 0.0, 0.0, 0.0, 0.0
local sign = 1.0
for k = 1.0, scale do
  local k2 = k * k
  local k3 = k2 * k
  local s, c = math.sin(k), math.cos(k)
  geometric = geometric + (2 / 3) ^ (k % 64)
  roots = roots + 1 / math.sqrt(k)
  telescope = telescope + 1 / (k * (k + 1))
  flint = flint + 1 / (k3 * s * s)
  cookson = cookson + 1 / (k3 * c * c)
  harmonic = harmonic + 1 / k
  zeta = zeta + 1 / k2
  alternating = alternating + sign / k
  gregory = gregory + sign / (2 * k - 1)
  sign = -sign
end
print(string.format("partial_sums %.4f %.6f %.9f %.9f %.9f", geometric, roots, flint, cookson, telescope))
print(string.format("partial_sums %.9f %.9f %.9f %.9f", harmonic, zeta, alternating, gregory))
