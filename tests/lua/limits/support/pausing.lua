-- Programs that are paused in all places and have to do the same as if they were not.
local t = require "harness"
local limits = require "limits"

local M = {}
local everything = 1 << 50

-- Runs `program(out, visit)` with `first` ticks and then `rest` at a time. `out` logs values; `visit` is to be
-- called by functions in which the program must be pausable. Returns all that was put out, the number of
-- pauses, and how many visits there were and had pauses.
local function run(program, first, rest)
  local log = {}
  local co = coroutine.create(program)
  local function out(...)
    local values = table.pack(...)
    for i = 1, values.n do values[i] = tostring(values[i]) end
    log[#log + 1] = table.concat(values, " ")
  end
  local visits, visiting, paused_in = 0, 0, {}
  local function visit()
    visits = visits + 1
    local outer = visiting
    visiting = visits
    for _ = 1, 2 do end
    visiting = outer
  end
  local pauses, budget = 0, first
  local started
  while true do
    local result
    if started then
      result = table.pack(limits.resume(co, budget))
    else
      started = true
      result = table.pack(limits.resume(co, budget, out, visit))
    end
    if result[1] ~= "paused" then
      local paused_visits = 0
      for _ in pairs(paused_in) do paused_visits = paused_visits + 1 end
      return table.concat(log, ";") .. "|" .. result[1] .. " " .. tostring(result[2]), pauses, visits, paused_visits
    end
    if visiting > 0 then paused_in[visiting] = true end
    pauses = pauses + 1
    budget = rest
  end
end

-- Like `whole` also with a pause in front of every block, and at some distances?
local function sameInSteps(program, whole, total)
  for _, step in ipairs { 0, 1, 7, 50 } do
    local got, pauses, visits, paused_visits = run(program, step, step)
    if got ~= whole then t.eq(got, whole) end
    if total > 60 then t.ok(pauses > 0, "pauses") end
    if step == 0 then t.eq(paused_visits, visits) end
  end
end

-- The program does the same however it is paused.
function M.same(name, program)
  t.test(name, function()
    local whole, none = run(program, everything, everything)
    t.eq(none, 0)
    t.ok(whole:find("|done", 1, true), whole)
    local total = 0
    -- One pause, in front of each block in turn, until none is left.
    repeat
      local got, pauses = run(program, total, everything)
      if got ~= whole then t.eq(got, whole) break end
      total = total + 1
    until pauses == 0 or total > 20000
    t.ok(total > 1, "ticks")
    sameInSteps(program, whole, total)
  end)
end

-- The same for programs that take too long for that.
function M.sameInSteps(name, program)
  t.test(name, function()
    local before = limits.ticks() or 0
    local whole = run(program, everything, everything)
    t.ok(whole:find("|done", 1, true), whole)
    sameInSteps(program, whole, limits.ticks() - before)
  end)
end

return M
