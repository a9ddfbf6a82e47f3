-- Where versions of Lua differ: the standard library. docs/dialects.md names these tests; those in libraries/ have many
-- more cases.

local t = require 'harness'
local transcript = dofile 'libraries/support/transcript.lua'

transcript('_VERSION and what there is', [==[
_VERSION
--5.3> "Lua 5.3"
--5.4> "Lua 5.4"
type(warn), type(coroutine.close), type(debug.setcstacklimit), type(bit32), type(math.pow), type(unpack)
--5.3> "nil", "nil", "nil", "table", "function", "nil"
--5.4> "function", "function", "function", "nil", "function", "nil"
]==])

transcript('bit32', [==[
bit32 and {bit32.band(-1, 0xF0F0F0F0F), bit32.bor(1, 2^31), bit32.bxor(5, 3), bit32.bnot(0), bit32.btest(1, 2)}
--5.3> {252645135, 2147483649, 6, 4294967295, false}
--5.4> nil
bit32 and {bit32.lshift(1, 31), bit32.lshift(1, 32), bit32.lshift(1, -1), bit32.rshift(-1, 28), bit32.rshift(1, -40)}
--5.3> {2147483648, 0, 0, 15, 0}
--5.4> nil
bit32 and {bit32.arshift(-8, 1), bit32.arshift(-8, 40), bit32.arshift(8, 1), bit32.arshift(8, -2)}
--5.3> {4294967292, 4294967295, 4, 32}
--5.4> nil
bit32 and {bit32.lrotate(0x80000001, 1), bit32.rrotate(1, 1), bit32.lrotate(7, 32), bit32.rrotate(7, -33)}
--5.3> {3, 2147483648, 7, 14}
--5.4> nil
bit32 and {bit32.extract(0xABCD, 4, 8), bit32.replace(0, 0xFF, 4, 4), bit32.extract(-1, 0, 32), bit32.extract(4, 2)}
--5.3> {188, 240, 4294967295, 1}
--5.4> nil
pcall(bit32 and bit32.extract, 1, 32)
--5.3> false, "trying to access non-existent bits"
--5.4> false, "attempt to call a nil value"
pcall(bit32 and bit32.extract, 1, -1)
--5.3> false, "bad argument #2 to 'bit32.extract' (field cannot be negative)"
--5.4> false, "attempt to call a nil value"
pcall(bit32 and bit32.replace, 1, 1, 0, 0)
--5.3> false, "bad argument #4 to 'bit32.replace' (width must be positive)"
--5.4> false, "attempt to call a nil value"
pcall(bit32 and bit32.band, 1.5)
--5.3> false, "bad argument #1 to 'bit32.band' (number has no integer representation)"
--5.4> false, "attempt to call a nil value"
bit32 and {bit32.band(), bit32.bor(), bit32.bxor()}
--5.3> {4294967295, 0, 0}
--5.4> nil
]==])

transcript('tostring in print', [==[
local said = {} local old = tostring tostring = function(v) said[#said + 1] = v return 'x' end _G.tostring = tostring print(1) _G.tostring = old return #said
--5.3> 1
--5.4> 0
local old = tostring _G.tostring = function() return {} end local ok, e = pcall(print, 1) _G.tostring = old return ok, e
--5.3> x, "'tostring' must return a string to 'print'"
--5.4> x, x
]==])

transcript('__ipairs', [==[
local r = 0 for i in ipairs(setmetatable({}, {__ipairs = function() return function(_, i) if i < 3 then return i + 1 end end, nil, 0 end})) do r = i end return r
--5.3> 3
--5.4> 0
]==])

transcript('yields in __pairs', [==[
coroutine.wrap(function() for k in pairs(setmetatable({}, {__pairs = function() coroutine.yield 'in' end})) do end end)()
--5.3> error: t:1: attempt to yield across a C-call boundary
--5.4> "in"
]==])

transcript('coroutine.isyieldable of others', [==[
coroutine.isyieldable(coroutine.create(print))
--> x
]==])

transcript('options of collectgarbage', [==[
collectgarbage 'incremental' ~= nil
--5.3> error: t:1: bad argument #1 to 'collectgarbage' (invalid option 'incremental')
--5.4> x
collectgarbage 'generational' ~= nil
--5.3> error: t:1: bad argument #1 to 'collectgarbage' (invalid option 'generational')
--5.4> x
local a = collectgarbage('setpause', 150) return a, collectgarbage('setpause', a)
--5.3> 200, 150
--5.4> 200, 148
local a = collectgarbage('setstepmul', 201) return a, collectgarbage('setstepmul', a)
--5.3> 200, 201
--5.4> 100, 200
]==])

transcript('collectgarbage in finalizers', [==[
local r = 'not run' setmetatable({}, {__gc = function() r = collectgarbage() end}) collectgarbage() return r
--5.3> 0
--5.4> x
]==])

transcript('random numbers', [==[
math.randomseed(42) return math.random(), math.random(100), math.random(-5, 5)
--5.3> 0.3299642074853182, 70, -1
--5.4> 0.9308121780395682, 50, 0
select('#', math.randomseed(7))
--5.3> 0
--5.4> 2
pcall(math.random, 0) 
--5.3> x, "bad argument #1 to 'math.random' (interval is empty)"
--5.4> x, -4077065267748579521
pcall(math.random, math.mininteger, math.maxinteger)
--5.3> x, "bad argument #1 to 'math.random' (interval too large)"
--5.4> x, -2064542071139762985
math.randomseed(2^40) return math.random(1000)
--5.3> 395
--5.4> 99
]==])

transcript('utf8', [==[
pcall(utf8.char, 0x110000)
--5.3> x, "bad argument #1 to 'utf8.char' (value out of range)"
--5.4> x, "\244\144\128\128"
#utf8.charpattern, utf8.charpattern:byte(6)
--> 14, 45
utf8.codepoint('\xed\xa0\x80')
--5.3> 55296
--5.4> error: t:1: invalid UTF-8 code
utf8.len('\xf4\x90\x80\x80', 1, -1, true)
--5.3> x, 1
--5.4> 1
utf8.len('abc', 9)
--5.3> error: t:1: bad argument #2 to 'len' (initial position out of string)
--5.4> error: t:1: bad argument #2 to 'len' (initial position out of bounds)
utf8.codepoint('abc', 4)
--5.3> error: t:1: bad argument #3 to 'codepoint' (out of range)
--5.4> error: t:1: bad argument #3 to 'codepoint' (out of bounds)
]==])

transcript('files', [==[
getmetatable(io.stdout).__index == getmetatable(io.stdout)
--> x
getmetatable(io.stdout).__close
--5.3> x
--5.4> function
select('#', io.lines 'harness.lua')
--5.3> 1
--5.4> 4
]==])

transcript('closed default files', [==[
local old, f = io.output(), io.tmpfile() io.output(f) f:close() local r = {pcall(io.write, 'x')} io.output(old) return r
--5.3> {x, "standard output file is closed"}
--5.4> {x, "default output file is closed"}
]==])

transcript('searches of modules', [==[
package.searchpath('x', '/none/?.lua;/none/?')
--5.3> x, "\n\009no file '/none/x.lua'\n\009no file '/none/x'"
--5.4> x, "no file '/none/x.lua'\n\009no file '/none/x'"
package.searchpath('x', '')
--5.3> x, ""
--5.4> x, "no file ''"
package.preload.d_test = function(...) return select('#', ...) end return require 'd_test'
--5.3> 2
--5.4> 2, ":preload:"
select(2, pcall(require, 'no.such.module')):match('^[^;]-package[^\n]*')
--> "module 'no.such.module' not found:\n\009no field package.preload['no.such.module']"
]==])

transcript('user values', [==[
debug.setuservalue(io.stdout, {1}) ~= nil, debug.getuservalue(io.stdout, 1)
--5.3> x, {1}
--5.4> x, x
]==])

transcript('dates', [==[
os.time {}
--5.3> error: t:1: field 'day' missing in date table
--5.4> error: t:1: field 'year' missing in date table
os.time {year = 2^31, month = 1, day = 1} ~= nil
--5.3> error: t:1: field 'year' is out-of-bound
--5.4> x
os.date('!%Y', 2^60)
--5.3> error: t:1: time result cannot be represented in this installation
--5.4> error: t:1: date result cannot be represented in this installation
]==])

transcript('string.gmatch from a position', [==[
local r = {} for c in string.gmatch('abc', '.', 2) do r[#r + 1] = c end return r
--5.3> {"a", "b", "c"}
--5.4> {"b", "c"}
]==])

transcript('string.unpack', [==[
string.unpack('b', 'abc', -9)
--5.3> error: t:1: bad argument #3 to 'unpack' (initial position out of string)
--5.4> 97, 2
string.unpack('z', 'abc')
--5.3> "abc", 5
--5.4> error: t:1: bad argument #2 to 'unpack' (unfinished string for format 'z')
string.unpack('zb', 'abc')
--5.3> error: t:1: bad argument #2 to 'unpack' (data string too short)
--5.4> error: t:1: bad argument #2 to 'unpack' (unfinished string for format 'z')
string.unpack('zz', 'abc')
--5.3> error: t:1: bad argument #2 to 'unpack' (data string too short)
--5.4> error: t:1: bad argument #2 to 'unpack' (unfinished string for format 'z')
string.unpack('z!8Xj', 'abc')
--5.3> error: t:1: bad argument #2 to 'unpack' (data string too short)
--5.4> error: t:1: bad argument #2 to 'unpack' (unfinished string for format 'z')
]==])

transcript('indices in messages of table.concat', [==[
table.concat({}, ',', math.maxinteger, math.maxinteger)
--5.3> error: t:1: invalid value (nil) at index -1 in table for 'concat'
--5.4> error: t:1: invalid value (nil) at index 9223372036854775807 in table for 'concat'
]==])

transcript('string.format', [==[
string.format('%5q', 'x')
--5.3> "\"x\""
--5.4> error: t:1: specifier '%q' cannot have modifiers
string.format('%q', 1/0)
--5.3> "inf"
--5.4> "1e9999"
string.format('%#d', 1)
--5.3> "1"
--5.4> error: t:1: invalid conversion specification: '%#d'
string.format('%05s', 'x')
--5.3> "    x"
--5.4> error: t:1: invalid conversion specification: '%05s'
string.format('%100d', 1)
--5.3> error: t:1: invalid format (width or precision too long)
--5.4> error: t:1: invalid conversion specification: '%100d'
string.format('%y', 1)
--5.3> error: t:1: invalid option '%y' to 'format'
--5.4> error: t:1: invalid conversion '%y' to 'format'
string.format('%p', 1)
--5.3> error: t:1: invalid option '%p' to 'format'
--5.4> "(null)"
]==])

t.finish()
