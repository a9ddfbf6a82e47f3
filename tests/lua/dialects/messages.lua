-- Where versions of Lua differ: messages and what debug information says. docs/dialects.md names these tests.

local t = require 'harness'
local transcript = dofile 'libraries/support/transcript.lua'

transcript('fields with integer keys', [==[
local t = {} t[1].x = 1
--5.3> error: t:1: attempt to index a nil value (field '?')
--5.4> error: t:1: attempt to index a nil value (field 'integer index')
local t = {} t[1]()
--5.3> error: t:1: attempt to call a nil value (field '?')
--5.4> error: t:1: attempt to call a nil value (field 'integer index')
local t, i = {}, 1 t[i].x = 1
--> error: t:1: attempt to index a nil value (field '?')
]==])

transcript('calling what a loop or a metamethod cannot', [==[
for i in 5 do end
--5.3> error: t:1: attempt to call a number value
--5.4> error: t:1: attempt to call a number value (for iterator 'for iterator')
for k in {} do end
--5.3> error: t:1: attempt to call a table value
--5.4> error: t:1: attempt to call a table value (for iterator 'for iterator')
setmetatable({}, {__index = 5}).x.y = 1
--> error: t:1: attempt to index a number value
setmetatable({}, {__add = 5}) + 1
--5.3> error: t:1: attempt to call a number value
--5.4> error: t:1: attempt to call a number value (metamethod 'add')
]==])

transcript('names of metamethods', [==[
setmetatable({}, {__add = function() return debug.getinfo(1, 'n').name end}) + 1
--5.3> "__add"
--5.4> "add"
setmetatable({}, {__index = function() return debug.getinfo(1, 'n').name end}).x
--5.3> "__index"
--5.4> "index"
select(2, pcall(function() return setmetatable({}, {__concat = function() error 'here' end}) .. 'x' end))
--> "t:1: here"
]==])

transcript('values without a name', [==[
local function f(...) return debug.getlocal(1, -1) end return f(7)
--5.3> "(*vararg)", 7
--5.4> "(vararg)", 7
debug.getupvalue(load(string.dump(load 'return x', true)), 1)
--5.3> "(*no name)", _G
--5.4> "(no name)", _G
]==])

transcript('long tracebacks', [==[
local function f(n) if n == 0 then return debug.traceback('x') end return (f(n - 1)) end return select(2, f(50):gsub('\n', '')), (f(50):match('\n\t%.%.%.[^\n]*'))
--5.3> 23, "\n\009..."
--5.4> 23, "\n\009...\009(skipping 38 levels)"
]==])

transcript('binary chunks that are refused', [==[
load('\27Lua', 'cut')
--5.3> nil, "cut: truncated precompiled chunk"
--5.4> nil, "cut: bad binary format (truncated chunk)"
load('\27Lux' .. ('x'):rep(90), 'bad')
--5.3> nil, "bad: not a precompiled chunk"
--5.4> nil, "bad: bad binary format (not a binary chunk)"
load(string.dump(load 'return 1'):sub(1, 30), '=cut')
--5.3> nil, "cut: truncated precompiled chunk"
--5.4> nil, "cut: bad binary format (truncated chunk)"
load('\27Lua\x52' .. ('x'):rep(90), 'bad')
--5.3> nil, "bad: version mismatch in precompiled chunk"
--5.4> nil, "bad: bad binary format (version mismatch)"
]==])

transcript('what an argument is', [==[
coroutine.status(1)
--5.3> error: t:1: bad argument #1 to 'status' (thread expected)
--5.4> error: t:1: bad argument #1 to 'status' (thread expected, got number)
coroutine.resume()
--5.3> error: t:1: bad argument #1 to 'resume' (thread expected)
--5.4> error: t:1: bad argument #1 to 'resume' (thread expected, got no value)
setmetatable({}, 1)
--5.3> error: t:1: bad argument #2 to 'setmetatable' (nil or table expected)
--5.4> error: t:1: bad argument #2 to 'setmetatable' (nil or table expected, got number)
rawlen(1)
--5.3> error: t:1: bad argument #1 to 'rawlen' (table or string expected)
--5.4> error: t:1: bad argument #1 to 'rawlen' (table or string expected, got number)
string.gsub('x', 'x')
--5.3> error: t:1: bad argument #3 to 'gsub' (string/function/table expected)
--5.4> error: t:1: bad argument #3 to 'gsub' (string/function/table expected, got no value)
]==])

transcript('line events of numeric loops', [==[
local n = 0 debug.sethook(function() n = n + 1 end, 'l') for i = 1, 3 do local x = i end debug.sethook() return n
--5.3> 3
--5.4> 2
]==])

transcript('getinfo and transferred values', [==[
debug.getinfo(print, 'r')
--5.3> error: t:1: bad argument #2 to 'getinfo' (invalid option)
--5.4> {ftransfer = 0, ntransfer = 0}
debug.getinfo(print).ntransfer
--5.3> nil
--5.4> 0
debug.gethook()
--5.3> nil, "", 0
--5.4> nil
debug.upvalueid(function() end, 1)
--5.3> error: t:1: bad argument #2 to 'upvalueid' (invalid upvalue index)
--5.4> nil
]==])

t.finish()
