-- Small functions called in hot loops, which compiled code may do in place: errors, tracebacks, shared
-- variables, allocation, and functions that change must not show it.
local t = require "harness"

local N = 300

t.test("an error in a small function has its message, its line and its traceback", function()
  t.values(table.pack(t.run[[
  local function add(a, b)
    return a + b
  end
  local function both(a, b)
    local sum = add(a, 1)
    sum = add(sum, b)
    return sum
  end
  local function run(list)
    local s = 0
    for i = 1, #list do
      s = both(s, list[i])
    end
    return s
  end
  local list = {}
  for i = 1, 300 do list[i] = i end
  local sums = run(list)
  list[250] = {}
  local message, trace
  xpcall(run, function(m) message, trace = m, debug.traceback("", 2) end, list)
  trace = trace:gsub("%[C%].*", ""):gsub("\n%s*", "|")
  return sums, message, trace
  ]]),
    45450,
    "t:2: attempt to perform arithmetic on a table value (local 'b')",
    "|stack traceback:|t:2: in upvalue 'add'|t:6: in upvalue 'both'|t:12: in function <t:9>|")
end)

t.test("frames of small functions as debug.getinfo and getlocal see them", function()
  t.values(table.pack(t.run[[
  local function get(object, key) local unused = key; return object[key] end
  local function run(object, n)
    local s = 0
    for i = 1, n do s = s + get(object, "k" .. i % 2) end
    return s
  end
  local object = { k0 = 1, k1 = 2 }
  run(object, 300)
  local seen
  setmetatable(object, { __index = function(_, key)
    local caller, above = debug.getinfo(2, "nSl"), debug.getinfo(3, "nSl")
    local name, value = debug.getlocal(2, 3)
    local outer, sum = debug.getlocal(3, 3)
    seen = table.concat({ caller.name, caller.currentline, above.currentline, name, value, outer, sum }, " ")
    return 10
  end })
  object.k1 = nil
  local sum = run(object, 300)
  return sum, seen
  ]]), 1650, "get 1 4 unused k1 s 1639")
end)

t.test("variables shared with the function that calls", function()
  local count, last = 0, nil
  local function inc(by) count = count + by; last = by end
  local function peek() return count end
  for i = 1, N do
    inc(i % 3)
    count = count + 1
    if peek() ~= count then t.eq(peek(), count) end
  end
  t.eq(count, N + 300)
  t.eq(last, 0)
  -- A copy per round of the loop, which closures keep.
  local kept = {}
  for i = 1, N do
    local own = i
    local function bump() own = own + 1 end
    bump()
    bump()
    if i % 100 == 0 then kept[#kept + 1] = function() return own end end
    if own ~= i + 2 then t.eq(own, i + 2) end
  end
  t.eq(kept[1](), 102)
  t.eq(kept[3](), 302)
end)

-- The called closure's variable lived in the register in which the closure itself lies at the call.
t.test("variables shared with a scope that has ended", function()
  local function out(...) return select("#", ...) end
  local function run(x)
    local total = 0
    for round = 1, 60 do
      local made, sum = {}, 1
      for i = 1, 2 do
        local own = i * 1
        made[i] = function(d) own = own ~ (d or 1); sum = sum + own; return own, sum end
      end
      total = total + out("closures", made[1](), made[2](34 * x), made[1](2)) + sum
    end
    return total
  end
  local first = run(1)
  for i = 1, 3 do
    local again = run(1)
    if again ~= first then t.eq(again, first) end
  end
  t.eq(first, 60 * (5 + 1 + 0 + 32 + 2))
  -- The same, left in the middle of the inlined closure.
  t.values(table.pack(t.run[[
  local seen = {}
  local function out(label, ...) seen[#seen + 1] = label .. select("#", ...) end
  local function try(label, f, ...) out(label, pcall(f, ...)) end
  try('unit', function()
    local i6 = (math.tointeger((((9007199254740992) / (0x7fffffffffffffff)) + (25 >> 79))) or ((({5, 4, 3, 2, 1})[1] or (2)) % -3))
    try('maybe', function()
      for i13 = -5, -7, -1 do
        local c14, u14 = {}, (i6 * i6)
        for i = 1, 2 do
          local own = i * 1
          c14[i] = function(d) own = own ~ (d or 1) u14 = u14 + own return own, u14 end
        end
        out('closures', c14[1](), c14[2]((34 * i6)), c14[1](2))
      end
    end)
  end)
  return table.concat(seen, " ")
  ]]), "closures4 closures4 closures4 maybe1 unit1")
end)

t.test("shared variables that are saved and restored around the calls", function()
  local function alternate()
    local x = 0
    local function get() return x end
    local function set(v) x = v end
    local s = 0
    for i = 1, 60 do
      set(5)
      local old = x
      x = 7
      s = s + get()
      x = old
      s = s + get()
    end
    return s
  end
  local function twice(n)
    local x, s = 0, 0
    local function set(v) x = v end
    local function get() return x end
    for i = 1, n do
      set(i)
      local a = x
      set(i * 2)
      local b = x
      x = a
      s = s + get() * 3
      x = b
      s = s + get()
      x = a
      s = s + get() * 7
    end
    return s
  end
  for i = 1, 20 do
    if alternate() ~= 720 then t.eq(alternate(), 720) end
    if twice(60) ~= 21960 then t.eq(twice(60), 21960) end
  end
  t.ok(true)
end)

t.test("upvalues that a program joins", function()
  local outside
  do
    local z = 0
    outside = function() z = z + 1 return z end
  end
  local function run(join, n)
    local x = 0
    local function get() return x end
    if join then debug.upvaluejoin(outside, 1, get, 1) end
    local s = 0
    for i = 1, n do
      x = x + 1
      s = s + outside()
    end
    return s, x
  end
  for i = 1, 30 do run(false, 20) end
  for i = 1, 10 do t.values(table.pack(run(true, 60)), 3660, 120) end
  -- A function's own variable as its upvalue.
  local function own(join)
    local x = 0
    local function get() return x end
    if join then debug.upvaluejoin(own, 1, get, 1) end
    for i = 1, 100 do
      x = i
      outside = outside
    end
    return x
  end
  for i = 1, 20 do own(false) end
  t.eq(type(own(true)), "number")
end)

t.test("a shared variable that changes type, and an error in the middle", function()
  local state = 0
  local function step(x) state = state + x; return state end
  local function run(list)
    for i = 1, #list do step(list[i]) end
    return state
  end
  local list = {}
  for i = 1, N do list[i] = 1 end
  t.eq(run(list), N)
  list[N // 2] = 0.5
  t.eq(run(list), 2 * N - 0.5)
  list[N - 1] = "x"
  local ok = pcall(run, list)
  t.eq(ok, false)
  t.eq(state, 3.0 * N - 3)
end)

t.test("absent arguments, surplus arguments and results", function()
  local function three(a, b, c) return c end
  local function none() end
  local function one(a) return a end
  local nils, ones = 0, 0
  for i = 1, N do
    local c = three(i)
    local n, m = none(i, i)
    local x, y, z = one(i, 2, 3)
    if c == nil and n == nil and m == nil then nils = nils + 1 end
    if x == i and y == nil and z == nil then ones = ones + 1 end
  end
  t.eq(nils, N)
  t.eq(ones, N)
end)

t.test("functions that are replaced", function()
  local function first(x) return x + 1 end
  local function second(x) return x * 2 end
  local f, s = first, 0
  for i = 1, N do
    if i == N // 2 then f = second end
    s = s + f(i)
  end
  local expected = 0
  for i = 1, N do expected = expected + (i < N // 2 and i + 1 or i * 2) end
  t.eq(s, expected)
  f = setmetatable({}, { __call = function(_, x) return -x end })
  s = 0
  for i = 1, N do s = s + f(i) end
  t.eq(s, -N * (N + 1) // 2)
end)

t.test("allocation in small functions", function()
  local function pair(a, b) return { a, b } end
  local function point(x, y) return { x = x, y = y } end
  local function name(i) return "n" .. i end
  local list = {}
  for i = 1, 3000 do
    local p, q, n = pair(i, name(i)), point(i, name(i)), name(i)
    list[i % 50 + 1] = p
    if p[2] ~= n or q.y ~= n or q.x ~= i then t.eq(p[2], n) end
  end
  collectgarbage()
  for i = 2951, 3000 do
    local p = list[i % 50 + 1]
    if p[1] ~= i or p[2] ~= "n" .. i then t.eq(p[2], "n" .. i) end
  end
  t.ok(true)
end)

t.test("loops in small functions, and hooks that begin in them", function()
  local function sum(n)
    local s = 0
    for i = 1, n do s = s + i end
    return s
  end
  local lines, total = 0, 0
  for i = 1, N do
    if i == N - 5 then debug.sethook(function() lines = lines + 1 end, "l") end
    total = total + sum(i % 10)
  end
  debug.sethook()
  t.eq(total, 4950)
  t.ok(lines > 50)
end)

t.test("methods", function()
  local Account = {}
  Account.__index = Account
  function Account:deposit(v) self.balance = self.balance + v; return self end
  function Account:get() return self.balance end
  local Special = setmetatable({}, { __index = Account })
  Special.__index = Special
  local a, b = setmetatable({ balance = 0 }, Account), setmetatable({ balance = 0, kind = "s" }, Special)
  local s = 0
  for i = 1, N do
    local object = i > N // 2 and i % 2 == 0 and b or a
    s = s + object:deposit(i):get()
    if i == 200 then
      function Account:get() return self.balance * 2 end
    end
  end
  t.eq(a.balance + b.balance, N * (N + 1) // 2)
  t.eq(s > 0, true)
end)

t.test("in coroutines, and deep in the stack", function()
  local function square(x) return x * x end
  local function produce(n)
    for i = 1, n do coroutine.yield(square(i)) end
  end
  local s = 0
  for v in coroutine.wrap(function() produce(N) end) do s = s + v end
  t.eq(s, N * (N + 1) * (2 * N + 1) // 6)
  local function deep(n)
    local own = 0
    for i = 1, 20 do own = own + square(i) end
    if n > 0 then return own + deep(n - 1) end
    return own
  end
  t.eq(deep(3000), 3001 * 2870)
end)

t.test("several results, and library functions called last", function()
  local function divide(a, b) return a // b, a % b end
  local function half(x) return math.floor(x / 2) end
  local function byte(s, i) return s:byte(i) end
  local function add(list, v) return table.insert(list, v) end
  local s, list = 0, {}
  for i = 1, N do
    local q, r, none = divide(i, 7)
    s = s + q * 7 + r + half(i)
    if q * 7 + r ~= i or none ~= nil or byte("abc", i % 3 + 1) ~= 97 + i % 3 then t.eq(q * 7 + r, i) end
    local nothing = add(list, i)
    if nothing ~= nil then t.eq(nothing, nil) end
  end
  t.eq(s, N * (N + 1) // 2 + N * N // 4)
  t.eq(#list, N)
  t.eq(select("#", add(list, 1)), 0)
  t.values(table.pack(divide(17, 5)), 3, 2)
  t.eq(select(2, pcall(divide, 1, 0)):gsub("^.-:%d+: ", ""), "attempt to divide by zero")
  t.eq(select(2, pcall(half, {})):gsub("^.-:%d+: ", ""), "attempt to perform arithmetic on a table value (local 'x')")
  t.eq(half(2 ^ 70), 2.0 ^ 69)
end)

t.finish()
