-- LuaFileSystem: directories, attributes, iterators closed early.
local lfs = require "lfs"
local root = os.tmpname()
os.remove(root)
assert(lfs.mkdir(root))
print(lfs.mkdir(root) == nil, lfs.attributes(root, "mode"), (lfs.attributes(root .. "/none")))
for i = 1, 20 do
  local f <close> = assert(io.open(root .. "/file" .. i, "w"))
  f:write(("x"):rep(i))
end
local names, bytes = {}, 0
for name in lfs.dir(root) do
  if lfs.attributes(root .. "/" .. name, "mode") == "file" then
    names[#names + 1] = name
    bytes = bytes + lfs.attributes(root .. "/" .. name).size
  end
end
table.sort(names)
print(#names, names[1], bytes)
for _ in lfs.dir(root) do break end
local iterator, directory = lfs.dir(root)
directory:close()
print(pcall(iterator, directory))
print(pcall(lfs.dir, root .. "/none") == false)
local here = lfs.currentdir()
lfs.chdir(root)
print(lfs.currentdir() == root)
lfs.chdir(here)
for i = 1, 20 do os.remove(root .. "/file" .. i) end
print(lfs.rmdir(root))
