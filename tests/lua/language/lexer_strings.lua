-- String literals: escapes, long brackets, line ends; comments.
local t = require "harness"

local function run(code) return assert(load(code, "=t"))() end

t.test("escapes", function()
  t.eq("\a\b\f\n\r\t\v", string.char(7, 8, 12, 10, 13, 9, 11))
  t.eq("\\\"\'", string.char(92, 34, 39))
  t.eq('\\\"\'', string.char(92, 34, 39))
  t.eq("\65\066\0671", "ABC1")
  t.eq("\0", string.char(0))
  t.eq("\00010", string.char(0, 49, 48))
  t.eq("\255", string.char(255))
  t.eq("\x41\x7a\xfF\x00", string.char(65, 122, 255, 0))
  t.eq("a\z
        b\z   c", "abc")
  t.eq("a\z", "a")
  t.eq("line\
two", "line\ntwo")
  t.eq(run("return 'a\\\r\nb'"), "a\nb")
  t.eq(run("return 'a\\\n\rb'"), "a\nb")
  t.eq(run("return 'a\\\rb'"), "a\nb")
  t.eq(run("return 'a\\z \t\r\n\v\f b'"), "ab")
  t.eq(#"\z
  ", 0)
end)

t.test("UTF-8 escapes", function()
  t.eq("\u{0}", "\x00")
  t.eq("\u{41}", "A")
  t.eq("\u{7F}", "\x7F")
  t.eq("\u{80}", "\xC2\x80")
  t.eq("\u{7FF}", "\xDF\xBF")
  t.eq("\u{800}", "\xE0\xA0\x80")
  t.eq("\u{FFFF}", "\xEF\xBF\xBF")
  t.eq("\u{10000}", "\xF0\x90\x80\x80")
  t.eq("\u{10FFFF}", "\xF4\x8F\xBF\xBF")
  t.eq("\u{000000000041}", "A")
  t.eq("\u{D800}", "\xED\xA0\x80")
  t.eq("x\u{20ac}y", "x\xE2\x82\xACy")
  for _, large in ipairs {
    { "1FFFFF", "\xF7\xBF\xBF\xBF" }, { "200000", "\xF8\x88\x80\x80\x80" }, { "3FFFFFF", "\xFB\xBF\xBF\xBF\xBF" },
    { "4000000", "\xFC\x84\x80\x80\x80\x80" }, { "7FFFFFFF", "\xFD\xBF\xBF\xBF\xBF\xBF" },
  } do
    local escape, bytes = "\\u{" .. large[1], large[2]
    if t.lua53 then
      t.fails('return "' .. escape .. '}"', "t:1: UTF-8 value too large near '\"" .. escape:sub(1, 9) .. "'")
    else
      t.eq(run('return "' .. escape .. '}"'), bytes)
    end
  end
end)

t.test("both quotes", function()
  t.eq('a"b', "a\"b")
  t.eq("a'b", 'a\'b')
  t.eq("", '')
  t.eq(#"--[[", 4)
end)

t.test("long brackets", function()
  t.eq([[abc]], "abc")
  t.eq([[
abc]], "abc")
  t.eq([[

abc]], "\nabc")
  t.eq([==[a]]b]=]c]==], "a]]b]=]c")
  t.eq([[a\nb]], "a\\nb")
  t.eq([=[]]]=], "]]")
  t.eq([[]], "")
  t.eq([==[]==], "")
  t.eq([[a]b]], "a]b")
  t.eq([[ [[ ]], " [[ ")
  t.eq(run("return [[\r\na\r\nb\rc\n\rd]]"), "a\nb\nc\nd")
  t.eq(run("return [[\n\r\nx]]"), "\nx")
  t.eq(run("return [[a\0b]]"), "a\0b")
  t.eq(#run("return [[" .. ("x"):rep(10000) .. "]]"), 10000)
  t.eq(#run("return '" .. ("x"):rep(10000) .. "'"), 10000)
  local quine = [[return [=[x]=]
]]
  t.eq(run(quine), "x")
end)

t.test("comments", function()
  t.eq(run("return 1 -- 2"), 1)
  t.eq(run("return --[[ 2 ]] 3"), 3)
  t.eq(run("return --[==[ ]] \n ]=] ]==] 4"), 4)
  t.eq(run("--[ not long\nreturn 5"), 5)
  t.eq(run("--[=x not long\nreturn 6"), 6)
  t.eq(run("return 7 --"), 7)
  t.eq(run("--\nreturn 8"), 8)
  t.eq(run("---[[ x\nreturn 9 --]]"), 9)
end)

t.test("tokens", function()
  t.eq(run("local a=1;;;return a;"), 1)
  t.eq(run("local a=1 local b=2 return a~=b,a==b"), true)
  t.eq(run("return(1)"), 1)
  t.eq(run("return#'abc'"), 3)
  t.eq(run("local _a1, a_ = 1, 2 return _a1+a_"), 3)
  t.eq(run("local function f(...)return...end return(f(4))"), 4)
  t.eq(run("local t={[1]=1}return t[1]"), 1)
  t.eq(run("\f\v\t return\r\n 10"), 10)
  t.eq(run("local andy, nots, endx = 1, 2, 3 return andy + nots + endx"), 6)
  t.eq(run("local goto_ = 1 return goto_"), 1)
end)

t.test("malformed", function()
  t.fails('return "abc', "t:1: unfinished string near <eof>")
  t.fails("return 'abc\n'", "t:1: unfinished string near ''abc'")
  t.fails('return "abc\\q"', "t:1: invalid escape sequence near '\"abc\\q'")
  t.fails('return "\\400"', "t:1: decimal escape too large near '\"\\400\"'")
  t.fails('return "\\256"', "t:1: decimal escape too large near '\"\\256\"'")
  t.fails('return "\\xg0"', "t:1: hexadecimal digit expected near '\"\\xg'")
  t.fails('return "\\x1"', "t:1: hexadecimal digit expected near '\"\\x1\"'")
  t.fails('return "\\x1z"', "t:1: hexadecimal digit expected near '\"\\x1z'")
  t.fails('return "\\u41"', "t:1: missing '{' near '\"\\u4'")
  t.fails('return "\\u{"', "t:1: hexadecimal digit expected near '\"\\u{\"'")
  t.fails('return "\\u{}"', "t:1: hexadecimal digit expected near '\"\\u{}'")
  t.fails('return "\\u{g}"', "t:1: hexadecimal digit expected near '\"\\u{g'")
  t.fails('return "\\u{110000000}"', "t:1: UTF-8 value too large near '\"\\u{110000000'")
  t.fails('return "\\u{80000000}"', "t:1: UTF-8 value too large near '\"\\u{80000000'")
  t.fails('return "\\u{41"', "t:1: missing '}' near '\"\\u{41\"'")
  t.fails("return [[abc", "t:1: unfinished long string (starting at line 1) near <eof>")
  t.fails("\n\nreturn [==[abc]]", "t:3: unfinished long string (starting at line 3) near <eof>")
  t.fails("return [=abc", "t:1: invalid long string delimiter near '[='")
  t.fails("--[[ abc", "t:1: unfinished long comment (starting at line 1) near <eof>")
  t.fails("x = 1 --[==[\n\n ]]", "t:3: unfinished long comment (starting at line 1) near <eof>")
  t.fails('return "\\', "t:1: unfinished string near <eof>")
  t.fails('return "\\z', "t:1: unfinished string near <eof>")
  t.fails("return '\\", "t:1: unfinished string near <eof>")
  t.fails("x = @", "t:1: unexpected symbol near '@'")
  t.fails("x = $1", "t:1: unexpected symbol near '$'")
  t.fails("x = 1 ! 2", "t:1: unexpected symbol near '!'")
  t.fails("x = `a`", "t:1: unexpected symbol near '`'")
  t.fails('x = "a" "\\6"', "t:1: unexpected symbol near '\"\x06\"'")
  t.fails("return ~= 1", "t:1: unexpected symbol near '~='")
  t.fails("x = \\n", "t:1: unexpected symbol near '\\'")
end)

t.finish()
