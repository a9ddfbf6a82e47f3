-- group: call
-- about: a register machine whose instructions are functions in a table, running three programs
-- stresses: calls through a table of functions, a long if-chain, string keys against integer keys
-- quick: 1
local scale = tonumber((...)) or 500

local handlers = {}

function handlers.load(machine, a, b)
  machine.registers[a] = b
end

function handlers.move(machine, a, b)
  machine.registers[a] = machine.registers[b]
end

function handlers.add(machine, a, b, c)
  local r = machine.registers
  r[a] = (r[b] + r[c]) % 16777216
end

function handlers.sub(machine, a, b, c)
  local r = machine.registers
  r[a] = r[b] - r[c]
end

function handlers.mul(machine, a, b, c)
  local r = machine.registers
  r[a] = r[b] * r[c] % 16777216
end

function handlers.jump(machine, a)
  machine.pc = a
end

function handlers.loop(machine, a, target)
  local r = machine.registers
  r[a] = r[a] - 1
  if r[a] > 0 then
    machine.pc = target
  end
end

function handlers.store(machine, a, b)
  machine.memory[machine.registers[a] % 64 + 1] = machine.registers[b]
end

function handlers.fetch(machine, a, b)
  machine.registers[a] = machine.memory[machine.registers[b] % 64 + 1]
end

function handlers.halt(machine)
  machine.running = false
end

local function newMachine()
  local machine = { pc = 1, running = true, registers = {}, memory = {}, steps = 0 }
  for i = 1, 8 do machine.registers[i] = 0 end
  for i = 1, 64 do machine.memory[i] = i end
  return machine
end

local function run(machine, program)
  while machine.running do
    local instruction = program[machine.pc]
    machine.pc = machine.pc + 1
    machine.steps = machine.steps + 1
    handlers[instruction[1]](machine, instruction[2], instruction[3], instruction[4])
  end
  return machine
end

-- The same machine again, its operations told apart by a chain of tests.
local function runChain(machine, program)
  local r, memory, pc, steps = machine.registers, machine.memory, 1, 0
  while true do
    local instruction = program[pc]
    local op, a, b, c = instruction[1], instruction[2], instruction[3], instruction[4]
    pc, steps = pc + 1, steps + 1
    if op == "add" then
      r[a] = (r[b] + r[c]) % 16777216
    elseif op == "mul" then
      r[a] = r[b] * r[c] % 16777216
    elseif op == "sub" then
      r[a] = r[b] - r[c]
    elseif op == "loop" then
      r[a] = r[a] - 1
      if r[a] > 0 then pc = b end
    elseif op == "store" then
      memory[r[a] % 64 + 1] = r[b]
    elseif op == "fetch" then
      r[a] = memory[r[b] % 64 + 1]
    elseif op == "move" then
      r[a] = r[b]
    elseif op == "load" then
      r[a] = b
    elseif op == "jump" then
      pc = a
    else
      machine.steps = steps
      return machine
    end
  end
end

local fibonacci = {
  { "load", 1, 0 }, { "load", 2, 1 }, { "load", 3, 2000 },
  { "add", 4, 1, 2 }, { "move", 1, 2 }, { "move", 2, 4 }, { "loop", 3, 4 }, { "halt" },
}
local power = {
  { "load", 1, 1 }, { "load", 2, 1103 }, { "load", 3, 2500 },
  { "mul", 1, 1, 2 }, { "loop", 3, 4 }, { "halt" },
}
local shuffle = {
  { "load", 1, 17 }, { "load", 2, 29 }, { "load", 3, 1500 },
  { "fetch", 4, 1 }, { "add", 4, 4, 3 }, { "store", 2, 4 }, { "add", 1, 1, 2 }, { "sub", 2, 2, 1 },
  { "mul", 2, 2, 2 }, { "jump", 11 }, { "loop", 3, 4 }, { "halt" },
}

local steps, digest = 0, 0
for _ = 1, scale do
  for _, program in ipairs({ fibonacci, power, shuffle }) do
    for _, executor in ipairs({ run, runChain }) do
      local machine = executor(newMachine(), program)
      steps = steps + machine.steps
      for i = 1, 8 do
        digest = (digest * 3 + machine.registers[i]) % 1000003
      end
    end
  end
end
print(string.format("dispatch %d %d", steps, digest))
