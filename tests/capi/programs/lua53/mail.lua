-- The test facility for mail filters.
mt.echo(_VERSION)
local names = {}
for name in pairs(mt) do names[#names + 1] = name end
table.sort(names)
mt.echo(table.concat(names, " "))
mt.sleep(0.01)
mt.echo(bit32.band(7, 9) .. " " .. 7 // 2)
mt.echo(tostring(pcall(mt.sleep)))
mt.connect("nonsense", 1, 0.01)
