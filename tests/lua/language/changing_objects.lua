-- Tables, metatables, globals and functions that change while hot code uses them.
local t = require "harness"

t.test("tables whose shape, kind or metatable changes", function()
  t.values(table.pack(t.run[[
  local function get(o) return o.v end
  local s = 0
  local a, b, c = { v = 1 }, { x = 0, v = 2 }, setmetatable({}, { __index = { v = 3 } })
  local d = setmetatable({}, { __index = function(_, k) return 4 end })
  for i = 1, 400 do
    local o = i % 4 == 0 and a or i % 4 == 1 and b or i % 4 == 2 and c or d
    s = s + get(o)
  end
  a.v, b.v = nil, 2.5
  local r = tostring(get(a)) .. " " .. get(b) .. " " .. get(c)
  getmetatable(c).__index.v = "changed"
  return s, r .. " " .. get(c), get("str"), (select(2, pcall(get, nil)))
  ]]),
    1000,
    "nil 2.5 3 changed",
    nil,
    "t:1: attempt to index a nil value (local 'o')")
  t.values(table.pack(t.run[[
  local arr, s = {}, 0
  for i = 1, 300 do arr[i] = i end
  local function sum() local s = 0 for i = 1, #arr do s = s + arr[i] end return s end
  local out = { sum() }
  arr[150] = 0.5
  out[2] = sum()
  arr[151] = "7"
  out[3] = sum()
  arr[301] = 1
  out[4] = sum()
  for i = 301, 200, -1 do arr[i] = nil end
  out[5] = sum()
  arr[100] = nil
  out[6] = select(2, pcall(function() local s = 0 for i = 1, 199 do s = s + arr[i] end end))
  return table.unpack(out)
  ]]),
    45150,
    45000.5,
    44856.5,
    44857.5,
    19606.5,
    "t:14: attempt to perform arithmetic on a nil value (field '?')")
  t.values(table.pack(t.run[[
  local o = { n = 0 }
  for i = 1, 300 do
    o.n = o.n + 1
    if i == 100 then o.extra = true end
    if i == 150 then for k = 1, 50 do o["k" .. k] = k end end
    if i == 200 then for k = 1, 50 do o["k" .. k] = nil end end
    if i == 250 then setmetatable(o, { __newindex = error, __index = error }) end
  end
  local n = 0
  for _ in pairs(o) do n = n + 1 end
  return o.n, n
  ]]),
    300,
    2)
  t.eq(t.run[[
  local log = 0
  local mt = { __index = function(t, k) log = log + 1 return nil end }
  local o = {}
  for i = 1, 300 do
    if i == 200 then setmetatable(o, mt) end
    if o.missing then error "no" end
    if i == 250 then o.missing = false end
  end
  return log
  ]],
    51)
  t.values(table.pack(t.run[[
  local o, hits = {}, 0
  for i = 1, 300 do
    o["f" .. i % 3] = i
    if i == 150 then setmetatable(o, { __newindex = function(t, k, v) hits = hits + 1 rawset(t, k, v) end }) end
    if i % 50 == 0 then o.f1 = nil end
  end
  return hits, o.f0, o.f1, o.f2
  ]]),
    3,
    300,
    nil,
    299)
end)

t.test("globals and functions replaced while in use", function()
  t.eq(t.run[[
  local s = 0
  function callee(x) return x end
  for i = 1, 400 do
    s = s + callee(i)
    if i == 200 then function callee(x) return -x end end
    if i == 300 then callee = setmetatable({}, { __call = function(_, x) return 1000 end }) end
  end
  return s
  ]],
    95050)
  t.eq(t.run[[
  local s = 0
  local floor = math.floor
  for i = 1, 400 do
    if i == 200 then math.floor = function() return 100 end end
    s = s + math.floor(i / 2)
  end
  math.floor = floor
  return s
  ]],
    30000)
  t.values(table.pack(t.run[[
  local s = 0
  limit = 10
  for i = 1, 400 do
    if i == 300 then limit = 2.5 end
    s = s + limit
  end
  limit = nil
  return s, limit
  ]]),
    3242.5,
    nil)
  t.eq(t.run[[
  local obj = { f = function(self) return 1 end }
  local Class = { __index = { f = function(self) return 2 end } }
  local s = 0
  for i = 1, 400 do
    if i == 100 then obj.f = function() return 10 end end
    if i == 200 then obj.f = nil setmetatable(obj, Class) end
    if i == 300 then Class.__index.f = function() return 20 end end
    s = s + obj:f()
  end
  return s
  ]],
    3319)
  t.eq(t.run[[
  local ipairs_real, n = ipairs, 0
  for round = 1, 40 do
    if round == 30 then ipairs = function() return function(_, i) if i < 1 then return i + 1, 100 end end, nil, 0 end end
    for _, v in ipairs({ 1, 2, 3 }) do n = n + v end
  end
  ipairs = ipairs_real
  return n
  ]],
    1274)
end)

t.finish()
