#!/usr/bin/env python3
"""Tests of the command: `tests/cli/run.py PATH [--reference lua5.4] [--reference-5.3 lua5.3] [--only TEXT]`.

Each case runs PATH and the stock command in the same way, in a directory with the same files,
and compares standard output, standard error and exit code. What may differ is made equal first: the
name each program gives itself, addresses, and the version line. Cases about options of our own are
checked against expectations and only when the command is Perigee. All comparisons are made once more with
Lua 5.3 (PERIGEE_LUA, which leaves the arguments as they are). Python 3.8, standard library.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import terminal

FILES = {
    'hello.lua': 'print("hello", ...)\n',
    'args.lua': 'for i = -20, 20 do if arg[i] then print(i, arg[i]) end end\nprint(#arg, select("#", ...), ...)\n',
    'shebang.lua': '#!/usr/bin/env lua\nprint("after shebang", debug.getinfo(1, "l").currentline)\n',
    'shebang_only.lua': '#!/usr/bin/env lua',
    'hash_error.lua': '# comment\nlocal x = nil\nx.y = 1\n',
    'syntax.lua': 'print("never")\nx = = 1\n',
    'unfinished.lua': 'for i = 1, 2 do\n',
    'error_string.lua': 'local function inner() error("failed here") end\ninner()\n',
    'error_level.lua': 'local function inner() error("failed there", 2) end\ninner()\n',
    'error_table.lua': 'error({code = 2})\n',
    'error_tostring.lua': 'error(setmetatable({}, {__tostring = function() return "custom object" end}))\n',
    'error_tostring_bad.lua': 'error(setmetatable({}, {__tostring = function() return 1 end}))\n',
    'error_nil.lua': 'error(nil)\n',
    'error_none.lua': 'error()\n',
    'error_number.lua': 'error(42)\n',
    'error_boolean.lua': 'error(true)\n',
    'error_name.lua': 'error(setmetatable({}, {__name = "MyError"}))\n',
    'exit_in_finalizer.lua': 'for i = 1, 2 do setmetatable({}, {__gc = function() print("finalizer", i) end}) end\n'
                             'setmetatable({}, {__gc = function() print("leaving") os.exit(3, true) end})\n',
    'mod-v2.lua': 'return "version 2"\n',
    'mod.lua': 'print("loading mod", ...)\nreturn {name = "mod"}\n',
    'modfalse.lua': 'return false\n',
    'mod_error.lua': 'error("module failed")\n',
    'pkg/init.lua': 'print("pkg init", ...)\nreturn "pkg"\n',
    'pkg/sub.lua': 'return "sub"\n',
    'own/limits.lua': 'return 1\n',
    'own/jit.lua': 'return 2\n',
    'bom.lua': '\ufeffprint("bom")\n',
    'empty.lua': '',
    'deep.lua': 'local function f(n) if n == 0 then error("bottom") end f(n - 1) end\nf(40)\n',
    'overflow.lua': 'local function f() return 1 + f() end\nprint(select(2, pcall(f)):match("^[^\\n]*stack overflow"))\n',
    'close.lua': 'local x <close> = setmetatable({}, {__close = function() print("closed") end})\nos.exit(tonumber(arg[1]) or arg[1] == "true", arg[2] == "close")\n',
    'gc.lua': 'setmetatable({}, {__gc = function() print("finalised") end})\nprint("end")\n',
    'gc_error.lua': 'setmetatable({}, {__gc = function() error("in finaliser") end})\ncollectgarbage()\nprint("end")\n',
    'names.lua': 'local t = {}\nfunction t.field() t.x.y = 1 end\nfunction t:method() t.field() end\nfunction global() t:method() end\nlocal function loc() global() end\nloc()\n',
    'cb.lua': 'table.sort({3, 2, 1}, function(a, b) error("in comparison") end)\n',
    'coerr.lua': 'local co = coroutine.wrap(function() error("inside a coroutine") end)\nco()\n',
    'coerr2.lua': 'local co = coroutine.wrap(function() local x = nil; x() end)\nlocal function run() co() end\nrun()\n',
    'tail.lua': 'local function g() error("tail") end\nlocal function f() return g() end\nf()\n',
    'meta.lua': 'local a = setmetatable({}, {__add = function(x, y) error("adding") end})\nlocal b = a + 1\n',
    'iter.lua': 'for x in function() error("iterating") end do end\n',
    'long_line.lua': 'local s = "' + 'x' * 3000 + '"\nerror(s:sub(1, 5))\n',
    'read.lua': 'for l in io.lines() do print("got", l) end\n',
    'loop.lua': 'io.stdout:write("ready\\n") io.stdout:flush()\nwhile true do end\n',
    'loop_pcall.lua': 'io.stdout:write("ready\\n") io.stdout:flush()\nprint(pcall(function() while true do end end))\n',
    'loop_call.lua': 'local function work() local n = 0 for i = 1, math.huge do n = n + i % 3 end end\nio.stdout:write("ready\\n") io.stdout:flush()\nwork()\n',
    'descriptors.lua': 'if not ... then os.exit(os.execute("ulimit -n 16; exec " .. arg[-1] .. " descriptors.lua inner")) end\n'
                       'local files = {}\nrepeat files[#files + 1] = io.open("/dev/null") until #files == 16 or not io.open("/dev/null")\n'
                       'print(5.5 % 2, pcall(math.sin, 0))\nprint(load("return 2 ^ ..."))\n'
                       'for _, file in ipairs(files) do file:close() end\nprint(math.sin(0), load("return 2 ^ ...")(0.5))\n',
    'warn.lua': 'warn("one") warn("@off") warn("two") warn("@on") warn("a", "b", "c") warn("@other") warn("@", "on") warn("last")\n',
    'printing.lua': 'print()\nprint(nil, true, 1, 1.0, -0.0, 1e100, "s\\0s")\nprint(setmetatable({}, {__tostring = function() return "T" end}))\n'
                    'print((tostring(setmetatable({}, {__name = "N"})):gsub("0x%x+", "")))\nprint(2^63, math.mininteger, 1/0, -1/0)\n',
}

BAD_VALUES = {
    '--ticks': ('abc', '1e3', '10K', '-1', ''), '--memory': ('0', '1.5M', '4X', '4KB', '-1'), '--time': ('0', 'abc', '1e300', 'nan', '1s'),
    '--jit': ('foo', ''), '--dump': ('foo', 'ir,no'), '--jit-passes': ('foo',), '--jit-hot': ('1,2',), '--lua': ('5.2', ''),
}

TRACE = '-e', 'print(debug.traceback("t"))'


def cases():
    """(name, arguments, options) of every comparison; options: stdin, env."""
    out = []

    def add(*args, stdin='', env=None, name=None):
        out.append((name or ' '.join(args) or '(no arguments)', list(args), stdin, env or {}))

    # Scripts and their arguments.
    for script in sorted(FILES):
        if not script.startswith(('descriptors', 'loop', 'read', 'close', 'pkg', 'own')):
            add(script)
    add('hello.lua', 'a', 'b')
    add('args.lua')
    add('args.lua', 'a', '', 'b c', '-e')
    add('-e', 'x = 1', 'args.lua', 'a')
    add('-W', '-e', 'x = 1', '-l', 'string', 'args.lua', 'a', 'b')
    add('--', 'args.lua', '-x')
    add('-e', 'print(1)', '--', 'args.lua', 'z')
    add('missing.lua')
    add('missing dir/x.lua')
    add('.')
    add('--', 'missing.lua')
    add('--')
    add('args.lua', '--', '-')
    add('gc.lua')
    add('hello.lua', env={'LUA_INIT': 'print("init ran")'}, name='LUA_INIT before a script')

    # Standard input.
    add(stdin='print("from stdin", ...)\n')
    add('-', stdin='print("from stdin", ...)\n')
    add('-', 'x', 'y', stdin='print(arg[0], ...)\n')
    add('-', 'x', stdin=FILES['args.lua'])
    add(stdin='')
    add(stdin='#!/bin/lua\nprint("shebang on stdin")\n')
    add(stdin='x = = 1\n')
    add(stdin='error("from stdin")\n')
    add(stdin='return 1, 2\n')
    add('-', stdin='print(io.read())\nthis is read\n')
    add('read.lua', stdin='one\ntwo')
    add('-e', 'print(io.read("n", "l", "a"))', stdin='12 rest\nmore\nlines\n')
    add('-e', 'print(1)', stdin='print(2)\n')
    add('-e', 'print(1)', '-', stdin='print(2)\n')

    # -e
    add('-e', 'print(1 + 1)')
    add('-eprint(2)')
    add('-e', 'print(1)', '-e', 'print(2)')
    add('-e', 'x = 5', '-e', 'print(x)', 'hello.lua')
    add('-e', 'print(...)', 'hello.lua', 'arg')
    add('-e', 'x = =')
    add('-e', 'error("e")')
    add('-e', 'error("e", 0)')
    add('-e', 'error({})')
    add('-e', 'local x = nil; x()')
    add('-e', 'nothere()')
    add('-e', 'return 1')
    add('-e', '')
    add('-e')
    add('-e', 'print(1)', '-e')
    add('-e', 'print(debug.getinfo(1, "S").source, debug.getinfo(1, "S").short_src)')
    add('-e', 'print(arg[0], #arg, arg[-1] ~= nil)')
    add('-e', 'first line\nsecond')
    add('-e', 'error("failed", 0)', 'hello.lua')
    add(*TRACE)

    # -l
    add('-l', 'mod', '-e', 'print(mod.name, package.loaded.mod == mod)')
    add('-lmod', '-e', 'print(mod.name)')
    add('-l', 'm=mod', '-e', 'print(m and m.name, mod)')
    add('-lm=mod', '-e', 'print(m.name)')
    add('-l', 'pkg', '-e', 'print(pkg)')
    add('-l', 'pkg.sub', '-e', 'print(_G["pkg.sub"])')
    add('-l', 's=pkg.sub', '-e', 'print(s)')
    add('-l', 'string', '-e', 'print(string == package.loaded.string)')
    add('-l', 'modfalse', '-e', 'print(modfalse)')
    add('-l', 'mod_error', '-e', 'print("never")')
    add('-l', 'syntax')
    add('-l', 'nowhere_to_be_found', env={'LUA_PATH': '/none/?.lua', 'LUA_CPATH': '/none/?.so'})
    add('-l')
    add('-l', 'mod', 'hello.lua', 'x')

    # -v, -W, -E, -i and bad options.
    add('-v')
    add('-v', '-e', 'print("with version")')
    add('-v', 'hello.lua')
    add('-vv')
    add('-W', 'warn.lua')
    add('warn.lua')
    add('-W', '-e', 'warn("a", "b")')
    add('-e', 'warn("@on") warn("shown")')
    add('-W', 'gc_error.lua')
    add('exit_in_finalizer.lua')
    add('-W', '-v', '-e', 'warn("x")')
    add('-E', '-e', 'print(x)', env={'LUA_INIT': 'x = 1'})
    add('-E', '-e', 'print(package.path, package.cpath)', env={'LUA_PATH': '/p/?;;', 'LUA_CPATH': '/c/?;;'})
    add('-E')
    add('-E', 'hello.lua')
    for bad in ('-x', '-h', '-vx', '-ex=', '-i2', '-Wx', '-E1', '--x', '---', '-ve', '-vi x', '-o', '-?', '-V'):
        add(bad)
    add('-x', 'hello.lua')
    add('-e', 'print(1)', '-x')
    add('-W', '-')
    add('-v', '-', stdin='print("stdin")\n')

    # The prompt, its input from a pipe.
    interactive = [
        '1 + 1\n', '= 1 + 1\n', '=1, 2, nil\n', 'x = 5\nx\n', 'print("p")\n', 'nil\n', 'return 7\n', '\n\n',
        'for i = 1, 2 do\nprint(i)\nend\n', 'function f()\nreturn 1,\n2\nend\nf()\n', 'x = = 1\nprint("goes on")\n',
        'error("e")\nprint("goes on")\n', 'error({})\n', 'error(setmetatable({}, {__tostring = function() return "obj" end}))\n',
        'local x = 1\nx\n', 'nothere()\n', 'nothere.x\n', '"text"\n', '{}\n{}.x\n', 'if true then\n', '[[long\nstring]]\n',
        'function f() end f\n', 'f\n()\n', 'os.exit(3)\nprint("never")\n', '-- comment\n', 'x = 1 y = 2 print(x, y)\n',
        'setmetatable({}, {__tostring = function() return "shown" end})\n', 'table.unpack({})\n', 'goto x\n', '::a::\n',
        'print(_PROMPT, _PROMPT2)\n', 'print(arg[0], ...)\n', '1\n2', 'while false do\n\nend 5\n', 'local a <const> = 1; a = 2\n',
        'select(2, pcall(error, "m"))\n', 'coroutine.yield()\n', 'error()\n', 'error(nil)\n', 'print(io.read())\ninput line\n',
        'debug.traceback("t")\n', 'warn("@on") warn("w")\n', 'string.format("%5.2f", 1/3)\n', 'a, b = 1, 2; a, b\na, b\n',
        'function f() error("inner") end\nf()\n', 'print = nil\n5\n', 'x =\n5\nx\n', '2^53\n1e15\n1e16\n-0.0\n',
    ]
    for text in interactive:
        add('-i', stdin=text, name='-i with %r' % text)
    add('-i', 'hello.lua', 'x', stdin='print(arg[0], arg[1], ...)\n')
    add('-i', '-e', 'x = 9', stdin='x\n')
    add('-ie', 'x = 9', stdin='x\n')
    add('-i', 'syntax.lua', stdin='print("prompt after the error")\n')
    add('-i', 'error_string.lua', stdin='print("prompt after the error")\n')
    add('-i', stdin='_PROMPT = "> > "\n1\n_PROMPT2 = "more "\nfor i = 1, 1 do\nend\n')
    add('-i', '-e', '_PROMPT = "a> " _PROMPT2 = "b> "', stdin='if true then\nend\n')
    add('-i', '-e', '_PROMPT = setmetatable({}, {__tostring = function() return "t> " end})', stdin='1\n')
    add('-iv', stdin='1\n')
    add('-i', '-W', stdin='warn("x")\n')
    add('-i', '-', stdin='1 + 1\n')

    # The environment.
    init = 'print("init", ...)'
    add('-e', 'print("main")', env={'LUA_INIT': init})
    add('-e', 'print("main")', env={'LUA_INIT_5_4': init})
    add('-e', 'print("main")', env={'LUA_INIT': 'print("plain")', 'LUA_INIT_5_4': 'print("versioned")'})
    add('-e', 'print("main")', env={'LUA_INIT': '@mod.lua'})
    add('-e', 'print("main")', env={'LUA_INIT': '@missing.lua'})
    add('-e', 'print("main")', env={'LUA_INIT': 'x = = 1'})
    add('-e', 'print("main")', env={'LUA_INIT': 'error("init failed")'})
    add('-e', 'print("main")', env={'LUA_INIT': ''})
    add('hello.lua', 'a', env={'LUA_INIT': 'print(arg[0], arg[1])'})
    show = 'print(package.path) print(package.cpath)'
    for env in ({}, {'LUA_PATH': '/a/?.lua'}, {'LUA_PATH': ';;/a/?.lua'}, {'LUA_PATH': '/a/?.lua;;'}, {'LUA_PATH': '/a/?.lua;;/b/?.lua'},
                {'LUA_PATH': ';;'}, {'LUA_PATH': ''}, {'LUA_PATH': ';;;;'}, {'LUA_PATH': ';;x;;'}, {'LUA_PATH_5_4': '/v/?.lua;;'},
                {'LUA_PATH': '/a/?', 'LUA_PATH_5_4': '/v/?'}, {'LUA_CPATH': '/c/?.so;;'}, {'LUA_CPATH': '/c/?.so', 'LUA_CPATH_5_4': '/v/?.so'},
                {'LUA_CPATH': ';;/c/?.so'}):
        add('-e', show, env=env, name='paths with %r' % (env,))

    # Ends.
    for code in ('true', 'false', '0', '1', '3', '255', '256', '-1', '', 'nil', '2.0', '"x"'):
        add('-e', 'os.exit(%s)' % code)
    for mode in ('true', 'false', '0', '7'):
        add('close.lua', mode)
        add('close.lua', mode, 'close')
    add('-e', 'setmetatable({}, {__gc = function() print("gc") end}) os.exit(0, true)')
    add('-e', 'setmetatable({}, {__gc = function() print("gc") end}) os.exit(0)')
    add('-e', 'coroutine.wrap(function() os.exit(4) end)()')
    add('-e', 'io.write("no newline")')
    add('-e', 'io.stdout:close() print("lost")')
    add('-e', 'print(io.stdout:close())')
    add('-e', 'io.stderr:write("to stderr\\n") io.stdout:write("to stdout\\n")')
    add('-e', 'error(setmetatable({}, {__tostring = function() error("again") end}))')
    add('-e', 'error(("x"):rep(10000))')
    add('-e', 'error("with\\nnewlines\\n")')
    add('-e', 'error("with a \\0 zero")')
    add('-e', 'print(("x"):rep(100000))')
    add('-e', 'local t = setmetatable({}, {__gc = function() error("e") end}) t = nil collectgarbage() print("after")')
    add('-e', 'print(pcall(error, "x", 2))')
    add('-e', 'local function f() f() end f()')
    add('-e', 'print(#arg, arg[1])', 'hello.lua', 'one')
    add('-e', 'arg = nil', 'hello.lua', 'kept')
    add('-e', 'arg = 5', 'hello.lua', 'kept')
    add('-e', 'print(load("syntax error here"))')
    add('-e', 'dofile("syntax.lua")')
    add('-e', 'dofile("error_string.lua")')
    add('-e', 'dofile("missing.lua")')
    add('-e', 'require("syntax")')
    add('-e', 'print(pcall(require, "mod_error"))')
    add('-e', 'print(select(2, require("mod")))')
    add('-e', 'dofile()', stdin='print("dofile from stdin")\n')
    add('-e', 'print(loadfile()("a"))', stdin='return "loadfile from stdin", ...\n')
    add('-e', 'print(debug.debug())', stdin='x = 1\nprint(x)\nerror("e")\ncont\nprint("unread")\n')
    add('-e', 'os.execute("echo from the shell")')
    add('-e', 'io.popen("cat", "w"):write("piped\\n")')
    add('-e', 'string.rep()')
    add('-e', 'string.rep("x", -1)("y")')
    add('-e', '("x"):rep({})')
    add('-e', 'math.floor({})')
    add('-e', 'setmetatable(1, 2)')
    add('-e', 'local a = {} a.b.c = 1')
    add('-e', 'for i = 1, 10, 0 do end')
    add('-e', 'goto nowhere')
    add('-e', 'break')
    add('-e', 'x = "unfinished')
    add('-e', 'x = [[unfinished')
    add('-e', 'local x <const> = 1; x = 2')
    return out


class Runner:
    def __init__(self, command, reference, only, version='5.4'):
        self.command, self.reference, self.only = command, reference, only
        self.clean = {k: v for k, v in os.environ.items() if not k.startswith(('LUA', 'PERIGEE'))}
        self.clean.update(LC_ALL='C', TZ='UTC')
        self.title = ''
        if version != '5.4':
            self.clean['PERIGEE_LUA'] = version
            self.title = f'Lua {version}: '
        self.passed, self.failed = 0, 0
        self.files = self.directory()
        self.is_perigee = 'perigee' in self.version(command).lower()

    @staticmethod
    def version(command):
        return subprocess.run([command, '-v'], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors='replace').stdout

    def wanted(self, name):
        return not self.only or self.only in name

    def report(self, name, problem):
        if problem is None:
            self.passed += 1
            return
        self.failed += 1
        print('FAILED %s%s\n%s' % (self.title, name, problem))

    @staticmethod
    def directory():
        directory = tempfile.mkdtemp(prefix='cli-')
        for path, text in FILES.items():
            full = os.path.join(directory, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, 'w', encoding='utf-8') as file:
                file.write(text)
        return directory

    def environment(self, extra):
        return {**self.clean, **extra}

    def normal(self, command, text):
        """Makes what legitimately differs between the two programs equal."""
        text = text.replace(command, 'PROGRAM')
        text = re.sub(r'0x[0-9a-fA-F]{6,}', 'ADDRESS', text)
        text = re.sub(r'skipping \d{5,} levels', 'skipping MANY levels', text)  # how many fit in the stack
        return re.sub(r'^(Lua|Perigee) [^\n]*(Copyright|Lua 5\.4)[^\n]*$', 'VERSION', text, flags=re.M)

    def outcome(self, command, args, stdin, env, binary_stdin=None):
        try:
            done = subprocess.run([command] + args, input=binary_stdin if binary_stdin is not None else stdin.encode(),
                                  capture_output=True, cwd=self.files, env=self.environment(env), timeout=60)
            texts = [self.normal(command, part.decode('utf-8', 'backslashreplace')) for part in (done.stdout, done.stderr)]
            return {'stdout': texts[0], 'stderr': texts[1], 'exit code': done.returncode}
        except subprocess.TimeoutExpired:
            return {'stdout': '', 'stderr': 'TIMED OUT', 'exit code': None}

    @staticmethod
    def difference(got, want):
        problems = ['  %s\n    got  %r\n    want %r' % (key, got[key], want[key]) for key in want if got[key] != want[key]]
        return '\n'.join(problems) or None

    @staticmethod
    def without_echo(output, stdin):
        """What the prompt prints when it reads its lines plainly. Debian's lua5.4 reads them through
        readline, which repeats every line it read from a pipe after its prompt."""
        at = 0
        for line in stdin.splitlines():
            found = re.compile('> (%s\n)' % re.escape(line)).search(output, at)
            if found:
                at = found.start(1)
                output = output[:at] + output[found.end(1):]
        return output

    def compare(self, name, args, stdin='', env=None, binary_stdin=None):
        if self.wanted(name):
            got = self.outcome(self.command, args, stdin, env or {}, binary_stdin)
            want = self.outcome(self.reference, args, stdin, env or {}, binary_stdin)
            if any(a.startswith('-i') for a in args) and got['stdout'] != want['stdout']:
                want['stdout'] = self.without_echo(want['stdout'], stdin)
            # An input that ends inside a chunk: stock Lua 5.4.4 has lost the message when it comes to show it.
            if want['stderr'] == '(null)\n' and re.search(r'near <eof>\n$', got['stderr']):
                want['stderr'] = got['stderr']
            self.report(name, self.difference(got, want))

    # Binary chunks are each program's own: what they print is compared.
    def binary_chunk(self, name, feed):
        if not self.wanted(name):
            return
        outcomes = []
        for command in (self.command, self.reference):
            made = subprocess.run([command, '-e', 'io.write(string.dump(function(...) print("binary", ...) end))'],
                                  capture_output=True, env=self.environment({}))
            if feed == 'stdin':
                outcomes.append(self.outcome(command, ['-', 'a'], '', {}, binary_stdin=made.stdout))
            else:
                directory = tempfile.mkdtemp(prefix='cli-')
                path = os.path.join(directory, 'chunk.luac')
                prefix = b'#!/usr/bin/env lua\n' if feed == 'shebang' else b''
                with open(path, 'wb') as file:
                    file.write(prefix + made.stdout)
                outcome = self.outcome(command, [path, 'a'], '', {})
                outcomes.append(outcome)
                shutil.rmtree(directory)
        self.report(name, self.difference(*outcomes))

    def interrupted(self, command, script, args=()):
        process = subprocess.Popen([command, *args, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, cwd=self.files, env=self.environment({}))
        try:
            process.stdout.readline()
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=10)
            return {'stdout': self.normal(command, out.decode()), 'stderr': self.normal(command, err.decode()),
                    'exit code': process.returncode}
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return {'stdout': '', 'stderr': 'NOT INTERRUPTED', 'exit code': None}

    def interrupt(self, name, script, args=()):
        if self.wanted(name):
            got, want = self.interrupted(self.command, script, args), self.interrupted(self.reference, script, args)
            self.report(name, self.difference(got, want))

    # The prompt is interrupted in a running line and goes on.
    def interrupt_prompt(self, name):
        if not self.wanted(name):
            return
        outcomes = []
        for command in (self.command, self.reference):
            process = subprocess.Popen([command, '-i'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, env=self.environment({}))
            process.stdin.write(b'io.write("ready\\n") io.stdout:flush() while true do end\n')
            process.stdin.flush()
            process.stdout.readline()  # the version
            while 'ready' not in process.stdout.readline().decode().split('"')[0]:
                pass  # an echo of the line comes first where there is one
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            try:
                out, err = process.communicate(b'print("goes on")\n', timeout=10)
                outcomes.append({'stdout': self.normal(command, out.decode()), 'stderr': self.normal(command, err.decode()),
                                 'exit code': process.returncode})
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                outcomes.append({'stdout': '', 'stderr': 'NOT INTERRUPTED', 'exit code': None})
        if outcomes[0]['stdout'] != outcomes[1]['stdout']:
            outcomes[1]['stdout'] = self.without_echo(outcomes[1]['stdout'], 'print("goes on")\n')
        self.report(name, self.difference(*outcomes))

    def own(self, name, args, pattern, code=0, stdin=''):
        """Options that stock Lua does not have: standard output and error together match a pattern."""
        if self.is_perigee and self.wanted(name):
            got = self.outcome(self.command, args, stdin, {})
            text = got['stdout'] + got['stderr']
            fine = got['exit code'] == code and re.search(pattern, text)
            self.report(name, None if fine else '  exit code %s, output %r' % (got['exit code'], text))

    def run(self):
        self.run_comparisons()
        self.run_own()

    def run_comparisons(self):
        for name, args, stdin, env in cases():
            self.compare(name, args, stdin, env)
        self.binary_chunk('a binary chunk on standard input', 'stdin')
        self.binary_chunk('a binary chunk in a file', 'file')
        self.binary_chunk('a binary chunk after a comment line', 'shebang')
        self.compare('garbage that begins like a binary chunk', ['-'], binary_stdin=b'\x1bno such format')
        self.compare('a script with zeros', ['-'], binary_stdin=b'print(#"a\0b")\n')
        self.compare('a script with carriage returns', ['-'], binary_stdin=b'print(1)\r\nprint(debug.getinfo(1, "l").currentline)\r\n')
        self.compare('bytes that are not UTF-8', ['-'], binary_stdin=b'print("\xff\xfe"):x()\n')
        self.interrupt('SIGINT in a loop', 'loop.lua')
        self.interrupt('SIGINT in a loop under pcall', 'loop_pcall.lua')
        self.interrupt('SIGINT in a function', 'loop_call.lua')
        self.interrupt_prompt('SIGINT at the prompt')

    def run_own(self):
        self.own('--sandbox', ['--sandbox', '-e', 'print(io.open, os.getenv, require, load("return 1")(), os.time() > 0)'],
                 r'^nil\tnil\tnil\t1\ttrue\n$')
        self.own('--sandbox: arguments', ['--sandbox', '-', 'a', 'b'], r'^a\tb\ta\n$', stdin='print(arg[1], arg[2], ...)'.replace('...', '(...)'))
        self.own('--sandbox: no binary chunks', ['--sandbox', '-'], r'attempt to load a binary chunk', code=1, stdin='\x1bLua')
        self.own('--sandbox: no modules', ['--sandbox', '-l', 'mod'], r"^PROGRAM: there is no 'require' in a sandbox \(option '-l'\)\n$", code=1)
        self.own('--memory', ['--memory', '4M', '-e', 'print(pcall(string.rep, "x", 1e8)) local t = {} for i = 1, 1e9 do t[i] = {} end'],
                 r'^false\tnot enough memory\n\S+: not enough memory', code=123)
        self.own('--memory: small letters', ['--memory', '600k', '-e', 'print(pcall(string.rep, "x", 600000))'], r'^false\tnot enough memory\n$')
        self.own('--memory: no matter if caught', ['--memory=4m', '-e', 'pcall(string.rep, "x", 1e8) error("e", 0)'], r'^\S+: e\n', code=1)
        # The stack of a coroutine cannot grow for a function with many registers, and a collection is the last resort.
        self.own('--memory: stacks that cannot grow', ['--memory', '1M', '-e',
                 'local names = {} for i = 1, 180 do names[i] = "v" .. i end '
                 'local f = load("local a, b = ... local " .. table.concat(names, ", ") .. " return a, b") '
                 'for n = 300000, 1000000, 2048 do local c = coroutine.wrap(f) '
                 'local ok, a, b = pcall(function() local s = ("x"):rep(n) s = nil return c(1, 2) end) '
                 'if ok and (a ~= 1 or b ~= 2) then error "wrong" end end print "done"'], r'^done\n$')
        # A chain from key to value to key, and no memory left for the collector to sort it out.
        self.own('--memory: a chain of weak keys', ['--memory', '6M', '--time', '20', '-e', 'local k = {} local t = setmetatable({}, {__mode = "k"}) '
                 'for i = 1, 1e7 do local a = {} t[a] = k k = a end'], r'^\S+: not enough memory', code=123)
        for option, values in BAD_VALUES.items():
            for value in values:
                for args in [[f'{option}={value}']] + ([[option, value]] if option in ('--ticks', '--memory', '--time') else []):
                    self.own(' '.join(args), [*args, '-e', 'print(1)'],
                             r'^PROGRAM: bad value %s for %s\n$' % (re.escape(repr(value)), option), code=1)
            self.own(option + ' without a value', [option], r"^PROGRAM: '%s' needs argument\nusage: " % option, code=1)
        for name, body in (('a loop', 'while true do end'), ('pcall', 'while true do pcall(function() while true do end end) end'),
                           ('a pattern', '("a"):rep(40):find(("a?"):rep(40) .. ("a"):rep(40))')):
            self.own('--time: ' + name, ['--sandbox', '--time', '0.2', '-e', body], r'stopped: time is up', code=124)
        self.own('--time: standard input', ['--time', '0.2'], r'stopped: time is up', code=124, stdin='while true do end')
        self.own('--time: the prompt ends', ['--time', '0.2', '-i'], r'stopped: time is up\n', code=124, stdin='while true do end\nprint(1)\n')
        self.own('--ticks', ['--ticks', '1000', '-e', 'while true do pcall(function() while true do end end) end'], r'not enough ticks', code=122)
        self.own('--ticks: where it was stopped', ['--ticks', '1000', '-'], r'^PROGRAM: stdin:3: not enough ticks\n$', code=122,
                 stdin='local function f()\n  while true do\n    local x = 1\n  end\nend\ncoroutine.wrap(f)()')
        self.own('--ticks: stopped in the library', ['--ticks', '1000', '-e', 'local s = ("x"):rep(2^20)\nwhile true do s:rep(1000) end'],
                 r'^PROGRAM: \(command line\):2: not enough ticks\n$', code=122)
        self.own('--ticks: enough', ['--ticks=1000', '-e', 'for i = 1, 10 do end print(require("limits").ticks() < 500)'], r'^true\n$')
        self.own('--ticks: sandbox', ['--sandbox', '--ticks', '1000', '-e', 'while true do end'], r'not enough ticks', code=122)
        self.own('--ticks: each line of the prompt has its own', ['--ticks', '1000', '-i'],
                 r'(?s)\n55\n.*\n66\n.*stdin:1: not enough ticks\nstdin:1: not enough ticks\n', stdin='while true do end\n5 * 11\nwhile true do end\n6 * 11\n')
        self.own('--ticks: prompts are paid for', ['--ticks', '1000', '-i', '-e', '_PROMPT = setmetatable({}, {__tostring = function() while true do end end})'],
                 r'not enough ticks', code=122, stdin='1\n')
        self.own('--memory: the prompt goes on when it is full', ['--memory', '2M', '-i'],
                 r'(?s)\n400000\n.*not enough memory\n$', stdin='t = {} while true do t[#t + 1] = {} end\nt = nil\n#("x"):rep(400000)\n')
        self.own('modules of our own', ['-e', 'print(select(2, require("limits")), select(2, require("jit")), jit, #package.searchers, '
                 'package.preload.jit, package.preload.limits)'], r'^:perigee:\t:perigee:\tnil\t4\tnil\tnil\n$')
        self.compare('modules that have the names of our own', ['-e', 'package.path = "own/?.lua" print(require("limits")) print(require("jit"))'])
        self.own('--count-ticks', ['--count-ticks', '--stats', '-e', 'for i = 1, 1000 do end'], r'"ticks": 10\d\d')
        self.own('--tick-table', ['--tick-table'], r'\| Move \|.*\| 1 \|')
        for name, rest in (('forever', 'while true do end'), ('again', 'setmetatable({}, getmetatable(o)) while true do end')):
            body = 'setmetatable({}, {__gc = function(o) ' + rest + ' end})'
            self.own('--time: finalizers at the end, ' + name, ['--time', '0.2', '-e', body], r'')
            self.own('--time: finalizers behind it, ' + name, ['--time', '0.2', '-e', body + ' while true do end'], r'time is up', code=124)
        self.own('--time: enough', ['--time=100', '-e', 'print(1)'], r'^1\n$')
        self.own('--version', ['--version'], r'(?i)perigee|^VERSION$')
        self.own('-l mod-v2 (as from Lua 5.4.7 on)', ['-l', 'mod-v2', '-e', 'print(mod)'], r'^version 2$')
        self.own('--help', ['--help'], r'(?i)usage')
        self.own('--stats', ['--stats', 'hello.lua'], r'hello')
        for mode in ('off', 'on', 'always', 'stress'):
            self.own('--jit=' + mode, ['--jit=' + mode, 'hello.lua', 'x'], r'hello\tx')
        self.own('--dump', ['--jit=always', '--dump=bytecode,ir,asm', 'hello.lua'],
                 r'(?sm)^function 0 at level 0.*GetGlobal.*^== function at .*^-- build.*^-- homes.*^b0: @.*^-- asm.*hello')
        self.own('--dump of one pass', ['--jit=always', '--dump=fold', 'hello.lua'], r'(?sm)^-- fold(?!.*-- homes).*hello')
        self.own('a way not seen at first is compiled, in all copies of its loop',
                 ['--dump=homes', os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../bench/heat.lua')],
                 r'(?s)\A(?!.*InterpretBranch).*heat [0-9.]+')
        self.own('small functions, the library and iterators are compiled in place', ['--dump=homes', '-e',
                 'local function square(x) return x * x end '
                 'local function total(list, ...) local s = 0 '
                 'for i, v in ipairs(list) do s = s + square(v) + math.floor(i / 2) end '
                 'for k in pairs(list) do s = s + select("#", ...) + k end return s end '
                 'local list = {} for i = 1, 100 do list[i] = i end for _ = 1, 100 do total(list, 1, 2) end'],
                 r'(?s)^(?=.*GuardPrototype)(?=.*FloorFloat)(?=.*LoadElementInteger)(?=.*RuntimeNext)(?=.*VarargCount)')
        figures = r'(?s)hello.*^\{"version": "[^"]*", ("[a-z_]+": [^,{}]+, ){8,}"compiler": \{"functions_compiled": .*\}\}$'
        self.own('--stats is one object of JSON', ['--stats', 'hello.lua'], '(?m)' + figures)
        self.own('--stats after os.exit', ['--stats', '-e', 'os.exit(3)'], r'^\{.*"bytes_in_use": [1-9].*\}$', code=3)
        self.own('--stats after the state is closed', ['--stats', '-e', 'collectgarbage() os.exit(3, true)'],
                 r'^\{.*"major_collections": [1-9].*\}$', code=3)
        self.own('--stats after an error', ['--stats', '-e', 'error("e", 0)'], r'(?m)^\S+: e$(?s:.*)^\{.*\}$', code=1)
        self.own('SIGINT in a coroutine', ['-e', 'coroutine.wrap(function() io.popen("kill -INT " .. io.popen("echo $PPID")'
                 ':read("n")):close() while true do end end)()'], r'interrupted!', code=1)
        if self.is_perigee:
            terminal.run(self.command, self.wanted, self.report)
        self.own('libm is needed when no file can be opened', ['descriptors.lua'],
                 r'^1\.5\t(true\t0\.0|false\t.*libm.*)\n(function|nil\t.*libm).*\n0\.0\t1\.414')
        self.own('--lua=5.3', ['--lua=5.3', '-v', '-e', 'print(_VERSION, "1" + 1)'], r'Lua 5\.3\t2\.0\n$')
        self.own('--lua=5.4', ['--lua=5.4', '-e', 'print(_VERSION)'], r'^Lua 5\.4\n$')
        self.own('--lua=5.3: no -W', ['--lua=5.3', '-W'], r"unrecognized option '-W'", code=1)
        self.own('--lua=5.3: -l as it stands', ['--lua=5.3', '-l', 'g=mod'], r"module 'g=mod' not found", code=1)
        self.own('--lua=5.3: a sandbox', ['--lua=5.3', '--sandbox', '-e', 'print(_VERSION, bit32.band(7, 3), warn)'], r'^Lua 5\.3\t3\tnil\n$')


def find(command):
    return shutil.which(os.path.abspath(command) if os.sep in command else command) or sys.exit('not found: ' + command)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('command')
    parser.add_argument('--reference', default='lua5.4')
    parser.add_argument('--reference-5.3', dest='reference_5_3', default='lua5.3')
    parser.add_argument('--only', help='run the cases whose name contains this')
    options = parser.parse_args()
    # Absolute, so that no case depends on where it runs and the name can be recognised in messages.
    command, reference, old = (find(c) for c in (options.command, options.reference, options.reference_5_3))
    runners = [Runner(command, reference, options.only)]
    if runners[0].is_perigee:
        runners.append(Runner(command, old, options.only, '5.3'))
    try:
        runners[0].run()
        for runner in runners[1:]:
            runner.run_comparisons()
    finally:
        for runner in runners:
            shutil.rmtree(runner.files, ignore_errors=True)
    passed, failed = sum(r.passed for r in runners), sum(r.failed for r in runners)
    print('%d passed, %d failed' % (passed, failed))
    sys.exit(failed != 0)


if __name__ == '__main__':
    main()
