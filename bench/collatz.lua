-- group: numeric
-- about: the longest Collatz chain below a limit
-- stresses: a while loop over integers with modulo and unpredictable branches
-- quick: 1000
local scale = tonumber((...)) or 480000

local floor = math.floor

local function chainLength(start)
  local n, length = start, 1
  while n ~= 1 do
    if n % 2 == 0 then
      n = floor(n / 2)
    else
      n = 3 * n + 1
    end
    length = length + 1
  end
  return length
end

local best, bestStart, total = 0, 0, 0
for start = 1, scale do
  local length = chainLength(start)
  total = total + length
  if length > best then
    best, bestStart = length, start
  end
end
print(string.format("collatz %d %d %d", best, bestStart, total))
