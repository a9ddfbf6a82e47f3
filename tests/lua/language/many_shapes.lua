-- Instructions that meet tables of very many shapes find fields by a cache that all of them share. It must not
-- outlive what it remembers: methods that change, metatables, fields that come and go, collections.
local t = require "harness"

local function read(object) return object.value end
local function write(object, value) object.value = value end
local function call(object) return object:name() end

-- n tables with the field at different places, by `make(i)`.
local function objects(n, make)
  local list = {}
  for i = 1, n do
    local object = make(i)
    for j = 1, i do object["f" .. j] = j end
    object.value = i
    list[i] = object
  end
  return list
end

t.test("fields of many shapes", function()
  local list = objects(40, function() return {} end)
  for round = 1, 30 do
    local sum = 0
    for i, object in ipairs(list) do
      sum = sum + read(object)
      write(object, i + round)
    end
    t.eq(sum, 820 + 40 * (round > 1 and round - 1 or 0))
  end
  for _, object in ipairs(list) do object.value = nil end
  for _, object in ipairs(list) do t.eq(read(object), nil) end
  for i, object in ipairs(list) do write(object, i) end
  for i, object in ipairs(list) do t.eq(read(object), i) end
end)

local function classes(n)
  local list = {}
  for i = 1, n do
    local class = {}
    class.__index = class
    class.name = function() return "class " .. i end
    list[i] = class
  end
  return list
end

t.test("methods of many classes, which change", function()
  local all = classes(30)
  local list = objects(30, function(i) return setmetatable({}, all[i]) end)
  local function check(prefix)
    for round = 1, 20 do
      for i, object in ipairs(list) do
        local name = call(object)
        if name ~= prefix .. i then t.eq(name, prefix .. i) end
      end
    end
  end
  check("class ")
  for i, class in ipairs(all) do class.name = function() return "changed " .. i end end
  check("changed ")
  for i, object in ipairs(list) do object.name = function() return "own " .. i end end
  check("own ")
  for _, object in ipairs(list) do object.name = nil end
  check("changed ")
  for i, object in ipairs(list) do
    setmetatable(object, {__index = function() return function() return "called " .. i end end})
  end
  check("called ")
  for _, object in ipairs(list) do setmetatable(object, nil) end
  for _, object in ipairs(list) do
    t.eq(select(2, pcall(call, object)):match("attempt.*"), "attempt to call a nil value (method 'name')")
  end
end)

t.test("methods of base classes", function()
  local base = {}
  base.__index = base
  function base.name() return "base" end
  local all = {}
  for i = 1, 30 do
    local class = setmetatable({}, base)
    class.__index = class
    all[i] = class
  end
  local list = objects(30, function(i) return setmetatable({}, all[i]) end)
  local function names()
    local seen = {}
    for round = 1, 20 do
      for _, object in ipairs(list) do
        local name = call(object)
        seen[name] = (seen[name] or 0) + 1
      end
    end
    return seen
  end
  t.eq(names().base, 600)
  all[7].name = function() return "seven" end
  local seen = names()
  t.eq(seen.base, 580)
  t.eq(seen.seven, 20)
  all[7].name = nil
  t.eq(names().base, 600)
  base.__index = function() return function() return "function" end end
  t.eq(names()["function"], 600)
end)

t.test("new fields of many shapes, and __newindex", function()
  local all = classes(30)
  local made = {}
  local function fill(round)
    for i = 1, 30 do
      local object = setmetatable({}, all[i])
      write(object, i)
      made[i] = object
    end
    for i = 1, 30 do
      local expected = round <= 20 and i or nil
      if rawget(made[i], "value") ~= expected then t.eq(rawget(made[i], "value"), expected) end
    end
  end
  for round = 1, 20 do fill(round) end
  local count = 0
  for i = 1, 30 do all[i].__newindex = function() count = count + 1 end end
  for round = 21, 25 do fill(round) end
  t.eq(count, 150)
end)

t.test("collections between", function()
  for round = 1, 12 do
    local all = classes(20)
    local list = objects(20, function(i) return setmetatable({}, all[i]) end)
    for again = 1, 4 do
      for i, object in ipairs(list) do
        write(object, round * i)
        if read(object) ~= round * i then t.eq(read(object), round * i) end
        if call(object) ~= "class " .. i then t.eq(call(object), "class " .. i) end
      end
    end
    all, list = nil, nil
    collectgarbage()
  end
  t.ok(true)
end)

t.finish()
