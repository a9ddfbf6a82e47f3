-- The os library: time and date with normalisation, environment, files, errors. It holds in
-- every time zone: absolute moments are shown by `!` formats only.

local t = require 'harness'
local transcript = dofile 'libraries/support/transcript.lua'

transcript('os.date in UTC', [==[
os.date('!%Y-%m-%d %H:%M:%S', 0)
--> "1970-01-01 00:00:00"
os.date('!%Y-%m-%d %H:%M:%S', 86400 * 365)
--> "1971-01-01 00:00:00"
os.date('!%Y-%m-%d %H:%M:%S', 951782400)
--> "2000-02-29 00:00:00"
os.date('!%Y-%m-%d %H:%M:%S', 1e9)
--> "2001-09-09 01:46:40"
os.date('!%Y-%m-%d', -86400)
--> "1969-12-31"
os.date('!%Y-%m-%d', 253402300799)
--> "9999-12-31"
os.date('!%c', 0)
--> "Thu Jan  1 00:00:00 1970"
os.date('!%x', 0)
--> "01/01/70"
os.date('!%X', 0)
--> "00:00:00"
os.date('!%a %A', 0)
--> "Thu Thursday"
os.date('!%b %B %h', 0)
--> "Jan January Jan"
os.date('!%C %d %D %e', 0)
--> "19 01 01/01/70  1"
os.date('!%F %g %G', 0)
--> "1970-01-01 70 1970"
os.date('!%H %I %j', 3600 * 15)
--> "15 03 001"
os.date('!%m %M %n', 0)
--> "01 00 \n"
os.date('!%p %r %R', 3600 * 15)
--> "PM 03:00:00 PM 15:00"
os.date('!%S %t %T', 59)
--> "59 \009 00:00:59"
os.date('!%u %U %V', 0)
--> "4 00 01"
os.date('!%w %W %y', 0)
--> "4 00 70"
os.date('!%Y %Z %%', 0)
--> "1970 GMT %"
os.date('!%z', 0)
--> "+0000"
os.date('!%Ec %EC %Ex %EX %Ey %EY', 0)
--> "Thu Jan  1 00:00:00 1970 19 01/01/70 00:00:00 70 1970"
os.date('!%Od %Oe %OH %OI %Om %OM %OS %Ou %OU %OV %Ow %OW %Oy', 0)
--> "01  1 00 12 01 00 00 4 00 01 4 00 70"
os.date('!', 0)
--> ""
os.date('', 0)
--> ""
os.date('!plain text', 0)
--> "plain text"
os.date('!a\0b', 0)
--> "a\000b"
os.date('!%d%d%d', 0)
--> "010101"
os.date('!*t', 0)
--> {day = 1, hour = 0, isdst = false, min = 0, month = 1, sec = 0, wday = 5, yday = 1, year = 1970}
os.date('!*t', 1709210096)
--> {day = 29, hour = 12, isdst = false, min = 34, month = 2, sec = 56, wday = 5, yday = 60, year = 2024}
os.date('!*t', 0.0).year
--> 1970
os.date('!*t', '0').year
--> 1970
os.date('!*t extra', 0).year
--> nil
type(os.date())
--> "string"
os.date('*t').isdst == false or os.date('*t').isdst == true
--> true
#os.date('!%c', 1e9)
--> 24
#os.date(('!%Y'):rep(1) .. ('%Y'):rep(199), 0)
--> 800
os.date('%', 0)
--> error: t:1: bad argument #1 to 'date' (invalid conversion specifier '%')
os.date('%Q', 0)
--> error: t:1: bad argument #1 to 'date' (invalid conversion specifier '%Q')
os.date('%E', 0)
--> error: t:1: bad argument #1 to 'date' (invalid conversion specifier '%E')
os.date('%Ez', 0)
--> error: t:1: bad argument #1 to 'date' (invalid conversion specifier '%Ez')
os.date('%O', 0)
--> error: t:1: bad argument #1 to 'date' (invalid conversion specifier '%O')
os.date('%Oc', 0)
--> error: t:1: bad argument #1 to 'date' (invalid conversion specifier '%Oc')
os.date('%EQ', 0)
--> error: t:1: bad argument #1 to 'date' (invalid conversion specifier '%EQ')
os.date('%9', 0)
--> error: t:1: bad argument #1 to 'date' (invalid conversion specifier '%9')
os.date('%:', 0)
--> error: t:1: bad argument #1 to 'date' (invalid conversion specifier '%:')
os.date('!%Y', 2^60)
--5.3> error: t:1: time result cannot be represented in this installation
--5.4> error: t:1: date result cannot be represented in this installation
os.date('!%Y', math.maxinteger)
--5.3> error: t:1: time result cannot be represented in this installation
--5.4> error: t:1: date result cannot be represented in this installation
os.date('!*t', math.mininteger)
--5.3> error: t:1: time result cannot be represented in this installation
--5.4> error: t:1: date result cannot be represented in this installation
os.date('!%Y', 1.5)
--> error: t:1: bad argument #2 to 'date' (number has no integer representation)
os.date('!%Y', 'x')
--> error: t:1: bad argument #2 to 'date' (number expected, got string)
os.date('!%Y', {})
--> error: t:1: bad argument #2 to 'date' (number expected, got table)
os.date({})
--> error: t:1: bad argument #1 to 'date' (string expected, got table)
]==])

transcript('os.time', [==[
function shown(when, format) return os.date(format or '%Y-%m-%d %H:%M:%S', when) end
--> (nothing)
shown(os.time {year = 2024, month = 2, day = 29})
--> "2024-02-29 12:00:00"
shown(os.time {year = 2024, month = 2, day = 30})
--> "2024-03-01 12:00:00"
shown(os.time {year = 2023, month = 14, day = 1})
--> "2024-02-01 12:00:00"
shown(os.time {year = 2024, month = 0, day = 1})
--> "2023-12-01 12:00:00"
shown(os.time {year = 2024, month = -11, day = 1})
--> "2023-01-01 12:00:00"
shown(os.time {year = 2024, month = 3, day = 0})
--> "2024-02-29 12:00:00"
shown(os.time {year = 2024, month = 1, day = 366})
--> "2024-12-31 12:00:00"
shown(os.time {year = 2024, month = 1, day = 1, hour = 25})
--> "2024-01-02 01:00:00"
shown(os.time {year = 2024, month = 1, day = 1, hour = 0, min = -1})
--> "2023-12-31 23:59:00"
shown(os.time {year = 2024, month = 1, day = 1, hour = 0, min = 0, sec = -1})
--> "2023-12-31 23:59:59"
shown(os.time {year = 2024, month = 1, day = 1, hour = 0, sec = 100000})
--> "2024-01-02 03:46:40"
shown(os.time {year = '2024', month = '1', day = '15', hour = '6'})
--> "2024-01-15 06:00:00"
shown(os.time {year = 2024.0, month = 1.0, day = 2.0})
--> "2024-01-02 12:00:00"
shown(os.time {year = 1900, month = 1, day = 1})
--> "1900-01-01 12:00:00"
shown(os.time {year = 2500, month = 12, day = 31, hour = 23, min = 59, sec = 59})
--> "2500-12-31 23:59:59"
local d = {year = 2024, month = 14, day = -3, hour = 26, min = 61, sec = 61} os.time(d) return d.year, d.month, d.day, d.hour, d.min, d.sec, d.wday, d.yday, d.isdst
--> 2025, 1, 29, 3, 2, 1, 4, 29, false
local d = {year = 2024, month = 1, day = 1} os.time(d) return d
--> {day = 1, hour = 12, isdst = false, min = 0, month = 1, sec = 0, wday = 2, yday = 1, year = 2024}
os.time {year = 2024, month = 1, day = 2, hour = 12} - os.time {year = 2024, month = 1, day = 1, hour = 12}
--> 86400
os.time(os.date('*t', 1e9)) == 1e9
--> true
math.type(os.time())
--> "integer"
os.time() >= 1700000000
--> true
os.time(nil) == os.time() or 'a second passed'
--> true
os.time {}
--5.3> error: t:1: field 'day' missing in date table
--5.4> error: t:1: field 'year' missing in date table
os.time {year = 2024}
--5.3> error: t:1: field 'day' missing in date table
--5.4> error: t:1: field 'month' missing in date table
os.time {year = 2024, month = 1}
--> error: t:1: field 'day' missing in date table
os.time {month = 1, day = 1}
--> error: t:1: field 'year' missing in date table
os.time {year = 'x', month = 1, day = 1}
--> error: t:1: field 'year' is not an integer
os.time {year = 2024, month = 1.5, day = 1}
--> error: t:1: field 'month' is not an integer
os.time {year = 2024, month = {}, day = 1}
--> error: t:1: field 'month' is not an integer
os.time {year = 2024, month = 1, day = true}
--> error: t:1: field 'day' is not an integer
os.time {year = 2024, month = 1, day = 1, hour = 'x'}
--> error: t:1: field 'hour' is not an integer
os.time {year = math.maxinteger, month = 1, day = 1}
--> error: t:1: field 'year' is out-of-bound
os.time {year = math.mininteger, month = 1, day = 1}
--> error: t:1: field 'year' is out-of-bound
math.type(os.time {year = 1 << 31, month = 1, day = 1})
--5.3> error: t:1: field 'year' is out-of-bound
--5.4> "integer"
os.time {year = 2024, month = math.maxinteger, day = 1}
--> error: t:1: field 'month' is out-of-bound
os.time {year = 2024, month = 1, day = 1 << 33}
--> error: t:1: field 'day' is out-of-bound
math.type(os.time {year = (1 << 31) + 1899, month = 12, day = 31})
--5.3> error: t:1: field 'year' is out-of-bound
--5.4> "integer"
os.time {year = (1 << 31) + 1900, month = 1, day = 1}
--> error: t:1: field 'year' is out-of-bound
os.time(1)
--> error: t:1: bad argument #1 to 'time' (table expected, got number)
os.time('x')
--> error: t:1: bad argument #1 to 'time' (table expected, got string)
local d = setmetatable({}, {__index = {year = 2000, month = 1, day = 1, hour = 12}}) return shown(os.time(d)), rawget(d, 'year')
--> "2000-01-01 12:00:00", 2000
]==])

transcript('os.difftime and clock', [==[
os.difftime(10, 5)
--> 5.0
os.difftime(5, 10)
--> -5.0
os.difftime(0, 0)
--> 0.0
os.difftime(10.0, 5)
--> 5.0
os.difftime('10', 5)
--> 5.0
os.difftime(10)
--> error: t:1: bad argument #2 to 'difftime' (number expected, got no value)
os.difftime()
--> error: t:1: bad argument #1 to 'difftime' (number expected, got no value)
os.difftime('x', 1)
--> error: t:1: bad argument #1 to 'difftime' (number expected, got string)
os.difftime(1.5, 1)
--> error: t:1: bad argument #1 to 'difftime' (number has no integer representation)
math.type(os.clock())
--> "float"
os.clock() >= 0
--> true
local a = os.clock() for i = 1, 1000 do end return os.clock() >= a
--> true
]==])

transcript('os.getenv, tmpname, remove, rename', [==[
os.getenv('PERIGEE_SURELY_NOT_SET')
--> nil
type(os.getenv('PATH'))
--> "string"
os.getenv()
--> error: t:1: bad argument #1 to 'getenv' (string expected, got no value)
os.getenv({})
--> error: t:1: bad argument #1 to 'getenv' (string expected, got table)
name = os.tmpname()
--> (nothing)
type(name), #name > 0, io.open(name) ~= nil
--> "string", true, true
os.remove(name)
--> true
(io.open(name))
--> nil
select('#', os.remove('/nonexistent/file'))
--> 3
os.remove('/nonexistent/file')
--> nil, "/nonexistent/file: No such file or directory", 2
os.remove('')
--> nil, ": No such file or directory", 2
os.remove()
--> error: t:1: bad argument #1 to 'remove' (string expected, got no value)
os.remove({})
--> error: t:1: bad argument #1 to 'remove' (string expected, got table)
os.rename('/nonexistent/a', '/nonexistent/b')
--> nil, "No such file or directory", 2
os.rename('/nonexistent/a')
--> error: t:1: bad argument #2 to 'rename' (string expected, got no value)
os.rename()
--> error: t:1: bad argument #1 to 'rename' (string expected, got no value)
one, two = os.tmpname(), os.tmpname()
--> (nothing)
local f = io.open(one, 'w') f:write('moved') f:close() return os.rename(one, two)
--> true
io.open(two):read('a'), (io.open(one))
--> "moved", nil
os.remove(two)
--> true
os.tmpname() ~= os.tmpname()
--> true
]==])

transcript('os.setlocale', [==[
os.setlocale()
--> "C"
os.setlocale(nil)
--> "C"
os.setlocale('C')
--> "C"
os.setlocale('C', 'all')
--> "C"
os.setlocale(nil, 'collate')
--> "C"
os.setlocale('C', 'ctype')
--> "C"
os.setlocale('C', 'monetary')
--> "C"
os.setlocale('C', 'numeric')
--> "C"
os.setlocale('C', 'time')
--> "C"
os.setlocale('surely-no-such-locale')
--> nil
os.setlocale('C', 'nothing')
--> error: t:1: bad argument #2 to 'setlocale' (invalid option 'nothing')
os.setlocale({})
--> error: t:1: bad argument #1 to 'setlocale' (string expected, got table)
os.setlocale('C', 1)
--> error: t:1: bad argument #2 to 'setlocale' (invalid option '1')
]==])

transcript('os.execute', [==[
os.execute()
--> true
os.execute('true')
--> true, "exit", 0
os.execute('false')
--> nil, "exit", 1
os.execute('exit 3')
--> nil, "exit", 3
os.execute('kill -9 $$')
--> nil, "signal", 9
os.execute('kill -15 $$')
--> nil, "signal", 15
os.execute({})
--> error: t:1: bad argument #1 to 'execute' (string expected, got table)
os.exit({})
--> error: t:1: bad argument #1 to 'exit' (number expected, got table)
os.exit('x')
--> error: t:1: bad argument #1 to 'exit' (number expected, got string)
os.exit(1.5)
--> error: t:1: bad argument #1 to 'exit' (number has no integer representation)
local keys = {} for k in pairs(os) do keys[#keys + 1] = k end table.sort(keys) return table.concat(keys, ' ')
--> "clock date difftime execute exit getenv remove rename setlocale time tmpname"
]==])

t.finish()
