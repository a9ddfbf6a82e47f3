-- The script of the DHCP server: writes down what it is told, and fails at the end.
local log = assert(io.open(os.getenv('DNSMASQ_LOG'), 'a'))
log:setvbuf('line')

function init()
  log:write('init ', _VERSION, '\n')
end

function lease(action, data)
  local line = {}
  for name, value in pairs(data) do
    if name ~= 'time_remaining' then
      line[#line + 1] = name .. '=' .. tostring(value)
    end
  end
  table.sort(line)
  log:write(action, ' ', table.concat(line, ' '), '\n')
end

function shutdown()
  log:write('shutdown\n')
  local x = nil
  x.y = 1
end
