-- string.pack, unpack and packsize: every option, alignment, byte orders, errors.

local t = require 'harness'
local transcript = dofile 'libraries/support/transcript.lua'

transcript('integers', [==[
string.pack('b', -1)
--> "\255"
string.pack('b', 127)
--> "\127"
string.pack('B', 255)
--> "\255"
string.pack('<h', -2)
--> "\254\255"
string.pack('>h', -2)
--> "\255\254"
string.pack('<H', 65535)
--> "\255\255"
string.pack('<i', 1)
--> "\001\000\000\000"
string.pack('>i', 1)
--> "\000\000\000\001"
string.pack('<I', 4294967295)
--> "\255\255\255\255"
string.pack('<l', -1)
--> "\255\255\255\255\255\255\255\255"
string.pack('<L', 1)
--> "\001\000\000\000\000\000\000\000"
string.pack('>j', math.mininteger)
--> "\128\000\000\000\000\000\000\000"
string.pack('<j', math.maxinteger)
--> "\255\255\255\255\255\255\255\127"
string.pack('>J', -1)
--> "\255\255\255\255\255\255\255\255"
string.pack('<T', 5)
--> "\005\000\000\000\000\000\000\000"
string.pack('<i1', -128)
--> "\128"
string.pack('<i2', 258)
--> "\002\001"
string.pack('>i2', 258)
--> "\001\002"
string.pack('<i3', -2)
--> "\254\255\255"
string.pack('>i3', 66051)
--> "\001\002\003"
string.pack('<i5', -1)
--> "\255\255\255\255\255"
string.pack('>i7', 1)
--> "\000\000\000\000\000\000\001"
string.pack('<i8', -1)
--> "\255\255\255\255\255\255\255\255"
string.pack('<i9', -1)
--> "\255\255\255\255\255\255\255\255\255"
string.pack('>i16', -3)
--> "\255\255\255\255\255\255\255\255\255\255\255\255\255\255\255\253"
string.pack('<I16', 7)
--> "\007\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
string.pack('>I3', 16777215)
--> "\255\255\255"
string.pack('<i4', '17')
--> "\017\000\000\000"
string.pack('<i4', 17.0)
--> "\017\000\000\000"
string.pack('b', 128)
--> error: t:1: bad argument #2 to 'pack' (integer overflow)
string.pack('b', -129)
--> error: t:1: bad argument #2 to 'pack' (integer overflow)
string.pack('B', 256)
--> error: t:1: bad argument #2 to 'pack' (unsigned overflow)
string.pack('B', -1)
--> error: t:1: bad argument #2 to 'pack' (unsigned overflow)
string.pack('h', 32768)
--> error: t:1: bad argument #2 to 'pack' (integer overflow)
string.pack('H', 65536)
--> error: t:1: bad argument #2 to 'pack' (unsigned overflow)
string.pack('i2', -32769)
--> error: t:1: bad argument #2 to 'pack' (integer overflow)
string.pack('I2', -1)
--> error: t:1: bad argument #2 to 'pack' (unsigned overflow)
string.pack('i3', 1 << 23)
--> error: t:1: bad argument #2 to 'pack' (integer overflow)
string.pack('I3', 1 << 24)
--> error: t:1: bad argument #2 to 'pack' (unsigned overflow)
string.pack('I4', 1 << 32)
--> error: t:1: bad argument #2 to 'pack' (unsigned overflow)
string.pack('I4', -1)
--> error: t:1: bad argument #2 to 'pack' (unsigned overflow)
string.pack('i7', 1 << 55)
--> error: t:1: bad argument #2 to 'pack' (integer overflow)
string.pack('b', 1.5)
--> error: t:1: bad argument #2 to 'pack' (number has no integer representation)
string.pack('b', 'x')
--> error: t:1: bad argument #2 to 'pack' (number expected, got string)
string.pack('b')
--> error: t:1: bad argument #2 to 'pack' (number expected, got nil)
string.pack('bb', 1)
--> error: t:1: bad argument #3 to 'pack' (number expected, got nil)
string.unpack('b', '\xff')
--> -1, 2
string.unpack('B', '\xff')
--> 255, 2
string.unpack('<h', '\xfe\xff')
--> -2, 3
string.unpack('>h', '\xfe\xff')
--> -257, 3
string.unpack('<H', '\xfe\xff')
--> 65534, 3
string.unpack('<i3', '\xfe\xff\xff')
--> -2, 4
string.unpack('<I3', '\xfe\xff\xff')
--> 16777214, 4
string.unpack('>i3', '\x80\0\0')
--> -8388608, 4
string.unpack('<j', ('\xff'):rep(8))
--> -1, 9
string.unpack('<J', ('\xff'):rep(8))
--> -1, 9
string.unpack('<i16', ('\xff'):rep(16))
--> -1, 17
string.unpack('<I16', '\7' .. ('\0'):rep(15))
--> 7, 17
string.unpack('>i9', '\xff' .. ('\xff'):rep(7) .. '\xfe')
--> -2, 10
string.unpack('<I9', ('\xff'):rep(9))
--> error: t:1: 9-byte integer does not fit into Lua Integer
string.unpack('<i9', ('\0'):rep(8) .. '\1')
--> error: t:1: 9-byte integer does not fit into Lua Integer
string.unpack('<i16', ('\0'):rep(15) .. '\1')
--> error: t:1: 16-byte integer does not fit into Lua Integer
string.unpack('i0', 'x')
--> error: t:1: integral size (0) out of limits [1,16]
string.unpack('i17', 'x')
--> error: t:1: integral size (17) out of limits [1,16]
string.pack('i0', 1)
--> error: t:1: integral size (0) out of limits [1,16]
string.pack('i17', 1)
--> error: t:1: integral size (17) out of limits [1,16]
string.pack('i99999999999999999999', 1)
--> error: t:1: integral size (999999999) out of limits [1,16]
string.pack('I20', 1)
--> error: t:1: integral size (20) out of limits [1,16]
string.unpack('<i4', '\1\0\0')
--> error: t:1: bad argument #2 to 'unpack' (data string too short)
string.unpack('<i4', '')
--> error: t:1: bad argument #2 to 'unpack' (data string too short)
]==])

transcript('floats', [==[
string.pack('<f', 1.5)
--> "\000\000\192?"
string.pack('>f', 1.5)
--> "?\192\000\000"
string.pack('<d', 1.5)
--> "\000\000\000\000\000\000\248?"
string.pack('>d', 1.5)
--> "?\248\000\000\000\000\000\000"
string.pack('<n', -0.0)
--> "\000\000\000\000\000\000\000\128"
string.pack('>d', math.huge)
--> "\127\240\000\000\000\000\000\000"
string.pack('<f', 1e40)
--> "\000\000\128\127"
string.pack('<f', 0.1)
--> "\205\204\204="
string.pack('<d', 3)
--> "\000\000\000\000\000\000\008@"
string.pack('<d', '2.5')
--> "\000\000\000\000\000\000\004@"
string.unpack('<f', string.pack('<f', 0.1))
--> 0.10000000149011612, 5
string.unpack('<d', string.pack('<d', 0.1))
--> 0.1, 9
string.unpack('>n', string.pack('>n', -1e300))
--> -1e+300, 9
string.unpack('<f', string.pack('<f', -math.huge))
--> -inf, 5
string.unpack('<d', string.pack('<d', 0/0))
--> nan, 9
string.unpack('>f', '\0\0\0\1')
--> 1.401298464324817e-45, 5
string.pack('d', 'x')
--> error: t:1: bad argument #2 to 'pack' (number expected, got string)
string.pack('d', {})
--> error: t:1: bad argument #2 to 'pack' (number expected, got table)
string.pack('f')
--> error: t:1: bad argument #2 to 'pack' (number expected, got nil)
string.unpack('<d', '1234567')
--> error: t:1: bad argument #2 to 'unpack' (data string too short)
]==])

transcript('strings', [==[
string.pack('z', 'hello')
--> "hello\000"
string.pack('z', '')
--> "\000"
string.pack('z', 'a\0b')
--> error: t:1: bad argument #2 to 'pack' (string contains zeros)
string.unpack('z', 'hello\0rest')
--> "hello", 7
string.unpack('z', '\0')
--> "", 2
string.unpack('z', 'unfinished')
--5.3> "unfinished", 12
--5.4> error: t:1: bad argument #2 to 'unpack' (unfinished string for format 'z')
string.unpack('z', '')
--5.3> "", 2
--5.4> error: t:1: bad argument #2 to 'unpack' (unfinished string for format 'z')
string.pack('<s', 'abc')
--> "\003\000\000\000\000\000\000\000abc"
string.pack('>s2', 'abc')
--> "\000\003abc"
string.pack('s1', 'abc')
--> "\003abc"
string.pack('s1', ('x'):rep(255)):len()
--> 256
string.pack('s1', ('x'):rep(256))
--> error: t:1: bad argument #2 to 'pack' (string length does not fit in given size)
string.pack('<s3', '')
--> "\000\000\000"
string.unpack('s1', '\3abcd')
--> "abc", 5
string.unpack('<s2', '\2\0xyz')
--> "xy", 5
string.unpack('>s4', '\0\0\0\1q')
--> "q", 6
string.unpack('s1', '\5abc')
--> error: t:1: bad argument #2 to 'unpack' (data string too short)
string.unpack('<s', '\5\0\0')
--> error: t:1: bad argument #2 to 'unpack' (data string too short)
string.unpack('s17', 'x')
--> error: t:1: integral size (17) out of limits [1,16]
string.pack('c5', 'hello')
--> "hello"
string.pack('c8', 'hello')
--> "hello\000\000\000"
string.pack('c0', '')
--> ""
string.pack('c3', 'hello')
--> error: t:1: bad argument #2 to 'pack' (string longer than given size)
string.pack('c', 'hello')
--> error: t:1: missing size for format option 'c'
string.unpack('c3', 'hello')
--> "hel", 4
string.unpack('c0', 'hello')
--> "", 1
string.unpack('c6', 'hello')
--> error: t:1: bad argument #2 to 'unpack' (data string too short)
string.unpack('c', 'hello')
--> error: t:1: missing size for format option 'c'
string.pack('c2147483648', 'a')
--> error: t:1: invalid format option '8'
string.pack('s', 1)
--> "\001\000\000\000\000\000\000\0001"
string.pack('z', {})
--> error: t:1: bad argument #2 to 'pack' (string expected, got table)
string.pack('s', nil)
--> error: t:1: bad argument #2 to 'pack' (string expected, got nil)
string.pack('c1', true)
--> error: t:1: bad argument #2 to 'pack' (string expected, got boolean)
]==])

transcript('byte order, alignment and padding', [==[
string.pack('>i2<i2=i2', 1, 1, 1)
--> "\000\001\001\000\001\000"
string.pack('<i2>i2', 1, 1)
--> "\001\000\000\001"
string.pack('!4 b i4', 1, 2)
--> "\001\000\000\000\002\000\000\000"
string.pack('<!4 b i4', 1, 2)
--> "\001\000\000\000\002\000\000\000"
string.pack('<!2 b i4', 1, 2)
--> "\001\000\002\000\000\000"
string.pack('<!1 b i4', 1, 2)
--> "\001\002\000\000\000"
string.pack('<! b d', 1, 2)
--> "\001\000\000\000\000\000\000\000\000\000\000\000\000\000\000@"
string.pack('<!8 b j', 1, 2)
--> "\001\000\000\000\000\000\000\000\002\000\000\000\000\000\000\000"
string.pack('<!8 b Xj', 1)
--> "\001\000\000\000\000\000\000\000"
string.pack('<!4 b Xi4 b', 1, 2)
--> "\001\000\000\000\002"
string.pack('<!2 b Xi8 b', 1, 2)
--> "\001\000\002"
string.pack('<!4 i3')
--> error: t:1: bad argument #1 to 'pack' (format asks for alignment not power of 2)
string.pack('<!4 b i3', 1, 2)
--> error: t:1: bad argument #1 to 'pack' (format asks for alignment not power of 2)
string.pack('<!4 i1 !2 h', 1, 2)
--> "\001\000\002\000"
string.pack('<!16 b i16', 1, 2)
--> "\001\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\002\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
string.pack('x')
--> "\000"
string.pack('xxx')
--> "\000\000\000"
string.pack('bxb', 1, 2)
--> "\001\000\002"
string.pack(' b b ', 1, 2)
--> "\001\002"
string.pack('')
--> ""
string.pack('  ')
--> ""
string.pack('<!4 s4', 'ab')
--> "\002\000\000\000ab"
string.pack('<!4 b s4 b', 1, 'ab', 2)
--> "\001\000\000\000\002\000\000\000ab\002"
string.pack('<!4 bc3i4', 1, 'abc', 2)
--> "\001abc\002\000\000\000"
string.unpack('<!4 b i4', '\1\0\0\0\2\0\0\0')
--> 1, 2, 9
string.unpack('<!4 b Xi4 b', '\1\0\0\0\2')
--> 1, 2, 6
string.unpack('bxb', '\1\0\2')
--> 1, 2, 4
string.unpack('x', '')
--> error: t:1: bad argument #2 to 'unpack' (data string too short)
string.unpack('<!4 b i4', '\1\0\0\0\2\0\0')
--> error: t:1: bad argument #2 to 'unpack' (data string too short)
string.pack('!', 1)
--> ""
string.pack('!17', 1)
--> error: t:1: integral size (17) out of limits [1,16]
string.pack('!0', 1)
--> error: t:1: integral size (0) out of limits [1,16]
string.pack('X', 1)
--> error: t:1: bad argument #1 to 'pack' (invalid next option for option 'X')
string.pack('Xz', 1)
--> error: t:1: bad argument #1 to 'pack' (invalid next option for option 'X')
string.pack('Xc1', 'x')
--> error: t:1: bad argument #1 to 'pack' (invalid next option for option 'X')
string.pack('XX', 1)
--> error: t:1: bad argument #1 to 'pack' (invalid next option for option 'X')
string.pack('!4 Xi3', 1)
--> error: t:1: bad argument #1 to 'pack' (format asks for alignment not power of 2)
string.pack('!3 i4', 1)
--> error: t:1: bad argument #1 to 'pack' (format asks for alignment not power of 2)
string.pack('!4 i3 Xi', 1)
--> error: t:1: bad argument #1 to 'pack' (format asks for alignment not power of 2)
string.pack('X!4', 1)
--> error: t:1: bad argument #1 to 'pack' (invalid next option for option 'X')
]==])

transcript('packsize', [==[
string.packsize('')
--> 0
string.packsize('b')
--> 1
string.packsize('bBhHiIlLjJT')
--> 54
string.packsize('!bBhHiIlLjJT')
--> 56
string.packsize('f')
--> 4
string.packsize('d')
--> 8
string.packsize('n')
--> 8
string.packsize('i3')
--> 3
string.packsize('i16')
--> 16
string.packsize('c10')
--> 10
string.packsize('c0')
--> 0
string.packsize('x')
--> 1
string.packsize('!8 b Xj')
--> 8
string.packsize('!8 b j b')
--> 17
string.packsize('!4 b d b')
--> 13
string.packsize('<>=!8')
--> 0
string.packsize('s')
--> error: t:1: bad argument #1 to 'packsize' (variable-length format)
string.packsize('s4')
--> error: t:1: bad argument #1 to 'packsize' (variable-length format)
string.packsize('z')
--> error: t:1: bad argument #1 to 'packsize' (variable-length format)
string.packsize('y')
--> error: t:1: invalid format option 'y'
string.packsize('i17')
--> error: t:1: integral size (17) out of limits [1,16]
string.packsize('c')
--> error: t:1: missing size for format option 'c'
string.packsize('c2147483647')
--> error: t:1: invalid format option '7'
string.packsize('c2147483647c2147483647')
--> error: t:1: invalid format option '7'
string.packsize('c9223372036854775807')
--> error: t:1: invalid format option '6'
string.packsize(('i16'):rep(100))
--> 1600
string.packsize()
--> error: t:1: bad argument #1 to 'packsize' (string expected, got no value)
string.packsize({})
--> error: t:1: bad argument #1 to 'packsize' (string expected, got table)
]==])

transcript('unpack positions and results', [==[
string.unpack('b', '\1\2\3', 2)
--> 2, 3
string.unpack('b', '\1\2\3', -1)
--> 3, 4
string.unpack('bb', '\1\2\3', -2)
--> 2, 3, 4
string.unpack('', '')
--> 1
string.unpack('', 'abc')
--> 1
string.unpack('', 'abc', 4)
--> 4
string.unpack('b', 'abc', 4)
--> error: t:1: bad argument #2 to 'unpack' (data string too short)
string.unpack('b', 'abc', 5)
--> error: t:1: bad argument #3 to 'unpack' (initial position out of string)
string.unpack('b', 'abc', -4)
--5.3> error: t:1: bad argument #3 to 'unpack' (initial position out of string)
--5.4> 97, 2
string.unpack('b', 'abc', 0)
--5.3> error: t:1: bad argument #3 to 'unpack' (initial position out of string)
--5.4> 97, 2
string.unpack('', 'abc', 5)
--> error: t:1: bad argument #3 to 'unpack' (initial position out of string)
string.unpack('b', 'abc', math.maxinteger)
--> error: t:1: bad argument #3 to 'unpack' (initial position out of string)
string.unpack('b', 'abc', math.mininteger)
--5.3> error: t:1: bad argument #3 to 'unpack' (initial position out of string)
--5.4> 97, 2
string.unpack('c0', 'abc', 4)
--> "", 4
string.unpack('bzi1', '\5ab\0\6')
--> 5, "ab", 6, 6
string.unpack('<!4 i4', '....\1\0\0\0', 5)
--> 1, 9
string.unpack('<!4 i4', '...\1\0\0\0', 4)
--> error: t:1: bad argument #2 to 'unpack' (data string too short)
select('#', string.unpack(('b'):rep(100), ('x'):rep(100)))
--> 101
string.unpack('b')
--> error: t:1: bad argument #2 to 'unpack' (string expected, got no value)
string.unpack()
--> error: t:1: bad argument #1 to 'unpack' (string expected, got no value)
string.unpack('b', {})
--> error: t:1: bad argument #2 to 'unpack' (string expected, got table)
string.unpack('b', 'a', 'x')
--> error: t:1: bad argument #3 to 'unpack' (number expected, got string)
string.unpack('q', 'a')
--> error: t:1: invalid format option 'q'
string.pack('q', 1)
--> error: t:1: invalid format option 'q'
string.pack('i-1', 1)
--> error: t:1: invalid format option '-'
string.pack('\0', 1)
--> ""
string.pack()
--> error: t:1: bad argument #1 to 'pack' (string expected, got no value)
string.pack({})
--> error: t:1: bad argument #1 to 'pack' (string expected, got table)
string.pack('b', 1, 2, 3)
--> "\001"
#string.pack(('z'):rep(50), table.unpack((function() local r = {} for i = 1, 50 do r[i] = 'ab' end return r end)()))
--> 150
string.unpack('<i2 >i2 z s1 d', string.pack('<i2 >i2 z s1 d', -5, 6, 'zz', 'ss', 2.5))
--> -5, 6, "zz", "ss", 2.5, 19
]==])

t.finish()
