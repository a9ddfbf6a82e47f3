-- Functions that are too long to be compiled whole: their hot loops are, one by one, and what surrounds them is
-- left to the interpreter. Each loop must do the same in a huge function as in a small one.
local t = require "harness"
local has_jit, jit = pcall(require, "jit")
local compiles = has_jit and jit.status()

local filler = {}
for i = 1, 3000 do filler[i] = ("a = b + %d; b = c * a; c[a] = b"):format(i) end
filler = "if select('#', ...) > 99 then local a, b, c = ... " .. table.concat(filler, "\n") .. " end\n"

-- What `code` returns by itself, and in front of, behind and between much else.
local function everywhere(name, code, ...)
  t.test(name, function(...)
    local small = table.pack(assert(load(code, "=small"))(7, "x"))
    for _, text in ipairs {code, filler .. code, "do local function f(...) " .. filler .. code .. " end return f(...) end"} do
      local f = assert(load(text, "=huge"))
      for _ = 1, 3 do t.same(table.pack(f(7, "x")), small) end
    end
  end, ...)
end

everywhere("a counted loop", "local s, f = 0, 0.5 for i = 1, 3000 do s = s + i f = f + s % 3 end return s, f")
everywhere("nested loops", [[
  local s, last = 0, nil
  for i = 1, 60 do
    local row = {}
    for j = 1, 60 do row[j] = i * j last = row end
    for j = #row, 1, -1 do s = s + row[j] % 7 end
  end
  return s, #last]])
everywhere("left by break, with variables around", [[
  local a, b, c, d = 1, 2.5, "c", nil
  local found
  for i = 1, 5000 do
    local square = i * i
    d = c .. i % 10
    if square > 9000000 then found = square break end
    a = a + 1
    b = b * 1.0001
  end
  return a, b > 2.5, c, d, found]])
everywhere("left by return", [[
  local n = ...
  local log = {}
  for i = 1, 4000 do
    log[#log + 1] = i + n
    if #log == 3500 then return #log, log[1], log[#log], n end
  end
  return "not reached"]])
everywhere("left by goto", [[
  local count, outer = 0, 0
  for i = 1, 50 do
    local j = 0
    while true do
      j = j + 1
      count = count + j
      if j == 40 then goto next end
      if count < 0 then goto done end
    end
    ::next::
    outer = outer + i
  end
  ::done::
  return count, outer]])
everywhere("a loop made of goto", [[
  local i, s = 0, 0
  ::again::
  i = i + 1
  do
    local odd = i % 2 == 1
    if odd then s = s + i goto again end
  end
  if i < 4000 then goto again end
  return i, s]])
t.test("a loop made of gotos, behind which more is alive than at the first of them", function()
  local f = assert(load([[
    local n = 0
    do
      ::again::
      n = n + 1
      if n % 3 == 0 then goto again end
      local x, y = n * 2, n + 0.5
      if n < 2500 then goto again end
      return x, y, n
    end
  ]] .. filler:gsub("%.%.%.", "1")))
  for _ = 1, 60 do t.same(table.pack(f()), table.pack(5000, 2500.5, 2500)) end
end)
everywhere("while and repeat with locals in the condition", [[
  local i, s = 0, 0
  while i < 2500 do i = i + 1 if i % 3 ~= 0 then s = s + i end end
  repeat local half = i // 2 i = i - 1 s = s ~ half until half < 10
  return i, s]])
everywhere("generic loops", [[
  local keys, sum, text = 0, 0, {}
  local list, map = {}, {}
  for i = 1, 1500 do list[i] = i * 2 map["k" .. i % 50] = i end
  for round = 1, 3 do
    for i, v in ipairs(list) do sum = sum + i * v end
    for k, v in pairs(map) do keys = keys + #k + v end
    for k, v in next, map do keys = keys - v end
  end
  for a, b in (function(s, c) if c < s then return c + 1, c * c end end), 1200, 0 do sum = sum + b end
  for word in ("ab cd "):rep(700):gmatch("%a+") do text[#text + 1] = word end
  return keys, sum, #text]])
everywhere("variables that closures capture", [[
  local total, functions = 0, {}
  local function add(n) total = total + n return total end
  for i = 1, 2000 do
    local own = i
    if i % 500 == 0 then functions[#functions + 1] = function() own = own + 1 return own + total end end
    add(i)
    total = total - 1
  end
  return total, #functions, functions[1](), functions[1](), functions[4]()]])
everywhere("kinds that change, and errors", [[
  local n, x, message = 0, 1, nil
  for i = 1, 3000 do
    if i == 2000 then x = 0.5 elseif i == 2500 then x = "3" end
    n = n + x
  end
  local ok
  ok, message = pcall(function(limit) local t = {v = 1} for i = 1, 3000 do if i == limit then t = nil end n = n + t.v end end, 2900)
  return n, ok, (message:gsub("^.-:%d+: ", ""))]])
everywhere("a coroutine that yields inside", [[
  local co = coroutine.wrap(function(a) for i = 1, 2000 do a = coroutine.yield(a + i) end return "over" end)
  local s = 0
  for i = 1, 2000 do s = s + co(i) end
  return s, co(0)]])
if not t.lua53 then everywhere("a variable to be closed around and inside", [[
  local log = {}
  local meta = {__close = function(v) log[#log + 1] = v.n end}
  local s = 0
  do
    local outer <close> = setmetatable({n = "outer"}, meta)
    for i = 1, 2500 do
      s = s + i
      if i % 1000 == 0 then local inner <close> = setmetatable({n = i}, meta) s = s + #log end
      if s > 3000000 then break end
    end
  end
  return s, table.concat(log, " ")]]) end

t.test("where a loop of a huge function fails", function()
  local f = assert(load(filler .. "local t = {}\nfor i = 1, 3000 do\nlocal u = i == 2900 and t or {n = i}\nu.sum = u.n + 1\nend", "=huge"))
  t.eq(select(2, pcall(f)), "huge:3004: attempt to perform arithmetic on a nil value (field 'n')")
  t.eq(select(2, pcall(f)), "huge:3004: attempt to perform arithmetic on a nil value (field 'n')")
end)

t.test("loops of a huge function are compiled", function()
  local f = assert(load(filler .. "local s = 0 for k = 1, 5 do for i = 1, 3000 do s = s + i end end return s", "=huge"))
  local before = compiles and jit.statistics().loops
  t.eq(f(), 5 * 4501500)
  if compiles then t.ok(jit.statistics().loops > before, "loops") end
end)

t.finish()
