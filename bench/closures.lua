-- group: object
-- about: closures made in loops: counters, adders, composition, currying
-- stresses: closure creation, private and shared upvalues, calls of unknown functions
-- quick: 300
local scale = tonumber((...)) or 600000

local function counter(step)
  local value = 0
  return function()
    value = value + step
    return value
  end, function()
    value = 0
  end
end

local function compose(f, g)
  return function(x)
    return f(g(x))
  end
end

local function curry(f)
  return function(a)
    return function(b)
      return function(c)
        return f(a, b, c)
      end
    end
  end
end

local function account(balance)
  local self = {}
  function self.deposit(amount)
    balance = balance + amount
  end
  function self.withdraw(amount)
    if amount > balance then
      return false
    end
    balance = balance - amount
    return true
  end
  function self.balance()
    return balance
  end
  return self
end

local sum = 0
for i = 1, scale do
  local tick, reset = counter(i % 5 + 1)
  for _ = 1, 5 do
    sum = sum + tick()
  end
  reset()
  sum = sum + tick()

  local functions = {}
  for j = 1, 6 do
    functions[j] = function(x)
      return x * j + i % 3
    end
  end
  local chain = functions[1]
  for j = 2, 6 do
    chain = compose(functions[j], chain)
  end
  sum = sum + chain(i % 7)

  sum = sum + curry(function(a, b, c) return a * b + c end)(i % 11)(3)(1)

  local purse = account(100)
  purse.deposit(i % 50)
  if purse.withdraw(130) then
    sum = sum + 1
  end
  sum = (sum + purse.balance()) % 1000000007
end
print(string.format("closures %d", sum))
