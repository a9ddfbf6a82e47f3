-- A document through markdown.lua: every construct of the language, then a long generated one.
-- The library is of Lua 5.1's time: what it needs of setfenv is done with a fresh _ENV cell.
function setfenv(level, environment)
  local f = debug.getinfo(level + 1, 'f').func
  debug.upvaluejoin(f, 1, function() return environment end, 1)
end
unpack = table.unpack
local markdown = require 'markdown'
local convert = type(markdown) == 'function' and markdown or markdown.markdown
local document = [[
Title
=====

A paragraph with *emphasis*, **strong**, `code`, [a link](http://x.org "t"), ![image](i.png) and <http://auto.link>.
Line two of it.  
After a break. AT&T and 4 < 5.

## Second ##

* one
* two
    * nested
    * again
* three

1. first
2. second

   a paragraph in an item

> quoted *text*
> > deeper

    code block <b>
    with lines

***

[ref][1] and [Ref Two][].

[1]: http://one.example/ "One"
[ref two]: http://two.example/

<div>
html *stays*
</div>

\*escaped\* and `` a ` tick ``
]]
print(convert(document))
local parts = {}
for i = 1, 40 do parts[i] = ('## Section %d\n\nText *%d* with `code%d` and [link](u%d).\n\n* a\n* b\n'):format(i, i, i, i) end
local html = convert(table.concat(parts, '\n'))
print(#html, html:sub(-200))
