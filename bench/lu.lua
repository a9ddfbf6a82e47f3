-- group: numeric
-- about: LU factorisation with partial pivoting, then solving for several right sides
-- stresses: arrays of arrays of floats, row aliases, triangular loops
-- quick: 20
local scale = tonumber((...)) or 640

local function randomMatrix(n)
  local state = 4711
  local rows = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do
      state = (state * 3877 + 29573) % 139968
      row[j] = state / 139968 * 2 - 1
    end
    rows[i] = row
  end
  return rows
end

local function factorise(a, n)
  local pivots = {}
  for k = 1, n do
    local best, bestRow = math.abs(a[k][k]), k
    for i = k + 1, n do
      local candidate = math.abs(a[i][k])
      if candidate > best then
        best, bestRow = candidate, i
      end
    end
    assert(best > 0, "singular matrix")
    pivots[k] = bestRow
    a[k], a[bestRow] = a[bestRow], a[k]
    local pivotRow = a[k]
    local inverse = 1 / pivotRow[k]
    for i = k + 1, n do
      local row = a[i]
      local factor = row[k] * inverse
      row[k] = factor
      for j = k + 1, n do
        row[j] = row[j] - factor * pivotRow[j]
      end
    end
  end
  return pivots
end

local function solve(a, pivots, n, b)
  for k = 1, n do
    local p = pivots[k]
    b[k], b[p] = b[p], b[k]
  end
  for i = 2, n do
    local row, sum = a[i], b[i]
    for j = 1, i - 1 do
      sum = sum - row[j] * b[j]
    end
    b[i] = sum
  end
  for i = n, 1, -1 do
    local row, sum = a[i], b[i]
    for j = i + 1, n do
      sum = sum - row[j] * b[j]
    end
    b[i] = sum / row[i]
  end
  return b
end

local matrix = randomMatrix(scale)
local factors = randomMatrix(scale)
local pivots = factorise(factors, scale)
local residual, checksum = 0, 0
for round = 1, 20 do
  local right, x = {}, {}
  for i = 1, scale do
    right[i] = (i * round) % 17 - 8
    x[i] = right[i]
  end
  solve(factors, pivots, scale, x)
  for i = 1, scale do
    local row, sum = matrix[i], -right[i]
    for j = 1, scale do
      sum = sum + row[j] * x[j]
    end
    residual = math.max(residual, math.abs(sum))
    checksum = checksum + math.abs(x[i])
  end
end
print(string.format("lu %.4f %s", checksum, residual < 1e-6 and "solved" or "unsolved"))
