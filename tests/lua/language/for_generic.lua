-- The generic for, pairs, ipairs, next.
local t = require "harness"

local function sorted(tab)
  local out = {}
  for k, v in pairs(tab) do out[#out + 1] = tostring(k) .. "=" .. tostring(v) end
  table.sort(out)
  return table.concat(out, " ")
end

t.test("custom iterators", function()
  local function range(n)
    return function(limit, i) if i < limit then return i + 1 end end, n, 0
  end
  local out = {}
  for i in range(4) do out[#out + 1] = i end
  t.same(out, { 1, 2, 3, 4 })
  for i in range(0) do out = nil end
  t.ok(out)
  local function chars(s)
    local i = 0
    return function() i = i + 1 if i <= #s then return i, s:sub(i, i) end end
  end
  out = {}
  for i, c in chars "abc" do out[i] = c end
  t.same(out, { "a", "b", "c" })
  local n = 0
  for a, b, c, d in function(s, k) if k < 1 then return k + 1, s end end, "state", 0 do
    n = n + 1
    t.values(table.pack(a, b, c, d), 1, "state", nil, nil)
  end
  t.eq(n, 1)
  for x in (function() return nil end) do n = 100 end
  for x in function() end do n = 100 end
  t.eq(n, 1)
  local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i, i * i) end end)
  out = {}
  for i, sq in co do out[i] = sq end
  t.same(out, { 1, 4, 9 })
end)

t.test("false does not end the loop, nil does", function()
  local values = { false, 0, "", nil, "never" }
  local i, out = 0, {}
  for v in function() i = i + 1 return values[i] end do out[#out + 1] = v end
  t.same(out, { false, 0, "" })
end)

t.test("a callable object as iterator", function()
  local obj = setmetatable({ n = 3 }, {
    __call = function(self, state, control)
      if control < self.n then return control + 1, state end
    end,
  })
  local out = {}
  for i, s in obj, "st", 0 do out[#out + 1] = s .. i end
  t.same(out, { "st1", "st2", "st3" })
end)

t.test("assigning to the control variable does not disturb the loop", function()
  local out = {}
  for k, v in ipairs { "a", "b", "c" } do
    k = k * 100
    v = nil
    out[#out + 1] = k
  end
  t.same(out, { 100, 200, 300 })
end)

t.test("fresh variables in each iteration", function()
  local fs = {}
  for i, v in ipairs { "a", "b", "c" } do fs[i] = function() v = v .. i return v end end
  t.values(table.pack(fs[1](), fs[1](), fs[2](), fs[3]()), "a1", "a11", "b2", "c3")
end)

t.test("expression lists", function()
  local function triple() return next, { 10 }, nil end
  local n = 0
  for k, v in triple() do n = n + k + v end
  t.eq(n, 11)
  for k, v in next, { 10 } do n = n + k + v end
  t.eq(n, 22)
  for k, v in next, { 10 }, nil, nil, nil, nil do n = n + k + v end
  t.eq(n, 33)
end)

t.test("pairs", function()
  t.eq(sorted {}, "")
  t.eq(sorted { 1, 2, 3 }, "1=1 2=2 3=3")
  t.eq(sorted { a = 1, b = 2, 10 }, "1=10 a=1 b=2")
  t.eq(sorted { [1.5] = "x", [true] = "y", [-1] = "z" }, "-1=z 1.5=x true=y")
  t.eq(sorted { 1, nil, 3 }, "1=1 3=3")
  local sum = 0
  local big = {}
  for i = 1, 1000 do big[i] = i big["k" .. i] = i end
  for _, v in pairs(big) do sum = sum + v end
  t.eq(sum, 1001000)
  t.eq(select("#", pairs {}), 3)
  t.eq((pairs {}), next)
end)

t.test("the array part is traversed in order", function()
  local out = {}
  for k in pairs { 10, 20, 30, 40, 50 } do out[#out + 1] = k end
  t.same(out, { 1, 2, 3, 4, 5 })
end)

t.test("__pairs", function()
  local mt = { __pairs = function(self) return function(s, k) if not k then return 1, s.x end end, self, nil end }
  local out = {}
  for k, v in pairs(setmetatable({ x = "ex" }, mt)) do out[k] = v end
  t.same(out, { "ex" })
  t.values(table.pack(pairs(setmetatable({}, { __pairs = function() return 1, 2, 3, 4 end }))), 1, 2, 3)
  t.values(table.pack(pairs(setmetatable({}, { __pairs = function() end }))), nil, nil, nil)
  t.values(table.pack(pairs(setmetatable({}, { __pairs = function() return 1 end }))), 1, nil, nil)
  debug.setmetatable(1, { __pairs = function(n) return function(_, i) if i < n then return i + 1 end end, nil, 0 end })
  local s = 0
  for i in pairs(4) do s = s + i end
  debug.setmetatable(1, nil)
  t.eq(s, 10)
end)

t.test("ipairs", function()
  local out = {}
  for i, v in ipairs { 1, 2, nil, 4 } do out[i] = v end
  t.same(out, { 1, 2 })
  out = {}
  for i, v in ipairs(setmetatable({ "a" }, { __index = function(_, i) if i < 4 then return "x" .. i end end })) do
    out[i] = v
  end
  t.same(out, { "a", "x2", "x3" })
  out = {}
  for i, v in ipairs(setmetatable({}, { __index = { 7, 8 } })) do out[i] = v end
  t.same(out, { 7, 8 })
  out = {}
  local growing = { 1 }
  for i, v in ipairs(growing) do
    out[i] = v
    if i < 5 then growing[i + 1] = v * 2 end
  end
  t.same(out, { 1, 2, 4, 8, 16 })
  for _ in ipairs {} do out = nil end
  t.ok(out)
  local f, s, c = ipairs({ 5 })
  t.values(table.pack(f(s, c)), 1, 5)
  t.values(table.pack(f(s, 1)), nil)
  t.eq(c, 0)
  for i, v in ipairs("abc") do out = nil end
  t.ok(out)
end)

t.test("next", function()
  t.values(table.pack(next {}), nil)
  t.values(table.pack(next({ 5 })), 1, 5)
  t.values(table.pack(next({ 5 }, 1)), nil)
  t.values(table.pack(next({ 5, 6 }, 1)), 2, 6)
  t.values(table.pack(next({ x = 1 })), "x", 1)
  t.values(table.pack(next({ x = 1 }, "x")), nil)
  t.raises(function() next({}, 1) end, "invalid key to 'next'")
  t.raises(function() next({}, 0 / 0) end, "invalid key to 'next'")
  t.raises(function() next({ 1, 2, 3 }, "nokey") end, "invalid key to 'next'")
  t.fails("next()", "t:1: bad argument #1 to 'next' (table expected, got no value)")
  t.fails("next(nil)", "t:1: bad argument #1 to 'next' (table expected, got nil)")
  t.fails("next(5)", "t:1: bad argument #1 to 'next' (table expected, got number)")
  t.eq(rawequal(next, pairs({})), true)
end)

t.test("clearing and changing fields while traversing", function()
  local tab = {}
  for i = 1, 200 do tab[i] = i tab["s" .. i] = i end
  local seen = 0
  for k in pairs(tab) do
    tab[k] = nil
    seen = seen + 1
  end
  t.eq(seen, 400)
  t.eq(next(tab), nil)
  for i = 1, 100 do tab["s" .. i] = i end
  for k, v in pairs(tab) do tab[k] = v + 1 end
  local sum = 0
  for _, v in pairs(tab) do sum = sum + v end
  t.eq(sum, 5150)
  seen = 0
  for k in pairs(tab) do
    if seen == 0 then for j = 1, 100 do tab["s" .. j] = nil end end
    seen = seen + 1
  end
  t.eq(seen, 1)
  for i = 1, 100 do tab[i] = i end
  for k in pairs(tab) do
    tab[k] = nil
    if k % 10 == 0 then collectgarbage() end
  end
  t.eq(next(tab), nil)
end)

t.test("errors", function()
  local iterator = t.either("", " (for iterator 'for iterator')")
  t.fails("for i in 5 do end", "t:1: attempt to call a number value" .. iterator)
  t.fails("for i in nil do end", "t:1: attempt to call a nil value" .. iterator)
  t.fails("for i in {} do end", "t:1: attempt to call a table value" .. iterator)
  t.fails('local x = "s" for i in x do end',
    "t:1: attempt to call a string value" .. iterator)
  t.fails("for i in nosuch do end", "t:1: attempt to call a nil value" .. iterator)
  t.fails("for k, v in pairs(nil) do end", "t:1: bad argument #1 to 'for iterator' (table expected, got nil)")
  t.fails("for k, v in pairs() do end", "t:1: bad argument #1 to 'pairs' (value expected)")
  t.fails("for k, v in ipairs() do end", "t:1: bad argument #1 to 'ipairs' (value expected)")
  t.fails("for k, v in ipairs(nil) do end", "attempt to index a nil value")
  t.fails("for k, v in next, nil do end", "t:1: bad argument #1 to 'for iterator' (table expected, got nil)")
  t.fails("for k, v in pairs(5) do end",
    "t:1: bad argument #1 to 'for iterator' (table expected, got number)")
  t.fails('for k in function() error("inside", 0) end do end', "inside")
  t.fails("for k in (function() return 1 end), 2, 3, {} do error('once', 0) end",
    t.either("once", "t:1: variable '(for state)' got a non-closable value"))
  t.fails("for in pairs({}) do end", "t:1: <name> expected near 'in'")
  t.fails("for a, 1 in pairs({}) do end", "t:1: <name> expected near '1'")
  t.fails("for a in do end", "t:1: unexpected symbol near 'do'")
  t.fails("for a.b in pairs({}) do end", "t:1: '=' or 'in' expected near '.'")
  t.fails("for a, b do end", "t:1: 'in' expected near 'do'")
  t.fails('for k in next, {}, "nokey" do end', "invalid key to 'next'")
end)

t.test("iterations with a hook set are not done again after it", function()
  for _, list in ipairs { { 1, 2, 3, 4, 5 }, { a = 1, b = 2, c = 3, d = 4, e = 5 }, { 1, 2, x = 3, [0.5] = 4, [-1] = 5 } } do
    for set = 1, 5 do
      local seen, n = {}, 0
      for k in pairs(list) do
        n = n + 1
        debug.sethook(n == set and function() end or nil, "c")
        seen[#seen + 1] = tostring(k)
      end
      debug.sethook()
      t.eq(n, 5)
      table.sort(seen)
      for i = 2, #seen do t.ok(seen[i] ~= seen[i - 1]) end
    end
  end
end)

t.test("traversals that begin in the middle", function()
  local list = { 10, 20, 30, nil, 50, a = 1, b = 2, [-1] = 3, [0.5] = 4, [true] = 5 }
  local keys = {}
  for k in next, list do keys[#keys + 1] = k end
  t.eq(#keys, 9)
  for i = 1, #keys do
    local n = i
    for k, v in next, list, keys[i] do
      n = n + 1
      t.eq(k, keys[n])
      t.eq(v, list[k])
      if n == i + 2 then list[k] = v collectgarbage("step") end
    end
    t.eq(n, #keys)
  end
  local n = 0
  for k in next, list, keys[4] do
    n = n + 1
    list[k] = nil
    collectgarbage()
  end
  t.eq(n, 5)
  t.eq(next(list, keys[4]), nil)
end)

-- Where the beginning of a list has been cleared, next remembers how far.
t.test("lists cleared from the beginning", function()
  local function cleared(n, size)
    local list = {}
    for i = 1, size do list[i] = "v" .. i end
    for i = 1, n do list[i] = nil end
    t.eq(next(list), n + 1)
    return list
  end
  local list = cleared(0, 20000)
  while next(list) do list[next(list)] = nil end -- takes no time
  t.eq(#list, 0)
  local ways = {
    function(l) l[10] = "new" return 10 end,
    function(l) rawset(l, 10, "new") return 10 end,
    function(l) table.insert(l, 1, "new") return 1 end,
    function(l) table.move({ "new", "new" }, 1, 2, 40, l) return 40 end,
    function(l) table.remove(l, 1) return 60 end,
    function(l) table.remove(l, 61) l[61] = "new" return 61 end,
    function(l) for i = 100, 61, -1 do l[i] = nil end l[1] = "new" return 1 end,
    function(l) for i = 100, 61, -1 do l[i] = nil end for i = 1, 70 do l[i] = i end return 1 end,
    function(l) l[200] = 1 l[101] = 1 l[50] = "new" return 50 end,
    function(l) collectgarbage() l[33] = "new" return 33 end,
  }
  for _, way in ipairs(ways) do
    list = cleared(60, 100)
    t.eq(way(list), (next(list)))
    local seen = 0
    for k, v in pairs(list) do
      if math.type(k) == "integer" then seen = seen + 1 end
      t.eq(list[k], v)
    end
    local there = 0
    for i = 1, 300 do if list[i] ~= nil then there = there + 1 end end
    t.eq(seen, there)
  end
  list = cleared(60, 100)
  local other = cleared(70, 100)
  t.eq(next(list), 61)
  t.eq(next(other), 71)
end)

t.finish()
