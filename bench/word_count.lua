-- group: string
-- about: word frequencies, an index of first places and palindromes in generated prose
-- stresses: gmatch, lower, upper, reverse, hash tables of counts, sorting keys
-- quick: 200
local scale = tonumber((...)) or 900000

local ONSETS = { "b", "dr", "k", "l", "m", "st", "t", "v", "", "n" }
local VOWELS = { "a", "e", "i", "o", "u", "ai" }

local seed = 271828
local function random(n)
  seed = (seed * 4096 + 150889) % 714025
  return seed % n + 1
end

local function word()
  local parts = {}
  for i = 1, random(3) do
    parts[i] = ONSETS[random(#ONSETS)] .. VOWELS[random(#VOWELS)]
  end
  return table.concat(parts)
end

local words = {}
for i = 1, scale do
  local w = word()
  if random(9) == 1 then
    w = w:sub(1, 1):upper() .. w:sub(2)
  end
  words[i] = w .. (random(12) == 1 and "." or "")
end
local text = table.concat(words, " ")

local counts, first, order = {}, {}, {}
local palindromes, position = 0, 0
for w in text:gmatch("%a+") do
  position = position + 1
  local key = w:lower()
  if counts[key] then
    counts[key] = counts[key] + 1
  else
    counts[key], first[key] = 1, position
    order[#order + 1] = key
    if #key > 2 and key == key:reverse() then
      palindromes = palindromes + 1
    end
  end
end
table.sort(order, function(a, b)
  if counts[a] ~= counts[b] then
    return counts[a] > counts[b]
  end
  return a < b
end)
local sentences = select(2, text:gsub("%.", "%0"))
for i = 1, 5 do
  print(string.format("%s %d %d", order[i], counts[order[i]], first[order[i]]))
end
print(string.format("word_count %d %d %d %d", position, #order, palindromes, sentences))
