-- group: sort
-- about: table.sort without a comparator: integers, floats, strings, sorted and reversed input
-- stresses: table.sort's own loop with the default order
-- quick: 500
local scale = tonumber((...)) or 140000

local state = 2463534242
local function random()
  state = (state * 3141 + 271) % 4294967291
  return state
end

local function fill(n, make)
  local list = {}
  for i = 1, n do
    list[i] = make(i)
  end
  return list
end

local function check(list)
  for i = 2, #list do
    assert(list[i - 1] <= list[i], "not sorted")
  end
end

local digest = 0
for round = 1, 5 do
  local integers = fill(scale, function() return random() % 1000000 end)
  table.sort(integers)
  check(integers)
  local floats = fill(scale, function() return random() / 4294967296 - 0.5 end)
  table.sort(floats)
  check(floats)
  local words = fill(math.floor(scale / 3), function(i)
    return "w" .. random() % 10007 .. (i % 2 == 0 and "x" or "")
  end)
  table.sort(words)
  check(words)
  table.sort(integers) -- already in order
  local reversed = fill(scale, function(i) return scale - i + round end)
  table.sort(reversed)
  local few = fill(scale, function() return random() % 9 end)
  table.sort(few)
  check(few)
  local middle = math.floor(scale / 2)
  digest = digest + integers[middle] + reversed[7] + few[middle] + #words[11] + math.floor(floats[9] * 1000)
end
print(string.format("sort_plain %d", digest))
