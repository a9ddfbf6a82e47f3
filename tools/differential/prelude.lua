-- The first lines of every generated program: what shows values without addresses or NaN signs, and
-- the record type whose metamethods the programs use. Text, because the programs are text.
return [[
local checksum = 0
local function show(v)
  if v ~= v then return 'nan' end
  local kind = type(v)
  if kind == 'number' or kind == 'boolean' or kind == 'nil' then return tostring(v) end
  if kind ~= 'string' then return kind end
  -- the line of a division by zero is wrong in Lua 5.4.4 (later releases have it right)
  v = v:gsub(":%d+(: attempt to perform 'n%%0')", ':?%1'):gsub(':%d+(: attempt to divide by zero)', ':?%1')
  v = v:gsub("field 'integer index'", "field '?'") -- what Lua 5.4.4 calls an element
  return (v:gsub('%-nan', 'nan'))
end
local function out(...)
  local parts = table.pack(...)
  for i = 1, parts.n do parts[i] = show(parts[i]) end
  local line = table.concat(parts, ' ')
  for i = 1, #line do checksum = (checksum * 31 + line:byte(i)) & 0xffffffff end
  print((line:gsub('[^\32-\126]', function(c) return ('\\%d'):format(c:byte()) end)))
end
local function try(label, f, ...) out(label, pcall(f, ...)) end
-- Stores into a list without making holes, which would leave its length undetermined.
local function put(a, i, v) local n = #a if v == nil then a[n] = nil else a[i % (n + 1) + 1] = v end end
local function short(s) return #s > 60 and s:sub(1, 30) or s end
local function clean(x) return x == x and x < 1e15 and x > -1e15 and x or 0 end
local function dense(a) local c = {} for i, v in ipairs(a) do c[i] = v end return c end
-- Nothing shows which elements table.sort compares, or how it orders what is equal and looks different.
local function sort(a, before)
  local seen = {}
  for _, v in ipairs(a) do
    if v ~= v or seen[v] and seen[v] ~= show(v) then return end
    seen[v] = show(v)
  end
  if not pcall(table.sort, a, before) then
    for i = #a, 1, -1 do a[i] = nil end
    error('not sorted', 0)
  end
end
local function sorted(a) local c = {} for i, v in ipairs(a) do c[i] = v end sort(c) return c end
local function keys(t) local c = {} for k in pairs(t) do c[#c + 1] = show(k) end table.sort(c) return c end
local function int(x) return math.type(x) == 'integer' and x or math.type(x) == 'float' and math.tointeger(clean(x) // 1) or 3 end
local function same(x) return x end
-- The caller's variables; a line of each frame down to the first C function; the caller's variable `name` changed.
local function spy()
  local parts = {}
  for i = 1, 60 do
    local name, value = debug.getlocal(2, i)
    if name == nil then break end
    if name:sub(1, 1) ~= '(' then parts[#parts + 1] = name .. '=' .. show(value) end
  end
  out('variables', table.concat(parts, ' '))
end
local function where()
  local lines, level = {}, 2
  while true do
    local info = debug.getinfo(level, 'Sl')
    if info == nil or info.what == 'C' then break end
    lines[#lines + 1], level = info.currentline, level + 1
  end
  out('where', table.concat(lines, ' '))
end
local function poke(name, value)
  local found
  for i = 1, 60 do
    local variable = debug.getlocal(2, i)
    if variable == nil then break end
    if variable == name then found = i end
  end
  if found then debug.setlocal(2, found, value) end
end
local Record = {}
Record.__index = Record
local function record(x, y, s) return setmetatable({x = x, y = y, s = s}, Record) end
function Record:sum(k) return self.x + self.y * (k or 1) end
function Record.add(a, b) return a.x - (b or 0) end
Record.__add = function(a, b) return record(a.x + b.x, a.y + b.y, a.s) end
Record.__sub = function(a, b) return record(a.x - b.x, a.y - b.y, b.s) end
Record.__mul = function(a, b) return record(a.x * b, a.y, a.s) end
Record.__concat = function(a, b) return record(1, 2, short(show(a.s) .. show(b.s))) end
Record.__unm = function(a) return record(-a.x, -a.y, a.s) end
Record.__eq = function(a, b) return a.x == b.x end
Record.__lt = function(a, b) return a.x < b.x end
Record.__le = function(a, b) return a.x <= b.x end
Record.__call = function(a, k) return a.x + k end
Record.__close = function(a, e) out('closing', a.x, e) end
]]
