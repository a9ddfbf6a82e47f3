-- LuaSocket: a TCP echo on loopback between coroutines, errors, MIME filters.
local socket, mime, ltn12 = require "socket", require "mime", require "ltn12"
local server = assert(socket.bind("127.0.0.1", 0))
local ip, port = server:getsockname()
print(ip, math.type(tonumber(port)))
server:settimeout(0)
local log = {}
local function serve()
  local client
  repeat
    client = server:accept()
    coroutine.yield()
  until client
  client:settimeout(0)
  local rest = ""
  while true do
    local line, problem, partial = client:receive("*l", rest)
    rest = partial or ""
    if line then
      client:send("echo " .. line .. "\n")
    elseif problem == "closed" then
      break
    end
    coroutine.yield()
  end
  log[#log + 1] = "server done"
end
local function talk()
  local c = assert(socket.connect("127.0.0.1", port))
  c:settimeout(0)
  for i = 1, 50 do
    c:send("message " .. i .. "\n")
    local line, problem, partial = nil, nil, ""
    repeat
      line, problem, partial = c:receive("*l", partial)
      coroutine.yield()
    until line
    log[#log + 1] = line
  end
  c:close()
end
local threads = { coroutine.create(serve), coroutine.create(talk) }
while #threads > 0 do
  for i = #threads, 1, -1 do
    assert(coroutine.resume(threads[i]))
    if coroutine.status(threads[i]) == "dead" then table.remove(threads, i) end
  end
end
print(#log, log[1], log[50], log[51])
print(socket.connect("127.0.0.1", 1))
print(pcall(server.receive, server))
print((mime.b64("hello world")), (mime.unb64("aGVsbG8=")))
local parts = {}
ltn12.pump.all(ltn12.source.string(("data"):rep(1000)), ltn12.sink.chain(mime.encode("base64"), ltn12.sink.table(parts)))
print(#table.concat(parts))
print(tostring(server):match("^tcp{%a+}"))
server:close()
