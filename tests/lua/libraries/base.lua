-- The basic functions: conversions, raw access, protected calls, load, warnings, the collector's options.

local t = require 'harness'
local transcript = dofile 'libraries/support/transcript.lua'

transcript('tostring', [==[
tostring(nil), tostring(true), tostring(false)
--> "nil", "true", "false"
tostring(12), tostring(-0.0), tostring(1e15), tostring(2^31)
--> "12", "-0.0", "1e+15", "2147483648.0"
tostring('abc')
--> "abc"
tostring({}):match('^table: 0x%x+$') ~= nil
--> true
tostring(print):match('^function: [%w: ]*0?x?%x+$') ~= nil
--> true
tostring(coroutine.create(print)):match('^thread: 0x%x+$') ~= nil
--> true
tostring(setmetatable({}, {__tostring = function() return 'custom' end}))
--> "custom"
tostring(setmetatable({}, {__name = 'Kind'})):gsub('0x%x+', 'ADDRESS')
--> "Kind: ADDRESS", 1
tostring(setmetatable({}, {__name = 42})):gsub('0x%x+', 'ADDRESS')
--> "table: ADDRESS", 1
tostring(setmetatable({}, {__tostring = function() return 'over' end, __name = 'Kind'}))
--> "over"
tostring(setmetatable({}, {__tostring = function() return 42 end}))
--> "42"
tostring(setmetatable({}, {__tostring = function() end}))
--> error: t:1: '__tostring' must return a string
tostring(setmetatable({}, {__tostring = function() return {} end}))
--> error: t:1: '__tostring' must return a string
tostring(setmetatable({}, {__tostring = 'text'}))
--> error: attempt to call a string value
tostring(setmetatable({}, {__tostring = function(...) return select('#', ...) .. '' end}))
--> "1"
tostring()
--> error: t:1: bad argument #1 to 'tostring' (value expected)
tostring(1, 2)
--> "1"
select('#', tostring(nil))
--> 1
]==])

transcript('tonumber', [==[
tonumber('10'), tonumber('10.0'), tonumber('0x10'), tonumber('1e1'), tonumber('  10  ')
--> 10, 10.0, 16, 10.0, 10
tonumber(10), tonumber(10.5)
--> 10, 10.5
tonumber(''), tonumber(' '), tonumber('x'), tonumber('10x'), tonumber('1 2')
--> nil, nil, nil, nil, nil
tonumber('0x'), tonumber('0xg'), tonumber('1e'), tonumber('1e+'), tonumber('.'), tonumber('-')
--> nil, nil, nil, nil, nil, nil
tonumber('.5'), tonumber('5.'), tonumber('-.5'), tonumber('+5'), tonumber('- 5'), tonumber('--5')
--> 0.5, 5.0, -0.5, 5, nil, nil
tonumber('0x.8'), tonumber('0x8.'), tonumber('0xA.8p1'), tonumber('0x1p-1'), tonumber('0x1P+2')
--> 0.5, 8.0, 21.0, 0.5, 4.0
tonumber('0x1p'), tonumber('0x1p+'), tonumber('0x.'), tonumber('0x.p1')
--> nil, nil, nil, nil
tonumber('inf'), tonumber('nan'), tonumber('Infinity'), tonumber('0b1'), tonumber('1_000')
--> nil, nil, nil, nil, nil
tonumber('9223372036854775807'), tonumber('9223372036854775808'), tonumber('-9223372036854775808'), tonumber('-9223372036854775809')
--> 9223372036854775807, 9.223372036854776e+18, -9223372036854775808, -9.223372036854776e+18
tonumber('0xffffffffffffffff'), tonumber('0x1ffffffffffffffff'), tonumber('-0xffffffffffffffff')
--> -1, -1, 1
tonumber('1e308'), tonumber('1e309'), tonumber('-1e309'), tonumber('1e-400'), tonumber('4.9e-324')
--> 1e+308, inf, -inf, 0.0, 4.9406564584125e-324
tonumber('10\0'), tonumber('10\n'), tonumber('\t10'), tonumber('10\v'), tonumber('\u{a0}10')
--> nil, 10, 10, 10, nil
tonumber('1' .. ('0'):rep(50)), tonumber(('0'):rep(300) .. '7')
--> 1e+50, 7
tonumber('0.' .. ('0'):rep(300) .. '1')
--> 1e-301
tonumber('1E5'), tonumber('1e05'), tonumber('0X1F'), tonumber('1e-0')
--> 100000.0, 100000.0, 31, 1.0
tonumber(nil)
--> nil
tonumber()
--> error: t:1: bad argument #1 to 'tonumber' (value expected)
tonumber({}), tonumber(true), tonumber(print)
--> nil, nil, nil
tonumber('10', 2), tonumber('ff', 16), tonumber('FF', 16), tonumber('zz', 36), tonumber('777', 8), tonumber('-ff', 16)
--> 2, 255, 255, 1295, 511, -255
tonumber('  11  ', 2), tonumber('1 1', 2), tonumber('', 2), tonumber(' ', 2), tonumber('2', 2), tonumber('8', 8)
--> 3, nil, nil, nil, nil, nil
tonumber('1.0', 10), tonumber('1e1', 10), tonumber('1e1', 16), tonumber('0x10', 16), tonumber('0x', 36)
--> nil, nil, 481, nil, 33
tonumber('7fffffffffffffff', 16), tonumber('ffffffffffffffff', 16), tonumber('10000000000000000', 16)
--> 9223372036854775807, -1, 0
tonumber('-7', 8), tonumber('- 7', 8), tonumber('+7', 8), tonumber('--7', 8), tonumber('-', 8)
--> -7, nil, 7, nil, nil
tonumber('10', 10.0), tonumber('10', '10')
--> 10, 10
tonumber('99', 9), tonumber('88', 9)
--> nil, 80
tonumber('1\0', 10)
--> nil
tonumber(10, 10)
--> error: t:1: bad argument #1 to 'tonumber' (string expected, got number)
tonumber(nil, 10)
--> error: t:1: bad argument #1 to 'tonumber' (string expected, got nil)
tonumber({}, 10)
--> error: t:1: bad argument #1 to 'tonumber' (string expected, got table)
tonumber('10', 1)
--> error: t:1: bad argument #2 to 'tonumber' (base out of range)
tonumber('10', 37)
--> error: t:1: bad argument #2 to 'tonumber' (base out of range)
tonumber('10', -2)
--> error: t:1: bad argument #2 to 'tonumber' (base out of range)
tonumber('10', 2.5)
--> error: t:1: bad argument #2 to 'tonumber' (number has no integer representation)
tonumber('10', 'x')
--> error: t:1: bad argument #2 to 'tonumber' (number expected, got string)
tonumber('10', nil)
--> 10
]==])

transcript('type, rawequal, rawlen, rawget, rawset', [==[
type(nil), type(1), type('x'), type({}), type(print), type(true), type(coroutine.create(print)), type(io.stdout)
--> "nil", "number", "string", "table", "function", "boolean", "thread", "userdata"
type()
--> error: t:1: bad argument #1 to 'type' (value expected)
type(1, 2)
--> "number"
rawequal(1, 1), rawequal(1, 1.0), rawequal('a', 'a'), rawequal({}, {}), rawequal(nil, nil), rawequal(0/0, 0/0)
--> true, true, true, false, true, false
local a = setmetatable({}, {__eq = function() return true end}) local b = setmetatable({}, getmetatable(a)) return a == b, rawequal(a, b)
--> true, false
rawequal(1)
--> error: t:1: bad argument #2 to 'rawequal' (value expected)
rawequal()
--> error: t:1: bad argument #1 to 'rawequal' (value expected)
rawlen({1, 2, 3}), rawlen('abcd'), rawlen(setmetatable({1}, {__len = function() return 99 end}))
--> 3, 4, 1
rawlen(1)
--5.3> error: t:1: bad argument #1 to 'rawlen' (table or string expected)
--5.4> error: t:1: bad argument #1 to 'rawlen' (table or string expected, got number)
rawlen()
--5.3> error: t:1: bad argument #1 to 'rawlen' (table or string expected)
--5.4> error: t:1: bad argument #1 to 'rawlen' (table or string expected, got no value)
rawlen(nil)
--5.3> error: t:1: bad argument #1 to 'rawlen' (table or string expected)
--5.4> error: t:1: bad argument #1 to 'rawlen' (table or string expected, got nil)
rawlen(io.stdout)
--5.3> error: t:1: bad argument #1 to 'rawlen' (table or string expected)
--5.4> error: t:1: bad argument #1 to 'rawlen' (table or string expected, got FILE*)
rawget({10}, 1), rawget({}, 'x'), rawget(setmetatable({}, {__index = function() return 1 end}), 'x')
--> 10, nil, nil
rawget({}, nil)
--> nil
rawget('abc', 1)
--> error: t:1: bad argument #1 to 'rawget' (table expected, got string)
rawget(1, 1)
--> error: t:1: bad argument #1 to 'rawget' (table expected, got number)
rawget({})
--> error: t:1: bad argument #2 to 'rawget' (value expected)
rawget()
--> error: t:1: bad argument #1 to 'rawget' (table expected, got no value)
local a = {} return rawset(a, 'k', 'v') == a, a.k
--> true, "v"
local a = setmetatable({}, {__newindex = function() error('unused') end}) rawset(a, 1, 2) return a[1]
--> 2
rawset({}, nil, 1)
--> error: table index is nil
rawset({}, 0/0, 1)
--> error: table index is NaN
rawset({}, 1)
--> error: t:1: bad argument #3 to 'rawset' (value expected)
rawset(1, 2, 3)
--> error: t:1: bad argument #1 to 'rawset' (table expected, got number)
rawset({}, 'x', nil).x
--> nil
rawget({[2^53] = 'big'}, 1 << 53)
--> "big"
]==])

transcript('select', [==[
select('#')
--> 0
select('#', nil, nil)
--> 2
select(1, 'a', 'b', 'c')
--> "a", "b", "c"
select(2, 'a', 'b', 'c')
--> "b", "c"
select(3, 'a', 'b', 'c')
--> "c"
select(4, 'a', 'b', 'c')
--> (nothing)
select(100, 'a')
--> (nothing)
select(-1, 'a', 'b', 'c')
--> "c"
select(-2, 'a', 'b', 'c')
--> "b", "c"
select(-3, 'a', 'b', 'c')
--> "a", "b", "c"
select(-4, 'a', 'b', 'c')
--> error: t:1: bad argument #1 to 'select' (index out of range)
select(0, 'a')
--> error: t:1: bad argument #1 to 'select' (index out of range)
select(-1)
--> error: t:1: bad argument #1 to 'select' (index out of range)
select(1)
--> (nothing)
select('2', 'a', 'b')
--> "b"
select(2.0, 'a', 'b')
--> "b"
select(1.5, 'a')
--> error: t:1: bad argument #1 to 'select' (number has no integer representation)
select('x', 'a')
--> error: t:1: bad argument #1 to 'select' (number expected, got string)
select('##', 'a')
--> 1
select({}, 'a')
--> error: t:1: bad argument #1 to 'select' (number expected, got table)
select(nil)
--> error: t:1: bad argument #1 to 'select' (number expected, got nil)
select()
--> error: t:1: bad argument #1 to 'select' (number expected, got no value)
select(math.maxinteger, 1)
--> (nothing)
select(math.mininteger, 1)
--> error: t:1: bad argument #1 to 'select' (index out of range)
]==])

transcript('next, pairs, ipairs', [==[
next({})
--> nil
next({10})
--> 1, 10
next({10}, 1)
--> nil
next({a = 1})
--> "a", 1
next({a = 1}, 'a')
--> nil
next({}, 'nothere')
--> error: invalid key to 'next'
next({1, 2, 3}, 4)
--> error: invalid key to 'next'
next({}, nil)
--> nil
next()
--> error: t:1: bad argument #1 to 'next' (table expected, got no value)
next(1)
--> error: t:1: bad argument #1 to 'next' (table expected, got number)
next('abc')
--> error: t:1: bad argument #1 to 'next' (table expected, got string)
select('#', next({}))
--> 1
local n = 0 for k, v in pairs({1, 2, 3, a = 4, b = 5}) do n = n + v end return n
--> 15
local a = {1, 2, 3, x = 1, y = 2} for k in pairs(a) do a[k] = nil end return next(a)
--> nil
select('#', pairs({}))
--> 3
pairs({}) == next
--> true
local a = {} local f, s, c = pairs(a) return f == next, s == a, c
--> true, true, nil
pairs()
--> error: t:1: bad argument #1 to 'pairs' (value expected)
pairs(nil)
--> function, nil, nil
pairs(1)
--> function, 1, nil
pairs(setmetatable({}, {__pairs = function(x) return 'a', 'b', 'c', 'd' end}))
--> "a", "b", "c"
pairs(setmetatable({}, {__pairs = function(x) return 'a' end}))
--> "a", nil, nil
local r = {} for k, v in pairs(setmetatable({}, {__pairs = function(x) return function(_, k) k = (k or 0) + 1 if k < 4 then return k, k * k end end, x, nil end})) do r[k] = v end return r
--> {1, 4, 9}
pairs(setmetatable({}, {__pairs = 1}))
--> error: attempt to call a number value
pairs('abc')
--> function, "abc", nil
local r = {} for i, v in ipairs({1, 2, nil, 4}) do r[#r + 1] = v end return r
--> {1, 2}
local r = {} for i, v in ipairs({}) do r[#r + 1] = v end return r
--> {}
local r = {} for i, v in ipairs(setmetatable({}, {__index = function(_, i) if i < 4 then return i * 2 end end})) do r[i] = v end return r
--> {2, 4, 6}
local r = {} for i, v in ipairs('abc') do r[i] = v end return r
--> {}
local f, s, c = ipairs({}) return type(f), type(s), c
--> "function", "table", 0
ipairs()
--> error: t:1: bad argument #1 to 'ipairs' (value expected)
ipairs(nil)
--> function, nil, 0
ipairs(1) == ipairs(2)
--> true
for i, v in ipairs(1) do end
--> error: attempt to index a number value
for k, v in pairs(nil) do end
--> error: t:1: bad argument #1 to 'for iterator' (table expected, got nil)
for k, v in 1 do end
--5.3> error: t:1: attempt to call a number value
--5.4> error: t:1: attempt to call a number value (for iterator 'for iterator')
for k, v in nil do end
--5.3> error: t:1: attempt to call a nil value
--5.4> error: t:1: attempt to call a nil value (for iterator 'for iterator')
for k, v in {} do end
--5.3> error: t:1: attempt to call a table value
--5.4> error: t:1: attempt to call a table value (for iterator 'for iterator')
local a = {n = 0} for i = 1, 100 do a['k' .. i] = i end local s = 0 for k, v in next, a do s = s + v end return s
--> 5050
local a = {1, 2} local f = ipairs(a) return f(a, 0), f(a, 1), f(a, 2)
--> 1, 2, nil
local f = ipairs({}) return f({5}, '0')
--> 1, 5
local f = ipairs({}) return f({5}, math.maxinteger)
--> nil
]==])

transcript('assert and error', [==[
assert(1, 2, 3)
--> 1, 2, 3
assert(true)
--> true
assert('x', nil)
--> "x", nil
assert(nil)
--> error: t:1: assertion failed!
assert(false)
--> error: t:1: assertion failed!
assert(false, 'message')
--> error: t:1: message
assert(nil, 42)
--> error object: 42
assert(nil, nil)
--> error object: nil
assert(nil, {1})
--> error object: {1}
assert(false, false)
--> error object: false
assert()
--> error: t:1: bad argument #1 to 'assert' (value expected)
select('#', assert(1, nil, nil))
--> 3
error('text')
--> error: t:1: text
error('text', 0)
--> error: text
error('text', 1)
--> error: t:1: text
error('text', 2)
--> error: text
error('text', 100)
--> error: text
error('text', -1)
--> error: text
error()
--> error object: nil
error(nil)
--> error object: nil
error({code = 1})
--> error object: {code = 1}
error(42)
--> error object: 42
error(42.5)
--> error object: 42.5
error(true)
--> error object: true
error('x', 'y')
--> error: t:1: bad argument #2 to 'error' (number expected, got string)
error('x', 1.5)
--> error: t:1: bad argument #2 to 'error' (number has no integer representation)
local function f() error('deep', 2) end f()
--> error: t:1: deep
local function f() error('deep', 3) end local function g() f() return 1 end
 g()
 return 1
--> error: t:2: deep
local function f() local function g() error('up', 2) end
  g() end f()
--> error: t:2: up
pcall(error)
--> false, nil
pcall(error, nil)
--> false, nil
pcall(error, 'm')
--> false, "m"
pcall(error, 'm', 0)
--> false, "m"
pcall(error, {})
--> false, {}
pcall(error, setmetatable({}, {__tostring = function() return 's' end}))
--> false, {}
]==])

transcript('pcall and xpcall', [==[
pcall(function() return 1, 2, 3 end)
--> true, 1, 2, 3
pcall(function(...) return select('#', ...), ... end, nil, nil)
--> true, 2, nil, nil
pcall(error, 'x')
--> false, "x"
pcall(nil)
--> false, "attempt to call a nil value"
pcall({})
--> false, "attempt to call a table value"
pcall(1)
--> false, "attempt to call a number value"
pcall()
--> error: t:1: bad argument #1 to 'pcall' (value expected)
pcall(setmetatable({}, {__call = function(self, a) return a end}), 7)
--> true, 7
pcall(pcall, error, 'inner')
--> true, false, "inner"
pcall(pcall)
--> false, "bad argument #1 to 'pcall' (value expected)"
pcall(string.rep)
--> false, "bad argument #1 to 'string.rep' (string expected, got no value)"
pcall(string.rep, 'x', -1)
--> true, ""
pcall(setmetatable, 1)
--> false, "bad argument #1 to 'setmetatable' (table expected, got number)"
xpcall(function() error('a', 0) end, function(m) return m .. '!' end)
--> false, "a!"
xpcall(function() return 1, 2 end, print)
--> true, 1, 2
xpcall(function(...) return ... end, print, 1, 2)
--> true, 1, 2
xpcall(function() error({}) end, type)
--> false, "table"
xpcall(function() error('first', 0) end, function(m) error('second', 0) end)
--> false, "error in error handling"
xpcall(function() local x = nil; x() end, function(m) return 'handled: ' .. m end)
--> false, "handled: t:1: attempt to call a nil value (local 'x')"
xpcall(error, function(m) return m, 'second' end, 'only one')
--> false, "only one"
xpcall(type)
--> error: t:1: bad argument #2 to 'xpcall' (function expected, got no value)
xpcall()
--> error: t:1: bad argument #2 to 'xpcall' (function expected, got no value)
xpcall(error, 1)
--> error: t:1: bad argument #2 to 'xpcall' (function expected, got number)
xpcall(error, 1, 'x')
--> error: t:1: bad argument #2 to 'xpcall' (function expected, got number)
xpcall(error, nil, 'x')
--> error: t:1: bad argument #2 to 'xpcall' (function expected, got nil)
xpcall(nil, function(m) return 'h: ' .. m end)
--> false, "h: attempt to call a nil value"
pcall(function() local function f() return f() + 1 end return f() end) == false
--> true
select(2, pcall(function() local function f() return f() + 1 end return f() end)):match('stack overflow') ~= nil
--> true
select(2, pcall(function() local a = setmetatable({}, {}) getmetatable(a).__index = function(s, k) return s[k] end return a.x end)):match('overflow') ~= nil
--> true
local t = setmetatable({}, {}) getmetatable(t).__index = t return pcall(function() return t.x end)
--> false, "t:1: '__index' chain too long; possible loop"
local t = setmetatable({}, {}) getmetatable(t).__newindex = t return pcall(function() t.x = 1 end)
--> false, "t:1: '__newindex' chain too long; possible loop"
local function deep(n) if n == 0 then return 'bottom' end return (pcall(deep, n - 1)) end return deep(100)
--> true
]==])

transcript('setmetatable and getmetatable', [==[
getmetatable({})
--> nil
getmetatable('x') == getmetatable('y')
--> true
getmetatable(1), getmetatable(nil), getmetatable(print), getmetatable(true)
--> nil, nil, nil, nil
local a = {} return setmetatable(a, {}) == a
--> true
local m = {} return getmetatable(setmetatable({}, m)) == m
--> true
getmetatable(setmetatable({}, {__metatable = 'locked'}))
--> "locked"
getmetatable(setmetatable({}, {__metatable = false}))
--> false
setmetatable(setmetatable({}, {__metatable = 'locked'}), {})
--> error: t:1: cannot change a protected metatable
setmetatable(setmetatable({}, {__metatable = false}), nil)
--> error: t:1: cannot change a protected metatable
getmetatable(setmetatable(setmetatable({}, {}), nil))
--> nil
setmetatable({}, 1)
--5.3> error: t:1: bad argument #2 to 'setmetatable' (nil or table expected)
--5.4> error: t:1: bad argument #2 to 'setmetatable' (nil or table expected, got number)
setmetatable({})
--5.3> error: t:1: bad argument #2 to 'setmetatable' (nil or table expected)
--5.4> error: t:1: bad argument #2 to 'setmetatable' (nil or table expected, got no value)
setmetatable(1, {})
--> error: t:1: bad argument #1 to 'setmetatable' (table expected, got number)
setmetatable('x', {})
--> error: t:1: bad argument #1 to 'setmetatable' (table expected, got string)
setmetatable()
--> error: t:1: bad argument #1 to 'setmetatable' (table expected, got no value)
setmetatable(nil, {})
--> error: t:1: bad argument #1 to 'setmetatable' (table expected, got nil)
getmetatable()
--> error: t:1: bad argument #1 to 'getmetatable' (value expected)
setmetatable({}, nil, 1) ~= nil
--> true
]==])

transcript('load', [==[
load('return 1 + 1')()
--> 2
load('return ...')(1, 2)
--> 1, 2
load('x = 1', 'chunk', 't', {})()
--> (nothing)
local e = {} load('y = 5', 'chunk', 't', e)() return e.y
--> 5
load('return _ENV', 'c', 't', 42)()
--> 42
load('return x', 'c', 't', nil)
--> function
load('return x', 'c', 't', nil)()
--> error: [string "c"]:1: attempt to index a nil value (upvalue '_ENV')
load('')()
--> (nothing)
load('   ')()
--> (nothing)
load('-- only a comment')()
--> (nothing)
load('#!shebang\nreturn 1')
--> nil, "[string \"#!shebang...\"]:1: unexpected symbol near '#'"
load('return')()
--> (nothing)
load('return 1;')()
--> 1
load('return return')
--> nil, "[string \"return return\"]:1: unexpected symbol near 'return'"
load('x =')
--> nil, "[string \"x =\"]:1: unexpected symbol near <eof>"
load('x = = 1')
--> nil, "[string \"x = = 1\"]:1: unexpected symbol near '='"
load('x = 1 1')
--> nil, "[string \"x = 1 1\"]:1: unexpected symbol near '1'"
load('for')
--> nil, "[string \"for\"]:1: <name> expected near <eof>"
load('if x then')
--> nil, "[string \"if x then\"]:1: 'end' expected near <eof>"
load("x = 'unfinished")
--> nil, "[string \"x = 'unfinished\"]:1: unfinished string near <eof>"
load('x = [[unfinished')
--> nil, "[string \"x = [[unfinished\"]:1: unfinished long string (starting at line 1) near <eof>"
load('--[[unfinished')
--> nil, "[string \"--[[unfinished\"]:1: unfinished long comment (starting at line 1) near <eof>"
load("x = '\\q'")
--> nil, "[string \"x = '\\q'\"]:1: invalid escape sequence near ''\\q'"
load("x = '\\300'")
--> nil, "[string \"x = '\\300'\"]:1: decimal escape too large near ''\\300''"
load('goto nowhere')
--> nil, "[string \"goto nowhere\"]:1: no visible label 'nowhere' for <goto> at line 1"
load('break')
--5.3> nil, "[string \"break\"]:1: <break> at line 1 not inside a loop"
--5.4> nil, "[string \"break\"]:1: break outside loop at line 1"
load('::a:: ::a::')
--> nil, "[string \"::a:: ::a::\"]:1: label 'a' already defined on line 1"
load('local x <const> = 1; x = 2')
--5.3> nil, "[string \"local x <const> = 1; x = 2\"]:1: unexpected symbol near '<'"
--5.4> nil, "[string \"local x <const> = 1; x = 2\"]:1: attempt to assign to const variable 'x'"
load('local x <unknown> = 1')
--5.3> nil, "[string \"local x <unknown> = 1\"]:1: unexpected symbol near '<'"
--5.4> nil, "[string \"local x <unknown> = 1\"]:1: unknown attribute 'unknown'"
load('local x <close>, y <close> = 1, 2')
--5.3> nil, "[string \"local x <close>, y <close> = 1, 2\"]:1: unexpected symbol near '<'"
--5.4> nil, "[string \"local x <close>, y <close> = 1, 2\"]:1: multiple to-be-closed variables in local list"
load('x = }')
--> nil, "[string \"x = }\"]:1: unexpected symbol near '}'"
load('x = 0x')
--> nil, "[string \"x = 0x\"]:1: malformed number near '0x'"
load('x = 1e')
--> nil, "[string \"x = 1e\"]:1: malformed number near '1e'"
load('x = 3x')
--5.3> nil, "[string \"x = 3x\"]:1: syntax error near <eof>"
--5.4> nil, "[string \"x = 3x\"]:1: malformed number near '3x'"
load('return 1 .. 2')()
--> "12"
load('@')
--> nil, ":1: unexpected symbol near '@'"
load('x = \1')
--> nil, "[string \"x = \001\"]:1: unexpected symbol near '<\\1>'"
load('x = "\\u{110000000}"')
--5.3> nil, "[string \"x = \"\\u{110000000}\"\"]:1: UTF-8 value too large near '\"\\u{110000'"
--5.4> nil, "[string \"x = \"\\u{110000000}\"\"]:1: UTF-8 value too large near '\"\\u{110000000'"
load('error("e")', 'name')
--> function
pcall(load('error("e")', 'name'))
--> false, "[string \"name\"]:1: e"
pcall(load('error("e")', '=name'))
--> false, "name:1: e"
pcall(load('error("e")', '@file.lua'))
--> false, "file.lua:1: e"
pcall(load('error("e")', 'line one\nline two'))
--> false, "[string \"line one...\"]:1: e"
pcall(load('error("e")', ''))
--> false, "[string \"\"]:1: e"
pcall(load('error("e")', ('x'):rep(100)))
--> false, "[string \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\"]:1: e"
pcall(load('error("e")', '=' .. ('x'):rep(100)))
--> false, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx:1: e"
pcall(load('error("e")', '@' .. ('x'):rep(100)))
--> false, "...xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx:1: e"
pcall(load('error("e")'))
--> false, "[string \"error(\"e\")\"]:1: e"
load('x =', 'name')
--> nil, "[string \"name\"]:1: unexpected symbol near <eof>"
load('x =', '=name')
--> nil, "name:1: unexpected symbol near <eof>"
load('x =', '@name')
--> nil, "name:1: unexpected symbol near <eof>"
load('\n\nx =', '=n')
--> nil, "n:3: unexpected symbol near <eof>"
load('x', 'c', 'b')
--> nil, "attempt to load a text chunk (mode is 'b')"
load(string.dump(function() end), 'c', 't')
--> nil, "attempt to load a binary chunk (mode is 't')"
load(string.dump(function() return 3 end), 'c', 'b')()
--> 3
load(string.dump(function() return 3 end), 'c', 'bt')()
--> 3
load('return 3', 'c', 'bt')()
--> 3
load('return 3', 'c', 'x')
--> nil, "attempt to load a text chunk (mode is 'x')"
load('return 3', 'c', '')
--> nil, "attempt to load a text chunk (mode is '')"
load(function() return nil end)()
--> (nothing)
local parts = {'return ', '1', ' + ', '2'} local i = 0 return load(function() i = i + 1 return parts[i] end)()
--> 3
local parts = {'return 7', '', 'ignored'} local i = 0 return load(function() i = i + 1 return parts[i] end)()
--> 7
local i = 0 return load(function() i = i + 1 return ('return "split"'):sub(i, i) end)()
--> "split"
load(function() return {} end)
--> nil, "t:1: reader function must return a string"
load(function() return true end)
--> nil, "t:1: reader function must return a string"
load(function() error('in reader') end)
--> nil, "t:1: in reader"
load(function() error({}) end)
--> nil, {}
local n = 0 return load(function() n = n + 1 if n == 1 then return 'return ' elseif n == 2 then return 9 end end)()
--> 9
select(2, load(function() return 'x = ' end, '=endless') ) == nil
--> false
pcall(load(function() return nil end, 'named', 't', {}))
--> true
pcall(load, nil)
--> false, "bad argument #1 to 'load' (function expected, got nil)"
load()
--> error: t:1: bad argument #1 to 'load' (function expected, got no value)
load(1)
--> nil, "[string \"1\"]:1: unexpected symbol near '1'"
load({})
--> error: t:1: bad argument #1 to 'load' (function expected, got table)
load(true)
--> error: t:1: bad argument #1 to 'load' (function expected, got boolean)
load('x', {})
--> error: t:1: bad argument #2 to 'load' (string expected, got table)
load('x', 'c', {})
--> error: t:1: bad argument #3 to 'load' (string expected, got table)
load('return debug.getinfo(1, "S").source')()
--> "return debug.getinfo(1, \"S\").source"
load('return debug.getinfo(1, "S").source', 'src')()
--> "src"
load('return debug.getinfo(1, "S").short_src', '@src')()
--> "src"
load(('x = 1; '):rep(10000))()
--> (nothing)
load('return ' .. ('('):rep(100) .. '1' .. (')'):rep(100))()
--> 1
load('return ' .. ('('):rep(300) .. '1' .. (')'):rep(300))
--5.3> nil, "[string \"return ((((((((((((((((((((((((((((((((((((((...\"]:1: too many C levels (limit is 200) in main function near '('"
--5.4> nil, "C stack overflow"
load(('local a; '):rep(201))
--> nil, "[string \"local a; local a; local a; local a; local a; ...\"]:1: too many local variables (limit is 200) in main function near ';'"
load('return ' .. ('{'):rep(300) .. ('}'):rep(300))
--5.3> nil, "[string \"return {{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{...\"]:1: too many C levels (limit is 200) in main function near '{'"
--5.4> nil, "C stack overflow"
(load(('x = {'):rep(1) .. ('1,'):rep(100000) .. '}'))() == nil and #x
--> 100000
load('\27Lua')
--5.3> nil, "binary string: truncated precompiled chunk"
--5.4> nil, "binary string: bad binary format (truncated chunk)"
load('\27LuaT garbage', 'bad', 'b')
--5.3> nil, "bad: version mismatch in precompiled chunk"
--5.4> nil, "bad: bad binary format (format mismatch)"
load('\27', '=c')
--5.3> nil, "c: truncated precompiled chunk"
--5.4> nil, "c: bad binary format (truncated chunk)"
load('local a <close> = 42')
--5.3> nil, "[string \"local a <close> = 42\"]:1: unexpected symbol near '<'"
--5.4> function
pcall(load('local a <close> = 42', '=c'))
--5.3> false, "attempt to call a nil value"
--5.4> false, "c:1: variable 'a' got a non-closable value"
pcall(load('local a <close> = nil; return 1', '=c'))
--5.3> false, "attempt to call a nil value"
--5.4> true, 1
]==])

transcript('dofile and loadfile', [==[
name = os.tmpname()
--> (nothing)
function put(text) local f = assert(io.open(name, 'wb')) f:write(text) f:close() end
--> (nothing)
function anon(ok, m, ...) if type(m) == 'string' then m = m:gsub(name:gsub('%p', '%%%0'), 'FILE') end return ok, m, ... end
--> (nothing)
put('return 1, ...')
--> (nothing)
dofile(name)
--> 1
loadfile(name)(2, 3)
--> 1, 2, 3
anon(pcall(dofile, '/nonexistent/file.lua'))
--> false, "cannot open /nonexistent/file.lua: No such file or directory"
loadfile('/nonexistent/file.lua')
--> nil, "cannot open /nonexistent/file.lua: No such file or directory"
put('#!/usr/bin/lua\nreturn 5')
--> (nothing)
dofile(name)
--> 5
put('# first line\nerror("line two")')
--> (nothing)
anon(pcall(dofile, name))
--> false, "FILE:2: line two"
put('\xEF\xBB\xBFreturn "bom"')
--> (nothing)
dofile(name)
--> "bom"
put('\xEF\xBB\xBF#skip\nreturn "bom and hash"')
--> (nothing)
dofile(name)
--> "bom and hash"
put('#only')
--> (nothing)
select('#', dofile(name))
--> 0
put('x = = 1')
--> (nothing)
anon(loadfile(name))
--> nil, "FILE:1: unexpected symbol near '='"
anon(pcall(dofile, name))
--> false, "FILE:1: unexpected symbol near '='"
put('error({code = 7})')
--> (nothing)
pcall(dofile, name)
--> false, {code = 7}
put('return x')
--> (nothing)
loadfile(name, 't', {x = 'env'})()
--> "env"
loadfile(name, 'bt', {x = 'env'})()
--> "env"
anon(loadfile(name, 'b'))
--> nil, "attempt to load a text chunk (mode is 'b')"
put(string.dump(function() return 'binary' end))
--> (nothing)
dofile(name)
--> "binary"
loadfile(name, 'b')()
--> "binary"
anon(loadfile(name, 't'))
--> nil, "attempt to load a binary chunk (mode is 't')"
put('#comment\n' .. string.dump(function() return 'binary after comment' end))
--> (nothing)
dofile(name)
--> "binary after comment"
put('')
--> (nothing)
select('#', dofile(name))
--> 0
loadfile({})
--> error: t:1: bad argument #1 to 'loadfile' (string expected, got table)
loadfile(name, {})
--> error: t:1: bad argument #2 to 'loadfile' (string expected, got table)
dofile({})
--> error: t:1: bad argument #1 to 'dofile' (string expected, got table)
put('return debug.getinfo(1, "S").source:sub(1, 1), (debug.getinfo(1, "S").source:sub(2) == ...)')
--> (nothing)
loadfile(name)(name)
--> "@", true
put('local a = ...\nlocal b = a.b.c')
--> (nothing)
anon(pcall(loadfile(name), {}))
--> false, "FILE:2: attempt to index a nil value (field 'b')"
os.remove(name)
--> true
]==])

transcript('collectgarbage', [==[
collectgarbage()
--> 0
collectgarbage('collect')
--> 0
math.type(collectgarbage('count'))
--> "float"
collectgarbage('count') > 0
--> true
collectgarbage('isrunning')
--> true
collectgarbage('stop'), collectgarbage('isrunning'), collectgarbage('restart'), collectgarbage('isrunning')
--> 0, false, 0, true
type(collectgarbage('step'))
--> "boolean"
type(collectgarbage('step', 100))
--> "boolean"
collectgarbage('incremental')
--5.3> error: t:1: bad argument #1 to 'collectgarbage' (invalid option 'incremental')
--5.4> "generational"
collectgarbage('generational')
--5.3> error: t:1: bad argument #1 to 'collectgarbage' (invalid option 'generational')
--5.4> "incremental"
collectgarbage('generational')
--5.3> error: t:1: bad argument #1 to 'collectgarbage' (invalid option 'generational')
--5.4> "generational"
collectgarbage('incremental')
--5.3> error: t:1: bad argument #1 to 'collectgarbage' (invalid option 'incremental')
--5.4> "generational"
collectgarbage('incremental', 200, 100, 13)
--5.3> error: t:1: bad argument #1 to 'collectgarbage' (invalid option 'incremental')
--5.4> "incremental"
collectgarbage('generational', 20, 100)
--5.3> error: t:1: bad argument #1 to 'collectgarbage' (invalid option 'generational')
--5.4> "incremental"
collectgarbage('incremental', 0, 0, 0)
--5.3> error: t:1: bad argument #1 to 'collectgarbage' (invalid option 'incremental')
--5.4> "generational"
local before = collectgarbage('setpause', 150) local now = collectgarbage('setpause', before) return now
--5.3> 150
--5.4> 148
local before = collectgarbage('setstepmul', 200) local now = collectgarbage('setstepmul', before) return now
--> 200
collectgarbage('bogus')
--> error: t:1: bad argument #1 to 'collectgarbage' (invalid option 'bogus')
collectgarbage({})
--> error: t:1: bad argument #1 to 'collectgarbage' (string expected, got table)
collectgarbage('step', 'x')
--> error: t:1: bad argument #2 to 'collectgarbage' (number expected, got string)
collectgarbage('step', 1.5)
--> error: t:1: bad argument #2 to 'collectgarbage' (number has no integer representation)
local weak = setmetatable({}, {__mode = 'v'}) weak[1] = {} weak[2] = 'text' collectgarbage() collectgarbage() return weak[1], weak[2]
--> nil, "text"
local weak = setmetatable({}, {__mode = 'k'}) weak[{}] = 1 local kept = {} weak[kept] = 2 collectgarbage() collectgarbage() local n = 0 for _ in pairs(weak) do n = n + 1 end return n, weak[kept]
--> 1, 2
local weak = setmetatable({}, {__mode = 'k'}) do local k = {} weak[k] = {k} end collectgarbage() collectgarbage() return next(weak)
--> nil
local log = {} do local x = setmetatable({}, {__gc = function() log[#log + 1] = 'finalised' end}) end collectgarbage() collectgarbage() return log
--> {"finalised"}
local log, kept = {}, {} for i = 1, 3 do kept[i] = setmetatable({}, {__gc = function() log[#log + 1] = i end}) end kept = nil collectgarbage() collectgarbage() return log
--> {3, 2, 1}
local done = 'not run' setmetatable({}, {__gc = function() done = collectgarbage() end}) collectgarbage() collectgarbage() return done
--5.3> 0
--5.4> nil
local m = {} local x = setmetatable({}, m) local n = 0 m.__gc = function() n = n + 1 end x = nil collectgarbage() return n
--> 0
]==])

transcript('warn', [==[
warn('@off')
--5.3> error: t:1: attempt to call a nil value (global 'warn')
--5.4> (nothing)
select('#', warn('x'))
--5.3> error: t:1: attempt to call a nil value (global 'warn')
--5.4> 0
warn('unseen ', 'and ', 1)
--5.3> error: t:1: attempt to call a nil value (global 'warn')
--5.4> (nothing)
warn('@unknown control')
--5.3> error: t:1: attempt to call a nil value (global 'warn')
--5.4> (nothing)
warn()
--5.3> error: t:1: attempt to call a nil value (global 'warn')
--5.4> error: t:1: bad argument #1 to 'warn' (string expected, got no value)
warn(nil)
--5.3> error: t:1: attempt to call a nil value (global 'warn')
--5.4> error: t:1: bad argument #1 to 'warn' (string expected, got nil)
warn({})
--5.3> error: t:1: attempt to call a nil value (global 'warn')
--5.4> error: t:1: bad argument #1 to 'warn' (string expected, got table)
warn('x', {})
--5.3> error: t:1: attempt to call a nil value (global 'warn')
--5.4> error: t:1: bad argument #2 to 'warn' (string expected, got table)
warn('x', true)
--5.3> error: t:1: attempt to call a nil value (global 'warn')
--5.4> error: t:1: bad argument #2 to 'warn' (string expected, got boolean)
]==])

transcript('print', [==[
print(setmetatable({}, {__tostring = function() return 1 end}))
--> (nothing)
print(setmetatable({}, {__tostring = function() error('inside', 0) end}))
--> error: inside
]==])

transcript('the global environment', [==[
_G._G == _G
--> true
_VERSION
--5.3> "Lua 5.3"
--5.4> "Lua 5.4"
_ENV ~= nil
--> true
type(_G), type(package.loaded._G), package.loaded._G == _G
--> "table", "table", true
unpack, setfenv, getfenv, loadstring, module
--> nil, nil, nil, nil, nil
string.gfind, table.getn, table.maxn, math.mod
--> nil, nil, nil, nil
undefinedname
--> nil
undefinedname()
--> error: t:1: attempt to call a nil value (global 'undefinedname')
undefinedname.field
--> error: t:1: attempt to index a nil value (global 'undefinedname')
undefinedname.field.deeper
--> error: t:1: attempt to index a nil value (global 'undefinedname')
local s = {} for _, k in ipairs {'assert', 'collectgarbage', 'dofile', 'error', 'getmetatable', 'ipairs', 'load', 'loadfile', 'next', 'pairs', 'pcall', 'print', 'rawequal', 'rawget', 'rawlen', 'rawset', 'require', 'select', 'setmetatable', 'tonumber', 'tostring', 'type', 'warn', 'xpcall'} do s[#s + 1] = type(_G[k]) end return table.concat(s, ' ')
--5.3> "function function function function function function function function function function function function function function function function function function function function function function nil function"
--5.4> "function function function function function function function function function function function function function function function function function function function function function function function function"
]==])

t.finish()
