-- Table printing with inspect: nesting, cycles, metatables, processing, sorted keys of every type.
local inspect = require 'inspect'

print(inspect({1, 2, 3, 'four', {5, 6}}))
print(inspect({a = 1, ['b c'] = 2, [3] = 'x', [1.5] = 'y', [true] = 'z', nested = {list = {1, 2, {}}, empty = {}}}))
local cycle = {name = 'root'}
cycle.self, cycle.children = cycle, {cycle, {parent = cycle}}
print(inspect(cycle))
print(inspect(setmetatable({1}, {__index = {x = 1}, __call = 2})))
print(inspect('quotes "double" and \'single\'\n\t\0\127'), inspect("it's"), inspect('say "hi"'))
print(inspect({print = print, f = function() end, co = coroutine.create(print)}))
print(inspect({{{{{1}}}}}, {depth = 2}))
print(inspect({a = {b = {c = 1}}, secret = 'hide'}, {process = function(item, path)
  if path[#path] == 'secret' then return nil end
  if item == 1 then return 'one' end
  return item
end}))
print(inspect({1, 2, x = 3}, {newline = ' ', indent = ''}))
print(inspect({1e100, 0.1, -0.0, math.huge, -math.huge, math.maxinteger, 2^53}))
local big = {}
for i = 1, 200 do big['key' .. i] = {i, i * i, {tag = ('t'):rep(i % 5)}} end
local text = inspect(big)
print(#text, text:sub(1, 200))
local mixed = {}
for i = 1, 20 do mixed[i] = i mixed[-i] = i mixed[i + 0.5] = i mixed['k' .. i] = i end
print(inspect(mixed))
