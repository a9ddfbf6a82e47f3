-- group: recursion
-- about: Hofstadter's female and male sequences, plus a memoised Q sequence
-- stresses: mutual recursion through upvalues, table look-ups as a memo
-- quick: 40
local scale = tonumber((...)) or 500

local female, male

function female(n)
  if n == 0 then
    return 1
  end
  return n - male(female(n - 1))
end

function male(n)
  if n == 0 then
    return 0
  end
  return n - female(male(n - 1))
end

local function makeQ()
  local memo = { 1, 1 }
  local function q(n)
    local known = memo[n]
    if known then
      return known
    end
    local value = q(n - q(n - 1)) + q(n - q(n - 2))
    memo[n] = value
    return value
  end
  return q
end

local sum = 0
for n = 0, scale do
  sum = sum + female(n % 75) * 3 + male(n % 75)
end
for round = 1, scale do
  local q = makeQ()
  for n = 1, 500 do
    sum = (sum + q(n) * round) % 1000000007
  end
end
print(string.format("hofstadter %d", sum))
