package = "hello"
version = "1.0-1"
source = { url = "file://hello.lua" }
dependencies = { "lua >= 5.1" }
build = { type = "builtin", modules = { hello = "hello.lua", ["hello.twice"] = "twice.c" } }
