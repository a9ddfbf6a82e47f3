-- load, loadfile, dofile, require and string.dump.
local t = require "harness"

t.test("load of a string", function()
  t.eq(load("return 1 + 1")(), 2)
  t.values(table.pack(load("return ...")(1, nil)), 1, nil)
  t.values(table.pack(load("")()))
  t.values(table.pack(load("x =", "=name")), nil, "name:1: unexpected symbol near <eof>")
  t.values(table.pack(load("x =")), nil, '[string "x ="]:1: unexpected symbol near <eof>')
  t.values(table.pack(load("x =", "@file.lua")), nil, "file.lua:1: unexpected symbol near <eof>")
  t.values(table.pack(load("\n\nx =", "chunk text")), nil, '[string "chunk text"]:3: unexpected symbol near <eof>')
  t.values(table.pack(load("x =\ny z")), nil, '[string "x =..."]:2: syntax error near <eof>')
  t.values(table.pack(load("a b", "=" .. ("n"):rep(100))), nil, ("n"):rep(59) .. ":1: syntax error near 'b'")
  t.values(table.pack(load("a b", "@" .. ("n"):rep(100))), nil, "..." .. ("n"):rep(56) .. ":1: syntax error near 'b'")
  t.values(table.pack(load("a b --" .. ("n"):rep(100))), nil, '[string "a b --' .. ("n"):rep(39) .. "...\"]:1: syntax error near 'b'")
  t.values(table.pack(load("a b", "line1\nline2")), nil, '[string "line1..."]:1: syntax error near \'b\'')
  t.fails("load()", "t:1: bad argument #1 to 'load' (function expected, got no value)")
  t.fails("load({})", "t:1: bad argument #1 to 'load' (function expected, got table)")
end)

t.test("load of a reader function", function()
  local function reader(parts)
    local i = 0
    return function() i = i + 1 return parts[i] end
  end
  t.eq(load(reader { "ret", "urn ", "4", "2" })(), 42)
  t.eq(load(reader { "return 1", "" , "2" })(), 1)
  t.eq(load(reader { "return 'a", "\\", "n", "b'" })(), "a\nb")
  t.eq(load(reader { "return 1 ", ".", ".", " 2" })(), "12")
  t.eq(load(reader {})() == nil, true)
  local long = {}
  for i = 1, 3000 do long[i] = " " end
  long[3001] = "return 'end'"
  t.eq(load(reader(long))(), "end")
  t.values(table.pack(load(reader { "x x" })), nil, "(load):1: syntax error near 'x'")
  t.values(table.pack(load(function() error("from reader", 0) end)), nil, "from reader")
  local obj = {}
  t.values(table.pack(load(function() error(obj) end)), nil, obj)
  t.eq((select(2, load(function() return {} end)):gsub("^.-:%d+: ", "")), "reader function must return a string")
  local n = 0
  load(function() n = n + 1 return n < 5 and "x = 1 " or nil end)
  t.eq(n, 5)
  x = nil
end)

t.test("environment", function()
  local env = { v = 5 }
  local f = load("v = v + 1 return v", "=c", "t", env)
  t.eq(f(), 6)
  t.eq(env.v, 6)
  t.eq(load("return _ENV", "=c", "t", env)(), env)
  t.eq(load("return x", "=c", "t", setmetatable({}, { __index = function(_, k) return k end }))(), "x")
  t.eq(load("return _ENV", "=c", "t", 5)(), 5)
  local g = load("return x", "=c", "t", nil)
  t.raises(g, "c:1: attempt to index a nil value (upvalue '_ENV')")
  t.eq(load("return _G")(), _G)
  local h = load("local a" .. t.either("", " <const>") .. " = 5; y = a; return function() return y end", "=c", "t", env)()
  env.y = 7
  t.eq(h(), 7)
end)

t.test("modes", function()
  local bin = string.dump(function() return "bin" end)
  t.eq(load(bin)(), "bin")
  t.eq(load(bin, "b", "b")(), "bin")
  t.eq(load(bin, "b", "bt")(), "bin")
  t.values(table.pack(load(bin, "=b", "t")), nil, "attempt to load a binary chunk (mode is 't')")
  t.values(table.pack(load("return 1", "=t", "b")), nil, "attempt to load a text chunk (mode is 'b')")
  t.values(table.pack(load("", "n", "x")), nil, "attempt to load a text chunk (mode is 'x')")
  t.eq(load("return 1", "=t", "t")(), 1)
  t.eq(load("return 1", "=t", "tb")(), 1)
end)

t.test("string.dump round trips", function()
  local function f(a, b, ...)
    local tab = { a, b, ..., k = "v", [1.5] = true }
    local function inner(x) return x and x * 2 or nil end
    for i = 1, 3 do tab[#tab + 1] = inner(i) end
    return tab, select("#", ...), -0.0, math.mininteger, "long string that is more than forty bytes long, so it is long"
  end
  for _, strip in ipairs { false, true } do
    local g = load(string.dump(f, strip), "=d", "b")
    local tab, n, z, mi, s = g(1, "two", 3.5)
    t.same(tab, { 1, "two", 3.5, 2, 4, 6, k = "v", [1.5] = true })
    t.values(table.pack(n, z, mi, s), 1, -0.0, math.mininteger,
      "long string that is more than forty bytes long, so it is long")
  end
  local function reader(s)
    local i = 0
    return function() i = i + 1 if i <= #s then return s:sub(i, i) end end
  end
  t.eq(load(reader(string.dump(function() return 12 end)))(), 12)
end)

t.test("upvalues of a dumped function", function()
  local a, b = 1, 2
  local function f() a = (a or 10) + 1 return a, b end
  local g = load(string.dump(f))
  debug.setupvalue(g, 2, nil)
  debug.setupvalue(g, 1, nil)
  t.values(table.pack(g()), 11, nil)
  t.values(table.pack(g()), 12, nil)
  t.values(table.pack(f()), 2, 2)
  local h = load(string.dump(load("x = 1 return x")), "=h", "b", {})
  t.eq(h(), 1)
  t.eq(rawget(_G, "x"), nil)
end)

t.test("debug information in dumps", function()
  local src = "local function f(a)\n  local b = nil\n  return b.x\nend\nreturn f"
  local f = load(src, "=src")()
  t.raises(load(string.dump(f)), "src:3: attempt to index a nil value (local 'b')")
  t.raises(load(string.dump(f, true)), "?:-1: attempt to index a nil value")
  t.eq(debug.getinfo(load(string.dump(f)), "S").linedefined, 1)
  t.eq(debug.getinfo(load(string.dump(f, true)), "S").source, "=?")
  t.eq(debug.getinfo(load(string.dump(f)), "S").source, "=src")
  t.eq(debug.getinfo(load(string.dump(f, true)), "u").nparams, 1)
end)

t.test("string.dump errors", function()
  t.fails("string.dump(print)", "t:1: unable to dump given function")
  t.fails("string.dump()", "t:1: bad argument #1 to 'dump' (function expected, got no value)")
  t.fails('string.dump("x")', "t:1: bad argument #1 to 'dump' (function expected, got string)")
end)

t.test("broken binary chunks are refused", function()
  local bin = string.dump(function(a) local b = a return { b, "const", 1.5, function() return b end } end)
  local refused = 0
  for n = 1, #bin - 1 do
    local f, e = load(bin:sub(1, n), "=cut", "b")
    if f == nil and type(e) == "string" then refused = refused + 1 end
  end
  t.eq(refused, #bin - 1)
  t.eq(select(2, load("\27", "=cut", "b")), "cut: bad binary format (truncated chunk)")
  t.eq(select(2, load("\27Lua", "=cut", "b")), "cut: bad binary format (truncated chunk)")
  t.eq(select(2, load("\27Lux" .. bin:sub(5), "=cut", "b")), "cut: bad binary format (not a binary chunk)")
  t.eq(load("\27Lua\1" .. bin:sub(6), "=cut", "b"), nil)
end)

t.test("files", function()
  local name = os.tmpname()
  local function write(s)
    local h = assert(io.open(name, "wb"))
    h:write(s)
    h:close()
  end
  write("return 'file', ...")
  t.values(table.pack(dofile(name)), "file")
  t.values(table.pack(loadfile(name)(1, 2)), "file", 1, 2)
  write("#!/usr/bin/lua\nreturn debug.getinfo(1, 'l').currentline")
  t.eq(dofile(name), 2)
  write("# only a comment")
  t.values(table.pack(dofile(name)))
  write("\xEF\xBB\xBFreturn 'bom'")
  t.eq(dofile(name), "bom")
  write("\xEF\xBB\xBF#!x\nreturn 'bom and comment'")
  t.eq(dofile(name), "bom and comment")
  write("v = 1 return _ENV")
  local env = {}
  t.eq(loadfile(name, "t", env)(), env)
  t.eq(env.v, 1)
  write("x = = 1")
  local f, e = loadfile(name)
  t.eq(f, nil)
  t.eq(e, name .. ":1: unexpected symbol near '='")
  t.eq(select(2, pcall(dofile, name)), name .. ":1: unexpected symbol near '='")
  write(string.dump(function() return "dumped" end))
  t.eq(dofile(name), "dumped")
  t.eq((loadfile(name, "t")), nil)
  write("#skipped\n" .. string.dump(function() return "after comment" end))
  t.eq(dofile(name), "after comment")
  write("error('at run time')")
  t.eq(select(2, pcall(dofile, name)), name .. ":1: at run time")
  os.remove(name)
  t.values(table.pack(loadfile("/nonexistent/file.lua")), nil, "cannot open /nonexistent/file.lua: No such file or directory")
end)

t.test("load in a loop", function()
  local sum = 0
  for i = 1, 3000 do sum = sum + load("local a = " .. i .. " return function() return a end")()() end
  t.eq(sum, 3000 * 3001 // 2)
end)

t.test("what the compiler needs is given back at once", function()
  local parts = {}
  for i = 1, 5000 do parts[i] = "do local function f(a, b) return a + b * " .. i .. " end local x = { f(" .. i .. ", 1), y = f } end" end
  local source = table.concat(parts, "\n")
  collectgarbage()
  collectgarbage("stop")
  local before = collectgarbage("count")
  local f = load(source)
  local grown = collectgarbage("count") - before
  collectgarbage("restart")
  collectgarbage()
  local kept = collectgarbage("count") - before
  t.eq(type(f), "function")
  t.ok(grown < 2.5 * kept, grown / kept)
end)

t.finish()
