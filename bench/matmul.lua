-- group: array
-- about: product of two square matrices, the second one transposed first
-- stresses: nested tables, an inner loop of two array reads, one multiply and one add
-- quick: 20
local scale = tonumber((...)) or 520

local function build(n, factor)
  local m = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do
      row[j] = (i - j) * (i + j - 2) * factor
    end
    m[i] = row
  end
  return m
end

local function transpose(m)
  local t = {}
  for i = 1, #m[1] do
    t[i] = {}
    for j = 1, #m do
      t[i][j] = m[j][i]
    end
  end
  return t
end

local function multiply(a, b)
  local bt = transpose(b)
  local product = {}
  for i = 1, #a do
    local left, row = a[i], {}
    for j = 1, #bt do
      local right, sum = bt[j], 0.0
      for k = 1, #right do
        sum = sum + left[k] * right[k]
      end
      row[j] = sum
    end
    product[i] = row
  end
  return product
end

local p = multiply(build(scale, 1 / scale / scale), build(scale, 2 / scale / scale))
local trace = 0
for i = 1, scale do
  trace = trace + p[i][i]
end
print(string.format("matmul %.6f %.6f", p[math.floor(scale / 2)][math.floor(scale / 3)], trace))
