-- if, while, repeat, logical operators, conditions of every shape.
local t = require "harness"

t.test("logical operators give their operands", function()
  local n, f, z, s, e, tr = nil, false, 0, "s", "", true
  t.eq(n and 1, nil)
  t.eq(f and 1, false)
  t.eq(z and 1, 1)
  t.eq(e and 1, 1)
  t.eq(s and n, nil)
  t.eq(n or 1, 1)
  t.eq(f or n, nil)
  t.eq(n or f, false)
  t.eq(z or 1, 0)
  t.eq(s or e, "s")
  t.eq(n and f, nil)
  t.eq(f and n, false)
  t.eq(n or f or s, "s")
  t.eq(n and f or s, "s")
  t.eq(s and z and e, "")
  t.eq(s and (n or f), false)
  t.eq((n or s) and (f or z), 0)
  t.eq(n == f, false)
  t.eq(not n, true)
  t.eq(not z, false)
  t.eq(not e, false)
  t.eq(not not s, true)
  t.eq(not f == tr, true)
  t.eq(not (s and z), false)
  t.eq(not (n or f), true)
  t.eq(not s or z, 0)
  t.eq(1 and 2 or 3, 2)
  t.eq(nil and 2 or 3, 3)
  t.eq(false or nil, nil)
  t.eq(nil or false, false)
  t.eq(1 < 2 and "less" or "not less", "less")
  t.eq(2 < 1 and "less" or "not less", "not less")
  t.eq(f == false and z == 0 and "both", "both")
  t.eq(s ~= nil and #s, 1)
  t.eq(n ~= nil and #n, false)
  t.eq((n and n.x) or "none", "none")
  t.eq(z and (f or (n or s)), "s")
  t.eq(f and f or f and tr or tr and z, 0)
  t.eq(tr and f or n, nil)
end)

t.test("truth of values in conditions", function()
  local function truth(v) if v then return true else return false end end
  for _, v in ipairs { 0, 0.0, "", "false", 0 / 0, {}, print, true } do t.eq(truth(v), true) end
  t.eq(truth(nil), false)
  t.eq(truth(false), false)
  t.eq(truth(), false)
end)

t.test("if chains", function()
  local function grade(n)
    if n >= 90 then return "A" elseif n >= 80 then return "B" elseif n >= 70 then return "C" else return "F" end
  end
  t.eq(grade(95), "A")
  t.eq(grade(85), "B")
  t.eq(grade(75), "C")
  t.eq(grade(5), "F")
  local function empty(x) if x then elseif x == false then return "false" end end
  t.eq(empty(1), nil)
  t.eq(empty(false), "false")
  t.eq(empty(nil), nil)
  local r = {}
  for i = 1, 5 do
    if i == 1 then r[i] = "one" elseif i == 2 then r[i] = "two" elseif i == 3 then r[i] = "three" else r[i] = "many" end
  end
  t.same(r, { "one", "two", "three", "many", "many" })
end)

t.test("compound conditions", function()
  local function f(a, b, c)
    local r = 0
    if a and b or c then r = r + 1 end
    if a and (b or c) then r = r + 2 end
    if not (a or b) and c then r = r + 4 end
    if not a or not b or not c then r = r + 8 end
    if (a or b) and (b or c) and (a or c) then r = r + 16 end
    if a == b and b == c then r = r + 32 end
    return r
  end
  local got = {}
  for i = 0, 7 do got[#got + 1] = f(i & 4 ~= 0, i & 2 ~= 0, i & 1 ~= 0) end
  t.same(got, { 40, 13, 8, 25, 8, 27, 27, 51 })
end)

t.test("conditions that are evaluated only as far as needed", function()
  local n = 0
  local function c(v) n = n + 1 return v end
  local x = c(false) and c(true)
  t.eq(n, 1)
  x = c(true) or c(false)
  t.eq(n, 2)
  if c(false) or c(false) or c(true) or c(true) then n = n + 10 end
  t.eq(n, 15)
  while c(true) and c(false) do end
  t.eq(n, 17)
  x = (c(nil) or c(5)) and c(6)
  t.values(table.pack(x, n), 6, 20)
end)

t.test("comparisons with constants", function()
  local function f(x)
    local s = ""
    if x == 5 then s = s .. "a" end
    if x ~= 5 then s = s .. "b" end
    if x < 5 then s = s .. "c" end
    if x <= 5 then s = s .. "d" end
    if x > 5 then s = s .. "e" end
    if x >= 5 then s = s .. "f" end
    if 5 < x then s = s .. "g" end
    if 5 >= x then s = s .. "h" end
    return s
  end
  t.eq(f(5), "adfh")
  t.eq(f(5.0), "adfh")
  t.eq(f(4), "bcdh")
  t.eq(f(5.5), "befg")
  t.eq(f(0 / 0), "b")
  local function g(x)
    if x == nil then return 1 elseif x == false then return 2 elseif x == true then return 3
    elseif x == "s" then return 4 elseif x == 1.5 then return 5 elseif x == 1e100 then return 6 end
  end
  t.values(table.pack(g(nil), g(false), g(true), g("s"), g(1.5), g(1e100), g(0)), 1, 2, 3, 4, 5, 6)
end)

t.test("while", function()
  local i, s = 0, 0
  while i < 10 do i = i + 1 s = s + i end
  t.eq(s, 55)
  while false do s = 0 end
  while nil do s = 0 end
  t.eq(s, 55)
  local n = 3
  while n do n = n > 0 and n - 1 or nil end
  t.eq(n, nil)
  i = 0
  while true do i = i + 1 if i > 100 then break end end
  t.eq(i, 101)
  i = 0
  while 1 do i = i + 2 if not (i < 9) then break end end
  t.eq(i, 10)
end)

t.test("repeat sees the body's locals", function()
  local n = 0
  repeat local x = n * 2 n = n + 1 until x >= 6
  t.eq(n, 4)
  repeat n = n + 1 until true
  t.eq(n, 5)
  local fs = {}
  repeat
    local v = #fs
    fs[#fs + 1] = function() v = v + 1 return v end
  until v == 2
  t.values(table.pack(#fs, fs[1](), fs[1](), fs[2](), fs[3]()), 3, 1, 2, 2, 3)
  local i = 0
  repeat
    local j = i
    local f = function() return j end
    i = i + 1
    if i == 2 then break end
  until f() == 5
  t.eq(i, 2)
  repeat local a = 1 repeat local b = 2 until b == a + 1 until a == 1
  t.ok(true)
end)

t.test("nested loops with breaks", function()
  local out = {}
  for i = 1, 3 do
    local j = 0
    while true do
      j = j + 1
      if j == i then break end
      repeat
        out[#out + 1] = i * 10 + j
        if i == 3 then break end
      until true
    end
  end
  t.same(out, { 21, 31, 32 })
end)

t.test("return in the middle of things", function()
  local function find(list, x)
    for i, v in ipairs(list) do
      if v == x then do return i end end
    end
    return nil
  end
  t.eq(find({ 5, 6, 7 }, 6), 2)
  t.eq(find({ 5, 6, 7 }, 8), nil)
  local function f(n)
    while n > 0 do
      if n == 3 then return "three" end
      n = n - 1
    end
  end
  t.eq(f(5), "three")
  t.values(table.pack(f(2)))
end)

t.finish()
