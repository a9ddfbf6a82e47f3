-- Generic loops over next and ipairs that run compiled: what the iterators see and say must be what they say
-- when they are called.
local t = require "harness"

local rounds = 200

t.test("pairs", function()
  local function count(x)
    local n, sum = 0, 0
    for k, v in pairs(x) do
      n = n + 1
      sum = sum + (type(v) == "number" and v or 0)
    end
    return n, sum
  end
  for _ = 1, rounds do
    t.values(table.pack(count {}), 0, 0)
    t.values(table.pack(count { 1, 2, 3 }), 3, 6)
    t.values(table.pack(count { 1, nil, 3 }), 2, 4)
    t.values(table.pack(count { 1.5, 2.5 }), 2, 4.0)
    t.values(table.pack(count { 10, a = 1, b = 2, [100] = 3, [2.5] = 4, [true] = 5 }), 6, 25)
    t.values(table.pack(count { a = false, b = "x" }), 2, 0)
  end
end)

t.test("clearing and changing fields on the way", function()
  local function clear(x)
    local n = 0
    for k in pairs(x) do
      x[k] = nil
      n = n + 1
    end
    return n, next(x)
  end
  local function double(x)
    for k, v in next, x do x[k] = v * 2 end
    return x
  end
  for i = 1, rounds do
    local x = { 1, 2, 3, a = 1, b = 2 }
    for j = 1, 20 do x["k" .. j] = j end
    t.values(table.pack(clear(x)), 25, nil)
    local y = double { 1, 2, 3, a = 4, [i + 10] = 5 }
    t.values({ n = 5, y[1], y[2], y[3], y.a, y[i + 10] }, 2, 4, 6, 8, 10)
  end
end)

t.test("a key that is not there", function()
  local function walk(x, first)
    local n = 0
    for k in next, x, first do n = n + 1 end
    return n
  end
  for _ = 1, rounds do
    t.eq(walk({ 1, 2, 3, a = 1 }, 2), 2)
    t.eq(walk({ 1, 2, 3, a = 1 }), 4)
    local ok, message = pcall(walk, { 1, 2, 3 }, "absent")
    t.eq(ok, false)
    t.ok(message:find("invalid key to 'next'", 1, true))
  end
end)

t.test("a function that gets tables of all sorts, and other iterators", function()
  local function collect(f, s, c)
    local out = {}
    for k, v, w in f, s, c do
      out[#out + 1] = tostring(k) .. "=" .. tostring(v) .. tostring(w)
      if #out > 5 then break end
    end
    return table.concat(out, " ")
  end
  local function count(n, i)
    if i < n then return i + 1, i * 2, "w" end
  end
  local proxy = setmetatable({}, { __pairs = function(x) return count, 2, 0 end })
  local callable = setmetatable({}, { __call = function(self, s, c) return count(s, c) end })
  for _ = 1, rounds do
    t.eq(collect(pairs { 10, 20 }), "1=10nil 2=20nil")
    t.eq(collect(ipairs { 10, 20 }), "1=10nil 2=20nil")
  end
  for _ = 1, rounds do
    t.eq(collect(count, 2, 0), "1=0w 2=2w")
    t.eq(collect(pairs(proxy)), "1=0w 2=2w")
    t.eq(collect(callable, 2, 0), "1=0w 2=2w")
    t.eq(collect(pairs { 10, 20 }), "1=10nil 2=20nil")
    t.eq(collect(next, { x = 1 }), "x=1nil")
  end
  t.ok(select(2, pcall(collect, 5)):find("attempt to call a number value", 1, true))
end)

t.test("ipairs", function()
  local function sum(x)
    local s = 0
    for i, v in ipairs(x) do s = s + i * v end
    return s
  end
  local inherits = setmetatable({ 1, 2 }, { __index = { 9, 9, 3, 4 } })
  local computes = setmetatable({}, { __index = function(_, i) if i <= 3 then return i * 10 end end })
  for _ = 1, rounds do
    t.eq(sum { 1, 2, 3 }, 14)
    t.eq(sum {}, 0)
  end
  for _ = 1, rounds do
    t.eq(sum { 1.5, 2.5 }, 6.5)
    t.eq(sum { 1, 2, nil, 4 }, 5)
    t.eq(sum { "1", 2 }, t.either(5.0, 5))
    t.eq(sum(inherits), 1 + 4 + 9 + 16)
    t.eq(sum(computes), 10 + 40 + 90)
    t.eq(sum { [1] = 1, [2] = 2, [4] = 4 }, 5)
  end
  local x = {}
  for i = 40, 1, -1 do x[i] = i end
  t.eq(sum(x), 22140)
end)

t.test("ipairs over what grows and shrinks", function()
  local function grow(n)
    local x = { 1 }
    for i, v in ipairs(x) do
      if i < n then x[i + 1] = v + 1 end
    end
    return #x
  end
  local function shrink(n)
    local x, seen = {}, 0
    for i = 1, n do x[i] = i end
    for i in ipairs(x) do
      seen = seen + 1
      x[#x] = nil
    end
    return seen
  end
  for _ = 1, rounds do
    t.eq(grow(10), 10)
    t.eq(shrink(10), 5)
  end
end)

t.test("nested loops and ways out of them", function()
  local function find(x, wanted)
    for i, row in ipairs(x) do
      for k, v in pairs(row) do
        if v == wanted then return i, k end
      end
    end
  end
  local x = { { a = 1, b = 2 }, { 3, 4 }, { c = 5 } }
  for _ = 1, rounds do
    t.values(table.pack(find(x, 2)), 1, "b")
    t.values(table.pack(find(x, 4)), 2, 2)
    t.values(table.pack(find(x, 5)), 3, "c")
    t.values(table.pack(find(x, 6)))
  end
end)

t.test("errors inside name their line, and the control variable is what it was", function()
  local function walk(x)
    local last
    for k, v in pairs(x) do
      last = k
      v = v + 1
    end
    return last
  end
  for _ = 1, rounds do walk { 1, 2, 3 } end
  local _, message = pcall(walk, { 1, {}, 3 })
  t.ok(message:find("attempt to perform arithmetic on a table value (local 'v')", 1, true))
  local function walk_elements(x)
    for i, v in ipairs(x) do
      if v == "look" then
        local _, value = debug.getlocal(1, t.either(5, 6))
        return i, value, v
      end
    end
  end
  for _ = 1, rounds do t.values(table.pack(walk_elements { 1, "look" }), 2, 2, "look") end
end)

t.test("closures capture the variables of each round", function()
  local function closures(x)
    local fs = {}
    for k, v in pairs(x) do
      fs[#fs + 1] = function() v = v + 1; return k, v end
    end
    for i, v in ipairs(x) do
      fs[#fs + 1] = function() return i + v end
    end
    return fs
  end
  for _ = 1, rounds do
    local fs = closures { 10, 20 }
    t.values(table.pack(fs[1]()), 1, 11)
    t.values(table.pack(fs[1]()), 1, 12)
    t.values(table.pack(fs[2]()), 2, 21)
    t.eq(fs[3](), 11)
    t.eq(fs[4](), 22)
  end
end)

t.test("coroutines that yield inside", function()
  local function walk(x)
    for k, v in pairs(x) do coroutine.yield(k, v) end
    for i, v in ipairs(x) do coroutine.yield(i, v) end
  end
  for _ = 1, rounds do
    local n = 0
    for k, v in coroutine.wrap(walk), { 1, 2, 3, a = 4 } do n = n + v end
    t.eq(n, 16)
  end
end)

t.test("a loop that closes its iterator", function()
  local closed = 0
  local function walk(x)
    local n = 0
    for k in next, x, nil, setmetatable({}, { __close = function() closed = closed + 1 end }) do n = n + 1 end
    return n
  end
  local function plain(x)
    local n = 0
    for k in next, x, nil, nil do n = n + 1 end
    return n
  end
  for _ = 1, rounds do
    t.eq(walk { 1, 2 }, 2)
    t.eq(plain { 1, 2 }, 2)
  end
  t.eq(closed, t.either(0, rounds))
end)

t.test("hooks see every line of a loop over next", function()
  local function walk(x)
    local n = 0
    for k in pairs(x) do
      n = n + 1
    end
    return n
  end
  for _ = 1, rounds do walk { 1, 2, 3 } end
  local lines = 0
  debug.sethook(function() lines = lines + 1 end, "l")
  walk { 1, 2, 3 }
  debug.sethook()
  t.ok(lines >= 10)
  t.eq(walk { 1, 2, 3 }, 3)
end)

t.finish()
