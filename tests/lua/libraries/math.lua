-- The math library: rounding and conversions on edges, limits, the generator's documented sequences.

local t = require 'harness'
local transcript = dofile 'libraries/support/transcript.lua'

transcript('constants', [==[
math.pi
--> 3.141592653589793
math.huge
--> inf
math.maxinteger
--> 9223372036854775807
math.mininteger
--> -9223372036854775808
math.type(math.huge)
--> "float"
math.type(math.maxinteger)
--> "integer"
math.maxinteger + 1 == math.mininteger
--> true
math.maxinteger * 2
--> -2
math.mininteger // -1
--> -9223372036854775808
math.mininteger % -1
--> 0
]==])

transcript('math.floor and ceil', [==[
math.floor(3)
--> 3
math.floor(3.7)
--> 3
math.floor(-3.7)
--> -4
math.floor(3.0)
--> 3
math.floor(-0.0)
--> 0
math.floor(0.5)
--> 0
math.floor(-0.5)
--> -1
math.floor(2^53)
--> 9007199254740992
math.floor(2^62)
--> 4611686018427387904
math.floor(2^63)
--> 9.223372036854776e+18
math.floor(-2^63)
--> -9223372036854775808
math.floor(-2^63 - 2000)
--> -9.223372036854778e+18
math.floor(1e100)
--> 1e+100
math.floor(math.huge)
--> inf
math.floor(-math.huge)
--> -inf
math.floor(0/0)
--> nan
math.floor('3.7')
--> 3
math.floor('10')
--> 10
math.floor(math.maxinteger)
--> 9223372036854775807
math.floor(math.maxinteger + 0.0)
--> 9.223372036854776e+18
math.floor()
--> error: t:1: bad argument #1 to 'floor' (number expected, got no value)
math.floor('x')
--> error: t:1: bad argument #1 to 'floor' (number expected, got string)
math.floor({})
--> error: t:1: bad argument #1 to 'floor' (number expected, got table)
math.ceil(3)
--> 3
math.ceil(3.2)
--> 4
math.ceil(-3.2)
--> -3
math.ceil(-0.5)
--> 0
math.ceil(-0.0)
--> 0
math.ceil(0.5)
--> 1
math.ceil(2^53 + 1.0)
--> 9007199254740992
math.ceil(2^63)
--> 9.223372036854776e+18
math.ceil(-2^63)
--> -9223372036854775808
math.ceil(1e308)
--> 1e+308
math.ceil(math.huge)
--> inf
math.ceil(0/0)
--> nan
math.ceil('3.2')
--> 4
math.ceil(9007199254740991.5)
--> 9007199254740992
math.ceil()
--> error: t:1: bad argument #1 to 'ceil' (number expected, got no value)
math.ceil(nil)
--> error: t:1: bad argument #1 to 'ceil' (number expected, got nil)
]==])

transcript('math.abs, fmod, modf, sqrt', [==[
math.abs(-5)
--> 5
math.abs(5)
--> 5
math.abs(-5.5)
--> 5.5
math.abs(-0.0)
--> 0.0
math.abs(math.mininteger)
--> -9223372036854775808
math.abs(math.maxinteger)
--> 9223372036854775807
math.abs(-math.huge)
--> inf
math.abs(0/0)
--> nan
math.abs('-7')
--> 7.0
math.abs('-7.0')
--> 7.0
math.abs()
--> error: t:1: bad argument #1 to 'abs' (number expected, got no value)
math.abs('z')
--> error: t:1: bad argument #1 to 'abs' (number expected, got string)
math.fmod(7, 3)
--> 1
math.fmod(-7, 3)
--> -1
math.fmod(7, -3)
--> 1
math.fmod(-7, -3)
--> -1
math.fmod(7.5, 2)
--> 1.5
math.fmod(-7.5, 2)
--> -1.5
math.fmod(7, 2.5)
--> 2.0
math.fmod(5, math.huge)
--> 5.0
math.fmod(-5, math.huge)
--> -5.0
math.fmod(math.huge, 2)
--> nan
math.fmod(1, 0.0)
--> nan
math.fmod(1.0, 0)
--> nan
math.fmod(0, 5)
--> 0
math.fmod(-6, 2)
--> 0
math.fmod(-6.0, 2)
--> -0.0
math.fmod(math.mininteger, -1)
--> 0
math.fmod(math.mininteger, 1)
--> 0
math.fmod(math.mininteger, math.mininteger)
--> 0
math.fmod(math.maxinteger, -1)
--> 0
math.fmod(math.mininteger, math.maxinteger)
--> -1
math.fmod(math.maxinteger, math.mininteger)
--> 9223372036854775807
math.fmod(1, 0)
--> error: t:1: bad argument #2 to 'fmod' (zero)
math.fmod(0, 0)
--> error: t:1: bad argument #2 to 'fmod' (zero)
math.fmod('7', '3')
--> 1.0
math.fmod(1)
--> error: t:1: bad argument #2 to 'fmod' (number expected, got no value)
math.fmod()
--> error: t:1: bad argument #2 to 'fmod' (number expected, got no value)
math.fmod('x', 1)
--> error: t:1: bad argument #1 to 'fmod' (number expected, got string)
math.fmod(1, 'x')
--> error: t:1: bad argument #2 to 'fmod' (number expected, got string)
math.fmod(3, 1.5)
--> 0.0
math.modf(3.7)
--> 3, 0.7000000000000002
math.modf(-3.7)
--> -3, -0.7000000000000002
math.modf(5)
--> 5, 0.0
math.modf(-0.0)
--> 0, 0.0
math.modf(0.25)
--> 0, 0.25
math.modf(-0.25)
--> 0, -0.25
math.modf(math.huge)
--> inf, 0.0
math.modf(-math.huge)
--> -inf, 0.0
math.modf(0/0)
--> nan, nan
math.modf(2^53)
--> 9007199254740992, 0.0
math.modf(1e100)
--> 1e+100, 0.0
math.modf(math.maxinteger)
--> 9223372036854775807, 0.0
math.modf('2.5')
--> 2, 0.5
math.modf()
--> error: t:1: bad argument #1 to 'modf' (number expected, got no value)
math.modf({})
--> error: t:1: bad argument #1 to 'modf' (number expected, got table)
math.sqrt(16)
--> 4.0
math.sqrt(2)
--> 1.4142135623730951
math.sqrt(0)
--> 0.0
math.sqrt(-0.0)
--> -0.0
math.sqrt(-1)
--> nan
math.sqrt('4')
--> 2.0
math.sqrt(math.huge)
--> inf
math.sqrt()
--> error: t:1: bad argument #1 to 'sqrt' (number expected, got no value)
math.sqrt(true)
--> error: t:1: bad argument #1 to 'sqrt' (number expected, got boolean)
]==])

transcript('math.tointeger, type, ult', [==[
math.tointeger(3)
--> 3
math.tointeger(3.0)
--> 3
math.tointeger(3.5)
--> nil
math.tointeger(-0.0)
--> 0
math.tointeger(2^53)
--> 9007199254740992
math.tointeger(2^63)
--> nil
math.tointeger(-2^63)
--> -9223372036854775808
math.tointeger(math.huge)
--> nil
math.tointeger(0/0)
--> nil
math.tointeger('8')
--> 8
math.tointeger('8.0')
--> 8
math.tointeger('0x10')
--> 16
math.tointeger('x')
--> nil
math.tointeger({})
--> nil
math.tointeger(nil)
--> nil
math.tointeger(true)
--> nil
math.tointeger()
--> error: t:1: bad argument #1 to 'tointeger' (value expected)
math.type(1)
--> "integer"
math.type(1.0)
--> "float"
math.type('1')
--> nil
math.type(nil)
--> nil
math.type({})
--> nil
math.type(0/0)
--> "float"
math.type(2^53)
--> "float"
math.type(1 // 1)
--> "integer"
math.type(1 / 1)
--> "float"
math.type(3 % 2.0)
--> "float"
math.type()
--> error: t:1: bad argument #1 to 'type' (value expected)
math.ult(1, 2)
--> true
math.ult(2, 1)
--> false
math.ult(1, 1)
--> false
math.ult(1, -1)
--> true
math.ult(-1, 1)
--> false
math.ult(-2, -1)
--> true
math.ult(math.maxinteger, math.mininteger)
--> true
math.ult(math.mininteger, math.maxinteger)
--> false
math.ult(0, 0)
--> false
math.ult(1.0, 2.0)
--> true
math.ult('1', '2')
--> true
math.ult(1.5, 2)
--> error: t:1: bad argument #1 to 'ult' (number has no integer representation)
math.ult(1)
--> error: t:1: bad argument #2 to 'ult' (number expected, got no value)
math.ult('x', 1)
--> error: t:1: bad argument #1 to 'ult' (number expected, got string)
math.ult(2^63, 1)
--> error: t:1: bad argument #1 to 'ult' (number has no integer representation)
]==])

transcript('math.max and min', [==[
math.max(1)
--> 1
math.max(1, 2, 3)
--> 3
math.max(3, 2, 1)
--> 3
math.max(1, 2.5)
--> 2.5
math.max(2, 2.0)
--> 2
math.max(2.0, 2)
--> 2.0
math.max(-0.0, 0.0)
--> -0.0
math.max(0.0, -0.0)
--> 0.0
math.max(-1, -2)
--> -1
math.max(math.huge, math.maxinteger)
--> inf
math.max(math.maxinteger, math.maxinteger + 0.0)
--> 9.223372036854776e+18
math.max(0/0, 1)
--> nan
math.max(1, 0/0)
--> 1
math.max('10', 9)
--> error: attempt to compare string with number
math.max('10', '9')
--> "9"
math.max(1, '2')
--> error: attempt to compare number with string
math.max()
--> error: t:1: bad argument #1 to 'max' (value expected)
math.max('x')
--> "x"
math.max(1, 'x')
--> error: attempt to compare number with string
math.max(1, nil)
--> error: attempt to compare number with nil
math.max(1, {}, 2)
--> error: attempt to compare number with table
math.min(1)
--> 1
math.min(3, 1, 2)
--> 1
math.min(1, 0.5)
--> 0.5
math.min(2, 2.0)
--> 2
math.min(2.0, 2)
--> 2.0
math.min(math.mininteger, -math.huge)
--> -inf
math.min(0/0, 1)
--> nan
math.min(1, 0/0)
--> 1
math.min()
--> error: t:1: bad argument #1 to 'min' (value expected)
math.min(1, 2, {})
--> error: attempt to compare table with number
math.min(true)
--> true
math.max(9007199254740993, 9007199254740992.0)
--> 9007199254740993
math.min(9007199254740993, 9007199254740992.0)
--> 9007199254740992.0
math.max(table.unpack((function() local r = {} for i = 1, 200 do r[i] = i end return r end)()))
--> 200
]==])

transcript('transcendental functions', [==[
math.exp(0)
--> 1.0
math.exp(1)
--> 2.718281828459045
math.exp(-math.huge)
--> 0.0
math.exp(1000)
--> inf
math.log(1)
--> 0.0
math.log(math.exp(1))
--> 1.0
math.log(0)
--> -inf
math.log(-1)
--> nan
math.log(8, 2)
--> 3.0
math.log(1024, 2)
--> 10.0
math.log(1000, 10)
--> 3.0
math.log(100, 10)
--> 2.0
math.log(27, 3)
--> 3.0
math.log(2, 4)
--> 0.5
math.log(8, 2.0)
--> 3.0
math.log(2, 0)
--> -0.0
math.log(2, 1)
--> inf
math.log('8', '2')
--> 3.0
math.log()
--> error: t:1: bad argument #1 to 'log' (number expected, got no value)
math.log(1, 'x')
--> error: t:1: bad argument #2 to 'log' (number expected, got string)
math.sin(0)
--> 0.0
math.sin(-0.0)
--> -0.0
math.sin(1)
--> 0.8414709848078965
math.cos(0)
--> 1.0
math.cos(math.pi)
--> -1.0
math.tan(0)
--> 0.0
math.asin(1)
--> 1.5707963267948966
math.asin(2)
--> nan
math.acos(1)
--> 0.0
math.acos(0)
--> 1.5707963267948966
math.atan(1)
--> 0.7853981633974483
math.atan(1, 1)
--> 0.7853981633974483
math.atan(1, -1)
--> 2.356194490192345
math.atan(-1, -1)
--> -2.356194490192345
math.atan(0, -1)
--> 3.141592653589793
math.atan(0.0, -0.0)
--> 3.141592653589793
math.atan(-0.0, -0.0)
--> -3.141592653589793
math.atan(1, 0)
--> 1.5707963267948966
math.atan(math.huge)
--> 1.5707963267948966
math.atan(2, 3)
--> 0.5880026035475675
math.atan('1')
--> 0.7853981633974483
math.atan()
--> error: t:1: bad argument #1 to 'atan' (number expected, got no value)
math.deg(math.pi)
--> 180.0
math.deg(1)
--> 57.29577951308232
math.rad(180)
--> 3.141592653589793
math.rad(1)
--> 0.017453292519943295
math.deg('x')
--> error: t:1: bad argument #1 to 'deg' (number expected, got string)
math.rad()
--> error: t:1: bad argument #1 to 'rad' (number expected, got no value)
math.sin()
--> error: t:1: bad argument #1 to 'sin' (number expected, got no value)
math.cos('x')
--> error: t:1: bad argument #1 to 'cos' (number expected, got string)
math.tan({})
--> error: t:1: bad argument #1 to 'tan' (number expected, got table)
math.asin()
--> error: t:1: bad argument #1 to 'asin' (number expected, got no value)
math.acos()
--> error: t:1: bad argument #1 to 'acos' (number expected, got no value)
math.exp()
--> error: t:1: bad argument #1 to 'exp' (number expected, got no value)
]==])

transcript('math.random with a seed', [==[
math.randomseed(42) return math.random(0), math.random(0), math.random(0)
--5.3> error: t:1: bad argument #1 to 'random' (interval is empty)
--5.4> -1276290044721465627, 8333941968102511665, -8358531260401861301
math.randomseed(42) return math.random(), math.random(), math.random()
--5.3> 0.3299642074853182, 0.6906357039697468, 0.42248668195679784
--5.4> 0.9308121780395682, 0.4517838993592431, 0.546883112434215
math.randomseed(42) return math.random(10), math.random(10), math.random(10), math.random(10), math.random(10)
--5.3> 4, 7, 5, 3, 3
--5.4> 6, 2, 6, 6, 7
math.randomseed(42) return math.random(-5, 5), math.random(-5, 5), math.random(-5, 5)
--5.3> -2, 2, -1
--5.4> 0, -4, 0
math.randomseed(42) return math.random(math.mininteger, math.maxinteger), math.random(math.mininteger, math.maxinteger)
--5.3> error: t:1: bad argument #1 to 'random' (interval too large)
--5.4> 7947081992133310181, -889430068752264143
math.randomseed(42) return math.random(math.maxinteger), math.random(math.maxinteger)
--5.3> 3043382644483031041, 6369990039648075777
--5.4> 7947081992133310182, 8333941968102511666
math.randomseed(42) return math.random(1 << 40), math.random(1 << 40)
--5.3> 362799482881, 759361987073
--5.4> 1062568359654, 71327831090
math.randomseed(42) return math.random(3), math.random(3), math.random(3), math.random(3), math.random(3), math.random(3), math.random(3), math.random(3)
--5.3> 1, 3, 2, 1, 1, 2, 3, 1
--5.4> 2, 2, 2, 2, 3, 2, 1, 3
math.randomseed(42) return math.random(100, 1000), math.random(1, 6), math.random(), math.random(0), math.random(7)
--5.3> error: t:1: bad argument #1 to 'random' (interval is empty)
--5.4> 841, 2, 0.546883112434215, -3807604385970496171, 6
math.randomseed(42) return math.random(0, math.maxinteger), math.random(math.mininteger, 0), math.random(math.mininteger, -1)
--5.3> error: t:1: bad argument #1 to 'random' (interval too large)
--5.4> 7947081992133310181, -889430068752264143, -8358531260401861301
math.randomseed(0) return math.random(0), math.random(0)
--5.3> error: t:1: bad argument #1 to 'random' (interval is empty)
--5.4> 4554719557422691265, 4331835599999590920
math.randomseed(0) return math.random(), math.random(1000)
--5.3> 0.39438292663544416, 784
--5.4> 0.2469118419609948, 521
math.randomseed(-1) return math.random(0), math.random()
--5.3> error: t:1: bad argument #1 to 'random' (interval is empty)
--5.4> -6532212821526904015, 0.9351356122485669
math.randomseed(1, 2) return math.random(0), math.random(0)
--5.3> error: t:1: bad argument #1 to 'random' (interval is empty)
--5.4> 8291693048688576641, 4164699302279098248
math.randomseed(1, 0) return math.random(0), math.random(0)
--5.3> error: t:1: bad argument #1 to 'random' (interval is empty)
--5.4> -3401804370673955427, -247601303632394777
math.randomseed(1) return math.random(0), math.random(0)
--5.3> error: t:1: bad argument #1 to 'random' (interval is empty)
--5.4> -3401804370673955427, -247601303632394777
math.randomseed(123456789, 987654321) return math.random(0), math.random(1, 100), math.random()
--5.3> error: t:1: bad argument #1 to 'random' (interval is empty)
--5.4> 7873747018508371129, 33, 0.4674558070130498
math.randomseed(math.maxinteger, math.mininteger) return math.random(0), math.random()
--5.3> error: t:1: bad argument #1 to 'random' (interval is empty)
--5.4> -2791550165717155446, 0.31537794997648205
math.randomseed(42.0) return math.random(0)
--5.3> error: t:1: bad argument #1 to 'random' (interval is empty)
--5.4> -1276290044721465627
math.randomseed('42') return math.random(0)
--5.3> error: t:1: bad argument #1 to 'random' (interval is empty)
--5.4> -1276290044721465627
math.randomseed(42, '7') return math.random(0)
--5.3> error: t:1: bad argument #1 to 'random' (interval is empty)
--5.4> -3100642489518372304
math.randomseed(42) local r = {} for i = 1, 20 do r[i] = math.random(100) end return table.concat(r, ' ')
--5.3> "33 70 43 21 26 64 87 31 3 37 77 32 14 11 77 9 56 57 75 99"
--5.4> "50 76 86 54 64 7 25 3 24 24 1 65 63 97 10 45 38 9 68 27"
math.randomseed(7) local s = 0 for i = 1, 1000 do s = s + math.random(1000000) end return s
--5.3> 505279922
--5.4> 496255299
math.randomseed(7) local x = 0 for i = 1, 1000 do x = x ~ math.random(0) end return x
--5.3> error: t:1: bad argument #1 to 'random' (interval is empty)
--5.4> -1178626245392975450
math.randomseed(7) local s = 0 for i = 1, 100 do s = s + math.random() end return s
--5.3> 51.81458251643926
--5.4> 54.455817705812784
math.randomseed(5) return math.random(1), math.random(5, 5), math.random(math.maxinteger, math.maxinteger)
--> 1, 5, 9223372036854775807
math.random('3') <= 3
--> true
math.random(3.0) <= 3
--> true
local a, b = math.randomseed(42) return a, b
--5.3> nil, nil
--5.4> 42, 0
select('#', math.randomseed(42))
--5.3> 0
--5.4> 2
select('#', math.randomseed())
--5.3> error: t:1: bad argument #1 to 'randomseed' (number expected, got no value)
--5.4> 2
local a, b = math.randomseed() return math.type(a), math.type(b)
--5.3> error: t:1: bad argument #1 to 'randomseed' (number expected, got no value)
--5.4> "integer", "integer"
math.randomseed() local a = math.random(0) return math.type(a)
--5.3> error: t:1: bad argument #1 to 'randomseed' (number expected, got no value)
--5.4> "integer"
local ok = true for i = 1, 1000 do local x = math.random() ok = ok and x >= 0 and x < 1 end return ok
--> true
local seen = {} for i = 1, 1000 do seen[math.random(3)] = true end return seen
--> {true, true, true}
]==])

transcript('math.random errors', [==[
math.random(-1)
--> error: t:1: bad argument #1 to 'random' (interval is empty)
math.random(2, 1)
--> error: t:1: bad argument #1 to 'random' (interval is empty)
math.random(0.5)
--> error: t:1: bad argument #1 to 'random' (number has no integer representation)
math.random(1, 1.5)
--> error: t:1: bad argument #2 to 'random' (number has no integer representation)
math.random('x')
--> error: t:1: bad argument #1 to 'random' (number expected, got string)
math.random({})
--> error: t:1: bad argument #1 to 'random' (number expected, got table)
math.random(1, 2, 3)
--> error: t:1: wrong number of arguments
math.random(nil)
--> error: t:1: bad argument #1 to 'random' (number expected, got nil)
math.random(1, nil)
--> error: t:1: bad argument #2 to 'random' (number expected, got nil)
math.random(math.mininteger)
--> error: t:1: bad argument #1 to 'random' (interval is empty)
math.random(math.maxinteger, math.mininteger)
--> error: t:1: bad argument #1 to 'random' (interval is empty)
math.random(2^63)
--> error: t:1: bad argument #1 to 'random' (number has no integer representation)
math.randomseed('x')
--> error: t:1: bad argument #1 to 'randomseed' (number expected, got string)
math.randomseed({})
--> error: t:1: bad argument #1 to 'randomseed' (number expected, got table)
math.randomseed(1, 'x')
--5.3> (nothing)
--5.4> error: t:1: bad argument #2 to 'randomseed' (number expected, got string)
math.randomseed(1, 1.5)
--5.3> (nothing)
--5.4> error: t:1: bad argument #2 to 'randomseed' (number has no integer representation)
]==])

transcript('numerals and arithmetic that math leans on', [==[
7 // 2, -7 // 2, 7 // -2, -7 // -2
--> 3, -4, -4, 3
7 % 3, -7 % 3, 7 % -3, -7 % -3
--> 1, 2, -2, -1
7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2
--> 3.0, -4.0, 1.5, 0.5
1 // 0.0, -1 // 0.0, 0.0 / 0.0 ~= 0.0 / 0.0
--> inf, -inf, true
5 % math.huge, -5 % math.huge, 5 % -math.huge
--> 5.0, inf, -inf
1 // 0
--> error: t:1: attempt to divide by zero
1 % 0
--> error: t:1: attempt to perform 'n%0'
2^2, 2^0.5, 2^-1, (-2)^2, (-8)^(1/3)
--> 4.0, 1.4142135623730951, 0.5, 4.0, nan
1e308 * 10, -1e308 * 10
--> inf, -inf
0x7fffffffffffffff + 1
--> -9223372036854775808
0xffffffffffffffff
--> -1
0x1p4, 0x.8, 0xA.8p1
--> 16.0, 0.5, 21.0
1 == 1.0, math.maxinteger + 0.0 == math.maxinteger, 2^53 == 2^53 + 1
--> true, false, true
math.maxinteger < math.maxinteger + 0.0, math.mininteger <= -2^63
--> true, true
9007199254740993 < 9007199254740992.0, 9007199254740993 == 9007199254740992.0
--> false, false
3 | 4, 7 & 2, 5 ~ 1, ~0, 1 << 63, 1 << 64, 1 >> 1, -1 >> 63, 1 << -1, 2 >> -1
--> 7, 2, 4, -1, -9223372036854775808, 0, 0, 1, 0, 4
1.0 | 2, 3.0 << 1
--> 3, 6
1.5 | 2
--> error: t:1: number has no integer representation
2^63 | 1
--> error: t:1: number has no integer representation
1e308 | 1
--> error: t:1: number has no integer representation
]==])

t.finish()
