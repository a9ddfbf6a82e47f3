-- group: object
-- about: an event bus driving a simulated shop: subscriptions, one-shot handlers, a time queue
-- stresses: handlers called through tables of closures, string-keyed dispatch, a binary heap
-- quick: 200
local scale = tonumber((...)) or 900000

local Bus = {}
Bus.__index = Bus

function Bus.new()
  return setmetatable({ handlers = {}, fired = 0 }, Bus)
end

function Bus:on(name, handler)
  local list = self.handlers[name]
  if not list then
    list = {}
    self.handlers[name] = list
  end
  list[#list + 1] = handler
  return handler
end

function Bus:off(name, handler)
  local list = self.handlers[name]
  for i = 1, #list do
    if list[i] == handler then
      return table.remove(list, i)
    end
  end
end

function Bus:once(name, handler)
  local wrapper
  wrapper = self:on(name, function(...)
    self:off(name, wrapper)
    return handler(...)
  end)
end

function Bus:emit(name, ...)
  self.fired = self.fired + 1
  local list = self.handlers[name]
  if list then
    for i = #list, 1, -1 do
      list[i](...)
    end
  end
end

local Agenda = {}
Agenda.__index = Agenda

function Agenda.new()
  return setmetatable({ size = 0, items = {} }, Agenda)
end

function Agenda:add(time, event, payload)
  local items = self.items
  local at = self.size + 1
  self.size = at
  local entry = { time = time, event = event, payload = payload }
  while at > 1 do
    local parent = math.floor(at / 2)
    if items[parent].time <= time then
      break
    end
    items[at] = items[parent]
    at = parent
  end
  items[at] = entry
end

function Agenda:pop()
  local items, size = self.items, self.size
  if size == 0 then
    return nil
  end
  local top, last = items[1], items[size]
  items[size] = nil
  size = size - 1
  self.size = size
  if size > 0 then
    local at = 1
    while at * 2 <= size do
      local child = at * 2
      if child < size and items[child + 1].time < items[child].time then
        child = child + 1
      end
      if items[child].time >= last.time then
        break
      end
      items[at] = items[child]
      at = child
    end
    items[at] = last
  end
  return top
end

local seed = 3
local function random(n)
  seed = (seed * 25173 + 13849) % 65536
  return seed % n + 1
end

local bus, agenda = Bus.new(), Agenda.new()
local now = 0
local stats = { arrived = 0, served = 0, left = 0, waited = 0 }
local waiting, clerks = {}, 2

-- The fraction makes every time unique, so that the order is defined.
local serial = 0
local function later(delay, event, payload)
  serial = serial + 1
  agenda:add(now + delay + serial / 16777216, event, payload)
end

local function serveNext()
  if clerks > 0 and #waiting > 0 then
    clerks = clerks - 1
    local customer = table.remove(waiting, 1)
    stats.waited = stats.waited + math.floor(now - customer.since)
    later(random(9), "served", customer)
  end
end

bus:on("arrive", function(customer)
  stats.arrived = stats.arrived + 1
  customer.since = now
  if #waiting > 8 then
    bus:emit("leave", customer)
  else
    waiting[#waiting + 1] = customer
  end
  if stats.arrived < scale then
    later(random(4), "arrive", { id = stats.arrived })
  end
end)
bus:on("arrive", function(customer)
  if customer.id % 10 == 0 then
    bus:once("served", function(other)
      stats["bonus" .. other.id % 3] = (stats["bonus" .. other.id % 3] or 0) + 1
    end)
  end
end)
bus:on("arrive", serveNext)
bus:on("served", function()
  stats.served = stats.served + 1
  clerks = clerks + 1
  serveNext()
end)
bus:on("leave", function() stats.left = stats.left + 1 end)

later(1, "arrive", { id = 0 })
while true do
  local entry = agenda:pop()
  if not entry then
    break
  end
  now = entry.time
  bus:emit(entry.event, entry.payload)
end
print(string.format("events %d %d %d %d %d %d", stats.arrived, stats.served, stats.left, stats.waited,
  bus.fired, stats.bonus0 + stats.bonus1 * 2 + stats.bonus2 * 3))
