-- group: string
-- about: frequencies of short fragments in a long DNA string
-- stresses: sub at every position, hash tables keyed by short strings, sorting of the counts
-- quick: 1000
local scale = tonumber((...)) or 500000

local state = 42
local function letter()
  state = (state * 40014) % 2147483563
  local u = state / 2147483563
  return u < 0.3 and "a" or u < 0.5 and "c" or u < 0.7 and "g" or "t"
end

local letters = {}
for i = 1, scale do
  letters[i] = letter()
end
local sequence = table.concat(letters)

local function frequencies(length)
  local counts = {}
  for i = 1, #sequence - length + 1 do
    local fragment = sequence:sub(i, i + length - 1)
    counts[fragment] = (counts[fragment] or 0) + 1
  end
  return counts
end

local function ranking(length)
  local counts, list = frequencies(length), {}
  for fragment, count in pairs(counts) do
    list[#list + 1] = { fragment = fragment, count = count }
  end
  table.sort(list, function(a, b)
    return a.count > b.count or a.count == b.count and a.fragment < b.fragment
  end)
  return list
end

for length = 1, 2 do
  for _, entry in ipairs(ranking(length)) do
    print(string.format("%s %d", entry.fragment, entry.count))
  end
end
for _, wanted in ipairs({ "ggt", "ggta", "ggtatt", "ggtattttaatt", "ggtattttaatttatagt" }) do
  print(string.format("%s %d", wanted, frequencies(#wanted)[wanted] or 0))
end
print(string.format("longest list %d", #ranking(8)))
