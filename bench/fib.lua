-- group: recursion
-- about: Fibonacci numbers by plain double recursion
-- stresses: calls of a local function with one argument, integer add and compare
-- quick: 20
local scale = tonumber((...)) or 37

local function fib(n)
  if n < 2 then
    return n
  end
  return fib(n - 1) + fib(n - 2)
end

print(string.format("fib %d", fib(scale)))
