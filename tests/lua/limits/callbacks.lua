-- Pauses in functions that library functions call. These are no places to yield, before and after a pause.
local t = require "harness"
if not pcall(require, "limits") then return t.finish() end -- stock Lua
local pausing = require "limits.support.pausing"
local same, sameInSteps = pausing.same, pausing.sameInSteps

local function shuffled(n)
  local list, state = {}, 7
  for i = 1, n do list[i] = i end
  for i = n, 2, -1 do
    state = state * 75 % 65537
    local j = state % i + 1
    list[i], list[j] = list[j], list[i]
  end
  return list
end

-- The results of pcall without positions and addresses.
local function message(ok, m)
  if type(m) == "table" then m = "a table" end
  return ok, type(m) == "string" and m:gsub("^[^ ]+:%d+: ", "") or m
end

-- Why a yield is refused here, and whether one would be possible.
local function refusal() return select(2, message(pcall(coroutine.yield))), coroutine.isyieldable() end

-- --- table.sort

same("sort with an order function", function(out, visit)
  local function greater(a, b) visit() return a > b end
  for _, list in ipairs {
    { 2, 1 }, { 1, 2 }, { 1, 2, 3 }, { 3, 2, 1 }, { 1, 2, 3, 4, 5 }, { 5, 4, 3, 2, 1 }, { 5, 4, 3, 2, 6 }, shuffled(6),
    shuffled(19),
  } do
    table.sort(list, greater)
    out(table.concat(list, ","))
  end
end)

same("sort with __lt", function(out, visit)
  local M = { __lt = function(a, b) visit() return a.n < b.n end }
  local list = shuffled(11)
  for i, n in ipairs(list) do list[i] = setmetatable({ n = n }, M) end
  table.sort(list)
  for i, o in ipairs(list) do list[i] = o.n end
  out(table.concat(list, ","))
end)

same("errors in order functions", function(out, visit)
  local list, count = shuffled(12), 0
  local whole = table.concat(list, ",")
  local function order(a, b)
    count = count + 1
    visit()
    if count == 17 then error("seventeenth") end
    return a < b
  end
  out(coroutine.isyieldable())
  out(message(pcall(table.sort, list, order)))
  out(coroutine.isyieldable(), table.concat(list, ",") == whole)
  out(message(pcall(table.sort, { 5, 4, 3, 2 }, function() visit() return true end)))
  out(message(pcall(table.sort, { 1, "x", 2, 3 }, function(a, b) visit() return a < b end)))
  out(xpcall(table.sort, function(m) return "handled " .. select(2, message(false, m)) end, { 2, 1 }, function()
    visit()
    error("in order")
  end))
  out(coroutine.isyieldable())
end)

same("garbage is collected in order functions", function(out, visit)
  local list = {}
  for i, n in ipairs(shuffled(9)) do list[i] = { n } end
  table.sort(list, function(a, b)
    visit()
    collectgarbage()
    return a[1] < b[1]
  end)
  for i, o in ipairs(list) do list[i] = o[1] end
  out(table.concat(list, ","))
end)

sameInSteps("long lists", function(out, visit)
  local list, count = shuffled(1500), 0
  table.sort(list, function(a, b)
    count = count + 1
    if count % 100 == 0 then visit() end
    return a < b
  end)
  for i = 1, 1500 do if list[i] ~= i then error(i) end end
  out(count)
  for i = 1, 1500 do list[i] = 1500 - i end
  table.sort(list, function(a, b) return a // 10 < b // 10 end)
  for i = 2, 1500 do if list[i] // 10 < list[i - 1] // 10 then error(i) end end
end)

sameInSteps("long lists with __lt", function(out)
  local M = { __lt = function(a, b) return a.n < b.n end }
  local list = shuffled(1100)
  for i, n in ipairs(list) do list[i] = setmetatable({ n = n }, M) end
  table.sort(list)
  for i = 1, 1100 do if list[i].n ~= i then error(i) end end
end)

-- --- string.gsub

same("gsub with a function", function(out, visit)
  local function report(...)
    visit()
    return "<" .. table.concat({ ... }, "|") .. ">"
  end
  out(("hello big world"):gsub("%w+", report))
  out(("hello big world"):gsub("()(%w)(%w*)", report))
  out(("hello big world"):gsub("%w+", report, 2))
  out(("hello big world"):gsub("^%w+", report))
  out(("abc"):gsub("", report))
  out(("abc"):gsub("%w*", report))
  out(("none"):gsub("%d", report))
  local count = 0
  out(("a b c d e"):gsub("%w", function(c)
    visit()
    count = count + 1
    if count == 1 then return nil elseif count == 2 then return false elseif count == 3 then return 7 end
    return c:rep(2)
  end))
  out(string.gsub(12345, "[24]", report))
end)

same("gsub with __index", function(out, visit)
  local M = { __index = function(_, k) visit() return k ~= "b" and k .. k end }
  out(("a b c d"):gsub("%w", setmetatable({ c = 1 }, M)))
  local chained = setmetatable({ a = "A" }, { __index = setmetatable({ d = "D" }, M) })
  out(("a b c d"):gsub("%w", chained))
  out(("a b c d"):gsub("%w", setmetatable({}, { __index = { c = "C" } })))
end)

same("long results and patterns of gsub", function(out, visit)
  local text = ("x"):rep(300) .. "1" .. ("y"):rep(300) .. "2" .. ("z"):rep(300)
  local result = text:gsub("%d", function(d) visit() return d .. ("-"):rep(200) .. d end)
  out(#result, result:find("2%-*2"))
  local pattern = ("[abc]"):rep(12) .. "(%d)"
  out(("abcabcabcabc1abcabcabcabc2"):gsub(pattern, function(d) visit() return d end))
end)

same("errors in replacing functions", function(out, visit)
  out(message(pcall(string.gsub, "a b c", "%w", function(c) visit() if c == "b" then error("at b") end end)))
  out(coroutine.isyieldable())
  out(message(pcall(string.gsub, "a b c", "%w", function(c) visit() if c == "b" then return {} end end)))
  out(coroutine.isyieldable())
  out(message(pcall(string.gsub, "a b c", "%w(", function() end)))
  out(message(pcall(string.gsub, "a b c", "%w", setmetatable({}, { __index = function() visit() error("none") end }))))
end)

same("garbage is collected in replacing functions", function(out, visit)
  out((("word "):rep(20):gsub("%w+", function(w)
    visit()
    collectgarbage()
    return w .. (w:gsub("%w", function(c) collectgarbage("step") return c .. "." end))
  end)))
end)

-- --- both

same("no place to yield", function(out, visit)
  out(coroutine.isyieldable())
  table.sort({ 2, 1 }, function(a, b)
    out(refusal())
    visit()
    out(refusal())
    return a < b
  end)
  out(("ab"):gsub(".", function(c)
    out(refusal())
    visit()
    out(refusal())
    local co = coroutine.wrap(function(x) -- can yield, itself
      visit()
      coroutine.yield(x .. coroutine.yield(tostring(coroutine.isyieldable())))
    end)
    local first = co(c)
    visit()
    return first .. co(c .. c)
  end))
  out(coroutine.isyieldable())
end)

same("yields after errors in functions called back", function(out, visit)
  local co = coroutine.create(function(...)
    pcall(table.sort, { 2, 1 }, function() visit() error("x") end)
    local a = coroutine.yield(coroutine.isyieldable(), ...)
    pcall(string.gsub, "ab", ".", function()
      table.sort({ 1, 2 }, function()
        visit()
        pcall(error)
        out(coroutine.isyieldable())
        pcall(function() visit() table.sort({ 2, 1 }, function() visit() error() end) end)
        out(refusal())
        error("y")
      end)
    end)
    local b = coroutine.yield(coroutine.isyieldable(), a)
    string.gsub("ab", ".", function() visit() error("dies", 0) end)
    out("not reached", b)
  end)
  for i = 1, 4 do out(coroutine.resume(co, i)) end
  out(coroutine.status(co), coroutine.isyieldable())
end)

same("one inside the other", function(out, visit)
  local words = coroutine.wrap(function()
    ("zeta alpha|mid beta|omega"):gsub("[^|]+", function(part)
      local list = {}
      for w in part:gmatch("%w+") do list[#list + 1] = w end
      table.sort(list, function(a, b)
        local ok, result = pcall(function()
          visit()
          local key = function(w) return (w:gsub("%w", function(c) visit() return ("%03d"):format(c:byte()) end)) end
          return key(a:sub(1, 1)) < key(b:sub(1, 1))
        end)
        return ok and result
      end)
      out(table.concat(list, " "))
    end)
    coroutine.yield("yielded")
    return "returned"
  end)
  out(words())
  out(words())
end)

same("tracebacks", function(out, visit)
  table.sort({ 2, 1 }, function(a, b)
    visit()
    out(debug.traceback("in order"))
    return a < b
  end)
  ;("x"):gsub("x", function() visit() out(debug.traceback("in gsub")) end)
end)

-- A pause leaves the count of nested calls alone.
sameInSteps("nested as deep as without pauses", function(out)
  local depth, deepest = 0, 0
  local function nest()
    depth = depth + 1
    if depth > deepest then deepest = depth end
    local ok, m = pcall(table.sort, { 2, 1 }, function(a, b) nest() return a < b end)
    if not ok then out(depth, (message(ok, m))) end
    depth = depth - 1
  end
  nest()
  out(deepest)
  nest()
  out(deepest)
  depth, deepest = 0, 0
  local function replace()
    depth = depth + 1
    if depth > deepest then deepest = depth end
    ;("x"):gsub("x", replace)
  end
  out(message(pcall(replace)))
  out(deepest)
end)

-- --- metamethods in library functions

same("tostring and print", function(out, visit)
  local count = 0
  local o = setmetatable({}, { __tostring = function()
    count = count + 1
    out(refusal())
    visit()
    return count < 4 and "text " .. count or 12
  end })
  out(tostring(o))
  out(#tostring(o), tostring(setmetatable({}, { __name = "Name" })):match("^Name: ") ~= nil)
  out(message(pcall(tostring, setmetatable({}, { __tostring = function() visit() return {} end }))))
  out(message(pcall(tostring, setmetatable({}, { __tostring = function() visit() error("no text") end }))))
  local silent = setmetatable({}, { __tostring = function() visit() error("not printed", 0) end })
  out(pcall(print, silent, o))
  out(tostring(setmetatable({}, { __tostring = function() visit() return tostring(o) end })), count)
end)

-- A list that lives behind metamethods.
local function proxy(list, visit)
  return setmetatable({}, {
    __len = function() visit() return #list end,
    __index = function(_, k) visit() return list[k] end,
    __newindex = function(_, k, v) visit() list[k] = v end,
  })
end

same("lists with metamethods", function(out, visit)
  local function contents(list) return table.concat(list, ",") end
  local list = { 5, 3, 1 }
  local p = proxy(list, visit)
  table.insert(p, 9)
  table.insert(p, 2, 7)
  table.insert(p, 1, 0)
  out(contents(list))
  out(table.remove(p), contents(list))
  out(table.remove(p, 1), table.remove(p, 2), contents(list))
  out(table.remove(p, 3 + 1), table.remove(proxy({}, visit)))
  out(table.unpack(p))
  out(table.unpack(p, 2))
  out(table.unpack(p, -1, 5))
  out(table.concat(p), table.concat(p, "-"), table.concat(p, "-", 2), table.concat(p, 1, 2, 3), table.concat(p, "", 3, 1))
  out(contents(table.move(p, 1, 3, 3, {})), contents(table.move({ 1, 2, 3 }, 1, 3, 2)))
  out(table.move(p, 1, 3, 2) == p, contents(list))
  out(table.move(p, 2, 4, 1) == p, contents(list))
  out(table.move({ 7, 8 }, 1, 2, 2, p) == p, contents(list))
  for i, v in ipairs(p) do out(i, v) end
  out(coroutine.isyieldable())
end)

same("sorting with metamethods", function(out, visit)
  local list = shuffled(7)
  table.sort(proxy(list, visit), function(a, b) visit() return a > b end)
  out(table.concat(list, ","))
  table.sort(proxy(list, visit))
  out(table.concat(list, ","))
end)

same("errors in lists with metamethods", function(out, visit)
  local function failing(at)
    local list = { 1, 2, 3 }
    local function fail(what) visit() if what == at then error(what .. " fails") end end
    return setmetatable({}, {
      __len = function() fail("len") return at == "length" and "x" or 3 end,
      __index = function(_, k) fail("get") return at == "type" and {} or list[k] end,
      __newindex = function(_, k, v) fail("set") list[k] = v end,
    })
  end
  for _, at in ipairs { "len", "length", "get", "set", "type" } do
    out(at, message(pcall(table.insert, failing(at), 1, 0)))
    out(at, message(pcall(table.remove, failing(at), 1)))
    out(at, message(pcall(table.concat, failing(at))))
    out(at, message(pcall(table.move, failing(at), 1, 2, 3)))
    out(at, message(pcall(function() return select("#", table.unpack(failing(at))) end)))
    out(at, message(pcall(table.sort, failing(at))))
  end
  out(coroutine.isyieldable())
end)

same("no place to yield in metamethods", function(out, visit)
  local p = setmetatable({}, {
    __len = function() visit() out("len", refusal()) return 1 end,
    __index = function() visit() out("get", refusal()) return 1 end,
    __newindex = function() visit() out("set", refusal()) end,
  })
  table.insert(p, 1, 2)
  table.remove(p, 1)
  table.concat(p)
  table.unpack(p)
  table.move(p, 1, 1, 2)
  for i in ipairs(p) do if i == 2 then break end end
end)

same("modules", function(out, visit)
  local name = "limits-callbacks-module"
  package.preload[name] = function(...)
    out(...)
    out(refusal())
    visit()
    out(refusal())
    return { visited = true }
  end
  table.insert(package.searchers, 1, function(n)
    visit()
    if n == name then return "searched" end
  end)
  out(require(name).visited, require(name) == package.loaded[name])
  package.loaded[name] = nil
  out(select(2, require(name)))
  package.loaded[name] = nil
  package.preload[name] = function() visit() error("module fails") end
  out(message(pcall(require, name)))
  package.preload[name] = function() visit() end
  out(require(name))
  package.preload[name], package.loaded[name] = nil
  table.remove(package.searchers, 1)
  out((select(2, pcall(require, name)):gsub("\n.*", "")))
end)

t.finish()
