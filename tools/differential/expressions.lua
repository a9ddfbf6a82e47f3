-- Random expressions of a wanted type: int, flt, str, bool, arr (array of integers), rec (record with
-- fields x, y: integers, s: string) or any. They are mostly well typed; now and then one is not, so
-- that error messages are compared as well. Floats reach text only through show(), which hides the
-- sign of a NaN: that sign is nobody's promise.

local Expressions = {}

local INT_EDGES = {
  '0', '1', '-1', '2', '3', '7', '10', '255', '256', '-128', '65536', '2147483647', '-2147483648', '4294967296',
  '9007199254740992', '9007199254740993', 'math.maxinteger', 'math.mininteger', '0x7fffffffffffffff',
  '0x8000000000000000', '0xffffffffffffffff', '-9223372036854775807', '1 << 62', '1 << 63',
}
local FLT_EDGES = {
  '0.0', '-0.0', '1.0', '-1.0', '0.5', '-0.5', '1.5', '2.5', '1e15', '1e16', '1e100', '-1e300', '5e-324', '0.1',
  '2^53', '2^63', '-(2^63)', 'math.huge', '-math.huge', '(0/0)', 'math.pi', '3.0', '1e308', '0x1p-10', '123456.789',
}
local STRINGS = {
  "''", "'a'", "'abc'", "'hello world'", "'10'", "'0x1F'", "'-7.5'", "' 12 '", "'x=1, y=2'", "'\\0z\\0'", "'line\\nbreak'",
  "'%d'", "'a.b.c'", "'ABCabc'", "'1e3'", "('ab'):rep(20)", "'\\u{e9}\\u{20ac}'", "'key1'", "'(nested(pair))'",
}
local PATTERNS = {
  "'%a+'", "'%d+'", "'.'", "'[a-c]+'", "'%s*'", "'(%w)(%w)'", "'^%a'", "'l+'", "'%b()'", "'()'", "'(.-)%.'", "'[^%s]+'", "'b?'", "'%f[%a]%a+'",
}

-- A name in scope of the type, or nil.
local function variable(g, kind)
  local found = {}
  for i = #g.scope, 1, -1 do
    local v = g.scope[i]
    if v.kind == kind and not g:shadowed(i) then found[#found + 1] = v.name end
  end
  if #found > 0 then return g.random:pick(found) end
end

-- Whether the expression is made of literals that give the integer 0: for `x - 0` Lua 5.4 adds 0, which makes 0.0
-- of -0.0.
function Expressions.is_zero(text)
  local value = load('return ' .. text, '=literals', 't', {math = math})
  local ok, result = pcall(value)
  return ok and result == 0
end

local function binary(g, kind_a, operator, kind_b, depth)
  local left, right = g:expression(kind_a, depth - 1), g:expression(kind_b, depth - 1)
  if operator == '-' and Expressions.is_zero(right) then right = '1' end
  return '(' .. left .. ' ' .. operator .. ' ' .. right .. ')'
end

-- A call of a function in scope that gives the type, if its cost can be afforded here.
local function call(g, kind, depth)
  local found = {}
  for i, v in ipairs(g.scope) do
    if v.kind == 'fn' and v.gives == kind and not g:shadowed(i) and g:affords(v.cost) then found[#found + 1] = v end
  end
  if #found == 0 then return end
  local f = g.random:pick(found)
  g:spend(f.cost)
  local arguments = {}
  for i, parameter in ipairs(f.parameters) do arguments[i] = g:expression(parameter, depth - 1) end
  if g.random:chance(5) then arguments[#arguments] = nil end
  return f.name .. '(' .. table.concat(arguments, ', ') .. ')'
end

local makers = {}

makers.int = {
  {10, function(g, d) return binary(g, 'int', g.random:pick {'+', '-', '*'}, 'int', d) end},
  {3, function(g, d) return binary(g, 'int', g.random:pick {'//', '%'}, 'int', d) end},
  {3, function(g, d) return '(' .. g:expression('int', d - 1) .. g.random:pick {' // ', ' % '} .. g.random:pick {'3', '-3', '7', '-1', '1', '16'} .. ')' end},
  {6, function(g, d) return binary(g, 'int', g.random:pick {'&', '|', '~'}, 'int', d) end},
  {3, function(g, d) return '(' .. g:expression('int', d - 1) .. g.random:pick {' << ', ' >> '} .. g.random:pick {'1', '3', '63', '64', '-1', '-65'} .. ')' end},
  {2, function(g, d) return binary(g, 'int', g.random:pick {'<<', '>>'}, 'int', d) end},
  {3, function(g, d) return g.random:pick {'-', '~'} .. g:atom('int', d) end},
  {2, function(g, d) return '#' .. g:atom('str', d) end},
  {3, function(g, d) return '#' .. g:atom('arr', d) end},
  {5, function(g, d)
    local item = g:atom('arr', d) .. '[' .. g.random:pick {'1', '2', '3', g:expression('int', 0), '#' .. g:atom('arr', 0)} .. ']'
    return g.random:chance(85) and '(' .. item .. ' or ' .. g:expression('int', 0) .. ')' or item
  end},
  {5, function(g, d) return g:atom('rec', d) .. g.random:pick {'.x', '.y', "['x']", '.x', '.y'} end},
  {2, function(g, d) return g:atom('rec', d) .. ':' .. g.random:pick {'sum', 'add'} .. '(' .. g:expression('int', d - 1) .. ')' end},
  {2, function(g, d) return 'math.' .. g.random:pick {'abs', 'floor', 'ceil'} .. '(' .. g:expression('int', d - 1) .. ')' end},
  {2, function(g, d) return 'math.floor(' .. g:expression('flt', d - 1) .. ')' end},
  {2, function(g, d) return 'math.' .. g.random:pick {'max', 'min'} .. '(' .. g:expression('int', d - 1) .. ', ' .. g:expression('int', d - 1) .. ')' end},
  {1, function(g, d) return '(math.tointeger(' .. g:expression('flt', d - 1) .. ') or ' .. g:expression('int', d - 1) .. ')' end},
  {2, function(g, d) return '((' .. g:expression('str', d - 1) .. '):byte(' .. g.random:range(-2, 3) .. ') or 0)' end},
  {2, function(g, d) return 'select("#", ' .. g:expression('any', d - 1) .. ', ' .. g:expression('any', d - 1) .. ')' end},
  {2, function(g, d) return '(' .. g:expression('bool', d - 1) .. ' and ' .. g:expression('int', d - 1) .. ' or ' .. g:expression('int', d - 1) .. ')' end},
  {1, function(g, d) return '(' .. (g.random:chance(85) and 'clean(' .. g:expression('flt', d - 1) .. ') // 1' or g:expression('flt', d - 1)) .. ' | 0)' end},
  {1, function(g, d) return '(math.tointeger(tonumber(' .. g:expression('str', d - 1) .. ')) or 0)' end},
  {6, function(g, d) return call(g, 'int', d) end},
}

makers.flt = {
  {10, function(g, d) return binary(g, 'flt', g.random:pick {'+', '-', '*', '/'}, 'flt', d) end},
  {5, function(g, d) return binary(g, 'flt', g.random:pick {'+', '*', '//', '%'}, 'int', d) end},
  -- not a literal, nor what folds to one: Lua 5.4 adds 0 for `-0.0 - 0`
  {2, function(g, d) return '(' .. g:expression('flt', d - 1) .. ' - same(' .. g:expression('int', d - 1) .. '))' end},
  {4, function(g, d) return binary(g, 'int', '/', 'int', d) end},
  {3, function(g, d) return binary(g, 'flt', g.random:pick {'//', '%'}, 'flt', d) end},
  {2, function(g, d) return '(' .. g:expression('flt', d - 1) .. '^' .. g.random:pick {'2', '0.5', '-1', '3.0'} .. ')' end},
  {2, function(g, d) return '-' .. g:atom('flt', d) end},
  {2, function(g, d) return '(' .. g:expression('int', d - 1) .. ' + 0.0)' end},
  {2, function(g, d) return 'math.' .. g.random:pick {'sqrt', 'abs'} .. '(' .. g:expression('flt', d - 1) .. ')' end},
  {1, function(g, d) return 'math.' .. g.random:pick {'fmod', 'max', 'min'} .. '(' .. g:expression('flt', d - 1) .. ', ' .. g:expression('flt', d - 1) .. ')' end},
  {3, function(g, d) return call(g, 'flt', d) end},
}

-- What may make a text several times as long is cut short: it may stand in a loop.
makers.str = {
  {6, function(g, d) return 'short(' .. g:expression('str', d - 1) .. ' .. ' .. g:expression('str', d - 1) .. ')' end},
  {4, function(g, d) return '(' .. g:expression('int', d - 1) .. ' .. ' .. g:expression('str', 0) .. ')' end},
  {2, function(g, d) return "(" .. g:expression('int', 0) .. " .. ':' .. " .. g:expression('int', 0) .. " .. " .. g:expression('str', 0) .. ')' end},
  {3, function(g, d) return '(' .. g:expression('str', d - 1) .. '):sub(' .. g.random:range(-4, 4) .. ', ' .. g.random:range(-3, 9) .. ')' end},
  {3, function(g, d) return '(' .. g:expression('str', d - 1) .. '):' .. g.random:pick {'upper', 'lower', 'reverse'} .. '()' end},
  {1, function(g, d) return 'short((' .. g:expression('str', d - 1) .. '):rep(' .. g.random:range(0, 3) .. ", '-'))" end},
  {2, function(g, d) return '((' .. g:expression('str', d - 1) .. '):gsub(' .. g.random:pick(PATTERNS) .. ", '<%0>', " .. g.random:range(1, 5) .. '))' end},
  {2, function(g, d) return '((' .. g:expression('str', d - 1) .. '):gsub(' .. g.random:pick(PATTERNS) .. ', {a = 1, b = false, hello = "H"}))' end},
  {2, function(g, d) return 'show((' .. g:expression('str', d - 1) .. '):match(' .. g.random:pick(PATTERNS) .. '))' end},
  {1, function(g, d) return 'show((' .. g:expression('str', d - 1) .. '):find(' .. g.random:pick(PATTERNS) .. ', ' .. g.random:range(-3, 5) .. '))' end},
  {3, function(g, d) return "string.format('" .. g.random:pick {'%d', '%5d|', '%-5d|', '%05d', '%x', '%+d'} .. "', " .. g:expression('int', d - 1) .. ')' end},
  {2, function(g, d) return "short(string.format('" .. g.random:pick {'%s', '%q', '%-8s|', '%.3s'} .. "', (" .. g:expression('str', d - 1) .. "):gsub('%z', '')))" end},
  {1, function(g, d) return "string.format('%.3f', clean(" .. g:expression('flt', d - 1) .. '))' end},
  {2, function(g, d) return 'show(' .. g:expression('any', d - 1) .. ')' end},
  {1, function(g, d) return 'type(' .. g:expression('any', d - 1) .. ')' end},
  {1, function(g, d) return 'tostring(' .. g.random:pick {'nil', 'true', 'math.tointeger(' .. g:expression('int', d - 1) .. ')'} .. ')' end},
  {2, function(g, d) return g:atom('rec', d) .. '.s' end},
  {2, function(g, d) return 'table.concat(' .. g:expression('arr', d - 1) .. ", ',')" end},
  {1, function(g, d) return "table.concat({string.unpack('<i2>i4z', string.pack('<i2>i4z', " .. g.random:range(-99, 99) .. ', ' .. g.random:range(-9999, 9999) .. ", 'z'))}, ' ')" end},
  {3, function(g, d) return call(g, 'str', d) end},
}

makers.bool = {
  {8, function(g, d) return binary(g, 'int', g.random:pick {'<', '<=', '>', '>=', '==', '~='}, 'int', d) end},
  {4, function(g, d) return binary(g, 'flt', g.random:pick {'<', '<=', '>', '>=', '==', '~='}, 'int', d) end},
  {3, function(g, d) return binary(g, 'flt', g.random:pick {'<', '<=', '==', '~='}, 'flt', d) end},
  {3, function(g, d) return binary(g, 'str', g.random:pick {'<', '<=', '==', '~='}, 'str', d) end},
  {3, function(g, d) return binary(g, 'bool', g.random:pick {'and', 'or'}, 'bool', d) end},
  {2, function(g, d) return 'not ' .. g:atom('bool', d) end},
  {2, function(g, d) return '(' .. g:expression('any', d - 1) .. ' == ' .. g:expression('any', d - 1) .. ')' end},
  {2, function(g, d) return '(' .. g:atom('rec', d) .. g.random:pick {' < ', ' <= ', ' == '} .. g:atom('rec', d) .. ')' end},
  {1, function(g, d) return 'math.ult(' .. g:expression('int', d - 1) .. ', ' .. g:expression('int', d - 1) .. ')' end},
  {1, function(g, d) return 'rawequal(' .. g:expression('any', d - 1) .. ', ' .. g:expression('any', d - 1) .. ')' end},
}

makers.arr = {
  {5, function(g, d)
    local items = {}
    for i = 1, g.random:range(0, 6) do items[i] = g:expression('int', d - 2) end
    local text = '{' .. table.concat(items, ', ') .. '}'
    return text:find('%a') and 'dense(' .. text .. ')' or text -- a variable may be nil after all
  end},
  {2, function(g, d) return 'dense({' .. g:expression('int', d - 1) .. ', ' .. 'table.unpack(' .. g:expression('arr', d - 1) .. ', 1, 3)})' end},
  {1, function(g, d) return 'sorted(' .. g:expression('arr', d - 1) .. ')' end},
  {1, function(g, d) return 'table.move(dense(' .. g:expression('arr', d - 1) .. '), 1, 3, ' .. g.random:range(1, 4) .. ', {0, 0, 0})' end},
  {1, function(g, d) return '{(' .. g:expression('str', d - 1) .. '):byte(1, 5)}' end},
  {2, function(g, d) return call(g, 'arr', d) end},
}

makers.rec = {
  {4, function(g, d) return 'record(' .. g:expression('int', d - 1) .. ', ' .. g:expression('int', d - 1) .. ', ' .. g:expression('str', d - 1) .. ')' end},
  {2, function(g, d) return '(' .. g:atom('rec', d) .. g.random:pick {' + ', ' - ', ' .. '} .. g:atom('rec', d) .. ')' end},
  {1, function(g, d) return '(' .. g:atom('rec', d) .. ' * ' .. g:expression('int', d - 1) .. ')' end},
  {1, function(g, d) return '-' .. g:atom('rec', d) end},
  {1, function(g, d) return call(g, 'rec', d) end},
}

local function literal(g, kind)
  local r = g.random
  if kind == 'int' then return r:chance(70) and tostring(r:range(-20, 100)) or '(' .. r:pick(INT_EDGES) .. ')' end
  if kind == 'flt' then return r:chance(60) and ('%.2f'):format(r:range(-2000, 9999) / 100) or r:pick(FLT_EDGES) end
  if kind == 'str' then return r:pick(STRINGS) end
  if kind == 'bool' then return r:pick {'true', 'false'} end
  if kind == 'arr' then return r:pick {'{1, 2, 3}', '{}', '{5, 4, 3, 2, 1}', '{10, [3] = 30}'} end
  return 'record(' .. r:range(-9, 9) .. ', ' .. r:range(0, 99) .. ", 's" .. r:range(0, 9) .. "')"
end

local KINDS = {'int', 'int', 'flt', 'str', 'bool', 'arr', 'rec'}

-- An expression that can be followed by an index or take a prefix operator.
function Expressions.atom(g, kind, depth)
  return variable(g, kind) or '(' .. g:expression(kind, depth - 1) .. ')'
end

function Expressions.expression(g, kind, depth)
  if kind == 'any' then
    if g.random:chance(8) then return 'nil' end
    kind = g.random:pick(KINDS)
  elseif g.random:range(1, 400) == 1 then
    kind = g.random:pick(KINDS)
  end
  if depth <= 0 or g.random:chance(25) then
    if g.random:chance(65) then
      local name = variable(g, kind)
      if name then return name end
    end
    local text = literal(g, kind)
    return text:find('^%-') and '(' .. text .. ')' or text
  end
  return g.random:weighted(makers[kind])(g, depth) or literal(g, kind)
end

return Expressions
