-- group: coroutine
-- about: a scheduler of light threads with sleeping, channels, a mutex and failing tasks
-- stresses: coroutines yielding requests as several values, ready queues, errors inside coroutines
-- quick: 1
local scale = tonumber((...)) or 850

local Scheduler = {}
Scheduler.__index = Scheduler

function Scheduler.new()
  return setmetatable({
    ready = {}, first = 1, last = 0, sleeping = {}, now = 0, live = 0, failures = {}, switches = 0,
  }, Scheduler)
end

function Scheduler:wake(thread, ...)
  self.last = self.last + 1
  self.ready[self.last] = { thread = thread, value = ... }
end

function Scheduler:spawn(body, ...)
  local arguments = { ... }
  local count = select("#", ...)
  local unpack = table.unpack or unpack
  self.live = self.live + 1
  self:wake(coroutine.create(function()
    return body(unpack(arguments, 1, count))
  end))
end

function Scheduler:handle(thread, request, a, b)
  if request == "sleep" then
    local due = self.now + a
    local list = self.sleeping[due]
    if list then
      list[#list + 1] = thread
    else
      self.sleeping[due] = { thread }
    end
  elseif request == "receive" then
    if a.first <= a.last then
      local value = a.items[a.first]
      a.items[a.first] = nil
      a.first = a.first + 1
      self:wake(thread, value)
    else
      a.receivers[#a.receivers + 1] = thread
    end
  elseif request == "send" then
    if #a.receivers > 0 then
      self:wake(table.remove(a.receivers, 1), b)
    else
      a.last = a.last + 1
      a.items[a.last] = b
    end
    self:wake(thread)
  elseif request == "yield" then
    self:wake(thread)
  end
end

function Scheduler:run()
  while self.live > 0 do
    while self.first <= self.last do
      local entry = self.ready[self.first]
      self.ready[self.first] = nil
      self.first = self.first + 1
      local thread = entry.thread
      self.switches = self.switches + 1
      local ok, request, a, b = coroutine.resume(thread, entry.value)
      if not ok then
        self.failures[#self.failures + 1] = request
        self.live = self.live - 1
      elseif coroutine.status(thread) == "dead" then
        self.live = self.live - 1
      else
        self:handle(thread, request, a, b)
      end
    end
    self.now = self.now + 1
    local due = self.sleeping[self.now]
    if due then
      self.sleeping[self.now] = nil
      for _, thread in ipairs(due) do
        self:wake(thread)
      end
    elseif next(self.sleeping) == nil then
      break
    end
  end
end

local function channel()
  return { items = {}, first = 1, last = 0, receivers = {} }
end

local function sleep(time) coroutine.yield("sleep", time) end
local function send(to, value) coroutine.yield("send", to, value) end
local function receive(from) return coroutine.yield("receive", from) end

local sum, switches, failures = 0, 0, 0
for round = 1, scale do
  local scheduler = Scheduler.new()
  local work, results = channel(), channel()

  for producer = 1, 5 do
    scheduler:spawn(function(id, count)
      for i = 1, count do
        send(work, id * 1000 + i)
        if i % 10 == 0 then
          sleep(id)
        end
      end
    end, producer, 100)
  end
  for _ = 1, 10 do
    scheduler:spawn(function()
      while true do
        local item = receive(work)
        if item == "stop" then
          return
        end
        if item % 97 == 0 then
          scheduler:spawn(function(n) error({ item = n }) end, item)
        end
        coroutine.yield("yield")
        send(results, item * 2 + round)
      end
    end)
  end
  scheduler:spawn(function()
    for _ = 1, 500 do
      sum = (sum + receive(results)) % 1000003
    end
    for _ = 1, 10 do
      send(work, "stop")
    end
  end)

  scheduler:run()
  switches = switches + scheduler.switches
  for _, failure in ipairs(scheduler.failures) do
    failures = failures + failure.item
  end
end
print(string.format("green_threads %d %d %d", sum, switches, failures))
