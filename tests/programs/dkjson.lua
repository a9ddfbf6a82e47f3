-- JSON with dkjson: a generated document there and back, key order, errors, metatables, indentation.
local json = require('dkjson').use_lpeg and require('dkjson')

local function build(depth, seed)
  if depth == 0 then return seed % 3 == 0 and seed / 4 or seed % 3 == 1 and 'text \u{e9} "' .. seed .. '"\n' or seed % 2 == 0 end
  local node = {id = seed, name = 'node' .. seed, children = {}}
  for i = 1, 4 do node.children[i] = build(depth - 1, seed * 5 + i) end
  return node
end

local document = build(4, 1)
local text = json.encode(document, {keyorder = {'id', 'name', 'children'}})
print(#text, text:sub(1, 300))
local back, position, problem = json.decode(text, 1, nil)
print(position, problem, json.encode(back, {keyorder = {'id', 'name', 'children'}}) == text)
print(json.encode({1, 2, {a = 'x'}, setmetatable({}, {__jsontype = 'array'}), json.null}, {indent = true}))
print(json.encode({1.5, 1e100, -0.0, math.maxinteger, 2^53, 0.1}))
print(json.encode(setmetatable({5}, {__tojson = function(self) return '"custom' .. self[1] .. '"' end})))
print(json.quotestring('\0\1\31"\\/\u{2028}\127'))
for _, bad in ipairs {'', '{', '[1,', '{"a" 1}', '[1 2]', 'nul', '"abc', '[1]x', '{"a":}', '\\', '// c\n[1]', '/* x */ 2', '[1e5, -3.5E-2, 0]'} do
  local value, at, message = json.decode(bad)
  print(bad, type(value) == 'table' and json.encode(value) or value, at, message)
end
print(pcall(json.encode, {print}))
print(pcall(json.encode, {[{}] = 1}))
local cycle = {}
cycle.self = cycle
print(pcall(json.encode, cycle))
print(json.decode('{"a":null,"b":[null,1]}', 1, 'NULL').a)
print(json.decode('"\\u00e9\\ud83d\\ude00\\n"'))
local total = 0
for i = 1, 60 do
  local list = {}
  for k = 1, 50 do list[k] = {k = k, s = ('s'):rep(k % 7), f = k / 8} end
  total = total + #json.encode(json.decode(json.encode(list, {keyorder = {'k', 's', 'f'}})), {keyorder = {'k', 's', 'f'}})
end
print(total)
