-- string.format: every conversion, flags, widths, precisions, %q, and the errors.

local t = require 'harness'
local transcript = dofile 'libraries/support/transcript.lua'

transcript('format %d and %i', [==[
string.format('%d', 42)
--> "42"
string.format('%d', -42)
--> "-42"
string.format('%d', 0)
--> "0"
string.format('%d', math.maxinteger)
--> "9223372036854775807"
string.format('%d', math.mininteger)
--> "-9223372036854775808"
string.format('%d', 3.0)
--> "3"
string.format('%d', -0.0)
--> "0"
string.format('%d', '10')
--> "10"
string.format('%d', '0x10')
--> "16"
string.format('%d', '3.0')
--> "3"
string.format('%5d|%-5d|%05d', 42, 42, 42)
--> "   42|42   |00042"
string.format('%+d %+d', 1, -1)
--> "+1 -1"
string.format('% d % d', 1, -1)
--> " 1 -1"
string.format('%.3d', 5)
--> "005"
string.format('%.0d', 0)
--> ""
string.format('%8.3d|%-8.3d|', 5, -5)
--> "     005|-005    |"
string.format('%+05d', 3)
--> "+0003"
string.format('%i', 42)
--> "42"
string.format('%5i|', -7)
--> "   -7|"
string.format('%99d', 1):len()
--> 99
string.format('%d%d%d', 1, 2, 3)
--> "123"
string.format('%d', 1.5)
--> error: t:1: bad argument #2 to 'format' (number has no integer representation)
string.format('%d', '1.5')
--> error: t:1: bad argument #2 to 'format' (number has no integer representation)
string.format('%d', 2^63)
--> error: t:1: bad argument #2 to 'format' (number has no integer representation)
string.format('%d', -2^63)
--> "-9223372036854775808"
string.format('%d', 0/0)
--> error: t:1: bad argument #2 to 'format' (number has no integer representation)
string.format('%d', math.huge)
--> error: t:1: bad argument #2 to 'format' (number has no integer representation)
string.format('%d', 'x')
--> error: t:1: bad argument #2 to 'format' (number expected, got string)
string.format('%d', {})
--> error: t:1: bad argument #2 to 'format' (number expected, got table)
string.format('%d', nil)
--> error: t:1: bad argument #2 to 'format' (number expected, got nil)
string.format('%d')
--> error: t:1: bad argument #2 to 'format' (no value)
string.format('%d %d', 1)
--> error: t:1: bad argument #3 to 'format' (no value)
string.format('%i', 1.5)
--> error: t:1: bad argument #2 to 'format' (number has no integer representation)
string.format('%#d', 1)
--5.3> "1"
--5.4> error: t:1: invalid conversion specification: '%#d'
string.format('%100d', 1)
--5.3> error: t:1: invalid format (width or precision too long)
--5.4> error: t:1: invalid conversion specification: '%100d'
string.format('%.100d', 1)
--5.3> error: t:1: invalid format (width or precision too long)
--5.4> error: t:1: invalid conversion specification: '%.100d'
string.format('%0100d', 1)
--5.3> error: t:1: invalid format (width or precision too long)
--5.4> error: t:1: invalid conversion specification: '%0100d'
string.format('%-+ 0d', 1)
--> "+1"
]==])

transcript('format %u %o %x %X %c', [==[
string.format('%o', 8)
--> "10"
string.format('%#o', 8)
--> "010"
string.format('%o', -1)
--> "1777777777777777777777"
string.format('%x', 255)
--> "ff"
string.format('%X', 255)
--> "FF"
string.format('%#x', 255)
--> "0xff"
string.format('%#X', 255)
--> "0XFF"
string.format('%08x', 48879)
--> "0000beef"
string.format('%-8x|', 48879)
--> "beef    |"
string.format('%x', -1)
--> "ffffffffffffffff"
string.format('%x', math.mininteger)
--> "8000000000000000"
string.format('%.8x', 255)
--> "000000ff"
string.format('%#10x|', 255)
--> "      0xff|"
string.format('%x', 16.0)
--> "10"
string.format('%x', 1.5)
--> error: t:1: bad argument #2 to 'format' (number has no integer representation)
string.format('%x', 'zz')
--> error: t:1: bad argument #2 to 'format' (number expected, got string)
string.format('%u', 1)
--> "1"
string.format('%+x', 1)
--5.3> "1"
--5.4> error: t:1: invalid conversion specification: '%+x'
string.format('% x', 1)
--5.3> "1"
--5.4> error: t:1: invalid conversion specification: '% x'
string.format('%c', 65)
--> "A"
string.format('%c%c%c', 76, 117, 97)
--> "Lua"
string.format('%c', 0)
--> "\000"
string.format('%5c|', 65)
--> "    A|"
string.format('%-5c|', 65)
--> "A    |"
string.format('%c', 255)
--> "\255"
string.format('%c', 256 + 65)
--> "A"
string.format('%c', 'x')
--> error: t:1: bad argument #2 to 'format' (number expected, got string)
string.format('%c', 1.5)
--> error: t:1: bad argument #2 to 'format' (number has no integer representation)
string.format('%05c', 65)
--5.3> "    A"
--5.4> error: t:1: invalid conversion specification: '%05c'
string.format('%.1c', 65)
--5.3> "A"
--5.4> error: t:1: invalid conversion specification: '%.1c'
]==])

transcript('format %e %f %g', [==[
string.format('%f', 3.14159265)
--> "3.141593"
string.format('%f', 1)
--> "1.000000"
string.format('%f', -0.0)
--> "-0.000000"
string.format('%f', 1e15)
--> "1000000000000000.000000"
string.format('%.0f', 0.5)
--> "0"
string.format('%.0f', 1.5)
--> "2"
string.format('%.0f', 2.5)
--> "2"
string.format('%#.0f', 1)
--> "1."
string.format('%.3f', 2/3)
--> "0.667"
string.format('%10.2f|%-10.2f|%010.2f', 3.14159, 3.14159, 3.14159)
--> "      3.14|3.14      |0000003.14"
string.format('%+.1f % .1f', 1, 1)
--> "+1.0  1.0"
string.format('%.20f', 0.1)
--> "0.10000000000000000555"
string.format('%.99f', 1/3):len()
--> 101
string.format('%99.99f', -1e308):len()
--> 410
string.format('%f', 1e308):len()
--> 316
string.format('%f', math.huge)
--> "inf"
string.format('%f', -math.huge)
--> "-inf"
string.format('%5.1f|', math.huge)
--> "  inf|"
string.format('%f', 0/0):gsub('-', '')
--> "nan", 1
string.format('%F', 1)
--5.3> error: t:1: invalid option '%F' to 'format'
--5.4> error: t:1: invalid conversion '%F' to 'format'
string.format('%e', 12345.678)
--> "1.234568e+04"
string.format('%E', 12345.678)
--> "1.234568E+04"
string.format('%.0e', 12345)
--> "1e+04"
string.format('%#.0e', 12345)
--> "1.e+04"
string.format('%.3e', 0)
--> "0.000e+00"
string.format('%e', 1e-300)
--> "1.000000e-300"
string.format('%15.3e|', 1234.5)
--> "      1.234e+03|"
string.format('%g', 100000)
--> "100000"
string.format('%g', 1000000)
--> "1e+06"
string.format('%g', 1e20)
--> "1e+20"
string.format('%g', 0.0001)
--> "0.0001"
string.format('%g', 0.00001)
--> "1e-05"
string.format('%g', 1e100)
--> "1e+100"
string.format('%G', 1e-100)
--> "1E-100"
string.format('%.3g', 3.14159)
--> "3.14"
string.format('%#g', 1)
--> "1.00000"
string.format('%.14g', 0.1)
--> "0.1"
string.format('%.17g', 0.1)
--> "0.10000000000000001"
string.format('%.14g', 2^53)
--> "9.007199254741e+15"
string.format('%g', -0.0)
--> "-0"
string.format('%g', math.huge)
--> "inf"
string.format('%G', math.huge)
--> "INF"
string.format('%g', 2^63)
--> "9.22337e+18"
string.format('%g', '1e3')
--> "1000"
string.format('%g', 'x')
--> error: t:1: bad argument #2 to 'format' (number expected, got string)
string.format('%f', {})
--> error: t:1: bad argument #2 to 'format' (number expected, got table)
string.format('%e')
--> error: t:1: bad argument #2 to 'format' (no value)
string.format('%.100f', 1)
--5.3> error: t:1: invalid format (width or precision too long)
--5.4> error: t:1: invalid conversion specification: '%.100f'
]==])

transcript('format %a', [==[
string.format('%a', 1)
--> "0x1p+0"
string.format('%a', 0.5)
--> "0x1p-1"
string.format('%a', -0.1)
--> "-0x1.999999999999ap-4"
string.format('%a', 0)
--> "0x0p+0"
string.format('%a', -0.0)
--> "-0x0p+0"
string.format('%a', math.huge)
--> "inf"
string.format('%a', 5e-324)
--> "0x0.0000000000001p-1022"
string.format('%A', 255.5)
--> "0X1.FFP+7"
string.format('%.2a', 1/3)
--> "0x1.55p-2"
string.format('%.0a', 1.5)
--> "0x2p+0"
string.format('%20a|', 1)
--> "              0x1p+0|"
string.format('%-20a|', 1)
--> "0x1p+0              |"
string.format('%+a', 1)
--> "+0x1p+0"
string.format('%a', 2^1023)
--> "0x1p+1023"
string.format('%a', 'x')
--> error: t:1: bad argument #2 to 'format' (number expected, got string)
tonumber(string.format('%a', 0.1)) == 0.1
--> true
tonumber(string.format('%a', -math.pi)) == -math.pi
--> true
]==])

transcript('format %s', [==[
string.format('%s', 'abc')
--> "abc"
string.format('%s', 12)
--> "12"
string.format('%s', 1.0)
--> "1.0"
string.format('%s', -0.0)
--> "-0.0"
string.format('%s', nil)
--> "nil"
string.format('%s', true)
--> "true"
string.format('%s %s', 1, 2)
--> "1 2"
string.format('%10s|', 'abc')
--> "       abc|"
string.format('%-10s|', 'abc')
--> "abc       |"
string.format('%.2s', 'abc')
--> "ab"
string.format('%.0s', 'abc')
--> ""
string.format('%.s', 'abc')
--> ""
string.format('%10.2s|', 'abc')
--> "        ab|"
string.format('%-10.2s|', 'abc')
--> "ab        |"
string.format('%s', 'a\0b')
--> "a\000b"
string.format('%.20s', 'abc')
--> "abc"
#string.format('%99s', 'a')
--> 99
#string.format('%s', ('x'):rep(1000))
--> 1000
#string.format('%-99s', ('x'):rep(200))
--> 200
#string.format('%.50s', ('x'):rep(200))
--> 50
string.format('%s', setmetatable({}, {__tostring = function() return 'shown' end}))
--> "shown"
string.format('%5s|', setmetatable({}, {__tostring = function() return 'xy' end}))
--> "   xy|"
string.format('%s', setmetatable({}, {__name = 'Thing'})):gsub('0x%x+', 'ADDRESS')
--> "Thing: ADDRESS", 1
string.format('%s', setmetatable({}, {__tostring = function() return 1 end}))
--> "1"
string.format('%s', setmetatable({}, {__tostring = function() return nil end}))
--> error: t:1: '__tostring' must return a string
string.format('%s', setmetatable({}, {__tostring = 1}))
--> error: attempt to call a number value
string.format('%s', setmetatable({}, {__tostring = function() error('tostring failed') end}))
--> error: t:1: tostring failed
string.format('%s')
--> error: t:1: bad argument #2 to 'format' (no value)
string.format('%10s', 'a\0b')
--> error: t:1: bad argument #2 to 'format' (string contains zeros)
string.format('%.3s', 'a\0b')
--> error: t:1: bad argument #2 to 'format' (string contains zeros)
string.format('%05s', 'abc')
--5.3> "  abc"
--5.4> error: t:1: invalid conversion specification: '%05s'
string.format('%+s', 'abc')
--5.3> "abc"
--5.4> error: t:1: invalid conversion specification: '%+s'
string.format('%#s', 'abc')
--5.3> "abc"
--5.4> error: t:1: invalid conversion specification: '%#s'
string.format('%100s', 'a')
--5.3> error: t:1: invalid format (width or precision too long)
--5.4> error: t:1: invalid conversion specification: '%100s'
string.format('%.100s', 'a')
--5.3> error: t:1: invalid format (width or precision too long)
--5.4> error: t:1: invalid conversion specification: '%.100s'
]==])

transcript('format %q', [==[
string.format('%q', 'abc')
--> "\"abc\""
string.format('%q', '')
--> "\"\""
string.format('%q', 'a "quoted" word')
--> "\"a \\\"quoted\\\" word\""
string.format('%q', 'back\\slash')
--> "\"back\\\\slash\""
string.format('%q', 'new\nline')
--> "\"new\\\nline\""
string.format('%q', 'tab\tcr\rnul\0')
--> "\"tab\\9cr\\13nul\\0\""
string.format('%q', '\0001\1a\1272\200')
--> "\"\\0001\\1a\\1272\200\""
string.format('%q', '\r9\r')
--> "\"\\0139\\13\""
string.format('%q', '\u{20ac}')
--> "\"\226\130\172\""
string.format('%q', 12)
--> "12"
string.format('%q', -12)
--> "-12"
string.format('%q', math.maxinteger)
--> "9223372036854775807"
string.format('%q', math.mininteger)
--> "0x8000000000000000"
string.format('%q', 1.5)
--> "0x1.8p+0"
string.format('%q', 0.1)
--> "0x1.999999999999ap-4"
string.format('%q', 1.0)
--> "0x1p+0"
string.format('%q', -0.0)
--> "-0x0p+0"
string.format('%q', 1e100)
--> "0x1.249ad2594c37dp+332"
string.format('%q', 2^53)
--> "0x1p+53"
string.format('%q', math.huge)
--5.3> "inf"
--5.4> "1e9999"
string.format('%q', -math.huge)
--5.3> "-inf"
--5.4> "-1e9999"
string.format('%q', 0/0)
--5.3> "-nan"
--5.4> "(0/0)"
string.format('%q', nil)
--> "nil"
string.format('%q', true)
--> "true"
string.format('%q', false)
--> "false"
string.format('%q', {})
--> error: t:1: bad argument #2 to 'format' (value has no literal form)
string.format('%q', print)
--> error: t:1: bad argument #2 to 'format' (value has no literal form)
string.format('%q', setmetatable({}, {__tostring = function() return 'x' end}))
--> error: t:1: bad argument #2 to 'format' (value has no literal form)
string.format('%q')
--> error: t:1: bad argument #2 to 'format' (no value)
string.format('%10q', 'a')
--5.3> "\"a\""
--5.4> error: t:1: specifier '%q' cannot have modifiers
string.format('%.3q', 'a')
--5.3> "\"a\""
--5.4> error: t:1: specifier '%q' cannot have modifiers
string.format('%-q', 'a')
--5.3> "\"a\""
--5.4> error: t:1: specifier '%q' cannot have modifiers
string.format('%q and %q', 'a', 1)
--> "\"a\" and 1"
load('return ' .. string.format('%q', 'all\0\1\n\r\t\\"\200'))() == 'all\0\1\n\r\t\\"\200'
--> true
load('return ' .. string.format('%q', math.mininteger))() == math.mininteger
--> true
load('return ' .. string.format('%q', 0.1))() == 0.1
--> true
load('return ' .. string.format('%q', math.huge))() == math.huge
--5.3> false
--5.4> true
]==])

transcript('format %p', [==[
string.format('%p', 1)
--5.3> error: t:1: invalid option '%p' to 'format'
--5.4> "(null)"
string.format('%p', nil)
--5.3> error: t:1: invalid option '%p' to 'format'
--5.4> "(null)"
string.format('%p', true)
--5.3> error: t:1: invalid option '%p' to 'format'
--5.4> "(null)"
string.format('%10p|', 1)
--5.3> error: t:1: invalid option '%p' to 'format'
--5.4> "    (null)|"
string.format('%-10p|', 1)
--5.3> error: t:1: invalid option '%p' to 'format'
--5.4> "(null)    |"
string.format('%p', {}):find('^0x%x+$')
--5.3> error: t:1: invalid option '%p' to 'format'
--5.4> 1, 14
string.format('%p', 'abc') == string.format('%p', 'ab' .. 'c')
--5.3> error: t:1: invalid option '%p' to 'format'
--5.4> true
local a = {} return string.format('%p', a) == string.format('%p', a), tostring(a) == 'table: ' .. string.format('%p', a)
--5.3> error: t:1: invalid option '%p' to 'format'
--5.4> true, true
(function() local a, b = {}, {} return string.format('%p', a) == string.format('%p', b) end)()
--5.3> error: t:1: invalid option '%p' to 'format'
--5.4> false
string.format('%p', print) == tostring(print):match('0x%x+')
--5.3> error: t:1: invalid option '%p' to 'format'
--5.4> true
string.format('%p', 'short'):find('^0x%x+$')
--5.3> error: t:1: invalid option '%p' to 'format'
--5.4> 1, 14
string.format('%p', 4)
--5.3> error: t:1: invalid option '%p' to 'format'
--5.4> "(null)"
string.format('%.3p', {})
--5.3> error: t:1: invalid option '%p' to 'format'
--5.4> error: t:1: invalid conversion specification: '%.3p'
string.format('%010p', {})
--5.3> error: t:1: invalid option '%p' to 'format'
--5.4> error: t:1: invalid conversion specification: '%010p'
string.format('%p')
--> error: t:1: bad argument #2 to 'format' (no value)
]==])

transcript('format in general', [==[
string.format('')
--> ""
string.format('plain')
--> "plain"
string.format('%%')
--> "%"
string.format('100%%')
--> "100%"
string.format('%%%d%%', 5)
--> "%5%"
string.format('a\0b%d', 1)
--> "a\000b1"
string.format('%s-%d-%g-%x', 'a', 1, 2.5, 255)
--> "a-1-2.5-ff"
string.format('extra', 1, 2, 3)
--> "extra"
string.format(12)
--> "12"
('%d items'):format(3)
--> "3 items"
#string.format(('%s'):rep(100), table.unpack((function() local r = {} for i = 1, 100 do r[i] = i end return r end)()))
--> 192
string.format('%')
--> error: t:1: bad argument #2 to 'format' (no value)
string.format('%y', 1)
--5.3> error: t:1: invalid option '%y' to 'format'
--5.4> error: t:1: invalid conversion '%y' to 'format'
string.format('%Z', 1)
--5.3> error: t:1: invalid option '%Z' to 'format'
--5.4> error: t:1: invalid conversion '%Z' to 'format'
string.format('abc%', 1)
--5.3> error: t:1: invalid option '%<\0>' to 'format'
--5.4> error: t:1: invalid conversion '%' to 'format'
string.format('%0', 1)
--5.3> error: t:1: invalid option '%<\0>' to 'format'
--5.4> error: t:1: invalid conversion '%0' to 'format'
string.format('%10', 1)
--5.3> error: t:1: invalid option '%<\0>' to 'format'
--5.4> error: t:1: invalid conversion '%10' to 'format'
string.format('%1.', 1)
--5.3> error: t:1: invalid option '%<\0>' to 'format'
--5.4> error: t:1: invalid conversion '%1.' to 'format'
string.format('%-', 1)
--5.3> error: t:1: invalid option '%<\0>' to 'format'
--5.4> error: t:1: invalid conversion '%-' to 'format'
string.format('%l', 1)
--5.3> error: t:1: invalid option '%l' to 'format'
--5.4> error: t:1: invalid conversion '%l' to 'format'
string.format('%ld', 1)
--5.3> error: t:1: invalid option '%l' to 'format'
--5.4> error: t:1: invalid conversion '%l' to 'format'
string.format('%n', 1)
--5.3> error: t:1: invalid option '%n' to 'format'
--5.4> error: t:1: invalid conversion '%n' to 'format'
string.format('%D', 1)
--5.3> error: t:1: invalid option '%D' to 'format'
--5.4> error: t:1: invalid conversion '%D' to 'format'
string.format('%S', 1)
--5.3> error: t:1: invalid option '%S' to 'format'
--5.4> error: t:1: invalid conversion '%S' to 'format'
string.format('%h', 1)
--5.3> error: t:1: invalid option '%h' to 'format'
--5.4> error: t:1: invalid conversion '%h' to 'format'
string.format('%1111d', 1)
--5.3> error: t:1: invalid format (width or precision too long)
--5.4> error: t:1: invalid conversion specification: '%1111d'
string.format('%000000000000000000000000000000000000d', 1)
--5.3> error: t:1: invalid format (repeated flags)
--5.4> error: t:1: invalid format (too long)
string.format('%           d', 1)
--5.3> error: t:1: invalid format (repeated flags)
--5.4> " 1"
string.format('%.1111d', 1)
--5.3> error: t:1: invalid format (width or precision too long)
--5.4> error: t:1: invalid conversion specification: '%.1111d'
string.format('%1.1.1d', 1)
--5.3> error: t:1: invalid option '%.' to 'format'
--5.4> error: t:1: invalid conversion specification: '%1.1.1d'
string.format('%*d', 1, 1)
--5.3> error: t:1: invalid option '%*' to 'format'
--5.4> error: t:1: invalid conversion '%*' to 'format'
string.format('%$d', 1)
--5.3> error: t:1: invalid option '%$' to 'format'
--5.4> error: t:1: invalid conversion '%$' to 'format'
string.format('%\0', 1)
--5.3> error: t:1: invalid option '%<\0>' to 'format'
--5.4> error: t:1: invalid conversion '%' to 'format'
string.format()
--> error: t:1: bad argument #1 to 'format' (string expected, got no value)
string.format(nil)
--> error: t:1: bad argument #1 to 'format' (string expected, got nil)
string.format({})
--> error: t:1: bad argument #1 to 'format' (string expected, got table)
string.format('%t', 10)
--5.3> error: t:1: invalid option '%t' to 'format'
--5.4> error: t:1: invalid conversion '%t' to 'format'
string.format('%0.34s', 'a')
--5.3> "a"
--5.4> error: t:1: invalid conversion specification: '%0.34s'
string.format('%0123456789d', 10)
--5.3> error: t:1: invalid format (width or precision too long)
--5.4> error: t:1: invalid conversion specification: '%0123456789d'
string.format('%d %s', 'a', 'b')
--> error: t:1: bad argument #2 to 'format' (number expected, got string)
string.format('%s %d', 'a', 'b')
--> error: t:1: bad argument #3 to 'format' (number expected, got string)
]==])

transcript('numbers as text', [==[
tostring(1e15)
--> "1e+15"
tostring(1e14)
--> "1e+14"
tostring(123456789012345.0)
--> "1.2345678901234e+14"
tostring(1e16)
--> "1e+16"
tostring(0.1)
--> "0.1"
tostring(1/3)
--> "0.33333333333333"
tostring(100.0)
--> "100.0"
tostring(-0.0)
--> "-0.0"
tostring(1e100)
--> "1e+100"
tostring(2^53)
--> "9.007199254741e+15"
tostring(2^63)
--> "9.2233720368548e+18"
tostring(1e-5)
--> "1e-05"
tostring(123456.789e3)
--> "123456789.0"
tostring(math.pi)
--> "3.1415926535898"
tostring(math.huge)
--> "inf"
tostring(-math.huge)
--> "-inf"
tostring(5e-324)
--> "4.9406564584125e-324"
tostring(1.7976931348623157e308)
--> "1.7976931348623e+308"
tostring(3.14159265358979)
--> "3.1415926535898"
tostring(math.maxinteger)
--> "9223372036854775807"
tostring(math.mininteger)
--> "-9223372036854775808"
tostring(-1)
--> "-1"
]==])

t.finish()
