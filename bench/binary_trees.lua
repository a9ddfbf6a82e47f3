-- group: alloc
-- about: complete binary trees built and dropped, while one stays alive
-- stresses: allocation of equal small tables, recursion, the collector's throughput
-- quick: 6
local scale = tonumber((...)) or 15

local function bottomUp(depth)
  if depth == 0 then
    return { left = nil, right = nil }
  end
  return { left = bottomUp(depth - 1), right = bottomUp(depth - 1) }
end

local function count(tree)
  if tree.left then
    return 1 + count(tree.left) + count(tree.right)
  end
  return 1
end

local stretch = count(bottomUp(scale + 1))
local longLived = bottomUp(scale)
local nodes = 0
for depth = 4, scale, 2 do
  local trees = 2 ^ (scale - depth + 4)
  for _ = 1, trees do
    nodes = nodes + count(bottomUp(depth))
  end
end
print(string.format("binary_trees %d %d %d", stretch, nodes, count(longLived)))
