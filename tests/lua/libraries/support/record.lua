-- Writes the expected lines of transcripts, as observed in the Lua that runs this script:
--
--   cd tests/lua && lua5.4 libraries/support/record.lua libraries/FILE.lua...
--
-- Every case of the given files gets its `-->` line anew. A line that is not indented begins a new
-- case, which makes drafting one a matter of writing the code alone. Read what was recorded: this
-- keeps stock Lua's behaviour, it does not know the manual.

local transcript = dofile 'libraries/support/transcript.lua'

local function record(text)
  local environment = transcript.newEnvironment()
  local out, pending = {}, {}
  local function close()
    if #pending == 0 then return end
    local code = table.concat(pending, '\n')
    out[#out + 1] = code
    out[#out + 1] = '--> ' .. transcript.outcome(code, environment)
    pending = {}
  end
  for line in text:gmatch('[^\n]+') do
    if line:find('^%-%->') then
      close()
    else
      local continues = line:find('^%s') or line:find('^end')
      local only_comments = #pending > 0 and pending[#pending]:find('^%-%-')
      if not continues and not only_comments then close() end
      pending[#pending + 1] = line
    end
  end
  close()
  return table.concat(out, '\n') .. '\n'
end

for _, path in ipairs(arg) do
  local file = assert(io.open(path))
  local text = file:read 'a'
  file:close()
  text = text:gsub('(%[==%[\n)(.-)(%]==%])', function(open, cases, close)
    return open .. record(cases) .. close
  end)
  file = assert(io.open(path, 'w'))
  file:write(text)
  file:close()
end
