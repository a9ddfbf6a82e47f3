-- group: array
-- about: edit distances between random words, two rows of the table at a time
-- stresses: string.byte, math.min, alternating between two integer arrays
-- quick: 5
local scale = tonumber((...)) or 3000

local function distance(a, b)
  local previous, current = {}, {}
  for j = 0, #b do
    previous[j] = j
  end
  for i = 1, #a do
    current[0] = i
    local letter = a:byte(i)
    for j = 1, #b do
      local cost = letter == b:byte(j) and 0 or 1
      current[j] = math.min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost)
    end
    previous, current = current, previous
  end
  return previous[#b]
end

local state = 5
local function word(length)
  local letters = {}
  for i = 1, length do
    state = (state * 421 + 1663) % 7875
    letters[i] = string.char(97 + state % 6)
  end
  return table.concat(letters)
end

local total, smallest = 0, 1000
for i = 1, scale do
  local d = distance(word(60 + i % 30), word(60 + i % 41))
  total = total + d
  smallest = math.min(smallest, d)
end
print(string.format("levenshtein %d %d", total, smallest))
