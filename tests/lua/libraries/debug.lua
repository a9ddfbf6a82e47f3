-- The debug library: what it answers about functions and frames, upvalue and local access, hooks, errors.

local t = require 'harness'
local transcript = dofile 'libraries/support/transcript.lua'

transcript('getinfo on functions', [==[
f = load('local a, b, c = 1, 2, 3\nlocal function g(x, y, ...)\n  return a, b, x\nend\nreturn g', '=src')()
--> (nothing)
local i = debug.getinfo(f, 'S') return i.source, i.short_src, i.what, i.linedefined, i.lastlinedefined
--> "=src", "src", "Lua", 2, 4
local i = debug.getinfo(f, 'u') return i.nups, i.nparams, i.isvararg
--> 2, 2, true
local i = debug.getinfo(f, 'l') return i.currentline
--> -1
local i = debug.getinfo(f, 'L') return i.activelines
--> {[3] = true, [4] = true}
local i = debug.getinfo(f, 'n') return i.name, i.namewhat
--> nil, ""
local i = debug.getinfo(f, 't') return i.istailcall
--> false
local i = debug.getinfo(f, 'f') return i.func == f
--> true
debug.getinfo(f, 'r')
--5.3> error: t:1: bad argument #2 to 'getinfo' (invalid option)
--5.4> {ftransfer = 0, ntransfer = 0}
local keys = {} for k in pairs(debug.getinfo(f)) do keys[#keys + 1] = k end table.sort(keys) return table.concat(keys, ' ')
--5.3> "currentline func istailcall isvararg lastlinedefined linedefined namewhat nparams nups short_src source what"
--5.4> "currentline ftransfer func istailcall isvararg lastlinedefined linedefined namewhat nparams ntransfer nups short_src source what"
local i = debug.getinfo(print) i.func = nil return i
--5.3> {currentline = -1, istailcall = false, isvararg = true, lastlinedefined = -1, linedefined = -1, namewhat = "", nparams = 0, nups = 0, short_src = "[C]", source = "=[C]", what = "C"}
--5.4> {currentline = -1, ftransfer = 0, istailcall = false, isvararg = true, lastlinedefined = -1, linedefined = -1, namewhat = "", nparams = 0, ntransfer = 0, nups = 0, short_src = "[C]", source = "=[C]", what = "C"}
debug.getinfo(f, '')
--> {}
local i = debug.getinfo(load('return 1', '@file.lua')) return i.source, i.short_src, i.what, i.linedefined, i.lastlinedefined, i.nups, i.isvararg
--> "@file.lua", "file.lua", "main", 0, 0, 1, true
local i = debug.getinfo(load('return 1', 'text chunk')) return i.source, i.short_src
--> "text chunk", "[string \"text chunk\"]"
local i = debug.getinfo(load('return 1', ('x'):rep(100))) return #i.source, i.short_src
--> 100, "[string \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\"]"
local i = debug.getinfo(load('return 1', 'two\nlines')) return i.source, i.short_src
--> "two\nlines", "[string \"two...\"]"
local i = debug.getinfo(load('return 1', '@' .. ('p'):rep(100))) return i.short_src
--> "...pppppppppppppppppppppppppppppppppppppppppppppppppppppppp"
local i = debug.getinfo(load('return 1', '=' .. ('p'):rep(100))) return i.short_src
--> "ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp"
debug.getinfo(load(string.dump(f, true)), 'S').source
--> "=?"
debug.getinfo(f, 'X')
--> error: t:1: bad argument #2 to 'getinfo' (invalid option)
debug.getinfo(f, '>S')
--5.3> error: t:1: bad argument #2 to 'getinfo' (invalid option)
--5.4> error: t:1: bad argument #2 to 'getinfo' (invalid option '>')
debug.getinfo(f, {})
--> error: t:1: bad argument #2 to 'getinfo' (string expected, got table)
debug.getinfo()
--> error: t:1: bad argument #1 to 'getinfo' (number expected, got no value)
debug.getinfo('x')
--> error: t:1: bad argument #1 to 'getinfo' (number expected, got string)
debug.getinfo({})
--> error: t:1: bad argument #1 to 'getinfo' (number expected, got table)
debug.getinfo(1.5)
--> error: t:1: bad argument #1 to 'getinfo' (number has no integer representation)
debug.getinfo(1000)
--> nil
debug.getinfo(-1)
--> nil
debug.getinfo('1') ~= nil
--> true
]==])

transcript('getinfo on levels', [==[
debug.getinfo(0, 'n').name
--> "getinfo"
debug.getinfo(0, 'S').what
--> "C"
debug.getinfo(1, 'S').what
--> "main"
debug.getinfo(1, 'l').currentline
--> 1
local function named() return debug.getinfo(1, 'n') end local r = named() return r
--> {name = "named", namewhat = "local"}
local function tail() return debug.getinfo(1, 'nt') end return tail()
--> {istailcall = true, namewhat = ""}
local function tail() local i = debug.getinfo(1, 'nt') return i.name, i.istailcall end local function caller() return tail() end return (caller())
--> nil
function globalname() local i = debug.getinfo(1, 'n') return i.name, i.namewhat end local a, b = globalname() return a, b
--> "globalname", "global"
local o = {m = function() local i = debug.getinfo(1, 'n') return i.name, i.namewhat end} local a, b = o:m() return a, b
--> "m", "method"
local o = {m = function() local i = debug.getinfo(1, 'n') return i.name, i.namewhat end} local a, b = o.m() return a, b
--> "m", "field"
local function up() local i = debug.getinfo(1, 'n') return i.name, i.namewhat end local function user() local a, b = up() return a, b end local a, b = user() return a, b
--> "up", "upvalue"
local a, b = (function() local i = debug.getinfo(1, 'n') return i.name, i.namewhat end)() return a, b
--> nil, ""
local o = setmetatable({}, {__add = function() local i = debug.getinfo(1, 'n') return {i.name, i.namewhat} end}) return o + 1
--5.3> {"__add", "metamethod"}
--5.4> {"add", "metamethod"}
local o = setmetatable({}, {__index = function() local i = debug.getinfo(1, 'n') return {i.name, i.namewhat} end}) return o.x
--5.3> {"__index", "metamethod"}
--5.4> {"index", "metamethod"}
local o = setmetatable({}, {__lt = function() r = debug.getinfo(1, 'n') return true end}) local x = o < o return r
--5.3> {name = "__lt", namewhat = "metamethod"}
--5.4> {name = "lt", namewhat = "metamethod"}
local o = setmetatable({}, {__concat = function() local i = debug.getinfo(1, 'n') return {i.name, i.namewhat} end}) local x = o .. 'x' return x
--5.3> {"__concat", "metamethod"}
--5.4> {"concat", "metamethod"}
local o = setmetatable({}, {__call = function() local i = debug.getinfo(1, 'n') return {i.name, i.namewhat} end}) local x = o() return x
--> {"o", "local"}
for a, b in function() local i = debug.getinfo(1, 'n') return i.name, i.namewhat end do return a, b end
--> "for iterator", "for iterator"
local r do local x <close> = setmetatable({}, {__close = function() r = debug.getinfo(1, 'n') end}) end return r
--5.3> does not compile: t:1: unexpected symbol near '<'
--5.4> {name = "close", namewhat = "metamethod"}
local co = coroutine.create(function() local x = 1 coroutine.yield() end) coroutine.resume(co) return debug.getinfo(co, 1, 'l').currentline, debug.getinfo(co, 0, 'n').name, debug.getinfo(co, 5)
--> 1, "yield", nil
local co = coroutine.create(print) return debug.getinfo(co, 0), debug.getinfo(co, 1)
--> nil, nil
debug.getinfo(coroutine.running(), 1, 'S').what
--> "main"
]==])

transcript('getlocal and setlocal', [==[
local a, b = 10, 20 return {debug.getlocal(1, 1)}, {debug.getlocal(1, 2)}
--> {"a", 10}, {"b", 20}
local a = 10 return select('#', debug.getlocal(1, 1000)), debug.getlocal(1, 1000)
--> 1, nil
local a = 1 debug.setlocal(1, 1, 'changed') return a
--> "changed"
local a = 1 return debug.setlocal(1, 1, 2)
--> "a"
debug.setlocal(1, 1000, 1)
--> nil
local function v(...) return {debug.getlocal(1, -1)}, {debug.getlocal(1, -2)}, debug.getlocal(1, -3) end local a, b, c = v('x', 'y') return a, b, c
--5.3> {"(*vararg)", "x"}, {"(*vararg)", "y"}, nil
--5.4> {"(vararg)", "x"}, {"(vararg)", "y"}, nil
local function v(...) debug.setlocal(1, -1, 'new') return ... end return (v('x'))
--> "new"
local function p(x, y) end return debug.getlocal(p, 1), debug.getlocal(p, 2), debug.getlocal(p, 3)
--> "x", "y", nil
debug.getlocal(function(...) end, 1)
--> nil
debug.getlocal(print, 1)
--> nil
local function f() local x = 5 do local y = 6 end local z = 7 local r = {} for i = 1, 10 do local n, v = debug.getlocal(1, i) r[i] = n or 'none' if not n then break end end return r end local r = f() return r
--5.3> {"x", "z", "r", "(for index)", "(for limit)", "(for step)", "i", "none"}
--5.4> {"x", "z", "r", "(for state)", "(for state)", "(for state)", "i", "none"}
local co = coroutine.create(function(a) local b = a * 2 coroutine.yield() return b end) coroutine.resume(co, 4) return {debug.getlocal(co, 1, 1)}, {debug.getlocal(co, 1, 2)}, debug.setlocal(co, 1, 2, 100), select(2, coroutine.resume(co))
--> {"a", 4}, {"b", 8}, "b", 100
for i = 1, 1 do local names = {} for k = 1, 10 do local n = debug.getlocal(1, k) if not n then break end names[k] = n end return names end
--5.3> {"(for index)", "(for limit)", "(for step)", "i", "names", "(for index)", "(for limit)", "(for step)", "k"}
--5.4> {"(for state)", "(for state)", "(for state)", "i", "names", "(for state)", "(for state)", "(for state)", "k"}
for k, v in pairs({1}) do local names = {} for k = 1, 12 do local n = debug.getlocal(1, k) if not n then break end names[k] = n end return names end
--5.3> {"(for generator)", "(for state)", "(for control)", "k", "v", "names", "(for index)", "(for limit)", "(for step)", "k"}
--5.4> {"(for state)", "(for state)", "(for state)", "(for state)", "k", "v", "names", "(for state)", "(for state)", "(for state)", "k"}
debug.getlocal(1000, 1)
--> error: t:1: bad argument #1 to 'getlocal' (level out of range)
debug.getlocal(-1, 1)
--> error: t:1: bad argument #1 to 'getlocal' (level out of range)
debug.getlocal('x', 1)
--> error: t:1: bad argument #1 to 'getlocal' (number expected, got string)
debug.getlocal(1)
--> error: t:1: bad argument #2 to 'getlocal' (number expected, got no value)
debug.getlocal()
--> error: t:1: bad argument #2 to 'getlocal' (number expected, got no value)
debug.setlocal(1000, 1, 1)
--> error: t:1: bad argument #1 to 'setlocal' (level out of range)
debug.setlocal(1, 1)
--> error: t:1: bad argument #3 to 'setlocal' (value expected)
debug.setlocal()
--> error: t:1: bad argument #1 to 'setlocal' (number expected, got no value)
]==])

transcript('upvalues', [==[
local a, b = 1, 2 f = function() return a, b end
--> (nothing)
{debug.getupvalue(f, 1)}, {debug.getupvalue(f, 2)}, debug.getupvalue(f, 3)
--> {"a", 1}, {"b", 2}
debug.setupvalue(f, 1, 'new'), f()
--> "a", "new", 2
debug.setupvalue(f, 3, 1)
--> (nothing)
select('#', debug.setupvalue(f, 3, 1)), select('#', debug.getupvalue(f, 3))
--> 0, 0
debug.getupvalue(f, 0)
--> (nothing)
debug.getupvalue(f, -1)
--> (nothing)
debug.getupvalue(print, 1)
--> (nothing)
debug.getupvalue(load('x = 1'), 1) == '_ENV'
--> true
load('x = 1') ~= nil and select(2, debug.getupvalue(load('x = 1'), 1)) == _G
--> true
debug.getupvalue(load(string.dump(f, true)), 1)
--5.3> "(*no name)", _G
--5.4> "(no name)", _G
debug.getupvalue(1, 1)
--> error: t:1: bad argument #1 to 'getupvalue' (function expected, got number)
debug.getupvalue(f)
--> error: t:1: bad argument #2 to 'getupvalue' (number expected, got no value)
debug.getupvalue(f, 'x')
--> error: t:1: bad argument #2 to 'getupvalue' (number expected, got string)
debug.setupvalue(f, 1)
--> error: t:1: bad argument #3 to 'setupvalue' (value expected)
debug.setupvalue(1, 1, 1)
--> error: t:1: bad argument #1 to 'setupvalue' (function expected, got number)
debug.setupvalue()
--> error: t:1: bad argument #3 to 'setupvalue' (value expected)
type(debug.upvalueid(f, 1))
--> "userdata"
debug.upvalueid(f, 1) == debug.upvalueid(f, 1), debug.upvalueid(f, 1) == debug.upvalueid(f, 2)
--> true, false
debug.upvalueid(f, 3)
--5.3> error: t:1: bad argument #2 to 'upvalueid' (invalid upvalue index)
--5.4> nil
debug.upvalueid(f, 0)
--5.3> error: t:1: bad argument #2 to 'upvalueid' (invalid upvalue index)
--5.4> nil
debug.upvalueid(print, 1)
--5.3> error: t:1: bad argument #2 to 'upvalueid' (invalid upvalue index)
--5.4> nil
debug.upvalueid(1, 1)
--> error: t:1: bad argument #1 to 'upvalueid' (function expected, got number)
local a = 1 local function g() return a end local function h() return a end return debug.upvalueid(g, 1) == debug.upvalueid(h, 1)
--> true
local a, b = 'a', 'b' local function g() return a end local function h() return b end debug.upvaluejoin(g, 1, h, 1) return g(), debug.upvalueid(g, 1) == debug.upvalueid(h, 1)
--> "b", true
local a, b = 'a', 'b' local function g() return a end local function h() b = b .. '!' return b end debug.upvaluejoin(g, 1, h, 1) h() return g()
--> "b!"
debug.upvaluejoin(f, 3, f, 1)
--> error: t:1: bad argument #2 to 'upvaluejoin' (invalid upvalue index)
debug.upvaluejoin(f, 1, f, 3)
--> error: t:1: bad argument #4 to 'upvaluejoin' (invalid upvalue index)
debug.upvaluejoin(f, 0, f, 1)
--> error: t:1: bad argument #2 to 'upvaluejoin' (invalid upvalue index)
debug.upvaluejoin(print, 1, f, 1)
--> error: t:1: bad argument #2 to 'upvaluejoin' (invalid upvalue index)
debug.upvaluejoin(f, 1, print, 1)
--> error: t:1: bad argument #4 to 'upvaluejoin' (invalid upvalue index)
debug.upvaluejoin(f, 1, string.gmatch('a', 'a'), 1)
--> error: t:1: bad argument #3 to 'upvaluejoin' (Lua function expected)
debug.upvaluejoin()
--> error: t:1: bad argument #2 to 'upvaluejoin' (number expected, got no value)
]==])

transcript('metatables, user values, registry', [==[
debug.getmetatable('x') == getmetatable('x')
--> true
debug.getmetatable(1)
--> nil
debug.getmetatable(setmetatable({}, {__metatable = 'locked'})).__metatable
--> "locked"
debug.setmetatable(10, {__index = {double = function(n) return n * 2 end}}) local r = (5):double() debug.setmetatable(10, nil) return r
--> 10
debug.setmetatable(nil, {__index = function() return 'nil indexed' end}) local r = (nil).x debug.setmetatable(nil, nil) return r
--> "nil indexed"
debug.setmetatable(print, {__add = function() return 'functions added' end}) local r = print + print debug.setmetatable(print, nil) return r
--> "functions added"
debug.setmetatable(true, {__len = function(b) return b and 1 or 0 end}) local r = {#true, #false} debug.setmetatable(true, nil) return r
--> {1, 0}
local a = {} return debug.setmetatable(a, {}) == a
--> true
debug.setmetatable({}, 1)
--5.3> error: t:1: bad argument #2 to 'setmetatable' (nil or table expected)
--5.4> error: t:1: bad argument #2 to 'setmetatable' (nil or table expected, got number)
debug.setmetatable({})
--5.3> error: t:1: bad argument #2 to 'setmetatable' (nil or table expected)
--5.4> error: t:1: bad argument #2 to 'setmetatable' (nil or table expected, got no value)
debug.setmetatable(setmetatable({}, {__metatable = 'locked'}), nil) ~= nil
--> true
debug.getmetatable()
--> error: t:1: bad argument #1 to 'getmetatable' (value expected)
debug.getuservalue(io.stdout)
--> nil
debug.getuservalue(io.stdout, 1)
--> nil
debug.getuservalue({})
--> nil
debug.getuservalue(1, 1)
--> nil
debug.setuservalue({}, 1)
--> error: t:1: bad argument #1 to 'setuservalue' (userdata expected, got table)
debug.setuservalue(io.stdout, 1, 5)
--5.3> userdata
--5.4> nil
debug.setuservalue(io.stdout)
--> error: t:1: bad argument #2 to 'setuservalue' (value expected)
type(debug.getregistry())
--> "table"
debug.getregistry()[2] == _G, type(debug.getregistry()[1])
--> true, "thread"
debug.getregistry()._LOADED == package.loaded, debug.getregistry()._PRELOAD == package.preload
--> true, true
debug.getregistry()['FILE*'] == getmetatable(io.stdout)
--> true
]==])

transcript('hooks', [==[
debug.gethook()
--5.3> nil, "", 0
--5.4> nil
local n = 0 debug.sethook(function() n = n + 1 end, 'c') math.abs(1) math.abs(1) debug.sethook() return n
--> 3
local r = {} debug.sethook(function(e) r[#r + 1] = e end, 'cr') math.abs(1) debug.sethook() return r
--> {"return", "call", "return", "call"}
local lines = {} local f = load('local a = 1\nlocal b = 2\n\nreturn a + b', '=h') debug.sethook(function(e, l) lines[#lines + 1] = l end, 'l') f() debug.sethook() return lines[1], lines[2], lines[3]
--> 1, 2, 4
local lines = {} local f = load('for i = 1, 2 do\n  local x = i\nend\nreturn 1', '=h') debug.sethook(function(e, l) if debug.getinfo(2, 'S').source == '=h' then lines[#lines + 1] = l end end, 'l') f() debug.sethook() return lines
--> {1, 2, 1, 2, 1, 4}
local n = 0 debug.sethook(function(e) n = n + 1 end, '', 100) for i = 1, 10000 do end debug.sethook() return n > 50
--> true
local f = function() end debug.sethook(f, 'crl', 7) local a, b, c = debug.gethook() debug.sethook() return a == f, b, c
--> true, "crl", 7
local f = function() end debug.sethook(f, '', 5) local a, b, c = debug.gethook() debug.sethook() return a == f, b, c
--> true, "", 5
local ok, m = pcall(function() debug.sethook(function() debug.sethook() error('from the hook', 0) end, '', 10) for i = 1, 100 do end end) debug.sethook() return ok, m
--> false, "from the hook"
debug.sethook(nil) return debug.gethook()
--5.3> nil, "", 0
--5.4> nil
debug.sethook(function() end, '') local h = debug.gethook() debug.sethook() return h
--> nil
local r = {} debug.sethook(function(e) r[#r + 1] = e end, 'c') local function tail() return 1 end local function f() return tail() end f() debug.sethook() return r
--> {"call", "tail call", "call"}
local names = {} debug.sethook(function(e) names[#names + 1] = debug.getinfo(2, 'n').name or '?' end, 'c') math.floor(1) string.rep('x', 1) debug.sethook() return names
--> {"floor", "rep", "sethook"}
local n = 0 local co = coroutine.create(function() for i = 1, 10 do coroutine.yield() end end) debug.sethook(co, function() n = n + 1 end, 'l') coroutine.resume(co) return n > 0, debug.gethook(), type(debug.gethook(co))
--> true, nil, "function"
debug.sethook(1, 'c')
--> error: t:1: bad argument #1 to 'sethook' (function expected, got number)
debug.sethook(type)
--> error: t:1: bad argument #2 to 'sethook' (string expected, got no value)
debug.sethook(type, 1.5) debug.sethook()
--> (nothing)
debug.sethook(print, {}) debug.sethook()
--> error: t:1: bad argument #2 to 'sethook' (string expected, got table)
debug.sethook(print, 'x', 'y')
--> error: t:1: bad argument #3 to 'sethook' (number expected, got string)
debug.sethook({}, 'l')
--> error: t:1: bad argument #1 to 'sethook' (function expected, got table)
debug.sethook(function() end, 'q') local a, b = debug.gethook() debug.sethook() return a, b
--5.3> nil, ""
--5.4> nil, nil
]==])

transcript('traceback', [==[
debug.traceback('message', 100)
--> "message\nstack traceback:"
debug.traceback(nil, 100)
--> "stack traceback:"
debug.traceback({}) ~= nil, type(debug.traceback({}))
--> true, "table"
debug.traceback(12, 100)
--> "12\nstack traceback:"
debug.traceback(true)
--> true
debug.traceback(coroutine.create(print))
--> "stack traceback:"
debug.traceback(coroutine.create(print), 'm')
--> "m\nstack traceback:"
debug.traceback(coroutine.create(print), nil)
--> "stack traceback:"
debug.traceback(coroutine.create(print), {}) ~= nil
--> true
co = coroutine.create(function() local function inner() coroutine.yield() end inner() end)
--> (nothing)
coroutine.resume(co)
--> true
debug.traceback(co)
--> "stack traceback:\n\009[C]: in function 'coroutine.yield'\n\009t:1: in local 'inner'\n\009t:1: in function <t:1>"
debug.traceback(co, 'with message')
--> "with message\nstack traceback:\n\009[C]: in function 'coroutine.yield'\n\009t:1: in local 'inner'\n\009t:1: in function <t:1>"
debug.traceback(co, 'from level 1', 1)
--> "from level 1\nstack traceback:\n\009t:1: in local 'inner'\n\009t:1: in function <t:1>"
debug.traceback(co, nil, 2)
--> "stack traceback:\n\009t:1: in function <t:1>"
debug.traceback(co, 'beyond', 10)
--> "beyond\nstack traceback:"
debug.traceback('x', 'y')
--> error: t:1: bad argument #2 to 'traceback' (number expected, got string)
debug.traceback('x', 1.5)
--> error: t:1: bad argument #2 to 'traceback' (number has no integer representation)
local co = coroutine.create(function() local x = nil; x() end) coroutine.resume(co) return debug.traceback(co)
--> "stack traceback:\n\009t:1: in function <t:1>"
local co = coroutine.create(function() error('e') end) coroutine.resume(co) return debug.traceback(co, 'title')
--> "title\nstack traceback:\n\009[C]: in function 'error'\n\009t:1: in function <t:1>"
function recursive(n) if n == 0 then coroutine.yield() end recursive(n - 1) end
--> (nothing)
local co = coroutine.create(recursive) coroutine.resume(co, 30) return debug.traceback(co)
--5.3> "stack traceback:\n\009[C]: in function 'coroutine.yield'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009...\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in function <t:1>"
--5.4> "stack traceback:\n\009[C]: in function 'coroutine.yield'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009...\009(skipping 10 levels)\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in global 'recursive'\n\009t:1: in function <t:1>"
local co = coroutine.create(recursive) coroutine.resume(co, 19) return select(2, debug.traceback(co):gsub('\n', '\n'))
--> 21
local co = coroutine.create(function() return recursive(1) end) coroutine.resume(co) return debug.traceback(co)
--> "stack traceback:\n\009[C]: in function 'coroutine.yield'\n\009t:1: in global 'recursive'\n\009t:1: in function <t:1>\n\009(...tail calls...)"
local co = coroutine.create(function() table.sort({1, 2}, function() error('x') end) end) coroutine.resume(co) return debug.traceback(co)
--> "stack traceback:\n\009[C]: in function 'error'\n\009t:1: in function <t:1>\n\009[C]: in function 'table.sort'\n\009t:1: in function <t:1>"
local co = coroutine.create(function() string.gsub('a', 'a', function() error('x') end) end) coroutine.resume(co) return debug.traceback(co)
--> "stack traceback:\n\009[C]: in function 'error'\n\009t:1: in function <t:1>\n\009[C]: in function 'string.gsub'\n\009t:1: in function <t:1>"
local co = coroutine.create(function() pcall(function() coroutine.yield() end) end) coroutine.resume(co) return debug.traceback(co)
--> "stack traceback:\n\009[C]: in function 'coroutine.yield'\n\009t:1: in function <t:1>\n\009[C]: in function 'pcall'\n\009t:1: in function <t:1>"
local co = coroutine.create(function() local o = setmetatable({}, {__index = function(s, k) coroutine.yield() end}) return o.x .. '' end) coroutine.resume(co) return debug.traceback(co)
--5.3> "stack traceback:\n\009[C]: in function 'coroutine.yield'\n\009t:1: in metamethod '__index'\n\009t:1: in function <t:1>"
--5.4> "stack traceback:\n\009[C]: in function 'coroutine.yield'\n\009t:1: in metamethod 'index'\n\009t:1: in function <t:1>"
local co = coroutine.create(function() local m = {} function m.method() coroutine.yield() end m.method() end) coroutine.resume(co) return debug.traceback(co)
--> "stack traceback:\n\009[C]: in function 'coroutine.yield'\n\009t:1: in field 'method'\n\009t:1: in function <t:1>"
local co = coroutine.create(function() local m = {} function m:method() coroutine.yield() end m:method() end) coroutine.resume(co) return debug.traceback(co)
--> "stack traceback:\n\009[C]: in function 'coroutine.yield'\n\009t:1: in method 'method'\n\009t:1: in function <t:1>"
local co = coroutine.create(function() for _ in function() coroutine.yield() end do end end) coroutine.resume(co) return debug.traceback(co)
--> "stack traceback:\n\009[C]: in function 'coroutine.yield'\n\009t:1: in for iterator 'for iterator'\n\009t:1: in function <t:1>"
]==])

transcript('the names in error messages', [==[
local a; a.b = 1
--> error: t:1: attempt to index a nil value (local 'a')
local a = {} a.b.c = 1
--> error: t:1: attempt to index a nil value (field 'b')
local a = {} a.b.c.d = 1
--> error: t:1: attempt to index a nil value (field 'b')
globalvar.x = 1
--> error: t:1: attempt to index a nil value (global 'globalvar')
globalvar()
--> error: t:1: attempt to call a nil value (global 'globalvar')
local a = {} a.method()
--> error: t:1: attempt to call a nil value (field 'method')
local a = {} a:method()
--> error: t:1: attempt to call a nil value (method 'method')
local a = 1 a()
--> error: t:1: attempt to call a number value (local 'a')
local a = {} a.x.y()
--> error: t:1: attempt to index a nil value (field 'x')
local a = {} a[1]()
--5.3> error: t:1: attempt to call a nil value (field '?')
--5.4> error: t:1: attempt to call a nil value (field 'integer index')
local a = {} local k = 'key' a[k]()
--> error: t:1: attempt to call a nil value (field '?')
local a = {} return a.x + 1
--> error: t:1: attempt to perform arithmetic on a nil value (field 'x')
local a = 'x' return a + 1
--5.3> error: t:1: attempt to perform arithmetic on a string value (local 'a')
--5.4> error: t:1: attempt to add a 'string' with a 'number'
local a = {} return 1 + a
--> error: t:1: attempt to perform arithmetic on a table value (local 'a')
return nilglobal + 1
--> error: t:1: attempt to perform arithmetic on a nil value (global 'nilglobal')
local a = {} return a .. 'x'
--> error: t:1: attempt to concatenate a table value (local 'a')
local a = {} return 'x' .. a.field
--> error: t:1: attempt to concatenate a nil value (field 'field')
return #nilglobal
--> error: t:1: attempt to get length of a nil value (global 'nilglobal')
local a = nil return #a
--> error: t:1: attempt to get length of a nil value (local 'a')
local a = {} return -a
--> error: t:1: attempt to perform arithmetic on a table value (local 'a')
return -nilglobal
--> error: t:1: attempt to perform arithmetic on a nil value (global 'nilglobal')
local a, b = 1, {} return a < b
--> error: t:1: attempt to compare number with table
local a, b = {}, {} return a < b
--> error: t:1: attempt to compare two table values
local a, b = 'x', 1 return a <= b
--> error: t:1: attempt to compare string with number
local a, b = nil, 1 return a > b
--> error: t:1: attempt to compare number with nil
local a = 1.5 return a | 1
--> error: t:1: number (local 'a') has no integer representation
local a = {} return a & 1
--> error: t:1: attempt to perform bitwise operation on a table value (local 'a')
local a = 'x' return a ~ 1
--> error: t:1: attempt to perform bitwise operation on a string value (local 'a')
return 2^63 | 0
--> error: t:1: number has no integer representation
return '1.5' | 0
--5.3> error: t:1: number has no integer representation
--5.4> error: t:1: attempt to perform bitwise operation on a string value (constant '1.5')
local function f() local up = nil return function() return up.x end end return f()()
--> error: t:1: attempt to index a nil value (upvalue 'up')
local function f() local up = nil return function() return up() end end return f()()
--> error: t:1: attempt to call a nil value (upvalue 'up')
local t = {} t[nil] = 1
--> error: t:1: table index is nil
local t = {} t[0/0] = 1
--> error: t:1: table index is NaN
for i = 1, 'x' do end
--5.3> error: t:1: 'for' limit must be a number
--5.4> error: t:1: bad 'for' limit (number expected, got string)
for i = 'x', 1 do end
--5.3> error: t:1: 'for' initial value must be a number
--5.4> error: t:1: bad 'for' initial value (number expected, got string)
for i = 1, 10, 'x' do end
--5.3> error: t:1: 'for' step must be a number
--5.4> error: t:1: bad 'for' step (number expected, got string)
for i = 1, 10, 0 do end
--5.3> (nothing)
--5.4> error: t:1: 'for' step is zero
for i = {}, 1 do end
--5.3> error: t:1: 'for' initial value must be a number
--5.4> error: t:1: bad 'for' initial value (number expected, got table)
for i = 1.0, 10, 0 do end
--5.3> (nothing)
--5.4> error: t:1: 'for' step is zero
local t = setmetatable({}, {__call = 1}) t()
--5.3> error: t:1: attempt to call a table value (local 't')
--5.4> error: t:1: attempt to call a number value (local 't')
local t = setmetatable({}, {__index = 1}) return t.x.y
--> error: t:1: attempt to index a number value
local t = setmetatable({}, {__index = 1}) return t.x
--> error: t:1: attempt to index a number value
local t = setmetatable({}, {__newindex = 1}) t.x = 1
--> error: t:1: attempt to index a number value
local t = setmetatable({}, {__name = 'MyType'}) return t + 1
--> error: t:1: attempt to perform arithmetic on a MyType value (local 't')
local t = setmetatable({}, {__name = 'MyType'}) return t < 1
--> error: t:1: attempt to compare MyType with number
local t = setmetatable({}, {__name = 'MyType'}) return #t, t()
--> error: t:1: attempt to call a MyType value (local 't')
local t = setmetatable({}, {__name = 'MyType'}) return string.rep(t)
--> error: t:1: bad argument #1 to 'rep' (string expected, got MyType)
(1)()
--> error: t:1: attempt to call a number value
('x')()
--> error: t:1: attempt to call a string value (constant 'x')
({}).x.y = 1
--> error: t:1: attempt to index a nil value (field 'x')
(nil)[1] = 2
--> error: t:1: attempt to index a nil value
local x <close> = 1
--5.3> does not compile: t:1: unexpected symbol near '<'
--5.4> error: t:1: variable 'x' got a non-closable value
local x <close> = {}
--5.3> does not compile: t:1: unexpected symbol near '<'
--5.4> error: t:1: variable 'x' got a non-closable value
return math.floor({})
--> error: t:1: bad argument #1 to 'floor' (number expected, got table)
return ('x'):rep({})
--> error: t:1: bad argument #1 to 'rep' (number expected, got table)
return ('x').rep()
--> error: t:1: bad argument #1 to 'rep' (string expected, got no value)
local s = string return s.rep()
--> error: t:1: bad argument #1 to 'rep' (string expected, got no value)
local rep = string.rep return rep()
--> error: t:1: bad argument #1 to 'rep' (string expected, got no value)
return io.stdout:seek('bad')
--> error: t:1: bad argument #1 to 'seek' (invalid option 'bad')
return math.nothing()
--> error: t:1: attempt to call a nil value (field 'nothing')
return string.nothing.x
--> error: t:1: attempt to index a nil value (field 'nothing')
return a.b.c
--> error: t:1: attempt to index a nil value (global 'a')
return _ENV.x.y
--> error: t:1: attempt to index a nil value (global 'x')
local _ENV = {} return x.y
--> error: t:1: attempt to index a nil value (global 'x')
local _ENV = nil return x
--> error: t:1: attempt to index a nil value (local '_ENV')
return undefinedfunction(1, 2)
--> error: t:1: attempt to call a nil value (global 'undefinedfunction')
return (undefinedfunction or nil)(1)
--> error: t:1: attempt to call a nil value
return ({})()
--> error: t:1: attempt to call a table value
return ({f = 1}).f()
--> error: t:1: attempt to call a number value (field 'f')
return 1 // 0
--> error: t:1: attempt to divide by zero
return 1 % 0
--> error: t:1: attempt to perform 'n%0'
return 1 < 'x'
--> error: t:1: attempt to compare number with string
return {} .. {}
--> error: t:1: attempt to concatenate a table value
return nil .. 'x'
--> error: t:1: attempt to concatenate a nil value
return 'a' + {}
--5.3> error: t:1: attempt to perform arithmetic on a string value
--5.4> error: t:1: attempt to add a 'string' with a 'table'
return 2 ^ {}
--> error: t:1: attempt to perform arithmetic on a table value
return not nil + 1
--> error: t:1: attempt to perform arithmetic on a boolean value
]==])

transcript('debug in general', [==[
local keys = {} for k in pairs(debug) do keys[#keys + 1] = k end table.sort(keys) return table.concat(keys, ' ')
--5.3> "debug gethook getinfo getlocal getmetatable getregistry getupvalue getuservalue sethook setlocal setmetatable setupvalue setuservalue traceback upvalueid upvaluejoin"
--5.4> "debug gethook getinfo getlocal getmetatable getregistry getupvalue getuservalue setcstacklimit sethook setlocal setmetatable setupvalue setuservalue traceback upvalueid upvaluejoin"
type(debug.setcstacklimit(200))
--5.3> error: t:1: attempt to call a nil value (field 'setcstacklimit')
--5.4> "number"
]==])

t.finish()
