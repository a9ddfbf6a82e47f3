-- expat, yaml, SQLite, PCRE2: libraries with userdata, callbacks, iterators.
local lxp = require "lxp"
local depth, elements, characters = 0, {}, 0
local parser = lxp.new {
  StartElement = function(_, name, attributes)
    depth = depth + 1
    elements[#elements + 1] = depth .. name .. (attributes.a or "")
  end,
  EndElement = function() depth = depth - 1 end,
  CharacterData = function(_, s) characters = characters + #s end,
}
print(parser:parse("<r><x a='1'>text</x><x a='2'/>") == parser)
print(parser:parse("</r>") == parser, parser:parse() == parser)
parser:close()
print(table.concat(elements, " "), characters)
print(lxp.new({}):parse("<a></b>"))
print(pcall(function() lxp.new({ StartElement = function() error("in a callback", 0) end }):parse("<a/>") end))

local yaml = require "lyaml"
local value = yaml.load("list: [1, two, 3.5]\nmap:\n  key: value\n  empty: ~\n")
print(value.list[1], value.list[2], value.list[3], value.map.key)
print(#yaml.dump { value } > 20)
print(pcall(yaml.load, "a: [1"))

local driver = require "luasql.sqlite3"
local environment = driver.sqlite3()
local connection = environment:connect ":memory:"
connection:execute "CREATE TABLE t (id INTEGER, name TEXT)"
for i = 1, 100 do connection:execute(("INSERT INTO t VALUES (%d, 'name %d')"):format(i, i)) end
local cursor = connection:execute "SELECT id, name FROM t WHERE id % 25 = 0 ORDER BY id"
local row = cursor:fetch({}, "a")
while row do
  print(row.id, row.name)
  row = cursor:fetch(row, "a")
end
print(connection:execute "SELECT nonsense FROM nowhere")
print(cursor:close(), connection:close(), environment:close())

local rex = require "rex_pcre2"
print(rex.match("key = value", [[(\w+)\s*=\s*(\w+)]]))
local count = 0
for word in rex.gmatch(("the quick brown fox "):rep(100), [[\b[a-z]{5}\b]]) do count = count + #word end
print(count)
print(rex.gsub("abc abd", "ab(.)", function(c) return c:upper() end))
print(pcall(rex.new, "("))
