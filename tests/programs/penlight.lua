-- Penlight's modules that need no file system: lists, maps, sets, classes, text, lexing, data, templates.
local List, Map, Set, OrderedMap = require 'pl.List', require 'pl.Map', require 'pl.Set', require 'pl.OrderedMap'
local class, tablex, stringx, seq = require 'pl.class', require 'pl.tablex', require 'pl.stringx', require 'pl.seq'
local pretty, text, lexer, sip = require 'pl.pretty', require 'pl.text', require 'pl.lexer', require 'pl.sip'
local array2d, func, comprehension, template = require 'pl.array2d', require 'pl.func', require('pl.comprehension').new(), require 'pl.template'
local strict, permute, types, utils, xml = require 'pl.compat', require 'pl.permute', require 'pl.types', require 'pl.utils', require 'pl.xml'

local list = List {5, 3, 9, 1}
print(list, list:sorted(), list:map(function(x) return x * x end), list:filter(function(x) return x > 3 end), list:reduce '+', list:slice(2, -2))
print(list:append(7):extend {8, 9}:remove(1):insert(1, 'x'):reverse(), list:index(9), list:count(9), List.range(1, 10, 3), List.split('a,b,c', ','))
print(pcall(list.remove_value, list), list:contains(9), list:concat '-', List('hello'))
local set = Set {1, 2, 3}
local function members(s) return Set.values(s):sorted() end
print(members(set + Set {4}), members(set * Set {2, 3, 5}), members(set - Set {1}), members(set ^ Set {1, 9}), Set {1} < set, #set, Set {7})
local om = OrderedMap()
om:set('z', 1) om:set('a', 2) om:set('m', 3)
for k, v in om:iter() do io.write(k, '=', v, ' ') end
print(om:keys(), om:values())
local map = Map {a = 1, b = 2}
print(List(map:keys()):sorted(), map:get 'a', map:len())

local Animal = class()
function Animal:_init(name) self.name = name end
function Animal:__tostring() return self.name .. ': ' .. self:speak() end
local Dog = class(Animal)
function Dog:speak() return 'bark' end
local Puppy = class(Dog)
function Puppy:_init(name) self:super(name .. ' junior') end
function Puppy:speak() return 'small ' .. Dog.speak(self) end
print(Dog 'Rex', Puppy 'Rex', Puppy('x'):is_a(Animal), Dog:class_of(Puppy 'y'), Animal:class_of(3))

print(pretty.write({1, 2, {['b c'] = {true, false}}, 'text "quoted"'}), pretty.write({3, 4}, ''))
print(pretty.read('{1, x = 2, {3}}').x, pretty.read('{os.exit()}'), pretty.number(123456789), pretty.number(12345, 'N'))
print(tablex.deepcompare({1, {2}}, {1, {2}}), tablex.find({1, 2, 3}, 2), List(tablex.map('+', {1, 2}, 10)), List(tablex.zip({1, 2}, {3, 4})[1]))
print(List(tablex.keys(tablex.merge({a = 1}, {b = 2}, true))):sorted(), tablex.size {1, 2, x = 3}, tablex.reduce('*', {1, 2, 3, 4}), List(tablex.range(1, 5)))
print(stringx.split('a b  c'), stringx.strip '  x ', stringx.center('x', 7, '*'), stringx.replace('aXbX', 'X', '-'), stringx.title 'hello world', stringx.partition('k=v=w', '='))
print(stringx.splitlines('a\nb\r\nc'), stringx.expandtabs('a\tb', 4), stringx.count('banana', 'an'), stringx.isalpha 'abc', stringx.endswith('x.lua', {'.c', '.lua'}), stringx.shorten('a long line of text', 10))
print(text.dedent '  two\n    four\n', text.wrap('the quick brown fox jumps over the lazy dog', 15), text.Template('${a} and $b'):substitute {a = 1, b = 2})
for kind, value in lexer.lua('local x = 10 + 0x1F -- comment\nreturn "s", x.y[3] >= 1.5e3') do io.write(kind, ':', tostring(value), ' ') end
print()
local match, captured = sip.match('$v{name} = $d{value}', 'width = 42', {}), {}
print(match, sip.match('$v{name} = $d{value}', 'width = 42', captured), captured.name, captured.value)
local grid = array2d.new(3, 3, function(i, j) return i * j end)
array2d.write(grid, nil, '%3d')
print(List(array2d.column(grid, 2)), List(array2d.row(grid, 3)), array2d.reduce2('+', '*', grid), List(array2d.flatten(array2d.map('-', grid, 1))))
local _1, _2 = func._1, func._2
print(func.I(_1 + _2 * 2)(3, 4), List {1, 2, 3}:map(_1 * _1), List(tablex.map(_1 .. 'x', {'a', 'b'})))
print(List(comprehension 'x*x for x=1,5 if x % 2 == 1'()), comprehension 'sum(x for x)' {1, 2, 3})
print(seq.sum(seq.map(function(x) return x * 2 end, seq.list {1, 2, 3})), seq.copy(seq.take(seq.range(1, 100), 3)), seq.count_map({'a', 'b', 'a'}).a, seq(seq.list {3, 1, 2}):sort():copy())
print(template.substitute('<ul>\n# for i, v in ipairs(items) do\n<li>$(i): $(v:upper())</li>\n# end\n</ul>', {items = {'x', 'y'}, ipairs = ipairs}))
for p in permute.iter {1, 2, 3} do io.write(table.concat(p), ' ') end
print()
print(types.is_empty {}, types.type(List()), types.is_callable(print), utils.split('a,b', ','), utils.choose(1 > 2, 'x', 'y'), utils.bind1(math.max, 10)(3))
local doc = xml.parse('<root a="1"><item>one</item><item id="2">two &amp; three</item><!-- c --><empty/></root>', false, true) -- its own parser, not lxp
print(doc, doc.attr.a, #doc:get_elements_with_name 'item', doc:match '<root><item>$x</item></root>')
print(xml.tostring(xml.elem('p', {xml.elem('b', 'bold'), ' text', class = 'x'}), '', '  '))
local Date = require 'pl.Date'
print(Date {year = 2024, month = 2, day = 29}:add {day = 1}:month(), Date {year = 2024, month = 2, day = 1}:last_day():day(), Date.Format 'yyyy-mm-dd':tostring(Date {year = 2020, month = 5, day = 6}))
print(utils.pack(1, nil, 3).n, select('#', utils.unpack({1, nil, 3}, 1, 3)), pcall(utils.assert_arg, 1, 'x', 'number'))
