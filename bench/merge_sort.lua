-- group: sort
-- about: stable merge sort and quicksort written in Lua, with the order passed in
-- stresses: array copying between two tables, calls of a comparison passed as an argument
-- quick: 500
local scale = tonumber((...)) or 200000

local function mergeSort(list, before)
  local n, source, target = #list, list, {}
  local width = 1
  while width < n do
    local start = 1
    while start <= n do
      local middle = math.min(start + width, n + 1)
      local stop = math.min(start + 2 * width, n + 1)
      local left, right = start, middle
      for at = start, stop - 1 do
        if left < middle and (right >= stop or not before(source[right], source[left])) then
          target[at] = source[left]
          left = left + 1
        else
          target[at] = source[right]
          right = right + 1
        end
      end
      start = stop
    end
    source, target = target, source
    width = width * 2
  end
  return source
end

local function quicksort(list, low, high, before)
  while low < high do
    if high - low < 12 then
      for i = low + 1, high do
        local value, at = list[i], i
        while at > low and before(value, list[at - 1]) do
          list[at] = list[at - 1]
          at = at - 1
        end
        list[at] = value
      end
      return
    end
    local pivot = list[math.floor((low + high) / 2)]
    local i, j = low, high
    while i <= j do
      while before(list[i], pivot) do i = i + 1 end
      while before(pivot, list[j]) do j = j - 1 end
      if i <= j then
        list[i], list[j] = list[j], list[i]
        i, j = i + 1, j - 1
      end
    end
    if j - low < high - i then
      quicksort(list, low, j, before)
      low = i
    else
      quicksort(list, i, high, before)
      high = j
    end
  end
end

local state = 777
local cards, numbers = {}, {}
for i = 1, scale do
  state = (state * 1366 + 150889) % 714025
  cards[i] = { rank = state % 13, suit = state % 4, at = i }
  numbers[i] = state
end

local sorted = mergeSort(cards, function(a, b) return a.rank < b.rank end)
local stable, digest = true, 0
for i = 1, scale do
  local card = sorted[i]
  digest = (digest * 5 + card.rank * 100 + card.suit * 7 + card.at) % 1000003
  if i > 1 and sorted[i - 1].rank == card.rank and sorted[i - 1].at > card.at then
    stable = false
  end
end
for _ = 1, 2 do
  quicksort(numbers, 1, scale, function(a, b) return a < b end)
  quicksort(numbers, 1, scale, function(a, b) return a % 1000 < b % 1000 or a % 1000 == b % 1000 and a < b end)
end
print(string.format("merge_sort %s %d %d %d", tostring(stable), digest, numbers[1], numbers[math.floor(scale / 3)]))
