-- Functional helpers of moses over generated data.
local M = require 'moses'
local function show(t) if type(t) ~= 'table' then return tostring(t) end local parts = {} for i, v in ipairs(t) do parts[i] = show(v) end return '{' .. table.concat(parts, ',') .. '}' end

local numbers = M.range(1, 20)
print(show(M.map(numbers, function(v) return v * v end)), show(M.select(numbers, function(v) return v % 3 == 0 end)), M.sum(numbers), M.product(M.range(1, 10)))
print(M.mean(numbers), M.median(numbers), M.reduce(numbers, function(a, b) return a + b end), show(M.reject(numbers, function(v) return v > 4 end)))
for chunk in M.partition(M.range(1, 7), 3) do io.write(show(chunk), ' ') end
for window in M.sliding(M.range(1, 5), 2, 1) do io.write(show(window), ' ') end
for permutation in M.permutation {1, 2, 3} do io.write(show(permutation), ' ') end
print()
print(show(M.unique {1, 2, 1, 3, 2}), show(M.union({1, 2}, {2, 3})), show(M.intersection({1, 2, 3}, {2, 3, 4})), show(M.difference({1, 2, 3}, {2})), show(M.flatten {1, {2, {3, {4}}}}))
print(show(M.zip({1, 2}, {3, 4})), show(M.first(numbers, 3)), show(M.last(numbers, 3)), show(M.rest(numbers, 18)), show(M.reverse {1, 2, 3}), show(M.chunk({1, 1, 2, 2, 3}, function(v) return v end)))
print(show(M.sort({3, 1, 2}, function(a, b) return a > b end)), show(M.sortBy({{k = 2}, {k = 1}}, 'k')[1].k), M.detect({5, 6, 7}, 6), M.all({2, 4}, function(v) return v % 2 == 0 end), M.count({1, 2, 1}, 1))
local groups = M.groupBy(numbers, function(v) return v % 3 end)
print(show(groups[0]), show(groups[1]), show(groups[2]))
print(M.compose(function(x) return x + 1 end, function(x) return x * 2 end)(5), M.pipe(2, function(x) return x + 1 end, function(x) return x * x end), M.memoize(function(x) return x * 3 end)(4), M.bind(math.max, 10)(3))
print(M.isEqual({1, {a = 2}}, {1, {a = 2}}), M.isEmpty {}, M.isInteger(3), M.isInteger(3.5), M.isArray {1, 2}, M.size {a = 1, b = 2})
print(show(M.keys and M.sort(M.keys {a = 1, b = 2})), show(M.sort(M.values {a = 1, b = 2})), M.invert({a = 'x'}).x, M.pick({a = 1, b = 2}, 'a').a, M.omit({a = 1, b = 2}, 'a').a, M.clone({1, {2}})[2][1])
print(M.chain(numbers):filter(function(v) return v % 2 == 0 end):map(function(v) return v * 10 end):sum():value())
print(M.curry(function(a, b, c) return a + b + c end, 3)(1)(2)(3), M.after(function() return 'after' end, 2)(), M.once(function() return 1 end)(), M.uniqueId('id%s'), M.concat({1, 2, 3}, '-'))
