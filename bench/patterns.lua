-- group: string
-- about: a web server's log, taken apart with Lua patterns
-- stresses: match with captures, gmatch, find with anchors and with plain text, frontier-free sets
-- quick: 100
local scale = tonumber((...)) or 550000

local METHODS = { "GET", "POST", "PUT", "HEAD" }
local PATHS = { "/", "/index.html", "/img/logo.png", "/api/v1/items?id=17&sort=asc", "/a/b/c.css" }

local state = 1
local function random(n)
  state = (state * 9301 + 49297) % 233280
  return state % n + 1
end

local function logLine()
  return string.format('10.%d.%d.%d - - [%02d/Mar/2021:%02d:%02d:%02d +0000] "%s %s HTTP/1.1" %d %d',
    random(250), random(250), random(250), random(28), random(23), random(59), random(59),
    METHODS[random(#METHODS)], PATHS[random(#PATHS)], random(5) * 100, random(90000))
end

local lines = {}
for i = 1, 200 do
  lines[i] = logLine()
end

local bytes, hosts, hours, queries, images, words = 0, 0, 0, 0, 0, 0
for i = 1, scale do
  local line = lines[i % #lines + 1]
  local address, day, clock, method, path, status, size =
    line:match('^(%d+%.%d+%.%d+%.%d+) %S+ %S+ %[(%d+)/%a+/%d+:([%d:]+) [^%]]*%] "(%u+) (%S+) [^"]*" (%d+) (%d+)$')
  bytes = bytes + tonumber(size) + #method
  hosts = (hosts + tonumber(address:match("%.(%d+)$")) * tonumber(day)) % 1000003
  hours = hours + tonumber(clock:match("^(%d%d)"))
  if status == "200" then
    hours = hours + 1
  end
  if path:find("?", 1, true) then
    for key, value in path:gmatch("(%w+)=(%w+)") do
      queries = queries + #key * #value
    end
  end
  if path:find("%.png$") or path:find("%.css$") then
    images = images + 1
  end
  if i % 4 == 0 then
    for word in line:gmatch("%a+") do
      words = words + #word
    end
  end
end
print(string.format("patterns %d %d %d %d %d %d", bytes, hosts, hours, queries, images, words))
