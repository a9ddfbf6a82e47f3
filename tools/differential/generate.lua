-- Random Lua programs for differential testing: `lua generate.lua SEED` prints one.
--
-- A program is deterministic and ends: loops are counted, recursion has a depth argument, and the
-- generator estimates what each function costs (statements executed) and calls it only where the
-- product of the surrounding loops leaves room. Everything runs inside pcall, so that any statement
-- may fail; the message, with its variable names and line, is printed like every other value.
-- `dofile(DIR .. 'generate.lua')` gives the function seed -> text.

local directory = GENERATOR_DIRECTORY or arg and arg[0] and arg[0]:match('^(.*/)') or ''
local Random = dofile(directory .. 'random.lua')
local Expressions = dofile(directory .. 'expressions.lua')
local Kernels = dofile(directory .. 'kernels.lua')
local Ensembles = dofile(directory .. 'ensembles.lua')
local PRELUDE = dofile(directory .. 'prelude.lua')

local MAX_COST = 4000          -- statements one function may execute, by the estimate
local MAX_MAIN_COST = 60000

local Generator = {}
Generator.__index = Generator
Generator.expression = Expressions.expression
Generator.atom = Expressions.atom
Generator.is_zero = Expressions.is_zero

function Generator.new(seed)
  local random = Random.new(seed)
  return setmetatable({
    random = random, lines = {}, scope = {}, indent = 0, names = 0, labels = 0,
    cost = 0, limit = MAX_MAIN_COST, multiplier = 1, budget = random:range(20, 90), in_loop = false, vararg = false,
  }, Generator)
end

function Generator:emit(...)
  self.lines[#self.lines + 1] = ('  '):rep(self.indent) .. table.concat({...})
end

function Generator:shadowed(index)
  local name = self.scope[index].name
  for i = index + 1, #self.scope do
    if self.scope[i].name == name then return true end
  end
end

function Generator:affords(cost) return self.cost + self.multiplier * cost < self.limit end
function Generator:spend(cost) self.cost = self.cost + self.multiplier * cost end

function Generator:declare(kind, properties)
  self.names = self.names + 1
  local v = properties or {}
  v.kind = kind
  -- A name used before now and then, so that shadowing occurs.
  v.name = v.name or (self.random:chance(8) and self.names > 3 and kind:sub(1, 1) .. self.random:range(1, self.names - 1))
    or kind:sub(1, 1) .. self.names
  self.scope[#self.scope + 1] = v
  return v.name
end

-- A variable in scope that may be assigned: name, kind.
function Generator:assignable(kind)
  local found = {}
  for i, v in ipairs(self.scope) do
    if v.kind ~= 'fn' and not v.constant and not self:shadowed(i) and (not kind or v.kind == kind) then found[#found + 1] = v end
  end
  if #found > 0 then
    local v = self.random:pick(found)
    return v.name, v.kind
  end
end

local VALUE_KINDS = {'int', 'int', 'int', 'flt', 'str', 'bool', 'arr', 'rec'}

function Generator:kind() return self.random:pick(VALUE_KINDS) end

-- Runs body in its own scope, one level deeper.
function Generator:block(body)
  local depth = #self.scope
  self.indent = self.indent + 1
  body()
  self.indent = self.indent - 1
  for i = #self.scope, depth + 1, -1 do self.scope[i] = nil end
end

function Generator:statements(low, high, depth)
  for _ = 1, self.random:range(low, high) do self:statement(depth) end
end

function Generator:loop(times, depth, body)
  local multiplier, in_loop = self.multiplier, self.in_loop
  self.multiplier, self.in_loop = multiplier * times, true
  self:block(function()
    if body then body() end
    self:statements(1, 3, depth - 1)
    if self.random:chance(15) then self:emit('if ', self:expression('bool', 2), ' then break end') end
  end)
  self.multiplier, self.in_loop = multiplier, in_loop
end

local statements = {}

function statements.declare(g)
  local kind = g:kind()
  local value = g:expression(kind, 3)
  local attribute = g.random:chance(10)
  g:emit('local ', g:declare(kind, {constant = attribute}), attribute and ' <const>' or '', ' = ', value)
end

function statements.declare_many(g)
  local a, b = g:kind(), g:kind()
  local values = g:expression(a, 2) .. ', ' .. g:expression(b, 2)
  g:emit('local ', g:declare(a), ', ', g:declare(b), ' = ', values)
end

function statements.assign(g)
  local name, kind = g:assignable()
  if not name then return statements.declare(g) end
  g:emit(name, ' = ', g:expression(kind, 3))
end

function statements.swap(g)
  local a, kind = g:assignable()
  if not a then return statements.declare(g) end
  local b = g:assignable(kind)
  g:emit(a, ', ', b, ' = ', g:expression(kind, 1), ', ', a)
end

function statements.store(g)
  local r = g.random
  local a = g:assignable(r:chance(60) and 'arr' or 'rec')
  if not a then return statements.declare(g) end
  if a:sub(1, 1) == 'r' then
    g:emit(a, r:pick {'.x', '.y', "['y']"}, ' = ', g:expression('int', 2))
  else
    g:emit('put(', a, ', ', r:pick {'#' .. a .. ' + 1', '#' .. a, tostring(r:range(1, 6)), g:expression('int', 1)}, ', ', r:chance(15) and 'nil' or g:expression('int', 2), ')')
  end
end

function statements.insert_remove(g)
  local a = g:assignable('arr')
  if not a then return statements.declare(g) end
  g:emit(g.random:pick {
    'table.insert(' .. a .. ', ' .. g:expression('int', 1) .. ')', 'table.insert(' .. a .. ', 1, ' .. g:expression('int', 1) .. ')',
    'out(table.remove(' .. a .. '))', 'out(table.remove(' .. a .. ', 1))', 'sort(' .. a .. ')',
    'sort(' .. a .. ', function(a, b) return a > b end)',
  })
end

function statements.print(g)
  local r = g.random
  local list = {"'" .. r:pick {'v', 'w', 'now', 'line'} .. #g.lines .. "'"}
  for i = 1, r:range(1, 3) do list[i + 1] = g:expression('any', 3) end
  g:emit('out(', table.concat(list, ', '), ')')
end

function statements.hash_table(g)
  local r = g.random
  g.names = g.names + 1
  local name = 'h' .. g.names
  g:emit('local ', name, ' = {a = ', g:expression('int', 1), ', ', g:expression('int', 1), ', [', g:expression('int', 1), '] = 5, [',
    r:pick {"'b'", '1.5', 'true', '2^53', '-0.0'}, '] = ', g:expression('str', 1), '}')
  g:emit('for i = 1, ', r:range(2, 40), ' do ', name, r:pick {'[i]', "['k' .. i]", '[i * 3]', '[-i]', '[i + 0.5]'}, ' = i ', r:pick {'* 2', '+ 1', '% 5'}, ' end')
  if r:chance(60) then g:emit('for i = 1, ', r:range(2, 40), ', ', r:range(1, 3), ' do ', name, r:pick {'[i]', "['k' .. i]", '[i * 3]'}, ' = nil end') end
  if r:chance(50) then g:emit('for k, v in pairs(', name, ') do if v == 2 then ', name, '[k] = nil else ', name, '[k] = v end end') end
  g:emit("out('keys', table.concat(keys(", name, "), ' '))")
  g:emit("out('fields', ", name, '.a, ', name, '.b, ', name, '[1], ', name, '[2.0], ', name, '.k3, ', name, '[', g:expression('any', 1), '])')
  g:spend(80)
end

statements['if'] = function(g, depth)
  g:emit('if ', g:expression('bool', 3), ' then')
  g:block(function() g:statements(1, 2, depth - 1) end)
  if g.random:chance(30) then
    g:emit('elseif ', g:expression('bool', 2), ' then')
    g:block(function() g:statements(1, 2, depth - 1) end)
  end
  if g.random:chance(50) then
    g:emit('else')
    g:block(function() g:statements(1, 2, depth - 1) end)
  end
  g:emit('end')
end

function statements.counted(g, depth)
  local r = g.random
  local times = r:weighted {{6, r:range(2, 6)}, {3, r:range(7, 20)}, {1, r:range(50, 200)}}
  if not g:affords(times * 4) then return statements.print(g) end
  local from = r:range(-5, 5)
  local step = r:pick {1, 1, 1, 2, -1, -3}
  local to = from + (times - 1) * step
  local float = r:chance(15)
  g:emit('for ', 'i' .. g.names + 1, ' = ', from, float and '.0' or '', ', ', to, step ~= 1 and ', ' .. step or '', ' do')
  g:loop(times, depth, function() g:declare(float and 'flt' or 'int', {name = 'i' .. g.names + 1, constant = r:chance(70)}) end)
  g:emit('end')
end

-- Bounds at the edges of the number types; a counter leaves the loop.
function statements.edge_for(g, depth)
  local r = g.random
  g.names = g.names + 1
  local count, index = 'n' .. g.names, 'e' .. g.names
  g:emit('local ', count, ' = 0')
  g:emit('for ', index, ' = ', g:expression(r:pick {'int', 'int', 'flt'}, 1), ', ', g:expression(r:pick {'int', 'int', 'flt'}, 1),
    r:chance(60) and ', ' .. r:pick {'1', '-1', '3', '0.5', '-2.5', 'math.maxinteger', 'math.mininteger', '1e308', g:expression('int', 1)} or '', ' do')
  g:emit('  ', count, ' = ', count, ' + 1')
  g:emit("  if ", count, ' > ', r:range(2, 6), ' then break end')
  g:emit("  out('edge', ", index, ')')
  g:emit('end')
  g:spend(20)
end

function statements.generic(g, depth)
  local r = g.random
  local k, v = 'k' .. g.names + 1, 'v' .. g.names + 1
  if not g:affords(30) then return statements.print(g) end
  local source = r:pick {
    'ipairs(' .. g:expression('arr', 2) .. ')',
    "('" .. r:pick {'a1b22', 'x=1,y=2', 'one two'} .. "'):gmatch('(%w)(%w*)')",
    'coroutine.wrap(function() for i = 1, ' .. r:range(1, 5) .. ' do coroutine.yield(i, i * i) end end)',
    'function(s, c) if c < s then return c + 1, c * 2 end end, ' .. r:range(1, 5) .. ', 0',
    'next, {' .. g:expression('int', 1) .. '}',
  }
  g:emit('for ', k, ', ', v, ' in ', source, ' do')
  -- the body may let an array grow that it goes through
  g:loop(5, depth, function() g:emit("out('each', ", k, ', ', v, ')', source:find('^ipairs') and ' if ' .. k .. ' > 20 then break end' or '') end)
  g:emit('end')
end

statements['while'] = function(g, depth)
  local r = g.random
  local times = r:range(1, 8)
  if not g:affords(times * 4) then return statements.print(g) end
  g.names = g.names + 1
  local count = 'w' .. g.names
  g:emit('local ', count, ' = 0')
  if r:chance(60) then
    g:emit('while ', count, ' < ', times, r:chance(30) and ' and ' .. g:expression('bool', 2) or '', ' do')
    g:loop(times, depth, function() g:emit(count, ' = ', count, ' + 1') end)
    g:emit('end')
  else
    g:emit('repeat')
    g:loop(times, depth, function() g:emit(count, ' = ', count, ' + 1') end)
    g:emit('until ', count, ' >= ', times, r:chance(30) and ' or ' .. g:expression('bool', 2) or '')
  end
end

statements['goto'] = function(g, depth)
  g.labels = g.labels + 1
  local label, count = 'again' .. g.labels, 'g' .. g.labels
  if not g:affords(12) then return statements.print(g) end
  g:emit('do')
  g:emit('  local ', count, ' = 0')
  g:emit('  ::', label, '::')
  g:emit('  ', count, ' = ', count, ' + 1')
  g:emit('  do')
  local multiplier = g.multiplier
  g.multiplier = multiplier * 3
  g:block(function() g:statements(1, 3, depth - 1) end)
  g.multiplier = multiplier
  g:emit('  end')
  g:emit('  if ', count, ' < 3 then goto ', label, ' end')
  g:emit('end')
end

statements['continue'] = function(g, depth)
  g.labels = g.labels + 1
  local label = 'next' .. g.labels
  local times = g.random:range(2, 8)
  if not g:affords(times * 4) then return statements.print(g) end
  g:emit('for c', g.labels, ' = 1, ', times, ' do')
  g:emit('  if c', g.labels, ' % ', g.random:range(2, 3), ' == ', g.random:range(0, 1), ' then goto ', label, ' end')
  g:emit('  do')
  g.indent = g.indent + 1
  local name = 'c' .. g.labels
  g:loop(times, depth, function() g:declare('int', {name = name, constant = true}) end)
  g.indent = g.indent - 1
  g:emit('  end')
  g:emit('  ::', label, '::')
  g:emit('end')
end

-- Generates a function's body under its own cost; gives the cost.
function Generator:body(parameters, gives, depth, vararg)
  local cost, limit, multiplier, in_loop, was_vararg = self.cost, self.limit, self.multiplier, self.in_loop, self.vararg
  self.cost, self.limit, self.multiplier, self.in_loop, self.vararg = 0, MAX_COST, 1, false, vararg
  self:block(function()
    for _, p in ipairs(parameters) do self.scope[#self.scope + 1] = p end
    if vararg then self:emit("local count = select('#', ...)") end
    self:statements(1, 4, depth - 1)
    local extra = vararg and self.random:chance(50) and ', ...' or ''
    self:emit('return ', self:expression(gives, 3), extra)
  end)
  local own = self.cost + 3
  self.cost, self.limit, self.multiplier, self.in_loop, self.vararg = cost, limit, multiplier, in_loop, was_vararg
  return own
end

function statements.functions(g, depth)
  local r = g.random
  if depth <= 1 then return statements.print(g) end
  g.names = g.names + 1
  local name, parameters, kinds, texts = 'f' .. g.names, {}, {}, {}
  for i = 1, r:range(0, 3) do
    kinds[i] = r:pick {'int', 'int', 'flt', 'str', 'arr', 'rec'}
    parameters[i] = {kind = kinds[i], name = 'p' .. g.names .. '_' .. i}
    texts[i] = parameters[i].name
  end
  local vararg = r:chance(20)
  if vararg then texts[#texts + 1] = '...' end
  local gives = g:kind()
  g:emit(r:pick {'local function ' .. name .. '(', 'local ' .. name .. ' = function('}, table.concat(texts, ', '), ')')
  local cost = g:body(parameters, gives, depth, vararg)
  g:emit('end')
  g.scope[#g.scope + 1] = {kind = 'fn', name = name, gives = gives, parameters = kinds, cost = cost, constant = true}
  if g:affords(cost) and r:chance(60) then
    g:spend(cost)
    local arguments = {name}
    for i, kind in ipairs(kinds) do arguments[i + 1] = g:expression(kind, 2) end
    if vararg then arguments[#arguments + 1] = g:expression('any', 1) .. ', ' .. g:expression('any', 1) end
    g:emit("try('call ", name, "', ", table.concat(arguments, ', '), ')')
  end
end

function statements.recursion(g)
  local r = g.random
  g.names = g.names + 1
  local name = 'f' .. g.names
  g:emit('local function ', name, '(n, a)')
  g:emit('  if n <= 0 then return a end')
  g:emit('  ', r:pick {'return ' .. name .. '(n - 1, a + n)', 'return a + ' .. name .. '(n - 1, a)',
    'return ' .. name .. '(n - 1, a) * 3 - ' .. name .. '(n - 2, a)', 'local b = ' .. name .. '(n - 1, a) ~ n return b', 'return (' .. name .. '(n - 1, a .. n % 3))'})
  g:emit('end')
  g:emit("try('recursion', ", name, ', ', r:range(0, 9), ', ', g:expression('int', 1), ')')
  g:spend(100)
end

-- Closures made in a loop, each with its own variable, sharing an outer one.
function statements.closures(g)
  local r = g.random
  g.names = g.names + 1
  local name, shared = 'c' .. g.names, 'u' .. g.names
  g:emit('local ', name, ', ', shared, ' = {}, ', g:expression('int', 1))
  g:emit('for i = 1, ', r:range(2, 5), ' do')
  g:emit('  local own = i * ', r:range(1, 9))
  g:emit('  ', name, '[i] = function(d) own = own ', r:pick {'+', '-', '*', '~'}, ' (d or 1) ', shared, ' = ', shared, ' + own return own, ', shared, ' end')
  if r:chance(30) then g:emit('  if i == 3 then break end') end
  g:emit('end')
  g:emit("out('closures', ", name, '[1](), ', name, '[2](', g:expression('int', 1), '), ', name, '[1](2))')
  g:emit("out('shared', ", shared, ')')
  g:spend(30)
end

function statements.coroutines(g)
  local r = g.random
  g.names = g.names + 1
  local co = 'co' .. g.names
  g:emit('local ', co, ' = coroutine.', r:chance(70) and 'create' or 'create', '(function(a, b)')
  g:emit("  out('started', a, b)")
  g:emit('  for i = 1, ', r:range(1, 4), ' do')
  g:emit('    a = coroutine.yield(i, ', g:expression('any', 1), ')')
  if r:chance(30) then g:emit('    if i == 2 then ', r:pick {"error('inside')", "error({})", 'local z = nil; z.field = 1', "return 'early'"}, ' end') end
  g:emit('  end')
  if r:chance(30) then g:emit("  local ok, m = pcall(function() coroutine.yield('protected') error('late', 0) end)  out(ok, m)") end
  g:emit('  return ', g:expression('any', 2))
  g:emit('end)')
  g:emit('for i = 1, ', r:range(2, 7), " do out('resumed', coroutine.resume(", co, ', i, ', g:expression('any', 1), ')) end')
  g:emit("out('state', coroutine.status(", co, '), coroutine.close(', co, '))')
  g:spend(40)
end

function statements.errors(g, depth)
  local r = g.random
  g:emit("try('", r:pick {'fails', 'maybe', 'try'}, "', function()")
  local multiplier = g.in_loop
  g.in_loop = false
  g:block(function()
    local was_vararg = g.vararg
    g.vararg = false
    if r:chance(50) then g:statements(1, 2, depth - 1) end
    g:emit(r:pick {
      "error('message " .. r:range(1, 9) .. "'" .. r:pick {'', ', 0', ', 1', ', 2'} .. ')',
      'error(' .. g:expression('any', 1) .. ')',
      'local t = ' .. g:expression('any', 1) .. '\n' .. ('  '):rep(g.indent) .. 'return t.field' .. r:pick {'', '.deeper', '()'},
      'return ' .. g:expression('any', 1) .. r:pick {' + ', ' < ', ' // ', ' & '} .. g:expression('any', 1),
      'return missing' .. r:pick {'()', '.x', '.x.y', ' + 1', ':m()'},
      'assert(' .. g:expression('bool', 1) .. ", 'asserted')",
      'return (' .. g:expression('any', 1) .. ')(1)',
      'return #' .. g:expression('any', 1),
      'return -' .. g:expression('any', 1),
      "return string.rep('x', " .. g:expression('any', 1) .. ' and -1)',
      'return ("x"):bad(1)',
      'return select(' .. g:expression('int', 1) .. ', 1, 2, 3)',
      'return setmetatable(' .. g:expression('any', 1) .. ', ' .. r:pick {'nil', '{}', '1'} .. ') ~= nil',
      'return math.' .. r:pick {'floor', 'max', 'tointeger', 'fmod'} .. '(' .. g:expression('any', 1) .. ', 2)',
      'for i = 1, ' .. g:expression('any', 1) .. ' do break end',
      "local t = setmetatable({}, {__index = function(_, k) error('no ' .. k, 2) end})\n" .. ('  '):rep(g.indent) .. 'return t.anything',
    })
    g.vararg = was_vararg
  end)
  g.in_loop = multiplier
  g:emit('end)')
  g:spend(10)
end

function statements.close(g, depth)
  g:emit('do')
  g:emit('  local r', g.names + 1, ' <close> = record(', g.random:range(1, 99), ", 0, '')")
  if g.random:chance(40) then g:emit('  local r', g.names + 1, 'b <close> = ', g.random:pick {'nil', 'false', "record(7, 7, '')"}) end
  g:block(function() g:statements(1, 2, depth - 1) end)
  if g.random:chance(20) and g.in_loop then g:emit('  do break end') end
  g:emit('end')
end

function statements.varargs(g)
  local r = g.random
  g:emit("out('varargs', (function(...) local a, b = ... ", r:pick {
    'return select("#", ...), a, b, ...', 'local t = {...} return #t, t[2], b', 'return (...), select(2, ...)',
    'local t = table.pack(...) return t.n, table.unpack(t, 1, t.n)', 'return select(-1, ...)', 'local function f(...) return ... end return f(f(...), ...)',
  }, ' end)(', g:expression('any', 2), ', ', g:expression('any', 2), r:pick {'', ', nil', ', 1, 2'}, '))')
end

-- Plain number work in a longer loop: what an optimising tier compiles.
function statements.hot(g)
  local r = g.random
  local times = r:range(100, 400)
  if g.multiplier > 4 or not g:affords(times) then return statements.print(g) end
  g.names = g.names + 1
  -- a may get holes, so that its length is not determined; l is only appended to
  local s, f, a, l = 'hs' .. g.names, 'hf' .. g.names, 'ha' .. g.names, 'hl' .. g.names
  g:emit('local ', s, ', ', f, ', ', a, ', ', l, ' = ', g:expression('int', 1), ', ', g:expression('flt', 1), ', {}, {}')
  g:emit('for i = ', r:range(-3, 3), ', ', times, r:pick {'', '', ', 3'}, ' do')
  for _ = 1, r:range(2, 5) do
    g:emit('  ', r:pick {
      s .. ' = ' .. s .. r:pick {' + ', ' - ', ' ~ ', ' * ', ' & ', ' | '} .. r:pick {'i', 'i * i', '3', '(i << 3)', '0x5555'},
      f .. ' = ' .. f .. r:pick {' + ', ' - ', ' * '} .. r:pick {'0.5', 'i', '1.001', 'i / 3'},
      'if i % ' .. r:range(2, 9) .. ' == ' .. r:range(0, 2) .. ' then ' .. s .. ' = ' .. s .. ' + 1 else ' .. f .. ' = ' .. f .. ' - 1 end',
      a .. '[i] = i ' .. r:pick {'* 2', '// 3', '% 7', '/ 2'},
      s .. ' = ' .. s .. ' + (' .. a .. '[i - 1] or 1) // 1 | 0',
      l .. '[#' .. l .. ' + 1] = ' .. s .. ' % 1000',
      'if ' .. s .. ' > ' .. r:range(1, 100000) .. ' then ' .. s .. ' = ' .. s .. ' % 1000 end',
      s .. ' = ' .. s .. ' + math.' .. r:pick {'floor(' .. f .. ' % 100)', 'max(i, 5)', 'abs(i)', 'min(i, ' .. s .. ')'},
      s .. ' = ' .. s .. ' + #(i .. "")',
      'if i == ' .. r:range(20, 90) .. ' then ' .. s .. ' = ' .. r:pick {s .. ' + 0.5', s .. ' // 1.0', "'7'", '2^53'} .. ' end',
    })
  end
  g:emit('end')
  g:emit("out('hot', ", s, ', ', f, ', #', l, ', ', a, '[1], ', a, '[10], ', a, '[', times, '])')
  g:spend(times)
end

-- Only once at a time: kernels take long.
function statements.kernel(g)
  if g.multiplier > 1 or not g:affords(8000) then return statements.print(g) end
  Kernels.emit(g)
  g:spend(8000)
end

function statements.ensemble(g)
  if g.multiplier > 1 or not g:affords(20000) then return statements.print(g) end
  Ensembles.emit(g)
  g:spend(20000)
end

local WEIGHTS = {
  {12, 'declare'}, {4, 'declare_many'}, {10, 'assign'}, {3, 'swap'}, {7, 'store'}, {4, 'insert_remove'}, {10, 'print'},
  {4, 'hash_table'}, {8, 'if'}, {7, 'counted'}, {4, 'edge_for'}, {5, 'generic'}, {4, 'while'}, {2, 'goto'}, {3, 'continue'},
  {7, 'functions'}, {3, 'recursion'}, {4, 'closures'}, {3, 'coroutines'}, {8, 'errors'}, {3, 'close'}, {3, 'varargs'}, {4, 'hot'}, {10, 'kernel'}, {6, 'ensemble'},
}
local SIMPLE = {{12, 'declare'}, {4, 'declare_many'}, {12, 'assign'}, {4, 'swap'}, {8, 'store'}, {3, 'insert_remove'}, {10, 'print'}}

function Generator:statement(depth)
  self:spend(2)
  local simple = depth <= 0 or #self.lines > self.budget + 60 or not self:affords(40)
  local kind = self.random:weighted(simple and SIMPLE or WEIGHTS)
  statements[kind](self, depth)
end

function Generator:program()
  while #self.lines < self.budget do
    self:emit("try('unit', function()")
    self:block(function()
      self:statements(4, 9, 3)
      for i = 1, #self.scope do
        local v = self.scope[i]
        if v.kind ~= 'fn' and not self:shadowed(i) then self:emit("out('", v.name, "', ", v.name, ')') end
      end
    end)
    self:emit('end)')
  end
  self:emit("print('checksum', checksum)")
  return PRELUDE .. table.concat(self.lines, '\n') .. '\n'
end

-- The program for the version of Lua that runs this: for what Lua 5.3 does not have, for the length of lists with
-- holes (any border will do; Perigee's is that of 5.4), and for numbers with which Perigee does what 5.4 does
-- (docs/dialects.md: squares, remainders of tiny floats), something else takes its place.
local function translated(source)
  if _VERSION ~= 'Lua 5.3' then return source end
  source = source:gsub('return #t, t%[2%], b', "return select('#', ...), t[2], b"):gsub('%^2%f[%D]', '^3.0'):gsub('5e%-324', '5e-100')
  return (source:gsub(' <const>', ''):gsub(' <close>', ''):gsub('coroutine%.close%(', 'coroutine.status('))
end

local function generate(seed)
  return translated(Generator.new(seed):program())
end

if not GENERATOR_DIRECTORY and arg and arg[0] and arg[0]:find('generate%.lua$') then
  local seed = assert(tonumber(arg[1]), 'usage: lua generate.lua SEED')
  io.write(generate(seed))
end

return generate
