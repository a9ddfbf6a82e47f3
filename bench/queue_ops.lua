-- group: array
-- about: table.insert, table.remove and a ring buffer under a mixed load
-- stresses: growing and shrinking arrays through the table library, the length operator
-- quick: 1000
local scale = tonumber((...)) or 6000000

local state = 17
local function pick(n)
  state = (state * 1664525 + 1013904223) % 4294967296
  return math.floor(state / 65536) % n
end

local Ring = {}
Ring.__index = Ring

function Ring.new(capacity)
  return setmetatable({ capacity = capacity, first = 1, count = 0, slots = {} }, Ring)
end

function Ring:push(value)
  if self.count == self.capacity then
    self:pop()
  end
  self.slots[(self.first + self.count - 1) % self.capacity + 1] = value
  self.count = self.count + 1
end

function Ring:pop()
  local value = self.slots[self.first]
  self.first = self.first % self.capacity + 1
  self.count = self.count - 1
  return value
end

local stack, queue, ring = {}, {}, Ring.new(1000)
local sum = 0
for i = 1, scale do
  local action = pick(8)
  if action < 3 then
    table.insert(stack, i)
  elseif action < 5 then
    sum = sum + (table.remove(stack) or 0)
  elseif action == 5 then
    queue[#queue + 1] = i
    if #queue > 40 then
      sum = sum + table.remove(queue, 1)
    end
  elseif action == 6 then
    table.insert(queue, pick(#queue + 1) + 1, i)
    if #queue > 50 then
      sum = sum + table.remove(queue, 25)
    end
  else
    ring:push(i)
    if pick(3) == 0 and ring.count > 0 then
      sum = sum + ring:pop()
    end
  end
end
print(string.format("queue_ops %d %d %d %d", sum, #stack, #queue, ring.count))
