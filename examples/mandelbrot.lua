-- The Mandelbrot set in the terminal, drawn with characters.
--
--   perigee examples/mandelbrot.lua [WIDTH [ITERATIONS]]

local width = tonumber(arg[1]) or 78
local limit = tonumber(arg[2]) or 200
local height = width * 5 // 13 -- a character is about twice as high as it is wide

local SHADES <const> = " .:-=+*%#@"

-- How many steps a point survives before it runs away; nil if it never does.
local function escape_time(cr, ci)
  local zr, zi = 0.0, 0.0
  for step = 1, limit do
    local zr2, zi2 = zr * zr, zi * zi
    if zr2 + zi2 > 4.0 then
      return step
    end
    zr, zi = zr2 - zi2 + cr, 2.0 * zr * zi + ci
  end
end

for y = 0, height - 1 do
  local line = {}
  local ci = 2.4 * y / (height - 1) - 1.2
  for x = 0, width - 1 do
    local cr = 3.1 * x / (width - 1) - 2.2
    local steps = escape_time(cr, ci)
    local shade = steps and math.min(#SHADES, 1 + math.floor(2.2 * math.log(steps))) or 1
    line[#line + 1] = SHADES:sub(shade, shade)
  end
  print((table.concat(line):gsub(" +$", "")))
end
