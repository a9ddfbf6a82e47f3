-- group: string
-- about: a lexer and a recursive-descent parser and interpreter for a toy language
-- stresses: string.find at a position, sub, byte comparisons, keyword tables, token records
-- quick: 2
local scale = tonumber((...)) or 4800

local SOURCE = [[
let total = 0;  # the running sum
let i = 1;
while i < 40 {
  if i % 3 == 0 { total = total + i * (i - 1); }
  else { total = total - i / 2; }
  i = i + 1;
}
let name_of_result = "a string with spaces" ;
let longest_identifier_here = total * (3 + 4) - 12.5;
]]

local KEYWORDS = { let = true, ["while"] = true, ["if"] = true, ["else"] = true }

local function tokenize(source)
  local tokens, count, position, line = {}, 0, 1, 1
  local function add(kind, text)
    count = count + 1
    tokens[count] = { kind = kind, text = text, line = line }
  end
  while position <= #source do
    local c = source:sub(position, position)
    if c == "\n" then
      line = line + 1
      position = position + 1
    elseif c == " " then
      position = source:find("[^ ]", position) or #source + 1
    elseif c == "#" then
      position = source:find("\n", position, true) or #source + 1
    elseif c:find("[%a_]") then
      local _, last = source:find("^[%w_]+", position)
      local word = source:sub(position, last)
      add(KEYWORDS[word] and word or "name", word)
      position = last + 1
    elseif c:find("%d") then
      local _, last = source:find("^%d+%.?%d*", position)
      add("number", source:sub(position, last))
      position = last + 1
    elseif c == '"' then
      local last = source:find('"', position + 1, true)
      add("string", source:sub(position + 1, last - 1))
      position = last + 1
    else
      local two = source:sub(position, position + 1)
      if two == "==" or two == "<=" then
        add(two, two)
        position = position + 2
      else
        add(c, c)
        position = position + 1
      end
    end
  end
  add("end", "")
  return tokens
end

local Parser = {}
Parser.__index = Parser

function Parser.new(tokens)
  return setmetatable({ tokens = tokens, at = 1 }, Parser)
end

function Parser:peek()
  return self.tokens[self.at].kind
end

function Parser:take(kind)
  local token = self.tokens[self.at]
  if token.kind ~= kind then
    error("line " .. token.line .. ": expected " .. kind .. ", found " .. token.text)
  end
  self.at = self.at + 1
  return token.text
end

local LEVELS = { ["=="] = 1, ["<"] = 1, ["<="] = 1, ["+"] = 2, ["-"] = 2, ["*"] = 3, ["/"] = 3, ["%"] = 3 }

function Parser:primary()
  local kind = self:peek()
  if kind == "number" then
    return { op = "constant", value = tonumber(self:take("number")) }
  elseif kind == "string" then
    return { op = "constant", value = self:take("string") }
  elseif kind == "(" then
    self:take("(")
    local inner = self:expression(1)
    self:take(")")
    return inner
  end
  return { op = "name", name = self:take("name") }
end

function Parser:expression(level)
  local left = self:primary()
  while (LEVELS[self:peek()] or 0) >= level do
    local op = self:take(self:peek())
    left = { op = op, left = left, right = self:expression(LEVELS[op] + 1) }
  end
  return left
end

function Parser:block()
  local list = {}
  self:take("{")
  while self:peek() ~= "}" do
    list[#list + 1] = self:statement()
  end
  self:take("}")
  return list
end

function Parser:statement()
  local kind = self:peek()
  if kind == "while" then
    self:take("while")
    return { op = "while", test = self:expression(1), body = self:block() }
  elseif kind == "if" then
    self:take("if")
    local node = { op = "if", test = self:expression(1), body = self:block() }
    if self:peek() == "else" then
      self:take("else")
      node.otherwise = self:block()
    end
    return node
  end
  if kind == "let" then
    self:take("let")
  end
  local name = self:take("name")
  self:take("=")
  local value = self:expression(1)
  self:take(";")
  return { op = "set", name = name, value = value }
end

function Parser:program()
  local list = {}
  while self:peek() ~= "end" do
    list[#list + 1] = self:statement()
  end
  return list
end

local OPERATORS = {
  ["+"] = function(a, b) return a + b end,
  ["-"] = function(a, b) return a - b end,
  ["*"] = function(a, b) return a * b end,
  ["/"] = function(a, b) return a / b end,
  ["%"] = function(a, b) return a % b end,
  ["<"] = function(a, b) return a < b end,
  ["<="] = function(a, b) return a <= b end,
  ["=="] = function(a, b) return a == b end,
}

local function evaluate(node, variables)
  local op = node.op
  if op == "constant" then
    return node.value
  elseif op == "name" then
    return variables[node.name]
  end
  return OPERATORS[op](evaluate(node.left, variables), evaluate(node.right, variables))
end

local function run(list, variables)
  for _, node in ipairs(list) do
    if node.op == "set" then
      variables[node.name] = evaluate(node.value, variables)
    elseif node.op == "while" then
      while evaluate(node.test, variables) do
        run(node.body, variables)
      end
    elseif evaluate(node.test, variables) then
      run(node.body, variables)
    elseif node.otherwise then
      run(node.otherwise, variables)
    end
  end
  return variables
end

local source = SOURCE:rep(3)
local tokenCount, result = 0, 0
for _ = 1, scale do
  local tokens = tokenize(source)
  tokenCount = tokenCount + #tokens
  local variables = run(Parser.new(tokens):program(), {})
  result = result + variables.longest_identifier_here
end
print(string.format("tokenizer %d %.3f", tokenCount, result))
