-- group: alloc
-- about: a cache that drops its least recently used entry, under skewed requests
-- stresses: records living for a middling time, hash deletions, weak references beside strong ones
-- quick: 3000
local scale = tonumber((...)) or 1900000

local Cache = {}
Cache.__index = Cache

function Cache.new(capacity)
  local self = setmetatable({ capacity = capacity, size = 0, entries = {}, evicted = 0 }, Cache)
  self.newest, self.oldest = {}, {}
  self.newest.older, self.oldest.newer = self.oldest, self.newest
  return self
end

local function unlink(entry)
  entry.newer.older, entry.older.newer = entry.older, entry.newer
end

function Cache:linkFirst(entry)
  local head = self.newest
  entry.newer, entry.older = head, head.older
  head.older.newer = entry
  head.older = entry
end

function Cache:get(key)
  local entry = self.entries[key]
  if not entry then
    return nil
  end
  unlink(entry)
  self:linkFirst(entry)
  return entry.value
end

function Cache:set(key, value)
  if self.size >= self.capacity then
    local victim = self.oldest.newer
    unlink(victim)
    self.entries[victim.key] = nil
    self.size = self.size - 1
    self.evicted = self.evicted + 1
  end
  local entry = { key = key, value = value }
  self.entries[key] = entry
  self:linkFirst(entry)
  self.size = self.size + 1
end

local weak = setmetatable({}, { __mode = "v" })
local cache = Cache.new(2000)
local state, hits, sum = 12345, 0, 0
for i = 1, scale do
  state = (state * 40692) % 2147483399
  local u = state / 2147483399
  local key = math.floor(u * u * u * 20000) -- small keys are asked for far more often
  local page = cache:get(key)
  if page then
    hits = hits + 1
    assert(weak[key] == page, "a live page vanished from the weak table")
  else
    page = { number = key, words = { key % 7, key % 11, i % 13 } }
    weak[key] = page
    cache:set(key, page)
  end
  sum = sum + page.words[i % 3 + 1]
end
print(string.format("lru_cache %d %d %d %d", hits, cache.evicted, cache.size, sum))
