-- group: string
-- about: JSON text decoded to tables and encoded again
-- stresses: a byte-driven parser, string escapes, nested tables, sorted keys, recursion
-- quick: 3
local scale = tonumber((...)) or 1850

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r" }
local UNESCAPES = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }
local null = setmetatable({}, { __tostring = function() return "null" end })

local function encodeString(text)
  return '"' .. text:gsub('[%c"\\]', function(c)
    return ESCAPES[c] or string.format("\\u%04x", c:byte())
  end) .. '"'
end

local encode

local function encodeTable(value, out)
  if #value > 0 or next(value) == nil then
    out[#out + 1] = "["
    for i, item in ipairs(value) do
      if i > 1 then out[#out + 1] = "," end
      encode(item, out)
    end
    out[#out + 1] = "]"
    return
  end
  local keys = {}
  for key in pairs(value) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  out[#out + 1] = "{"
  for i, key in ipairs(keys) do
    if i > 1 then out[#out + 1] = "," end
    out[#out + 1] = encodeString(key)
    out[#out + 1] = ":"
    encode(value[key], out)
  end
  out[#out + 1] = "}"
end

function encode(value, out)
  local kind = type(value)
  if kind == "string" then
    out[#out + 1] = encodeString(value)
  elseif kind == "number" then
    out[#out + 1] = string.format("%.14g", value)
  elseif kind == "boolean" or value == null then
    out[#out + 1] = tostring(value)
  else
    encodeTable(value, out)
  end
  return out
end

local function fail(position, message)
  error("JSON, at byte " .. position .. ": " .. message, 0)
end

local function skip(text, position)
  return text:find("%S", position) or #text + 1
end

local decodeValue

local function decodeString(text, position)
  local parts, from = {}, position + 1
  local at = from
  while true do
    local c = text:byte(at)
    if not c then
      fail(position, "string without an end")
    elseif c == 34 then
      parts[#parts + 1] = text:sub(from, at - 1)
      return table.concat(parts), at + 1
    elseif c == 92 then
      parts[#parts + 1] = text:sub(from, at - 1)
      local code = text:sub(at + 1, at + 1)
      if code == "u" then
        parts[#parts + 1] = string.char(tonumber(text:sub(at + 2, at + 5), 16) % 128)
        at = at + 6
      else
        parts[#parts + 1] = UNESCAPES[code] or fail(at, "unknown escape")
        at = at + 2
      end
      from = at
    else
      at = at + 1
    end
  end
end

local function decodeArray(text, position)
  local list, value = {}, nil
  position = skip(text, position + 1)
  if text:byte(position) == 93 then
    return list, position + 1
  end
  while true do
    value, position = decodeValue(text, position)
    list[#list + 1] = value
    position = skip(text, position)
    local c = text:byte(position)
    if c == 93 then
      return list, position + 1
    elseif c ~= 44 then
      fail(position, "expected , or ]")
    end
    position = skip(text, position + 1)
  end
end

local function decodeObject(text, position)
  local object, key, value = {}, nil, nil
  position = skip(text, position + 1)
  if text:byte(position) == 125 then
    return object, position + 1
  end
  while true do
    key, position = decodeString(text, position)
    position = skip(text, position)
    if text:byte(position) ~= 58 then
      fail(position, "expected :")
    end
    value, position = decodeValue(text, skip(text, position + 1))
    object[key] = value
    position = skip(text, position)
    local c = text:byte(position)
    if c == 125 then
      return object, position + 1
    elseif c ~= 44 then
      fail(position, "expected , or }")
    end
    position = skip(text, position + 1)
  end
end

function decodeValue(text, position)
  local c = text:sub(position, position)
  if c == "{" then
    return decodeObject(text, position)
  elseif c == "[" then
    return decodeArray(text, position)
  elseif c == '"' then
    return decodeString(text, position)
  elseif text:find("^true", position) then
    return true, position + 4
  elseif text:find("^false", position) then
    return false, position + 5
  elseif text:find("^null", position) then
    return null, position + 4
  end
  local number = text:match("^-?%d+%.?%d*[eE]?[+-]?%d*", position)
  if not number then
    fail(position, "unexpected " .. c)
  end
  return tonumber(number), position + #number
end

local function decode(text)
  local value, position = decodeValue(text, skip(text, 1))
  if skip(text, position) <= #text then
    fail(position, "text after the value")
  end
  return value
end

local items = {}
for i = 1, 25 do
  items[i] = {
    id = i, name = "item \"" .. i .. "\"\n", price = i * 1.25, tags = { "a" .. i % 3, "tab\t", "\1" },
    stock = i % 2 == 0, parent = null, size = { w = i, h = i * 2, deep = { { {} } } },
  }
end
local text = table.concat(encode({ items = items, version = 1e10, title = "catalogue" }, {}))
local bytes, prices = 0, 0
for _ = 1, scale do
  local value = decode(text)
  prices = prices + value.items[25].price + value.items[7].size.h
  local again = table.concat(encode(value, {}))
  assert(again == text, "the round trip changed the text")
  bytes = bytes + #again
end
local ok, message = pcall(decode, '{"a": [1, 2,, 3]}')
print(string.format("json %d %.2f %s %s", bytes, prices, tostring(ok), message))
