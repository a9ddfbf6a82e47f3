-- group: array
-- about: pancake flips over all permutations of a small deck
-- stresses: very short array loops: copying, reversing a prefix, rotating
-- quick: 6
local scale = tonumber((...)) or 10

local function fannkuch(n)
  local deck, work, count = {}, {}, {}
  for i = 1, n do
    deck[i], count[i] = i, i
  end
  local checksum, most, even = 0, 0, true
  while true do
    local top = deck[1]
    if top ~= 1 then
      for i = 2, n do
        work[i] = deck[i]
      end
      local flips = 1
      while true do
        local card = work[top]
        if card == 1 then
          break
        end
        work[top] = top
        local low, high = 2, top - 1
        while low < high do
          work[low], work[high] = work[high], work[low]
          low, high = low + 1, high - 1
        end
        top = card
        flips = flips + 1
      end
      if flips > most then
        most = flips
      end
      checksum = checksum + (even and flips or -flips)
    end
    -- the next permutation: swap the first two, or rotate ever longer prefixes
    if even then
      deck[1], deck[2] = deck[2], deck[1]
      even = false
    else
      deck[2], deck[3] = deck[3], deck[2]
      even = true
      local i = 3
      while count[i] == 1 do
        if i == n then
          return checksum, most
        end
        count[i] = i
        local first = deck[1]
        for j = 1, i do
          deck[j] = deck[j + 1]
        end
        i = i + 1
        deck[i] = first
      end
      count[i] = count[i] - 1
    end
  end
end

local checksum, most = fannkuch(scale)
print(string.format("fannkuch %d %d", checksum, most))
