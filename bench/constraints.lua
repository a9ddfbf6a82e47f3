-- group: object
-- about: an incremental solver for one-way constraints of graded strength
-- stresses: graphs of objects with inheritance, method calls on five classes, small work lists
-- quick: 10
local scale = tonumber((...)) or 750

-- Strengths: the smaller the number, the stronger the constraint.
local REQUIRED, STRONG, NORMAL, WEAK = 0, 1, 2, 6
local WEAKEST = 9

local Variable = {}
Variable.__index = Variable

function Variable.new(name, value)
  return setmetatable({
    name = name, value = value, users = {}, source = nil, mark = 0, walk = WEAKEST, stay = true,
  }, Variable)
end

local function removeFrom(list, item)
  for i = #list, 1, -1 do
    if list[i] == item then
      table.remove(list, i)
      return
    end
  end
end

-- Constraint: the common part. A subclass gives inputs(), choose(), execute(), output().
local Constraint = {}
Constraint.__index = Constraint

local function subclass(parent)
  local class = setmetatable({}, { __index = parent })
  class.__index = class
  return class
end

function Constraint:inputsKnown(mark)
  for _, variable in ipairs(self:inputs()) do
    if not (variable.mark == mark or variable.stay or variable.source == nil) then
      return false
    end
  end
  return true
end

function Constraint:recalculate()
  local out = self:output()
  local weakest, stay = self.strength, true
  for _, variable in ipairs(self:inputs()) do
    weakest = math.max(weakest, variable.walk)
    stay = stay and variable.stay
  end
  out.walk = weakest
  out.stay = stay and not self:isInput()
  if out.stay then
    self:execute()
  end
end

function Constraint:isInput()
  return false
end

-- Unary constraints hold one variable.
local Unary = subclass(Constraint)

function Unary.init(self, variable, strength)
  self.variable, self.strength, self.satisfied = variable, strength, false
  return self
end

function Unary:variables()
  return { self.variable }
end

function Unary:inputs()
  return {}
end

function Unary:output()
  return self.variable
end

function Unary:choose(mark)
  self.satisfied = self.variable.mark ~= mark and self.strength < self.variable.walk
  return self.satisfied
end

function Unary:unsatisfy()
  self.satisfied = false
end

function Unary:execute()
end

local Stay = subclass(Unary)

function Stay.new(variable, strength)
  return Unary.init(setmetatable({}, Stay), variable, strength)
end

local Edit = subclass(Unary)

function Edit.new(variable, strength)
  return Unary.init(setmetatable({}, Edit), variable, strength)
end

function Edit:isInput()
  return true
end

-- Binary constraints compute one of two variables from the other.
local Binary = subclass(Constraint)

function Binary.init(self, left, right, strength)
  self.left, self.right, self.strength, self.direction = left, right, strength, "none"
  return self
end

function Binary:variables()
  return { self.left, self.right }
end

function Binary:inputs()
  return { self.direction == "forward" and self.left or self.right }
end

function Binary:output()
  return self.direction == "forward" and self.right or self.left
end

function Binary:choose(mark)
  local left, right = self.left, self.right
  self.direction = "none"
  if left.mark == mark then
    if right.mark ~= mark and self.strength < right.walk then
      self.direction = "forward"
    end
  elseif right.mark == mark then
    if self.strength < left.walk then
      self.direction = "backward"
    end
  elseif left.walk > right.walk then
    if self.strength < left.walk then
      self.direction = "backward"
    end
  elseif self.strength < right.walk then
    self.direction = "forward"
  end
  return self.direction ~= "none"
end

function Binary:unsatisfy()
  self.direction = "none"
end

local Equal = subclass(Binary)

function Equal.new(left, right, strength)
  return Binary.init(setmetatable({}, Equal), left, right, strength)
end

function Equal:execute()
  self:output().value = self:inputs()[1].value
end

-- right = left * factor + offset
local Linear = subclass(Binary)

function Linear.new(left, factor, offset, right, strength)
  local self = setmetatable({ factor = factor, offset = offset }, Linear)
  return Binary.init(self, left, right, strength)
end

function Linear:execute()
  if self.direction == "forward" then
    self.right.value = self.left.value * self.factor + self.offset
  else
    self.left.value = (self.right.value - self.offset) / self.factor
  end
end

local Solver = {}
Solver.__index = Solver

function Solver.new()
  return setmetatable({ mark = 0, executions = 0 }, Solver)
end

function Solver:freshMark()
  self.mark = self.mark + 1
  return self.mark
end

function Solver:consumers(variable, found)
  for _, constraint in ipairs(variable.users) do
    if constraint ~= variable.source and constraint:isSatisfied() then
      found[#found + 1] = constraint
    end
  end
  return found
end

function Unary:isSatisfied()
  return self.satisfied
end

function Binary:isSatisfied()
  return self.direction ~= "none"
end

function Solver:propagate(constraint, mark)
  local work = { constraint }
  while #work > 0 do
    local current = table.remove(work)
    local out = current:output()
    if out.mark == mark and current ~= constraint then
      return false
    end
    current:recalculate()
    out.mark = mark
    self:consumers(out, work)
  end
  return true
end

-- Satisfies one constraint and returns the one it threw out, if any.
function Solver:satisfy(constraint, mark)
  if not constraint:choose(mark) then
    assert(constraint.strength ~= REQUIRED, "a required constraint cannot be met")
    return nil
  end
  for _, variable in ipairs(constraint:inputs()) do
    variable.mark = mark
  end
  local out = constraint:output()
  local displaced = out.source
  if displaced then
    displaced:unsatisfy()
  end
  out.source = constraint
  assert(self:propagate(constraint, mark), "the constraints form a circle")
  out.mark = mark
  return displaced
end

function Solver:add(constraint)
  for _, variable in ipairs(constraint:variables()) do
    table.insert(variable.users, constraint)
  end
  local mark = self:freshMark()
  local displaced = self:satisfy(constraint, mark)
  while displaced do
    displaced = self:satisfy(displaced, mark)
  end
end

function Solver:remove(constraint)
  for _, variable in ipairs(constraint:variables()) do
    removeFrom(variable.users, constraint)
  end
  if not constraint:isSatisfied() then
    return
  end
  local out = constraint:output()
  constraint:unsatisfy()
  local unsatisfied = self:released(out)
  table.sort(unsatisfied, function(a, b) return a.strength < b.strength end)
  for _, candidate in ipairs(unsatisfied) do
    if not candidate:isSatisfied() then
      local mark = self:freshMark()
      local displaced = self:satisfy(candidate, mark)
      while displaced do
        displaced = self:satisfy(displaced, mark)
      end
    end
  end
end

-- Everything downstream of a variable that lost its source; returns what may now be satisfied.
function Solver:released(out)
  out.source, out.walk, out.stay = nil, WEAKEST, true
  local unsatisfied, work = {}, { out }
  while #work > 0 do
    local variable = table.remove(work)
    for _, constraint in ipairs(variable.users) do
      if not constraint:isSatisfied() then
        unsatisfied[#unsatisfied + 1] = constraint
      end
    end
    for _, constraint in ipairs(self:consumers(variable, {})) do
      constraint:recalculate()
      work[#work + 1] = constraint:output()
    end
  end
  return unsatisfied
end

function Solver:plan(edit)
  local mark, plan, work = self:freshMark(), {}, { edit }
  while #work > 0 do
    local constraint = table.remove(work)
    local out = constraint:output()
    if out.mark ~= mark and constraint:inputsKnown(mark) then
      plan[#plan + 1] = constraint
      out.mark = mark
      self:consumers(out, work)
    end
  end
  return plan
end

function Solver:execute(plan)
  for i = 1, #plan do
    plan[i]:execute()
  end
  self.executions = self.executions + #plan
end

function Solver:change(variable, values)
  local edit = Edit.new(variable, STRONG)
  self:add(edit)
  local plan = self:plan(edit)
  for _, value in ipairs(values) do
    variable.value = value
    self:execute(plan)
  end
  self:remove(edit)
end

local function chain(solver, length)
  local variables = {}
  for i = 1, length do
    variables[i] = Variable.new("v" .. i, 0)
  end
  for i = 1, length - 1 do
    solver:add(Equal.new(variables[i], variables[i + 1], REQUIRED))
  end
  solver:add(Stay.new(variables[length], WEAK))
  return variables[1], variables[length]
end

local function projection(solver, count)
  local pairs_ = {}
  for i = 1, count do
    local from = Variable.new("from" .. i, i)
    local to = Variable.new("to" .. i, i)
    solver:add(Stay.new(from, NORMAL))
    solver:add(Linear.new(from, 10, 1000, to, REQUIRED))
    pairs_[i] = { from, to }
  end
  return pairs_
end

local checksum, executions = 0, 0
for round = 1, scale do
  local solver = Solver.new()
  local first, last = chain(solver, 60)
  local values = {}
  for i = 1, 30 do
    values[i] = i * round % 97
  end
  solver:change(first, values)
  assert(last.value == first.value, "the chain is broken")
  solver:change(last, values)
  assert(last.value == first.value, "the chain is broken backwards")
  checksum = checksum + last.value
  for i, pair in ipairs(projection(solver, 30)) do
    solver:change(pair[1], { i * 3, round })
    assert(pair[2].value == pair[1].value * 10 + 1000, "projection is wrong")
    solver:change(pair[2], { 2000 + i })
    checksum = checksum + pair[1].value
  end
  executions = executions + solver.executions
end
print(string.format("constraints %.6f %d", checksum, executions))
