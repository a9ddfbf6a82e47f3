-- group: string
-- about: reports assembled in a buffer and joined with table.concat
-- stresses: appending to arrays of strings, table.concat with separators, string.rep, sub
-- quick: 10
local scale = tonumber((...)) or 7500

local Buffer = {}
Buffer.__index = Buffer

function Buffer.new()
  return setmetatable({ parts = {}, count = 0, indent = 0 }, Buffer)
end

function Buffer:line(words)
  self.count = self.count + 1
  self.parts[self.count] = string.rep("  ", self.indent) .. table.concat(words, " ")
  return self
end

function Buffer:block(title, body)
  self:line({ "begin", title })
  self.indent = self.indent + 1
  body(self)
  self.indent = self.indent - 1
  return self:line({ "end", title })
end

function Buffer:__tostring()
  return table.concat(self.parts, "\n")
end

local function checksum(text)
  local a, b = 1, 0
  for at = 1, #text, 97 do
    local piece = text:sub(at, at + 3)
    for i = 1, #piece do
      a = (a + piece:byte(i)) % 65521
      b = (b + a) % 65521
    end
  end
  return b * 65536 + a
end

local total, length = 0, 0
for round = 1, scale do
  local buffer = Buffer.new():line({ "report", round })
  for chapter = 1, 6 do
    buffer:block("chapter" .. chapter, function(b)
      for section = 1, 4 do
        b:block("section" .. section, function(inner)
          for i = 1, 8 do
            inner:line({ "item", i, "in", chapter, "of", round })
          end
        end)
      end
    end)
  end
  local text = tostring(buffer:line({ "end of report", round }))
  length = length + #text
  total = (total + checksum(text)) % 4294967296
end
print(string.format("builder %d %.0f", length, total))
