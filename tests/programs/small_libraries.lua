-- Smaller libraries: basexx, binaryheap, fifo, inifile, ansicolors, mediator, say, luassert, cliargs, uri.
local basexx = require 'basexx'
for _, s in ipairs {'', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar', '\0\255\128', ('long text '):rep(20)} do
  print(basexx.to_base64(s), basexx.from_base64(basexx.to_base64(s)) == s, basexx.to_hex(s):sub(1, 30), basexx.from_hex(basexx.to_hex(s)) == s,
    basexx.to_base32(s):sub(1, 30), basexx.from_base32(basexx.to_base32(s)) == s, basexx.to_url64(s):sub(1, 20), #basexx.to_bit(s), basexx.to_crockford(s):sub(1, 20))
end
print(basexx.to_z85('abcdefgh'), basexx.from_z85(basexx.to_z85('abcdefgh')), basexx.from_base64('a b c', ' '), basexx.from_base64('!!!'))

local heap = require 'binaryheap'
local queue = heap.minUnique()
for i = 1, 50 do queue:insert((i * 37) % 101, 'p' .. i) end
queue:update('p10', -5) queue:remove('p20')
local order = {}
while true do
  local payload, value = queue:pop()
  if not payload then break end
  order[#order + 1] = payload .. ':' .. value
end
print(table.concat(order, ' '))

local fifo = require 'fifo' ()
for i = 1, 5 do fifo:push(i) end
print(fifo:pop(), fifo:pop(), fifo:length(), fifo:peek(), fifo:insert(1, 'x'), fifo:remove(2), fifo:length())

local inifile = require 'inifile'
local f = assert(io.open('test.ini', 'w'))
f:write('; comment\n[main]\nname = value\nnumber = 10\nflag = true\n\n[other]\nk=v\nlist=1,2\n')
f:close()
local ini = inifile.parse('test.ini')
print(ini.main.name, ini.main.number, ini.main.flag, ini.other.k, ini.other.list)
ini.main.name = 'changed'
inifile.save('test.ini', ini)
collectgarbage()  -- closes the file, which the library does not
print(inifile.parse('test.ini').main.name)

local colors = require 'ansicolors'
print((colors('%{red bright}text%{reset} and %{bluebg}more'):gsub('\27', 'ESC')))

local mediator = require 'mediator' ()
local seen = {}
mediator:subscribe({'a', 'b'}, function(x) seen[#seen + 1] = 'ab' .. x end, {priority = 1})
mediator:subscribe({'a'}, function(x) seen[#seen + 1] = 'a' .. x end)
mediator:publish({'a', 'b'}, 1) mediator:publish({'a'}, 2)
print(table.concat(seen, ' '))

local say = require 'say'
say:set_namespace 'en' say:set('greet', 'Hello %s, %s items') say:set_namespace 'fr' say:set('greet', 'Bonjour %s')
say:set_namespace 'en'
print(say('greet', {'you', 3}), say 'missing')

local assert = require 'luassert'
print(pcall(function() assert.are.same({1, {2}}, {1, {2}}) assert.is_true(true) assert.has_error(function() error 'x' end) assert.is_not.equal(1, 2) end))
for _, check in ipairs {function() assert.are.same({1, {a = 2}}, {1, {a = 3}}) end, function() assert.is_nil('x') end, function() assert.equals(1, 1.5, 'note') end,
  function() assert.has.errors(function() end) end, function() assert.is.truthy(nil) end} do
  local ok, message = pcall(check)
  print(ok, tostring(message))
end
local spy = require 'luassert.spy'
local s = spy.new(function(a) return a end)
s(1) s(2, 'x')
print(pcall(function() assert.spy(s).was.called(2) assert.spy(s).was.called_with(2, 'x') end))

local cli = require 'cliargs.core'()
cli:set_name 'prog'
cli:argument('INPUT', 'the input') cli:splat('REST', 'more', 'none', 3) cli:option('-o, --output=FILE', 'where', 'a.out') cli:flag('-v, --[no-]verbose', 'talk')
for _, line in ipairs {{'in'}, {'in', 'x', 'y'}, {'-o', 'out', 'in'}, {'--output=z', '-v', 'in'}, {}, {'--bad', 'in'}} do
  local result, message = cli:parse(line)
  print(table.concat(line, ' '), result and result.INPUT, result and result.output, result and result.v, message)
end

local URI = require 'uri'
for _, text in ipairs {'http://Example.COM:80/a/../b/./c?q=1#frag', 'file:///etc/x', 'mailto:a@b', 'http://[::1]:8080/', 'urn:isbn:0451450523', 'bad uri %%', 'ftp://u:p@h/'} do
  local ok, uri, problem = pcall(URI.new, URI, text)
  if not ok then uri, problem = nil, uri end
  print(text, uri and uri:uri(), uri and uri:scheme(), uri and uri:host(), uri and uri:path(), problem)
end
print(URI:new('../x/y', 'http://h/a/b/c'):uri(), URI:new('?q', 'http://h/a'):uri())
