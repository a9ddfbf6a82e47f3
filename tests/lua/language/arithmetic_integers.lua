-- Integer arithmetic: wraparound, floor division and modulo, negation.
local t = require "harness"

t.test("addition and subtraction wrap around", function()
  t.binary("1", "+", "2", 3)
  t.binary("math.maxinteger", "+", "1", math.mininteger)
  t.binary("math.mininteger", "-", "1", math.maxinteger)
  t.binary("math.mininteger", "+", "math.mininteger", 0)
  t.binary("0", "-", "math.mininteger", math.mininteger)
  t.binary("-5", "-", "-7", 2)
  t.binary("127", "+", "1", 128)
  t.binary("128", "-", "256", -128)
  t.binary("math.maxinteger", "-", "-1", math.mininteger)
end)

t.test("multiplication wraps around", function()
  t.binary("7", "*", "-6", -42)
  t.binary("math.maxinteger", "*", "2", -2)
  t.binary("math.mininteger", "*", "-1", math.mininteger)
  t.binary("math.maxinteger", "*", "math.maxinteger", 1)
  t.binary("0x100000000", "*", "0x100000000", 0)
  t.binary("0x100000001", "*", "0x100000001", 8589934593)
  t.binary("0", "*", "-1", 0)
end)

t.test("floor division rounds towards minus infinity", function()
  t.binary("7", "//", "2", 3)
  t.binary("-7", "//", "2", -4)
  t.binary("7", "//", "-2", -4)
  t.binary("-7", "//", "-2", 3)
  t.binary("6", "//", "3", 2)
  t.binary("-6", "//", "3", -2)
  t.binary("0", "//", "-5", 0)
  t.binary("1", "//", "math.maxinteger", 0)
  t.binary("-1", "//", "math.maxinteger", -1)
  t.binary("math.mininteger", "//", "-1", math.mininteger)
  t.binary("math.mininteger", "//", "2", -4611686018427387904)
  t.binary("math.mininteger", "//", "1", math.mininteger)
  t.binary("math.maxinteger", "//", "math.mininteger", -1)
  t.binary("math.mininteger", "//", "math.mininteger", 1)
  t.binary("-9", "//", "4", -3)
end)

t.test("modulo takes the divisor's sign", function()
  t.binary("7", "%", "3", 1)
  t.binary("-7", "%", "3", 2)
  t.binary("7", "%", "-3", -2)
  t.binary("-7", "%", "-3", -1)
  t.binary("6", "%", "3", 0)
  t.binary("-6", "%", "3", 0)
  t.binary("6", "%", "-3", 0)
  t.binary("math.mininteger", "%", "-1", 0)
  t.binary("math.mininteger", "%", "3", 1)
  t.binary("math.maxinteger", "%", "-2", -1)
  t.binary("math.mininteger", "%", "math.maxinteger", 9223372036854775806)
  t.binary("math.maxinteger", "%", "math.mininteger", -1)
  t.binary("5", "%", "1", 0)
  t.binary("-5", "%", "-1", 0)
  t.binary("1000000", "%", "7", 1)
end)

t.test("division and power of integers give floats", function()
  t.binary("6", "/", "2", 3.0)
  t.binary("1", "/", "2", 0.5)
  t.binary("-7", "/", "2", -3.5)
  t.binary("0", "/", "5", 0.0)
  t.binary("1", "/", "0", math.huge)
  t.binary("-1", "/", "0", -math.huge)
  t.binary("math.maxinteger", "/", "1", 9.223372036854776e+18)
  t.binary("2", "^", "10", 1024.0)
  t.binary("2", "^", "0", 1.0)
  t.binary("2", "^", "-1", 0.5)
  t.binary("-2", "^", "2", 4.0)
  t.binary("10", "^", "2", 100.0)
  t.binary("4", "^", "0.5", 2.0)
end)

t.test("division of integers by zero", function()
  t.raises(function() local z = 0 return 1 // z end, "@ attempt to divide by zero")
  t.raises(function() local z = 0 return 1 % z end, "@ attempt to perform 'n%0'")
  t.raises(function() return 1 // 0 end, "@ attempt to divide by zero")
  t.raises(function() return 1 % 0 end, "@ attempt to perform 'n%0'")
  t.raises(function() local n, z = math.mininteger, 0 return n // z end, "@ attempt to divide by zero")
  t.raises(function() local n = math.mininteger return n % 0 end, "@ attempt to perform 'n%0'")
  t.raises(function() local z = 0 return 0 // z end, "@ attempt to divide by zero")
end)

t.test("negation", function()
  local min, max, zero = math.mininteger, math.maxinteger, 0
  t.eq(-min, math.mininteger)
  t.eq(-max, -9223372036854775807)
  t.eq(-zero, 0)
  t.eq(- -max, math.maxinteger)
  t.eq(-(-5), 5)
  t.eq(- - - 5, -5)
  t.eq(math.type(-zero), "integer")
end)

t.test("compound expressions over many types stay integer", function()
  local a, b, c = 10, 3, -4
  t.eq(a + b * c, -2)
  t.eq((a + b) * c, -52)
  t.eq(a // b * b + a % b, 10)
  t.eq(a // c * c + a % c, 10)
  t.eq((a - b) // c % b, 1)
  t.eq(math.type(a + b * c), "integer")
  t.eq(math.type(a / 5), "float")
  t.eq(a - b - c, 11)
end)

t.test("identity of floor division and modulo", function()
  local values = { 1, -1, 2, -2, 3, 7, -7, 10, 255, -256, math.maxinteger, math.mininteger, 0 }
  for _, a in ipairs(values) do
    for _, b in ipairs(values) do
      if b ~= 0 then
        local q, r = a // b, a % b
        if q * b + r ~= a or (r ~= 0 and (r < 0) ~= (b < 0)) then t.eq(false, true, a .. " by " .. b) end
      end
    end
  end
  t.ok(true)
end)

t.test("a loop that overflows keeps wrapping", function()
  local x = 1
  for _ = 1, 64 do x = x * 3 end
  t.eq((function() local x = 1 for _ = 1, 64 do x = x * 3 end return x end)(), 8733086111712066817)
  local f = 0
  for i = 1, 100 do f = f * 31 + i end
  t.eq(math.type(f), "integer")
end)

t.finish()
