-- A binary chunk holds the name of its source once.
local t = require "harness"

t.test("source of nested functions", function()
  local name = ("x"):rep(1000)
  local chunk = assert(load("return function(x) return function(y) return x + y end end", name))
  local code = string.dump(chunk)
  t.ok(#code > 1000 and #code < 2000, "size")
  local f = assert(load(code))
  local g = f()
  local h = g(3)
  t.eq(h(5), 8)
  for _, each in ipairs {f, g, h} do t.eq(debug.getinfo(each, "S").source, name) end
  code = string.dump(chunk, true)
  t.ok(#code < 500, "size of a stripped chunk")
  for _, each in ipairs {load(code), load(code)(), load(code)()(1)} do
    t.eq(debug.getinfo(each, "S").source, "=?")
  end
end)

t.finish()
