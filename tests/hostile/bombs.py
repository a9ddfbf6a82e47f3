"""Compile bombs: programs made to make the compiler slow, of any size n.

A compiler is linear in what it compiles only if every pass is, and if no part of a program is compiled too
often. Each function here attacks one of the places where that goes wrong, and gives a program whose length
is in proportion to n. All of them run for a few iterations of their own only: what they cost is compiling.
"""

HOT = 1100  # back-edges until a loop is compiled, and some more


def lines(count, text):
    return "".join(text(i) for i in range(count))


def sums(names):
    return "print(" + " + ".join(names) + ")\n"


def loops(n):
    """Many loops one behind the other: whatever is built for a loop must not be built for all of them."""
    return "local x = 0\n" + lines(n, lambda i: f"for i = 1, {HOT} do x = x + i end\n") + "print(x)\n"


def nested(n):
    """Nests as deep as the parser allows, in a row."""
    depth = 100
    nest = lines(depth, lambda i: f"while x < {30 * (depth - i)} do x = x + 1 ") + "x = x + 1 " + "end " * depth + "x = 0\n"
    return "local x = 0\n" + nest * max(1, n // depth) + "print(x)\n"


def nested_gotos(n):
    """n loops that begin at one place and end at n places: each contains all before it."""
    ends = lines(n, lambda i: f"x = x + 1 if x % {i + 2} ~= 0 and x < {4 * n} then goto l{i} end\n")
    return "local x = 0\n" + lines(n, lambda i: f"::l{i}:: x = x + 1 ") + ends + "print(x)\n"


def crossed_gotos(n):
    """Cycles with several ways in, which no order of the blocks suits."""
    text = "local x, r = 0, 0\nwhile r < 1500 do r = r + 1\n"
    text += lines(n, lambda i: f"::a{i}:: x = x + 1 "
                               f"if x % {i + 3} == 1 then goto a{(i * 7 + 3) % n} end "
                               f"if x > 1e4 then goto done end\n")
    return text + "end\n::done:: print(x, r)\n"


def live_variables(n):
    """190 variables live across n branches that change some of each."""
    names = [f"v{i}" for i in range(190)]
    text = "local " + ", ".join(names) + " = " + ", ".join("0" for _ in names) + "\n"
    text += "for i = 1, 1200 do\n"
    text += lines(n, lambda i: f"if i % {i % 7 + 2} == 0 then {names[i % 190]} = {names[i * 11 % 190]} + 1 "
                               f"else {names[i * 31 % 190]} = i end\n")
    return text + "end\n" + sums(names)


def live_phis(n):
    """190 variables changed in a loop that is gone on with from n places: n ways for each phi."""
    names = [f"v{i}" for i in range(190)]
    text = "local " + ", ".join(names) + " = " + ", ".join("0" for _ in names) + "\n"
    text += "for i = 1, 1200 do\n"
    text += lines(n, lambda i: f"{names[i % 190]} = i if i % {i + 2} == 1 then goto continue end\n")
    return text + "::continue:: end\n" + sums(names)


def chain(n):
    """A chain of conditions with n arms."""
    arms = lines(n, lambda i: f"elseif i == {i + 2} then x = x + {i} y = y .. '' z = x\n")
    return ("local x, y, z = 0, '', 0\nfor i = 1, 1200 do\nif i == 1 then x = 1\n" + arms +
            "else z = i end end\nprint(x, y, z)\n")


def expressions(n):
    """One expression of n terms, a constructor of n items, concatenations."""
    text = "local a, b, s, t = 1, 2.5, 'x', nil\nfor i = 1, 1200 do\n"
    text += "a = i" + lines(n, lambda i: f" + (a - {i}) * i" if i % 2 else " - b") + "\n"
    text += "if i > 1190 then t = {" + lines(n, lambda i: f"a, {i}, x{i} = i, ") + "} end\n"
    text += "s = '' " + lines(min(n, 150), lambda i: f".. i") + "\n"
    return text + "end\nprint(a, #s, #t)\n"


def constants(n):
    """n different numbers and strings."""
    text = "local x, t = 0.5, {}\nfor i = 1, 1200 do\n"
    text += lines(n, lambda i: f"x = x * {i}.25 + {i * 1000003}\n")
    return text + "x = 0.5 end\nprint(x)\n"


def strings(n):
    """n different fields of as many tables."""
    text = "local t = {}\nlocal function f(t, i)\n"
    text += lines(n, lambda i: f"t.f{i} = i t.g{i} = 'c{i}'\n")
    return text + "end\nfor i = 1, 400 do f(t, i) end\nprint(t.f1)\n"


def inlining(n):
    """n calls of small functions made by the same function."""
    text = "local x = 0\n"
    text += "local f = {}\n" + lines(n, lambda i: f"f[{i}] = function(a, b) x = x + 1 return a + b end\n")
    text += "local function g(a, b) return a - b end local function h(a) return g(a, 1) end\n"
    text += "for i = 1, 1200 do\n" + lines(n, lambda i: f"x = h(x) + f[{i}](i, {i})\n")
    return text + "end\nprint(x)\n"


def failing(n):
    """A long function whose every instruction meets another type, one after the other."""
    text = "local function f(a, k)\nlocal x = 0\n"
    text += lines(n, lambda i: f"x = (k == {i} and 0.5 or 1) + a x = x + (k == {i} and '1' or 2)\n")
    text += f"return x end\nlocal s = 0\nfor k = -400, {min(n, 300)} do for j = 1, 40 do s = s + f(j, k) end end\n"
    return text + "print(s)\n"


def loops_that_fail(n):
    """Many loops in one function, each of which meets another type now and then."""
    text = "local x, q = 0, {1, 2.5, '3', 4}\nfor r = 1, 4 do local y = q[r]\n"
    text += lines(n, lambda i: f"for i = 1, {HOT} do x = x + y end\n")
    return text + "x = 0 end\nprint(x)\n"


def closures(n):
    """n closures of one prototype, each run."""
    text = "local function make(k) return function(a) local s = 0 for i = 1, 3 do s = s + a + k end return s end end\n"
    return text + f"local s = 0\nfor k = 1, {n} do local f = make(k) for i = 1, 4 do s = s + f(i) end end\nprint(s)\n"


def functions(n):
    """n functions, each run until it is compiled."""
    text = "local s = 0\n"
    text += lines(n, lambda i: f"do local function f(a) return a + {i} end for i = 1, 340 do s = f(s) end end\n")
    return text + "print(s)\n"


def dead_ways(n):
    """Conditions that are decided one after the other, each by the one before."""
    text = "for r = 1, 1200 do\nlocal a0 = 1\n" + "do local a, b = 1, 1\n"
    text += lines(n, lambda i: "if a == 1 then b = 1 else b = r end if b == 1 then a = 1 else a = r end\n")
    return text + "if r == 1200 then print(a, b) end end\nend\n"


def loop_chain(n):
    """Types that go around n loops, one further each time."""
    names = [f"v{i}" for i in range(150)]
    text = "local " + ", ".join(names) + " = " + ", ".join("0" for _ in names) + "\n"
    body = "".join(f"{a} = {b} " for a, b in zip(names, names[1:]))
    text += "for i = 1, 1200 do\n" + lines(n, lambda i: f"while v0 == {i} do {body if i % 8 == 0 else 'v1 = v2'} v149 = i + 0.5 break end\n")
    return text + "end\nprint(v0, v149)\n"


KINDS = [loops, nested, nested_gotos, crossed_gotos, live_variables, live_phis, chain, expressions, constants,
         strings, inlining, failing, loops_that_fail, closures, functions, dead_ways, loop_chain]
