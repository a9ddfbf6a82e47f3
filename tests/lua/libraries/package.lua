-- package and require: searchers, preload, paths, messages, loader values.

local t = require 'harness'
local transcript = dofile 'libraries/support/transcript.lua'

transcript('package fields', [==[
type(package.path), type(package.cpath), type(package.loaded), type(package.preload), type(package.searchers)
--> "string", "string", "table", "table", "table"
package.config
--> "/\n;\n?\n!\n-\n"
#package.searchers
--> 4
package.loaders
--> nil
package.loaded.string == string, package.loaded._G == _G, package.loaded.coroutine == coroutine
--> true, true, true
package.loaded.package == package
--> true
local keys = {} for k in pairs(package) do keys[#keys + 1] = k end table.sort(keys) return table.concat(keys, ' ')
--> "config cpath loaded loadlib path preload searchers searchpath"
local s = {} for _, k in ipairs {'_G', 'coroutine', 'debug', 'io', 'math', 'os', 'package', 'string', 'table', 'utf8'} do s[#s + 1] = type(package.loaded[k]) end return table.concat(s, ' ')
--> "table table table table table table table table table table"
]==])

transcript('searchpath', [==[
package.searchpath('missing', './?.lua;./?/init.lua')
--5.3> nil, "\n\009no file './missing.lua'\n\009no file './missing/init.lua'"
--5.4> nil, "no file './missing.lua'\n\009no file './missing/init.lua'"
package.searchpath('a.b.c', '/none/?.lua')
--5.3> nil, "\n\009no file '/none/a/b/c.lua'"
--5.4> nil, "no file '/none/a/b/c.lua'"
package.searchpath('a.b.c', '/none/?.lua', '.', '_')
--5.3> nil, "\n\009no file '/none/a_b_c.lua'"
--5.4> nil, "no file '/none/a_b_c.lua'"
package.searchpath('a-b', '/none/?.lua', '-')
--5.3> nil, "\n\009no file '/none/a/b.lua'"
--5.4> nil, "no file '/none/a/b.lua'"
package.searchpath('a.b', '/none/?.lua', '')
--5.3> nil, "\n\009no file '/none/a.b.lua'"
--5.4> nil, "no file '/none/a.b.lua'"
package.searchpath('a.b', '/none/?/?.lua')
--5.3> nil, "\n\009no file '/none/a/b/a/b.lua'"
--5.4> nil, "no file '/none/a/b/a/b.lua'"
package.searchpath('x', '')
--5.3> nil, ""
--5.4> nil, "no file ''"
package.searchpath('x', ';;')
--5.3> nil, ""
--5.4> nil, "no file ''\n\009no file ''\n\009no file ''"
package.searchpath('x', '/none/fixed.lua')
--5.3> nil, "\n\009no file '/none/fixed.lua'"
--5.4> nil, "no file '/none/fixed.lua'"
package.searchpath('harness', './?.lua')
--> "./harness.lua"
package.searchpath('libraries.support.transcript', './?.lua')
--> "./libraries/support/transcript.lua"
package.searchpath('x')
--> error: t:1: bad argument #2 to 'searchpath' (string expected, got no value)
package.searchpath()
--> error: t:1: bad argument #2 to 'searchpath' (string expected, got no value)
package.searchpath({}, '?')
--> error: t:1: bad argument #1 to 'searchpath' (string expected, got table)
package.searchpath('x', {})
--> error: t:1: bad argument #2 to 'searchpath' (string expected, got table)
]==])

transcript('require with preload and loaded', [==[
kept_path, kept_cpath = package.path, package.cpath
--> (nothing)
package.path, package.cpath = '/none/?.lua;/none/?/init.lua', '/none/?.so'
--> (nothing)
package.preload.pm_one = function(...) return {args = {...}} end
--> (nothing)
require('pm_one').args
--5.3> {"pm_one"}
--5.4> {"pm_one", ":preload:"}
require('pm_one') == require('pm_one')
--> true
select(2, require('pm_one'))
--> (nothing)
select('#', require('string'))
--> 1
require('string') == string
--> true
package.preload.pm_nil = function() end
--> (nothing)
require('pm_nil')
--5.3> true
--5.4> true, ":preload:"
package.loaded.pm_nil
--> true
package.preload.pm_false = function() return false end
--> (nothing)
require('pm_false')
--5.3> false
--5.4> false, ":preload:"
package.loaded.pm_false
--> false
package.preload.pm_sets = function(name) package.loaded[name] = 'set inside' end
--> (nothing)
require('pm_sets')
--5.3> "set inside"
--5.4> "set inside", ":preload:"
package.preload.pm_both = function(name) package.loaded[name] = 'set inside' return 'returned' end
--> (nothing)
require('pm_both')
--5.3> "returned"
--5.4> "returned", ":preload:"
package.preload.pm_error = function() error('failing loader') end
--> (nothing)
require('pm_error')
--> error: t:1: failing loader
package.preload.pm_error_object = function() error({1}) end
--> (nothing)
require('pm_error_object')
--> error object: {1}
package.loaded.pm_error
--> nil
package.preload.pm_cycle = function() return require('pm_cycle_b') end
--> (nothing)
package.preload.pm_cycle_b = function() return package.loaded.pm_cycle == nil end
--> (nothing)
require('pm_cycle')
--5.3> true
--5.4> true, ":preload:"
package.preload.pm_bad = 'not a function'
--> (nothing)
require('pm_bad')
--5.3> error: t:1: module 'pm_bad' not found:not a function\n\009no file '/none/pm_bad.lua'\n\009no file '/none/pm_bad/init.lua'\n\009no file '/none/pm_bad.so'
--5.4> error: t:1: module 'pm_bad' not found:\n\009not a function\n\009no file '/none/pm_bad.lua'\n\009no file '/none/pm_bad/init.lua'\n\009no file '/none/pm_bad.so'
package.loaded.pm_direct = 12
--> (nothing)
require('pm_direct')
--> 12
package.loaded.pm_one = nil
--> (nothing)
select(2, require('pm_one'))
--5.3> (nothing)
--5.4> ":preload:"
require()
--> error: t:1: bad argument #1 to 'require' (string expected, got no value)
require({})
--> error: t:1: bad argument #1 to 'require' (string expected, got table)
require(1)
--> error: t:1: module '1' not found:\n\009no field package.preload['1']\n\009no file '/none/1.lua'\n\009no file '/none/1/init.lua'\n\009no file '/none/1.so'
for k in pairs(package.loaded) do if type(k) == 'string' and k:find('^pm_') then package.loaded[k] = nil end end
--> (nothing)
package.path, package.cpath = kept_path, kept_cpath
--> (nothing)
for k in pairs(package.preload) do if k:find('^pm_') then package.preload[k] = nil end end
--> (nothing)
]==])

transcript('require from files', [==[
name = os.tmpname()
--> (nothing)
dir = name:match('^(.*)/') base = name:match('([^/]*)$')
--> (nothing)
function put(text) local f = assert(io.open(name, 'wb')) f:write(text) f:close() end
--> (nothing)
function anon(...) local r = table.pack(...) for i = 1, r.n do if type(r[i]) == 'string' then r[i] = r[i]:gsub(name:gsub('%p', '%%%0'), 'FILE'):gsub(base:gsub('%p', '%%%0'), 'BASE') end end return table.unpack(r, 1, r.n) end
--> (nothing)
function fresh(text) put(text) package.loaded[base] = nil return anon(pcall(require, base)) end
--> (nothing)
old_path, old_cpath = package.path, package.cpath
--> (nothing)
package.path = dir .. '/?' package.cpath = '/none/?.so;/none/loadall.so'
--> (nothing)
fresh('return "value"')
--5.3> true, "value"
--5.4> true, "value", "FILE"
fresh('return ...')
--5.3> true, "BASE"
--5.4> true, "BASE", "FILE"
fresh('return select("#", ...)')
--5.3> true, 2
--5.4> true, 2, "FILE"
fresh('return nil')
--5.3> true, true
--5.4> true, true, "FILE"
fresh('return false')
--5.3> true, false
--5.4> true, false, "FILE"
fresh('x_set_by_module = 1') == true and x_set_by_module
--> 1
fresh('error("at load")')
--> false, "FILE:1: at load"
fresh('error({})')
--> false, {}
fresh('x = = 1')
--> false, "error loading module 'BASE' from file 'FILE':\n\009FILE:1: unexpected symbol near '='"
fresh('#!/bin/lua\nreturn "after a shebang"')
--5.3> true, "after a shebang"
--5.4> true, "after a shebang", "FILE"
fresh(string.dump(function() return 'binary module' end))
--5.3> true, "binary module"
--5.4> true, "binary module", "FILE"
package.loaded[base] = nil return anon(require(base))
--5.3> "binary module"
--5.4> "binary module", "FILE"
anon(package.searchpath(base, package.path))
--> "FILE"
type(package.searchers[1]), anon(package.searchers[1]('missing'))
--5.3> "function", "\n\009no field package.preload['missing']"
--5.4> "function", "no field package.preload['missing']"
anon(package.searchers[2]('missing'))
--5.3> "\n\009no file '/tmp/missing'"
--5.4> "no file '/tmp/missing'"
anon(package.searchers[3]('missing.sub'))
--5.3> "\n\009no file '/none/missing/sub.so'\n\009no file '/none/loadall.so'"
--5.4> "no file '/none/missing/sub.so'\n\009no file '/none/loadall.so'"
package.searchers[4]('missing')
--> (nothing)
anon(package.searchers[4]('missing.sub'))
--5.3> "\n\009no file '/none/missing.so'\n\009no file '/none/loadall.so'"
--5.4> "no file '/none/missing.so'\n\009no file '/none/loadall.so'"
put('return 1') local loader, extra = package.searchers[2](base) return type(loader), anon(extra)
--> "function", "FILE"
package.path = '/none/?.lua;/none/?/init.lua'
--> (nothing)
require('perigee_missing')
--> error: t:1: module 'perigee_missing' not found:\n\009no field package.preload['perigee_missing']\n\009no file '/none/perigee_missing.lua'\n\009no file '/none/perigee_missing/init.lua'\n\009no file '/none/perigee_missing.so'\n\009no file '/none/loadall.so'
require('perigee_missing.sub')
--> error: t:1: module 'perigee_missing.sub' not found:\n\009no field package.preload['perigee_missing.sub']\n\009no file '/none/perigee_missing/sub.lua'\n\009no file '/none/perigee_missing/sub/init.lua'\n\009no file '/none/perigee_missing/sub.so'\n\009no file '/none/loadall.so'\n\009no file '/none/perigee_missing.so'\n\009no file '/none/loadall.so'
require('perigee_missing-1.2')
--> error: t:1: module 'perigee_missing-1.2' not found:\n\009no field package.preload['perigee_missing-1.2']\n\009no file '/none/perigee_missing-1/2.lua'\n\009no file '/none/perigee_missing-1/2/init.lua'\n\009no file '/none/perigee_missing-1/2.so'\n\009no file '/none/loadall.so'\n\009no file '/none/perigee_missing-1.so'\n\009no file '/none/loadall.so'
package.path = ''
--> (nothing)
require('perigee_missing')
--5.3> error: t:1: module 'perigee_missing' not found:\n\009no field package.preload['perigee_missing']\n\009no file '/none/perigee_missing.so'\n\009no file '/none/loadall.so'
--5.4> error: t:1: module 'perigee_missing' not found:\n\009no field package.preload['perigee_missing']\n\009no file ''\n\009no file '/none/perigee_missing.so'\n\009no file '/none/loadall.so'
package.cpath = ''
--> (nothing)
require('perigee_missing')
--5.3> error: t:1: module 'perigee_missing' not found:\n\009no field package.preload['perigee_missing']
--5.4> error: t:1: module 'perigee_missing' not found:\n\009no field package.preload['perigee_missing']\n\009no file ''\n\009no file ''
package.path = nil
--> (nothing)
require('perigee_missing')
--> error: 'package.path' must be a string
package.path = 5
--> (nothing)
require('perigee_missing')
--5.3> error: t:1: module 'perigee_missing' not found:\n\009no field package.preload['perigee_missing']\n\009no file '5'
--5.4> error: t:1: module 'perigee_missing' not found:\n\009no field package.preload['perigee_missing']\n\009no file '5'\n\009no file ''
package.path = {}
--> (nothing)
require('perigee_missing')
--> error: 'package.path' must be a string
package.path = '/none/?.lua' package.cpath = nil
--> (nothing)
require('perigee_missing')
--> error: 'package.cpath' must be a string
package.path, package.cpath = old_path, old_cpath
--> (nothing)
os.remove(name)
--> true
]==])

transcript('searchers', [==[
kept = package.searchers
--> (nothing)
package.searchers = {function(n) return function(...) return table.concat({'loaded', ...}, ' ') end, 'extra' end}
--> (nothing)
require('pm_s1')
--5.3> "loaded pm_s1 extra"
--5.4> "loaded pm_s1 extra", "extra"
package.searchers = {function(n) return '\n\tnot in my searcher' end, function(n) return nil end, function() return '\n\tnor here' end}
--> (nothing)
require('pm_s2')
--5.3> error: t:1: module 'pm_s2' not found:\n\009not in my searcher\n\009nor here
--5.4> error: t:1: module 'pm_s2' not found:\n\009\n\009not in my searcher\n\009\n\009nor here
package.searchers = {function(n) return 'plain text' end}
--> (nothing)
require('pm_s3')
--5.3> error: t:1: module 'pm_s3' not found:plain text
--5.4> error: t:1: module 'pm_s3' not found:\n\009plain text
package.searchers = {}
--> (nothing)
require('pm_s4')
--> error: t:1: module 'pm_s4' not found:
package.searchers = {function(n) return function(a, b) return {a, b} end end}
--> (nothing)
require('pm_s5')
--5.3> {"pm_s5"}
--5.4> {"pm_s5"}, nil
select('#', require('pm_s5b'))
--5.3> 1
--5.4> 2
package.searchers = {function(n) return 42 end, function() return true end}
--> (nothing)
require('pm_s6')
--5.3> error: t:1: module 'pm_s6' not found:42
--5.4> error: t:1: module 'pm_s6' not found:\n\00942
package.searchers = {function(n) error('searcher failed', 0) end}
--> (nothing)
require('pm_s7')
--> error: searcher failed
package.searchers = {1}
--> (nothing)
require('pm_s8')
--> error: attempt to call a number value
package.searchers = nil
--> (nothing)
require('pm_s9')
--> error: t:1: 'package.searchers' must be a table
package.searchers = 'x'
--> (nothing)
require('pm_s10')
--> error: t:1: 'package.searchers' must be a table
package.searchers = setmetatable({}, {__index = function() return 5 end})
--> (nothing)
require('pm_s11')
--> error: t:1: module 'pm_s11' not found:
package.searchers = kept
--> (nothing)
type(require('math'))
--> "table"
for k in pairs(package.loaded) do if type(k) == 'string' and k:find('^pm_') then package.loaded[k] = nil end end
--> (nothing)
]==])

transcript('package.loadlib', [==[
select('#', package.loadlib('/nonexistent/lib.so', 'f'))
--> 3
select(3, package.loadlib('/nonexistent/lib.so', 'f'))
--> "open"
package.loadlib('/nonexistent/lib.so', '*')
--> nil, "/nonexistent/lib.so: cannot open shared object file: No such file or directory", "open"
package.loadlib('/nonexistent/lib.so')
--> error: t:1: bad argument #2 to 'loadlib' (string expected, got no value)
package.loadlib()
--> error: t:1: bad argument #1 to 'loadlib' (string expected, got no value)
package.loadlib({}, 'f')
--> error: t:1: bad argument #1 to 'loadlib' (string expected, got table)
]==])

t.finish()
