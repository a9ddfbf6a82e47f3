-- The coroutine library: results, states, errors and their messages, closing.

local t = require 'harness'
local transcript = dofile 'libraries/support/transcript.lua'

transcript('create, resume, yield', [==[
type(coroutine.create(print))
--> "thread"
coroutine.resume(coroutine.create(function(...) return ... end), 1, 2)
--> true, 1, 2
co = coroutine.create(function(a, b) local c = coroutine.yield(a + b) local d, e = coroutine.yield(c * 2) return d, e, 'end' end)
--> (nothing)
coroutine.resume(co, 1, 2)
--> true, 3
coroutine.resume(co, 10)
--> true, 20
coroutine.resume(co, 'x', 'y')
--> true, "x", "y", "end"
coroutine.resume(co)
--> false, "cannot resume dead coroutine"
coroutine.status(co)
--> "dead"
coroutine.resume(coroutine.create(function() error('text') end))
--> false, "t:1: text"
coroutine.resume(coroutine.create(function() error('text', 0) end))
--> false, "text"
coroutine.resume(coroutine.create(function() error({1}) end))
--> false, {1}
coroutine.resume(coroutine.create(function() error() end))
--> false, nil
coroutine.resume(coroutine.create(function() local x; x.y = 1 end))
--> false, "t:1: attempt to index a nil value (local 'x')"
coroutine.resume(coroutine.create(print, 1) ) == true
--> true
select('#', coroutine.resume(coroutine.create(function() end)))
--> 1
select('#', coroutine.resume(coroutine.create(function() coroutine.yield() end)))
--> 1
coroutine.resume(coroutine.create(function() return coroutine.yield(nil, nil) end))
--> true, nil, nil
coroutine.resume(coroutine.create(string.rep), 'ab', 2)
--> true, "abab"
coroutine.resume(coroutine.create(string.rep))
--> false, "bad argument #1 to 'string.rep' (string expected, got no value)"
coroutine.resume(coroutine.create(coroutine.yield), 1, 2)
--> true, 1, 2
local co = coroutine.create(coroutine.yield) coroutine.resume(co, 1) return coroutine.resume(co, 'back')
--> true, "back"
coroutine.resume(coroutine.running())
--> false, "cannot resume non-suspended coroutine"
local co co = coroutine.create(function() return coroutine.resume(co) end) return coroutine.resume(co)
--> true, false, "cannot resume non-suspended coroutine"
coroutine.create()
--> error: t:1: bad argument #1 to 'create' (function expected, got no value)
coroutine.create(1)
--> error: t:1: bad argument #1 to 'create' (function expected, got number)
coroutine.create({})
--> error: t:1: bad argument #1 to 'create' (function expected, got table)
coroutine.create(setmetatable({}, {__call = function() end}))
--> error: t:1: bad argument #1 to 'create' (function expected, got table)
coroutine.resume()
--5.3> error: t:1: bad argument #1 to 'resume' (thread expected)
--5.4> error: t:1: bad argument #1 to 'resume' (thread expected, got no value)
coroutine.resume(1)
--5.3> error: t:1: bad argument #1 to 'resume' (thread expected)
--5.4> error: t:1: bad argument #1 to 'resume' (thread expected, got number)
coroutine.resume(nil)
--5.3> error: t:1: bad argument #1 to 'resume' (thread expected)
--5.4> error: t:1: bad argument #1 to 'resume' (thread expected, got nil)
coroutine.yield()
--> error: attempt to yield from outside a coroutine
pcall(coroutine.yield, 1)
--> false, "attempt to yield from outside a coroutine"
local co = coroutine.create(function() return pcall(error, 'kept') end) return coroutine.resume(co)
--> true, false, "kept"
local co = coroutine.create(function() return pcall(function() coroutine.yield(1) error('after', 0) end) end) return coroutine.resume(co), select(2, coroutine.resume(co))
--> true, false, "after"
local co = coroutine.wrap(function() local ok, m = pcall(function() coroutine.yield('in pcall') error('later', 0) end) coroutine.yield(m) return 'done' end) return co(), co(), co()
--> "in pcall", "later", "done"
local co = coroutine.wrap(function() return xpcall(function() coroutine.yield('y') error('e', 0) end, function(m) return 'h ' .. m end) end) return co(), co()
--> "y", false, "h e"
local co = coroutine.create(function() coroutine.yield(table.unpack({}, 1, 200)) end) return select('#', coroutine.resume(co))
--> 201
]==])

transcript('yield across', [==[
local co = coroutine.wrap(function() local r = setmetatable({}, {__index = function(_, k) return coroutine.yield(k) end}) return r.field end) return co(), co('value')
--> "field", "value"
local co = coroutine.wrap(function() local r = setmetatable({}, {__add = function(a, b) return coroutine.yield('adding') end}) return r + 1 end) return co(), co('sum')
--> "adding", "sum"
local co = coroutine.wrap(function() local r = setmetatable({}, {__lt = function(a, b) return coroutine.yield('less') end}) return r < r, r > r end) return co(), co(1), co(nil)
--> "less", "less", true, false
local co = coroutine.wrap(function() local r = setmetatable({}, {__eq = function(a, b) return coroutine.yield('eq') end}) return r == setmetatable({}, getmetatable(r)) end) return co(), co(5)
--> "eq", true
local co = coroutine.wrap(function() local r = setmetatable({}, {__concat = function(a, b) return coroutine.yield('cat') end}) return 'a' .. 'b' .. r .. 'c' end) return co(), co('R'), co('S')
--> error: t:1: cannot resume dead coroutine
local co = coroutine.wrap(function() local r = setmetatable({}, {__call = function(_, x) return coroutine.yield(x) end}) return r(3) end) return co(), co(4)
--> 3, 4
local co = coroutine.wrap(function() local r = setmetatable({}, {__newindex = function(_, k, v) coroutine.yield(k, v) end}) r.k = 'v' return 'set' end) return co(), co()
--> "k", "set"
local co = coroutine.wrap(function() local r = setmetatable({}, {__len = function() return coroutine.yield('len') end}) return #r end) return co(), co(7)
--> "len", 7
local co = coroutine.wrap(function() for i in function(_, c) return coroutine.yield('iter') end do return i end end) return co(), co('got')
--> "iter", "got"
local co = coroutine.wrap(function() do local x <close> = setmetatable({}, {__close = function() coroutine.yield('closing') end}) end return 'closed' end) return co(), co()
--5.3> does not compile: t:1: unexpected symbol near '<'
--5.4> "closing", "closed"
local co = coroutine.wrap(function() return (setmetatable({}, {__unm = function() return coroutine.yield('unm') end})) and -setmetatable({}, {__unm = function() return coroutine.yield('unm') end}) end) return co(), co(1)
--> "unm", 1
coroutine.wrap(function() table.sort({2, 1}, function() coroutine.yield() end) end)()
--> error: t:1: attempt to yield across a C-call boundary
coroutine.wrap(function() ('x'):gsub('.', function() coroutine.yield() end) end)()
--> error: t:1: attempt to yield across a C-call boundary
coroutine.wrap(function() load(function() coroutine.yield() end) end)()
--> (nothing)
local co = coroutine.wrap(function() return load(function() return coroutine.yield() end) end) return co()
--> nil, "attempt to yield across a C-call boundary"
package.path, package.cpath, old_path, old_cpath = '/none/?.lua', '/none/?.so', package.path, package.cpath
--> (nothing)
coroutine.wrap(function() require('perigee.surely.missing') end)()
--> error: t:1: t:1: module 'perigee.surely.missing' not found:\n\009no field package.preload['perigee.surely.missing']\n\009no file '/none/perigee/surely/missing.lua'\n\009no file '/none/perigee/surely/missing.so'\n\009no file '/none/perigee.so'
package.path, package.cpath = old_path, old_cpath
--> (nothing)
local co = coroutine.wrap(function() return tostring(setmetatable({}, {__tostring = function() coroutine.yield() end})) end) return co()
--> error: t:1: attempt to yield across a C-call boundary
local co = coroutine.wrap(function() return table.concat(setmetatable({}, {__len = function() return coroutine.yield() end})) end) return co()
--> error: t:1: attempt to yield across a C-call boundary
local co = coroutine.wrap(function() local r = {} for k, v in pairs(setmetatable({}, {__pairs = function(s) coroutine.yield('pairs') return next, {1}, nil end})) do r[#r + 1] = k end return r end) return co(), co()
--5.3> error: t:1: attempt to yield across a C-call boundary
--5.4> "pairs", {1}
local name = os.tmpname() local f = io.open(name, 'w') f:write('coroutine.yield("from file") return 5') f:close() local co = coroutine.wrap(function() return dofile(name) end) local a, b = co(), co() os.remove(name) return a, b
--> "from file", 5
]==])

transcript('wrap', [==[
f = coroutine.wrap(function(...) local n = 0 while true do n = n + select('#', ...) coroutine.yield(n) end end)
--> (nothing)
f(1, 2), f(), f()
--> 2, 4, 6
type(f)
--> "function"
coroutine.wrap(function() error('in wrap') end)()
--> error: t:1: t:1: in wrap
coroutine.wrap(function() error('in wrap', 0) end)()
--> error: t:1: in wrap
coroutine.wrap(function() error({}) end)()
--> error object: {}
coroutine.wrap(function() error() end)()
--> error object: nil
local f = coroutine.wrap(function() end) f() f()
--> error: t:1: cannot resume dead coroutine
local f = coroutine.wrap(function() error('x', 0) end) pcall(f) return pcall(f)
--> false, "cannot resume dead coroutine"
local f f = coroutine.wrap(function() f(1) end) f()
--> error: t:1: t:1: cannot resume non-suspended coroutine
coroutine.wrap()
--> error: t:1: bad argument #1 to 'wrap' (function expected, got no value)
coroutine.wrap(1)
--> error: t:1: bad argument #1 to 'wrap' (function expected, got number)
coroutine.wrap(string.rep)()
--> error: t:1: bad argument #1 to 'string.rep' (string expected, got no value)
local r = {} for v in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) do r[#r + 1] = v end return r
--> {1, 2, 3}
]==])

transcript('status, running, isyieldable', [==[
coroutine.status(coroutine.create(print))
--> "suspended"
coroutine.status(coroutine.running())
--> "running"
local co co = coroutine.create(function() return coroutine.status(co) end) return coroutine.resume(co)
--> true, "running"
local co = coroutine.create(function() coroutine.yield() end) coroutine.resume(co) return coroutine.status(co)
--> "suspended"
local co = coroutine.create(error) coroutine.resume(co) return coroutine.status(co)
--> "dead"
local outer outer = coroutine.create(function() local inner = coroutine.create(function() return coroutine.status(outer) end) return coroutine.resume(inner) end) return coroutine.resume(outer)
--> true, true, "normal"
local co, main = coroutine.running() return type(co), main
--> "thread", true
coroutine.wrap(function() local co, main = coroutine.running() return type(co), main end)()
--> "thread", false
coroutine.isyieldable()
--> false
coroutine.wrap(function() return coroutine.isyieldable() end)()
--> true
coroutine.isyieldable(coroutine.create(print))
--5.3> false
--5.4> true
coroutine.isyieldable(coroutine.running())
--> false
coroutine.isyieldable(1)
--5.3> false
--5.4> error: t:1: bad argument #1 to 'isyieldable' (thread expected, got number)
coroutine.wrap(function() local r table.sort({1, 2}, function(a, b) r = coroutine.isyieldable() return a < b end) return r end)()
--> false
coroutine.status()
--5.3> error: t:1: bad argument #1 to 'status' (thread expected)
--5.4> error: t:1: bad argument #1 to 'status' (thread expected, got no value)
coroutine.status(1)
--5.3> error: t:1: bad argument #1 to 'status' (thread expected)
--5.4> error: t:1: bad argument #1 to 'status' (thread expected, got number)
coroutine.status({})
--5.3> error: t:1: bad argument #1 to 'status' (thread expected)
--5.4> error: t:1: bad argument #1 to 'status' (thread expected, got table)
coroutine.running() == coroutine.running()
--> true
]==])

transcript('close', [==[
coroutine.close(coroutine.create(print))
--5.3> error: t:1: attempt to call a nil value (field 'close')
--5.4> true
local co = coroutine.create(print) coroutine.close(co) return coroutine.status(co), coroutine.resume(co)
--5.3> error: t:1: attempt to call a nil value (field 'close')
--5.4> "dead", false, "cannot resume dead coroutine"
local co = coroutine.create(function() coroutine.yield() end) coroutine.resume(co) return coroutine.close(co), coroutine.status(co)
--5.3> error: t:1: attempt to call a nil value (field 'close')
--5.4> true, "dead"
local co = coroutine.create(error) coroutine.resume(co, 'm') return coroutine.close(co)
--5.3> error: t:1: attempt to call a nil value (field 'close')
--5.4> false, "m"
local co = coroutine.create(error) coroutine.resume(co, {7}) return coroutine.close(co)
--5.3> error: t:1: attempt to call a nil value (field 'close')
--5.4> false, {7}
local co = coroutine.create(error) coroutine.resume(co, 'm') coroutine.close(co) return coroutine.close(co)
--5.3> error: t:1: attempt to call a nil value (field 'close')
--5.4> true
local co = coroutine.create(function() end) coroutine.resume(co) return coroutine.close(co)
--5.3> error: t:1: attempt to call a nil value (field 'close')
--5.4> true
local log = {} local co = coroutine.create(function() local x <close> = setmetatable({}, {__close = function(_, e) log[#log + 1] = e or 'no error' end}) coroutine.yield() end) coroutine.resume(co) return coroutine.close(co), log
--5.3> does not compile: t:1: unexpected symbol near '<'
--5.4> true, {"no error"}
local log = {} local co = coroutine.create(function() local a <close> = setmetatable({}, {__close = function() log[#log + 1] = 'a' end}) local b <close> = setmetatable({}, {__close = function() log[#log + 1] = 'b' end}) coroutine.yield() end) coroutine.resume(co) coroutine.close(co) return log
--5.3> does not compile: t:1: unexpected symbol near '<'
--5.4> {"b", "a"}
local co = coroutine.create(function() local x <close> = setmetatable({}, {__close = function() error('in close', 0) end}) coroutine.yield() end) coroutine.resume(co) return coroutine.close(co)
--5.3> does not compile: t:1: unexpected symbol near '<'
--5.4> false, "in close"
local co = coroutine.create(function() local x <close> = setmetatable({}, {__close = function() error('in close', 0) end}) coroutine.yield() end) coroutine.resume(co) coroutine.close(co) return coroutine.status(co), coroutine.close(co)
--5.3> does not compile: t:1: unexpected symbol near '<'
--5.4> "dead", true
local co = coroutine.create(function() local x <close> = setmetatable({}, {__close = function(_, e) error('second after ' .. tostring(e), 0) end}) error('first', 0) end) return coroutine.resume(co)
--5.3> does not compile: t:1: unexpected symbol near '<'
--5.4> false, "first"
local log = {} local f = coroutine.wrap(function() local x <close> = setmetatable({}, {__close = function(_, e) log[#log + 1] = e end}) error('failing', 0) end) pcall(f) return log
--5.3> does not compile: t:1: unexpected symbol near '<'
--5.4> {"failing"}
coroutine.close(coroutine.running())
--5.3> error: t:1: attempt to call a nil value (field 'close')
--5.4> error: t:1: cannot close a running coroutine
coroutine.wrap(function() return coroutine.close(coroutine.running()) end)()
--5.3> error: t:1: t:1: attempt to call a nil value (field 'close')
--5.4> error: t:1: t:1: cannot close a running coroutine
local outer outer = coroutine.create(function() local inner = coroutine.create(function() return coroutine.close(outer) end) return coroutine.resume(inner) end) return coroutine.resume(outer)
--5.3> true, false, "t:1: attempt to call a nil value (field 'close')"
--5.4> true, false, "t:1: cannot close a normal coroutine"
coroutine.close()
--5.3> error: t:1: attempt to call a nil value (field 'close')
--5.4> error: t:1: bad argument #1 to 'close' (thread expected, got no value)
coroutine.close(1)
--5.3> error: t:1: attempt to call a nil value (field 'close')
--5.4> error: t:1: bad argument #1 to 'close' (thread expected, got number)
]==])

transcript('many and deep', [==[
local n = 0 for i = 1, 2000 do local co = coroutine.wrap(function(x) local y = coroutine.yield(x + 1) return y * 2 end) n = n + co(i) + co(i) end return n
--> 6005000
local function gen(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end local function filter(g, p) return coroutine.wrap(function() while true do local v = g() if v == nil then return end if v % p ~= 0 then coroutine.yield(v) end end end) end local g = coroutine.wrap(function() for i = 2, 100 do coroutine.yield(i) end end) local primes = {} while true do local p = g() if not p then break end primes[#primes + 1] = p g = filter(g, p) end return table.concat(primes, ' ')
--> "2 3 5 7 11 13 17 19 23 29 31 37 41 43 47 53 59 61 67 71 73 79 83 89 97"
local function nest(n) if n == 0 then return 'bottom' end return coroutine.wrap(function() return nest(n - 1) end)() end return nest(100)
--> "bottom"
local function nest(n) return coroutine.wrap(function() return nest(n + 1) end)() end local ok, m = pcall(nest, 1) return ok, m:match('C stack overflow')
--> false, "C stack overflow"
local co = coroutine.create(function() local function f(n) if n == 0 then coroutine.yield('deep') return 0 end return 1 + f(n - 1) end return f(1000) end) return select(2, coroutine.resume(co)), select(2, coroutine.resume(co))
--> "deep", 1000
local keys = {} for k in pairs(coroutine) do keys[#keys + 1] = k end table.sort(keys) return table.concat(keys, ' ')
--5.3> "create isyieldable resume running status wrap yield"
--5.4> "close create isyieldable resume running status wrap yield"
]==])

t.finish()
