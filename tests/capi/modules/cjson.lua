-- cjson: encoding and decoding, limits, errors.
local cjson = require "cjson"
local list = {}
for i = 1, 1000 do list[i] = { id = i, name = "name " .. i, third = i / 3, nested = { { i } } } end
local text = cjson.encode(list)
local back = cjson.decode(text)
print(#back, back[1000].name, back[3].third, back[7].nested[1][1])
print(#cjson.encode(back) == #text)
for _, bad in ipairs { "{bad", "[1,", '"open', "nul", "[1 2]", '{"a" 1}', "" } do print(pcall(cjson.decode, bad)) end
print(pcall(cjson.encode, print))
print(pcall(cjson.encode, { [1] = 1, [100000] = 2 }))
local deep = {}
for _ = 1, 2000 do deep = { deep } end
print(pcall(cjson.encode, deep))
print(cjson.encode { 1, 2.5, "text \n \"quoted\" \1", true, cjson.null })
print(cjson.decode "[1e3, -0.5, 12345678901234567890, \"\\u20ac\"]"[4])
print(cjson.decode("null") == cjson.null, tostring(cjson.null))
