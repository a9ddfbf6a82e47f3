-- group: alloc
-- about: many short strings made, used as keys and forgotten
-- stresses: string interning, number to string conversion, growing and dropping hash tables
-- quick: 1
local scale = tonumber((...)) or 480

local seen, hits, bytes = {}, 0, 0
for round = 1, scale do
  local tags = {}
  for i = 1, 10000 do
    local number = (i * round) % 2003
    local key = "k" .. number
    local pair = key .. ":" .. (i % 3)
    local known = tags[pair]
    if known then
      tags[pair] = known + 1
      hits = hits + 1
    else
      tags[pair] = 1
    end
    bytes = bytes + #pair
    seen[key] = (seen[key] or 0) + 1
  end
end
local keys, sum = 0, 0
for key, count in pairs(seen) do
  keys = keys + 1
  sum = sum + count * tonumber(key:sub(2))
end
print(string.format("small_strings %d %d %d %d", hits, bytes, keys, sum))
