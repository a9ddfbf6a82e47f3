-- group: numeric
-- about: conjugate gradients on a sparse matrix kept as compressed rows
-- stresses: indirect indexing (an array element as the index of another), dot products
-- quick: 8
local scale = tonumber((...)) or 430

-- The five-point Laplacian of a side x side grid.
local function laplacian(side)
  local values, columns, starts = {}, {}, {}
  local count = 0
  local function put(column, value)
    count = count + 1
    values[count], columns[count] = value, column
  end
  for y = 0, side - 1 do
    for x = 0, side - 1 do
      local row = y * side + x + 1
      starts[row] = count + 1
      if y > 0 then put(row - side, -1.0) end
      if x > 0 then put(row - 1, -1.0) end
      put(row, 4.0)
      if x < side - 1 then put(row + 1, -1.0) end
      if y < side - 1 then put(row + side, -1.0) end
    end
  end
  starts[side * side + 1] = count + 1
  return { n = side * side, values = values, columns = columns, starts = starts }
end

local function apply(matrix, vector, result)
  local values, columns, starts = matrix.values, matrix.columns, matrix.starts
  for row = 1, matrix.n do
    local sum = 0.0
    for k = starts[row], starts[row + 1] - 1 do
      sum = sum + values[k] * vector[columns[k]]
    end
    result[row] = sum
  end
end

local function dot(a, b, n)
  local sum = 0.0
  for i = 1, n do
    sum = sum + a[i] * b[i]
  end
  return sum
end

local matrix = laplacian(scale)
local n = matrix.n
local x, residual, direction, image = {}, {}, {}, {}
for i = 1, n do
  x[i] = 0.0
  residual[i] = (i % 7) - 3.0
  direction[i] = residual[i]
end
local rr = dot(residual, residual, n)
for _ = 1, 50 do
  apply(matrix, direction, image)
  local alpha = rr / dot(direction, image, n)
  for i = 1, n do
    x[i] = x[i] + alpha * direction[i]
    residual[i] = residual[i] - alpha * image[i]
  end
  local next_rr = dot(residual, residual, n)
  local beta = next_rr / rr
  rr = next_rr
  for i = 1, n do
    direction[i] = residual[i] + beta * direction[i]
  end
end
print(string.format("sparse %.6f %.6f", dot(x, x, n), math.sqrt(rr)))
