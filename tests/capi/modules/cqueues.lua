-- cqueues: coroutines that wait for time, conditions and sockets; functions with continuations in C.
local cqueues = require "cqueues"
local condition = require "cqueues.condition"
local socket = require "cqueues.socket"
local loop = cqueues.new()
local log = {}
local ready = condition.new()
loop:wrap(function()
  for i = 1, 3 do
    cqueues.sleep(0.002)
    log[#log + 1] = "slept " .. i
  end
  ready:signal()
end)
loop:wrap(function()
  ready:wait()
  log[#log + 1] = "signalled"
end)
loop:wrap(function()
  local a, b = socket.pair()
  local inner = cqueues.running()
  inner:wrap(function()
    for line in b:lines() do b:write("got ", line, "\n") end
    b:close()
  end)
  for i = 1, 20 do
    a:write("line ", i, "\n")
    a:flush()
    local answer = a:read("*l")
    if i == 20 then log[#log + 1] = answer end
  end
  a:close()
end)
local failing = cqueues.new()
failing:wrap(function() cqueues.sleep(0) error("in a coroutine", 0) end)
print(loop:loop())
print(select("#", failing:loop()), (select(2, failing:loop())))
table.sort(log)
print(table.concat(log, "; "))
print(cqueues.type(loop), cqueues.type(1))
local results = {}
local nested = cqueues.new()
nested:wrap(function()
  local ok, message = pcall(function()
    cqueues.sleep(0.001)
    error({ code = 7 })
  end)
  results[1] = ok
  results[2] = message.code
end)
assert(nested:loop())
print(results[1], results[2])
