-- Integers and floats at the same instructions of hot loops: arithmetic, comparison, keys, steps of loops.
local t = require "harness"

t.test("arithmetic of both kinds", function()
  local function mix(a, b) return a + b, a - b, a * b end
  local values = { 1, 2.5, -3, 0.5, math.maxinteger, 1e300, -0.0, 0, 2 ^ 53 }
  for round = 1, 20 do
    for _, a in ipairs(values) do
      for _, b in ipairs(values) do
        local s, d, p = mix(a, b)
        local float = math.type(a) == "float" or math.type(b) == "float"
        if (math.type(s) == "float") ~= float or (math.type(p) == "float") ~= float then
          t.eq(math.type(s), float and "float" or "integer")
        end
        local x, y = float and a + 0.0 or a, float and b + 0.0 or b
        if s ~= x + y or d ~= x - y or p ~= x * y then t.eq(s, x + y) end
      end
    end
  end
  t.values(table.pack(mix(math.maxinteger, 1)), math.mininteger, math.maxinteger - 1, math.maxinteger)
  t.ok(1 / (select(3, mix(-0.0, 1))) < 0)
end)

t.test("comparison of both kinds is exact", function()
  local function less(a, b) return a < b end
  local function atMost(a, b) return a <= b end
  local cases = {
    { 1, 1.5, true, true }, { 1.5, 1, false, false }, { 2, 2.0, false, true }, { 2.0, 2, false, true },
    { 2 ^ 53, (1 << 53) + 1, true, true }, { (1 << 53) + 1, 2 ^ 53, false, false },
    { math.maxinteger, 2 ^ 63, true, true }, { 2 ^ 63, math.maxinteger, false, false },
    { math.mininteger, -2 ^ 63, false, true }, { -2 ^ 63, math.mininteger, false, true },
    { 1, 0 / 0, false, false }, { 0 / 0, 1, false, false }, { 1, 1 / 0, true, true }, { -1 / 0, 1, true, true },
    { 3, 4, true, true }, { 4.5, 3.5, false, false },
  }
  for round = 1, 40 do
    for i, c in ipairs(cases) do
      if less(c[1], c[2]) ~= c[3] then t.eq(less(c[1], c[2]), c[3], "less " .. i) end
      if atMost(c[1], c[2]) ~= c[4] then t.eq(atMost(c[1], c[2]), c[4], "at most " .. i) end
    end
  end
  t.eq(select(2, pcall(less, 1, "2")):gsub("^.-:%d+: ", ""), "attempt to compare number with string")
end)

t.test("floats as keys of lists", function()
  local list = {}
  for i = 1, 100 do list[i] = i end
  local function get(l, k) return l[k] end
  local function set(l, k, v) l[k] = v end
  local s = 0
  for i = 1, 300 do
    local k = i % 3 == 0 and i % 100 + 1 or (i % 100 + 1) + 0.0
    set(list, k, k // 1 | 0)
    s = s + get(list, k)
  end
  t.eq(s, 300 * 101 // 2)
  t.eq(get(list, 1.5), nil)
  t.eq(get(list, 2 ^ 70), nil)
  t.eq(get(list, -0.0), nil)
  set(list, 101.0, "next")
  t.eq(list[101], "next")
  t.eq(math.type((next({ [3.0] = 1 }))), "integer")
  t.eq(select(2, pcall(set, list, 0 / 0, 1)):gsub("^.-:%d+: ", ""), "table index is NaN")
  set(list, 0.5, "half")
  t.eq(get(list, 0.5), "half")
end)

t.test("steps that are variables", function()
  local function sum(from, to, step)
    local s, n = 0, 0
    for i = from, to, step do
      s, n = s + i, n + 1
      if n == 30 then break end -- 5.3 goes on past the largest integer, and with a step of 0
    end
    return s, n
  end
  for i = 1, 100 do sum(1, 20, i) end
  t.values(table.pack(sum(1, 10, 3)), 22, 4)
  t.values(table.pack(sum(10, 1, 3)), 0, 0)
  t.values(table.pack(sum(10, 1, -3)), 22, 4)
  t.values(table.pack(sum(1, 2, 0.5)), 4.5, 3)
  if t.lua53 then
    t.values(table.pack(sum(math.maxinteger - 1, math.maxinteger, 5)), 2115, 30)
    t.values(table.pack(sum(math.mininteger, math.maxinteger, math.maxinteger)), math.maxinteger - 434, 30)
    t.values(table.pack(pcall(sum, 1, 2, 0)), true, 0, 0)
    t.values(table.pack(pcall(sum, 2, 1, 0)), true, 60, 30)
  else
    t.values(table.pack(sum(math.maxinteger - 1, math.maxinteger, 5)), math.maxinteger - 1, 1)
    t.values(table.pack(sum(math.mininteger, math.maxinteger, math.maxinteger)), -3, 3)
    t.eq(select(2, pcall(sum, 1, 2, 0)):gsub("^.-:%d+: ", ""), "'for' step is zero")
  end
  t.eq(select(2, pcall(sum, 1, 2, "x")):gsub("^.-:%d+: ", ""),
    t.either("'for' step must be a number", "bad 'for' step (number expected, got string)"))
  for i = 1, 100 do sum(20, 1, -i) end
  t.values(table.pack(sum(10, 1, -3)), 22, 4)
  t.values(table.pack(sum(1, 10, 3)), 22, 4)
end)

t.finish()
