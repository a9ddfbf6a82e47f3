-- group: string
-- about: reverse complement of DNA sequences, wrapped into lines of sixty
-- stresses: string.reverse, gsub with a table, sub in a loop, joining lines
-- quick: 1
local scale = tonumber((...)) or 210

local COMPLEMENT = { A = "T", C = "G", G = "C", T = "A", N = "N", K = "M", M = "K" }

local function randomSequence(length, seed)
  local letters, state = {}, seed
  for i = 1, length do
    state = (state * 3877 + 29573) % 139968
    local pick = state % 20
    letters[i] = pick < 6 and "A" or pick < 10 and "C" or pick < 14 and "G" or pick < 18 and "T"
      or pick == 18 and "N" or "K"
  end
  return table.concat(letters)
end

local function reverseComplement(sequence)
  return (sequence:reverse():gsub(".", COMPLEMENT))
end

local function byHand(sequence)
  local out, n = {}, 0
  for i = #sequence, 1, -1 do
    n = n + 1
    out[n] = COMPLEMENT[sequence:sub(i, i)]
  end
  return table.concat(out)
end

local function wrap(text, width)
  local lines = {}
  for i = 1, #text, width do
    lines[#lines + 1] = text:sub(i, i + width - 1)
  end
  return lines
end

local digest, count = 0, 0
for round = 1, scale do
  local sequence = randomSequence(30000 + round * 7, round)
  local a, b = reverseComplement(sequence), byHand(sequence)
  assert(a == b and byHand(a) == sequence:gsub("M", "K"), "the two ways differ")
  local lines = wrap(a, 60)
  count = count + #lines
  for _, line in ipairs(lines) do
    digest = (digest * 17 + line:byte(1) + line:byte(-1) * 3) % 1000003
  end
end
print(string.format("reverse_complement %d %d", count, digest))
