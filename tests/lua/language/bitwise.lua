-- Bitwise operators on 64-bit integers.
local t = require "harness"

t.test("and, or, exclusive or", function()
  t.binary("0xF0", "&", "0x3C", 48)
  t.binary("0xF0", "|", "0x0F", 255)
  t.binary("0xFF", "~", "0x0F", 240)
  t.binary("-1", "&", "0xFF", 255)
  t.binary("-1", "~", "0xFF", -256)
  t.binary("math.mininteger", "|", "1", -9223372036854775807)
  t.binary("math.mininteger", "&", "math.maxinteger", 0)
  t.binary("0", "~", "0", 0)
  t.binary("-1", "|", "0", -1)
  t.binary("5.0", "&", "4", 4)
end)

t.test("shifts are logical and full-width", function()
  t.binary("1", "<<", "0", 1)
  t.binary("1", "<<", "1", 2)
  t.binary("1", "<<", "62", 4611686018427387904)
  t.binary("1", "<<", "63", math.mininteger)
  t.binary("1", "<<", "64", 0)
  t.binary("1", "<<", "65", 0)
  t.binary("1", "<<", "1000000", 0)
  t.binary("1", "<<", "-1", 0)
  t.binary("2", "<<", "-1", 1)
  t.binary("-1", ">>", "1", math.maxinteger)
  t.binary("-1", ">>", "63", 1)
  t.binary("-1", ">>", "64", 0)
  t.binary("-1", ">>", "0", -1)
  t.binary("-1", "<<", "63", math.mininteger)
  t.binary("256", ">>", "4", 16)
  t.binary("1", ">>", "-1", 2)
  t.binary("1", ">>", "-63", math.mininteger)
  t.binary("1", ">>", "-64", 0)
  t.binary("1", "<<", "math.mininteger", 0)
  t.binary("1", ">>", "math.mininteger", 0)
  t.binary("1", "<<", "math.maxinteger", 0)
  t.binary("-1", ">>", "math.maxinteger", 0)
  t.binary("0xFF", "<<", "56", -72057594037927936)
  t.binary("3", ">>", "1", 1)
end)

t.test("not", function()
  local zero, minus, big, five = 0, -1, math.maxinteger, 5.0
  t.eq(~zero, -1)
  t.eq(~minus, 0)
  t.eq(~big, math.mininteger)
  t.eq(~five, -6)
  t.eq(~0, -1)
  t.eq(~~5, 5)
  t.eq(~-1, 0)
  t.eq(-~5, 6)
  t.eq(~5 & 0xF, 10)
end)

t.test("precedence", function()
  t.eq(1 | 2 & 3, 3)
  t.eq(1 | 2 ~ 3, 1)
  t.eq(6 ~ 3 & 2, 4)
  t.eq(1 << 2 + 1, 8)
  t.eq(1 + 1 << 2, 8)
  t.eq(5 & 3 == 1, true)
  t.eq(1 | 4 < 6, true)
  t.eq(2 * 3 & 4, 4)
  t.eq(-1 >> 60, 15)
  t.eq(~1 ^ 2 // 1 | 0, -2)
  t.eq(1 << 2 << 3, 32)
  t.eq(256 >> 2 >> 1, 32)
end)

t.test("errors", function()
  t.fails("return 1 & {}", "t:1: attempt to perform bitwise operation on a table value")
  t.fails("return nil | 1", "t:1: attempt to perform bitwise operation on a nil value")
  t.fails("local a = {} return a ~ 1",
    "t:1: attempt to perform bitwise operation on a table value (local 'a')")
  t.fails("local a = {} return ~a", "t:1: attempt to perform bitwise operation on a table value (local 'a')")
  t.fails('local s = "x" return 1 << s',
    "t:1: attempt to perform bitwise operation on a string value (local 's')")
  t.fails("return 1.5 | 1", "t:1: number has no integer representation")
  t.fails("local f = 1.5 return f >> 1", "t:1: number (local 'f') has no integer representation")
  t.fails("local f = 1.5 return 2 << f", "t:1: number (local 'f') has no integer representation")
  t.fails("local tt = {x = 0.5} return tt.x & 1", "t:1: number (field 'x') has no integer representation")
  t.fails("return true & 1", "t:1: attempt to perform bitwise operation on a boolean value")
  t.fails("return 1 ~ print",
    "t:1: attempt to perform bitwise operation on a function value (global 'print')")
end)

t.test("bit tricks", function()
  local function popcount(x)
    local n = 0
    while x ~= 0 do
      x = x & (x - 1)
      n = n + 1
    end
    return n
  end
  t.eq(popcount(0), 0)
  t.eq(popcount(-1), 64)
  t.eq(popcount(0x5555555555555555), 32)
  local h = 0xcbf29ce484222325
  for c in ("hello"):gmatch(".") do
    h = h ~ c:byte()
    h = h * 0x100000001b3
  end
  t.eq((function() local h = 0xcbf29ce484222325 for c in ("hello"):gmatch(".") do h = (h ~ c:byte()) * 0x100000001b3 end return h end)(), -6615550055289275125)
  local x = 88172645463325252
  for _ = 1, 10 do
    x = x ~ (x << 13)
    x = x ~ (x >> 7)
    x = x ~ (x << 17)
  end
  t.eq(math.type(x), "integer")
  t.eq(x ~ x, 0)
end)

t.finish()
