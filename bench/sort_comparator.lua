-- group: sort
-- about: table.sort of records with comparators over one and several keys
-- stresses: calls from the library back into Lua functions, string comparison, closures as order
-- quick: 300
local scale = tonumber((...)) or 125000

local state = 31
local function random(n)
  state = (state * 20077 + 12345) % 2147483629
  return state % n
end

local FAMILIES = { "Abara", "Berg", "Costa", "Dumas", "Endo", "Fabre", "Gupta", "Haas" }

local people = {}
for i = 1, scale do
  people[i] = {
    id = i, family = FAMILIES[random(#FAMILIES) + 1], age = random(90), height = 1.5 + random(60) / 100,
  }
end

local function copy(list)
  local result = {}
  for i = 1, #list do
    result[i] = list[i]
  end
  return result
end

local function by(...)
  local keys = { ... }
  return function(a, b)
    for i = 1, #keys do
      local key = keys[i]
      if a[key] ~= b[key] then
        return a[key] < b[key]
      end
    end
    return false
  end
end

local function digest(list)
  local value = 0
  for i = 1, #list do
    value = (value * 31 + list[i].id) % 1000003
  end
  return value
end

local list = copy(people)
table.sort(list, function(a, b) return a.id * 7919 % 999983 < b.id * 7919 % 999983 end)
local result = { digest(list) }

list = copy(people)
table.sort(list, by("family", "age", "height", "id"))
result[#result + 1] = digest(list)

table.sort(list, function(a, b)
  if a.age ~= b.age then
    return a.age > b.age
  end
  return a.id < b.id
end)
result[#result + 1] = digest(list)

local numbers = {}
for i = 1, scale * 3 do
  numbers[i] = random(1000000)
end
table.sort(numbers, function(a, b) return a > b end)
result[#result + 1] = numbers[1] + numbers[scale] + numbers[#numbers]

print(string.format("sort_comparator %d %d %d %d", result[1], result[2], result[3], result[4]))
