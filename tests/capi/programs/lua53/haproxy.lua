-- Services, actions, fetches, converters and tasks; what they do is paused and resumed by the server.
local count = 0
core.register_service("answer", "http", function(applet)
  count = count + 1
  local lines = {}
  for name, values in pairs(applet.headers) do lines[#lines + 1] = name .. "=" .. values[0] end
  table.sort(lines)
  if applet.path == "/error" then error("on purpose") end
  if applet.path == "/nil" then return lines.missing.field end
  if applet.path == "/long" then
    local sum = 0
    for i = 1, 3000000 do sum = sum + i % 7 end
    lines = { sum }
  end
  local body = ("%s %s %s %d\n%s\n"):format(applet.method, applet.path, applet.qs, count, table.concat(lines, "\n"))
  applet:set_status(200)
  applet:add_header("content-length", #body)
  applet:start_response()
  applet:send(body)
end)
core.register_fetches("sum", function(txn, a, b) return math.tointeger(a + b) or -1 end)
core.register_converters("shout", function(text) return text:upper() .. "!" end)
core.register_action("wait", { "http-req" }, function(txn)
  for i = 1, 3 do core.msleep(1) end
  txn:set_var("txn.waited", _VERSION)
end)
core.register_task(function()
  while true do
    core.msleep(5)
    collectgarbage()
  end
end)
