-- MessagePack: every type packed, as hexadecimal, and unpacked again; streams; errors.
local mp = require 'MessagePack'
local function hex(s) return (s:gsub('.', function(c) return ('%02x'):format(c:byte()) end)) end
local function show(v) if type(v) == 'table' then local p = {} for i = 1, #v do p[i] = show(v[i]) end local k = {} for key in pairs(v) do if math.type(key) ~= 'integer' then k[#k + 1] = key end end table.sort(k) for _, key in ipairs(k) do p[#p + 1] = key .. '=' .. show(v[key]) end return '{' .. table.concat(p, ',') .. '}' end return tostring(v) end

for _, v in ipairs {0, 1, 127, 128, 255, 256, 65535, 65536, 4294967295, 4294967296, math.maxinteger, -1, -32, -33, -128, -129, -32768, -32769,
  -2147483648, -2147483649, math.mininteger, 1.5, -0.25, 1e100, 3.0, math.huge, true, false, '', 'abc', ('x'):rep(31), ('x'):rep(32), ('y'):rep(300), '\0\255'} do
  local packed = mp.pack(v)
  print(#packed, hex(packed:sub(1, 24)), mp.unpack(packed) == v, math.type(mp.unpack(packed)))
end
for _, v in ipairs {{}, {1, 2, 3}, {a = 1}, {{}, {{}}}, {1, nil, 3}} do print(hex(mp.pack(v)), show(mp.unpack(mp.pack(v)))) end
local big = {}
for i = 1, 3000 do big[i] = {i, i / 2, tostring(i)} end
local packed = mp.pack(big)
print(#packed, show(mp.unpack(packed)[2999]))
local stream = mp.pack(1) .. mp.pack('two') .. mp.pack({3})
for _, v in mp.unpacker(stream) do io.write(show(v), ' ') end
print()
print(pcall(mp.unpack, '')) print(pcall(mp.unpack, '\xc1')) print(pcall(mp.unpack, '\xa5ab')) print(pcall(mp.pack, print)) print(pcall(mp.unpack, stream))
mp.set_array 'always_as_map' print(hex(mp.pack {1, 2}))
mp.set_string 'binary' print(hex(mp.pack 'bin'))
mp.set_number 'float' print(hex(mp.pack(1.5)))
