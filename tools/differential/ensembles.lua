-- Ensembles: small functions, closures, coroutines and objects of several classes that call one another in a hot
-- loop, until one of them is replaced. What a compiler inlines, or keeps out of memory, is here.
--
-- The loop's variables: s (integer), f (float), v (anything), o (an object), objects and list. It is run several
-- times, also in a coroutine; its results or its error are printed. `Ensembles.emit(g)` adds one to generator g.

local Ensembles = {}

-- Functions that the loop calls, in the order of their declarations; each may use those before it.
local FUNCTIONS = {
  'local function add(a, b) return a + b end',
  'local function limit(x) if x > 1000 then return x % 1000 elseif x < -1000 then return -(-x % 1000) end return x end',
  'local function both(a, b) return b, a end',
  'local function scaled(a, k) k = k or 2 return a * k end',
  'local function total(...) local t = 0 for n = 1, select("#", ...) do t = t + (select(n, ...)) end return t end',
  'local function count(...) return select("#", ...) end',
  'local function first(...) return (...) end',
  'local function rest(a, ...) return ... end',
  'local function pass(...) return ... end',
  'local function down(x, n) if n <= 0 then return x end return down(x + 1, n - 1) end',
  'local function nested(n) if n < 2 then return n end return nested(n - 1) + nested(n - 2) end',
  'local function even(n) if n == 0 then return true end return not even(n - 1) end',
  'local function check(x) if x == nil then error("nothing", 2) end return x end',
  'local function need(x) local y = x.deep return y.deeper end',
  'local function guarded(fn, ...) local ok, r = pcall(fn, ...) if ok then return r end return show(r) end',
  'local function compose(p, q) return function(...) return p(q(...)) end end',
  'local function counter(n) return function(d) n = n + (d or 1) return n end, function() return n end end',
  'local function swap(t, i, j) t[i], t[j] = t[j], t[i] end',
  'local function push(t, x) t[#t + 1] = x return #t end',
  'local function sum(t) local r = 0 for _, x in ipairs(t) do r = r + x end return r end',
  'local function find(t, x) for n = 1, #t do if t[n] == x then return n end end return nil end',
  'local function map(t, fn) local r = {} for n = 1, #t do r[n] = fn(t[n], n) end return r end',
  'local function range(n) local at = 0 return function() at = at + 1 if at <= n then return at, at * at end end end',
  'local function stepper(state, at) if at < state then return at + 1, at - 0.5 end end',
  'local function maybe(c, x) if c then return x end end',
  'local function mean(a, b) return (a + b) / 2 end',
  'local function digits(x) local n = 0 for d in tostring(x):gmatch("%d") do n = n + d end return n end',
  'local function collect(n) local r = {} for k, w in range(n) do r[k] = w end return r end',
  'local function generator(n) return coroutine.wrap(function(a) for k = 1, n do a = coroutine.yield(a and a + k or k) end return -1 end) end',
  'local function closing(x, log) local c <close> = setmetatable({}, {__close = function(_, e) log[#log + 1] = show(e) end}) return x + 1 end',
  'local function fold(t, fn, a) for n = 1, #t do a = fn(a, t[n]) end return a end',
}

local CLASSES = [[
local Point = {kind = 'point'} Point.__index = Point
function Point.new(x, y) return setmetatable({x = x, y = y}, Point) end
function Point:area() return self.x * self.y end
function Point:move(d) self.x = self.x + d return self end
function Point:name() return self.kind end
Point.__add = function(p, q) if getmetatable(p) ~= Point then p, q = q, p end return Point.new(p.x + (q and q.x or 1), p.y) end
Point.__eq = function(p, q) return p.x == q.x end
Point.__lt = function(p, q) return p.x < q.x end
Point.__len = function(p) return 2 end
Point.__concat = function(p, q) return 'p..' end
local Circle = setmetatable({kind = 'circle'}, {__index = Point}) Circle.__index = Circle
function Circle.new(r) return setmetatable({r = r, x = 1, y = 1}, Circle) end
function Circle:area() return self.r * 3 end
local Lazy = {} Lazy.__index = function(t, k) if k == 'x' then return 4 end if k == 'y' then rawset(t, 'y', 5) return 5 end return Point[k] end
Lazy.__newindex = function(t, k, w) rawset(t, k, w) end
Lazy.__call = function(self, a) return a or self.x end
local Plain = {x = 2, y = 3, area = function(self) return self.x - self.y end, move = function(self, d) self.y = d return self end, name = function() return 'plain' end}
]]

-- $ stands for an integer operand, @ for a number, OBJ for an object of some class.
local STATEMENTS = {
  's = add(s, $)', 'f = add(f, @)', 's = limit(s * 3 + $)', 's, v = both($, s)', 'v, f = both(f, s)', 's = scaled($)', 'f = scaled(f, @) % 1000',
  's = s + total($, $, i)', 's = s + total()', 's = s + count(pass(i, nil, s))', 's = s + count(rest(i))', 'v = first(pass(both(i, s)))', 's = down(s, i % 5)',
  's = s + nested(i % 8)', 'v = even(i % 6)', 'v = check(v)', 'v = guarded(check, maybe(i % 7 ~= 0, v))', 'v = guarded(need, {deep = {deeper = i}})',
  'v = guarded(need, {deep = v})', 'v = guarded(error, v)', 'v = compose(add, both)(s, $)', 'local up, read = counter(s) up() up(i) s = s + read() % 100',
  's = bump($)', 'bump() s = s + read_bump() % 10', 'swap(list, 1, #list)', 's = s + push(list, i)', 'if #list > 12 then list = {s, i} end', 's = s + sum({i, s, 2})',
  'f = f + sum({f, i})', 'v = find(list, i)', 'list = map(list, function(x, n) return n end)', 'list = map(list, add)', 'for k, w in range(i % 4) do s = s + k * w end',
  'for k, w in stepper, i % 5, 0 do f = f + w end', 'v = maybe(i % 3 == 0, s)', 'f = mean(f, @)', 's = s + digits(i)', 's = s + #collect(i % 5)',
  'local gen = generator(2) s = s + gen(i) + gen(1)', 'v = gen and gen(i)', 'if i % 9 == 0 then gen = generator(3) end', 's = closing(s, log)', 'v = guarded(closing, v, log)',
  's = fold(list, add, s) % 100000', 's = fold({i, 2}, function(a, b) return a * b end, 1)', 's = s + #log',
  's = s + OBJ:area() // 1 | 0', 'v = OBJ:name()', 'OBJ:move(i % 3)', 'o = objects[i % #objects + 1]', 'v = OBJ.x', 'OBJ.x = i', 'OBJ.z = v', 'v = OBJ + OBJ', 'v = OBJ == OBJ', 'v = OBJ < OBJ',
  's = s + #OBJ', 'v = OBJ .. "s"', 's = s + Point.new(i, 2):area()', 'local p = Point.new(s, i) s = s + p.x - p.y', 'local p = Point.new(i, f) p:move(2) f = f + p.x', 'local p = {x = i} v = p',
  'local p, q = Point.new(i, 1), Point.new(i, 2) if p == q then s = s + 1 end', 'v = Lazy_object(i % 2 == 0 and i or nil)', 'v = rawequal(o, objects[1])',
  'f = f + math.sqrt(i) * math.floor(f % 7)', 's = s + math.max(i, s, 3) - math.min(i, $)', 's = s + math.abs(-i) + (math.tointeger(f) or 1)', 'f = math.fmod(f, 97.5)',
  'v = ("k%d"):format(i)', 's = s + #string.rep("ab", i % 4)', 's = s + ("abc"):byte(i % 3 + 1)', 'v = string.char(65 + i % 26)', 's = s + #(v and tostring(v):sub(1, 3) or "")',
  'v = tostring(i):reverse():upper()', 's = s + (("x1y22"):find("%d+", i % 5 + 1) or 0)', 'v = s .. "," .. i', 'v = "10" + i', 'v = i .. ""', 's = s + (#v // 1 or 0)',
  's = s + (i << (i % 70))', 's = (s ~ i) & 0xffffff', 's = s // (i % 4)', 's = s % (i % 5 - 1)', 's = math.maxinteger + i s = s + 0.0 s = i', 'f = 2^53 + i', 's = s + (2^31 | 0) % i',
  'f = f // 0', 'for n = 1, 2, 0.5 do f = f + n end', 'for n = 3, 1, -1 do s = s + n end', 'for n = 1.0, 3 do v = n end', 'for n = "1", 2 do s = s + n end', 'for n = s, s + 2 do v = n if n == n + 1 then break end end',
  'list[#list + 1] = f', 'list[i % (#list + 1) + 1] = s', 'hash[i] = s', 'hash["k" .. i % 9] = f', 'hash[f] = i', 'v = hash[i - 1]', 'v = hash["k" .. i % 9]', 'hash[i - 5] = nil', 's = s + #hash // 1000',
  'for k, w in next, {1, 2, s} do s = s + k end', 'for k, w in pairs({a = i}) do v = w end', 'do local u = i v = function() u = u + 1 return u end s = s + v() + v() end',
  'local fn = function() s = s + 1 return s end fn() v = fn()', 'functions[i % 3 + 1] = function(a) v = a s = s + 1 return i end', 'v = functions[1] and functions[1](f)',
  'if i % 4 == 1 then goto continue end', 'while s > 1 << 40 do s = s >> 3 end', 'repeat local stop = s & 1 s = s + 1 until stop == 0', 'if v then s = s + 1 elseif f > s then f = f / 2 else s = -s end',
  'local t = {n = i, inner = {m = s}} s = t.inner.m + t.n', 'local a, b, c = pass(i, s) v = c s = s + a', 'local t = {pass(i, f, s)} s = s + #t', 'shared = shared + 1', 's = s + shared',
  'v = select(2, pcall(error, {code = i})).code', 'v = select(-1, pass(i, f))', 'v = guarded(function() return guarded(need, nil) end)', 'v = guarded(function(...) error(..., 0) end, i)',
  'v = guarded(xpcall, need, function(m) return show(m) .. "!" end, s)', 'where()', 'if i == 30 then coroutine_yield(s) end', 's = s + (coroutine_yield(nil) or 1)',
}

-- What happens in one round only.
local CHANGES = {
  'add = function(a, b) return a - b end', 'Point.area = function(self) return 1.5 end', 'Point.kind = nil', 'Circle.area = nil', 'setmetatable(o, nil)', 'setmetatable(objects[1], Circle)', 'o.extra = 1',
  'o.x = nil', 'o = Plain', 'o = setmetatable({x = 1.5, y = 2}, Point)', 'objects[#objects + 1] = Circle.new(2)', 'objects[1] = {x = 1, y = 2, area = function() return 9 end}', 's = s + 0.5', 'f = 3',
  "s = '7'", 'v = nil', 'list = {1.5, 2}', "list[1] = 'a'", 'list = {}', 'Point.__add = nil', 'Point.__index = function(t, k) return rawget(Point, k) end', 'shared = shared / 2',
  'limit = function(x) return x & 0xffff end', 'Point.__eq = nil', 'hash = {}', 'for n = 1, 70 do hash[n] = n end', 'bump = function(d) return d or 1 end', 'pass = function(...) return (...) end',
  'scaled = math.max', 'check = type', 'setmetatable(list, {__index = function(_, n) return n end})', 'collectgarbage()', 'debug.setmetatable(nil, nil)', 'Lazy_object = Point.new', "error('stop', 1)",
  'f = 0 / 0', 's = math.maxinteger', 's = math.mininteger', 'sum = function() return 0.25 end', 'local none; none.field = 1', 'guarded = pcall',
}

function Ensembles.emit(g)
  local r = g.random
  g.names = g.names + 1
  local name = 'e' .. g.names
  local function fill(text)
    text = text:gsub('%$', function() return r:pick {'i', 's', '1', '-3', '(i % 7)', '#list', 'shared'} end)
    text = text:gsub('@', function() return r:pick {'f', 'i', '0.5', 's', '1e3', '-2'} end)
    return (text:gsub('OBJ', function() return r:pick {'o', 'o', 'objects[1]', 'objects[2]', 'objects[i % #objects + 1]', 'Point.new(i, 1)'} end))
  end
  local function line(...) g:emit(...) end
  line('do')
  line("  local shared, log, hash, functions, gen = 0, {}, {}, {}, nil")
  for _, text in ipairs(FUNCTIONS) do line('  ', text) end
  for text in CLASSES:gmatch('[^\n]+') do line('  ', text) end
  line('  local Lazy_object = setmetatable({}, Lazy)')
  line('  local bump, read_bump = counter(0)')
  line('  local function coroutine_yield(x) if coroutine.isyieldable() then return coroutine.yield(x) end return x end')
  line('  local function ', name, '(s, f, v, o)')
  line('    local objects, list = {Point.new(1, 2), Circle.new(3), Lazy_object, ', r:pick {'Plain', 'Point.new(0.5, 1)', 'o'}, '}, {1, 2, 3}')
  line('    for i = 1, ', r:range(40, 90), ' do')
  local wraps = r:chance(20)
  if wraps then line('      do') end
  for _ = 1, r:range(3, 9) do
    local text = fill(r:pick(STATEMENTS))
    local roll = r:range(1, 10)
    if roll == 1 then
      line('      if i % ', r:range(2, 5), ' == 0 then ', text, ' end')
    elseif roll == 2 and not text:find('continue') then
      line('      for n = 1, 3 do ', text, ' end')
    else
      line('      do ', text, ' end')
    end
  end
  if wraps then line('      end') end
  for _ = 1, r:range(0, 2) do line('      if i == ', r:range(10, 60), ' then ', fill(r:pick(CHANGES)), ' end') end
  line('      if i % ', r:range(9, 20), " == 0 then out('", name, "', i, s, f, v) end")
  line('      ::continue::')
  line('      if math.type(s) == "integer" then s = s & 0xffffffffff elseif s ~= s then s = 1 end')
  line('      if type(v) == "string" and #v > 40 then v = #v end')
  line('    end')
  line('    return s, f, v, #list, #log, shared')
  line('  end')
  for _ = 1, r:range(2, 3) do
    line("  try('ensemble', ", name, ', ', r:pick {'1', '0', '100', '-5', '1.5', "'3'"}, ', ', r:pick {'0.5', '2.0', '-0.0', '7', '1e10'}, ', ',
      r:pick {'nil', '1', "'text'", 'true', '{}'}, ', ', r:pick {'Point.new(3, 4)', 'Circle.new(2)', 'Plain', 'Lazy_object'}, ')')
  end
  if r:chance(30) then
    line("  local co = coroutine.create(", name, ')')
    line("  for n = 1, 5 do if coroutine.status(co) ~= 'dead' then out('resumed', coroutine.resume(co, n, n / 2, n, Point.new(n, n))) end end")
    line("  out('closed', coroutine.close(co))")
  end
  line('end')
end

return Ensembles
