-- Pattern matching: string.find, match, gmatch and gsub, and the messages of malformed patterns.

local t = require 'harness'
local transcript = dofile 'libraries/support/transcript.lua'

transcript('string.find, plain and simple', [==[
string.find('hello', 'l')
--> 3, 3
string.find('hello', 'xyz')
--> nil
string.find('hello', 'l', 4)
--> 4, 4
string.find('hello', 'l', 5)
--> nil
string.find('hello', 'l', -2)
--> 4, 4
string.find('hello', 'h', -100)
--> 1, 1
string.find('', '')
--> 1, 0
string.find('', '', 1)
--> 1, 0
string.find('', '', 2)
--> nil
string.find('', '', 10)
--> nil
string.find('abc', '')
--> 1, 0
string.find('abc', '', 3)
--> 3, 2
string.find('abc', '', 4)
--> 4, 3
string.find('abc', '', 5)
--> nil
string.find('abc', '', -1)
--> 3, 2
string.find('abc', '', 0)
--> 1, 0
string.find('abc', 'b', nil, true)
--> 2, 2
string.find('a.b', '.', 1, true)
--> 2, 2
string.find('a.b', '.', 2, true)
--> 2, 2
string.find('a.b', '.', 3, true)
--> nil
string.find('a%b', '%', 1, true)
--> 2, 2
string.find('a+b', '+b', 1, true)
--> 2, 3
string.find('aaab', 'ab', 1, true)
--> 3, 4
string.find('a\0a\0b', 'a\0b', 1, true)
--> 3, 5
string.find('a\0a\0b', 'a\0b')
--> 3, 5
string.find('a\0b', '\0')
--> 2, 2
string.find('a\0b', '%z')
--> 2, 2
string.find('abc', 'c', math.mininteger)
--> 3, 3
string.find('abc', 'c', math.maxinteger)
--> nil
string.find('abc', 'abcd')
--> nil
string.find('abc', 'abcd', 1, true)
--> nil
string.find('abc', '', 1, true)
--> 1, 0
string.find('abc', '', 4, true)
--> 4, 3
string.find('abc', '', 5, true)
--> nil
string.find(12345, 34)
--> 3, 4
string.find('abc', 'b', '2')
--> 2, 2
string.find('abc', 'b', 1.5)
--> error: t:1: bad argument #3 to 'find' (number has no integer representation)
string.find('abc')
--> error: t:1: bad argument #2 to 'find' (string expected, got no value)
string.find()
--> error: t:1: bad argument #1 to 'find' (string expected, got no value)
string.find('a', {})
--> error: t:1: bad argument #2 to 'find' (string expected, got table)
string.find(nil, 'a')
--> error: t:1: bad argument #1 to 'find' (string expected, got nil)
string.find('a', 'a', {})
--> error: t:1: bad argument #3 to 'find' (number expected, got table)
string.find('abc', '(b)(c)')
--> 2, 3, "b", "c"
string.find('abc', '()b()')
--> 2, 2, 2, 3
string.find('abc', '^b')
--> nil
string.find('abc', '^b', 2)
--> 2, 2
string.find('abc', 'c$')
--> 3, 3
string.find('a$c', '$c')
--> 2, 3
string.find('a^c', 'a^')
--> 1, 2
]==])

transcript('character classes', [==[
all = {} for i = 0, 255 do all[#all + 1] = string.char(i) end all = table.concat(all)
--> (nothing)
(all:gsub('%A', ''))
--> "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
(all:gsub('%D', ''))
--> "0123456789"
(all:gsub('%L', ''))
--> "abcdefghijklmnopqrstuvwxyz"
(all:gsub('%U', ''))
--> "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
(all:gsub('%S', ''))
--> "\009\n\011\012\013 "
(all:gsub('%P', ''))
--> "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
(all:gsub('%W', ''))
--> "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
(all:gsub('%X', ''))
--> "0123456789ABCDEFabcdef"
(all:gsub('%C', ''))
--> "\000\001\002\003\004\005\006\007\008\009\n\011\012\013\014\015\016\017\018\019\020\021\022\023\024\025\026\027\028\029\030\031\127"
#(all:gsub('%G', ''))
--> 94
#all:gsub('%a', '')
--> 204
#all:gsub('%d', '')
--> 246
#all:gsub('%l', '')
--> 230
#all:gsub('%u', '')
--> 230
#all:gsub('%s', '')
--> 250
#all:gsub('%p', '')
--> 224
#all:gsub('%w', '')
--> 194
#all:gsub('%x', '')
--> 234
#all:gsub('%c', '')
--> 223
#all:gsub('%g', '')
--> 162
#all:gsub('.', '')
--> 0
(all:gsub('[^a-f]', ''))
--> "abcdef"
(all:gsub('[^%d%u]', ''))
--> "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
(all:gsub('[^%-+]', ''))
--> "+-"
(all:gsub('[^]]', ''))
--> "]"
(all:gsub('[^^]', ''))
--> "^"
(all:gsub('[^a-]', ''))
--> "-a"
(all:gsub('[^-a]', ''))
--> "-a"
(all:gsub('[^%a-z]', ''))
--> "-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
(all:gsub('[^a-%%]', ''))
--> "]"
(all:gsub('[^%w_]', ''))
--> "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
(all:gsub('[\1-\255]', ''))
--> "\000"
#all:gsub('[\0-\127]', '')
--> 128
#all:gsub('[^\0]', '')
--> 1
('a]b'):find('[]]')
--> 2, 2
('a]b'):find('[^]]+')
--> 1, 1
('a^b'):find('[b^]')
--> 2, 2
('a-z'):find('[a%-z]+')
--> 1, 3
('%'):find('%%')
--> 1, 1
('a.b'):gsub('%.', '!')
--> "a!b", 1
('(x)'):gsub('%(', '<'):gsub('%)', '>')
--> "<x>", 1
('x[1]'):match('%[(%d)%]')
--> "1"
('a\\b'):find('\\')
--> 2, 2
('e'):find('[a-]')
--> nil
('-'):find('[a-]')
--> 1, 1
('z'):find('[z-a]')
--> nil
('ab'):find('[%]]')
--> nil
('é'):find('[é]')
--> 1, 1
('a,b'):match('[^,]*')
--> "a"
]==])

transcript('repetition', [==[
('aaa'):match('a*')
--> "aaa"
('aaa'):match('a+')
--> "aaa"
('aaa'):match('a-')
--> ""
('aaa'):match('a?')
--> "a"
('aaab'):match('a-b')
--> "aaab"
('aaab'):match('^a*b$')
--> "aaab"
('b'):match('a*')
--> ""
('b'):match('a+')
--> nil
('b'):match('a?b')
--> "b"
('ab'):match('a?b')
--> "ab"
('aab'):match('a?b')
--> "ab"
('<a><b>'):match('<.*>')
--> "<a><b>"
('<a><b>'):match('<.->')
--> "<a>"
('<a><b>'):match('<.+>')
--> "<a><b>"
('  trim  '):match('^%s*(.-)%s*$')
--> "trim"
('key = value'):match('^(%w+)%s*=%s*(%w+)$')
--> "key", "value"
('aXb'):match('%u*')
--> ""
('aXb'):match('%u+')
--> "X"
('x'):rep(1000):match('.-y')
--> nil
#('x'):rep(1000):match('.*')
--> 1000
('a*b'):match('a%*b')
--> "a*b"
('a**'):match('a**')
--> "a*"
('aa+'):match('a++')
--> "aa+"
('-'):match('--')
--> ""
('ab'):match('*')
--> nil
('*a'):match('^*')
--> "*"
('?'):match('?')
--> "?"
('a-b-c'):match('.-%-')
--> "a-"
('1234567'):gsub('(%d)(%d%d%d)$', '%1,%2')
--> "1234,567", 1
('"a" "b"'):match('"(.-)"')
--> "a"
('0x1F'):match('^0[xX](%x+)$')
--> "1F"
(''):match('.*')
--> ""
(''):match('.+')
--> nil
(''):match('.?')
--> ""
(''):match('.-')
--> ""
(''):match('^$')
--> ""
('\n\n'):match('\n*$')
--> "\n\n"
]==])

transcript('captures', [==[
('hello world'):match('(%w+) (%w+)')
--> "hello", "world"
('hello'):match('((h)(e)(l))')
--> "hel", "h", "e", "l"
('hello'):match('()ll()')
--> 3, 5
('hello'):match('(h)()')
--> "h", 2
('hello'):match('()')
--> 1
('abc'):match('(a)(b)(c)')
--> "a", "b", "c"
('abc'):match('(x?)abc')
--> ""
('abab'):match('(ab)%1')
--> "ab"
('abba'):match('(a)(b)%2%1')
--> "a", "b"
('xyzxyz'):match('(%a+)%1')
--> "xyz"
('"it\'s"'):match([[(["'])(.-)%1]])
--> "\"", "it's"
('a=1, b=2'):match('(%w)=(%w), (%w)=(%w)')
--> "a", "1", "b", "2"
('abc'):match('(()b())')
--> "b", 2, 3
('abc'):find('(()b())')
--> 2, 2, "b", 2, 3
('aaa'):match('(a*(.)%w(%s*))')
--> "aaa", "a", ""
select('#', ('x'):rep(32):match(('(x)'):rep(32)))
--> 32
('x'):rep(33):match(('(x)'):rep(33))
--> error: t:1: too many captures
('x'):match(('()'):rep(33))
--> error: t:1: too many captures
('hello'):match('(l)(l)', 4)
--> nil
('hello'):match('(l)(l)', 3)
--> "l", "l"
('date 2024-02-29'):match('(%d+)-(%d+)-(%d+)')
--> "2024", "02", "29"
('alo xyzK'):match('(%w+)K')
--> "xyz"
('254 K'):match('(%d*)K')
--> ""
('alo '):match('(%w*)$')
--> ""
('alo wo'):find('(%w*)$')
--> 5, 6, "wo"
('alo'):match('()$')
--> 4
('x=y'):match('^(.-)=(.*)$')
--> "x", "y"
('=y'):match('^(.-)=(.*)$')
--> "", "y"
('aab'):match('(a*)(a)(b)')
--> "a", "a", "b"
]==])

transcript('%b and %f', [==[
('f(a(b)c)d'):match('%b()')
--> "(a(b)c)"
('(()'):match('%b()')
--> "()"
('((a)'):find('%b()')
--> 2, 4
(')('):match('%b()')
--> nil
('x[[y]]z'):match('%b[]')
--> "[[y]]"
('"abc"'):match('%b""')
--> "\"abc\""
('aXbXc'):match('%bXX')
--> "XbX"
('if then else end'):gsub('%f[%w]%w+', string.upper)
--> "IF THEN ELSE END", 4
('THE (quick) fox'):find('%f[%a]%a+%f[%A]')
--> 1, 3
('THE (quick) fox'):gsub('%f[%a]%a+', '<%0>')
--> "<THE> (<quick>) <fox>", 3
('aba'):gsub('%f[a]', '#')
--> "#ab#a", 2
('aba'):gsub('%f[^a]', '#')
--> "a#ba#", 2
('aba'):gsub('%f[%z]', '#')
--> "aba#", 1
('aba'):gsub('%f[\0]', '#')
--> "aba#", 1
('foo.bar_baz'):gsub('%f[%w_]', '|')
--> "|foo.|bar_baz", 2
(''):find('%f[%z]')
--> nil
(''):find('%f[a]')
--> nil
('abc'):find('%f[%z]')
--> 4, 3
(' alo aalo allo'):find('%f[%S](.-%f[%s].-%f[%S])')
--> 2, 5, "alo "
('[[]] [] []'):gsub('%f[[].', '%%')
--> "%[]] %] %]", 3
('a\0a\0a'):gsub('%f[%z]', '.')
--> "a.\000a.\000a.", 3
(' \0\0\0 '):find('%b\0 ')
--> 4, 5
('alo(.)alo'):find('(.)', 1, 1)
--> 4, 6
('(a(b)(c))'):gsub('%b()', '')
--> "", 1
('x(a)y(b)'):gsub('%b()', string.len)
--> "x3y3", 2
]==])

transcript('malformed patterns', [==[
('a'):find('[')
--> error: t:1: malformed pattern (missing ']')
('a'):find('[a')
--> error: t:1: malformed pattern (missing ']')
('a'):find('[]')
--> error: t:1: malformed pattern (missing ']')
('a'):find('[^]')
--> error: t:1: malformed pattern (missing ']')
('a'):find('[a%]')
--> error: t:1: malformed pattern (missing ']')
('a'):find('[a%')
--> error: t:1: malformed pattern (missing ']')
('a'):find('[^')
--> error: t:1: malformed pattern (missing ']')
('a'):find('[a-')
--> error: t:1: malformed pattern (missing ']')
('a'):find('%')
--> error: t:1: malformed pattern (ends with '%')
('a'):find('a%')
--> error: t:1: malformed pattern (ends with '%')
('a'):find('(')
--> error: t:1: unfinished capture
('a'):find('(a')
--> error: t:1: unfinished capture
('a'):find('(a)(')
--> error: t:1: unfinished capture
('a'):find(')')
--> nil
('a'):find('a)')
--> nil
('a'):find('%1')
--> error: t:1: invalid capture index %1
('a'):find('(%1)')
--> error: t:1: invalid capture index %1
('aa'):find('(a)%2')
--> error: t:1: invalid capture index %2
('a'):find('(a)%0')
--> error: t:1: invalid capture index %0
('a'):find('%b')
--> error: t:1: malformed pattern (missing arguments to '%b')
('a'):find('%bx')
--> error: t:1: malformed pattern (missing arguments to '%b')
('a'):find('%f')
--> error: t:1: missing '[' after '%f' in pattern
('a'):find('%fx')
--> error: t:1: missing '[' after '%f' in pattern
('a'):find('%f')
--> error: t:1: missing '[' after '%f' in pattern
('a'):match('(()')
--> error: t:1: unfinished capture
('a'):gsub('(', '')
--> "a", 2
('a'):gsub('%', '')
--> error: t:1: malformed pattern (ends with '%')
('abc'):gsub('(a', '')
--> "bc", 1
('a'):gmatch('(')()
--> error: t:1: unfinished capture
('a'):gmatch('%')()
--> error: t:1: malformed pattern (ends with '%')
('a'):match('%g(')
--> error: t:1: unfinished capture
('aaa'):match('(a)*)')
--> nil
('a'):find('[%a-')
--> error: t:1: malformed pattern (missing ']')
('a'):find('[]a')
--> error: t:1: malformed pattern (missing ']')
('b'):find('a%')
--> nil
]==])

transcript('pattern too complex', [==[
('a'):rep(300000):find(('a?'):rep(300000))
--> error: t:1: pattern too complex
select(2, pcall(string.match, ('x'):rep(300000), ('(.-)'):rep(1) .. ('.?'):rep(250000)))
--> "pattern too complex"
('a'):rep(300000):match('^.-b') == nil
--> true
(('a'):rep(300000):match('^.-$')):len()
--> 300000
(('a'):rep(300000)):find('^.-b')
--> nil
('a'):rep(250000):match(('a'):rep(250000)) == ('a'):rep(250000)
--> true
]==])

transcript('string.match and find with an initial position', [==[
('hello'):match('l+', 4)
--> "l"
('hello'):match('.', -1)
--> "o"
('hello'):match('^l', 3)
--> "l"
('hello'):match('^h', 2)
--> nil
('hello'):match('.*', 6)
--> ""
('hello'):match('.*', 7)
--> nil
('hello'):match('', 7)
--> nil
('hello'):match('o$', -1)
--> "o"
('hello'):match('h', -100)
--> "h"
('2024'):match('%d+', 2)
--> "024"
string.match('abc', 'b', 1, 'ignored')
--> "b"
string.match('abc')
--> error: t:1: bad argument #2 to 'match' (string expected, got no value)
string.match()
--> error: t:1: bad argument #1 to 'match' (string expected, got no value)
string.match({}, 'a')
--> error: t:1: bad argument #1 to 'match' (string expected, got table)
string.match('a', 'a', 'x')
--> error: t:1: bad argument #3 to 'match' (number expected, got string)
string.match(123, '%d')
--> "1"
]==])

transcript('string.gmatch', [==[
function all(...) local r = {} for a, b in string.gmatch(...) do r[#r + 1] = b and {a, b} or a end return r end
--> (nothing)
all('one two three', '%a+')
--> {"one", "two", "three"}
all('k1=v1, k2=v2', '(%w+)=(%w+)')
--> {{"k1", "v1"}, {"k2", "v2"}}
all('abc', '')
--> {"", "", "", ""}
all('abc', '()')
--> {1, 2, 3, 4}
all('', '.')
--> {}
all('', '')
--> {""}
all('aXbX', '(.-)X')
--> {"a", "b"}
all('aab', 'a*')
--> {"aa", ""}
all('xaax', 'a*')
--> {"", "aa", ""}
all('abc', '.-')
--> {"", "", "", ""}
all('abc def', '%f[%a]')
--> {"", ""}
all('hello', 'l')
--> {"l", "l"}
all('abc', '.', 2)
--5.3> {"a", "b", "c"}
--5.4> {"b", "c"}
all('abc', '.', -1)
--5.3> {"a", "b", "c"}
--5.4> {"c"}
all('abc', '.', 10)
--5.3> {"a", "b", "c"}
--5.4> {}
all('abc', '.', -10)
--> {"a", "b", "c"}
all('abc', '', 4)
--5.3> {"", "", "", ""}
--5.4> {""}
all('abc', '', 5)
--5.3> {"", "", "", ""}
--5.4> {}
all('abc', '^a')
--> {}
all('^a^a', '^a')
--> {"^a", "^a"}
all('a\0b\0', '%Z+')
--> {"a", "b"}
all('1,2,,3', '([^,]*)')
--> {"1", "2", "", "3"}
all('1,2,,3', '([^,]*),?')
--> {"1", "2", "", "3"}
local f = string.gmatch('ab', '.') return f(), f(), f(), f()
--> "a", "b", nil
local f = string.gmatch('a', '.') f() return select('#', f())
--> 0
local f = string.gmatch('aXb', '()X()') return f()
--> 2, 3
select('#', string.gmatch('a', 'a'))
--> 1
string.gmatch('a')
--> error: t:1: bad argument #2 to 'gmatch' (string expected, got no value)
string.gmatch()
--> error: t:1: bad argument #1 to 'gmatch' (string expected, got no value)
string.gmatch('a', 'a', 'x')
--5.3> function
--5.4> error: t:1: bad argument #3 to 'gmatch' (number expected, got string)
string.gmatch({}, 'a')
--> error: t:1: bad argument #1 to 'gmatch' (string expected, got table)
string.gmatch('a', nil)
--> error: t:1: bad argument #2 to 'gmatch' (string expected, got nil)
local n = 0 for w in ('word '):rep(1000):gmatch('%a+') do n = n + #w end return n
--> 4000
local r = {} for k, v in string.gmatch('a=1,b=2', '(%w)=(%w)') do r[k] = v end return r
--> {a = "1", b = "2"}
local f = string.gmatch('xyz', '.') local co = coroutine.wrap(function() coroutine.yield(f()) return f() end) return co(), f(), co()
--> "x", "y", "z"
]==])

transcript('string.gsub with a string', [==[
('hello'):gsub('l', 'L')
--> "heLLo", 2
('hello'):gsub('l', 'L', 1)
--> "heLlo", 1
('hello'):gsub('l', 'L', 0)
--> "hello", 0
('hello'):gsub('l', 'L', -1)
--> "hello", 0
('hello'):gsub('l', 'L', 100)
--> "heLLo", 2
('hello'):gsub('', '-')
--> "-h-e-l-l-o-", 6
('hello'):gsub('', '-', 2)
--> "-h-ello", 2
(''):gsub('', '-')
--> "-", 1
(''):gsub('x', '-')
--> "", 0
(''):gsub('^', 'x')
--> "x", 1
(''):gsub('$', 'x')
--> "x", 1
('hello'):gsub('.', '%0%0')
--> "hheelllloo", 5
('hello world'):gsub('(%w+) (%w+)', '%2 %1')
--> "world hello", 1
('hello'):gsub('(l)(l)', '%2-%1-%0')
--> "hel-l-llo", 1
('hello'):gsub('l', '%%')
--> "he%%o", 2
('hello'):gsub('l', '%1')
--> "hello", 2
('abc'):gsub('%w', '%%%0')
--> "%a%b%c", 3
('abc'):gsub('b', '')
--> "ac", 1
('abc'):gsub('b', '\0')
--> "a\000c", 1
('abc'):gsub('^a', 'x')
--> "xbc", 1
('aaa'):gsub('^a', 'x')
--> "xaa", 1
('aaa'):gsub('a$', 'x')
--> "aax", 1
('abc'):gsub('$', '!')
--> "abc!", 1
('a b c'):gsub(' ', '%%20')
--> "a%20b%20c", 2
('abc'):gsub('()', '%1')
--> "1a2b3c4", 4
('abc'):gsub('b', 5)
--> "a5c", 1
('abc'):gsub('b', 1.5)
--> "a1.5c", 1
('hello world'):gsub('o', '0', 1)
--> "hell0 world", 1
('aaa'):gsub('a-', 'x')
--> "xaxaxax", 4
('aaa'):gsub('a*', 'x')
--> "x", 1
('baaac'):gsub('a*', 'x')
--> "xbxcx", 3
('abc'):gsub('x*', '-')
--> "-a-b-c-", 4
('a.b.c'):gsub('%.', '%%.')
--> "a%.b%.c", 2
('\u{e1}\u{e9}'):gsub(utf8.charpattern, '<%0>')
--> "<\195\161><\195\169>", 2
(('a'):rep(10)):gsub('a', 'b', '3')
--> "bbbaaaaaaa", 3
(('a'):rep(10)):gsub('a', 'b', 3.0)
--> "bbbaaaaaaa", 3
#(('abc'):rep(10000):gsub('b', 'xyz'))
--> 50000
('hello'):gsub('l', '%2')
--> error: t:1: invalid capture index %2
('hello'):gsub('(l)', '%2')
--> error: t:1: invalid capture index %2
('hello'):gsub('l', '%x')
--> error: t:1: invalid use of '%' in replacement string
('hello'):gsub('l', '%')
--> error: t:1: invalid use of '%' in replacement string
('hello'):gsub('l', 'a%')
--> error: t:1: invalid use of '%' in replacement string
('hello'):gsub('(l)', '%9')
--> error: t:1: invalid capture index %9
('hello'):gsub('z', '%9')
--> "hello", 0
('abc'):gsub('b', 'x', 'y')
--> error: t:1: bad argument #3 to 'gsub' (number expected, got string)
('abc'):gsub('b', 'x', 1.5)
--> error: t:1: bad argument #3 to 'gsub' (number has no integer representation)
('abc'):gsub('b')
--5.3> error: t:1: bad argument #2 to 'gsub' (string/function/table expected)
--5.4> error: t:1: bad argument #2 to 'gsub' (string/function/table expected, got no value)
('abc'):gsub('b', nil)
--5.3> error: t:1: bad argument #2 to 'gsub' (string/function/table expected)
--5.4> error: t:1: bad argument #2 to 'gsub' (string/function/table expected, got nil)
('abc'):gsub('b', true)
--5.3> error: t:1: bad argument #2 to 'gsub' (string/function/table expected)
--5.4> error: t:1: bad argument #2 to 'gsub' (string/function/table expected, got boolean)
('abc'):gsub()
--> error: t:1: bad argument #1 to 'gsub' (string expected, got no value)
string.gsub()
--> error: t:1: bad argument #1 to 'gsub' (string expected, got no value)
string.gsub({}, 'a', 'b')
--> error: t:1: bad argument #1 to 'gsub' (string expected, got table)
('abc'):gsub({}, 'b')
--> error: t:1: bad argument #1 to 'gsub' (string expected, got table)
]==])

transcript('string.gsub with a function', [==[
('hello'):gsub('l', function(c) return c:upper() end)
--> "heLLo", 2
('hello'):gsub('l', function() end)
--> "hello", 2
('hello'):gsub('l', function() return nil end)
--> "hello", 2
('hello'):gsub('l', function() return false end)
--> "hello", 2
('hello'):gsub('l', function() return 42 end)
--> "he4242o", 2
('hello'):gsub('l', function() return 1.5 end)
--> "he1.51.5o", 2
('hello'):gsub('(h)(e)', function(a, b) return b .. a end)
--> "ehllo", 1
('hello'):gsub('()l', function(p) return p end)
--> "he34o", 2
('hello'):gsub('l', function() return true end)
--> error: t:1: invalid replacement value (a boolean)
('hello'):gsub('l', function() return {} end)
--> error: t:1: invalid replacement value (a table)
('hello'):gsub('l', function() return print end)
--> error: t:1: invalid replacement value (a function)
('hello'):gsub('l', function() error('inside') end)
--> error: t:1: inside
('hello'):gsub('l', function() error({}) end)
--> error object: {}
('hello'):gsub('.', function(...) return select('#', ...) end)
--> "11111", 5
('abc'):gsub('', function(s) return '[' .. s .. ']' end)
--> "[]a[]b[]c[]", 4
local n = 0; return ('a b c'):gsub('%a', function(c) n = n + 1 return c .. n end)
--> "a1 b2 c3", 3
('abc'):gsub('%w', string.upper)
--> "ABC", 3
('abc'):gsub('%w', string.byte)
--> "979899", 3
('$name is $age'):gsub('%$(%w+)', function(k) return ({name = 'Lua', age = 30})[k] end)
--> "Lua is 30", 2
local co = coroutine.wrap(function() return (('abc'):gsub('.', function(c) coroutine.yield(c) end)) end) return pcall(co)
--> false, "attempt to yield across a C-call boundary"
('x = 5 + 3'):gsub('%d', function(d) return d * 2 end)
--5.3> "x = 10.0 + 6.0", 2
--5.4> "x = 10 + 6", 2
local r = ('ab'):gsub('.', function(c) return ('cd'):gsub('.', function(d) return c .. d end) end) return r
--> "acadbcbd"
]==])

transcript('string.gsub with a table', [==[
('hello'):gsub('l', {l = 'L'})
--> "heLLo", 2
('hello'):gsub('.', {h = 'H', o = 0, e = false})
--> "Hell0", 5
('hello'):gsub('.', {})
--> "hello", 5
('hello'):gsub('(l)(.)', {l = 'x'})
--> "hexo", 1
('hello'):gsub('()', {'a', 'b', [6] = 'z'})
--> "ahbelloz", 6
('hello'):gsub('l', setmetatable({}, {__index = function(_, k) return '<' .. k .. '>' end}))
--> "he<l><l>o", 2
('hello'):gsub('l', setmetatable({}, {__index = {l = 9}}))
--> "he99o", 2
('hello'):gsub('l', {l = true})
--> error: t:1: invalid replacement value (a boolean)
('hello'):gsub('l', {l = {}})
--> error: t:1: invalid replacement value (a table)
('hello'):gsub('e', {e = function() end})
--> error: t:1: invalid replacement value (a function)
('$a-$b-$c'):gsub('%$(%w)', {a = 1, b = 2.5, c = 'three'})
--> "1-2.5-three", 3
('hello'):gsub('l', setmetatable({}, {__index = function() error('no') end}))
--> error: t:1: no
]==])

t.finish()
