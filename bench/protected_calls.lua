-- group: call
-- about: pcall, error and xpcall as ordinary control flow
-- stresses: protected calls that succeed, errors as strings and tables, rethrowing, handlers
-- quick: 300
local scale = tonumber((...)) or 1000000

local function parseAmount(text)
  local number = tonumber(text)
  if not number then
    error({ code = "number", text = text })
  elseif number < 0 then
    error("negative amount", 0)
  end
  return number
end

local function charge(account, text)
  local amount = parseAmount(text)
  if amount > account.balance then
    error({ code = "funds", missing = amount - account.balance })
  end
  account.balance = account.balance - amount
  return amount, account.balance
end

local function withRollback(account, action, ...)
  local before = account.balance
  local ok, a, b = pcall(action, account, ...)
  if not ok then
    account.balance = before
    error(a, 0)
  end
  return a, b
end

local function deep(n)
  if n == 0 then
    error("bottom", 0)
  end
  local result = deep(n - 1)
  return result
end

local INPUTS = { "10", "250", "x", "-4", "3.5", "99", "7", "12", "1000", "1" }

local account = { balance = 1000 }
local paid, counts, traces = 0, { number = 0, funds = 0, other = 0 }, 0
for i = 1, scale do
  local ok, problem = pcall(withRollback, account, charge, INPUTS[i % #INPUTS + 1])
  if ok then
    paid = paid + problem
  elseif type(problem) == "table" then
    counts[problem.code] = counts[problem.code] + 1
    if problem.code == "funds" then
      account.balance = account.balance + 500
    end
  else
    counts.other = counts.other + #problem
  end

  local fine, root = pcall(math.sqrt, i % 100)
  if fine then
    paid = paid + root
  end
  local indexed, message = pcall(function() return account.owner.name end)
  if not indexed and message:find("attempt to index", 1, true) then
    traces = traces + 1
  end
  if i % 8 == 0 then
    local _, handled = xpcall(function() return deep(20) end, function(m) return m .. "!" end)
    traces = traces + #handled
  end
end
print(string.format("protected_calls %.6f %d %d %d %d", paid, counts.number, counts.funds, counts.other, traces))
