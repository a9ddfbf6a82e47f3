-- group: object
-- about: an operating-system kernel in miniature: tasks, devices, packets and priorities
-- stresses: small records in linked queues, method calls through task handlers, many states
-- quick: 20
local scale = tonumber((...)) or 750

local Queue = {}
Queue.__index = Queue

function Queue.new()
  return setmetatable({ head = nil, tail = nil, length = 0 }, Queue)
end

function Queue:put(packet)
  packet.next = nil
  if self.tail then
    self.tail.next = packet
  else
    self.head = packet
  end
  self.tail = packet
  self.length = self.length + 1
end

function Queue:take()
  local packet = self.head
  if not packet then
    return nil
  end
  self.head = packet.next
  if not self.head then
    self.tail = nil
  end
  packet.next = nil
  self.length = self.length - 1
  return packet
end

local Kernel = {}
Kernel.__index = Kernel

function Kernel.new()
  return setmetatable({ tasks = {}, ready = {}, clock = 0, dispatches = 0, holds = 0 }, Kernel)
end

function Kernel:add(task)
  task.kernel = self
  self.tasks[task.name] = task
  -- tasks are kept from the highest priority to the lowest
  local at = #self.ready + 1
  while at > 1 and self.ready[at - 1].priority < task.priority do
    at = at - 1
  end
  table.insert(self.ready, at, task)
end

function Kernel:post(name, packet)
  local task = self.tasks[name]
  task.inbox:put(packet)
  if task.waiting then
    task.waiting = false
  end
end

function Kernel:next()
  for _, task in ipairs(self.ready) do
    if not task.held and not task.waiting and not task.finished then
      return task
    end
  end
end

function Kernel:run(limit)
  while self.clock < limit do
    self.clock = self.clock + 1
    local task = self:next()
    if not task then
      break
    end
    self.dispatches = self.dispatches + 1
    task:step(task.inbox:take())
  end
end

local Task = {}
Task.__index = Task

local function class(parent)
  local c = {}
  c.__index = c
  return setmetatable(c, { __index = parent })
end

function Task.init(self, name, priority)
  self.name, self.priority = name, priority
  self.inbox = Queue.new()
  self.held, self.waiting, self.finished = false, false, false
  return self
end

function Task:wait()
  self.waiting = true
end

function Task:hold()
  self.held = true
  self.kernel.holds = self.kernel.holds + 1
end

function Task:release(name)
  self.kernel.tasks[name].held = false
end

-- Runs whenever nobody else wants to, and wakes the devices in a fixed irregular rhythm.
local Idle = class(Task)

function Idle.new(rounds)
  local self = setmetatable({}, Idle)
  self.rounds, self.control = rounds, 1
  return Task.init(self, "idle", 0)
end

function Idle:step()
  self.rounds = self.rounds - 1
  if self.rounds == 0 then
    self.finished = true
    return
  end
  if self.control % 2 == 0 then
    self.control = self.control / 2
    self:release("disk")
  else
    self.control = (self.control * 7 + 13) % 65536
    self:release("network")
  end
end

-- Produces work packets for the two handlers in turn, and waits for them to come back.
local Worker = class(Task)

function Worker.new()
  local self = setmetatable({}, Worker)
  self.target, self.letter, self.produced = "left", 0, 0
  return Task.init(self, "worker", 1000)
end

function Worker:step(packet)
  if not packet then
    return self:wait()
  end
  self.target = self.target == "left" and "right" or "left"
  for i = 1, 4 do
    self.letter = self.letter % 26 + 1
    packet.data[i] = self.letter
  end
  packet.kind, packet.position = "work", 1
  self.produced = self.produced + 1
  self.kernel:post(self.target, packet)
end

-- Splits a work packet into letters, one device packet for each.
local Handler = class(Task)

function Handler.new(name, priority, device)
  local self = setmetatable({}, Handler)
  self.device, self.work, self.spare = device, Queue.new(), Queue.new()
  self.sent = 0
  return Task.init(self, name, priority)
end

function Handler:step(packet)
  if packet then
    if packet.kind == "work" then
      self.work:put(packet)
    else
      self.spare:put(packet)
    end
  end
  local work = self.work.head
  if not work then
    return self:wait()
  end
  if work.position > 4 then
    self.work:take()
    self.kernel:post("worker", work)
    return
  end
  local carrier = self.spare:take()
  if not carrier then
    return self:wait()
  end
  carrier.kind, carrier.sender, carrier.letter = "device", self.name, work.data[work.position]
  work.position = work.position + 1
  self.sent = self.sent + 1
  self.kernel:post(self.device, carrier)
end

-- Takes a packet, is held until an interrupt, then gives the packet back.
local Device = class(Task)

function Device.new(name, priority)
  local self = setmetatable({}, Device)
  self.busy, self.digest = nil, 0
  return Task.init(self, name, priority)
end

function Device:step(packet)
  if self.busy then
    local done = self.busy
    self.busy = nil
    self.kernel:post(done.sender, done)
    if packet then
      self.inbox:put(packet)
    end
  elseif packet then
    self.busy = packet
    self.digest = (self.digest * 31 + packet.letter) % 1000003
    self:hold()
  else
    self:wait()
  end
end

local dispatches, holds, digest = 0, 0, 0
for round = 1, scale do
  local kernel = Kernel.new()
  local worker = Worker.new()
  local disk, network = Device.new("disk", 4000), Device.new("network", 5000)
  local left, right = Handler.new("left", 2000, "disk"), Handler.new("right", 3000, "network")
  for _, task in ipairs({ Idle.new(1500), worker, left, right, disk, network }) do
    kernel:add(task)
  end
  for _ = 1, 3 + round % 4 do
    kernel:post("worker", { data = {} })
  end
  for _ = 1, 3 do
    kernel:post("left", { kind = "device", data = {} })
    kernel:post("right", { kind = "device", data = {} })
  end
  kernel:run(100000)
  dispatches, holds = dispatches + kernel.dispatches, holds + kernel.holds
  digest = (digest + disk.digest + network.digest + worker.produced + left.sent) % 1000003
end
print(string.format("scheduler %d %d %d", dispatches, holds, digest))
