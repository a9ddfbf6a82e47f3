-- group: coroutine
-- about: permutations, tree walks and filter chains as coroutine.wrap iterators
-- stresses: generators in a generic for, yields from inside recursion, short-lived coroutines
-- quick: 1
local scale = tonumber((...)) or 1500

local function permutations(list)
  local function generate(n)
    if n <= 1 then
      coroutine.yield(list)
      return
    end
    for i = 1, n do
      list[n], list[i] = list[i], list[n]
      generate(n - 1)
      list[n], list[i] = list[i], list[n]
    end
  end
  return coroutine.wrap(function() generate(#list) end)
end

local function insert(tree, key)
  if not tree then
    return { key = key }
  end
  local side = key < tree.key and "left" or "right"
  tree[side] = insert(tree[side], key)
  return tree
end

local function inOrder(tree)
  local function walk(node)
    if node then
      walk(node.left)
      coroutine.yield(node.key)
      walk(node.right)
    end
  end
  return coroutine.wrap(function() walk(tree) end)
end

local function range(from, to)
  return coroutine.wrap(function()
    for i = from, to do
      coroutine.yield(i)
    end
  end)
end

local function filter(accept, source)
  return coroutine.wrap(function()
    for value in source do
      if accept(value) then
        coroutine.yield(value)
      end
    end
  end)
end

local sum = 0
for round = 1, scale do
  for list in permutations({ 1, 2, 3, 4, 5, 6 }) do
    sum = (sum * 3 + list[1] * 5 + list[6]) % 1000003
  end
  local tree
  for i = 1, 400 do
    tree = insert(tree, i * 167 % 401 + round)
  end
  for key in inOrder(tree) do
    sum = (sum * 2 + key) % 1000003
  end
  local odd = filter(function(n) return n % 2 == 1 end, range(1, 600))
  for value in filter(function(n) return n % 3 ~= 0 end, odd) do
    sum = (sum + value) % 1000003
  end
  for i = 1, 100 do
    for value in range(i, i + 2) do
      sum = sum + value
    end
  end
end
print(string.format("generators %d", sum))
