-- A command for the editor: sorts the words of the buffer, then fails.
local names = {}
for name in pairs(mle) do
  names[#names + 1] = name
end
table.sort(names)
io.stderr:write(_VERSION, ' ', #names, ' ', names[1], ' ', names[#names], '\n')

mle.editor_register_cmd('cmd_words', function(context)
  local words = {}
  for word in mle.buffer_get(context.buffer).ret_data:gmatch('%a+') do
    words[#words + 1] = word:upper()
  end
  table.sort(words)
  local text = table.concat(words, '\n') .. '\n'
  io.stderr:write(tostring(mle.buffer_set(context.buffer, text, #text).rv), '\n')
  io.stderr:write(tostring(select(2, pcall(mle.mark_move_to, context.mark, 'x'))), '\n')
  mle.mark_move_to(context.mark, 0, 0)
  mle.mark_insert_before(context.mark, 'sorted: ', 8)
  return nil + 1
end)
