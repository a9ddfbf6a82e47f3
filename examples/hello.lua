-- A first look: values, string formatting, a closure, and which Lua is running.
--
--   perigee examples/hello.lua [NAME]

local name = arg[1] or "world"
print(("Hello, %s! This is %s."):format(name, _VERSION))

-- Integers are 64 bits wide and wrap around; floats are doubles.
print("largest integer:", math.maxinteger)
print("one more:       ", math.maxinteger + 1)
print("seven halves:   ", 7 / 2, 7 // 2, 7 % 2)

-- A function may keep its own state: this one counts.
local function counter()
  local count <const> = { value = 0 }
  return function()
    count.value = count.value + 1
    return count.value
  end
end

local next_number = counter()
print("counting:       ", next_number(), next_number(), next_number())
