-- goto and labels.
local t = require "harness"

t.test("continue", function()
  local out = {}
  for i = 1, 6 do
    if i % 2 == 0 then goto continue end
    out[#out + 1] = i
    ::continue::
  end
  t.same(out, { 1, 3, 5 })
  local n, s = 0, 0
  while n < 5 do
    n = n + 1
    if n == 3 then goto next end
    s = s + n
    ::next::
  end
  t.eq(s, 12)
  local r = 0
  repeat
    r = r + 1
    if r < 3 then goto cont end
    r = r + 10
    ::cont::
  until r > 10
  t.eq(r, 13)
end)

t.test("leaving nested loops", function()
  local where
  for i = 1, 10 do
    for j = 1, 10 do
      for k = 1, 10 do
        if i * j * k == 42 then
          where = i * 10000 + j * 100 + k
          goto found
        end
      end
    end
  end
  ::found::
  t.eq(where, 10607)
end)

t.test("backward jumps", function()
  local i, s = 1, 0
  ::top::
  if i <= 100 then
    s = s + i
    i = i + 1
    goto top
  end
  t.eq(s, 5050)
  do
    local a = 0
    ::l1:: a = a + 1
    if a < 3 then goto l1 end
    t.eq(a, 3)
  end
end)

t.test("labels with the same name in sibling or nested functions", function()
  local out = {}
  do goto l; ::l:: out[#out + 1] = 1 end
  do goto l; ::l:: out[#out + 1] = 2 end
  local function f()
    goto l
    do out[#out + 1] = "skipped" end
    ::l::
    out[#out + 1] = 3
  end
  f()
  t.same(out, { 1, 2, 3 })
end)

t.test("a backward goto makes fresh locals", function()
  local fs = {}
  do
    local i = 1
    ::again::
    local x = i
    fs[#fs + 1] = function() x = x + 1 return x end
    i = i + 1
    if i <= 3 then goto again end
  end
  t.values(table.pack(fs[1](), fs[2](), fs[3]()), 2, 3, 4)
  t.values(table.pack(fs[1](), fs[2](), fs[3]()), 3, 4, 5)
end)

t.test("continue keeps closures of each iteration apart", function()
  local fs = {}
  for i = 1, 4 do
    local x = i * 10
    if i == 2 then goto continue end
    fs[#fs + 1] = function() return i + x end
    ::continue::
  end
  t.values(table.pack(#fs, fs[1](), fs[2](), fs[3]()), 3, 11, 33, 44)
end)

t.test("jumping to the end of a block past local declarations", function()
  local function f(x)
    do
      if x then goto done end
      local y = "declared"
      if y then x = y end
      ::done::
    end
    return x
  end
  t.eq(f(5), 5)
  t.eq(f(false), "declared")
  local function g(x)
    do
      goto done
      local z = 1
      ::done:: ; ::other::
    end
    return x
  end
  t.eq(g(1), 1)
end)

t.test("state machine", function()
  local function machine(s)
    local i, out, c = 0, {}, nil
    ::start::
    i = i + 1
    c = s:sub(i, i)
    if c == "" then goto stop end
    if c == "a" then goto a end
    goto b
    ::a:: out[#out + 1] = "A" goto start
    ::b:: out[#out + 1] = "B" goto start
    ::stop::
    return table.concat(out)
  end
  t.eq(machine("abca"), "ABBA")
  t.eq(machine(""), "")
end)

t.test("break is a goto", function()
  local n = 0
  while true do
    n = n + 1
    if n > 4 then break end
    do break end
  end
  t.eq(n, 1)
  for i = 1, 3 do
    for j = 1, 3 do if j == 2 then break end n = n + 1 end
  end
  t.eq(n, 4)
end)

t.test("errors", function()
  t.fails("goto nowhere", "t:1: no visible label 'nowhere' for <goto> at line 1")
  t.fails("\n\ndo ::x:: end goto x", "t:3: no visible label 'x' for <goto> at line 3")
  t.fails("::a:: ::a::", "t:1: label 'a' already defined on line 1")
  t.fails("::a:: do ::a:: end", "t:1: label 'a' already defined on line 1")
  t.fails("break", "t:1: break outside loop at line 1")
  t.fails("if true then break end", "t:1: break outside loop at line 1")
  t.fails("while true do local function f() break end end", "t:1: break outside loop at line 1")
  t.fails("goto l; local a; ::l:: print(a)", "t:1: <goto l> at line 1 jumps into the scope of local 'a'")
  t.fails("do goto l end; local a; ::l:: ; a = 1",
    "t:1: <goto l> at line 1 jumps into the scope of local 'a'")
  t.fails("repeat goto cont; local x; ::cont:: until x",
    "t:1: <goto cont> at line 1 jumps into the scope of local 'x'")
  t.fails("local function f() goto out end ::out::", "t:1: no visible label 'out' for <goto> at line 1")
  t.fails("goto = 1", "t:1: <name> expected near '='")
  t.fails("local goto = 1", "t:1: <name> expected near 'goto'")
  t.fails("::1::", "t:1: <name> expected near '1'")
  t.fails("::a", "t:1: '::' expected near <eof>")
  t.fails("goto", "t:1: <name> expected near <eof>")
  t.fails("for i = 1, 2 do ::x:: end goto x", "t:1: no visible label 'x' for <goto> at line 1")
  t.fails("\ndo goto x end\ndo ::x:: end", "t:3: no visible label 'x' for <goto> at line 2")
end)

t.finish()
