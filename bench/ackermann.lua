-- group: recursion
-- about: Ackermann's function, ack(2, n) and ack(3, n)
-- stresses: deep recursion, nested call as an argument, tail calls, a global function
-- quick: 1
local scale = tonumber((...)) or 130

function Ack(m, n)
  if m == 0 then
    return n + 1
  elseif n == 0 then
    return Ack(m - 1, 1)
  end
  return Ack(m - 1, Ack(m, n - 1))
end

local sum = 0
for round = 1, scale do
  sum = sum + Ack(3, 7) + Ack(2, 20 + round)
end
print(string.format("ackermann %d", sum))
