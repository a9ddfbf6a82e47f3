-- Producers, filters and consumers as coroutines: a pipeline without a queue.
--
--   perigee examples/pipeline.lua [LIMIT]
--
-- Each stage is an iterator made by coroutine.wrap. It runs only when the stage after it asks for
-- a value, and it may stop in the middle of its loop to hand one over.

local limit = tonumber(arg[1]) or 60

local function producer(from)
  return coroutine.wrap(function()
    for n = from, math.huge do
      coroutine.yield(n)
    end
  end)
end

local function without_multiples(of, source)
  return coroutine.wrap(function()
    for n in source do
      if n % of ~= 0 then
        coroutine.yield(n)
      end
    end
  end)
end

-- The sieve of Eratosthenes: every prime found puts one more filter into the pipeline.
local function primes()
  return coroutine.wrap(function()
    local source = producer(2)
    while true do
      local prime = source()
      coroutine.yield(prime)
      source = without_multiples(prime, source)
    end
  end)
end

local function in_groups(size, source)
  return coroutine.wrap(function()
    local group = {}
    for value in source do
      group[#group + 1] = value
      if #group == size then
        coroutine.yield(group)
        group = {}
      end
    end
    if #group > 0 then
      coroutine.yield(group)
    end
  end)
end

local function take(count, source)
  return coroutine.wrap(function()
    for _ = 1, count do
      coroutine.yield(source())
    end
  end)
end

-- The consumer.
for group in in_groups(10, take(limit, primes())) do
  for i, prime in ipairs(group) do
    group[i] = ("%5d"):format(prime)
  end
  print(table.concat(group))
end
