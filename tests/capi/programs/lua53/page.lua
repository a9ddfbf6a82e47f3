-- A page of Apache's mod_lua.
function handle(r)
  local query = {}
  for k, v in pairs(r:parseargs()) do query[#query + 1] = k .. "=" .. v end
  table.sort(query)
  r.content_type = "text/plain"
  r.headers_out["X-Lua"] = tostring(2 ^ 53 | 0)
  r:puts(("%s %s %s %s\n"):format(r.method, r.uri, _VERSION, table.concat(query, "&")))
  r:puts(r:md5("text"), " ", r:base64_encode("text"), " ", r:escape("a b"), " ", tostring(r:regex("x12", "[0-9]+")[0]), "\n")
  local kind = r:parseargs().kind
  if kind == "error" then error("on purpose") end
  if kind == "nil" then return query.missing.field end
  if kind == "yield" then
    for i, text in ipairs { "one", "two" } do coroutine.yield(text) end
  end
  return apache2.OK
end
