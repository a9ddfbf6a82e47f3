-- Arguments at the ends of their ranges: sizes, positions and levels that overflow if nobody looks.
local t = require "harness"

local max, min = math.maxinteger, math.mininteger

t.test("levels and numbers of variables", function()
  for _, level in ipairs { 2 ^ 31 - 1, -2 ^ 31, -1, 2 ^ 30 } do
    t.eq(debug.traceback("x", level), "x\nstack traceback:")
  end
  t.eq(debug.getinfo(2 ^ 31 - 1), nil)
  t.eq(debug.getinfo(-1), nil)
  local function f(a) return a end
  for _, n in ipairs { 2 ^ 31 - 1, -2 ^ 31, -1, 0, 2 } do t.eq(debug.getlocal(f, n), nil) end
  for _, n in ipairs { 2 ^ 31 - 1, -2 ^ 31, -1, 0 } do t.eq(debug.getlocal(1, n), nil) end
end)

t.test("the collector", function()
  collectgarbage("step", max)
  collectgarbage("step", min)
  local list
  if t.lua53 then
    for _, n in ipairs { -1, 0, 2 ^ 31 - 1, -2 ^ 31, 200 } do
      collectgarbage("setpause", n // 1 | 0)
      collectgarbage("setstepmul", n // 1 | 0)
      for _ = 1, 20000 do list = { list and 1 } end
    end
    return t.eq(list[1], 1)
  end
  local mode = collectgarbage("incremental", -1, -1, -1)
  for _ = 1, 20000 do list = { list and 1 } end
  collectgarbage("generational", -5, -7)
  for _ = 1, 20000 do list = { list and 1 } end
  collectgarbage("incremental", 200, 100, 13)
  collectgarbage("generational", 20, 100)
  collectgarbage(mode)
  t.eq(list[1], 1)
end)

t.test("strings", function()
  t.raises(function() return ("x"):rep(max, ("y"):rep(100)) end, { match = "resulting string too large" })
  t.same({ ("abc"):byte(min, max) }, { 97, 98, 99 })
  t.eq(("abc"):sub(min, max), "abc")
  t.eq(#("%99.99f"):format(-1.7976931348623157e308), 410)
  t.eq(#("%99.99d"):format(min), 100)
  t.eq(#("%#99.99x"):format(-1), 101)
  t.raises(function() return string.packsize("c2147483639c2147483639") end, { match = "format result too large" })
  t.raises(function() return string.unpack("s8", "\255\255\255\255\255\255\255\127") end, { match = "data string too short" })
  t.raises(function() return string.unpack("s8", "\255\255\255\255\255\255\255\255") end, { match = "data string too short" })
  t.raises(function() return string.unpack("c2147483639", "abc") end, { match = "data string too short" })
  t.eq(utf8.offset("abc", min), nil)
  t.eq(utf8.offset("abc", max), nil)
  local n = 0
  for _ in ("abc"):gmatch("()", min) do n = n + 1 end
  t.eq(n, 4)
end)

t.test("lists", function()
  t.raises(function() return table.unpack({}, min, max) end, { match = "too many results to unpack" })
  t.eq(select("#", table.unpack({}, max - 1, max)), 2)
  t.raises(function() return table.concat({}, "x", max - 1, max) end, { match = "invalid value %(nil%) at index " .. t.either("%-2", "9223372036854775806") })
  t.raises(function() return table.move({}, min, max, 1) end, { match = "too many elements to move" })
  t.raises(function() return table.move({ 1, 2, 3 }, 1, 3, max - 1) end, { match = "destination wrap around" })
end)

t.test("files and dates", function()
  local f = io.tmpfile()
  f:setvbuf("full", -1)
  f:setvbuf("full", max)
  f:write("abc")
  t.eq(f:seek("end", min), nil)
  f:seek("set", 0)
  t.eq(f:read("a"), "abc")
  f:close()
  t.raises(function() return os.date("%Y", max) end, { match = "cannot be represented" })
  t.raises(function()
    return os.time { year = 2 ^ 31 + 1899, month = 2 ^ 31, day = -2 ^ 31, hour = 2 ^ 31 - 1, min = 2 ^ 31 - 1 }
  end, { match = t.either("field 'min' is out%-of%-bound", "cannot be represented") })
end)

t.finish()
