-- Command lines with argparse: options, flags, commands, converters, usage and help texts, errors.
local argparse = require 'argparse'

local function show(value, depth)
  if type(value) ~= 'table' then return tostring(value) end
  local keys, parts = {}, {}
  for k in pairs(value) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, k in ipairs(keys) do parts[#parts + 1] = tostring(k) .. '=' .. show(value[k]) end
  return '{' .. table.concat(parts, ', ') .. '}'
end

local parser = argparse('tool', 'Does things to files.', 'More at the end.')
parser:argument('input', 'Input file.'):args '+'
parser:option('-o --output', 'Output file.', 'a.out')
parser:option('-I --include', 'Include locations.'):count('*')
parser:option('-n --number', 'A number.'):convert(tonumber)
parser:option('--level'):choices {'low', 'high'}
parser:option('--pair'):args(2):argname {'<key>', '<value>'}
parser:flag('-v --verbose', 'Verbosity.'):count('0-3'):target('verbosity')
parser:flag('-q --quiet')
parser:mutex(parser:flag('--fast'), parser:flag('--slow'))
for _, line in ipairs {
  {'file'}, {'a', 'b', '-o', 'out', '-vv'}, {'a', '-I', 'x', '-Iy', '--include=z'}, {'a', '-n', '0x10'}, {'a', '-n', 'x'},
  {}, {'a', '--level', 'low'}, {'a', '--level', 'medium'}, {'a', '--pair', 'k', 'v'}, {'a', '--pair', 'k'}, {'a', '-vvvv'},
  {'a', '--fast', '--slow'}, {'a', '--unknown'}, {'a', '--outptu', 'x'}, {'--', '-a', '--b'}, {'a', '-q', '-q'}, {'a', '-o'},
} do
  local ok, result = parser:pparse(line)
  print(table.concat(line, ' '), ok, show(result))
end
print(parser:get_usage())
print(parser:get_help())

local git = argparse 'git'
git:command_target 'command'
local add = git:command 'add' :summary 'Adds files.'
add:argument 'paths' :args '*'
local commit = git:command 'commit c' :description 'Records changes.'
commit:option '-m --message' :count(1)
local remote = git:command 'remote'
remote:command 'add' :argument 'name'
for _, line in ipairs {{'add', 'x', 'y'}, {'commit', '-m', 'text'}, {'c'}, {'remote', 'add', 'origin'}, {'push'}, {}} do
  local ok, result = git:pparse(line)
  print(table.concat(line, ' '), ok, show(result))
end
print(git:get_help())
print(commit:get_help())
print(#git:get_bash_complete(), #parser:get_zsh_complete(), #parser:get_fish_complete())
