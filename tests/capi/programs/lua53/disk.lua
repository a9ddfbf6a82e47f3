-- A disk that nbdkit serves.
local disk = string.rep("0123456789abcdef", 64 * 1024 // 16)
local settings = {}
function config(key, value) settings[#settings + 1] = key .. "=" .. value end
function open(readonly) return { reads = 0 } end
function can_write(handle) return true end
function get_size(handle) return #disk end
function pread(handle, count, offset)
  handle.reads = handle.reads + 1
  if offset == 4096 then error("no such block") end
  if offset == 8192 then return ("%-" .. count .. "s"):format(_VERSION .. " " .. handle.reads .. " " .. table.concat(settings, ",")) end
  return disk:sub(offset + 1, offset + count)
end
function pwrite(handle, bytes, offset) disk = disk:sub(1, offset) .. bytes .. disk:sub(offset + #bytes + 1) end
function close(handle) collectgarbage() end
