-- Programs with variables to be closed, and coroutines that are, when ticks are spent.
local t = require "harness"
local has_limits, limits = pcall(require, "limits")
if not has_limits then return t.finish() end -- stock Lua

local same = require "limits.support.pausing".same

same("variables to be closed", function(out)
  local function closer(name)
    return setmetatable({}, { __close = function(_, e) out("close", name, e and "error" or "nil") end })
  end
  local function f(fail)
    local a <close> = closer("a")
    do local b <close> = closer("b") end
    for i = 1, 2 do
      local c <close> = closer("c" .. i)
      if fail and i == 2 then error("x", 0) end
    end
    return "end"
  end
  out(f())
  out(pcall(f, true))
  for k in next, { 1 }, nil, closer("loop") do out(k) end
end)

same("variables to be closed around library functions", function(out, visit)
  local function closer(name)
    return setmetatable({}, { __close = function(_, e) visit() out("close", name, e and "error") end })
  end
  out(pcall(function()
    local a <close> = closer("a")
    table.sort({ 2, 1 }, function()
      local b <close> = closer("b")
      visit()
      error("x", 0)
    end)
  end))
  table.sort({ 2, 1 }, function(x, y)
    local c <close> = closer("c")
    visit()
    return x < y
  end)
end)

same("coroutines that are closed", function(out)
  out(coroutine.close(coroutine.create(print)))
end)

t.test("where a program cannot be paused it is stopped, whatever it catches", function()
  local log = {}
  local co = coroutine.create(function()
    local closes <close> = setmetatable({}, { __close = function() log[#log + 1] = "closed" end })
    local ok = pcall(load, function() -- no continuation leads back into load
      local inner <close> = setmetatable({}, { __close = function() log[#log + 1] = "inner" end })
      pcall(function() while true do end end)
      log[#log + 1] = "caught"
    end)
    log[#log + 1] = "went on"
  end)
  t.values(table.pack(limits.resume(co, 1000)), "failed", "not enough ticks")
  t.values(table.pack(coroutine.close(co)), false, "not enough ticks")
  t.eq(table.concat(log, " "), "inner closed")
  t.eq(coroutine.status(co), "dead")
end)

-- None of these may go on for ever.
local function stopped(name, body)
  t.test("stopped: " .. name, function()
    local co = coroutine.create(function() load(body) return "went on" end) -- a reader cannot be paused
    local status, message = limits.resume(co, 1000)
    t.values(table.pack(status, message), "failed", "not enough ticks")
    coroutine.close(co)
  end)
end

stopped("pcall in a loop, with __close metamethods that fail", function()
  while true do
    pcall(function()
      local x <close> = setmetatable({}, { __close = function() error("other", 0) end })
      while true do end
    end)
  end
end)

stopped("__close metamethods that open variables", function()
  local f
  f = function()
    local x <close> = setmetatable({}, { __close = f })
    while true do end
  end
  f()
end)

stopped("coroutines that are closed", function()
  while true do
    local co = coroutine.create(function()
      local x <close> = setmetatable({}, { __close = function() while true do end end })
      coroutine.yield()
    end)
    coroutine.resume(co)
    pcall(coroutine.close, co)
  end
end)

t.test("a paused program can be ended", function()
  local log = {}
  local co = coroutine.create(function()
    local x <close> = setmetatable({}, { __close = function() log[#log + 1] = "closed" end })
    while true do end
  end)
  t.eq(limits.resume(co, 100), "paused")
  t.values(table.pack(coroutine.close(co)), true)
  t.eq(log[1], "closed")
  t.eq(coroutine.status(co), "dead")
end)

t.finish()
