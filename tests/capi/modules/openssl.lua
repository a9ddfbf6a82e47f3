-- luaossl: big numbers, digests, keys.
local bignum = require "openssl.bignum"
local digest = require "openssl.digest"
local hmac = require "openssl.hmac"
local pkey = require "openssl.pkey"
local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
print(hex(digest.new("sha256"):final("hello")))
print(hex(hmac.new("key", "sha256"):final("message")))
local n = bignum.new(2) ^ 200
print(tostring(n + 1), n > bignum.new(5), -n < n)
print(n == bignum.new(2) ^ 200)
local key = pkey.new { type = "EC", curve = "prime256v1" }
local signature = key:sign(digest.new("sha256"):update("data"))
print(key:verify(signature, digest.new("sha256"):update("data")))
print(key:verify(signature, digest.new("sha256"):update("other")))
print((select(2, pcall(digest.new, "no such digest")):gsub("_?openssl.digest.new", "digest.new")))
print(#require("openssl.rand").bytes(16))
