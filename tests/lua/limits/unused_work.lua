-- Work is charged for although nobody uses what it makes: ./dev test ticks compares what this file spends.
local t = require "harness"

t.test("parts of strings that are not used", function()
  local s, n = ("x"):rep(1000), 0
  for i = 1, 2000 do local part = s:sub(1, 64) n = n + 1 end
  for i = 1, 2000 do local one, two = s:sub(i % 7, 64), s:sub(i % 7, 64) n = n + #one + #two end
  t.ok(n > 2000)
end)

t.finish()
