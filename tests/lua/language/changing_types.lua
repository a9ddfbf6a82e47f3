-- Operations in hot loops whose operand types, shapes, metatables, globals or callees change
-- while the loop runs: results must not depend on what was seen before.
local t = require "harness"

t.test("arithmetic sites that see many types", function()
  t.values(table.pack(t.run[[
  local function add(a, b) return a + b end
  local mt = { __add = function(a, b) return "meta" end }
  local out, s = {}, 0
  for i = 1, 300 do s = add(s, i) end
  out[1] = s
  for i = 1, 300 do s = add(s, 0.5) end
  out[2] = s
  out[3] = add("10", 5)
  out[4] = add(math.maxinteger, 1)
  out[5] = add(setmetatable({}, mt), 1)
  out[6] = add(1, setmetatable({}, mt))
  out[7] = select(2, pcall(add, nil, 1))
  for i = 1, 300 do s = add(i, i) end
  out[8] = s
  out[9] = add(-0.0, -0.0)
  out[10] = add(1, 2.0)
  return table.unpack(out)
  ]]),
    45150,
    45300.0,
    t.either(15.0, 15),
    math.mininteger,
    "meta",
    "meta",
    "t:1: attempt to perform arithmetic on a nil value (local 'a')",
    600,
    -0.0,
    3.0)
  t.eq(t.run[[
  local s, x = 0, 1
  for i = 1, 400 do
    if i == 200 then x = 0.25 elseif i == 300 then x = "2" elseif i == 350 then x = 3 end
    s = s + x
  end
  return s
  ]],
    477.0)
  t.eq(t.run[[
  local x = 1
  local types = {}
  for i = 1, 200 do
    x = x * 2
    if i % 20 == 0 then types[#types + 1] = tostring(x) end
    if i == 100 then x = 1.0 end
  end
  return table.concat(types, " ")
  ]],
    "1048576 1099511627776 1152921504606846976 0 0 1048576.0 1099511627776.0 1.1529215046068e+18 1.2089258196146e+24 1.2676506002282e+30")
  t.eq(t.run[[
  local s = 0
  for i = 1, 500 do
    local d = 5 - i % 7
    local ok, q = pcall(function() return 100 // d end)
    s = ok and s + q or s + 1000
  end
  return s
  ]],
    80196)
  t.values(table.pack(t.run[[
  local function cmp(a, b) return a < b end
  local n = 0
  for i = 1, 300 do if cmp(i, 150) then n = n + 1 end end
  for i = 1, 300 do if cmp(i + 0.5, 150) then n = n + 1 end end
  for i = 1, 300 do if cmp(tostring(i), "2") then n = n + 1 end end
  if cmp(math.maxinteger, 2 ^ 63) then n = n + 10000 end
  if cmp(0 / 0, 1) or cmp(1, 0 / 0) then n = -1 end
  return n, (select(2, pcall(cmp, 1, "x"))), (select(2, pcall(cmp, {}, {})))
  ]]),
    10409,
    "t:1: attempt to compare number with string",
    "t:1: attempt to compare two table values")
end)

t.test("integer overflow in loops", function()
  t.values(table.pack(t.run[[
  local x, wraps = math.maxinteger - 150, 0
  for i = 1, 300 do
    local y = x + 1
    if y < x then wraps = wraps + 1 end
    x = y
  end
  return x, wraps
  ]]),
    -9223372036854775659,
    1)
  t.values(table.pack(t.run[[
  local f = 1
  for i = 1, 70 do f = f * i end
  local h = 7
  for i = 1, 1000 do h = (h * 31 + i) ~ (h >> 7) end
  return f, h
  ]]),
    0,
    7510117184235163166)
  -- 5.3 goes on past the largest integer.
  t.values(table.pack(t.run[[
  local n, m, k = 0, 0, 0
  for i = math.maxinteger - 250, math.maxinteger do n = n + 1 if n == 300 then n = n + (i & 0xFFF) break end end
  for i = math.mininteger + 250, math.mininteger, -1 do m = m + 1 if m == 300 then m = m + (i & 0xFFF) break end end
  for i = math.mininteger, math.maxinteger, 1 << 55 do k = k + 1 if k == 700 then k = k + (i >> 55) break end end
  return n, m, k
  ]]),
    t.either(300 + 48, 251),
    t.either(300 + 4047, 251),
    t.either(700 + (256 + 699) % 512, 512))
end)

t.test("upvalues and locals changed from elsewhere", function()
  t.eq(t.run[[
  local n, s = 1, 0
  local function bump(i) if i == 200 then n = 0.5 elseif i == 300 then n = "4" end end
  for i = 1, 400 do
    bump(i)
    s = s + n
  end
  return s
  ]],
    653.0)
  t.values(table.pack(t.run[[
  local function poke(level) debug.setlocal(level + 1, 1, 1000) end
  local function victim(trigger)
    local acc = trigger
    for i = 1, 300 do
      if i == 150 then poke(1) end
      acc = acc + 1
    end
    return acc, trigger
  end
  return victim(0)
  ]]),
    300,
    1000)
  t.values(table.pack(t.run[[
  local fs = {}
  for i = 1, 300 do
    local v = i
    if i % 100 == 0 then fs[#fs + 1] = function() v = v + 1 return v end end
    v = v + 0.5
  end
  return fs[1](), fs[1](), fs[2](), fs[3]()
  ]]),
    101.5,
    102.5,
    201.5,
    301.5)
  t.values(table.pack(t.run[[
  local co = coroutine.wrap(function()
    local s = 0
    for i = 1, 400 do
      s = s + i
      if i % 100 == 0 then s = coroutine.yield(s) end
    end
    return s
  end)
  return co(), co(0), co(0.5), co("10"), co(1)
  ]]),
    5050,
    15050,
    25050.5,
    t.either(35060.0, 35060),
    1)
end)

t.test("errors deep in hot code keep their text and line", function()
  t.values(table.pack(t.run[[
  local function f(o)
    local s = 0
    for i = 1, 300 do
      s = s + o[i].value
    end
    return s
  end
  local list = {}
  for i = 1, 300 do list[i] = { value = i } end
  local good = f(list)
  list[250] = {}
  local e1 = select(2, pcall(f, list))
  list[250] = nil
  local e2 = select(2, pcall(f, list))
  list[250] = { value = {} }
  local e3 = select(2, pcall(f, list))
  list[250] = { value = "x" }
  local e4 = select(2, pcall(f, list))
  return good, e1, e2, e3, e4
  ]]),
    45150,
    "t:4: attempt to perform arithmetic on a nil value (field 'value')",
    "t:4: attempt to index a nil value (field '?')",
    "t:4: attempt to perform arithmetic on a table value (field 'value')",
    t.either("t:4: attempt to perform arithmetic on a string value (field 'value')",
      "t:4: attempt to add a 'number' with a 'string'"))
  t.eq(t.run[[
  local function inner(x)
    if x == 250 then
      error("at " .. x)
    end
    return x
  end
  local function outer()
    local s = 0
    for i = 1, 300 do s = s + inner(i) end
    return s
  end
  return select(2, xpcall(outer, debug.traceback))
  ]],
    "t:3: at 250\n"
      .. "stack traceback:\n"
      .. "\t[C]: in function 'error'\n"
      .. "\tt:3: in upvalue 'inner'\n"
      .. "\tt:9: in function <t:7>\n"
      .. "\t[C]: in function 'xpcall'\n"
      .. "\tt:12: in main chunk")
  t.values(table.pack(t.run[[
  local s, failed = 0, 0
  for i = 1, 400 do
    local ok, e = pcall(function(a) return a.b.c end, i % 3 == 0 and {} or { b = { c = i } })
    if ok then s = s + e else failed = failed + 1 end
  end
  return s, failed
  ]]),
    53467,
    133)
end)

t.test("values that live across calls and collections", function()
  t.values(table.pack(t.run[[
  local function work(n)
    local a, b, c, d = n, n + 0.5, "s" .. n, { n }
    local e, f = n * 2, -b
    if n % 50 == 0 then collectgarbage("step") end
    local g = tostring(n) .. c
    return a + e, b + f, #g, d[1]
  end
  local w, x, y, z = 0, 0, 0, 0
  for i = 1, 500 do
    local a, b, c, d = work(i)
    w, x, y, z = w + a, x + b, y + c, z + d
  end
  return w, x, y, z
  ]]),
    375750,
    0.0,
    3284,
    125250)
  t.values(table.pack(t.run[[
  local t, n = {}, 0
  for i = 1, 2000 do
    local p = { x = i, y = -i, tag = i % 2 == 0 and "even" or nil }
    if p.tag then t[#t + 1] = p end
    n = n + p.x + p.y
  end
  local s = 0
  for i, p in ipairs(t) do s = s + p.x * i % 7 end
  return #t, n, s
  ]]),
    1000,
    0,
    2002)
  t.values(table.pack(t.run[[
  local function va(...)
    local n, s = select("#", ...), 0
    for i = 1, n do
      local v = (select(i, ...))
      s = s + (type(v) == "number" and v or 0)
    end
    return s, n
  end
  local a, b = 0, 0
  for i = 1, 300 do
    local x, y
    if i % 3 == 0 then x, y = va(i, nil, "s") elseif i % 3 == 1 then x, y = va() else x, y = va(i, i, 0.5) end
    a, b = a + x, b + y
  end
  return a, b
  ]]),
    45300.0,
    600)
end)

t.finish()
