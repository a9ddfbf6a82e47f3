-- What happens when a program ends: finalizers, variables to close, exit statuses.
-- Runs the interpreter under test, with its options, on small scripts.
local t = require "harness"

local command = {}
for i = -1, -20, -1 do
  if not arg[i] then break end
  table.insert(command, 1, "'" .. arg[i] .. "'")
end
command = table.concat(command, " ")

local script = os.tmpname()

local function run(code)
  local h = assert(io.open(script, "w"))
  h:write(code)
  h:close()
  local p = assert(io.popen(command .. " " .. script .. " 2>&1"))
  local out = p:read("a")
  local _, what, status = p:close()
  return (out:gsub(script:gsub("%p", "%%%0"), "SCRIPT")), what, status
end

t.test("finalizers run in reverse order when the state is closed", function()
  t.values(table.pack(run [[
    for i = 1, 3 do _G["v" .. i] = setmetatable({}, { __gc = function() io.write("gc", i, " ") end }) end
    io.write("end ")
  ]]), "end gc3 gc2 gc1 ", "exit", 0)
  t.values(table.pack(run [[
    local a = setmetatable({}, { __gc = function(o)
      io.write("first ")
      setmetatable({}, { __gc = function() io.write("created too late") end })
    end })
  ]]), "first ", "exit", 0)
  t.values(table.pack(run [[
    local keep = setmetatable({}, { __gc = function(o) io.write("b ") end })
    local bad = setmetatable({}, { __gc = function() error("in gc") end })
    io.write("a ")
  ]]), "a b ", "exit", 0)
  t.values(table.pack(run [[
    local t = setmetatable({}, { __gc = function() io.write(string.format("%d %s ", 5, tostring(math.pi):sub(1, 4))) end })
    math.pi = 3.25
  ]]), "5 3.25 ", "exit", 0)
end)

t.test("os.exit", function()
  t.values(table.pack(run "os.exit(3)"), "", "exit", 3)
  t.values(table.pack(run "os.exit(true)"), "", "exit", 0)
  t.values(table.pack(run "os.exit(false)"), "", "exit", 1)
  t.values(table.pack(run "os.exit()"), "", "exit", 0)
  t.values(table.pack(run [[
    local g = setmetatable({}, { __gc = function() io.write("gc ") end })
    io.write("x ")
    os.exit(7, true)
  ]]), "x gc ", "exit", 7)
  t.values(table.pack(run [[
    coroutine.wrap(function() pcall(function() os.exit(4) end) end)()
  ]]), "", "exit", 4)
end)

t.test("os.exit and variables to be closed", function()
  if t.lua53 then return end
  t.values(table.pack(run [[
    local g = setmetatable({}, { __gc = function() io.write("gc") end })
    local c <close> = setmetatable({}, { __close = function() io.write("close") end })
    io.write("x")
    os.exit(0)
  ]]), "x", "exit", 0)
  t.values(table.pack(run [[
    local g = setmetatable({}, { __gc = function() io.write("gc ") end })
    local c <close> = setmetatable({}, { __close = function() io.write("close ") end })
    io.write("x ")
    os.exit(7, true)
  ]]), "x close gc ", "exit", 7)
end)

t.test("variables of the main chunk are closed at its end", function()
  if t.lua53 then return end
  t.values(table.pack(run [[
    local a <close> = setmetatable({}, { __close = function(_, e) io.write("a:", tostring(e), " ") end })
    local b <close> = setmetatable({}, { __close = function(_, e) io.write("b:", tostring(e), " ") end })
    io.write("end ")
  ]]), "end b:nil a:nil ", "exit", 0)
end)

t.test("uncaught errors", function()
  local out, what, status = run "local x\nx.y = 1"
  t.values(table.pack(what, status), "exit", 1)
  t.eq(out:match(": (SCRIPT:2: [^\n]*)"), "SCRIPT:2: attempt to index a nil value (local 'x')")
  t.eq(out:match("\n(stack traceback:\n.*)"), "stack traceback:\n\tSCRIPT:2: in main chunk\n\t[C]: in ?\n")
  out, what, status = run "error({code = 2})"
  t.values(table.pack(what, status), "exit", 1)
  t.ok(out:find("(error object is a table value)", 1, true), out)
  out, what, status = run "error(setmetatable({}, {__tostring = function() return 'custom text' end}))"
  t.values(table.pack(what, status), "exit", 1)
  t.ok(out:find(": custom text\n", 1, true), out)
  out, what, status = run "x = = 1"
  t.values(table.pack(what, status), "exit", 1)
  t.ok(out:find("SCRIPT:1: unexpected symbol near '='", 1, true), out)
  out, what, status = run "io.write('before ') local g = setmetatable({}, {__gc = function() io.write('gc') end}) error('m', 0)"
  t.values(table.pack(what, status), "exit", 1)
  t.ok(out:find("before ", 1, true), out)
  t.ok(out:find("gc", 1, true), out)
end)

t.test("coroutines alive at the end", function()
  t.values(table.pack(run(([[
    co = coroutine.wrap(function()
      local c <close> = setmetatable({}, { __close = function() io.write("never ") end })
      coroutine.yield()
    end)
    co()
    io.write("end")
  ]]):gsub("<close>", t.either("", "%0")))), "end", "exit", 0)
end)

os.remove(script)
t.finish()
