-- group: numeric
-- about: largest singular value of an infinite matrix by the power method
-- stresses: small numeric function called in nested loops, float arrays
-- quick: 30
local scale = tonumber((...)) or 1150

local function element(row, column)
  local diagonal = row + column - 1
  return 1.0 / (diagonal * (diagonal - 1) * 0.5 + row)
end

local function multiply(n, vector, result)
  for row = 1, n do
    local sum = 0.0
    for column = 1, n do
      sum = sum + element(row, column) * vector[column]
    end
    result[row] = sum
  end
end

local function multiplyTransposed(n, vector, result)
  for row = 1, n do
    local sum = 0.0
    for column = 1, n do
      sum = sum + element(column, row) * vector[column]
    end
    result[row] = sum
  end
end

local u, v, temporary = {}, {}, {}
for i = 1, scale do
  u[i] = 1.0
end
for _ = 1, 8 do
  multiply(scale, u, temporary)
  multiplyTransposed(scale, temporary, v)
  multiply(scale, v, temporary)
  multiplyTransposed(scale, temporary, u)
end

local uv, vv = 0.0, 0.0
for i = 1, scale do
  uv = uv + u[i] * v[i]
  vv = vv + v[i] * v[i]
end
print(string.format("spectral_norm %.9f", math.sqrt(uv / vv)))
