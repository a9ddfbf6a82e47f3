-- What caches and compiled code know of tables that collections take values out of.
local t = require "harness"

-- Waits until `gone` says so; collections of all kinds happen meanwhile.
local function wait(gone)
  for i = 1, 20000 do
    if gone() then return end
    local garbage = {{}}
    if i % 10000 == 0 then collectgarbage() end
  end
end

t.test("a weak metatable loses __index in any collection", function()
  local function get(o) return o.x end
  local mt = setmetatable({}, {__mode = "v"})
  local o, others = setmetatable({}, mt), {}
  for round = 1, 60 do
    mt.__index = {x = "mine"}
    for i = 1, 5 do get(o) end
    wait(function() return not mt.__index end)
    for i = 1, 1000 do others[i] = {x = "somebody else's"} end
    local v = get(o)
    if mt.__index == nil then t.eq(v, nil) end
  end
end)

t.test("a link in the middle of a chain is lost", function()
  local last = {x = "from the last"}
  local plain = setmetatable({}, {__mode = "v"})
  plain.__index = setmetatable({}, {__index = last})
  local p = setmetatable({}, {__index = setmetatable({}, plain)})
  local function get() return p.x end
  for i = 1, 5 do get() end
  collectgarbage() collectgarbage()
  t.eq(plain.__index, nil)
  t.eq(get(), nil)
  t.eq(last.x, "from the last")
end)

t.test("a field is read anew behind an allocation", function()
  local weak = setmetatable({x = false}, {__mode = "v"})
  local wrong = 0
  local function f(w)
    for _ = 1, 2000 do
      w.x = {}
      local a, b, c, d = {}, {}, {}, {}
      local y = w.x
      if y and #y ~= 0 then wrong = wrong + 1 end
    end
  end
  for _ = 1, 20 do f(weak) end
  t.eq(wrong, 0)
end)

t.test("so is the size of an array", function()
  local weak = setmetatable({}, {__mode = "v"})
  local function step(w)
    if w[3] then
      local a, b, c, d = {}, {}, {}, {}
      w[3] = a
      return a
    end
  end
  local lost = 0
  for _ = 1, 30000 do
    weak[1], weak[2], weak[3] = {}, {}, {}
    local a = step(weak)
    if a and rawget(weak, 3) ~= a then lost = lost + 1 end
  end
  t.eq(lost, 0)
end)

t.test("running code does not keep what only it refers to", function()
  local function get(o) return o.x end
  local function make()
    local mt = setmetatable({}, {__mode = "v"})
    mt.__index = {x = 1}
    return setmetatable({}, mt)
  end
  for _ = 1, 3 do
    local o = make()
    for _ = 1, 5000 do get(o) end
    collectgarbage() collectgarbage()
    t.eq(get(o), nil)
  end
end)

t.finish()
