-- Asks a web server in ways of its own: several connections at once, through libraries of nmap's in Lua and C.
local comm = require "comm"
local http = require "http"
local json = require "json"
local lpeg = require "lpeg"
local nmap = require "nmap"
local shortport = require "shortport"
local stdnse = require "stdnse"
local stringaux = require "stringaux"
local tableaux = require "tableaux"

description = "For the tests of Perigee's library."
categories = { "safe" }
portrule = function() return true end

local function fetch(host, port, path, answers)
  local condition = nmap.condvar(answers)
  local response = http.get(host, port, path)
  answers[path] = { status = response.status, size = #(response.body or ""), type = response.header["content-type"] }
  condition "signal"
end

action = function(host, port)
  local answers, threads = {}, {}
  local condition = nmap.condvar(answers)
  for i = 1, 5 do threads[stdnse.new_thread(fetch, host, port, "/page" .. i, answers)] = true end
  repeat
    for thread in pairs(threads) do
      if coroutine.status(thread) == "dead" then threads[thread] = nil end
    end
    if next(threads) then condition "wait" end
  until not next(threads)

  local output = stdnse.output_table()
  local paths = tableaux.keys(answers)
  table.sort(paths)
  for _, path in ipairs(paths) do
    local a = answers[path]
    output[path] = ("%d %d %s"):format(a.status, a.size, a.type)
  end
  local title = lpeg.P { lpeg.P "<title>" * lpeg.C((1 - lpeg.P "</title>") ^ 0) + 1 * lpeg.V(1) }
  output.title = title:match(http.get(host, port, "/page1").body)
  local ok, text = json.parse '{"a": [1, 2.5, "x"], "b": null}'
  output.json = ok and #text.a .. json.generate(text.a):gsub("%s", "")
  local status, line = comm.exchange(host, port, "GET /page2 HTTP/1.0\r\n\r\n", { lines = 1 })
  output.raw = tostring(status) .. " " .. stringaux.strsplit("\r\n", line)[1]
  output.failed = select(2, pcall(function() return output.missing.field end)):gsub("^.*:%d+: ", "")
  output.numbers = ("%s, %d, %s"):format(_VERSION, math.maxinteger, 2 ^ 53)
  return output
end
