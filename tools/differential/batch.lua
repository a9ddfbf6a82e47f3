-- Generates and runs many programs in one process: `lua batch.lua FIRST LAST`. Every program runs in
-- a fresh global environment with its own print; what it printed follows a line `== SEED LENGTH HASH`
-- (length and hash of the program's text, so that a difference in generating shows as well). That line is out
-- before the program begins: where the process dies, it says which program killed it.

GENERATOR_DIRECTORY = arg[0]:match('^(.*/)') or './'
local generate = dofile(GENERATOR_DIRECTORY .. 'generate.lua')

local function hash(text)
  local h = 5381
  for i = 1, #text do h = (h * 33 ~ text:byte(i)) & 0xffffffff end
  return h
end

local SHARED = {
  'assert', 'collectgarbage', 'error', 'getmetatable', 'ipairs', 'load', 'next', 'pairs', 'pcall', 'rawequal', 'rawget',
  'rawlen', 'rawset', 'select', 'setmetatable', 'tonumber', 'tostring', 'type', 'xpcall', 'coroutine', 'debug', 'math', 'string', 'table', 'utf8',
}

local function run(source)
  local printed = {}
  local environment = {}
  for _, name in ipairs(SHARED) do environment[name] = _G[name] end
  environment._G = environment
  environment.print = function(...)
    local parts = table.pack(...)
    for i = 1, parts.n do parts[i] = tostring(parts[i]) end
    printed[#printed + 1] = table.concat(parts, '\t')
  end
  local chunk, message = load(source, '=program', 't', environment)
  if not chunk then
    printed[#printed + 1] = 'does not compile: ' .. message
  else
    local ok, failure = pcall(chunk)
    if not ok then printed[#printed + 1] = 'failed: ' .. tostring(failure) end
  end
  return table.concat(printed, '\n')
end

for seed = math.tointeger(tonumber(arg[1])), math.tointeger(tonumber(arg[2])) do
  local ok, source = pcall(generate, seed)
  if not ok then
    io.write('== ', seed, ' generator failed: ', tostring(source), '\n')
  else
    io.write('== ', seed, ' ', #source, ' ', hash(source), '\n')
    io.flush()
    io.write(run(source), '\n')
  end
end
