-- group: string
-- about: numbers and text laid out with string.format, and read back with tonumber
-- stresses: string.format with many conversions, tostring, tonumber in several bases
-- quick: 500
local scale = tonumber((...)) or 450000

local length, sum, equal = 0, 0, 0
for i = 1, scale do
  local x = i * 0.37 - 1000
  local row = string.format("%6d|%-8s|%8.3f|%x|%5.1f%%|%q|%c", i, "row" .. i % 100, x, i % 4096,
    i % 1000 / 10, 'a"b' .. i % 10, 65 + i % 26)
  length = length + #row
  local whole, fraction = string.format("%.2f", x):match("^(-?%d+)%.(%d+)$")
  sum = sum + tonumber(whole) + tonumber(fraction) / 100
  if tonumber(string.format("%x", i % 65536), 16) == i % 65536 then
    equal = equal + 1
  end
  if tostring(i) == string.format("%d", i) then
    equal = equal + 1
  end
  if tonumber(string.format("%.17g", x)) == x then
    equal = equal + 1
  end
  length = length + #string.format("%e %g", x, i)
end
print(string.format("format %d %.2f %d", length, sum, equal))
