-- Writes the expected lines of transcripts, as observed in the Lua that runs this script:
--
--   cd tests/lua && lua5.4 libraries/support/record.lua libraries/FILE.lua...
--
-- Every case of the given files gets its `-->` line anew, or, where another version's outcome is known and differs,
-- the line for the version of the Lua that runs this. A line that is not indented begins a new
-- case, which makes drafting one a matter of writing the code alone. Read what was recorded: this
-- keeps stock Lua's behaviour, it does not know the manual.

local transcript = dofile 'libraries/support/transcript.lua'

local VERSIONS = {'5.3', '5.4'}
local VERSION = _VERSION:match('%d.%d')

local function record(text)
  local environment = transcript.newEnvironment()
  local out, pending, known = {}, {}, {}
  local function close()
    if #pending == 0 then return end
    local code = table.concat(pending, '\n')
    local observed = transcript.outcome(code, environment)
    local same = true
    for _, version in ipairs(VERSIONS) do
      if version == VERSION then known[version] = observed end
      known[version] = known[version] or known[''] or observed
      same = same and known[version] == observed
    end
    out[#out + 1] = code
    for _, version in ipairs(same and {''} or VERSIONS) do
      out[#out + 1] = '--' .. version .. '> ' .. (same and observed or known[version])
    end
    pending, known = {}, {}
  end
  for line in text:gmatch('[^\n]+') do
    local version, expected = transcript.expectation(line)
    if version then
      known[version] = expected
    else
      if next(known) then close() end
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
