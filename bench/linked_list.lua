-- group: object
-- about: singly and doubly linked lists: build, reverse, filter, merge sort, splice
-- stresses: chasing a field through many records, rewriting links, nil tests
-- quick: 1
local scale = tonumber((...)) or 230

local LENGTH = 4000

local function fromRange(n, key)
  local head
  for i = n, 1, -1 do
    head = { value = i * key % 7919, next = head }
  end
  return head
end

local function reverse(node)
  local done
  while node do
    node, node.next, done = node.next, done, node
  end
  return done
end

local function map(node, f)
  local first = { next = nil }
  local last = first
  while node do
    last.next = { value = f(node.value), next = nil }
    last, node = last.next, node.next
  end
  return first.next
end

local function split(node)
  local slow, fast = node, node.next
  while fast and fast.next do
    slow, fast = slow.next, fast.next.next
  end
  local second = slow.next
  slow.next = nil
  return node, second
end

local function merge(a, b)
  local anchor = { next = nil }
  local last = anchor
  while a and b do
    if b.value < a.value then
      last.next, b = b, b.next
    else
      last.next, a = a, a.next
    end
    last = last.next
  end
  last.next = a or b
  return anchor.next
end

local function sort(node)
  if not node or not node.next then
    return node
  end
  local a, b = split(node)
  return merge(sort(a), sort(b))
end

local function digest(node)
  local value = 0
  while node do
    value = (value * 3 + node.value) % 1000003
    node = node.next
  end
  return value
end

-- A ring with a sentinel, from which every n-th node is unlinked.
local function josephus(n, step)
  local first = { value = 1 }
  first.next, first.previous = first, first
  for i = 2, n do
    local node = { value = i, next = first, previous = first.previous }
    first.previous.next = node
    first.previous = node
  end
  local current = first.previous
  while current.next ~= current do
    for _ = 1, step do
      current = current.next
    end
    current.previous.next, current.next.previous = current.next, current.previous
    current = current.previous
  end
  return current.value
end

local sum = 0
for round = 1, scale do
  local list = fromRange(LENGTH, round * 2 + 1)
  list = reverse(list)
  sum = sum + digest(list)
  list = sort(list)
  sum = sum + digest(list)
  list = map(list, function(value) return value * value % 1009 end)
  sum = sum + digest(sort(list)) + josephus(2000, 3 + round % 5)
end
print(string.format("linked_list %d", sum))
