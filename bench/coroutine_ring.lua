-- group: coroutine
-- about: a token passed around a ring of coroutines
-- stresses: resume and yield with one value, many suspended coroutines alive
-- quick: 3
local scale = tonumber((...)) or 18500

local MEMBERS = 500

local function member(index)
  return coroutine.create(function(token)
    local seen = 0
    while true do
      seen = seen + 1
      token = coroutine.yield(token + index, seen)
    end
  end)
end

local ring = {}
for i = 1, MEMBERS do
  ring[i] = member(i)
end

local token, rounds = 0, 0
for _ = 1, scale do
  for i = 1, MEMBERS do
    local ok, value, seen = coroutine.resume(ring[i], token)
    assert(ok, value)
    token = value % 1000003
    rounds = seen
  end
end
local suspended = 0
for i = 1, MEMBERS do
  if coroutine.status(ring[i]) == "suspended" then
    suspended = suspended + 1
  end
end
print(string.format("coroutine_ring %d %d %d", token, rounds, suspended))
