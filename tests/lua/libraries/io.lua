-- The io library on files of a temporary directory: opening, reading in every format, writing,
-- seeking, buffering, closing, pipes, default files, errors.

local t = require 'harness'
local transcript = dofile 'libraries/support/transcript.lua'

transcript('opening and closing', [==[
name = os.tmpname()
--> (nothing)
function put(text) local f = assert(io.open(name, 'wb')) f:write(text) f:close() end
--> (nothing)
function get() local f = assert(io.open(name, 'rb')) local s = f:read('a') f:close() return s end
--> (nothing)
function reading(text, ...) put(text) local f = io.open(name) local r = table.pack(f:read(...)) f:close() return table.unpack(r, 1, r.n) end
--> (nothing)
io.type(io.open(name))
--> "file"
io.open('/nonexistent/file')
--> nil, "/nonexistent/file: No such file or directory", 2
io.open('/nonexistent/file', 'w')
--> nil, "/nonexistent/file: No such file or directory", 2
io.open(name, 'x')
--> error: t:1: bad argument #2 to 'open' (invalid mode)
io.open(name, '')
--> error: t:1: bad argument #2 to 'open' (invalid mode)
io.open(name, 'rw')
--> error: t:1: bad argument #2 to 'open' (invalid mode)
io.open(name, 'r+b+')
--> error: t:1: bad argument #2 to 'open' (invalid mode)
io.open(name, 'rb'):close()
--> true
io.open(name, 'a+b'):close()
--> true
io.open(name, 'r+'):close()
--> true
io.open(name, 'bw')
--> error: t:1: bad argument #2 to 'open' (invalid mode)
io.open()
--> error: t:1: bad argument #1 to 'open' (string expected, got no value)
io.open({})
--> error: t:1: bad argument #1 to 'open' (string expected, got table)
io.open(name, {})
--> error: t:1: bad argument #2 to 'open' (string expected, got table)
local f = io.open(name) return f:close(), io.type(f), tostring(f)
--> true, "closed file", "file (closed)"
local f = io.open(name) f:close() return f:close()
--> error: t:1: attempt to use a closed file
local f = io.open(name) f:close() return f:read()
--> error: t:1: attempt to use a closed file
local f = io.open(name) f:close() return f:write('x')
--> error: t:1: attempt to use a closed file
local f = io.open(name) f:close() return f:lines()
--> error: t:1: attempt to use a closed file
local f = io.open(name) f:close() return f:seek()
--> error: t:1: attempt to use a closed file
local f = io.open(name) f:close() return f:setvbuf('no')
--> error: t:1: attempt to use a closed file
local f = io.open(name) f:close() return f:flush()
--> error: t:1: attempt to use a closed file
local f = io.open(name) f:close() return io.close(f)
--> error: t:1: attempt to use a closed file
local f = io.open(name) f:close() io.input(f) return io.read()
--> error: t:1: attempt to use a closed file
local f = io.open(name) return tostring(f):gsub('0x%x+', 'ADDRESS')
--> "file (ADDRESS)", 1
local f = io.open(name) local g = io.open(name) return f == f, f == g
--> true, false
io.type(io.stdin), io.type(io.stdout), io.type(io.stderr)
--> "file", "file", "file"
io.type(42), io.type({}), io.type(nil)
--> nil, nil, nil
io.type()
--> error: t:1: bad argument #1 to 'type' (value expected)
tostring(io.stdout):match('^file %(0x%x+%)$') ~= nil
--> true
getmetatable(io.stdout).__name
--> "FILE*"
io.close(nil)
--> error: t:1: bad argument #1 to 'close' (FILE* expected, got nil)
io.close({})
--> error: t:1: bad argument #1 to 'close' (FILE* expected, got table)
io.close('x')
--> error: t:1: bad argument #1 to 'close' (FILE* expected, got string)
io.stdout.close()
--> error: t:1: bad argument #1 to 'close' (FILE* expected, got no value)
io.stdout.write()
--> error: t:1: bad argument #1 to 'write' (FILE* expected, got no value)
io.stdout.read({})
--> error: t:1: bad argument #1 to 'read' (FILE* expected, got table)
io.stdout:nothing()
--> error: t:1: attempt to call a nil value (method 'nothing')
io.stdout.x
--> nil
io.stdout.x = 1
--> error: t:1: attempt to index a FILE* value (field 'stdout')
#io.stdout
--> error: t:1: attempt to get length of a FILE* value (field 'stdout')
local f = io.open(name) local co = coroutine.wrap(function() local g <close> = f coroutine.yield(io.type(g)) end) return co(), co(), io.type(f)
--5.3> does not compile: t:1: unexpected symbol near '<'
--5.4> "file", nil, "closed file"
do local f <close> = io.open(name) kept = f end
--5.3> does not compile: t:1: unexpected symbol near '<'
--5.4> (nothing)
io.type(kept)
--5.3> nil
--5.4> "closed file"
local f = io.open(name) getmetatable(f).__close(f) return io.type(f)
--5.3> error: t:1: attempt to call a nil value (field '__close')
--5.4> "closed file"
local f = io.open(name) getmetatable(f).__gc(f) return io.type(f)
--> "closed file"
getmetatable(io.stdout).__gc({})
--> error: t:1: bad argument #1 to '__gc' (FILE* expected, got table)
getmetatable(io.stdout).__tostring(1)
--> error: t:1: bad argument #1 to '__tostring' (FILE* expected, got number)
local keys = {} for k in pairs(getmetatable(io.stdout).__index) do keys[#keys + 1] = k end table.sort(keys) return table.concat(keys, ' ')
--5.3> "__gc __index __name __tostring close flush lines read seek setvbuf write"
--5.4> "close flush lines read seek setvbuf write"
local keys = {} for k in pairs(getmetatable(io.stdout)) do keys[#keys + 1] = k end table.sort(keys) return table.concat(keys, ' ')
--5.3> "__gc __index __name __tostring close flush lines read seek setvbuf write"
--5.4> "__close __gc __index __name __tostring"
local keys = {} for k in pairs(io) do keys[#keys + 1] = k end table.sort(keys) return table.concat(keys, ' ')
--> "close flush input lines open output popen read stderr stdin stdout tmpfile type write"
os.remove(name)
--> true
]==])

transcript('writing', [==[
name = os.tmpname()
--> (nothing)
function get() local f = assert(io.open(name, 'rb')) local s = f:read('a') f:close() return s end
--> (nothing)
local f = io.open(name, 'w') local r = f:write('a', 1, 2.5, 'b') == f f:close() return r, get()
--> true, "a12.5b"
local f = io.open(name, 'w') f:write('x'):write('y'):write('z') f:close() return get()
--> "xyz"
local f = io.open(name, 'a') f:write('!') f:close() return get()
--> "xyz!"
local f = io.open(name, 'w') f:write() f:close() return get()
--> ""
local f = io.open(name, 'w') f:write('a\0b\n') f:close() return get()
--> "a\000b\n"
local f = io.open(name, 'w') f:write(1, ' ', 1.0, ' ', -0.0, ' ', 1e100, ' ', math.mininteger, ' ', 0.1) f:close() return get()
--> "1 1 -0 1e+100 -9223372036854775808 0.1"
local f = io.open(name, 'w') local r = table.pack(pcall(f.write, f, 'a', {}, 'b')) f:close() return r, get()
--> {false, "bad argument #3 to '?' (string expected, got table)", n = 2}, "a"
local f = io.open(name, 'w') local r = table.pack(pcall(f.write, f, nil)) f:close() return r
--> {false, "bad argument #2 to '?' (string expected, got nil)", n = 2}
local f = io.open(name, 'w') local r = table.pack(pcall(function() f:write(true) end)) f:close() return r
--> {false, "t:1: bad argument #1 to 'write' (string expected, got boolean)", n = 2}
io.stdout:write({})
--> error: t:1: bad argument #1 to 'write' (string expected, got table)
io.write({})
--> error: t:1: bad argument #1 to 'write' (string expected, got table)
io.write('', {})
--> error: t:1: bad argument #2 to 'write' (string expected, got table)
local f = io.open(name, 'r') local r = table.pack(f:write('x')) f:close() return r
--> {[2] = "Bad file descriptor", [3] = 9, n = 3}
local f = io.open(name, 'w') local r = table.pack(f:read()) f:close() return r
--> {[2] = "Bad file descriptor", [3] = 9, n = 3}
local f = io.open(name, 'w') local r = table.pack(f:read('a')) f:close() return r
--> {[2] = "Bad file descriptor", [3] = 9, n = 3}
local f = io.open(name, 'w') f:write('kept') f:flush() local s = get() f:close() return s
--> "kept"
local f = io.open(name, 'w') return f:flush() == f, f:close()
--> false, true
io.stdout:flush() == io.stdout
--> false
io.flush() == io.stdout or io.flush()
--> true
local f = io.open(name, 'r+') f:write('KE') f:seek('set', 1) local s = f:read('a') f:close() return s, get()
--> "E", "KE"
local f = io.open(name, 'w+') f:write('hello') f:seek('set') local s = f:read('a') f:close() return s
--> "hello"
local f = io.open(name, 'w') f:write(('x'):rep(100000)) f:close() return #get()
--> 100000
os.remove(name)
--> true
]==])

transcript('reading lines and blocks', [==[
name = os.tmpname()
--> (nothing)
function reading(text, ...) local f = io.open(name, 'wb') f:write(text) f:close() f = io.open(name) local r = table.pack(f:read(...)) f:close() return table.unpack(r, 1, r.n) end
--> (nothing)
reading('one\ntwo\nthree')
--> "one"
reading('one\ntwo\nthree', 'l', 'l', 'l', 'l')
--> "one", "two", "three", nil
reading('one\ntwo\n', 'L', 'L', 'L')
--> "one\n", "two\n", nil
reading('one\ntwo', 'L', 'L', 'L')
--> "one\n", "two", nil
reading('\n\nx', 'l', 'l', 'l')
--> "", "", "x"
reading('', 'l')
--> nil
reading('', 'L')
--> nil
reading('', 'a')
--> ""
reading('', 'n')
--> nil
reading('', 0)
--> nil
reading('', 1)
--> nil
reading('x', 0)
--> ""
reading('all of\nit', 'a')
--> "all of\nit"
reading('all of\nit', 'a', 'a', 'l')
--> "all of\nit", "", nil
reading('all', '*a')
--> "all"
reading('one\ntwo', '*l', '*L')
--> "one", "two"
reading('12 x', '*n')
--> 12
reading('abcdef', 2, 3, 4, 5)
--> "ab", "cde", "f", nil
reading('abcdef', 0, 2, 0)
--> "", "ab", ""
reading('abc', 100)
--> "abc"
reading('abc', '2')
--> error: t:1: bad argument #1 to 'read' (invalid format)
reading('a\0b\nc', 'l', 'l')
--> "a\000b", "c"
reading('a\r\nb', 'l', 'l')
--> "a\013", "b"
reading('line\n12 word', 'l', 'n', 'l')
--> "line", 12, " word"
reading('abc', 3, 0)
--> "abc", nil
reading('abc', 3, 1)
--> "abc", nil
reading('one\ntwo\nthree', 'l', 'x')
--> error: t:1: bad argument #2 to 'read' (invalid format)
reading('abc', 'q')
--> error: t:1: bad argument #1 to 'read' (invalid format)
reading('abc', '')
--> error: t:1: bad argument #1 to 'read' (invalid format)
reading('abc', '*')
--> error: t:1: bad argument #1 to 'read' (invalid format)
reading('abc', {})
--> error: t:1: bad argument #1 to 'read' (string expected, got table)
reading('abc', nil)
--> error: t:1: bad argument #1 to 'read' (string expected, got nil)
reading('abc', 1.5)
--> error: t:1: bad argument #1 to 'read' (number has no integer representation)
reading('abc', 'line')
--> "abc"
reading('abc\ndef', 'lines')
--> "abc"
#reading(('x'):rep(5000) .. '\n', 'l')
--> 5000
#reading(('x'):rep(5000), 5000)
--> 5000
select('#', reading('abc', 'l', 'l', 'l', 'l'))
--> 2
os.remove(name)
--> true
]==])

transcript('reading numbers', [==[
name = os.tmpname()
--> (nothing)
function number(text, ...) local f = io.open(name, 'wb') f:write(text) f:close() f = io.open(name) local r = table.pack(f:read('n', 'a')) f:close() return table.unpack(r, 1, r.n) end
--> (nothing)
number('12')
--> 12, ""
number('12 rest')
--> 12, " rest"
number('  \n\t 12rest')
--> 12, "rest"
number('-12')
--> -12, ""
number('+12')
--> 12, ""
number('12.5')
--> 12.5, ""
number('.5x')
--> 0.5, "x"
number('5.')
--> 5.0, ""
number('1e5')
--> 100000.0, ""
number('1e+5,')
--> 100000.0, ","
number('1E-2')
--> 0.01, ""
number('0x1F')
--> 31, ""
number('0xA.8')
--> 10.5, ""
number('0x.8p1')
--> 1.0, ""
number('0x1p-2')
--> 0.25, ""
number('-0x10')
--> -16, ""
number('0x')
--> nil
number('0xg')
--> nil
number('1e')
--> nil
number('1e+')
--> nil
number('1e5.5')
--> 100000.0, ".5"
number('.')
--> nil
number('-')
--> nil
number('- 1')
--> nil
number('--1')
--> nil
number('e5')
--> nil
number('.e5')
--> nil
number('1.2.3')
--> 1.2, ".3"
number('12abc')
--> 12, "abc"
number('0b1')
--> 0, "b1"
number('nan')
--> nil
number('inf')
--> nil
number('9223372036854775807')
--> 9223372036854775807, ""
number('9223372036854775808')
--> 9.223372036854776e+18, ""
number('-9223372036854775808')
--> -9223372036854775808, ""
number('0xffffffffffffffff')
--> -1, ""
number('1' .. ('0'):rep(100))
--> 1e+100, ""
number(('1'):rep(199))
--> 1.1111111111111111e+198, ""
number(('1'):rep(200))
--> 1.1111111111111111e+199, ""
number(('1'):rep(201))
--> nil
number('0.' .. ('1'):rep(250))
--> nil
number('1,5')
--> 1, ",5"
number('')
--> nil
number('   ')
--> nil
number('x')
--> nil
number('0')
--> 0, ""
number('00012')
--> 12, ""
number('-0')
--> 0, ""
number('-0.0')
--> -0.0, ""
local f = io.open(name, 'w') f:write('1 2.5 0x10\n-3 x 4') f:close() f = io.open(name) local r = table.pack(f:read('n', 'n', 'n', 'n', 'n', 'n')) f:close() return r
--> {1, 2.5, 16, -3, n = 5}
os.remove(name)
--> true
]==])

transcript('io.lines and file:lines', [==[
name = os.tmpname()
--> (nothing)
function put(text) local f = assert(io.open(name, 'wb')) f:write(text) f:close() end
--> (nothing)
function all(...) local r = {} for a, b in io.lines(name, ...) do r[#r + 1] = b and {a, b} or a end return r end
--> (nothing)
put('one\ntwo\n\nfour')
--> (nothing)
all()
--> {"one", "two", "", "four"}
all('l')
--> {"one", "two", "", "four"}
all('L')
--> {"one\n", "two\n", "\n", "four"}
all(1)
--> {"o", "n", "e", "\n", "t", "w", "o", "\n", "\n", "f", "o", "u", "r"}
all(3)
--> {"one", "\ntw", "o\n\n", "fou", "r"}
all(4, 1)
--> {{"one\n", "t"}, {"wo\n\n", "f"}, "our"}
all('l', 'l')
--> {{"one", "two"}, {"", "four"}}
all(2, 'l')
--> {{"on", "e"}, {"tw", "o"}, {"\nf", "our"}}
put('1 2 3')
--> (nothing)
all('n')
--> {1, 2, 3}
all('n', 'n')
--> {{1, 2}, 3}
put('1 2 x 3')
--> (nothing)
all('n')
--> {1, 2}
put('')
--> (nothing)
all()
--> {}
all('L')
--> {}
all(1)
--> {}
for l in io.lines(name, 'a') do return l end
--> ""
io.lines('/nonexistent/file')
--> error: t:1: cannot open file '/nonexistent/file' (No such file or directory)
for l in io.lines('/nonexistent/file') do end
--> error: t:1: cannot open file '/nonexistent/file' (No such file or directory)
io.lines({})
--> error: t:1: bad argument #1 to 'lines' (string expected, got table)
(pcall(all, 'x'))
--> false
all('x')
--> error: t:1: bad argument #2 to 'for iterator' (invalid format)
all({})
--> error: t:1: bad argument #2 to 'for iterator' (string expected, got table)
put('one\ntwo')
--> (nothing)
select('#', io.lines(name))
--5.3> 1
--5.4> 4
local a, b, c, d = io.lines(name) return io.type(d), b, c
--5.3> nil, nil, nil
--5.4> "file", nil, nil
local f = io.lines(name) return f(), f(), f()
--> "one", "two"
local f = io.lines(name) f() f() f() return f()
--> error: t:1: file is already closed
local f = io.open(name) local r = {} for l in f:lines() do r[#r + 1] = l end return r, io.type(f), f:close()
--> {"one", "two"}, "file", true
local f = io.open(name) local r = {} for l in f:lines('L') do r[#r + 1] = l end f:close() return r
--> {"one\n", "two"}
local f = io.open(name) local it = f:lines() f:close() return it()
--> error: t:1: file is already closed
local f = io.open(name) local it = f:lines(1, 2) return it()
--> "o", "ne"
local f = io.open(name) return select('#', f:lines())
--> 1
local f for l in io.lines(name) do if l == 'one' then break end end return 'left early'
--> "left early"
local f = io.open(name) return pcall(f.lines, f, table.unpack((function() local r = {} for i = 1, 251 do r[i] = 'l' end return r end)()))
--> false, "bad argument #252 to '?' (too many arguments)"
local n = 0 for _ = 1, 300 do for l in io.lines(name) do n = n + 1 break end end return n
--> 300
os.remove(name)
--> true
]==])

transcript('seek and setvbuf', [==[
name = os.tmpname()
--> (nothing)
local f = io.open(name, 'w') f:write('0123456789') f:close()
--> (nothing)
f = io.open(name)
--> (nothing)
f:seek()
--> 0
f:seek('end')
--> 10
f:seek('set')
--> 0
f:seek('set', 3), f:read(2), f:seek()
--> 3, "34", 5
f:seek('cur', 2), f:read(1)
--> 7, "7"
f:seek('cur', -1), f:read(1)
--> 7, "7"
f:seek('end', -2), f:read('a')
--> 8, "89"
f:seek('set', 100), f:read(1)
--> 100, nil
f:seek('set', -1)
--> nil, "Invalid argument", 22
f:seek('cur', -1000)
--> nil, "Invalid argument", 22
f:seek('bad')
--> error: t:1: bad argument #1 to 'seek' (invalid option 'bad')
f:seek('set', 1.5)
--> error: t:1: bad argument #2 to 'seek' (number has no integer representation)
f:seek('set', 'x')
--> error: t:1: bad argument #2 to 'seek' (number expected, got string)
f:seek({})
--> error: t:1: bad argument #1 to 'seek' (string expected, got table)
f:seek('set', 2.0)
--> 2
f:seek('set', '4')
--> 4
f:seek(nil, 0)
--> 4
f:setvbuf('no')
--> true
f:setvbuf('full')
--> true
f:setvbuf('line')
--> true
f:setvbuf('full', 1024)
--> true
f:setvbuf('bad')
--> error: t:1: bad argument #1 to 'setvbuf' (invalid option 'bad')
f:setvbuf()
--> error: t:1: bad argument #1 to 'setvbuf' (string expected, got no value)
f:setvbuf('full', 'x')
--> error: t:1: bad argument #2 to 'setvbuf' (number expected, got string)
f:close()
--> true
local g = io.open(name, 'w') g:setvbuf('no') g:write('now') local s = io.open(name):read('a') g:close() return s
--> "now"
local g = io.open(name, 'w') g:setvbuf('full', 4096) g:write('later') local s = io.open(name):read('a') g:close() return s, io.open(name):read('a')
--> "", "later"
os.remove(name)
--> true
]==])

transcript('default input and output', [==[
name = os.tmpname()
--> (nothing)
before_in, before_out = io.input(), io.output()
--> (nothing)
before_in == io.stdin, before_out == io.stdout
--> true, true
io.output(name) == io.output()
--> true
io.write('one\n', 2, '\n', 3.5, '\n') == io.output()
--> true
io.close()
--> true
pcall(io.write, 'x')
--5.3> false, "standard output file is closed"
--5.4> false, "default output file is closed"
pcall(io.close)
--> false, "attempt to use a closed file"
pcall(io.flush)
--5.3> false, "standard output file is closed"
--5.4> false, "default output file is closed"
io.output(before_out) == io.stdout
--> true
io.input(name) == io.input()
--> true
io.read()
--> "one"
io.read('n', 'l')
--> 2, ""
io.read('a')
--> "3.5\n"
io.read('l')
--> nil
io.read('a')
--> ""
io.lines()()
--> (nothing)
io.close(io.input())
--> true
pcall(io.read)
--5.3> false, "standard input file is closed"
--5.4> false, "default input file is closed"
pcall(io.lines)
--> false, "attempt to use a closed file"
pcall(io.read, 'a')
--5.3> false, "standard input file is closed"
--5.4> false, "default input file is closed"
io.input(before_in) == io.stdin
--> true
io.input('/nonexistent/file')
--> error: t:1: cannot open file '/nonexistent/file' (No such file or directory)
io.output('/nonexistent/file')
--> error: t:1: cannot open file '/nonexistent/file' (No such file or directory)
io.input({})
--> error: t:1: bad argument #1 to 'input' (FILE* expected, got table)
io.output(1.5) == io.output(), io.output():close(), os.remove('1.5')
--> true, true, true
io.output(before_out) == io.stdout
--> true
io.input(io.open(name)) ~= nil, io.read()
--> true, "one"
local r = {} for l in io.lines() do r[#r + 1] = l end return r
--> {"2", "3.5"}
io.type(io.input())
--> "file"
io.input():close()
--> true
io.input(before_in) == io.stdin
--> true
os.remove(name)
--> true
]==])

transcript('io.popen', [==[
local p = io.popen('echo hello; echo there') local r = {p:read('l'), p:read('a')} return r, p:close()
--> {"hello", "there\n"}, true, "exit", 0
local p = io.popen('exit 3') return p:close()
--> nil, "exit", 3
local p = io.popen('true') return p:close()
--> true, "exit", 0
local p = io.popen('false') return p:close()
--> nil, "exit", 1
local p = io.popen('kill -9 $$') return p:close()
--> nil, "signal", 9
local p = io.popen('kill -15 $$') return p:close()
--> nil, "signal", 15
local p = io.popen('cat >/dev/null', 'w') return p:write('x') == p, p:close()
--> true, true, "exit", 0
local name = os.tmpname() local p = io.popen('cat > ' .. name, 'w') p:write('through a pipe') p:close() local f = io.open(name) local s = f:read('a') f:close() os.remove(name) return s
--> "through a pipe"
local p = io.popen('true') return io.type(p), p:close(), io.type(p)
--> "file", true, "closed file"
local p = io.popen('echo x') p:close() return p:read()
--> error: t:1: attempt to use a closed file
local r = {} for l in io.popen('echo a; echo b'):lines() do r[#r + 1] = l end return r
--> {"a", "b"}
local p = io.popen('printf "1 2 3"') local r = {p:read('n', 'n', 'n')} p:close() return r
--> {1, 2, 3}
io.popen('cat', 'r+')
--> error: t:1: bad argument #2 to 'popen' (invalid mode)
io.popen('echo', 'x')
--> error: t:1: bad argument #2 to 'popen' (invalid mode)
io.popen('echo', 'rw')
--> error: t:1: bad argument #2 to 'popen' (invalid mode)
io.popen()
--> error: t:1: bad argument #1 to 'popen' (string expected, got no value)
io.popen({})
--> error: t:1: bad argument #1 to 'popen' (string expected, got table)
local p = io.popen('true') return p:seek()
--> nil, "Illegal seek", 29
do local p <close> = io.popen('true') end
--5.3> does not compile: t:1: unexpected symbol near '<'
--5.4> (nothing)
]==])

transcript('io.tmpfile', [==[
local f = io.tmpfile() f:write('temporary') f:seek('set') local s = f:read('a') return s, io.type(f), f:close()
--> "temporary", "file", true
local f = io.tmpfile() return f:seek('end'), f:read('a'), f:read('l')
--> 0, "", nil
]==])

t.test('files are closed when collected', function()
  local name = os.tmpname()
  do
    local f = io.open(name, 'w')
    f:write('flushed by the collector')
  end
  collectgarbage()
  collectgarbage()
  local f = assert(io.open(name))
  t.eq(f:read('a'), 'flushed by the collector')
  f:close()
  os.remove(name)
end)

t.finish()
