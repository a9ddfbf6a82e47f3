-- Read by neomutt.rc: settings from both sides, and errors of either kind.
print(_VERSION, #package.path > 0)
local squares = {}
for i = 1, 10 do
  squares[#squares + 1] = i * i
end
print(table.concat(squares, ' '))
print(pcall(mutt.get, 'no_such'))
print(select(2, pcall(function() local x = nil; return x.y end)))
print(debug.traceback('here'))
mutt.call('set', 'sleep_time = 3')
print(mutt.get('sleep_time'))
error('from the script')
