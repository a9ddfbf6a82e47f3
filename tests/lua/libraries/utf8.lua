-- The utf8 library: char, charpattern, codes, codepoint, len, offset, lax forms and errors.

local t = require 'harness'
local transcript = dofile 'libraries/support/transcript.lua'

transcript('utf8.char', [==[
utf8.char()
--> ""
utf8.char(72, 228, 8364, 128512)
--> "H\195\164\226\130\172\240\159\152\128"
utf8.char(0)
--> "\000"
utf8.char(0x7f, 0x80)
--> "\127\194\128"
utf8.char(0x7ff, 0x800)
--> "\223\191\224\160\128"
utf8.char(0xffff, 0x10000)
--> "\239\191\191\240\144\128\128"
utf8.char(0x10ffff)
--> "\244\143\191\191"
utf8.char(0x110000)
--5.3> error: t:1: bad argument #1 to 'char' (value out of range)
--5.4> "\244\144\128\128"
utf8.char(0x1fffff, 0x200000)
--5.3> error: t:1: bad argument #1 to 'char' (value out of range)
--5.4> "\247\191\191\191\248\136\128\128\128"
utf8.char(0x3ffffff, 0x4000000)
--5.3> error: t:1: bad argument #1 to 'char' (value out of range)
--5.4> "\251\191\191\191\191\252\132\128\128\128\128"
utf8.char(0x7fffffff)
--5.3> error: t:1: bad argument #1 to 'char' (value out of range)
--5.4> "\253\191\191\191\191\191"
utf8.char(0xd800)
--> "\237\160\128"
utf8.char(0x80000000)
--> error: t:1: bad argument #1 to 'char' (value out of range)
utf8.char(-1)
--> error: t:1: bad argument #1 to 'char' (value out of range)
utf8.char('x')
--> error: t:1: bad argument #1 to 'char' (number expected, got string)
utf8.char(1.5)
--> error: t:1: bad argument #1 to 'char' (number has no integer representation)
utf8.char(65, -1)
--> error: t:1: bad argument #2 to 'char' (value out of range)
utf8.char('65')
--> "A"
utf8.char({})
--> error: t:1: bad argument #1 to 'char' (number expected, got table)
utf8.char(math.maxinteger)
--> error: t:1: bad argument #1 to 'char' (value out of range)
utf8.charpattern
--5.3> "[\000-\127\194-\244][\128-\191]*"
--5.4> "[\000-\127\194-\253][\128-\191]*"
]==])

transcript('utf8.codepoint', [==[
utf8.codepoint('abc')
--> 97
utf8.codepoint('häß€😀', 1, -1)
--> 104, 228, 223, 8364, 128512
utf8.codepoint('abc', 2)
--> 98
utf8.codepoint('abc', -1)
--> 99
utf8.codepoint('abc', 2, 3)
--> 98, 99
utf8.codepoint('abc', 3, 2)
--> (nothing)
utf8.codepoint('€', 1)
--> 8364
utf8.codepoint('€', 2)
--> error: t:1: invalid UTF-8 code
utf8.codepoint('', 1, 0)
--> (nothing)
utf8.codepoint('')
--5.3> error: t:1: bad argument #3 to 'codepoint' (out of range)
--5.4> error: t:1: bad argument #3 to 'codepoint' (out of bounds)
utf8.codepoint('abc', 4)
--5.3> error: t:1: bad argument #3 to 'codepoint' (out of range)
--5.4> error: t:1: bad argument #3 to 'codepoint' (out of bounds)
utf8.codepoint('abc', 0)
--5.3> error: t:1: bad argument #2 to 'codepoint' (out of range)
--5.4> error: t:1: bad argument #2 to 'codepoint' (out of bounds)
utf8.codepoint('abc', 1, 4)
--5.3> error: t:1: bad argument #3 to 'codepoint' (out of range)
--5.4> error: t:1: bad argument #3 to 'codepoint' (out of bounds)
utf8.codepoint('abc', -4)
--5.3> error: t:1: bad argument #2 to 'codepoint' (out of range)
--5.4> error: t:1: bad argument #2 to 'codepoint' (out of bounds)
utf8.codepoint('\xff')
--> error: t:1: invalid UTF-8 code
utf8.codepoint('\xc3')
--> error: t:1: invalid UTF-8 code
utf8.codepoint('\xed\xa0\x80')
--5.3> 55296
--5.4> error: t:1: invalid UTF-8 code
utf8.codepoint('\xed\xa0\x80', 1, 1, true)
--> 55296
utf8.codepoint('\xf4\x90\x80\x80')
--> error: t:1: invalid UTF-8 code
utf8.codepoint('\xf4\x90\x80\x80', 1, 1, true)
--5.3> error: t:1: invalid UTF-8 code
--5.4> 1114112
utf8.codepoint('\xfd\xbf\xbf\xbf\xbf\xbf', 1, 1, true)
--5.3> error: t:1: invalid UTF-8 code
--5.4> 2147483647
utf8.codepoint('\xfe\xbf\xbf\xbf\xbf\xbf\xbf', 1, 1, true)
--> error: t:1: invalid UTF-8 code
utf8.codepoint('\xc0\x80')
--> error: t:1: invalid UTF-8 code
utf8.codepoint('\xc0\x80', 1, 1, true)
--> error: t:1: invalid UTF-8 code
utf8.codepoint('\xe0\x9f\xbf')
--> error: t:1: invalid UTF-8 code
utf8.codepoint('a\0b', 1, 3)
--> 97, 0, 98
utf8.codepoint()
--> error: t:1: bad argument #1 to 'codepoint' (string expected, got no value)
utf8.codepoint({})
--> error: t:1: bad argument #1 to 'codepoint' (string expected, got table)
utf8.codepoint('a', 'x')
--> error: t:1: bad argument #2 to 'codepoint' (number expected, got string)
select('#', utf8.codepoint(('ä'):rep(100), 1, -1))
--> 100
]==])

transcript('utf8.len', [==[
utf8.len('')
--> 0
utf8.len('abc')
--> 3
utf8.len('häß€😀')
--> 5
utf8.len('a\0b')
--> 3
utf8.len('abc', 2)
--> 2
utf8.len('abc', 4)
--> 0
utf8.len('abc', 5)
--5.3> error: t:1: bad argument #2 to 'len' (initial position out of string)
--5.4> error: t:1: bad argument #2 to 'len' (initial position out of bounds)
utf8.len('abc', -1)
--> 1
utf8.len('abc', -3)
--> 3
utf8.len('abc', -4)
--5.3> error: t:1: bad argument #2 to 'len' (initial position out of string)
--5.4> error: t:1: bad argument #2 to 'len' (initial position out of bounds)
utf8.len('abc', 0)
--5.3> error: t:1: bad argument #2 to 'len' (initial position out of string)
--5.4> error: t:1: bad argument #2 to 'len' (initial position out of bounds)
utf8.len('abc', 2, 2)
--> 1
utf8.len('abc', 3, 2)
--> 0
utf8.len('abc', 1, -2)
--> 2
utf8.len('abc', 1, 3)
--> 3
utf8.len('abc', 1, 4)
--5.3> error: t:1: bad argument #3 to 'len' (final position out of string)
--5.4> error: t:1: bad argument #3 to 'len' (final position out of bounds)
utf8.len('abc', 1, -10)
--> 0
utf8.len('€uro', 2)
--> nil, 2
utf8.len('€uro', 4)
--> 3
utf8.len('€uro', 1, 1)
--> 1
utf8.len('ab\xffcd')
--> nil, 3
utf8.len('ab\xc3')
--> nil, 3
utf8.len('\xe2\x82')
--> nil, 1
utf8.len('\x80')
--> nil, 1
utf8.len('\xed\xa0\x80')
--5.3> 1
--5.4> nil, 1
utf8.len('\xed\xbf\xbf')
--5.3> 1
--5.4> nil, 1
utf8.len('\xed\xa0\x80', 1, -1, true)
--> 1
utf8.len('\xf4\x8f\xbf\xbf')
--> 1
utf8.len('\xf4\x90\x80\x80')
--> nil, 1
utf8.len('\xf4\x90\x80\x80', 1, -1, true)
--5.3> nil, 1
--5.4> 1
utf8.len('\xfd\xbf\xbf\xbf\xbf\xbf', 1, -1, true)
--5.3> nil, 1
--5.4> 1
utf8.len('\xfe')
--> nil, 1
utf8.len('\xf8\x80\x80\x80\x80', 1, -1, true)
--> nil, 1
utf8.len('\xc1\xbf')
--> nil, 1
utf8.len('\xe0\x80\x80')
--> nil, 1
utf8.len('', 1)
--> 0
utf8.len('', 2)
--5.3> error: t:1: bad argument #2 to 'len' (initial position out of string)
--5.4> error: t:1: bad argument #2 to 'len' (initial position out of bounds)
utf8.len('', 1, 0)
--> 0
utf8.len()
--> error: t:1: bad argument #1 to 'len' (string expected, got no value)
utf8.len({})
--> error: t:1: bad argument #1 to 'len' (string expected, got table)
utf8.len('abc', 1.5)
--> error: t:1: bad argument #2 to 'len' (number has no integer representation)
utf8.len(123)
--> 3
]==])

transcript('utf8.offset', [==[
utf8.offset('a€b', 1)
--> 1
utf8.offset('a€b', 2)
--> 2
utf8.offset('a€b', 3)
--> 5
utf8.offset('a€b', 4)
--> 6
utf8.offset('a€b', 5)
--> nil
utf8.offset('a€b', -1)
--> 5
utf8.offset('a€b', -2)
--> 2
utf8.offset('a€b', -3)
--> 1
utf8.offset('a€b', -4)
--> nil
utf8.offset('a€b', 0)
--> 1
utf8.offset('a€b', 0, 2)
--> 2
utf8.offset('a€b', 0, 3)
--> 2
utf8.offset('a€b', 0, 4)
--> 2
utf8.offset('a€b', 0, 5)
--> 5
utf8.offset('a€b', 0, 6)
--> 6
utf8.offset('a€b', 1, 2)
--> 2
utf8.offset('a€b', 2, 2)
--> 5
utf8.offset('a€b', 1, 3)
--> error: t:1: initial position is a continuation byte
utf8.offset('a€b', -1, 3)
--> error: t:1: initial position is a continuation byte
utf8.offset('a€b', -1, 5)
--> 2
utf8.offset('a€b', 1, -1)
--> 5
utf8.offset('a€b', 1, 6)
--> 6
utf8.offset('a€b', 1, 7)
--5.3> error: t:1: bad argument #3 to 'offset' (position out of range)
--5.4> error: t:1: bad argument #3 to 'offset' (position out of bounds)
utf8.offset('a€b', 1, 0)
--5.3> error: t:1: bad argument #3 to 'offset' (position out of range)
--5.4> error: t:1: bad argument #3 to 'offset' (position out of bounds)
utf8.offset('a€b', 1, -6)
--5.3> error: t:1: bad argument #3 to 'offset' (position out of range)
--5.4> error: t:1: bad argument #3 to 'offset' (position out of bounds)
utf8.offset('', 1)
--> 1
utf8.offset('', 0)
--> 1
utf8.offset('', -1)
--> nil
utf8.offset('', 2)
--> nil
utf8.offset('abc', 100)
--> nil
utf8.offset('abc', -100)
--> nil
utf8.offset('\x80\x80', 1)
--> error: t:1: initial position is a continuation byte
utf8.offset('\x80\x80', 0, 2)
--> 1
utf8.offset('abc', math.maxinteger)
--> nil
utf8.offset('abc', math.mininteger)
--> nil
utf8.offset()
--> error: t:1: bad argument #1 to 'offset' (string expected, got no value)
utf8.offset('abc')
--> error: t:1: bad argument #2 to 'offset' (number expected, got no value)
utf8.offset('abc', 'x')
--> error: t:1: bad argument #2 to 'offset' (number expected, got string)
utf8.offset('abc', 1.5)
--> error: t:1: bad argument #2 to 'offset' (number has no integer representation)
]==])

transcript('utf8.codes', [==[
function all(...) local r = {} for p, c in utf8.codes(...) do r[#r + 1] = {p, c} end return r end
--> (nothing)
all('')
--> {}
all('abc')
--> {{1, 97}, {2, 98}, {3, 99}}
all('hä€😀')
--> {{1, 104}, {2, 228}, {4, 8364}, {7, 128512}}
all('a\0b')
--> {{1, 97}, {2, 0}, {3, 98}}
all('\xff')
--> error: t:1: invalid UTF-8 code
all('ab\xff')
--> error: t:1: invalid UTF-8 code
all('\xc3')
--> error: t:1: invalid UTF-8 code
all('a\x80')
--> error: t:1: invalid UTF-8 code
all('\xed\xa0\x80')
--5.3> {{1, 55296}}
--5.4> error: t:1: invalid UTF-8 code
all('\xed\xa0\x80', true)
--> {{1, 55296}}
all('\xf4\x90\x80\x80')
--> error: t:1: invalid UTF-8 code
all('\xf4\x90\x80\x80', true)
--5.3> error: t:1: invalid UTF-8 code
--5.4> {{1, 1114112}}
all('\xfd\xbf\xbf\xbf\xbf\xbf', true)
--5.3> error: t:1: invalid UTF-8 code
--5.4> {{1, 2147483647}}
all('\xc0\x80', true)
--> error: t:1: invalid UTF-8 code
utf8.codes()
--> error: t:1: bad argument #1 to 'codes' (string expected, got no value)
utf8.codes({})
--> error: t:1: bad argument #1 to 'codes' (string expected, got table)
select('#', utf8.codes('abc'))
--> 3
select(2, utf8.codes('abc'))
--> "abc", 0
local f = utf8.codes('x') return f('xyz', 0), f('xyz', 1), f('xyz', 3)
--> 1, 2
local f = utf8.codes('x') return select('#', f('xyz', 3))
--> 0
local f = utf8.codes('x') return f('xyz', -1)
--5.3> 1, 120
--5.4> (nothing)
local n = 0 for p, c in utf8.codes(('€'):rep(1000)) do n = n + c + p end return n
--> 9863500
all(12)
--> {{1, 49}, {2, 50}}
]==])

transcript('escapes and patterns', [==[
'\u{0}\u{7F}\u{7FF}\u{FFFF}\u{10FFFF}\u{7FFFFFFF}'
--5.3> does not compile: t:1: UTF-8 value too large near '''
--5.4> "\000\127\223\191\239\191\191\244\143\191\191\253\191\191\191\191\191"
local r = {} for c in ('hä€'):gmatch(utf8.charpattern) do r[#r + 1] = c end return r
--> {"h", "\195\164", "\226\130\172"}
('hä€'):gsub(utf8.charpattern, function(c) return '<' .. utf8.codepoint(c) .. '>' end)
--> "<104><228><8364>", 3
#utf8.char(0x20ac)
--> 3
utf8.len(utf8.char(1, 0x80, 0x800, 0x10000))
--> 4
load([[return '\u{80000000}']])
--5.3> nil, "[string \"return '\\u{80000000}'\"]:1: UTF-8 value too large near ''\\u{800000'"
--5.4> nil, "[string \"return '\\u{80000000}'\"]:1: UTF-8 value too large near ''\\u{80000000'"
load([[return '\u{FFFFFFFFF}']])
--5.3> nil, "[string \"return '\\u{FFFFFFFFF}'\"]:1: UTF-8 value too large near ''\\u{FFFFFF'"
--5.4> nil, "[string \"return '\\u{FFFFFFFFF}'\"]:1: UTF-8 value too large near ''\\u{FFFFFFFF'"
load([[return '\u{12']])
--> nil, "[string \"return '\\u{12'\"]:1: missing '}' near ''\\u{12''"
load([[return '\u{}']])
--> nil, "[string \"return '\\u{}'\"]:1: hexadecimal digit expected near ''\\u{}'"
load([[return '\u12']])
--> nil, "[string \"return '\\u12'\"]:1: missing '{' near ''\\u1'"
load([[return '\u{g}']])
--> nil, "[string \"return '\\u{g}'\"]:1: hexadecimal digit expected near ''\\u{g'"
]==])

t.finish()
