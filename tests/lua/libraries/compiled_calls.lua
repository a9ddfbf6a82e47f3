-- Library functions in hot loops, which compiled code does in place: results of every kind of argument, errors,
-- and functions that are replaced.
local t = require "harness"

local N = 200

-- Calls f often with the first arguments, then once with each of the others, as in a loop that was compiled
-- for the first.
local function warmed(f, usual, others)
  local results = {}
  local function call(arguments) return f(table.unpack(arguments, 1, arguments.n or #arguments)) end
  for i = 1, N do call(usual) end
  for i, arguments in ipairs(others) do
    local ok, result = pcall(call, arguments)
    results[i] = ok and (math.type(result) == "float" and string.format("%.17g", result) .. "f" or tostring(result))
      or result:gsub("^.-:%d+: ", "")
  end
  return table.concat(results, " | ")
end

t.test("floor, ceil", function()
  local floor = function(x) local r = math.floor(x) return r end
  local ceil = function(x) local r = math.ceil(x) return r end
  local others = { { 2.5 }, { -2.5 }, { -0.0 }, { 7 }, { 2 ^ 53 }, { 2 ^ 63 }, { -2 ^ 63 }, { 1e300 }, { "3.7" }, {}, { {} } }
  local floors = "2 | -3 | 0 | 7 | 9007199254740992 | 9.2233720368547758e+18f | -9223372036854775808 | " ..
    "1.0000000000000001e+300f | 3 | "
  local complaint = "bad argument #1 to '%s' (number expected, got %s)"
  t.eq(warmed(floor, { 1.5 }, others),
    floors .. complaint:format("floor", "nil") .. " | " .. complaint:format("floor", "table"))
  t.eq(warmed(ceil, { 1.5 }, { { 2.5 }, { -2.5 }, { -0.5 }, { 7 }, { 2 ^ 63 }, { "3.2" } }),
    "3 | -2 | 0 | 7 | 9.2233720368547758e+18f | 4")
  t.eq(warmed(floor, { 1 }, { { 2.5 }, { math.mininteger } }), "2 | -9223372036854775808")
end)

t.test("abs, sqrt", function()
  local abs = function(x) local r = math.abs(x) return r end
  local sqrt = function(x) local r = math.sqrt(x) return r end
  t.eq(warmed(abs, { -1 }, { { 5 }, { -5 }, { math.mininteger }, { -2.5 }, { "-3" } }),
    "5 | 5 | -9223372036854775808 | 2.5f | 3f")
  t.eq(warmed(abs, { -1.5 }, { { -0.0 }, { 2.5 }, { -1 / 0 }, { 3 } }), "0f | 2.5f | inff | 3")
  t.eq(warmed(sqrt, { 4 }, { { 2.25 }, { 9 }, { 1 / 0 }, { "16" } }), "1.5f | 3f | inff | 4f")
end)

t.test("min, max", function()
  local min = function(a, b) local r = math.min(a, b) return r end
  local max = function(a, b) local r = math.max(a, b) return r end
  local max3 = function(a, b, c) local r = math.max(a, b, c) return r end
  local nan = 0 / 0
  t.eq(warmed(min, { 1, 2 }, { { 2, 1 }, { -1, 1 }, { 1, 2.5 }, { 1.5, 1 }, { "1", 2 }, { math.mininteger, 0 } }),
    "1 | -1 | 1 | 1 | attempt to compare number with string | -9223372036854775808")
  t.eq(warmed(max, { 1.5, 2.5 }, { { 2.5, 1.5 }, { nan, 1.0 }, { 1.0, nan }, { 0.0, -0.0 }, { 1, 2.5 }, { 3, 4 } }),
    "2.5f | " .. warmed(max, { 1, 2 }, { { nan, 1.0 } }) .. " | 1f | 0f | 2.5f | 4")
  t.eq(warmed(max3, { 1, 2, 3 }, { { 3, 2, 1 }, { 1, 3, 2 }, { 1, 2, 3.5 }, { 1.5, 2, 1 } }), "3 | 3 | 3.5f | 2")
  t.eq(warmed(min, { 1.5, 2.5 }, { { 0.0, -0.0 }, { -0.0, 0.0 } }), "0f | -0f")
end)

t.test("byte, len, sub", function()
  local byte = function(s, i) local r = s:byte(i) return r end
  local first = function(s) local r = string.byte(s) return r end
  local len = function(s) local r = s:len() return r end
  local sub = function(s, i, j) local r = s:sub(i, j) return r end
  t.eq(warmed(byte, { "abc", 2 },
    { { "abc", 1 }, { "abc", 3 }, { "abc", 4 }, { "abc", 0 }, { "abc", -1 }, { "\xff", 1 }, { "a\0b", 2 }, { "abc", 2.0 },
      { "abc", "2" }, { "abc", 2.5 } }),
    "97 | 99 | nil | nil | 99 | 255 | 0 | 98 | 98 | bad argument #1 to 'byte' (number has no integer representation)")
  t.eq(warmed(first, { "abc" }, { { "x" }, { "" }, { 12 } }), "120 | nil | 49")
  t.eq(warmed(len, { "abc" }, { { "" }, { ("x"):rep(1000) } }), "0 | 1000")
  t.eq(warmed(sub, { "abcdef", 2, 3 },
    { { "abc", 1, 1 }, { "abc", 3, 3 }, { "abc", 4, 4 }, { "abc", -2, -1 }, { "abc", 0, 10 }, { "abc", 3, 2 },
      { "abc", 2 }, { "abc", "2", 3.0 }, { ("xy"):rep(100), 1, 3 } }),
    "a | c |  | bc | abc |  | bc | bc | xyx")
  t.eq(#sub(("z"):rep(1000), 1, 999), 999)
end)

t.test("insert at the end", function()
  local function fill(list, n)
    for i = 1, n do table.insert(list, i) end
    return list
  end
  t.eq(#fill({}, N), N)
  local list = fill({ 0.5 }, 10)
  t.eq(table.concat(list, " "), "0.5 1 2 3 4 5 6 7 8 9 10")
  local function add(list, v) table.insert(list, v) return #list end
  for i = 1, N do add({}, i) end
  t.eq(add({ 1, 2 }, "x"), 3)
  t.eq(add({ 1, 2 }, nil), 2)
  local log = {}
  local proxy = setmetatable({}, { __len = function() return 5 end, __newindex = function(_, k, v) log[k] = v end })
  add(proxy, "seen")
  t.eq(log[6], "seen")
  t.eq(select(2, pcall(add, 5, 1)):gsub("^.-:%d+: ", ""), "bad argument #1 to 'insert' (table expected, got number)")
end)

t.test("functions that are replaced, and collections", function()
  local lib = { floor = math.floor }
  local s = 0
  for i = 1, 2 * N do
    if i == N then lib.floor = function(x) return -1 end end
    s = s + lib.floor(i + 0.5)
  end
  t.eq(s, N * (N - 1) // 2 - N - 1)
  local words = {}
  for i = 1, 2000 do
    local text = "word" .. i
    table.insert(words, text:sub(1, 5) .. text:sub(5, #text))
  end
  collectgarbage()
  for i = 1, 2000 do
    local text = "word" .. i
    local expected = text:sub(1, 5) .. text:sub(5)
    if words[i] ~= expected then t.eq(words[i], expected) end
  end
  t.ok(true)
end)

t.test("tracebacks and hooks see the function", function()
  local function run(list)
    local s = 0
    for i = 1, #list do s = s + math.floor(list[i]) end
    return s
  end
  local list = {}
  for i = 1, N do list[i] = i + 0.5 end
  run(list)
  list[N] = "x"
  local ok, trace = xpcall(run, debug.traceback, list)
  t.eq(trace:match("'floor'") ~= nil and trace:match("in function 'math.floor'") ~= nil, true)
  local calls = 0
  list[N] = 1.5
  local function hooked()
    debug.sethook(function() if debug.getinfo(2, "S").what == "C" then calls = calls + 1 end end, "c")
    run(list)
    debug.sethook()
  end
  hooked()
  t.eq(calls, N + 1)
end)

t.finish()
