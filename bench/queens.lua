-- group: array
-- about: all placements of n queens on an n x n board
-- stresses: recursive search with three occupancy tables, one with negative indices
-- quick: 6
local scale = tonumber((...)) or 13

local function solve(n)
  local columns, rising, falling, board = {}, {}, {}, {}
  local solutions, digest = 0, 0

  local function place(row)
    if row > n then
      solutions = solutions + 1
      local value = 0
      for i = 1, n do
        value = (value * 31 + board[i]) % 1000003
      end
      digest = (digest + value) % 1000003
      return
    end
    for column = 1, n do
      if not (columns[column] or rising[row + column] or falling[row - column]) then
        columns[column], rising[row + column], falling[row - column] = true, true, true
        board[row] = column
        place(row + 1)
        columns[column], rising[row + column], falling[row - column] = false, false, false
      end
    end
  end

  place(1)
  return solutions, digest
end

print(string.format("queens %d %d", solve(scale)))
