-- Where versions of Lua differ: the language. docs/dialects.md names these tests.

local t = require 'harness'
local transcript = dofile 'libraries/support/transcript.lua'

transcript('attribs', [==[
load('local x <const> = 1', '=t')
--5.3> nil, "t:1: unexpected symbol near '<'"
--5.4> function
select('#', load('local x <close> = nil; return x', '=t'))
--5.3> 2
--5.4> 1
load('local x <strange> = 1', '=t')
--5.3> nil, "t:1: unexpected symbol near '<'"
--5.4> nil, "t:1: unknown attribute 'strange'"
]==])

transcript('labels of one name', [==[
load('::a:: do ::a:: end return 1', '=t')
--5.3> function
--5.4> nil, "t:1: label 'a' already defined on line 1"
load('::a:: ::a::', '=t')
--> nil, "t:1: label 'a' already defined on line 1"
load('do goto a; do ::a:: return 1 end; ::a:: return 2 end', '=t') ~= nil
--> true
local i = 0 ::a:: i = i + 1 if i < 3 then do goto a end end return i
--> 3
load('local r = {} ; do goto a; r[1] = 0; ::a:: end ; do goto a; ::a:: end return 5', '=t')()
--> 5
]==])

transcript('goto to the nearest label', [==[
local f = load 'local n = 0 ::top:: n = n + 1 if n > 3 then return n, "outer" end do if n < 9 then goto top end ::top:: return n, "inner" end' return f and f()
--5.3> 1
--5.4> nil
]==])

transcript('break outside of loops', [==[
load('break', '=t')
--5.3> nil, "t:1: <break> at line 1 not inside a loop"
--5.4> nil, "t:1: break outside loop at line 1"
load('while true do end break', '=t')
--5.3> nil, "t:1: <break> at line 1 not inside a loop"
--5.4> nil, "t:1: break outside loop at line 1"
load('for i = 1, 2 do local function f() break end end', '=t')
--5.3> nil, "t:1: <break> at line 1 not inside a loop"
--5.4> nil, "t:1: break outside loop at line 1"
]==])

transcript('letters behind numerals', [==[
load('return 3x', '=t')
--5.3> nil, "t:1: <eof> expected near 'x'"
--5.4> nil, "t:1: malformed number near '3x'"
load('x = 3y = 4', '=t')
--5.3> function
--5.4> nil, "t:1: malformed number near '3y'"
load('return 0x1g', '=t')
--5.3> nil, "t:1: <eof> expected near 'g'"
--5.4> nil, "t:1: malformed number near '0x1g'"
load('return 3e', '=t')
--> nil, "t:1: malformed number near '3e'"
]==])

transcript('utf-8 escapes', [==[
load([[return '\u{10FFFF}']], '=t')()
--> "\244\143\191\191"
load([[return #'\u{110000}']], '=t')
--5.3> nil, "t:1: UTF-8 value too large near ''\\u{110000'"
--5.4> function
load([[return #'\u{80000000}']], '=t')
--5.3> nil, "t:1: UTF-8 value too large near ''\\u{800000'"
--5.4> nil, "t:1: UTF-8 value too large near ''\\u{80000000'"
]==])

transcript('too deep syntax', [==[
select(2, load('x = ' .. ('('):rep(1000), '=t'))
--5.3> "t:1: too many C levels (limit is 200) in main function near '('"
--5.4> "C stack overflow"
select(2, load(('do '):rep(1000), '=t'))
--5.3> "t:1: too many C levels (limit is 200) in main function near 'do'"
--5.4> "C stack overflow"
]==])

transcript('integer loops wrap', [==[
local n = 0 for i = math.maxinteger - 1, math.maxinteger do n = n + 1 if n > 5 then break end end return n
--5.3> 6
--5.4> 2
local r = {} for i = math.maxinteger - 5, math.maxinteger, 4 do r[#r + 1] = i if #r > 5 then break end end return r
--5.3> {9223372036854775802, 9223372036854775806, -9223372036854775806, -9223372036854775802, -9223372036854775798, -9223372036854775794}
--5.4> {9223372036854775802, 9223372036854775806}
local r = {} for i = math.mininteger + 5, math.mininteger, -4 do r[#r + 1] = i if #r > 5 then break end end return r
--5.3> {-9223372036854775803, -9223372036854775807, 9223372036854775805, 9223372036854775801, 9223372036854775797, 9223372036854775793}
--5.4> {-9223372036854775803, -9223372036854775807}
local n, l = 0, math.maxinteger for i = 1, l, l // 2 do n = n + 1 if n > 9 then return i end end return n
--5.3> 4611686018427387896
--5.4> 3
local n = 0 for i = math.maxinteger - 1, math.huge do n = n + 1 if n > 5 then break end end return n
--5.3> 6
--5.4> 2
local n = 0 for i = math.mininteger + 1, -math.huge, -1 do n = n + 1 if n > 5 then break end end return n
--5.3> 6
--5.4> 2
local n = 0 for i = math.maxinteger, 1 do n = n + 1 end return n
--> 0
local n = 0 for i = math.maxinteger - 4, math.maxinteger - 1, 2 do n = n + 1 if n > 5 then break end end return n
--> 2
local n = 0 for i = math.maxinteger - 2, math.maxinteger, 1 do for j = math.maxinteger, math.maxinteger do n = n + 1 if n % 3 == 0 then break end end if n > 20 then break end end return n
--5.3> 21
--5.4> 3
]==])

transcript('loops with step 0', [==[
local n = 0 for i = 1, 2, 0 do n = n + 1 if n > 5 then break end end return n
--5.3> 0
--5.4> error: t:1: 'for' step is zero
for i = 3, 2, 0 do error 'never' end
--5.3> error: t:1: never
--5.4> error: t:1: 'for' step is zero
local n = 0 for i = 1, 1, 0 do n = n + 1 if n > 5 then break end end return n
--5.3> 6
--5.4> error: t:1: 'for' step is zero
local n = 0 for i = 2.0, 1, 0 do n = n + 1 if n > 5 then break end end return n
--5.3> 6
--5.4> error: t:1: 'for' step is zero
for i = 2, 0/0, 0 do return i end
--5.3> 0
--5.4> error: t:1: 'for' step is zero
for i = 2, -1e300, 0 do return i end
--5.3> 0
--5.4> error: t:1: 'for' step is zero
local n = 0 for i = 1.0, 2, 0 do n = n + 1 if n > 5 then break end end return n
--5.3> 0
--5.4> error: t:1: 'for' step is zero
]==])

transcript('float loops begin before', [==[
local r = {} for i = 0.1, 1, 1e16 do r[#r + 1] = i end return r
--5.3> {0.0}
--5.4> {0.1}
local n = 0 for i = 0/0, 1 do n = n + 1 if n > 3 then break end end return n
--5.3> 0
--5.4> 1
local n = 0 for i = 1, 0/0 do n = n + 1 if n > 3 then break end end return n
--> 0
local r = {} for i = 1.0, 2.0, 0.25 do r[#r + 1] = i end return r
--> {1.0, 1.25, 1.5, 1.75, 2.0}
local r = {} for i = 3, 1.5, -0.5 do r[#r + 1] = i end return r
--> {3.0, 2.5, 2.0, 1.5}
]==])

transcript('numerals as values of loops', [==[
local r = {} for i = '1', 2 do r[#r + 1] = i end return r
--> {1.0, 2.0}
local r = {} for i = 1, '3', '1' do r[#r + 1] = i end return r
--> {1.0, 2.0, 3.0}
for i = 'x', 1 do end
--5.3> error: t:1: 'for' initial value must be a number
--5.4> error: t:1: bad 'for' initial value (number expected, got string)
for i = 1, {} do end
--5.3> error: t:1: 'for' limit must be a number
--5.4> error: t:1: bad 'for' limit (number expected, got table)
for i = 1, 2, print do end
--5.3> error: t:1: 'for' step must be a number
--5.4> error: t:1: bad 'for' step (number expected, got function)
]==])

transcript('what a loop calls its state', [==[
local r = {} for i = 1, 1 do for k = 1, 9 do r[k] = (debug.getlocal(1, k)) end end return r
--5.3> {"r", "(for index)", "(for limit)", "(for step)", "i", "(for index)", "(for limit)", "(for step)", "k"}
--5.4> {"r", "(for state)", "(for state)", "(for state)", "i", "(for state)", "(for state)", "(for state)", "k"}
local r = {} for i in next, {1} do for k = 1, 9 do r[k] = (debug.getlocal(1, k)) end end return r
--5.3> {"r", "(for generator)", "(for state)", "(for control)", "i", "(for index)", "(for limit)", "(for step)", "k"}
--5.4> {"r", "(for state)", "(for state)", "(for state)", "(for state)", "i", "(for state)", "(for state)", "(for state)"}
]==])

transcript('values to be closed of generic loops', [==[
local closed = 0 for i in next, {1}, nil, setmetatable({}, {__close = function() closed = closed + 1 end}) do end return closed
--5.3> 0
--5.4> 1
for i in next, {1}, nil, 5 do end
--5.3> (nothing)
--5.4> error: t:1: variable '(for state)' got a non-closable value
]==])

transcript('arithmetic on strings', [==[
'10' + 1
--5.3> 11.0
--5.4> 11
'10' * '2'
--5.3> 20.0
--5.4> 20
'7' // 2
--5.3> 3.0
--5.4> 3
-'2'
--5.3> -2.0
--5.4> -2
'0x10' - 0
--5.3> 16.0
--5.4> 16
'10' % 3
--5.3> 1.0
--5.4> 1
'2' ^ 2
--> 4.0
'abc' + 1
--5.3> error: t:1: attempt to perform arithmetic on a string value
--5.4> error: t:1: attempt to add a 'string' with a 'number'
local a = 'abc' return a + 1
--5.3> error: t:1: attempt to perform arithmetic on a string value (local 'a')
--5.4> error: t:1: attempt to add a 'string' with a 'number'
1 + {}
--> error: t:1: attempt to perform arithmetic on a table value
'10' + {}
--5.3> error: t:1: attempt to perform arithmetic on a table value
--5.4> error: t:1: attempt to add a 'string' with a 'table'
'1' | 2
--5.3> 3
--5.4> error: t:1: attempt to perform bitwise operation on a string value (constant '1')
'3.0' << 1
--5.3> 6
--5.4> error: t:1: attempt to perform bitwise operation on a string value (constant '3.0')
'1.5' | 1
--5.3> error: t:1: number has no integer representation
--5.4> error: t:1: attempt to perform bitwise operation on a string value (constant '1.5')
'a' | 1
--5.3> error: t:1: attempt to perform bitwise operation on a string value
--5.4> error: t:1: attempt to perform bitwise operation on a string value (constant 'a')
~'7'
--5.3> -8
--5.4> error: t:1: attempt to perform bitwise operation on a string value (constant '7')
rawget(getmetatable '', '__add') ~= nil
--5.3> false
--5.4> true
]==])

transcript('call metamethods that are objects', [==[
setmetatable({}, {__call = setmetatable({}, {__call = function(...) return select('#', ...) end})})(1, 2)
--5.3> error: t:1: attempt to call a table value
--5.4> 4
]==])

transcript('errors of finalizers', [==[
setmetatable({}, {__gc = function() error('no', 0) end}) return pcall(collectgarbage)
--5.3> false, "error in __gc metamethod (no)"
--5.4> true, 0
setmetatable({}, {__gc = function() error({}) end}) return pcall(collectgarbage)
--5.3> false, "error in __gc metamethod (no message)"
--5.4> true, 0
setmetatable({}, {__gc = 5}) return pcall(collectgarbage)
--> true, 0
local ran, all = {}, {} for i = 1, 2 do all[i] = setmetatable({}, {__gc = function() ran[#ran + 1] = i error 'x' end}) end all = nil pcall(collectgarbage) pcall(collectgarbage) return ran
--> {2, 1}
]==])

transcript('the name of a finalizer', [==[
local ran, name setmetatable({}, {__gc = function() ran = true name = debug.getinfo(1, 'n').name end}) local a repeat a = {} until ran return name
--5.3> nil
--5.4> "__gc"
]==])

t.finish()
