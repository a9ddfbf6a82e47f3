-- The table library: insert, remove, move, concat, pack, unpack, sort, and what they do with metamethods.

local t = require 'harness'
local transcript = dofile 'libraries/support/transcript.lua'

transcript('table.insert', [==[
local a = {} table.insert(a, 1) table.insert(a, 2) return a
--> {1, 2}
local a = {1, 2, 3} table.insert(a, 1, 0) return a
--> {0, 1, 2, 3}
local a = {1, 2, 3} table.insert(a, 2, 'x') return a
--> {1, "x", 2, 3}
local a = {1, 2, 3} table.insert(a, 4, 'x') return a
--> {1, 2, 3, "x"}
local a = {1, 2, 3} table.insert(a, 3, nil) return a[3], a[4], #a
--> nil, 3, 4
select('#', table.insert({}, 1))
--> 0
table.insert({1, 2, 3}, 5, 'x')
--> error: t:1: bad argument #2 to 'insert' (position out of bounds)
table.insert({1, 2, 3}, 0, 'x')
--> error: t:1: bad argument #2 to 'insert' (position out of bounds)
table.insert({1, 2, 3}, -1, 'x')
--> error: t:1: bad argument #2 to 'insert' (position out of bounds)
table.insert({}, 1, 'x')
--> (nothing)
table.insert({}, 2, 'x')
--> error: t:1: bad argument #2 to 'insert' (position out of bounds)
table.insert({}, 'a', 'x')
--> error: t:1: bad argument #2 to 'insert' (number expected, got string)
table.insert({}, 1.5, 'x')
--> error: t:1: bad argument #2 to 'insert' (number has no integer representation)
table.insert({1}, 1.0, 'x')
--> (nothing)
table.insert({1}, '1', 'x')
--> (nothing)
table.insert({1, 2})
--> error: t:1: wrong number of arguments to 'insert'
table.insert({1, 2}, 1, 2, 3)
--> error: t:1: wrong number of arguments to 'insert'
table.insert({}, math.maxinteger, 1)
--> error: t:1: bad argument #2 to 'insert' (position out of bounds)
table.insert({}, math.mininteger, 1)
--> error: t:1: bad argument #2 to 'insert' (position out of bounds)
table.insert()
--> error: t:1: bad argument #1 to 'insert' (table expected, got no value)
table.insert(nil, 1)
--> error: t:1: bad argument #1 to 'insert' (table expected, got nil)
table.insert('abc', 1)
--> error: t:1: bad argument #1 to 'insert' (table expected, got string)
table.insert(1)
--> error: t:1: bad argument #1 to 'insert' (table expected, got number)
local log = {} local p = setmetatable({}, {__len = function() return 2 end, __index = function(_, k) return 'v' .. k end, __newindex = function(_, k, v) log[#log + 1] = k .. '=' .. tostring(v) end}) table.insert(p, 1, 'n') return log
--> {"3=v2", "2=v1", "1=n"}
local log = {} local p = setmetatable({}, {__len = function() return 5 end, __newindex = function(_, k, v) log[#log + 1] = k .. '=' .. tostring(v) end}) table.insert(p, 'n') return log
--> {"6=n"}
table.insert(setmetatable({}, {__len = function() return 'x' end}), 1)
--> error: t:1: object length is not an integer
table.insert(setmetatable({}, {__len = function() return 1.5 end}), 1)
--> error: t:1: object length is not an integer
table.insert(setmetatable({}, {__len = function() return {} end}), 1)
--> error: t:1: object length is not an integer
local a = setmetatable({}, {__len = function() return 3.0 end}) table.insert(a, 'x') return rawget(a, 4)
--> "x"
local a = setmetatable({}, {__len = function() return '2' end}) table.insert(a, 'x') return rawget(a, 3)
--> "x"
local a = {} for i = 1, 100 do table.insert(a, 1, i) end return a[1], a[100], #a
--> 100, 1, 100
]==])

transcript('table.remove', [==[
local a = {1, 2, 3} return table.remove(a), a
--> 3, {1, 2}
local a = {1, 2, 3} return table.remove(a, 1), a
--> 1, {2, 3}
local a = {1, 2, 3} return table.remove(a, 2), a
--> 2, {1, 3}
local a = {1, 2, 3} return table.remove(a, 4), a
--> nil, {1, 2, 3}
local a = {1, 2, 3, [4] = nil} return table.remove(a, #a + 1), #a
--> nil, 3
local a = {} return table.remove(a), a
--> nil, {}
local a = {} return table.remove(a, 0), a
--> nil, {}
local a = {[0] = 'z'} return table.remove(a, 0), a
--> "z", {}
local a = {} return table.remove(a, 1), #a
--> nil, 0
local a = {n = 1} return table.remove(a, #a), a
--> nil, {n = 1}
table.remove({1, 2, 3}, 5)
--> error: t:1: bad argument #1 to 'remove' (position out of bounds)
table.remove({1, 2, 3}, 0)
--> error: t:1: bad argument #1 to 'remove' (position out of bounds)
table.remove({1, 2, 3}, -1)
--> error: t:1: bad argument #1 to 'remove' (position out of bounds)
table.remove({}, 2)
--> error: t:1: bad argument #1 to 'remove' (position out of bounds)
table.remove({}, -1)
--> error: t:1: bad argument #1 to 'remove' (position out of bounds)
table.remove({1}, 'x')
--> error: t:1: bad argument #2 to 'remove' (number expected, got string)
table.remove({1}, 1.5)
--> error: t:1: bad argument #2 to 'remove' (number has no integer representation)
table.remove({1, 2}, '1')
--> 1
table.remove({1, 2}, 1.0)
--> 1
table.remove()
--> error: t:1: bad argument #1 to 'remove' (table expected, got no value)
table.remove(nil)
--> error: t:1: bad argument #1 to 'remove' (table expected, got nil)
table.remove('x')
--> error: t:1: bad argument #1 to 'remove' (table expected, got string)
select('#', table.remove({}))
--> 1
local log = {} local p = setmetatable({}, {__len = function() return 3 end, __index = function(_, k) log[#log + 1] = 'get ' .. k return k end, __newindex = function(_, k, v) log[#log + 1] = 'set ' .. k .. '=' .. tostring(v) end}) return table.remove(p, 1), log
--> 1, {"get 1", "get 2", "set 1=2", "get 3", "set 2=3", "set 3=nil"}
local a = {10, 20, 30} local n = 0 while #a > 0 do n = n + table.remove(a) end return n
--> 60
]==])

transcript('table.move', [==[
table.move({1, 2, 3}, 1, 3, 2)
--> {1, 1, 2, 3}
table.move({1, 2, 3}, 2, 3, 1)
--> {2, 3, 3}
table.move({1, 2, 3}, 1, 3, 1, {})
--> {1, 2, 3}
table.move({1, 2, 3}, 1, 3, 3, {9})
--> {9, [3] = 1, [4] = 2, [5] = 3}
table.move({1, 2, 3}, 1, 0, 5)
--> {1, 2, 3}
table.move({1, 2, 3}, 2, 1, 1)
--> {1, 2, 3}
table.move({1, 2, 3}, -1, 1, 2)
--> {1, [4] = 1}
table.move({1, 2, 3}, 1, 3, -1)
--> {3, 2, 3, [-1] = 1, [0] = 2}
table.move({10, 20, 30}, 1, 3, 3)
--> {10, 20, 10, 20, 30}
table.move({10, 20, 30, 40, 50}, 1, 4, 2)
--> {10, 10, 20, 30, 40}
table.move({10, 20, 30, 40, 50}, 2, 5, 1)
--> {20, 30, 40, 50, 50}
local a = {1} return table.move(a, 1, 1, 1) == a
--> true
local a, b = {1}, {} return table.move(a, 1, 1, 1, b) == b
--> true
table.move({}, math.maxinteger, math.maxinteger, 1)
--> {}
table.move({[math.maxinteger] = 1}, math.maxinteger, math.maxinteger, 1)
--> {1, [9223372036854775807] = 1}
table.move({[math.mininteger] = 'a'}, math.mininteger, math.mininteger, 1)
--> {"a", [-9223372036854775808] = "a"}
table.move({}, 1, math.maxinteger, 2)
--> error: t:1: bad argument #4 to 'move' (destination wrap around)
table.move({}, 0, math.maxinteger, 1)
--> error: t:1: bad argument #3 to 'move' (too many elements to move)
table.move({}, -1, math.maxinteger, 1)
--> error: t:1: bad argument #3 to 'move' (too many elements to move)
table.move({}, math.mininteger, -1, 1)
--> error: t:1: bad argument #3 to 'move' (too many elements to move)
table.move({}, math.mininteger, math.maxinteger, 1)
--> error: t:1: bad argument #3 to 'move' (too many elements to move)
table.move({}, 1, 2, math.maxinteger)
--> error: t:1: bad argument #4 to 'move' (destination wrap around)
table.move({1}, 1, 1, math.maxinteger)
--> {1, [9223372036854775807] = 1}
table.move({}, 1, 'x', 1)
--> error: t:1: bad argument #3 to 'move' (number expected, got string)
table.move({}, 1, 1)
--> error: t:1: bad argument #4 to 'move' (number expected, got no value)
table.move({}, 1)
--> error: t:1: bad argument #3 to 'move' (number expected, got no value)
table.move({})
--> error: t:1: bad argument #2 to 'move' (number expected, got no value)
table.move(1, 1, 1, 1)
--> error: t:1: bad argument #1 to 'move' (table expected, got number)
table.move({}, 1, 1, 1, 1)
--> error: t:1: bad argument #5 to 'move' (table expected, got number)
table.move({}, 1, 1, 1, nil)
--> {}
table.move({1, 2}, 1.0, '2', 2)
--> {1, 1, 2}
table.move({}, 1.5, 1, 1)
--> error: t:1: bad argument #2 to 'move' (number has no integer representation)
local log = {} local p = setmetatable({}, {__index = function(_, k) log[#log + 1] = 'get ' .. k return k end, __newindex = function(_, k, v) log[#log + 1] = 'set ' .. k end}) table.move(p, 1, 3, 2) return log
--> {"get 3", "set 4", "get 2", "set 3", "get 1", "set 2"}
local log = {} local p = setmetatable({}, {__index = function(_, k) log[#log + 1] = 'get ' .. k return k end, __newindex = function(_, k, v) log[#log + 1] = 'set ' .. k end}) table.move(p, 2, 4, 1) return log
--> {"get 2", "set 1", "get 3", "set 2", "get 4", "set 3"}
local log = {} local p = setmetatable({}, {__newindex = function(_, k, v) log[#log + 1] = k .. '=' .. v end}) table.move({'a', 'b'}, 1, 2, 1, p) return log
--> {"1=a", "2=b"}
table.move({1, 2}, 1, 2, 1, setmetatable({}, {__newindex = function() error('stop') end}))
--> error: t:1: stop
]==])

transcript('table.concat', [==[
table.concat({})
--> ""
table.concat({}, ',')
--> ""
table.concat({'a', 'b', 'c'})
--> "abc"
table.concat({'a', 'b', 'c'}, ', ')
--> "a, b, c"
table.concat({1, 2.5, 'x'}, '-')
--> "1-2.5-x"
table.concat({1.0, -0.0, 2^53, 1e100}, ' ')
--> "1.0 -0.0 9.007199254741e+15 1e+100"
table.concat({'a', 'b', 'c'}, ',', 2)
--> "b,c"
table.concat({'a', 'b', 'c'}, ',', 2, 2)
--> "b"
table.concat({'a', 'b', 'c'}, ',', 3, 2)
--> ""
table.concat({'a', 'b', 'c'}, ',', 4)
--> ""
table.concat({[-1] = 'x', [0] = 'y', 'z'}, ',', -1)
--> "x,y,z"
table.concat({[-1] = 'x', [0] = 'y', 'z'}, ',', -1, 1)
--> "x,y,z"
table.concat({'a\0', '\0b'}, '\0')
--> "a\000\000\000b"
table.concat({'a', 'b'}, 1)
--> "a1b"
table.concat({'a', 'b'}, nil)
--> "ab"
table.concat({'a', 'b'}, ',', nil, 1)
--> "a"
table.concat({[math.maxinteger] = 'e'}, ',', math.maxinteger, math.maxinteger)
--> "e"
table.concat({[math.mininteger] = 's'}, ',', math.mininteger, math.mininteger)
--> "s"
table.concat({}, ',', math.maxinteger, math.maxinteger)
--5.3> error: t:1: invalid value (nil) at index -1 in table for 'concat'
--5.4> error: t:1: invalid value (nil) at index 9223372036854775807 in table for 'concat'
table.concat({}, ',', math.maxinteger, math.mininteger)
--> ""
table.concat({'a', {}, 'c'})
--> error: t:1: invalid value (table) at index 2 in table for 'concat'
table.concat({'a', nil, 'c'}, ',', 1, 3)
--> error: t:1: invalid value (nil) at index 2 in table for 'concat'
table.concat({true})
--> error: t:1: invalid value (boolean) at index 1 in table for 'concat'
table.concat({'a', print})
--> error: t:1: invalid value (function) at index 2 in table for 'concat'
table.concat({'a'}, ',', 1, 2)
--> error: t:1: invalid value (nil) at index 2 in table for 'concat'
table.concat({'a'}, {})
--> error: t:1: bad argument #2 to 'concat' (string expected, got table)
table.concat({'a'}, ',', 'x')
--> error: t:1: bad argument #3 to 'concat' (number expected, got string)
table.concat({'a'}, ',', 1, 'x')
--> error: t:1: bad argument #4 to 'concat' (number expected, got string)
table.concat({'a'}, ',', 1.5)
--> error: t:1: bad argument #3 to 'concat' (number has no integer representation)
table.concat()
--> error: t:1: bad argument #1 to 'concat' (table expected, got no value)
table.concat('abc')
--> error: t:1: bad argument #1 to 'concat' (table expected, got string)
table.concat(nil)
--> error: t:1: bad argument #1 to 'concat' (table expected, got nil)
table.concat(setmetatable({}, {__len = function() return 3 end, __index = function(_, k) return 'v' .. k end}), ',')
--> "v1,v2,v3"
table.concat(setmetatable({}, {__index = function(_, k) return 'v' .. k end}), ',', 1, 3)
--> "v1,v2,v3"
table.concat(setmetatable({}, {__tostring = function() return 'x' end}))
--> ""
table.concat({setmetatable({}, {__tostring = function() return 'x' end})})
--> error: t:1: invalid value (table) at index 1 in table for 'concat'
#table.concat((function() local r = {} for i = 1, 10000 do r[i] = i end return r end)(), ' ')
--> 48893
]==])

transcript('table.pack and unpack', [==[
table.pack()
--> {n = 0}
table.pack(1, 2, 3)
--> {1, 2, 3, n = 3}
table.pack(nil)
--> {n = 1}
table.pack(nil, nil)
--> {n = 2}
table.pack(1, nil, 3).n
--> 3
table.unpack({1, 2, 3})
--> 1, 2, 3
table.unpack({1, 2, 3}, 2)
--> 2, 3
table.unpack({1, 2, 3}, 2, 3)
--> 2, 3
table.unpack({1, 2, 3}, 3, 2)
--> (nothing)
table.unpack({1, 2, 3}, 1, 5)
--> 1, 2, 3, nil, nil
table.unpack({1, 2, 3}, -1, 1)
--> nil, nil, 1
table.unpack({}, 1, 3)
--> nil, nil, nil
table.unpack({})
--> (nothing)
table.unpack({1, nil, 3}, 1, 3)
--> 1, nil, 3
table.unpack({n = 3}, 1, 3)
--> nil, nil, nil
table.unpack('abc', 1, 2)
--> nil, nil
table.unpack({1, 2}, '1', 2.0)
--> 1, 2
table.unpack({1, 2}, 1, nil)
--> 1, 2
table.unpack({[math.maxinteger] = 'e'}, math.maxinteger)
--> (nothing)
table.unpack({}, math.maxinteger, math.maxinteger)
--> nil
table.unpack({}, math.maxinteger, math.mininteger)
--> (nothing)
table.unpack({[math.mininteger] = 's'}, math.mininteger, math.mininteger)
--> "s"
table.unpack({}, math.maxinteger - 1, math.maxinteger)
--> nil, nil
table.unpack({}, 1, 1e6)
--> error: t:1: too many results to unpack
table.unpack({}, 1, 1e8)
--> error: t:1: too many results to unpack
table.unpack({}, 0, math.maxinteger)
--> error: t:1: too many results to unpack
table.unpack({}, math.mininteger, math.maxinteger)
--> error: t:1: too many results to unpack
table.unpack({}, -1, math.maxinteger)
--> error: t:1: too many results to unpack
select('#', table.unpack({}, 1, 200000))
--> 200000
select('#', table.unpack({}, 1, 100))
--> 100
table.unpack()
--> error: attempt to get length of a nil value
table.unpack(nil)
--> error: attempt to get length of a nil value
table.unpack(1, 1, 1)
--> error: attempt to index a number value
table.unpack({}, 'x')
--> error: t:1: bad argument #2 to 'unpack' (number expected, got string)
table.unpack({}, 1.5)
--> error: t:1: bad argument #2 to 'unpack' (number has no integer representation)
table.unpack({}, 1, 'y')
--> error: t:1: bad argument #3 to 'unpack' (number expected, got string)
table.unpack(setmetatable({}, {__len = function() return 3 end, __index = function(_, k) return k * 10 end}))
--> 10, 20, 30
table.unpack(setmetatable({}, {__index = function(_, k) return k * 10 end}), 2, 4)
--> 20, 30, 40
local a = table.pack(table.unpack({1, nil, nil, 4}, 1, 4)) return a.n, a[1], a[4]
--> 4, 1, 4
(table.unpack({1, 2, 3}))
--> 1
{table.unpack({1, 2}), table.unpack({3, 4})}
--> {1, 3, 4}
]==])

transcript('table.sort', [==[
function sorted(a, f) table.sort(a, f) return a end
--> (nothing)
sorted({})
--> {}
sorted({1})
--> {1}
sorted({2, 1})
--> {1, 2}
sorted({3, 1, 2})
--> {1, 2, 3}
sorted({5, 2, 8, 1, 9, 3, 7, 4, 6})
--> {1, 2, 3, 4, 5, 6, 7, 8, 9}
sorted({3, 1, 2}, function(a, b) return a > b end)
--> {3, 2, 1}
sorted({'b', 'a', 'C', 'B'})
--> {"B", "C", "a", "b"}
sorted({1, 1.5, 0, -1, 0.5})
--> {-1, 0, 0.5, 1, 1.5}
sorted({math.huge, -math.huge, 0, math.maxinteger, math.mininteger})
--> {-inf, -9223372036854775808, 0, 9223372036854775807, inf}
sorted({'banana', 'apple', 'cherry'}, function(a, b) return #a < #b or #a == #b and a < b end)
--> {"apple", "banana", "cherry"}
sorted({1, 1, 1, 1})
--> {1, 1, 1, 1}
sorted({3, 3, 1, 1, 2, 2})
--> {1, 1, 2, 2, 3, 3}
select('#', table.sort({2, 1}))
--> 0
local a = {} for i = 1, 1000 do a[i] = (i * 7919) % 1009 end table.sort(a) for i = 2, #a do if a[i - 1] > a[i] then return i end end return 'sorted'
--> "sorted"
local a = {} for i = 1, 1000 do a[i] = i end table.sort(a, function(x, y) return x > y end) return a[1], a[500], a[1000]
--> 1000, 501, 1
local a = {} for i = 1, 500 do a[i] = 1000 - i end table.sort(a) return a[1], a[500]
--> 500, 999
local a = {} for i = 1, 300 do a[i] = i % 3 end table.sort(a) return a[1], a[100], a[101], a[200], a[201], a[300]
--> 0, 0, 1, 1, 2, 2
sorted({1, 'x'})
--> error: attempt to compare string with number
sorted({1, {}})
--> error: attempt to compare table with number
sorted({{}, {}})
--> error: attempt to compare two table values
sorted({true, false})
--> error: attempt to compare two boolean values
sorted({1, 2, 3}, function() error('in comparison') end)
--> error: t:1: in comparison
sorted({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, function() return true end)
--> error: t:1: invalid order function for sorting
sorted({5, 4, 3, 2, 1}, function(a, b) return a <= b end)
--> {1, 2, 3, 4, 5}
local a = {} for i = 1, 10 do a[i] = 1 end return sorted(a, function(x, y) return x <= y end)
--> error: t:1: invalid order function for sorting
local a = {} for i = 1, 100 do a[i] = i % 7 end return pcall(table.sort, a, function(x, y) return true end)
--> false, "invalid order function for sorting"
sorted({3, 2, 1}, 1)
--> error: t:1: bad argument #2 to 'sort' (function expected, got number)
sorted({3, 2, 1}, 'x')
--> error: t:1: bad argument #2 to 'sort' (function expected, got string)
sorted({3, 2, 1}, {})
--> error: t:1: bad argument #2 to 'sort' (function expected, got table)
sorted({3, 2, 1}, nil)
--> {1, 2, 3}
sorted({3, 2, 1}, false)
--> error: t:1: bad argument #2 to 'sort' (function expected, got boolean)
sorted({1}, 1)
--> {1}
table.sort()
--> error: t:1: bad argument #1 to 'sort' (table expected, got no value)
table.sort(nil)
--> error: t:1: bad argument #1 to 'sort' (table expected, got nil)
table.sort('abc')
--> error: t:1: bad argument #1 to 'sort' (table expected, got string)
sorted(setmetatable({3, 1, 2}, {__lt = function() error('unused') end}))
--> {1, 2, 3}
sorted({setmetatable({v = 2}, {__lt = function(a, b) return a.v < b.v end}), setmetatable({v = 1}, {__lt = function(a, b) return a.v < b.v end})})
--> {{v = 1}, {v = 2}}
local store = {3, 1, 2} local p = setmetatable({}, {__len = function() return 3 end, __index = store, __newindex = function(_, k, v) store[k] = v end}) table.sort(p) return store
--> {1, 2, 3}
table.sort(setmetatable({}, {__len = function() return math.maxinteger end}))
--> error: t:1: bad argument #1 to 'sort' (array too big)
table.sort(setmetatable({}, {__len = function() return -1 end}))
--> (nothing)
local co = coroutine.wrap(function() table.sort({1, 2, 3}, function(a, b) coroutine.yield() return a < b end) end) return pcall(co)
--> false, "attempt to yield across a C-call boundary"
sorted({3, 1, 2, n = 'kept'})
--> {1, 2, 3, n = "kept"}
]==])

transcript('what counts as a table', [==[
table.insert(setmetatable({}, {}), 1)
--> (nothing)
table.concat(io.stdout)
--> error: t:1: bad argument #1 to 'concat' (table expected, got FILE*)
table.unpack(io.stdout)
--> error: attempt to get length of a FILE* value
table.sort(io.stdout)
--> error: t:1: bad argument #1 to 'sort' (table expected, got FILE*)
local u = setmetatable({}, {__index = function() return nil end, __newindex = function() end, __len = function() return 0 end}) return table.remove(u)
--> nil
local keys = {} for k in pairs(table) do keys[#keys + 1] = k end table.sort(keys) return table.concat(keys, ' ')
--> "concat insert move pack remove sort unpack"
]==])

t.finish()
