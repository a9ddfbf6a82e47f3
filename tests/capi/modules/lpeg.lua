-- LPeg: grammars, captures, errors from within patterns.
local lpeg = require "lpeg"
local P, R, S, C, Ct, V, Cs, Cmt, Cf, Cc = lpeg.P, lpeg.R, lpeg.S, lpeg.C, lpeg.Ct, lpeg.V, lpeg.Cs, lpeg.Cmt, lpeg.Cf, lpeg.Cc

local function show(v)
  if type(v) ~= "table" then return tostring(v) end
  local parts = {}
  for i, x in ipairs(v) do parts[i] = show(x) end
  return "{" .. table.concat(parts, " ") .. "}"
end

local number = C(R "09" ^ 1) / tonumber
local expression = P {
  "E",
  E = Ct(V "T" * (C(S "+-") * V "T") ^ 0),
  T = Ct(V "F" * (C(S "*/") * V "F") ^ 0),
  F = number + "(" * V "E" * ")",
}
print(show(expression:match("1+2*(3-4)/55")))
print(show(expression:match("(((((7)))))*2")), expression:match("x"))
local replaced = lpeg.match(Cs((P "na" / "NA" + 1) ^ 0), ("banana"):rep(2000))
print(#replaced, replaced:sub(1, 24))

local even = Cmt(C(R "09" ^ 1), function(_, position, digits) return tonumber(digits) % 2 == 0 and position, digits end)
print(even:match("42"), even:match("43"))
local sum = Cf(number * ("," * number) ^ 0, function(a, b) return a + b end)
print(sum:match("1,2,3,4,100"))
print(pcall(lpeg.match, Cmt(P(true), function() error("inside a match", 0) end), "x"))
print(pcall(lpeg.P, { "missing" }))
print(lpeg.type(P "a"), lpeg.type("a"), tostring(P "x"):match("^%a+"))

local words = Ct((C(R("az", "AZ") ^ 1) * (1 - R("az", "AZ")) ^ 0) ^ 0)
local counts = {}
for _, word in ipairs(words:match(("the quick brown fox jumps over the lazy dog "):rep(500))) do
  counts[word] = (counts[word] or 0) + 1
end
print(counts.the, counts.fox)
collectgarbage()
print(show(words:match("after a collection")))
