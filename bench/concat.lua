-- group: string
-- about: strings grown piece by piece with the concatenation operator
-- stresses: concatenation of two and of many operands, numbers among them, copying
-- quick: 1
local scale = tonumber((...)) or 1500

local function hash(text)
  local value = #text
  for i = 1, #text, 7 do
    value = (value * 33 + text:byte(i)) % 16777213
  end
  return value
end

local digest = 0
for round = 1, scale do
  local line = ""
  for i = 1, 1200 do
    line = line .. (i % 10)
  end
  local front = ""
  for i = 1, 400 do
    front = string.char(97 + i % 26) .. front
  end
  local rows = ""
  for i = 1, 300 do
    rows = rows .. "<" .. i .. " a=" .. round .. ">" .. (i * 2) .. "</" .. i .. ">\n"
  end
  local short = 0
  for i = 1, 3000 do
    local path = "dir" .. i % 10 .. "/" .. "file" .. i % 100 .. ".txt"
    short = short + #path
  end
  digest = (digest + hash(line) + hash(front) + hash(rows) + short) % 16777213
end
print(string.format("concat %d", digest))
