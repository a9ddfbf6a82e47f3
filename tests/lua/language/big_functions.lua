-- Functions at and beyond the sizes where encodings change: constants, locals, upvalues, jumps, nesting.
local t = require "harness"

local function build(n, each, sep)
  local parts = {}
  for i = 1, n do parts[i] = each(i) end
  return table.concat(parts, sep or "\n")
end

t.test("many constants", function()
  for _, n in ipairs { 100, 255, 256, 257, 300, 1000, 70000 } do
    local code = "local s = 0.0\n" .. build(n, function(i) return "s = s + " .. i .. ".5" end) .. "\nreturn s"
    t.eq(assert(load(code))(), n * (n + 1) / 2 + n * 0.5, n .. " numbers")
  end
  for _, n in ipairs { 255, 256, 300, 1000, 70000 } do
    local code = "local q = {}\n" .. build(n, function(i) return ("q.k%d = 'v%d'"):format(i, i) end) .. "\nreturn q"
    local q = assert(load(code))()
    t.values(table.pack(q.k1, q["k" .. n], q["k" .. n // 2]), "v1", "v" .. n, "v" .. n // 2)
  end
end)

t.test("every kind of operand with a constant index above 255 and 65535", function()
  for _, pad in ipairs { 0, 250, 300, 66000 } do
    local code = "local pad = {" .. build(pad, function(i) return i .. ".25" end, ",") .. "}\n" .. [[
      local o = { name = "obj", [1234567] = "num", [1.75] = "flt" }
      local log = {}
      log[#log + 1] = o.name
      log[#log + 1] = o[1234567]
      log[#log + 1] = o[1.75]
      o.field_a = "fa"
      o["field_b"] = 987654321
      o.field_c = o.field_a
      log[#log + 1] = o.field_a .. "-const-" .. o.field_b .. o.field_c
      function o:meth(x) return self.name .. "." .. x end
      log[#log + 1] = o:meth("arg")
      globalname = "gv"
      log[#log + 1] = globalname
      local v = 3
      log[#log + 1] = v + 1000001
      log[#log + 1] = v - 1000002
      log[#log + 1] = v * 1.125
      log[#log + 1] = 7654321 // v
      log[#log + 1] = v & 0xfffff1
      log[#log + 1] = v == 3.5
      log[#log + 1] = v ~= 1000003
      log[#log + 1] = v < 1000004
      log[#log + 1] = v >= 123.5
      log[#log + 1] = v == "str const"
      log[#log + 1] = { f_x = "in table", f_y = 33.5 }.f_x
      local up = "upv"
      log[#log + 1] = (function() return up .. "closure const" .. globalname end)()
      for i = 1000005, 1000006 do log[#log + 1] = i end
      for i = 0.5, 1.25, 0.375 do log[#log + 1] = i end
      globalname = nil
      return log]]
    code = code:gsub("log%[#log %+ 1%] = ({[^\n]*}%.f_x)", "log[#log + 1] = (%1)"):gsub("%(({ f_x[^}]*})%.f_x%)", "(%1).f_x")
    local f, e = load(code, "=big")
    t.eq(e, nil)
    t.same(f(), { "obj", "num", "flt", "fa-const-987654321fa", "obj.arg", "gv", 1000004, -999999, 3.375, 2551440, 1,
      false, true, true, false, false, "in table", "upvclosure constgv", 1000005, 1000006, 0.5, 0.875, 1.25 })
  end
end)

t.test("200 locals, and one too many", function()
  local names = build(200, function(i) return "local a" .. i .. " = " .. i end)
  t.eq(load(names .. "\nreturn a1 + a100 + a200")(), 301)
  local many = build(201, function(i) return "local a" .. i end)
  t.values(table.pack(load(many, "=t")), nil, "t:201: too many local variables (limit is 200) in main function near <eof>")
  t.values(table.pack(load("\nlocal function f()\n" .. many .. "\nend", "=t")), nil,
    "t:204: too many local variables (limit is 200) in function at line 2 near 'end'")
  local scopes = build(50, function(i) return ("do local a%d, b%d, c%d, d%d, e%d = 1 end"):format(i, i, i, i, i) end)
  t.ok(load(scopes))
end)

t.test("255 upvalues, and one too many", function()
  local function nest(n)
    local outer = build(150, function(i) return "local a" .. i .. " = " .. i end)
    local inner = build(n - 150, function(i) return "local b" .. i .. " = " .. i end)
    local use = build(150, function(i) return "a" .. i end, "+") .. "+" .. build(n - 150, function(i) return "b" .. i end, "+")
    return outer .. "\nreturn (function()\n" .. inner .. "\nreturn (function()\nreturn " .. use .. "\nend)() end)()"
  end
  t.eq(assert(load(nest(255)))(), 150 * 151 // 2 + 105 * 106 // 2)
  t.values(table.pack(load(nest(256), "=t")), nil,
    "t:260: too many upvalues (limit is 255) in function at line 258 near 'end'")
end)

t.test("too many registers", function()
  local many = build(300, function(i) return "x" end, ",")
  for _, code in ipairs { "local x = f(" .. many .. ")", "return x," .. many, "o:m(" .. many .. ")",
    "f(function() g(x, x) return " .. many .. " end)" } do
    t.values(table.pack(load(code, "=t")), nil, "t:1: function or expression needs too many registers near 'x'")
  end
  t.ok(load("f(" .. build(200, function(i) return "function() return f(" .. build(200, tostring, ",") .. ") end" end, ",") .. ")"))
  t.ok(load("local x = f(" .. build(240, function(i) return "x" end, ",") .. ")"))
end)

t.test("very long jumps", function()
  for _, n in ipairs { 100, 200, 5000, 40000 } do
    local body = build(n, function(i) return "x = x + a" end)
    t.eq(load("local x, a = 0, 1\nif ... then\n" .. body .. "\nend\nreturn x")(false), 0)
    t.eq(load("local x, a = 0, 1\nif ... then\n" .. body .. "\nend\nreturn x")(true), n)
    t.eq(load("local x, a = 0, 1\nfor i = 1, 3 do\n" .. body .. "\nend\nreturn x")(), 3 * n)
    t.eq(load("local x, a = 0, 1\nwhile x < 2 * " .. n .. " do\n" .. body .. "\nend\nreturn x")(), 2 * n)
    t.eq(load("local x, a = 0, 1\nrepeat\n" .. body .. "\nuntil x >= 2 * " .. n .. "\nreturn x")(), 2 * n)
    t.eq(load("local x, a = 0, 1\nfor _ in pairs{1, 2} do\n" .. body .. "\nend\nreturn x")(), 2 * n)
    t.eq(load("local x, a, n = 0, 1, 0\n::top:: n = n + 1\n" .. body .. "\nif n < 2 then goto top end return x")(), 2 * n)
  end
end)

t.test("long chains of operators", function()
  t.eq(load("return " .. build(5000, function() return "1" end, "+"))(), 5000)
  t.eq(load("local a = 1 return " .. build(5000, function() return "a" end, "+"))(), 5000)
  t.eq(load("local a = 1 return " .. build(3000, function() return "a" end, " and "))(), 1)
  t.eq(load("local a return " .. build(3000, function() return "a" end, " or ") .. " or 5")(), 5)
  t.eq(#load("local a = 'x' return " .. build(180, function() return "a" end, ".."))(), 180)
  t.eq(load("local a = 2 return a" .. ("[1]"):rep(0) .. build(1000, function() return "* 1" end, " "))(), 2)
  local deep = load("local q = {} q.f = q return q" .. (".f"):rep(5000))()
  t.eq(deep.f, deep)
  local chain = load("local q = {} function q:f() return self end return q" .. (":f()"):rep(3000))()
  t.eq(chain:f(), chain)
  t.eq(load("local x = 0\n" .. build(300, function(i) return "if x == " .. i .. " then x = -1" end, " else") .. " else x = 7 end return x")(), 7)
end)

t.test("deep nesting", function()
  t.eq(load("return " .. ("("):rep(150) .. "1" .. (")"):rep(150))(), 1)
  local tab = load("return " .. ("{"):rep(150) .. "7" .. ("}"):rep(150))()
  for _ = 1, 150 do tab = tab[1] end
  t.eq(tab, 7)
  t.eq(load(("do "):rep(150) .. "x = 1" .. (" end"):rep(150)) ~= nil, true)
  t.eq(load("return " .. ("- "):rep(150) .. "5")(), 5)
  t.eq(load("return " .. ("function() return "):rep(80) .. "5" .. (" end"):rep(80)) ~= nil, true)
  t.eq(load("x = 0 " .. ("while true do "):rep(100) .. "break" .. (" end"):rep(100)) ~= nil, true)
  for _, piece in ipairs { "(", "{", "- ", "not ", "function() return ", "f(", "a.." , "do "} do
    local code = (piece == "do " and "" or "x = ") .. piece:rep(300)
    local f, e = load(code, "=t")
    t.eq(f, nil)
    t.eq(e:find("C stack overflow", 1, true) ~= nil or e, true, piece)
  end
end)

t.test("many functions and many strings", function()
  local code = build(2000, function(i) return ("local function f() return %d end r[#r + 1] = f"):format(i) end, " do end ")
  code = "local r = {} " .. code:gsub("local function", "do local function"):gsub("= f", "= f end") .. " return r"
  local r = assert(load(code))()
  t.values(table.pack(#r, r[1](), r[1000](), r[2000]()), 2000, 1, 1000, 2000)
  local lines = ("\n"):rep(70000)
  t.fails(lines .. "error('x')", "t:70001: x")
  local f = load("return '" .. ("a"):rep(100000) .. "', [[" .. ("b"):rep(100000) .. "]]")
  local a, b = f()
  t.values(table.pack(#a, #b), 100000, 100000)
  local name = ("n"):rep(1000)
  t.eq(load("local " .. name .. " = 5 return " .. name)(), 5)
end)

t.finish()
