-- Counts lines, words and bytes, and lists the most frequent words.
--
--   perigee examples/wordcount.lua [-n COUNT] [FILE...]
--
-- Without a FILE it reads the standard input.

local top, files = 10, {}
do
  local i = 1
  while arg[i] do
    if arg[i] == "-n" then
      top = math.tointeger(tonumber(arg[i + 1])) or error("-n wants a whole number", 0)
      i = i + 2
    else
      files[#files + 1] = arg[i]
      i = i + 1
    end
  end
end

local counts, failed = {}, false

local function count_stream(stream, name)
  local lines, words, bytes = 0, 0, 0
  for line in stream:lines("L") do -- "L" keeps the end of the line
    lines = lines + 1
    bytes = bytes + #line
    for word in line:gmatch("[%w']+") do
      words = words + 1
      local key = word:lower()
      counts[key] = (counts[key] or 0) + 1
    end
  end
  print(("%8d %8d %8d  %s"):format(lines, words, bytes, name))
end

if #files == 0 then
  count_stream(io.stdin, "(standard input)")
end
for _, name in ipairs(files) do
  local stream, problem = io.open(name, "rb")
  if stream then
    local guard <close> = stream -- closed when this block ends, however it ends
    count_stream(stream, name)
  else
    io.stderr:write(problem, "\n")
    failed = true
  end
end

local order = {}
for word in pairs(counts) do
  order[#order + 1] = word
end
table.sort(order, function(a, b)
  if counts[a] ~= counts[b] then
    return counts[a] > counts[b]
  end
  return a < b
end)
for i = 1, math.min(top, #order) do
  print(("%8d  %s"):format(counts[order[i]], order[i]))
end
os.exit(not failed)
