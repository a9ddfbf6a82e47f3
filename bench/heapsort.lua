-- group: array
-- about: heap sort of random floats, written out
-- stresses: array reads and writes at i and 2i, float comparison
-- quick: 2000
local scale = tonumber((...)) or 1300000

local function siftDown(a, root, last)
  local value = a[root]
  while true do
    local child = root * 2
    if child > last then
      break
    end
    if child < last and a[child] < a[child + 1] then
      child = child + 1
    end
    if value >= a[child] then
      break
    end
    a[root] = a[child]
    root = child
  end
  a[root] = value
end

local function heapsort(a, n)
  for root = math.floor(n / 2), 1, -1 do
    siftDown(a, root, n)
  end
  for last = n, 2, -1 do
    a[1], a[last] = a[last], a[1]
    siftDown(a, 1, last - 1)
  end
end

local state = 42
local list = {}
for i = 1, scale do
  state = (state * 48271) % 2147483647
  list[i] = state / 2147483647
end
heapsort(list, scale)
local sum = 0
for i = 1, scale do
  assert(i == 1 or list[i - 1] <= list[i], "not sorted")
  sum = sum + list[i] * (i % 10)
end
print(string.format("heapsort %.6f %.6f %.6f", list[1], list[scale], sum))
