-- The debug library: what it answers about functions and frames, upvalue and local access, hooks, errors.

local t = require 'harness'
local transcript = dofile 'libraries/support/transcript.lua'

transcript('getinfo on functions', [==[
f = load('local a, b, c = 1, 2, 3\nlocal function g(x, y, ...)\n  return a, b, x\nend\nreturn g', '=src')()
local i = debug.getinfo(f, 'S') return i.source, i.short_src, i.what, i.linedefined, i.lastlinedefined
local i = debug.getinfo(f, 'u') return i.nups, i.nparams, i.isvararg
local i = debug.getinfo(f, 'l') return i.currentline
local i = debug.getinfo(f, 'L') return i.activelines
local i = debug.getinfo(f, 'n') return i.name, i.namewhat
local i = debug.getinfo(f, 't') return i.istailcall
local i = debug.getinfo(f, 'f') return i.func == f
debug.getinfo(f, 'r')
local keys = {} for k in pairs(debug.getinfo(f)) do keys[#keys + 1] = k end table.sort(keys) return table.concat(keys, ' ')
local i = debug.getinfo(print) i.func = nil return i
debug.getinfo(f, '')
local i = debug.getinfo(load('return 1', '@file.lua')) return i.source, i.short_src, i.what, i.linedefined, i.lastlinedefined, i.nups, i.isvararg
local i = debug.getinfo(load('return 1', 'text chunk')) return i.source, i.short_src
local i = debug.getinfo(load('return 1', ('x'):rep(100))) return #i.source, i.short_src
local i = debug.getinfo(load('return 1', 'two\nlines')) return i.source, i.short_src
local i = debug.getinfo(load('return 1', '@' .. ('p'):rep(100))) return i.short_src
local i = debug.getinfo(load('return 1', '=' .. ('p'):rep(100))) return i.short_src
debug.getinfo(load(string.dump(f, true)), 'S').source
debug.getinfo(f, 'X')
debug.getinfo(f, '>S')
debug.getinfo(f, {})
debug.getinfo()
debug.getinfo('x')
debug.getinfo({})
debug.getinfo(1.5)
debug.getinfo(1000)
debug.getinfo(-1)
debug.getinfo('1') ~= nil
]==])

transcript('getinfo on levels', [==[
debug.getinfo(0, 'n').name
debug.getinfo(0, 'S').what
debug.getinfo(1, 'S').what
debug.getinfo(1, 'l').currentline
local function named() return debug.getinfo(1, 'n') end local r = named() return r
local function tail() return debug.getinfo(1, 'nt') end return tail()
local function tail() local i = debug.getinfo(1, 'nt') return i.name, i.istailcall end local function caller() return tail() end return (caller())
function globalname() local i = debug.getinfo(1, 'n') return i.name, i.namewhat end local a, b = globalname() return a, b
local o = {m = function() local i = debug.getinfo(1, 'n') return i.name, i.namewhat end} local a, b = o:m() return a, b
local o = {m = function() local i = debug.getinfo(1, 'n') return i.name, i.namewhat end} local a, b = o.m() return a, b
local function up() local i = debug.getinfo(1, 'n') return i.name, i.namewhat end local function user() local a, b = up() return a, b end local a, b = user() return a, b
local a, b = (function() local i = debug.getinfo(1, 'n') return i.name, i.namewhat end)() return a, b
local o = setmetatable({}, {__add = function() local i = debug.getinfo(1, 'n') return {i.name, i.namewhat} end}) return o + 1
local o = setmetatable({}, {__index = function() local i = debug.getinfo(1, 'n') return {i.name, i.namewhat} end}) return o.x
local o = setmetatable({}, {__lt = function() r = debug.getinfo(1, 'n') return true end}) local x = o < o return r
local o = setmetatable({}, {__concat = function() local i = debug.getinfo(1, 'n') return {i.name, i.namewhat} end}) local x = o .. 'x' return x
local o = setmetatable({}, {__call = function() local i = debug.getinfo(1, 'n') return {i.name, i.namewhat} end}) local x = o() return x
for a, b in function() local i = debug.getinfo(1, 'n') return i.name, i.namewhat end do return a, b end
local r do local x <close> = setmetatable({}, {__close = function() r = debug.getinfo(1, 'n') end}) end return r
local co = coroutine.create(function() local x = 1 coroutine.yield() end) coroutine.resume(co) return debug.getinfo(co, 1, 'l').currentline, debug.getinfo(co, 0, 'n').name, debug.getinfo(co, 5)
local co = coroutine.create(print) return debug.getinfo(co, 0), debug.getinfo(co, 1)
debug.getinfo(coroutine.running(), 1, 'S').what
]==])

transcript('getlocal and setlocal', [==[
local a, b = 10, 20 return {debug.getlocal(1, 1)}, {debug.getlocal(1, 2)}
local a = 10 return select('#', debug.getlocal(1, 1000)), debug.getlocal(1, 1000)
local a = 1 debug.setlocal(1, 1, 'changed') return a
local a = 1 return debug.setlocal(1, 1, 2)
debug.setlocal(1, 1000, 1)
local function v(...) return {debug.getlocal(1, -1)}, {debug.getlocal(1, -2)}, debug.getlocal(1, -3) end local a, b, c = v('x', 'y') return a, b, c
local function v(...) debug.setlocal(1, -1, 'new') return ... end return (v('x'))
local function p(x, y) end return debug.getlocal(p, 1), debug.getlocal(p, 2), debug.getlocal(p, 3)
debug.getlocal(function(...) end, 1)
debug.getlocal(print, 1)
local function f() local x = 5 do local y = 6 end local z = 7 local r = {} for i = 1, 10 do local n, v = debug.getlocal(1, i) r[i] = n or 'none' if not n then break end end return r end local r = f() return r
local co = coroutine.create(function(a) local b = a * 2 coroutine.yield() return b end) coroutine.resume(co, 4) return {debug.getlocal(co, 1, 1)}, {debug.getlocal(co, 1, 2)}, debug.setlocal(co, 1, 2, 100), select(2, coroutine.resume(co))
for i = 1, 1 do local names = {} for k = 1, 10 do local n = debug.getlocal(1, k) if not n then break end names[k] = n end return names end
for k, v in pairs({1}) do local names = {} for k = 1, 12 do local n = debug.getlocal(1, k) if not n then break end names[k] = n end return names end
debug.getlocal(1000, 1)
debug.getlocal(-1, 1)
debug.getlocal('x', 1)
debug.getlocal(1)
debug.getlocal()
debug.setlocal(1000, 1, 1)
debug.setlocal(1, 1)
debug.setlocal()
]==])

transcript('upvalues', [==[
local a, b = 1, 2 f = function() return a, b end
{debug.getupvalue(f, 1)}, {debug.getupvalue(f, 2)}, debug.getupvalue(f, 3)
debug.setupvalue(f, 1, 'new'), f()
debug.setupvalue(f, 3, 1)
select('#', debug.setupvalue(f, 3, 1)), select('#', debug.getupvalue(f, 3))
debug.getupvalue(f, 0)
debug.getupvalue(f, -1)
debug.getupvalue(print, 1)
{debug.getupvalue(string.gmatch('a', 'a'), 1)}
debug.getupvalue(string.gmatch('a', 'a'), 4)
{debug.getupvalue(coroutine.wrap(print), 1)}
debug.getupvalue(load('x = 1'), 1) == '_ENV'
load('x = 1') ~= nil and select(2, debug.getupvalue(load('x = 1'), 1)) == _G
debug.getupvalue(load(string.dump(f, true)), 1)
debug.getupvalue(1, 1)
debug.getupvalue(f)
debug.getupvalue(f, 'x')
debug.setupvalue(f, 1)
debug.setupvalue(1, 1, 1)
debug.setupvalue()
type(debug.upvalueid(f, 1))
debug.upvalueid(f, 1) == debug.upvalueid(f, 1), debug.upvalueid(f, 1) == debug.upvalueid(f, 2)
debug.upvalueid(f, 3)
debug.upvalueid(f, 0)
debug.upvalueid(print, 1)
debug.upvalueid(1, 1)
local a = 1 local function g() return a end local function h() return a end return debug.upvalueid(g, 1) == debug.upvalueid(h, 1)
local a, b = 'a', 'b' local function g() return a end local function h() return b end debug.upvaluejoin(g, 1, h, 1) return g(), debug.upvalueid(g, 1) == debug.upvalueid(h, 1)
local a, b = 'a', 'b' local function g() return a end local function h() b = b .. '!' return b end debug.upvaluejoin(g, 1, h, 1) h() return g()
debug.upvaluejoin(f, 3, f, 1)
debug.upvaluejoin(f, 1, f, 3)
debug.upvaluejoin(f, 0, f, 1)
debug.upvaluejoin(print, 1, f, 1)
debug.upvaluejoin(f, 1, print, 1)
debug.upvaluejoin(f, 1, string.gmatch('a', 'a'), 1)
debug.upvaluejoin()
]==])

transcript('metatables, user values, registry', [==[
debug.getmetatable('x') == getmetatable('x')
debug.getmetatable(1)
debug.getmetatable(setmetatable({}, {__metatable = 'locked'})).__metatable
debug.setmetatable(10, {__index = {double = function(n) return n * 2 end}}) local r = (5):double() debug.setmetatable(10, nil) return r
debug.setmetatable(nil, {__index = function() return 'nil indexed' end}) local r = (nil).x debug.setmetatable(nil, nil) return r
debug.setmetatable(print, {__add = function() return 'functions added' end}) local r = print + print debug.setmetatable(print, nil) return r
debug.setmetatable(true, {__len = function(b) return b and 1 or 0 end}) local r = {#true, #false} debug.setmetatable(true, nil) return r
local a = {} return debug.setmetatable(a, {}) == a
debug.setmetatable({}, 1)
debug.setmetatable({})
debug.setmetatable(setmetatable({}, {__metatable = 'locked'}), nil) ~= nil
debug.getmetatable()
debug.getuservalue(io.stdout)
debug.getuservalue(io.stdout, 1)
debug.getuservalue({})
debug.getuservalue(1, 1)
debug.setuservalue({}, 1)
debug.setuservalue(io.stdout, 1, 5)
debug.setuservalue(io.stdout)
type(debug.getregistry())
debug.getregistry()[2] == _G, type(debug.getregistry()[1])
debug.getregistry()._LOADED == package.loaded, debug.getregistry()._PRELOAD == package.preload
debug.getregistry()['FILE*'] == getmetatable(io.stdout)
]==])

transcript('hooks', [==[
debug.gethook()
local n = 0 debug.sethook(function() n = n + 1 end, 'c') math.abs(1) math.abs(1) debug.sethook() return n
local r = {} debug.sethook(function(e) r[#r + 1] = e end, 'cr') math.abs(1) debug.sethook() return r
local lines = {} local f = load('local a = 1\nlocal b = 2\n\nreturn a + b', '=h') debug.sethook(function(e, l) lines[#lines + 1] = l end, 'l') f() debug.sethook() return lines[1], lines[2], lines[3]
local lines = {} local f = load('for i = 1, 2 do\n  local x = i\nend\nreturn 1', '=h') debug.sethook(function(e, l) if debug.getinfo(2, 'S').source == '=h' then lines[#lines + 1] = l end end, 'l') f() debug.sethook() return lines
local n = 0 debug.sethook(function(e) n = n + 1 end, '', 100) for i = 1, 10000 do end debug.sethook() return n > 50
local f = function() end debug.sethook(f, 'crl', 7) local a, b, c = debug.gethook() debug.sethook() return a == f, b, c
local f = function() end debug.sethook(f, '', 5) local a, b, c = debug.gethook() debug.sethook() return a == f, b, c
debug.sethook(function() error('from the hook', 0) end, '', 1) local ok, m = pcall(function() for i = 1, 100 do end end) debug.sethook() return ok, m
debug.sethook(nil) return debug.gethook()
debug.sethook(function() end, '') local h = debug.gethook() debug.sethook() return h
local r = {} debug.sethook(function(e) r[#r + 1] = e end, 'c') local function tail() return 1 end local function f() return tail() end f() debug.sethook() return r
local names = {} debug.sethook(function(e) names[#names + 1] = debug.getinfo(2, 'n').name or '?' end, 'c') math.floor(1) string.rep('x', 1) debug.sethook() return names
local n = 0 local co = coroutine.create(function() for i = 1, 10 do coroutine.yield() end end) debug.sethook(co, function() n = n + 1 end, 'l') coroutine.resume(co) return n > 0, debug.gethook(), type(debug.gethook(co))
debug.sethook(1, 'c')
debug.sethook(print)
debug.sethook(print, 1.5) debug.sethook()
debug.sethook(print, {})
debug.sethook(print, 'x', 'y')
debug.sethook({}, 'l')
debug.sethook(function() end, 'q') local a, b = debug.gethook() debug.sethook() return a, b
]==])

transcript('traceback', [==[
debug.traceback('message', 100)
debug.traceback(nil, 100)
debug.traceback({}) ~= nil, type(debug.traceback({}))
debug.traceback(12, 100)
debug.traceback(true)
debug.traceback(coroutine.create(print))
debug.traceback(coroutine.create(print), 'm')
debug.traceback(coroutine.create(print), nil)
debug.traceback(coroutine.create(print), {}) ~= nil
co = coroutine.create(function() local function inner() coroutine.yield() end inner() end)
coroutine.resume(co)
debug.traceback(co)
debug.traceback(co, 'with message')
debug.traceback(co, 'from level 1', 1)
debug.traceback(co, nil, 2)
debug.traceback(co, 'beyond', 10)
debug.traceback('x', 'y')
debug.traceback('x', 1.5)
local co = coroutine.create(function() local x = nil; x() end) coroutine.resume(co) return debug.traceback(co)
local co = coroutine.create(function() error('e') end) coroutine.resume(co) return debug.traceback(co, 'title')
function recursive(n) if n == 0 then coroutine.yield() end recursive(n - 1) end
local co = coroutine.create(recursive) coroutine.resume(co, 30) return debug.traceback(co)
local co = coroutine.create(recursive) coroutine.resume(co, 19) return select(2, debug.traceback(co):gsub('\n', '\n'))
local co = coroutine.create(function() return recursive(1) end) coroutine.resume(co) return debug.traceback(co)
local co = coroutine.create(function() table.sort({1, 2}, function() error('x') end) end) coroutine.resume(co) return debug.traceback(co)
local co = coroutine.create(function() string.gsub('a', 'a', function() error('x') end) end) coroutine.resume(co) return debug.traceback(co)
local co = coroutine.create(function() pcall(function() coroutine.yield() end) end) coroutine.resume(co) return debug.traceback(co)
local co = coroutine.create(function() local o = setmetatable({}, {__index = function(s, k) coroutine.yield() end}) return o.x .. '' end) coroutine.resume(co) return debug.traceback(co)
local co = coroutine.create(function() local m = {} function m.method() coroutine.yield() end m.method() end) coroutine.resume(co) return debug.traceback(co)
local co = coroutine.create(function() local m = {} function m:method() coroutine.yield() end m:method() end) coroutine.resume(co) return debug.traceback(co)
local co = coroutine.create(function() for _ in function() coroutine.yield() end do end end) coroutine.resume(co) return debug.traceback(co)
]==])

transcript('the names in error messages', [==[
local a; a.b = 1
local a = {} a.b.c = 1
local a = {} a.b.c.d = 1
globalvar.x = 1
globalvar()
local a = {} a.method()
local a = {} a:method()
local a = 1 a()
local a = {} a.x.y()
local a = {} a[1]()
local a = {} local k = 'key' a[k]()
local a = {} return a.x + 1
local a = 'x' return a + 1
local a = {} return 1 + a
return nilglobal + 1
local a = {} return a .. 'x'
local a = {} return 'x' .. a.field
return #nilglobal
local a = nil return #a
local a = {} return -a
return -nilglobal
local a, b = 1, {} return a < b
local a, b = {}, {} return a < b
local a, b = 'x', 1 return a <= b
local a, b = nil, 1 return a > b
local a = 1.5 return a | 1
local a = {} return a & 1
local a = 'x' return a ~ 1
return 2^63 | 0
return '1.5' | 0
local function f() local up = nil return function() return up.x end end return f()()
local function f() local up = nil return function() return up() end end return f()()
local t = {} t[nil] = 1
local t = {} t[0/0] = 1
for i = 1, 'x' do end
for i = 'x', 1 do end
for i = 1, 10, 'x' do end
for i = 1, 10, 0 do end
for i = {}, 1 do end
for i = 1.0, 10, 0 do end
local t = setmetatable({}, {__call = 1}) t()
local t = setmetatable({}, {__index = 1}) return t.x.y
local t = setmetatable({}, {__index = 1}) return t.x
local t = setmetatable({}, {__newindex = 1}) t.x = 1
local t = setmetatable({}, {__name = 'MyType'}) return t + 1
local t = setmetatable({}, {__name = 'MyType'}) return t < 1
local t = setmetatable({}, {__name = 'MyType'}) return #t, t()
local t = setmetatable({}, {__name = 'MyType'}) return string.rep(t)
(1)()
('x')()
({}).x.y = 1
(nil)[1] = 2
local x <close> = 1
local x <close> = {}
return math.floor({})
return ('x'):rep({})
return ('x').rep()
local s = string return s.rep()
local rep = string.rep return rep()
return io.stdout:seek('bad')
return math.nothing()
return string.nothing.x
return a.b.c
return _ENV.x.y
local _ENV = {} return x.y
local _ENV = nil return x
return undefinedfunction(1, 2)
return (undefinedfunction or nil)(1)
return ({})()
return ({f = 1}).f()
return 1 // 0
return 1 % 0
return 1 < 'x'
return {} .. {}
return nil .. 'x'
return 'a' + {}
return 2 ^ {}
return not nil + 1
]==])

transcript('debug in general', [==[
local keys = {} for k in pairs(debug) do keys[#keys + 1] = k end table.sort(keys) return table.concat(keys, ' ')
type(debug.setcstacklimit(200))
]==])

t.finish()
