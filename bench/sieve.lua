-- group: array
-- about: primes by the sieve of Eratosthenes, counted and summed
-- stresses: filling a boolean array and stepping through it with growing strides
-- quick: 5000
local scale = tonumber((...)) or 12000000

local function sieve(limit)
  local composite = {}
  for i = 1, limit do
    composite[i] = false
  end
  local count, sum = 0, 0
  for i = 2, limit do
    if not composite[i] then
      count = count + 1
      sum = sum + i
      for multiple = i * i, limit, i do
        composite[multiple] = true
      end
    end
  end
  return count, sum
end

local count, sum = 0, 0
for round = 1, 5 do
  local c, s = sieve(math.floor(scale / round))
  count, sum = count + c, sum + s
end
print(string.format("sieve %d %d", count, sum))
