-- Transcripts: library tests written as code followed by a line `--> what it gives`.
--
--   local transcript = dofile 'libraries/support/transcript.lua'
--   transcript('string.rep', [==[
--   string.rep('ab', 3)
--   --> "ababab"
--   string.rep()
--   --> error: t:1: bad argument #1 to 'rep' (string expected, got no value)
--   ]==])
--
-- A case is an expression list or, when that does not compile, a list of statements; lines after
-- the first are indented. The cases of one block share their global variables, so that an earlier
-- one can prepare a later one. Each case counts as one test. All results are shown, integers and
-- floats apart, strings quoted with everything outside printable ASCII escaped, tables in depth
-- with their keys sorted. Errors carry the position `t:LINE:` because every case is a chunk `t`.
--
-- What differs between versions of Lua has a line for each: `--5.3> …`, `--5.4> …`.
--
-- The expected lines are literals; record.lua (next to this file) writes them down from the Lua
-- that runs it, which is how they were observed.

local render = {}

local function quote(text)
  return (text:gsub('[^\x20-\x7e]', function(c)
    if c == '\n' then return '\\n' end
    return ('\\%03d'):format(c:byte())
  end))
end

local function renderFloat(value)
  if value ~= value then return 'nan' end
  if value == math.huge then return 'inf' end
  if value == -math.huge then return '-inf' end
  for digits = 14, 17 do
    local text = ('%.' .. digits .. 'g'):format(value)
    if tonumber(text) == value then
      if not text:find('[.e]') then text = text .. '.0' end
      return text
    end
  end
end

-- Numbers first in their order, then everything else by how it is shown.
local function keyOrder(a, b)
  local number_a, number_b = math.type(a.key), math.type(b.key)
  if number_a and number_b then return a.key < b.key end
  if number_a or number_b then return number_a ~= nil end
  return a.shown < b.shown
end

function render.table(value, depth)
  if depth > 4 then return '{...}' end
  local parts, listed = {}, {}
  for i = 1, rawlen(value) do
    if rawget(value, i) == nil then break end
    parts[i] = render.any(rawget(value, i), depth + 1)
    listed[i] = true
  end
  local rest = {}
  for key, item in next, value do
    if not listed[key] then
      local shown = type(key) == 'string' and key:find('^[%a_][%w_]*$') and key
        or '[' .. render.any(key, depth + 1) .. ']'
      rest[#rest + 1] = {key = key, shown = shown, item = item}
    end
  end
  table.sort(rest, keyOrder)
  for _, entry in ipairs(rest) do
    parts[#parts + 1] = entry.shown .. ' = ' .. render.any(entry.item, depth + 1)
  end
  return '{' .. table.concat(parts, ', ') .. '}'
end

function render.any(value, depth)
  local kind = type(value)
  if kind == 'string' then return '"' .. quote((value:gsub('[\\"]', '\\%0'))) .. '"' end
  if kind == 'number' then
    return math.type(value) == 'integer' and ('%d'):format(value) or renderFloat(value)
  end
  if value == _G then return '_G' end
  if kind == 'table' then return render.table(value, depth) end
  if kind == 'nil' or kind == 'boolean' then return tostring(value) end
  return kind
end

local function renderAll(results)
  if results.n == 0 then return '(nothing)' end
  local shown = {}
  for i = 1, results.n do shown[i] = render.any(results[i], 1) end
  return table.concat(shown, ', ')
end

-- Runs one case and returns how its outcome is written.
local function outcome(code, environment)
  local chunk, message = load('return ' .. code, '=t', 't', environment)
  if not chunk then chunk, message = load(code, '=t', 't', environment) end
  if not chunk then return 'does not compile: ' .. quote(message) end
  local results = table.pack(pcall(chunk))
  if results[1] then
    return renderAll(table.pack(table.unpack(results, 2, results.n)))
  end
  if type(results[2]) == 'string' then return 'error: ' .. quote(results[2]) end
  return 'error object: ' .. render.any(results[2], 1)
end

local function newEnvironment()
  return setmetatable({}, {__index = _G})
end

local transcript = {outcome = outcome, newEnvironment = newEnvironment}

local VERSION = _VERSION:match('%d.%d')

-- The version ('' for all) and the text of an expected line; nil for others.
function transcript.expectation(line)
  return line:match('^%-%-([%d.]*)>%s?(.*)$')
end

local function run(_, name, text)
  local t = require 'harness'
  local environment = newEnvironment()
  local pending, complete, judged = {}, false, false
  for line in text:gmatch('[^\n]+') do
    local version, expected = transcript.expectation(line)
    if version then
      complete = true
      if version == '' or version == VERSION then
        local code = table.concat(pending, '\n')
        t.test(name .. ': ' .. code, function() t.eq(outcome(code, environment), expected) end)
        judged = true
      end
    else
      if complete then
        assert(judged, 'a case without an expected line for this version in ' .. name)
        pending, complete, judged = {}, false, false
      end
      pending[#pending + 1] = line
    end
  end
  assert(judged, 'a case without its expected line at the end of ' .. name)
end

return setmetatable(transcript, {__call = run})
