-- A suite run by luaunit, with passing, failing, erring and skipped tests, in its output formats.
os.date = function() return 'the date' end
local lu = require 'luaunit'

TestNumbers = {}
function TestNumbers:setUp() self.value = 10 end
function TestNumbers:testEqual() lu.assertEquals(self.value, 10) lu.assertNotEquals(1, 2) lu.assertAlmostEquals(0.1 + 0.2, 0.3, 1e-12) end
function TestNumbers:testFails() lu.assertEquals(self.value, 11) end
function TestNumbers:testSpecial() lu.assertIsNaN(0 / 0) lu.assertIsInf(1 / 0) lu.assertIsMinusZero(-0.0) lu.assertIsNumber(1) end
function TestNumbers:testError() error('an error of the test', 0) end
TestTables = {}
function TestTables.testItems() lu.assertItemsEquals({1, 2, 3}, {3, 1, 2}) lu.assertEquals({a = {1, {2}}}, {a = {1, {2}}}) end
function TestTables.testDiffer() lu.assertEquals({1, 2, {x = 'y'}, 4}, {1, 2, {x = 'z'}, 4}) end
function TestTables.testLong() local a, b = {}, {} for i = 1, 30 do a[i], b[i] = i, i end b[17] = 0 lu.assertEquals(a, b) end
function TestTables.testSkipped() lu.skip('not today') end
TestErrors = {}
function TestErrors.testMessages()
  lu.assertErrorMsgContains('boom', function() error('big boom') end)
  lu.assertErrorMsgMatches('.*%d+: x', function() error('x') end)
  lu.assertError(error, 'x')
  lu.assertErrorMsgEquals('attempt to perform arithmetic on a nil value (global \'nothing\')', function() local ok, m = pcall(function() return nothing + 1 end) error(m:gsub('^[^:]*:%d+: ', ''), 0) end)
end
function TestErrors.testStrings() lu.assertStrContains('hello', 'ell') lu.assertStrMatches('abc', 'a.c') lu.assertStrIContains('HELLO', 'ell') end
for _, format in ipairs {'text', 'tap', 'nil'} do
  local runner = lu.LuaUnit.new()
  runner:setOutputType(format)
  local keep = os.clock
  os.clock = function() return 0 end
  print('failures', runner:runSuite('--pattern', 'Test'))
  os.clock = keep
end
print(lu.prettystr({1, 'two', {three = 3}, [10] = false}), lu.prettystr('line\n"q"'))
