-- zlib. The module pushes values above a luaL_Buffer that then grows, which the manual forbids, and stock Lua
-- built with assertions stops at, too.
local zlib = require "zlib"
local text = ("some text that repeats, "):rep(2000)
local packed = zlib.deflate()(text, "finish")
print(#packed < #text / 10, (zlib.inflate()(packed)) == text)
print(zlib.crc32()("hello"), zlib.adler32()("hello"))
print(pcall(zlib.inflate(), "not deflated"))
