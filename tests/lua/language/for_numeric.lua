-- The numeric for.
local t = require "harness"

local function collect(a, b, c)
  local out = {}
  if c == nil then
    for i = a, b do
      out[#out + 1] = i
      if #out > 20 then break end
    end
  else
    for i = a, b, c do
      out[#out + 1] = i
      if #out > 20 then break end
    end
  end
  return out
end

local max, min = math.maxinteger, math.mininteger

t.test("integers", function()
  t.same(collect(1, 3), { 1, 2, 3 })
  t.same(collect(3, 1), {})
  t.same(collect(1, 1), { 1 })
  t.same(collect(3, 1, -1), { 3, 2, 1 })
  t.same(collect(1, 3, -1), {})
  t.same(collect(1, 10, 3), { 1, 4, 7, 10 })
  t.same(collect(1, 9, 3), { 1, 4, 7 })
  t.same(collect(10, 1, -4), { 10, 6, 2 })
  t.same(collect(-2, 2, 2), { -2, 0, 2 })
  t.same(collect(5, 5, 100), { 5 })
  t.same(collect(5, 5, -100), { 5 })
end)

t.test("at the ends of the integers", function()
  t.same(collect(max - 2, max), { max - 2, max - 1, max })
  t.same(collect(max, max), { max })
  t.same(collect(min, min), { min })
  t.same(collect(min, min + 2), { min, min + 1, min + 2 })
  t.same(collect(min + 2, min, -1), { min + 2, min + 1, min })
  t.same(collect(max - 1, max, 2), { max - 1 })
  t.same(collect(max - 5, max, 4), { max - 5, max - 1 })
  t.same(collect(min, max, max), { min, -1, max - 1 })
  t.same(collect(max, min, min), { max, -1 })
  t.same(collect(max, min, -max), { max, 0, -max })
  t.same(collect(min, max, 1 << 62), { min, -(1 << 62), 0, 1 << 62 })
  t.same(collect(min, 0, max), { min, -1 })
  t.same(collect(1, max, max), { 1 })
  t.same(collect(1, min, min), { 1, -max })
  t.same(collect(max, max - 1), {})
  t.same(collect(min, min + 1, -1), {})
  t.same(collect(0, min, min), { 0, min })
  t.same(collect(-1, min, min), { -1 })
end)

t.test("float limits of integer loops are clipped", function()
  t.same(collect(1, 3.9), { 1, 2, 3 })
  t.same(collect(1, 3.0), { 1, 2, 3 })
  t.same(collect(3, 0.5, -1), { 3, 2, 1 })
  t.same(collect(3, -0.5, -1), { 3, 2, 1, 0 })
  t.same(collect(max - 1, math.huge), { max - 1, max })
  t.same(collect(max - 1, 1e300), { max - 1, max })
  t.same(collect(min + 1, -math.huge, -1), { min + 1, min })
  t.same(collect(1, -math.huge), {})
  t.same(collect(1, math.huge, -1), {})
  t.same(collect(1, 0 / 0), {})
  t.same(collect(min, -2 ^ 63), { min })
  t.same(collect(max, 2 ^ 63), { max })
  t.same(collect(1, 2 ^ 53, 2 ^ 52 // 1 | 0), { 1, (1 << 52) + 1 })
  t.eq(#collect(1, math.huge), 21)
end)

t.test("floats", function()
  t.same(collect(1.0, 3), { 1.0, 2.0, 3.0 })
  t.same(collect(1, 2, 0.5), { 1.0, 1.5, 2.0 })
  t.same(collect(1, 3, 1.0), { 1.0, 2.0, 3.0 })
  t.same(collect(0, 1, 0.25), { 0.0, 0.25, 0.5, 0.75, 1.0 })
  t.same(collect(1, 0, -0.5), { 1.0, 0.5, 0.0 })
  t.same(collect(1.0, 0), {})
  t.same(collect(math.huge, math.huge, -math.huge), { math.huge })
  t.same(collect(1.5, 1.5), { 1.5 })
  t.same(collect(3.5, 1, -1), { 3.5, 2.5, 1.5 })
  t.same(collect(1e15, 1e15 + 2), { 1e15, 1e15 + 1, 1e15 + 2 })
  t.same(collect(0.0, 3, 2), { 0.0, 2.0 })
end)

t.test("float steps accumulate", function()
  local n, last = 0, nil
  for x = 0, 1, 0.1 do n, last = n + 1, x end
  t.eq(n, 11)
  t.eq(last, 0.99999999999999989)
  n = 0
  for _ = 1, 0, -0.1 do n = n + 1 end
  t.eq(n, 11)
  n = 0
  for _ = 0.1, 0.35, 0.05 do n = n + 1 end
  t.eq(n, 6)
end)

t.test("types of the control variable", function()
  for i = 1, 1 do t.eq(math.type(i), "integer") end
  for i = 1, 1.5 do t.eq(math.type(i), "integer") end
  for i = 1.0, 1 do t.eq(math.type(i), "float") end
  for i = 1, 1, 1.0 do t.eq(math.type(i), "float") end
end)

t.test("the body's variable is a copy", function()
  local out = {}
  for i = 1, 3 do
    out[#out + 1] = i
    i = i * 10
    out[#out + 1] = i
  end
  t.same(out, { 1, 10, 2, 20, 3, 30 })
  local fs = {}
  for i = 1, 3 do fs[i] = function() i = i + 1 return i end end
  t.values(table.pack(fs[1](), fs[1](), fs[2](), fs[3]()), 2, 3, 3, 4)
  for i = 1, 2 do
    i = nil
    t.eq(i, nil)
  end
  for i = 1, 2 do i = "text" end
end)

t.test("bounds are evaluated once, in order", function()
  local log = {}
  local function v(name, x) log[#log + 1] = name return x end
  for _ = v("first", 1), v("last", 3), v("step", 1) do end
  t.same(log, { "first", "last", "step" })
  local n, count = 3, 0
  for _ = 1, n do n = n + 1 count = count + 1 end
  t.eq(count, 3)
  local function two() return 4, 5 end
  local out = {}
  for i = 1, two() do out[#out + 1] = i end
  t.same(out, { 1, 2, 3, 4 })
end)

t.test("errors", function()
  t.fails("for i = 1, 10, 0 do end", "t:1: 'for' step is zero")
  t.fails("for i = 1, 10, 0.0 do end", "t:1: 'for' step is zero")
  t.fails("for i = 1.0, 10, -0.0 do end", "t:1: 'for' step is zero")
  t.fails('for i = "x", 10 do end', "t:1: bad 'for' initial value (number expected, got string)")
  t.fails('for i = 1, "x" do end', "t:1: bad 'for' limit (number expected, got string)")
  t.fails('for i = 1, 10, "x" do end', "t:1: bad 'for' step (number expected, got string)")
  t.fails('for i = 1, 10, "0" do end', "t:1: 'for' step is zero")
  t.fails("for i = nil, 10 do end", "t:1: bad 'for' initial value (number expected, got nil)")
  t.fails("for i = 1, nil do end", "t:1: bad 'for' limit (number expected, got nil)")
  t.fails("for i = 1, 10, nil do end", "t:1: bad 'for' step (number expected, got nil)")
  t.fails("for i = {}, 10 do end", "t:1: bad 'for' initial value (number expected, got table)")
  t.fails("for i = 1, {} do end", "t:1: bad 'for' limit (number expected, got table)")
  t.fails("for i = 1.5, {} do end", "t:1: bad 'for' limit (number expected, got table)")
  t.fails("for i = 1.5, 2, {} do end", "t:1: bad 'for' step (number expected, got table)")
  t.fails("for i = {}, {}, {} do end", "t:1: bad 'for' limit (number expected, got table)")
  t.fails("for i = 1, {}, {} do end", "t:1: bad 'for' limit (number expected, got table)")
  t.fails("for i = 1, {}, 0 do end", "t:1: 'for' step is zero")
  t.fails("for i = 1, true do end", "t:1: bad 'for' limit (number expected, got boolean)")
  t.fails("for i = 1,\n2,\n{} do end", "t:3: bad 'for' step (number expected, got table)")
  t.fails("for i = 1 do end", "t:1: ',' expected near 'do'")
  t.fails("for i, j = 1, 2 do end", "t:1: 'in' expected near '='")
  t.fails("for i = 1, 2, 3, 4 do end", "t:1: 'do' expected near ','")
  t.fails("for 1 = 1, 2 do end", "t:1: <name> expected near '1'")
  t.fails("for i 1, 2 do end", "t:1: '=' or 'in' expected near '1'")
  t.fails("for i = 1, 2 end", "t:1: 'do' expected near 'end'")
  t.fails("for i = 1, 2 do", "t:1: 'end' expected near <eof>")
end)

t.test("strings that are numerals serve as bounds", function()
  t.same(collect("1", 2), { 1.0, 2.0 })
  t.same(collect(1, "2"), { 1, 2 })
  t.same(collect(1, 2, "1"), { 1.0, 2.0 })
  t.same(collect(1.0, "2"), { 1.0, 2.0 })
end)

t.test("long loops and nesting", function()
  local s = 0
  for i = 1, 100000 do s = s + i end
  t.eq(s, 5000050000)
  s = 0
  for i = 100000, 1, -1 do s = s + (i & 1) end
  t.eq(s, 50000)
  local f = 0.0
  for i = 1, 10000 do f = f + i / 2 end
  t.eq(f, 25002500.0)
  local n = 0
  for i = 1, 20 do for j = i, 20 do for k = j, 20 do n = n + 1 end end end
  t.eq(n, 1540)
  n = 0
  for i = 1, 10 do
    for i = 1, i do n = n + i end
  end
  t.eq(n, 220)
end)

t.test("other statements in the body", function()
  local function first(list, p) for i = 1, #list do if p(list[i]) then return i, list[i] end end end
  t.values(table.pack(first({ 1, 3, 4 }, function(x) return x % 2 == 0 end)), 3, 4)
  t.values(table.pack(first({ 1 }, function() return false end)))
  local out = {}
  for i = 1, 10 do
    if i == 3 then goto continue end
    if i > 5 then break end
    local j = i * i
    out[#out + 1] = j
    ::continue::
  end
  t.same(out, { 1, 4, 16, 25 })
  for i = 1, 0 do out = nil end
  t.ok(out)
end)

t.finish()
