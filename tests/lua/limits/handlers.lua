-- Pauses in message handlers, in __close methods of coroutines that are closed, in the __tostring of what
-- string.format is given, and in metamethods that those of strings call.
local t = require "harness"
local has_limits, limits = pcall(require, "limits")
if not has_limits then return t.finish() end -- stock Lua
local same = require "limits.support.pausing".same

-- A message without position.
local function plain(m) return type(m) == "string" and (m:gsub("^[^ ]+:%d+: ", "")) or tostring(m) end
-- Why a yield is refused here, and whether one would be possible.
local function refusal() return plain(select(2, pcall(coroutine.yield))), coroutine.isyieldable() end

-- --- message handlers

same("message handlers", function(out, visit)
  local function handler(m)
    visit()
    return "handled " .. plain(m)
  end
  out(xpcall(error, handler, "by error"))
  out(xpcall(function() local x = nil; return x.field end, handler))
  out(xpcall(function() return 1 + {} end, handler))
  out(xpcall(function() error({}) end, function(m) visit() return type(m), 2 end))
  out(xpcall(string.rep, handler))
  out(xpcall(function() return ("x"):rep(-1, {}) .. {} end, handler))
  out(xpcall(function() return xpcall(error, handler, "inner") end, handler))
  out(xpcall(function() xpcall(error, handler, "inner") error("outer") end, handler))
  out(xpcall(function() for i = 1, 3 do pcall(error, i) end return "caught" end, handler))
  out(pcall(xpcall, error, handler, "in pcall"))
  local function deep(n) if n == 0 then error("deep") end return 1 + deep(n - 1) end
  out(xpcall(deep, handler, 20))
end)

same("errors in library functions that call, handled", function(out, visit)
  local function handler(m) visit() return "handled " .. plain(m) end
  local function fails() visit() error("inside") end
  out(xpcall(table.sort, handler, { 3, 2, 1 }, fails))
  out(xpcall(string.gsub, handler, "abc", "%w", fails))
  out(xpcall(string.format, handler, "%s", setmetatable({}, { __tostring = fails })))
  out(xpcall(table.concat, handler, setmetatable({}, { __len = function() return 2 end, __index = fails })))
  out(xpcall(function() for _ in fails do end end, handler))
  out(xpcall(function() return setmetatable({}, { __index = fails }).x end, handler))
end)

same("what message handlers see", function(out, visit)
  local function handler()
    visit()
    local levels, level = {}, 1
    while true do
      local info = debug.getinfo(level, "Snl")
      if info == nil or level > 6 then break end
      levels[#levels + 1] = info.what .. " " .. info.namewhat .. " " .. tostring(info.name) .. " " .. info.currentline
      level = level + 1
    end
    visit()
    return table.concat(levels, ", ")
  end
  local function third() local up = 1; return up.x.y end
  local function second() return (third()) end
  out(xpcall(second, handler))
  local function traceback(m) visit() m = debug.traceback("text", 1) visit() return (m:gsub("%[C%]: in %?.*", "")) end
  out(xpcall(second, traceback))
  out(xpcall(second, function() visit() local name, value = debug.getlocal(2, 1) visit() return name .. value end))
end)

same("errors in message handlers", function(out, visit)
  local count = 0
  out(xpcall(error, function(m)
    visit()
    count = count + 1
    if count < 4 then error(plain(m) .. count, 0) end
    return "at last " .. plain(m)
  end, "first"))
  out(xpcall(error, function() visit() return pcall(error, "caught") end, 1))
  out(xpcall(error, function(m) return select(2, xpcall(error, function(n) visit() return n .. "!" end, m .. "?")) end, "m"))
end)

same("message handlers are no places to yield", function(out, visit)
  out(xpcall(error, function() visit() return table.concat({ tostring(refusal()) }) end, 1))
  out(coroutine.isyieldable())
  local co = coroutine.wrap(function()
    out(xpcall(error, function(m) visit() return m .. select(2, pcall(coroutine.wrap(function() visit() return "inner" end))) end, "m"))
    out(coroutine.yield(xpcall(error, function(m) visit() return m end, 2)))
    return "end"
  end)
  out(co())
  out(co("back"))
end)

t.test("a stack that has overflowed is there when a message handler is paused", function()
  local function endless() return 1 + endless() end
  local co = coroutine.create(function()
    return xpcall(endless, function(m) for i = 1, 1000 do m = i end return "overflow " .. m end)
  end)
  local result
  repeat result = table.pack(limits.resume(co, 100)) until result[1] ~= "paused"
  t.values(result, "done", false, "overflow 1000")
end)

t.test("endless message handlers are only paused", function()
  local co = coroutine.create(function() xpcall(error, function() while true do end end) end)
  for _ = 1, 20 do t.eq(limits.resume(co, 100000), "paused") end
  if coroutine.close then t.values(table.pack(coroutine.close(co)), true) end
end)

-- --- coroutine.close and wrap

if coroutine.close then
  local function closer(out, visit, name, fails)
    return setmetatable({}, { __close = function(_, m)
      visit()
      out(name, plain(m), coroutine.isyieldable())
      if fails then error(name .. " fails", 0) end
      visit()
    end })
  end

  local source = [[
    local same, plain, refusal, closer = ...
    same("coroutines that are closed", function(out, visit)
      local function body(...)
        local a <close> = closer(out, visit, "a")
        local b <close> = closer(out, visit, "b", ...)
        do
          local c <close> = closer(out, visit, "c")
          coroutine.yield(1)
        end
      end
      for _, fails in ipairs { false, true } do
        local co = coroutine.create(body)
        out(coroutine.resume(co, fails))
        out(coroutine.close(co))
        out(coroutine.status(co), coroutine.close(co))
        out(coroutine.resume(co))
      end
      local co = coroutine.create(body)
      out(coroutine.close(co))
      co = coroutine.create(function() local a <close> = closer(out, visit, "dead") error("dies", 0) end)
      out(coroutine.resume(co))
      out(coroutine.close(co))
      out(coroutine.close(co))
      out(pcall(coroutine.close, coroutine.running()))
      out(plain(select(2, pcall(coroutine.close, nil))))
    end)

    same("variables are closed behind message handlers", function(out, visit)
      local function closer(name) return setmetatable({}, { __close = function(_, m) visit() out(name, plain(m)) end }) end
      out(xpcall(function()
        local a <close> = closer("a")
        local b <close> = closer("b")
        error("open")
      end, function(m) visit() return plain(m) .. " handled" end))
    end)

    same("closed in the middle of calls", function(out, visit)
      local function deep(n)
        local x <close> = closer(out, visit, "level " .. n, n == 2)
        if n == 0 then coroutine.yield() end
        return 1 + deep(n - 1)
      end
      local co = coroutine.create(function() pcall(deep, 3) end)
      coroutine.resume(co)
      out(coroutine.close(co))
    end)

    same("closing closes others", function(out, visit)
      local function nest(n)
        local co = coroutine.create(function()
          local inner = n > 0 and nest(n - 1)
          local x <close> = setmetatable({}, { __close = function()
            visit()
            out("closing", n, coroutine.status(coroutine.running()))
            if inner then out(coroutine.close(inner)) end
            visit()
            out(pcall(error, "caught", 0))
            local other = coroutine.wrap(function(a) visit() coroutine.yield(a) return "done" end)
            out(other(n), other())
          end })
          coroutine.yield()
        end)
        coroutine.resume(co)
        return co
      end
      out(coroutine.close(nest(3)))
      local co
      co = coroutine.create(function()
        local x <close> = setmetatable({}, { __close = function()
          visit()
          out(coroutine.running() == co, coroutine.status(co), refusal())
          out(plain(select(2, pcall(coroutine.close, co))))
          out(coroutine.wrap(function() visit() return coroutine.status(co), pcall(coroutine.close, co) end)())
          out(coroutine.resume(co))
        end })
        coroutine.yield()
      end)
      coroutine.resume(co)
      out(coroutine.close(co))
    end)

    same("coroutines that fail in wrap", function(out, visit)
      local function body(fails)
        local a <close> = closer(out, visit, "a")
        local b <close> = closer(out, visit, "b", fails)
        error("body", 0)
      end
      for _, fails in ipairs { false, true } do
        out(pcall(coroutine.wrap(body), fails))
        out(xpcall(coroutine.wrap(body), function(m) visit() return "handled " .. m end, fails))
      end
      local f = coroutine.wrap(body)
      out(pcall(f, true))
      out(pcall(f))
      for v in coroutine.wrap(function() local a <close> = closer(out, visit, "a") coroutine.yield(1) end) do out(v) end
    end)

    same("garbage is collected while a coroutine is closed", function(out, visit)
      local co = coroutine.create(function()
        local list = {}
        for i = 1, 3 do list[i] = { i } end
        local a <close> = setmetatable({}, { __close = function() collectgarbage() visit() out(list[1][1]) end })
        local b <close> = setmetatable({}, { __close = function(_, m) collectgarbage() visit() error({ 7 }) end })
        coroutine.yield()
      end)
      coroutine.resume(co)
      local ok, m = coroutine.close(co)
      out(ok, m[1])
    end)
  ]]
  load(source, "=closing")(same, plain, refusal, closer)

  t.test("endless __close methods are only paused", function()
    local endless = load [[
      local inner = coroutine.create(function()
        local x <close> = setmetatable({}, { __close = function() while true do end end })
        coroutine.yield()
      end)
      coroutine.resume(inner)
      return coroutine.close(inner)
    ]]
    local co = coroutine.create(endless)
    for _ = 1, 20 do t.eq(limits.resume(co, 100000), "paused") end
    t.eq((coroutine.close(co)), true)
    t.eq(coroutine.status(co), "dead")
  end)
end

-- --- string.format

same("string.format", function(out, visit)
  local function object(text)
    return setmetatable({}, { __tostring = function()
      visit()
      return text
    end })
  end
  out(("%s"):format(object("only")))
  out(("a %s b %d c %s d %5.1f"):format(object("x"), 12, object(""), 2.5))
  out(("[%10s|%-10s|%.2s]"):format(object("right"), object("left"), object("cut")))
  out(("%s%%%s %q"):format(object(("long "):rep(300)), object("%s"), "quoted"))
  out(#("%s%s"):format(("x"):rep(2000), object(("y"):rep(3000))))
  out(pcall(string.format, "%s", object({})))
  local ok, m = pcall(string.format, "%s %d", object("first"), "no number")
  out(ok, plain(m))
  out(plain(select(2, pcall(string.format, "%s %5s", object("first"), object("with\0zero")))))
  out(plain(select(2, pcall(string.format, "%s %s", object("first")))))
  out(plain(select(2, pcall(string.format, "%s %y", object("first"), 1))))
  local inner = setmetatable({}, { __tostring = function() visit() return ("<%s>"):format(object("nested")) end })
  out(("%s and %s"):format(inner, inner))
  local yields = setmetatable({}, { __tostring = function() visit() return tostring(refusal()) end })
  out(("%s"):format(yields))
  local collects = setmetatable({}, { __tostring = function() visit() collectgarbage() return "collected" end })
  out(("%s %s %s"):format(("z"):rep(600), collects, collects):sub(590))
end)

-- --- metamethods of strings

same("arithmetic of strings with what is no number", function(out, visit)
  local other = setmetatable({}, {})
  for _, event in ipairs { "add", "sub", "mul", "div", "mod", "pow", "idiv" } do
    getmetatable(other)["__" .. event] = function(a, b) visit() return type(a) .. " " .. event .. " " .. type(b) end
  end
  out("10" + other, "10" - other, "10" * other, "10" / other, "10" % other, "10" ^ other, "10" // other)
  out("x" + other, other + "x")
end)

t.finish()
