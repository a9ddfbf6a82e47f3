-- luv: an event loop with timers, a TCP echo and a thread of the operating system with a Lua state of its own.
local uv = require "luv"
local log = {}
local function note(...) log[#log + 1] = table.concat({ ... }, " ") end

local timer = uv.new_timer()
local ticks = 0
timer:start(1, 1, function()
  ticks = ticks + 1
  if ticks == 5 then
    timer:stop()
    timer:close()
    note("timer", ticks)
  end
end)

local server = uv.new_tcp()
server:bind("127.0.0.1", 0)
server:listen(16, function(problem)
  assert(not problem, problem)
  local client = uv.new_tcp()
  server:accept(client)
  client:read_start(function(_, chunk)
    if chunk then
      client:write("echo " .. chunk)
    else
      client:close()
      server:close()
    end
  end)
end)
local client = uv.new_tcp()
local received = 0
client:connect("127.0.0.1", server:getsockname().port, function(problem)
  assert(not problem, problem)
  client:write("0")
  client:read_start(function(_, chunk)
    received = received + 1
    if received == 100 then
      note("client", received, chunk)
      client:shutdown(function() client:close() end)
    else
      client:write(tostring(received))
    end
  end)
end)
uv.run()
table.sort(log)
print(table.concat(log, "; "))

local thread = uv.new_thread(function(n)
  local sum = 0
  for i = 1, n do sum = sum + i end
  assert(sum == n * (n + 1) // 2)
end, 100000)
print(uv.thread_join(thread))
local results = {}
local job = uv.new_work(function(n) return n * 2 end, function(result) results[#results + 1] = result end)
for i = 1, 5 do job:queue(i) end
uv.run()
table.sort(results)
print(table.concat(results, " "))
print(pcall(uv.new_timer().start, "not a timer"))
print(uv.fs_stat("/nonexistent"))
local co = coroutine.wrap(function()
  local running = coroutine.running()
  local t = uv.new_timer()
  t:start(2, 0, function() t:close() coroutine.resume(running, "woken") end)
  print(coroutine.yield())
end)
co()
uv.run()
