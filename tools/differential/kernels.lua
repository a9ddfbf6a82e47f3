-- Kernels: functions with hot loops over variables, tables and objects whose kinds change while they run.
-- What a compiler speculates on is true for a while here, and then is not.
--
-- A kernel's variables are integers (a1…), floats (b1…) and anything (x1…), by intention: now and then one of
-- them gets a value of another kind. It is called several times with operands of several kinds, also in a
-- coroutine; its results, its yields and its error are printed. `Kernels.emit(g)` adds one to generator g.

local Kernels = {}

local INTEGERS = {
  '0', '1', '-1', '2', '3', '-3', '5', '7', '-7', '8', '10', '16', '63', '64', '-64', '100', '255', '-256', '1000', '65536', '2147483647',
  '2147483648', '-2147483648', '4294967295', '4294967296', '9007199254740993', 'math.maxinteger', 'math.mininteger', '0x5555555555555555',
  '(1 << 62)', '(-1 << 40)',
}
local FLOATS = {
  '0.0', '-0.0', '0.5', '-0.5', '1.0', '-1.0', '2.0', '2.5', '-3.25', '1e10', '1e300', '-1e300', '5e-324', '2^31', '2^53', '2^63', '-(2^63)',
  '1 / 0', '-1 / 0', '0 / 0', '100.0', '3.0', '0.1', '1e15',
}
local ODD = { "'12'", "'x'", "'0x10'", 'nil', 'true', 'false', '{}', '2.5', '7', 'object', 'list', 'print' }
local STEPS = { '1', '1', '1', '2', '-1', '-2', '3', '0.5', '-0.25', '1.0', 'math.maxinteger', 'math.mininteger', '1e300', '-7', '2.0', 'a1' }

-- Text of the kernel being made, and what its statements may use.
local Kernel = {}
Kernel.__index = Kernel

function Kernel:line(...)
  self.lines[#self.lines + 1] = ('  '):rep(self.indent) .. table.concat({...})
end

function Kernel:pick(list) return self.random:pick(list) end
function Kernel:chance(percent) return self.random:chance(percent) end
function Kernel:range(low, high) return self.random:range(low, high) end

function Kernel:integer(d)
  local r = self:range(1, 100)
  if d <= 0 or r <= 30 then
    if self:chance(70) then return self:pick(self.integers) end
    return self:chance(75) and tostring(self:range(-9, 40)) or '(' .. self:pick(INTEGERS) .. ')'
  end
  local function sub() return self:integer(d - 1) end
  if r <= 60 then
    local left, operator, right = sub(), self:pick {' + ', ' - ', ' * '}, sub()
    return '(' .. left .. operator .. (operator == ' - ' and self.is_zero(right) and '1' or right) .. ')'
  end
  if r <= 68 then return '(' .. sub() .. self:pick {' // ', ' % '} .. self:pick {'3', '-3', '7', '-1', '1', '16', '-16', '1024', '(1 << 40)', '(' .. sub() .. ' | 1)', 'math.mininteger'} .. ')' end
  if r <= 70 then return '(' .. sub() .. self:pick {' // ', ' % '} .. sub() .. ')' end
  if r <= 80 then return '(' .. sub() .. self:pick {' & ', ' | ', ' ~ '} .. sub() .. ')' end
  if r <= 85 then return '(' .. sub() .. self:pick {' << ', ' >> '} .. self:pick {'1', '3', '31', '63', '64', '65', '-1', '-64', 'math.mininteger', '(i // 1 & 127)', sub()} .. ')' end
  if r <= 88 then return self:pick {'-', '~'} .. self:pick(self.integers) end
  if r <= 91 then return '#list' end
  if r <= 94 then return '(' .. self:condition(d - 1) .. ' and ' .. sub() .. ' or ' .. sub() .. ')' end
  if r <= 96 then return 'math.' .. self:pick {'max', 'min'} .. '(' .. sub() .. ', ' .. sub() .. ')' end
  return self:pick {'math.abs(' .. sub() .. ')', 'select("#", ' .. sub() .. ', ' .. sub() .. ')', '#text', 'int(' .. self:float(d - 1) .. ')', 'same(' .. sub() .. ')'}
end

function Kernel:float(d)
  local r = self:range(1, 100)
  if d <= 0 or r <= 30 then
    if self:chance(75) then return self:pick(self.floats) end
    return self:chance(70) and ('%.2f'):format(self:range(-500, 900) / 100) or '(' .. self:pick(FLOATS) .. ')'
  end
  local function sub() return self:float(d - 1) end
  if r <= 60 then return '(' .. sub() .. self:pick {' + ', ' - ', ' * ', ' / '} .. sub() .. ')' end
  if r <= 75 then return '(' .. self:integer(d - 1) .. self:pick {' + ', ' - ', ' * ', ' / '} .. sub() .. ')' end
  if r <= 80 then return '(' .. sub() .. self:pick {' + ', ' * ', ' / '} .. self:integer(d - 1) .. ')' end
  if r <= 85 then return '(' .. self:integer(d - 1) .. ' / ' .. self:integer(d - 1) .. ')' end
  if r <= 90 then return '(' .. sub() .. self:pick {' // ', ' % '} .. self:pick {'2.5', '-1.5', '3', '1e10', sub(), '(1/0)'} .. ')' end
  if r <= 93 then return '(' .. sub() .. self:pick {'^2', '^0.5', '^3', '^-1'} .. ')' end
  if r <= 96 then return '-' .. self:pick(self.floats) end
  return self:pick {'math.floor(clean(' .. sub() .. '))', 'math.sqrt(' .. sub() .. ')', '(' .. self:condition(d - 1) .. ' and ' .. sub() .. ' or ' .. sub() .. ')', 'math.abs(' .. sub() .. ')', 'same(' .. sub() .. ')'}
end

function Kernel:number(d) return self:chance(60) and self:integer(d) or self:float(d) end

-- Other variables than i may hold what has an address, or NaN, whose sign is nobody's promise.
function Kernel:text_of(variable) return (variable == 'i' and 'tostring(' or 'show(') .. variable .. ')' end

-- Of any kind; `list` and friends among them.
function Kernel:value(d)
  local r = self:range(1, 100)
  if r <= 35 then return self:pick(self.anything) end
  if r <= 70 then return self:number(d) end
  if r <= 80 then return self:pick {'text', "'k' .. i // 1", 'text:sub(2, 4)', "'abc'", self:text_of(self:pick(self.integers))} end
  if r <= 90 then return '(' .. self:condition(d - 1) .. self:pick {' and ', ' or '} .. self:value(d - 1) .. ')' end
  if r <= 95 then return self:pick {'list[' .. self:index() .. ']', 'object.x', 'object.y', 'object.z', 'made'} end
  return self:pick {'nil', 'true', 'false', 'not ' .. self:pick(self.anything)}
end

function Kernel:condition(d)
  local r = self:range(1, 100)
  if r <= 30 then return '(' .. self:integer(d) .. self:pick {' < ', ' <= ', ' > ', ' >= ', ' == ', ' ~= '} .. self:integer(d) .. ')' end
  if r <= 45 then return '(' .. self:number(d) .. self:pick {' < ', ' <= ', ' > ', ' >= ', ' == ', ' ~= '} .. self:number(d) .. ')' end
  if r <= 60 then return '(i // 1 % ' .. self:range(2, 9) .. ' == ' .. self:range(0, 2) .. ')' end
  if r <= 68 then return '(' .. self:pick(self.anything) .. self:pick {' == ', ' ~= '} .. self:value(d - 1) .. ')' end
  if r <= 74 then return '(' .. self:pick(self.anything) .. self:pick {" == 'abc'", " == 'k3'", ' == nil', ' ~= nil', ' == false', ' == 7', ' == 2.5', ' == list', ' == object'} .. ')' end
  if r <= 80 then return '(text' .. self:pick {' < ', ' <= ', ' == '} .. self:pick {"'k1'", "'abc'", 'text:upper()', "'k' .. i // 1"} .. ')' end
  if r <= 84 then return self:pick {'object == other', 'object < other', 'object <= other', 'object ~= list'} end
  if r <= 90 then return 'not ' .. self:pick(self.anything) end
  if d > 0 then return '(' .. self:condition(d - 1) .. self:pick {' and ', ' or '} .. self:condition(d - 1) .. ')' end
  return self:pick(self.anything)
end

function Kernel:index()
  return self:pick {'1', '2', '3', 'i', 'i // 1', '#list', '#list + 1', 'i % 5 + 1', '-1', '0', "'x'", 'i + 0.0', '1.5', self:pick(self.integers), self:pick(self.integers)}
end

local statements = {}

function statements.integer(k) k:line(k:pick(k.assignable_integers), ' = ', k:integer(3)) end
function statements.float(k) k:line(k:pick(k.floats), ' = ', k:float(3)) end
function statements.anything(k) k:line(k:pick(k.anything), ' = ', k:value(2)) end
function statements.several(k)
  local a, b = k:pick(k.assignable_integers), k:pick(k.floats)
  k:line(a, ', ', b, ', x1 = ', k:integer(1), ', ', k:float(1), ', ', k:chance(50) and k:value(1) or b)
end
function statements.rotate(k)
  local n = #k.assignable_integers
  k:line(table.concat(k.assignable_integers, ', '), ' = ', k.assignable_integers[n], ', ', table.concat(k.assignable_integers, ', ', 1, n - 1))
end
function statements.odd(k)
  local variable = k:pick {k:pick(k.assignable_integers), k:pick(k.floats), k:pick(k.anything), k:pick(k.anything), k:pick(k.anything)}
  k:line('if i == ', k:range(10, 45), ' then ', variable, ' = ', k:pick(ODD), ' end')
end
function statements.mixed(k)
  k:line(k:pick(k.anything), ' = (', k:pick(k.anything), ' or 1)', k:pick {' + ', ' - ', ' * ', ' / ', ' // ', ' % ', ' .. ', ' & ', ' << ', ' ~ '}, k:number(1))
end
function statements.branch(k, depth)
  k:line('if ', k:condition(2), ' then')
  k:block(depth)
  if k:chance(25) then
    k:line('elseif ', k:condition(1), ' then')
    k:block(depth)
  end
  if k:chance(60) then
    k:line('else')
    k:block(depth)
  end
  k:line('end')
end
function statements.counted(k, depth)
  local from, to, step = k:range(-3, 3), k:range(-6, 6), k:pick(STEPS)
  local name = 'j' .. k:unique()
  k:line('do local turns = 0')
  k:line('for ', name, ' = ', k:pick {from, from, from .. '.0', k:pick(k.integers), k:pick(INTEGERS)}, ', ',
    k:pick {to, to, to .. '.5', k:pick(k.numbers), k:pick(INTEGERS), k:pick(FLOATS)}, k:chance(70) and ', ' .. step or '', ' do')
  k:line('  turns = turns + 1 if turns > ', k:range(2, 6), ' then break end')
  k.numbers[#k.numbers + 1] = name
  k:block(depth, function() k:line('x1 = ', name) end)
  k.numbers[#k.numbers] = nil
  k:line('end end')
end
statements['while'] = function(k, depth)
  local name = 'w' .. k:unique()
  k:line('do local ', name, ' = ', k:range(0, 3))
  if k:chance(50) then
    k:line('while ', name, ' < 5', k:chance(40) and ' and ' .. k:condition(1) or '', ' do')
    k:block(depth, function() k:line(name, ' = ', name, ' + 1') end)
    k:line('end end')
  else
    k:line('repeat')
    k:block(depth, function() k:line(name, ' = ', name, ' + 1') end)
    k:line('until ', name, ' >= 4', k:chance(40) and ' or ' .. k:condition(1) or '')
    k:line('end')
  end
end
statements['goto'] = function(k, depth)
  local label = 'l' .. k:unique()
  if k:chance(50) then
    k:line('if ', k:condition(1), ' then goto ', label, ' end')
    k:line('do')
    k:block(depth)
    k:line('end')
    k:line('::', label, '::')
  else
    k:line('do local g = 0')
    k:line('::', label, '::')
    k:line('g = g + 1')
    k:line('do')
    k:block(depth)
    k:line('end')
    k:line('if g < 3 and ', k:condition(1), ' then goto ', label, ' end end')
  end
end
function statements.list_store(k)
  -- No holes, also not by a nil: they would leave the list's length undetermined.
  k:line('list[', k:pick {'#list + 1', '#list + 1', '#list + 1', 'i // 1 % (#list + 1) + 1', '1'}, '] = ',
    k:chance(50) and k:integer(1) or k:chance(60) and k:float(1) or "'e'", ' or 0')
end
function statements.list_load(k)
  local at = k:pick {'i % 7 // 1 + 1', '1', '#list', '#list + 1', '(i // 1) & 7', 'i'}
  if k:chance(60) then
    k:line(k:pick(k.anything), ' = list[', at, ']')
  else
    k:line(k:pick(k.anything), ' = (numbers[', at, '] or 0) + ', k:number(1))
  end
end
function statements.numbers_store(k) k:line('numbers[', k:pick {'i % 5 // 1 + 1', '#numbers + 1', '2'}, '] = ', k:chance(80) and k:integer(1) or k:float(1), ' or 1') end
function statements.hash(k)
  k:line('hash[', k:pick {"'k' .. i // 1 % 5", 'i * 0.5', 'x1 or 1', 'i // 1 % 4', '-i', "'x'", 'true'}, '] = ', k:pick {'nil', 'i', 'b1', "'v'", k:integer(1)})
end
function statements.list_remove(k) k:line('if #list > ', k:range(2, 5), ' then x1 = table.remove(list) end') end
function statements.field(k)
  k:line(k:pick {
    'object.' .. k:pick {'x', 'y', 'x', 'y', 'z', 'w'} .. ' = ' .. k:number(2),
    k:pick(k.anything) .. ' = object.' .. k:pick {'x', 'y', 'z', 'w', 'kind', 'late'},
    'object.x, object.y = object.y, object.x',
    'other.x = (object.x or 0)',
    'object.z = nil',
    'other, object = object, other',
    'class.late = i',
    'object.x = object.x + 1',
  })
end
function statements.method(k)
  k:line(k:pick {
    k:pick(k.anything) .. ' = object:get(' .. k:number(1) .. ')',
    'object:set(' .. k:number(1) .. ')',
    k:pick(k.assignable_integers) .. ' = #(text:sub(1, i // 1 % 5))',
    k:pick(k.anything) .. ' = text:byte(i // 1 % 4 + 1)',
    'x1 = object + ' .. k:integer(1),
    'x1 = object()',
    'x1 = #object',
  })
end
function statements.late(k)
  k:line('if i == ', k:range(8, 40), ' then ', k:pick {
    'setmetatable(list, {__index = function(t, n) if n ~= 9 then return n end end})', 'setmetatable(list, {__newindex = rawset})', 'setmetatable(list, {__len = rawlen})',
    'setmetatable(object, nil)', 'setmetatable(object, other_class)', 'class.get = function(self, n) return n end', 'class.__index = other_class',
    'object = {y = 1, x = 2}', 'object = {x = 1.5, y = 2.5, z = 3}', 'object = setmetatable({x = 1, y = 2}, other_class)', 'list = {}', "list = {1.5, 2.5}", "list = {'a', 'b'}",
    "text = 'zz' .. text", "text = ''", 'class.__eq = function() return true end', 'other_class.x = 5', 'list.x = 5', 'numbers[#numbers + 1] = 1.5', "numbers[1] = 'n'",
    'helper = function(p) return p end', 'shared = 0.5', 'global = nil', "debug.setmetatable(1, nil)", 'list[#list] = nil',
  }, ' end')
end
function statements.closure(k)
  local v = k:pick {k:pick(k.assignable_integers), k:pick(k.floats), k:pick(k.anything)}
  local name = 'c' .. k:unique()
  k:line(k:pick {
    'local ' .. name .. ' = function(p) ' .. v .. ' = p return ' .. v .. ' end x1 = ' .. name .. '(' .. k:value(1) .. ')',
    'local ' .. name .. ' = function() return ' .. v .. ' end if i % 10 == 0 then made = ' .. name .. ' end',
    'if made then x1 = made() end',
    'for n = 1, 3 do local own = n * 2 if n == 2 then made = function() own = own + 1 return own end end end',
  })
end
function statements.helper(k)
  k:line(k:pick {
    k:pick(k.anything) .. ' = helper(' .. k:value(1) .. ', ' .. k:value(1) .. ')',
    k:pick(k.anything) .. ' = (select(2, pcall(helper, ' .. k:value(1) .. ', ' .. k:value(1) .. ')))',
    'x1, x2 = many(' .. k:value(1) .. ', ' .. k:value(1) .. ', ' .. k:integer(1) .. ')',
    'x1, x2 = (many(' .. k:value(1) .. '))',
    'x1 = select(-1, many(' .. k:value(1) .. ', ' .. k:value(1) .. '))',
    'local packed = {many(' .. k:value(1) .. ', ' .. k:value(1) .. ')} x2 = #packed',
    k:pick(k.integers) == 'i' and 'x2 = many(many(i), i)' or 'x2 = many(many(many(i)))',
    'x1 = fails(' .. k:value(1) .. ')',
  })
end
function statements.upvalue(k)
  k:line(k:pick {'shared = shared + ' .. k:integer(1), 'a1 = a1 + (int(shared))', 'bump()', 'x1 = bump()', 'x2 = shared', 'shared = ' .. k:number(1)})
end
function statements.global(k)
  k:line(k:pick {'global = (global or 0) + 1', 'x1 = global', 'global = ' .. k:number(1), 'x2 = math.type(' .. k:number(1) .. ')', 'x2 = type(' .. k:pick(k.anything) .. ')'})
end
function statements.iterate(k, depth)
  k:line('do local turns = 0')
  k:line('for n, v in ', k:pick {'ipairs(list)', 'ipairs(numbers)', 'next, {1, 2, x1}', 'pairs({a1, b1})', 'upto, 3, 0', 'ipairs({1, 2.5, "s"})', 'text:gmatch("(.)(.?)")'}, ' do')
  k:block(depth, function()
    k:line('x1 = v')
    k:line('turns = turns + 1 if turns > ', k:range(2, 9), ' then break end')
  end)
  k:line('end end')
end
function statements.protected(k, depth)
  k:line('x1 = (select(2, pcall(function(p)')
  k:block(math.min(depth, 1), function() k:line('a1 = int(p)') end)
  k:line('return a1 end, ', k:value(1), ')))')
end
function statements.leave(k) k:line('if ', k:condition(1), ' and i > ', k:range(20, 44), ' then ', k:pick {'break', 'break', 'do return a1, b1, x1 end', 'do return helper(a1, b1) end'}, ' end') end
function statements.yield(k) k:line('if i == ', k:range(3, 45), ' then ', k:pick {'', k:pick(k.anything) .. ' = ', 'a1 = '}, 'pause(', k:value(1), ') end') end
function statements.spy(k) k:line('if i == ', k:range(5, 45), ' then ', k:pick {'spy()', 'where()', 'poke("x2", ' .. k:value(1) .. ')', 'poke("a2", ' .. k:integer(1) .. ')', 'poke("b1", 7.25)', 'where()'}, ' end') end
function statements.print(k) k:line('if i == ', k:range(5, 45), " then out('at', i, ", k:pick(k.integers), ', ', k:pick(k.floats), ', ', k:pick(k.anything), ') end') end
function statements.closing(k)
  k:line('do local closed <close> = closer(function(e) shared = 1 x2 = e end)')
  k:line('  if ', k:condition(1), ' and i > 30 then ', k:pick {'break', 'x1 = x1.field', 'goto over'}, ' end')
  k:line('end')
end

local WEIGHTS = {
  {14, 'integer'}, {10, 'float'}, {8, 'anything'}, {3, 'several'}, {3, 'rotate'}, {5, 'odd'}, {3, 'mixed'}, {9, 'branch'}, {6, 'counted'}, {4, 'while'},
  {3, 'goto'}, {5, 'list_store'}, {5, 'list_load'}, {3, 'numbers_store'}, {2, 'hash'}, {1, 'list_remove'}, {6, 'field'}, {4, 'method'}, {5, 'late'}, {3, 'closure'}, {5, 'helper'},
  {4, 'upvalue'}, {3, 'global'}, {4, 'iterate'}, {2, 'protected'}, {2, 'leave'}, {2, 'yield'}, {2, 'spy'}, {2, 'print'}, {1, 'closing'},
}
local SIMPLE = {{14, 'integer'}, {10, 'float'}, {8, 'anything'}, {4, 'list_load'}, {4, 'field'}, {3, 'helper'}, {3, 'upvalue'}, {1, 'odd'}, {1, 'mixed'}}

function Kernel:unique()
  self.names = self.names + 1
  return self.names
end

function Kernel:block(depth, first)
  self.indent = self.indent + 1
  self:line('do')
  if first then first() end
  for _ = 1, self:range(1, 2) do
    statements[self.random:weighted(depth > 1 and #self.lines < 70 and WEIGHTS or SIMPLE)](self, depth - 1)
  end
  self:line('end')
  self.indent = self.indent - 1
end

local function declared(prefix, count)
  local names = {}
  for n = 1, count do names[n] = prefix .. n end
  return names
end

-- Kernels have their own helpers: they change some of them.
function Kernel:helpers()
  self:line('local shared, global_count = ', self:pick {'0', '1.5', '10'}, ', 0')
  self:line('local function helper(p, q) if p == nil then return q end if q then return p end return ', self:pick {'p', 'p, q', '{p}', 'helper(nil, p)'}, ' end')
  self:line('local function many(...) local p, q = ... if select("#", ...) > 2 then return q, p, ... end return p, q end')
  self:line('local function bump() shared = shared + 1 return shared end')
  self:line('local function upto(s, c) if c < s then return c + 1, c * 2 end end')
  self:line('local function fails(p) if p then return p end local none return none.field end')
  self:line('local function closer(f) return setmetatable({}, {__close = function(_, e) f(e) end}) end')
  self:line('local function pause(p) if coroutine.isyieldable() then return coroutine.yield(p) end return p end')
  self:line('local class, other_class = {kind = "c"}, {kind = "o", get = function(self, n) return self.y end}')
  self:line('class.__index, other_class.__index = class, ', self:pick {'other_class', 'class', 'function(t, key) return key end'})
  self:line('class.get = function(self, n) return self.x end  class.set = function(self, n) self.x = n end')
  self:line('class.__add = function(l, r) return r end  class.__lt = function(l, r) return l.x < r.x end  class.__call = function(self) return self.x end')
  self:line('class.__len = function(self) return 4 end  other_class.__le = function(l, r) return true end')
end

function Kernel:whole(name)
  local integers, floats = self:pick {2, 3, 4, 6, 12}, self:pick {1, 2, 3, 8}
  self.integers, self.floats, self.anything = declared('a', integers), declared('b', floats), declared('x', 3)
  self.assignable_integers = declared('a', integers)
  self:line('do')
  self:helpers()
  self:line('local function ', name, '(a1, b1, x1, x2)')
  self.indent = self.indent + 1
  for n = 2, integers do self:line('local a', n, ' = ', self:range(-20, 99)) end
  for n = 2, floats do self:line('local b', n, ' = ', ('%.2f'):format(self:range(-500, 900) / 100)) end
  self:line("local x3, text, made = ", self:pick {'0', "'s'", 'nil', '2.5'}, ", 'k' .. tostring(x2), nil")
  self:line('local list, numbers, hash = ', self:pick {'{}', '{1, 2, 3}', '{1.5, 2.5}', "{'a', 2, 3.5}", '{x2, x2}'}, ', {1, 2, 3, 4, 5}, {}')
  self:line('local object, other = setmetatable({x = 1, y = 2}, class), setmetatable({y = ', self:pick {'1', '0.5'}, ', x = 3}, class)')
  local float = self:chance(8)
  self:line('for i = 1', float and '.0' or '', ', ', self:range(30, 60), self:pick {'', '', ', 1', ', 2'}, ' do')
  self.indent = self.indent + 1
  self.integers[#self.integers + 1] = 'i'
  if not float then self.integers[#self.integers + 1] = 'i' end
  self.numbers = {'i', 'a1', 'b1'}
  self:line('do')
  for _ = 1, self:range(2, 7) do statements[self.random:weighted(WEIGHTS)](self, 3) end
  self:line('end')
  self:line('::over::')
  self.indent = self.indent - 1
  self:line('end')
  self:line('return ', table.concat(self.assignable_integers, ', '), ', ', table.concat(self.floats, ', '), ', x1, x2, x3, #text, made and made(), object.x, object.y, object.z')
  self.indent = self.indent - 1
  self:line('end')
  self:calls(name)
  self:line('end')
end

function Kernel:calls(name)
  local function operands()
    local odd = self:chance(15)
    return (odd and self:pick(FLOATS) or self:pick(INTEGERS)) .. ', ' .. (odd and self:pick(INTEGERS) or self:pick(FLOATS)) .. ', ' ..
      self:pick {'1', '2.5', "'abc'", 'nil', 'true', '{}'} .. ', ' .. self:pick {'7', '0.5', "'k3'", 'false'}
  end
  for _ = 1, self:range(2, 4) do self:line("try('kernel', ", name, ', ', operands(), ')') end
  if self:chance(40) then
    self:line('do local co = coroutine.create(', name, ')')
    self:line("  out('resumed', coroutine.resume(co, ", operands(), '))')
    self:line("  for n = 1, 4 do if coroutine.status(co) ~= 'dead' then out('resumed', coroutine.resume(co, n * 1.5)) end end")
    if self:chance(30) then self:line("  out('traced', select(2, debug.traceback(co):gsub('\\n', '')))") end
    self:line("  out('closed', coroutine.close(co))")
    self:line('end')
  end
end

function Kernels.emit(g)
  g.names = g.names + 1
  local kernel = setmetatable({random = g.random, is_zero = g.is_zero, lines = g.lines, indent = g.indent, names = 0}, Kernel)
  kernel.lines = {}
  kernel:whole('k' .. g.names)
  for _, line in ipairs(kernel.lines) do g.lines[#g.lines + 1] = line end
end

return Kernels
