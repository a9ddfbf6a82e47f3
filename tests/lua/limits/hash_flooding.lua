-- Keys made to collide: filling a table with them and finding them again takes no longer, but for a factor, than
-- with as many keys at random. What is attacked are the hash functions as they would be without a secret.
local t = require "harness"

local function randomBits()
  return math.random(0, 0x7FFFFFFF) << 33 ~ math.random(0, 0x7FFFFFFF) << 2 ~ math.random(0, 3)
end

local kKeys = 1 << 15
local golden = 0x9E3779B97F4A7C15
local salt = 0xD6E8FEB86659FD93

local function keys(next_key)
  local list, n, i = {}, 0, 0
  while n < kKeys do
    i = i + 1
    local key = next_key(i)
    if key ~= nil and key == key then
      n = n + 1
      list[n] = key
    end
  end
  return list
end

-- Best of three: filling, and finding what is there and what is not.
local function secondsOf(list)
  local best = math.huge
  for _ = 1, 3 do
    collectgarbage()
    local start, set, found = os.clock(), {}, 0
    for i = 1, #list // 2 do set[list[i]] = true end
    for i = 1, #list do
      if set[list[i]] then found = found + 1 end
    end
    t.ok(found >= #list // 4, "keys are found")
    best = math.min(best, os.clock() - start)
  end
  return best
end

local function testKeys(name, next_key)
  t.test(name, function()
    local list = keys(next_key)
    local random
    if type(list[1]) == "string" then
      local length = #list[1] // 8
      random = keys(function()
        local words = {}
        for i = 1, length do words[i] = string.pack("i8", randomBits()) end
        return table.concat(words)
      end)
    elseif math.type(list[1]) == "float" then
      random = keys(function() return math.random() end)
    else
      random = keys(function() return randomBits() end)
    end
    local usual, seconds = secondsOf(random), secondsOf(list)
    -- A list of collisions would be looked through a thousand times as long.
    t.ok(seconds < 20 * usual + 0.1, ("%s: %.3f s, at random %.3f s"):format(name, seconds, usual))
  end)
end

local function float(bits) return (string.unpack("d", string.pack("i8", bits))) end
local function unlikeInteger(x)
  if math.tointeger(x) == nil then return x end
end

testKeys("strings whose first half meets the salt", function(i) return string.pack("i8i8", salt ~ 16, i) end)
testKeys("strings with halves of blocks swapped", function(i)
  local blocks = {}
  for b = 1, 16 do
    local x, y = b * 0x0101010101, b * 0x7070707
    if i >> (b - 1) & 1 == 1 then x, y = y ~ salt, x ~ salt end
    blocks[b] = string.pack("i8i8", x, y)
  end
  return table.concat(blocks) .. ("z"):rep(16)
end)
local long = ("p"):rep(80)
testKeys("strings that differ at the end", function(i) return long .. string.pack("i8", i) end)
testKeys("strings that differ at the beginning", function(i) return string.pack("i8", i) .. long end)
testKeys("strings that differ in the middle", function(i) return long .. string.pack("i8", i << 40) .. long end)

for _, shift in ipairs {4, 12, 16, 20, 32, 44, 48} do
  testKeys("multiples of 2^" .. shift, function(i) return i << shift end)
  testKeys("multiples of -2^" .. shift, function(i) return -(i << shift) end)
end
testKeys("integers scattered by the golden ratio to one place", function(i)
  local place = (i << 12) + (i * golden >> 32)
  local low = -place & 0x1FFFF
  if low < 4096 then return i << 12 | low end
end)
testKeys("floats of few bits", function(i) return unlikeInteger((1 + i % 512 / 512) * 2.0 ^ -(i // 512)) end)
testKeys("floats with equal low bits", function(i) return unlikeInteger(float(0x3FF << 52 | i << 36)) end)
testKeys("halves", function(i) return i + 0.5 end)
local inverse = 1 -- of the golden ratio, modulo 2^64
for _ = 1, 6 do inverse = inverse * (2 - golden * inverse) end
testKeys("floats scattered by the golden ratio to one place", function(i)
  return unlikeInteger(float(i * (1 << 32 | 1) * inverse))
end)

t.finish()
