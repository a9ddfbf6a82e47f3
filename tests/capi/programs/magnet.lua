-- Run by lighttpd's mod_magnet for every request.
local r = lighty.r
local n = 0
for word in (r.req_attr["uri.query"] or ""):gmatch("%w+") do n = n + #word end
local parts = {}
for i = 1, 10 do parts[i] = ("%d:%s"):format(i * n, r.req_attr["uri.path"]) end
r.resp_header["Content-Type"] = "text/plain"
r.resp_body.set { table.concat(parts, ",") .. "\n" }
if n == 13 then error("unlucky") end
return 200
