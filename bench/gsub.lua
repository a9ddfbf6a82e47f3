-- group: string
-- about: templates, escaping and a caesar cipher through string.gsub
-- stresses: gsub with a function, with a table, with a replacement string, and with captures
-- quick: 20
local scale = tonumber((...)) or 36000

local TEMPLATE = [[
Dear ${title} ${name},
thank you for ordering ${count} boxes of ${thing} on ${date} <at our "shop" & store>.
We will ship them to ${street}, ${city}; the price is ${price} for you, ${name}.
]]

local ESCAPES = { ["<"] = "&lt;", [">"] = "&gt;", ["&"] = "&amp;", ['"'] = "&quot;" }
local THINGS = { "apples", "nails & screws", "<tags>", "pens" }

local function expand(template, values)
  return (template:gsub("%${(%w+)}", values))
end

local function escape(text)
  return (text:gsub('[<>&"]', ESCAPES))
end

local function rotate(text, shift)
  return (text:gsub("%a", function(letter)
    local base = letter:byte() < 97 and 65 or 97
    return string.char((letter:byte() - base + shift) % 26 + base)
  end))
end

local function squeeze(text)
  return (text:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", ""))
end

local length, vowels, swaps, digest = 0, 0, 0, 0
for i = 1, scale do
  local text = expand(TEMPLATE, {
    title = i % 2 == 0 and "Ms" or "Mr", name = "Reader" .. i % 50, count = i % 9 + 1,
    thing = THINGS[i % #THINGS + 1], date = "2021-03-" .. i % 28 + 1,
    street = "Main Street " .. i % 200, city = "Springfield", price = i * 3 % 1000 .. ".50",
  })
  local html = escape(text)
  local secret = rotate(html, i % 26)
  local _, found = secret:gsub("[aeiou]", "")
  local swapped, count = squeeze(text):gsub("(%w+) (%w+)", "%2 %1")
  length = length + #html + #swapped
  vowels = vowels + found
  swaps = swaps + count
  digest = (digest * 7 + secret:byte(i % #secret + 1) + swapped:byte(i % #swapped + 1)) % 1000003
end
print(string.format("gsub %d %d %d %d", length, vowels, swaps, digest))
