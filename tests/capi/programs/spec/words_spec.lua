-- For busted: tests that pass, fail, raise errors, wait, and look at calls.
describe('words', function()
  local word
  before_each(function() word = 'perigee' end)
  after_each(function() word = nil end)

  it('have lengths', function() assert.are.equal(7, #word) end)
  it('differ', function() assert.are.equal('apogee', word) end)
  it('raise errors', function() local x = nil; return x.y end)
  it('expect errors', function() assert.has_error(function() error('oops', 0) end, 'oops') end)
  it('compare tables', function() assert.are.same({1, {2, a = 3}}, {1, {2, a = 3}}) end)
  it('show tables', function() assert.are.same({1, 2}, {1, 3}) end)
  it('spy', function()
    local f = spy.new(function(x) return x end)
    f(1)
    f(2)
    assert.spy(f).was.called(2)
    assert.spy(f).was.called_with(2)
  end)
  it('stub', function()
    local t = {f = function() return 1 end}
    stub(t, 'f').returns(5)
    assert.are.equal(5, t.f())
    t.f:revert()
    assert.are.equal(1, t.f())
  end)
  pending('later')

  describe('nested', function()
    setup(function() word = 'set' end)
    for i = 1, 50 do
      it('number ' .. i, function() assert.is_true(word:rep(i):find('gee') ~= nil) end)
    end
  end)
end)
