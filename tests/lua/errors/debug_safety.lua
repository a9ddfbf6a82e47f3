-- What the debug library lets a program get at cannot break library functions. (Not for stock Lua, which crashes.)
local t = require "harness"

local registry = debug.getregistry()

-- Runs f with fields of the registry changed.
local function with(fields, f, ...)
  local old = {}
  for k in pairs(fields) do old[k] = registry[k] end
  for k, v in pairs(fields) do registry[k] = v or nil end
  local results = table.pack(pcall(f, ...))
  for k in pairs(fields) do registry[k] = old[k] end
  return table.unpack(results, 1, results.n)
end

t.test("fields of the registry", function()
  for _, v in ipairs { false, 5, {}, "x", print } do
    local ok, message = with({ ["FILE*"] = v }, io.open, "/dev/null")
    t.ok(ok == false or type(v) == "table")
    t.eq(with({ _IO_input = v }, io.read), false)
    t.eq(with({ _IO_output = v }, io.write, "x"), false)
    t.eq(with({ _IO_output = v }, io.close), false)
    t.eq(with({ _PRELOAD = v }, require, "no such module"), false)
    t.eq(with({ _LOADED = v }, require, "no such module"), false)
    with({ _CLIBS = v }, package.loadlib, "./none.so", "f")
    with({ _HOOKKEY = v }, function()
      debug.sethook(function() end, "c")
      math.abs(1)
      debug.sethook()
    end)
  end
  t.eq(select(2, with({ _IO_input = 5 }, io.read)), t.either("standard", "default") .. " input file is closed")
  local f, message, where = package.loadlib("./none.so", "f")
  t.eq(f, nil)
  t.eq(where, "open")
  f, message, where = select(2, with({ _CLIBS = { ["./none.so"] = 12345 } }, package.loadlib, "./none.so", "f"))
  t.eq(where, "open")
end)

t.test("upvalues of library functions", function()
  for _, v in ipairs { false, 5, {}, "x", print, io.stdout } do
    debug.setupvalue(math.random, 1, v)
    t.ok(math.random() < 1)
    local each = ("abc"):gmatch(".")
    for i = 1, 3 do debug.setupvalue(each, i, v) end
    t.eq(each(), "a")
    local lines = io.lines(debug.getinfo(1, "S").source:sub(2), 3)
    for i = 1, 5 do debug.setupvalue(lines, i, v) end
    t.eq(lines(), "-- ")
    local body = coroutine.wrap(function() return "body" end)
    debug.setupvalue(body, 1, v)
    t.eq(body(), "body")
  end
  t.eq(debug.getupvalue(("abc"):gmatch("."), 1), "")
  t.eq(debug.setupvalue(("abc"):gmatch("."), 1, 5), "")
end)

local function setAll(level)
  for i = 1, 20 do debug.setlocal(level + 1, i, nil) end
  collectgarbage()
end

t.test("values on the stacks of library functions", function()
  t.eq(("abc"):gsub(("."):rep(1) .. ("x?"):rep(40), function()
    setAll(2)
    return ("y"):rep(1000)
  end), ("y"):rep(3000))
  local list = {}
  for i = 1, 100 do list[i] = { i } end
  local looked
  table.sort(list, function(a, b)
    if not looked then
      looked = true
      setAll(2)
      for i = 1, 20 do t.neq(type((select(2, debug.getlocal(2, i)))), "userdata") end
    end
    return a[1] > b[1]
  end)
  t.eq(list[1][1], 100)
  t.eq(list[100][1], 1)
  local object = setmetatable({}, { __tostring = function() setAll(2) return ("z"):rep(600) end })
  t.eq(string.format("%s" .. ("x"):rep(1000), object), ("z"):rep(600) .. ("x"):rep(1000))
  local pieces = 0
  t.eq(load(function()
    pieces = pieces + 1
    setAll(2)
    for i = 1, 20 do
      local name, v = debug.getlocal(2, i)
      t.neq(type(v), "userdata")
      pcall(debug.setuservalue, v, nil)
    end
    return pieces < 100 and "x" .. pieces .. " = 'text " .. pieces .. "' " or nil
  end) ~= nil, true)
end)

t.test("hooks may change arguments and results", function()
  local results
  debug.sethook(function() debug.setlocal(2, 1, "ABC") end, "c")
  local upper = string.lower("xyz")
  debug.sethook()
  t.eq(upper, "abc")
end)

t.finish()
