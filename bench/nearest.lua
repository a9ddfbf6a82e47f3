-- group: array
-- about: k-nearest-neighbours classification of random points
-- stresses: distance loops over arrays of records, insertion into a small sorted list
-- quick: 10
local scale = tonumber((...)) or 6000

local DIMENSIONS, K, TRAINING = 4, 7, 2500

local state = 99
local function random()
  state = (state * 69069 + 1) % 4294967296
  return state / 4294967296
end

local function randomPoint()
  local point = {}
  for d = 1, DIMENSIONS do
    point[d] = random()
  end
  return point
end

local function labelOf(point)
  local sum = 0
  for d = 1, #point do
    sum = sum + point[d] * d
  end
  return sum < 4 and "low" or sum < 6 and "middle" or "high"
end

local function squaredDistance(a, b)
  local sum = 0
  for d = 1, #a do
    local delta = a[d] - b[d]
    sum = sum + delta * delta
  end
  return sum
end

local function nearest(samples, point, k)
  local best = {}
  for i = 1, #samples do
    local sample = samples[i]
    local distance = squaredDistance(sample.point, point)
    if #best < k or distance < best[#best].distance then
      local at = #best + 1
      while at > 1 and best[at - 1].distance > distance do
        at = at - 1
      end
      table.insert(best, at, { distance = distance, label = sample.label })
      if #best > k then
        table.remove(best)
      end
    end
  end
  return best
end

local function vote(neighbours)
  local counts = {}
  local winner
  for _, neighbour in ipairs(neighbours) do
    local label = neighbour.label
    counts[label] = (counts[label] or 0) + 1
    if not winner or counts[label] > counts[winner] then
      winner = label
    end
  end
  return winner
end

local samples = {}
for i = 1, TRAINING do
  local point = randomPoint()
  samples[i] = { point = point, label = labelOf(point) }
end
local right, distances = 0, 0
for _ = 1, scale do
  local point = randomPoint()
  local neighbours = nearest(samples, point, K)
  if vote(neighbours) == labelOf(point) then
    right = right + 1
  end
  distances = distances + neighbours[1].distance
end
print(string.format("nearest %d %.6f", right, distances))
