-- Local variables that are constant.
local t = require "harness"

t.test("constants", function()
  t.raises(function() local _ENV <const> = {}; return x.y end, "@ attempt to index a nil value (global 'x')")
  local a <const> = 5
  local s <const>, n <const>, f <const> = "str", nil, false
  local big <const> = 1 << 62
  local tab <const> = { 1 }
  tab[1] = 2
  t.values(table.pack(a, s, n, f, big, tab[1]), 5, "str", nil, false, 4611686018427387904, 2)
  local function use() return a + 1, s .. "!", not n, -a end
  t.values(table.pack(use()), 6, "str!", true, -5)
  local k <const> = "key"
  t.eq(({ key = 1 })[k], 1)
  t.eq(({ [k] = 2 }).key, 2)
  local x <const>, y = 1
  y = 2
  t.eq(x + y, 3)
  t.fails("local x <const> = 1; x = 2", "t:1: attempt to assign to const variable 'x'")
  t.fails("local x <const> = 1; local function f() x = 2 end", "t:1: attempt to assign to const variable 'x'")
  t.fails("local x <const> = 1; function x() end", "t:1: attempt to assign to const variable 'x'")
  t.fails("local a, b <const> = 1, 2; a, b = 3, 4", "t:1: attempt to assign to const variable 'b'")
  t.fails("local x <close> = nil; x = 1", "t:1: attempt to assign to const variable 'x'")
  t.fails("local x <foo> = 1", "t:1: unknown attribute 'foo'")
  t.fails("local x <const, y = 1", "t:1: '>' expected near ','")
  t.fails("local a <close>, b <close> = nil, nil", "t:1: multiple to-be-closed variables in local list")
  t.fails("local x <const> = 1; for x = 1, 2 do end x = 5", "t:1: attempt to assign to const variable 'x'")
  t.fails("local x <const> = {}; x.y.z = 1", "t:1: attempt to index a nil value (field 'y')")
  do
    local print <const> = 5
    t.eq(print, 5)
  end
end)

t.test("constants that are captured", function()
  local function loops(n)
    local fs, i = {}, 0
    while i < n do
      i = i + 1
      local x <const>, y = i * 2, i
      if i % 3 ~= 0 then
        fs[#fs + 1] = function() y = y + 1; return x + y end
      end
    end
    return fs
  end
  for _ = 1, 200 do
    local fs = loops(5)
    t.values(table.pack(fs[1](), fs[1](), fs[4]()), 4, 5, 16)
  end
end)

t.test("constants in all places", function()
  local k <const> = 3.0
  local tab = {}
  tab[k] = "three"
  t.eq(tab[3], "three")
  local out = {}
  for i = 1, 10 do
    if i == 3 then goto continue end
    if i > 5 then break end
    local j <const> = i * i
    out[#out + 1] = j
    ::continue::
  end
  t.same(out, { 1, 4, 16, 25 })
  t.eq(load("local a<const> =1;;;return a;")(), 1)
end)

t.finish()
