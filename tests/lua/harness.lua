-- A tiny test framework. It leans on as little as possible (pcall, string
-- functions, io.stderr), so that it still reports when most of a Lua
-- implementation is broken. Each check is counted on its own; a failed check
-- is reported and the test goes on.

local M = {}

local passed, failed = 0, 0
local current = "top level"

local type, tostring, rawequal, rawget, next, pcall, select =
  type, tostring, rawequal, rawget, next, pcall, select
local format, gsub, find, sub = string.format, string.gsub, string.find, string.sub
local math_type = math.type or function() return nil end
local getinfo = debug and debug.getinfo

-- Where versions of Lua differ.
M.lua53 = _VERSION == "Lua 5.3"

-- What Lua 5.3 gives, and what later versions give.
function M.either(in53, later)
  if M.lua53 then return in53 end
  return later
end

-- "file:line" of the nearest caller outside this file.
local function position()
  if not getinfo then return "?" end
  for level = 2, 12 do
    local ok, info = pcall(getinfo, level, "Sl")
    if not ok or not info then break end
    local source = info.short_src or "?"
    if info.currentline and info.currentline > 0 and not find(source, "harness.lua", 1, true) then
      return source .. ":" .. tostring(info.currentline)
    end
  end
  return "?"
end

local function show(v)
  if type(v) == "string" then
    return '"' .. gsub(gsub(v, "\\", "\\\\"), "[%c\"\128-\255]", function(c)
      if c == "\n" then return "\\n" end
      if c == "\t" then return "\\t" end
      if c == '"' then return '\\"' end
      return format("\\%03d", string.byte(c))
    end) .. '"'
  elseif math_type(v) == "float" then
    return format("%.17g (float)", v)
  elseif type(v) == "number" or type(v) == "boolean" or v == nil then
    return tostring(v)
  end
  return "a " .. type(v)
end

local function pass()
  passed = passed + 1
  return true
end

local function fail(msg, got, want)
  failed = failed + 1
  io.stderr:write(position(), ": [", current, "] ", msg and tostring(msg) .. ": " or "",
    "\n    got  ", got, "\n    want ", want, "\n")
  return false
end

-- Same value, raw: 1 is not 1.0, NaN is NaN, 0.0 is not -0.0.
local function identical(a, b)
  if math_type(a) ~= math_type(b) then return false end
  if math_type(a) == "float" then
    if a ~= a then return b ~= b end
    if a == 0.0 and b == 0.0 then return 1 / a == 1 / b end
  end
  return rawequal(a, b)
end

local function deep(a, b, depth)
  if identical(a, b) then return true end
  if type(a) ~= "table" or type(b) ~= "table" or depth > 50 then return false end
  for k, v in next, a do
    if not deep(v, rawget(b, k), depth + 1) then return false end
  end
  for k in next, b do
    if rawget(a, k) == nil then return false end
  end
  return true
end

local function showTable(v, depth)
  if type(v) ~= "table" then return show(v) end
  if depth > 3 then return "{...}" end
  local out = {}
  for k, x in next, v do
    if #out == 24 then
      out[#out + 1] = "..."
      break
    end
    out[#out + 1] = "[" .. show(k) .. "]=" .. showTable(x, depth + 1)
  end
  return "{" .. table.concat(out, ", ") .. "}"
end

local function showPacked(p)
  local out = {}
  for i = 1, p.n do out[i] = show(p[i]) end
  return "(" .. table.concat(out, ", ") .. ")"
end

-- A group of checks; an error that leaves fn is one failure.
function M.test(name, fn)
  current = name
  local ok, err = pcall(fn)
  if not ok then fail("the test raised an error", show(err), "no error") end
  current = "top level"
end

function M.eq(got, want, msg)
  if identical(got, want) then return pass() end
  return fail(msg, show(got), show(want))
end

function M.neq(got, unwanted, msg)
  if not identical(got, unwanted) then return pass() end
  return fail(msg, show(got), "anything else")
end

function M.ok(v, msg)
  if v then return pass() end
  return fail(msg, show(v), "a true value")
end

-- Within a relative (and, near zero, absolute) tolerance.
function M.near(got, want, tolerance, msg)
  tolerance = tolerance or 1e-12
  if type(got) == "number" then
    local size = want < 0 and -want or want
    if size < 1 then size = 1 end
    local d = got - want
    if d < 0 then d = -d end
    if d <= tolerance * size then return pass() end
  end
  return fail(msg, show(got), show(want))
end

-- Deep, raw equality of tables.
function M.same(got, want, msg)
  if deep(got, want, 0) then return pass() end
  return fail(msg, showTable(got, 0), showTable(want, 0))
end

-- t.values(table.pack(f()), a, nil, b): the exact list of values, nils included.
function M.values(packed, ...)
  local n = select("#", ...)
  local same = packed.n == n
  local want = { n = n, ... }
  for i = 1, n do
    if not identical(packed[i], want[i]) then same = false end
  end
  if same then return pass() end
  return fail(nil, showPacked(packed), showPacked(want))
end

-- fn must raise. `expected` is compared exactly; a leading "path.lua:line: "
-- of a message is first replaced by "@ ". A table { match = pattern } asks for
-- a pattern instead. More arguments are passed on to fn.
function M.raises(fn, expected, ...)
  local ok, err = pcall(fn, ...)
  if ok then return fail(nil, "no error", show(expected)) end
  if type(err) == "string" then err = gsub(err, "^[%w_%-%./]+%.lua:%d+: ", "@ ") end
  if type(expected) == "table" and rawget(expected, "match") and type(err) == "string" then
    if find(err, expected.match) then return pass() end
    return fail(nil, show(err), "match of " .. show(expected.match))
  end
  if identical(err, expected) then return pass() end
  return fail(nil, show(err), show(expected))
end

-- A fresh copy of the globals, so that chunks do not see each other's.
local function environment()
  local env = {}
  for k, v in next, _G do env[k] = v end
  env._G = env
  return env
end

-- The chunk `code`, named "t", must fail (when compiled or when run) with
-- exactly this message, position included.
function M.fails(code, expected)
  local fn, err = load(code, "=t", "t", environment())
  if fn then
    local ok
    ok, err = pcall(fn)
    if ok then return fail(code, "no error", show(expected)) end
  end
  if identical(err, expected) then return pass() end
  return fail(code, show(err), show(expected))
end

-- The results of running the chunk `code`, named "t", as the body of a coroutine of
-- its own: its stack has nothing of this file or of the test on it, and hooks
-- that it sets end with it.
function M.run(code)
  local fn, err = load(code, "=t", "t", environment())
  if not fn then error(err, 2) end
  local function results(ok, ...)
    if not ok then error((...), 0) end
    return ...
  end
  return results(coroutine.resume(coroutine.create(fn)))
end

local function evaluate(code)
  local fn, err = load(code, "=t")
  if not fn then return false, err end
  return pcall(fn)
end

-- `a op b` in four forms (both constant, both variable, one of each), since
-- constants usually have instructions of their own; a, b: source text. Four checks.
function M.binary(a, op, b, want)
  local forms = {
    "return (" .. a .. ") " .. op .. " (" .. b .. ")",
    "local a, b = " .. a .. ", " .. b .. " return a " .. op .. " b",
    "local a = " .. a .. " return a " .. op .. " (" .. b .. ")",
    "local b = " .. b .. " return (" .. a .. ") " .. op .. " b",
  }
  for i = 1, 4 do
    local ok, got = evaluate(forms[i])
    if ok and identical(got, want) then
      pass()
    else
      fail(forms[i], show(got), show(want))
    end
  end
end

-- A comparison as a value and as a condition, in the same four forms. Eight checks.
function M.compare(a, op, b, want)
  M.binary(a, op, b, want)
  local text = "return 'yes' else return 'no' end"
  local forms = {
    "if (" .. a .. ") " .. op .. " (" .. b .. ") then ",
    "local a, b = " .. a .. ", " .. b .. " if a " .. op .. " b then ",
    "local a = " .. a .. " if a " .. op .. " (" .. b .. ") then ",
    "local b = " .. b .. " if (" .. a .. ") " .. op .. " b then ",
  }
  for i = 1, 4 do
    local ok, got = evaluate(forms[i] .. text)
    if ok and got == (want and "yes" or "no") then
      pass()
    else
      fail(forms[i], show(got), want and "yes" or "no")
    end
  end
end

-- Prints the total line and ends the process with failure if any check failed.
function M.finish()
  io.stdout:write(passed, " passed, ", failed, " failed\n")
  io.stdout:flush()
  if failed > 0 then os.exit(1) end
end

return M
