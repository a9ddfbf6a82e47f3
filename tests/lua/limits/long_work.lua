-- Instructions whose work has no bound cost ticks for it, the same in every mode (tests/ticks compares them).
local t = require "harness"
local limits = require "limits"

local function spent(f, ...)
  local co = coroutine.create(f)
  local before = limits.ticks() or 0
  t.eq((limits.resume(co, 100000000, ...)), "done")
  return limits.ticks() - before
end

local list = {}
for i = 1, 10000 do list[i] = i end

t.test("lists made of ...", function()
  local function lists(n, ...)
    local all = {...}
    local ok, most = pcall(math.max, ...)
    return #all + select("#", ...) + select(-1, ...) + most + n
  end
  local function many(n)
    local s = 0
    for i = 1, 20 do s = s + lists(i, table.unpack(list, 1, n)) end
    return s
  end
  t.eq(spent(many, 250) < 5000, true)
  t.eq(spent(many, 10000) > 20 * 10000, true)
  local function short(...)
    local s = 0
    for i = 1, 300 do s = s + select("#", ...) end
    return s
  end
  t.values(table.pack(short(table.unpack(list, 1, 200)), short(table.unpack(list, 1, 251))), 60000, 75300)
end)

t.test("long chains", function()
  local m = {x = 1}
  for _ = 1, 1000 do m = setmetatable({}, {__index = m}) end
  local function read()
    local s = 0
    for i = 1, 500 do s = s + m.x + (m[i] or 0) end
    return s
  end
  t.eq(spent(read) > 500 * 2 * 900 / 4, true)
  local calls = setmetatable({}, {__index = function(_, k) return #tostring(k) end})
  for _ = 1, 30 do calls = setmetatable({}, {__index = calls}) end
  local target = {}
  for _ = 1, 30 do target = setmetatable({}, {__newindex = target}) end
  local s = 0
  for i = 1, 500 do
    s = s + calls[i] + calls.abc
    target[i], target.x = i, i
  end
  t.eq(s, 2892)
end)

t.test("long strings", function()
  local a, b = ("x"):rep(300000), ("x"):rep(300000)
  local function equal() return a == b and a <= b and not (a < b) end
  t.eq(spent(equal) > 3 * 300000 / 16, true)
  local numeral = ("0"):rep(10000) .. "1"
  local function add()
    local s = 0
    for _ = 1, 10 do s = s + numeral + math.floor(numeral) end
    return s
  end
  t.eq(spent(add) > 20 * 10000 / 16, true)
end)

t.test("closures with many upvalues", function()
  local names, text = {}, { "local list = {}" }
  for i = 1, 180 do names[i] = "v" .. i end
  text[#text + 1] = "local " .. table.concat(names, ",") .. " = 1"
  text[#text + 1] = "local function make(n) for i = 1, n do list[i % 3] = function() return %s end end end return make"
  local source = table.concat(text, "\n")
  local few = load((source:gsub("%%s", "v1, v2, v3")))()
  local many = load((source:gsub("%%s", table.concat(names, ","))))()
  t.eq(spent(many, 1000) - spent(few, 1000), 1000 * (180 - 16) // 4)
  -- Unused ones, too.
  local unused = load((source:gsub("%%s", table.concat(names, ",")):gsub("list%[i %% 3%]", "local f")))()
  t.ok(spent(unused, 1000) >= 1000 * (180 - 16) // 4)
end)

t.finish()
