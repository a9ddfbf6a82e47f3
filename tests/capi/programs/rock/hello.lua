local twice = require 'hello.twice'

return {
  greet = function(name, n) return ('hello %s, %d'):format(name, twice(n)) end,
}
