-- The string library apart from patterns, format and packing: substrings, bytes, case, repetition.

local t = require 'harness'
local transcript = dofile 'libraries/support/transcript.lua'

transcript('string.len', [==[
string.len('')
--> 0
string.len('abc')
--> 3
('\0\0\0'):len()
--> 3
#'\u{20AC}'
--> 3
string.len(12)
--> 2
string.len(1.5)
--> 3
string.len(2.0)
--> 3
string.len()
--> error: t:1: bad argument #1 to 'len' (string expected, got no value)
string.len(nil)
--> error: t:1: bad argument #1 to 'len' (string expected, got nil)
string.len({})
--> error: t:1: bad argument #1 to 'len' (string expected, got table)
string.len(true)
--> error: t:1: bad argument #1 to 'len' (string expected, got boolean)
('x'):len(1, 2, 3)
--> 1
]==])

transcript('string.sub', [==[
string.sub('hello', 2)
--> "ello"
string.sub('hello', 2, 3)
--> "el"
string.sub('hello', -3)
--> "llo"
string.sub('hello', -3, -2)
--> "ll"
string.sub('hello', 0)
--> "hello"
string.sub('hello', 0, 0)
--> ""
string.sub('hello', 1, 0)
--> ""
string.sub('hello', 3, 2)
--> ""
string.sub('hello', -100, 100)
--> "hello"
string.sub('hello', 100)
--> ""
string.sub('hello', -100, -100)
--> ""
string.sub('hello', 5, 5)
--> "o"
string.sub('hello', 6)
--> ""
string.sub('hello', math.mininteger, math.maxinteger)
--> "hello"
string.sub('hello', math.maxinteger, math.mininteger)
--> ""
string.sub('hello', math.mininteger, math.mininteger)
--> ""
string.sub('hello', math.maxinteger, math.maxinteger)
--> ""
string.sub('hello', math.mininteger, -4)
--> "he"
string.sub('\0a\0b', 2, 3)
--> "a\000"
string.sub('hello', '2', '4')
--> "ell"
string.sub('hello', 2.0, 4.0)
--> "ell"
string.sub(12345, 2, -2)
--> "234"
('a'):rep(100):sub(-3)
--> "aaa"
string.sub('hello', 1.5)
--> error: t:1: bad argument #2 to 'sub' (number has no integer representation)
string.sub('hello', 1, 2.5)
--> error: t:1: bad argument #3 to 'sub' (number has no integer representation)
string.sub('hello', '1.5')
--> error: t:1: bad argument #2 to 'sub' (number has no integer representation)
string.sub('hello', {})
--> error: t:1: bad argument #2 to 'sub' (number expected, got table)
string.sub('hello', 'x')
--> error: t:1: bad argument #2 to 'sub' (number expected, got string)
string.sub('hello')
--> error: t:1: bad argument #2 to 'sub' (number expected, got no value)
string.sub()
--> error: t:1: bad argument #1 to 'sub' (string expected, got no value)
string.sub(nil, 1)
--> error: t:1: bad argument #1 to 'sub' (string expected, got nil)
string.sub('hello', 1, nil)
--> "hello"
string.sub('hello', 1e100)
--> error: t:1: bad argument #2 to 'sub' (number has no integer representation)
string.sub('hello', 0/0)
--> error: t:1: bad argument #2 to 'sub' (number has no integer representation)
string.sub('hello', 2^53)
--> ""
]==])

transcript('string.byte', [==[
string.byte('a')
--> 97
string.byte('\0')
--> 0
string.byte('\xff')
--> 255
string.byte('abc', 2)
--> 98
string.byte('abc', -1)
--> 99
string.byte('abc', 1, -1)
--> 97, 98, 99
string.byte('abc', 0)
--> (nothing)
string.byte('abc', 4)
--> (nothing)
string.byte('abc', -4)
--> (nothing)
string.byte('abc', 0, 1)
--> 97
string.byte('abc', 2, 1)
--> (nothing)
string.byte('abc', -100, 100)
--> 97, 98, 99
string.byte('', 1)
--> (nothing)
string.byte('')
--> (nothing)
string.byte('a\0b', 1, 3)
--> 97, 0, 98
string.byte('abc', math.mininteger, math.maxinteger)
--> 97, 98, 99
string.byte('abc', math.maxinteger)
--> (nothing)
string.byte('abc', math.mininteger)
--> (nothing)
string.byte('abc', 3, math.maxinteger)
--> 99
select('#', string.byte(('x'):rep(200), 1, -1))
--> 200
string.byte(97)
--> 57
string.byte()
--> error: t:1: bad argument #1 to 'byte' (string expected, got no value)
string.byte('a', 'x')
--> error: t:1: bad argument #2 to 'byte' (number expected, got string)
string.byte('a', 1.5)
--> error: t:1: bad argument #2 to 'byte' (number has no integer representation)
string.byte(('x'):rep(10000000), 1, -1)
--> error: t:1: stack overflow (string slice too long)
]==])

transcript('string.char', [==[
string.char()
--> ""
string.char(104, 105)
--> "hi"
string.char(0, 255)
--> "\000\255"
string.char(65.0)
--> "A"
string.char('66')
--> "B"
string.char(256)
--> error: t:1: bad argument #1 to 'char' (value out of range)
string.char(-1)
--> error: t:1: bad argument #1 to 'char' (value out of range)
string.char(65, 256)
--> error: t:1: bad argument #2 to 'char' (value out of range)
string.char(65, 66, -1)
--> error: t:1: bad argument #3 to 'char' (value out of range)
string.char(1.5)
--> error: t:1: bad argument #1 to 'char' (number has no integer representation)
string.char('a')
--> error: t:1: bad argument #1 to 'char' (number expected, got string)
string.char({})
--> error: t:1: bad argument #1 to 'char' (number expected, got table)
string.char(nil)
--> error: t:1: bad argument #1 to 'char' (number expected, got nil)
string.char(math.maxinteger)
--> error: t:1: bad argument #1 to 'char' (value out of range)
string.char(math.mininteger)
--> error: t:1: bad argument #1 to 'char' (value out of range)
#string.char(table.unpack({}, 1, 0))
--> 0
string.char(string.byte('round\0trip', 1, -1))
--> "round\000trip"
]==])

transcript('string.rep', [==[
string.rep('ab', 3)
--> "ababab"
string.rep('ab', 0)
--> ""
string.rep('ab', -1)
--> ""
string.rep('ab', math.mininteger)
--> ""
string.rep('', 10)
--> ""
string.rep('x', 1)
--> "x"
string.rep('ab', 3, ',')
--> "ab,ab,ab"
string.rep('ab', 1, ',')
--> "ab"
string.rep('ab', 0, ',')
--> ""
string.rep('', 3, ',')
--> ",,"
string.rep('\0', 3, '\0\0')
--> "\000\000\000\000\000\000\000"
string.rep('ab', 2, '')
--> "abab"
string.rep('ab', '2')
--> "abab"
string.rep('ab', 2.0)
--> "abab"
string.rep(12, 2, 3)
--> "12312"
#string.rep('abc', 100000)
--> 300000
#string.rep('a', 1000, ', ')
--> 2998
string.rep('x', 1 << 62)
--> error: t:1: resulting string too large
string.rep('x', math.maxinteger)
--> error: t:1: resulting string too large
string.rep('xx', math.maxinteger)
--> error: t:1: resulting string too large
string.rep('x', math.maxinteger, 'y')
--> error: t:1: resulting string too large
string.rep('', math.maxinteger, 'yyyyy')
--> error: t:1: resulting string too large
string.rep()
--> error: t:1: bad argument #1 to 'rep' (string expected, got no value)
string.rep('x')
--> error: t:1: bad argument #2 to 'rep' (number expected, got no value)
string.rep('x', 1.5)
--> error: t:1: bad argument #2 to 'rep' (number has no integer representation)
string.rep('x', 'y')
--> error: t:1: bad argument #2 to 'rep' (number expected, got string)
string.rep('x', 1, {})
--> error: t:1: bad argument #3 to 'rep' (string expected, got table)
string.rep(nil, 1)
--> error: t:1: bad argument #1 to 'rep' (string expected, got nil)
string.rep({}, 1)
--> error: t:1: bad argument #1 to 'rep' (string expected, got table)
]==])

transcript('string.reverse, lower, upper', [==[
string.reverse('')
--> ""
string.reverse('a')
--> "a"
string.reverse('abc')
--> "cba"
string.reverse('abcd')
--> "dcba"
string.reverse('a\0b')
--> "b\000a"
string.reverse(123)
--> "321"
string.reverse()
--> error: t:1: bad argument #1 to 'reverse' (string expected, got no value)
string.reverse({})
--> error: t:1: bad argument #1 to 'reverse' (string expected, got table)
string.lower('Hello World 123')
--> "hello world 123"
string.lower('\0ABC\0')
--> "\000abc\000"
string.lower('\xc4\xd6')
--> "\196\214"
string.lower('')
--> ""
string.lower(1e20)
--> "1e+20"
string.lower()
--> error: t:1: bad argument #1 to 'lower' (string expected, got no value)
string.upper('Hello World 123')
--> "HELLO WORLD 123"
string.upper('\0abc\0')
--> "\000ABC\000"
string.upper('\xe4\xf6')
--> "\228\246"
string.upper('')
--> ""
string.upper(10)
--> "10"
string.upper(nil)
--> error: t:1: bad argument #1 to 'upper' (string expected, got nil)
('MiXed'):lower():upper()
--> "MIXED"
]==])

transcript('arithmetic on strings', [==[
'10' + 5
--5.3> 15.0
--5.4> 15
'10' + '5'
--5.3> 15.0
--5.4> 15
'3.0' + 1
--> 4.0
'0x10' + 0
--5.3> 16.0
--5.4> 16
' 7 ' * 2
--5.3> 14.0
--5.4> 14
'2' ^ 3
--> 8.0
'7' // 2
--5.3> 3.0
--5.4> 3
'7' % '4'
--5.3> 3.0
--5.4> 3
'7' / 2
--> 3.5
-'2'
--5.3> -2.0
--5.4> -2
-'2.0'
--> -2.0
-'0x7fffffffffffffff'
--5.3> -9.223372036854776e+18
--5.4> -9223372036854775807
'9223372036854775807' + 1
--5.3> 9.223372036854776e+18
--5.4> -9223372036854775808
'9223372036854775808' + 0
--> 9.223372036854776e+18
'1e1' // 1
--> 10.0
'10' | 1
--5.3> 11
--5.4> error: t:1: attempt to perform bitwise operation on a string value (constant '10')
'1.0' | 2
--5.3> 3
--5.4> error: t:1: attempt to perform bitwise operation on a string value (constant '1.0')
'3' << '2'
--5.3> 12
--5.4> error: t:1: attempt to perform bitwise operation on a string value (constant '3')
~'0'
--5.3> -1
--5.4> error: t:1: attempt to perform bitwise operation on a string value (constant '0')
'1.5' | 1
--5.3> error: t:1: number has no integer representation
--5.4> error: t:1: attempt to perform bitwise operation on a string value (constant '1.5')
'x' + 1
--5.3> error: t:1: attempt to perform arithmetic on a string value
--5.4> error: t:1: attempt to add a 'string' with a 'number'
1 + 'x'
--5.3> error: t:1: attempt to perform arithmetic on a string value
--5.4> error: t:1: attempt to add a 'number' with a 'string'
'x' + {}
--5.3> error: t:1: attempt to perform arithmetic on a string value
--5.4> error: t:1: attempt to add a 'string' with a 'table'
{} + 'x'
--5.3> error: t:1: attempt to perform arithmetic on a table value
--5.4> error: t:1: attempt to add a 'table' with a 'string'
'a' | 1
--5.3> error: t:1: attempt to perform bitwise operation on a string value
--5.4> error: t:1: attempt to perform bitwise operation on a string value (constant 'a')
-'abc'
--5.3> error: t:1: attempt to perform arithmetic on a string value (constant 'abc')
--5.4> error: t:1: attempt to unm a 'string' with a 'string'
'10' // '0'
--5.3> inf
--5.4> error: attempt to divide by zero
'10' % '0'
--5.3> nan
--5.4> error: attempt to perform 'n%0'
'10.0' % '0'
--> nan
'' + 1
--5.3> error: t:1: attempt to perform arithmetic on a string value
--5.4> error: t:1: attempt to add a 'string' with a 'number'
' ' + 1
--5.3> error: t:1: attempt to perform arithmetic on a string value
--5.4> error: t:1: attempt to add a 'string' with a 'number'
'0x' + 1
--5.3> error: t:1: attempt to perform arithmetic on a string value
--5.4> error: t:1: attempt to add a 'string' with a 'number'
'1e' + 1
--5.3> error: t:1: attempt to perform arithmetic on a string value
--5.4> error: t:1: attempt to add a 'string' with a 'number'
'10' + nil
--5.3> error: t:1: attempt to perform arithmetic on a nil value
--5.4> error: t:1: attempt to add a 'string' with a 'nil'
'10' < '9'
--> true
'10' < 9
--> error: t:1: attempt to compare string with number
1 .. 2
--> "12"
1.5 .. ''
--> "1.5"
2^63 .. ''
--> "9.2233720368548e+18"
-0.0 .. ''
--> "-0.0"
1e15 .. ' ' .. 1e14 .. ' ' .. 1e100
--> "1e+15 1e+14 1e+100"
getmetatable('').__index == string
--> true
getmetatable('').__name
--> nil
getmetatable('').__add('3', '4')
--5.3> error: t:1: attempt to call a nil value (field '__add')
--5.4> 7
getmetatable('').__unm('3')
--5.3> error: t:1: attempt to call a nil value (field '__unm')
--5.4> -3
getmetatable('').__add({}, '4')
--5.3> error: t:1: attempt to call a nil value (field '__add')
--5.4> error: t:1: attempt to add a 'table' with a 'string'
getmetatable('').__idiv('7', 2)
--5.3> error: t:1: attempt to call a nil value (field '__idiv')
--5.4> 3
getmetatable('').__mod(7, '4')
--5.3> error: t:1: attempt to call a nil value (field '__mod')
--5.4> 3
local keys = {} for k in pairs(getmetatable('')) do keys[#keys + 1] = k end table.sort(keys) return table.concat(keys, ' ')
--5.3> "__index"
--5.4> "__add __div __idiv __index __mod __mul __pow __sub __unm"
local keys = {} for k in pairs(string) do keys[#keys + 1] = k end table.sort(keys) return table.concat(keys, ' ')
--> "byte char dump find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper"
]==])

transcript('comparison and concatenation of strings', [==[
'a' < 'b'
--> true
'a' < 'A'
--> false
'' < 'a'
--> true
'a' < 'ab'
--> true
'a\0a' < 'a\0b'
--> true
'a\0' > 'a'
--> true
'a\0b' < 'ab'
--> true
'\xff' > 'z'
--> true
'a' <= 'a'
--> true
'b' <= 'a'
--> false
'Z' < 'a'
--> true
'abc' == 'ab' .. 'c'
--> true
('x'):rep(100) == ('x'):rep(50) .. ('x'):rep(50)
--> true
('x'):rep(100) == ('x'):rep(99) .. 'y'
--> false
'a' .. {}
--> error: t:1: attempt to concatenate a table value
{} .. 'a'
--> error: t:1: attempt to concatenate a table value
nil .. 'a'
--> error: t:1: attempt to concatenate a nil value
'a' .. nil
--> error: t:1: attempt to concatenate a nil value
'a' .. true
--> error: t:1: attempt to concatenate a boolean value
'a' < {}
--> error: t:1: attempt to compare string with table
'a' < nil
--> error: t:1: attempt to compare string with nil
1 .. ''
--> "1"
-1 .. ''
--> "-1"
1.0 .. '|' .. -1.5 .. '|' .. 1e300 * 1e10
--> "1.0|-1.5|inf"
]==])

transcript('indexing strings', [==[
('abc').len
--> function
('abc').x
--> nil
('abc')[1]
--> nil
#'abc'
--> 3
('abc').x.y
--> error: t:1: attempt to index a nil value (field 'x')
local s = 'abc'; s.x = 1
--> error: t:1: attempt to index a string value (local 's')
('x'):bad()
--> error: t:1: attempt to call a nil value (method 'bad')
local s = 'q'; return s:nothere()
--> error: t:1: attempt to call a nil value (method 'nothere')
string.x
--> nil
]==])

transcript('string.dump', [==[
type(string.dump(function() end))
--> "string"
string.dump(function() end):sub(1, 4)
--> "\027Lua"
load(string.dump(function(a, b) return a + b end))(3, 4)
--> 7
load(string.dump(function(...) return select('#', ...), ... end, true), 'x', 'b')(7, nil)
--> 2, 7, nil
local up = 5; local f = load(string.dump(function() return up end)); return f() == _G
--> true
load(string.dump(function() return _ENV == nil, x end), 'n', 'b', {x = 7})()
--> false, 7
#string.dump(function() local a = 1 end, true) < #string.dump(function() local a = 1 end)
--> true
string.dump(print)
--> error: t:1: unable to dump given function
string.dump()
--> error: t:1: bad argument #1 to 'dump' (function expected, got no value)
string.dump(1)
--> error: t:1: bad argument #1 to 'dump' (function expected, got number)
string.dump({})
--> error: t:1: bad argument #1 to 'dump' (function expected, got table)
load(string.dump(load('return ...')))(1, 2, 3)
--> 1, 2, 3
local f = load(string.dump(load('local x <const> = 10; local t = {1, 2, x = 3.5, ["k"] = "s\\0s"} return t', 'n'))) return f()
--5.3> error: t:1: bad argument #1 to 'dump' (function expected, got nil)
--5.4> {1, 2, k = "s\000s", x = 3.5}
local f = load(string.dump(load('error("m")', '=named')), 'other') return pcall(f)
--> false, "named:1: m"
local f = load(string.dump(load('error("m")', '=named'), true), 'other') return pcall(f)
--> false, "m"
local f = load(string.dump(load('local a; a.b = 1', '=named'), true), '=other') return pcall(f)
--> false, "?:-1: attempt to index a nil value"
local f = load(string.dump(load('local function fib(n) if n < 2 then return n end return fib(n-1) + fib(n-2) end return fib(15)'), true)) return f()
--> 610
]==])

t.finish()
