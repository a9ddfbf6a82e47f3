-- group: alloc
-- about: a pipeline over lists of records: parse, filter, group, summarise
-- stresses: tables created by constructors with fields and with array items, garbage of all ages
-- quick: 2
local scale = tonumber((...)) or 240

local CITIES = { "Oslo", "Lima", "Kyoto", "Accra", "Quito", "Perth", "Turin" }

local function make(count, seed)
  local list, state = {}, seed
  for i = 1, count do
    state = (state * 171) % 30269
    list[i] = {
      id = i, city = CITIES[state % #CITIES + 1], age = state % 80,
      scores = { state % 10, state % 12, state % 14 },
    }
  end
  return list
end

local function filter(list, accept)
  local kept = {}
  for _, item in ipairs(list) do
    if accept(item) then
      kept[#kept + 1] = item
    end
  end
  return kept
end

local function map(list, f)
  local mapped = {}
  for i, item in ipairs(list) do
    mapped[i] = f(item)
  end
  return mapped
end

local function groupBy(list, key)
  local groups = {}
  for _, item in ipairs(list) do
    local name = item[key]
    local group = groups[name]
    if not group then
      group = { name = name, items = {} }
      groups[name] = group
    end
    group.items[#group.items + 1] = item
  end
  return groups
end

local adults, best, history = 0, 0, {}
for round = 1, scale do
  local people = make(3000, round + 100)
  local grown = filter(people, function(person) return person.age >= 18 end)
  local scored = map(grown, function(person)
    local s = person.scores
    return { id = person.id, city = person.city, total = s[1] + s[2] + s[3], of = person }
  end)
  adults = adults + #scored
  local groups = groupBy(scored, "city")
  for _, city in ipairs(CITIES) do
    local top = 0
    for _, item in ipairs(groups[city].items) do
      top = math.max(top, item.total * 100 + item.of.age)
    end
    best = best + top
  end
  history[(round - 1) % 8 + 1] = groups
end
print(string.format("records %d %d %d", adults, best, #history))
