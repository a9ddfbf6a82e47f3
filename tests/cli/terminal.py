"""Tests of the prompt on a terminal: editing, history, completion, Ctrl-C. Used by run.py.

Each case types keys into Perigee on a pseudo-terminal and looks at what appears. Keys are sent one portion at
a time, each when the output has come to rest.
"""

import os
import pty
import re
import select
import shutil
import signal
import tempfile
import time

UP, CTRL_C, CTRL_D, BACKSPACE = '\x1b[A', '\x03', '\x04', '\x7f'


class Terminal:
    """A run of the command; `text` is what has appeared so far, without the terminal's control sequences."""

    def __init__(self, command, home, arguments=(), environment=None):
        self.raw = b''
        self.status = None
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            for name in [n for n in os.environ if n.startswith('LUA')]:
                del os.environ[name]
            os.environ.update({'HOME': home, 'TERM': 'xterm', 'LC_ALL': 'C.UTF-8'}, **(environment or {}))
            os.execv(command, [command, *arguments])
        self.settle(b'> ')

    @property
    def text(self):
        text = re.sub(r'\x1b\[[0-9;?]*[A-Za-z]', '', self.raw.decode('utf-8', 'replace'))
        return text.replace('\r', '')

    def read(self, seconds):
        ready, _, _ = select.select([self.terminal], [], [], seconds)
        if not ready:
            return None
        try:
            return os.read(self.terminal, 4096)
        except OSError:
            return b''

    def settle(self, awaited=None, patience=5.0):
        """Reads until nothing has come for a moment; with `awaited`, not before that has come."""
        limit = time.time() + patience
        start = len(self.raw)
        while time.time() < limit:
            piece = self.read(0.08)
            if piece == b'':
                return
            if piece is not None:
                self.raw += piece
            elif awaited is None or awaited in self.raw[start:]:
                return

    def type(self, keys, awaited=None):
        os.write(self.terminal, keys.encode())
        self.settle(awaited)

    def end(self):
        """Closes the terminal; the exit code, negative for a signal."""
        deadline = time.time() + 5
        while time.time() < deadline:
            process, status = os.waitpid(self.process, os.WNOHANG)
            if process != 0:
                os.close(self.terminal)
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.02)
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.terminal)
        return None


# name, portions of keys, patterns that the text has to contain in this order, exit code
CASES = [
    ('an expression', ['1 + 1\n', CTRL_D], ['> 1 \\+ 1\n2\n> '], 0),
    ('several values', ['=2, "three"\n', CTRL_D], ['\n2\tthree\n> '], 0),
    ('a chunk of several lines', ['for i = 1, 2 do\n', 'print(i * 10)\n', 'end\n', CTRL_D],
     ['\n>> print', '\n>> end\n10\n20\n> '], 0),
    ('prompts of the program', ['_PROMPT = "one> "\n', '_PROMPT2 = "two> "\n', 'if true then\n', 'end\n', CTRL_D],
     ['\none> ', '\ntwo> end\none> '], 0),
    ('deleting a character', ['12' + BACKSPACE + '3\n', CTRL_D], ['\n13\n> '], 0),
    ('characters of several bytes', ['print("a\u00e4\u65e5" ' + BACKSPACE * 3 + '\u00e9")\n', CTRL_D], ['\na\u00e4\u00e9\n> '], 0),
    ('the line before', ['print(6 * 7)\n', UP + '\n', CTRL_D], ['\n42\n> ', '\n42\n> '], 0),
    ('a line that is incomplete at the end', ['if true then\n', CTRL_D, '7\n', CTRL_D], ["\nstdin:1: 'end' expected near <eof>\n> 7\n7\n"], 0),
    ('completing a global', ['print(stri\t.fo\t("%03d", 5))\n', CTRL_D], ['\n005\n> '], 0),
    ('completing a method', ['x = {go = function() return 8 end, gone = 1}\n', 'x:g\t()\n', CTRL_D], ['\n8\n> '], 0),
    ('completing a field of a field', ['t = {inner = {number = 9}}\n', 't.in\t.nu\t\n', CTRL_D], ['\n9\n> '], 0),
    ('completing through __index', ['o = setmetatable({}, {__index = {inherited = 77}})\n', 'o.inh\t\n', CTRL_D], ['\n77\n> '], 0),
    ('completing a method of a string', ['s = "xyz"\n', 's:re\t', 'v\t()\n', CTRL_D], ['\\nrep +reverse\\n', '\\nzyx\\n'], 0),
    ('completing after an operator', ['x = "1"..stri\t.for\t("2")\n', 'x\n', CTRL_D], ['\n12\n'], 0),
    ('completing after an expression', ['(string).for\tmat(5)\n', CTRL_D], ['\n5\n'], 0),
    ('completing a reserved word', ['retu\t 5\n', CTRL_D], ['return 5\n5\n'], 0),
    ('completing what does not exist', ['nothing.at.a\t\n', CTRL_D], ['attempt to index a nil value'], 0),
    ('completing calls nothing',
     ['c = setmetatable({}, {__index = function() print("called") return {} end})\n', 'c.x.y\t', CTRL_C, '3\n', CTRL_D],
     ['> c\\.x\\.y\x07?\n> 3\n3\n'], 0),
    ('a tab as indentation', ['if true then\n', '\tprint(4)\n', 'end\n', CTRL_D], ['\n4\n> '], 0),
    ('Ctrl-C in a running line', ['while true do end\n', CTRL_C, '"goes " .. "on"\n', CTRL_D],
     ['interrupted!\nstack traceback:\n', '\ngoes on\n'], 0),
    ('Ctrl-C while a line is read by the program', ['io.read()\n', CTRL_C, '"goes " .. "on"\n', CTRL_D],
     ['interrupted!\nstack traceback:\n', '\ngoes on\n'], 0),
    ('Ctrl-C in a coroutine', ['coroutine.wrap(function() while true do end end)()\n', CTRL_C, '"goes " .. "on"\n', CTRL_D],
     ['interrupted!\nstack traceback:\n', '\ngoes on\n'], 0),
    ('Ctrl-C while typing', ['abc', CTRL_C, '5\n', CTRL_D], ['> abc\n> 5\n5\n'], 0),
    ('Ctrl-C in an incomplete chunk', ['for i = 1, 2 do\n', 'x = i', CTRL_C, '5\n', CTRL_D], ['>> x = i\n> 5\n5\n'], 0),
    ('a second Ctrl-C', ['while true do pcall(function() while true do end end) end\n', CTRL_C, CTRL_C], [], -signal.SIGINT),
    ('os.exit', ['os.exit(5)\n'], [], 5),
    ('a terminal that can do nothing', ['1 + 2\n', CTRL_D], ['\n3\n> '], 0),
]


def check(command, home, name, portions, patterns, code):
    environment = {'TERM': 'dumb'} if name.startswith('a terminal') else None
    terminal = Terminal(command, home, environment=environment)
    for keys in portions:
        terminal.type(keys)
    got = terminal.end()
    text, at = terminal.text, 0
    for pattern in patterns:
        found = re.compile(pattern).search(text, at)
        if not found:
            return '  %r not found in %r' % (pattern, text)
        at = found.end() - 2  # what ends a match may begin the next
    return None if got == code else '  exit code %s instead of %s, %r' % (got, code, text)


def check_history(command, home):
    """Lines survive into the next prompt, even if the first one is killed; nobody else can read them."""
    first = Terminal(command, home)
    first.type('print("remembered", 1)\n')
    os.kill(first.process, signal.SIGKILL)
    first.end()
    path = os.path.join(home, '.perigee_history')
    if os.stat(path).st_mode & 0o077:
        return '  others can read the history'
    second = Terminal(command, home)
    second.type(UP + '\n')
    second.type(CTRL_D)
    second.end()
    return None if '\nremembered\t1\n' in second.text else '  not remembered: %r' % second.text


def check_long_history(command, home):
    path = os.path.join(home, '.perigee_history')
    with open(path, 'w', encoding='utf-8') as file:
        file.writelines('line %d\n' % i for i in range(5000))
    terminal = Terminal(command, home)
    terminal.type(CTRL_D)
    terminal.end()
    with open(path, encoding='utf-8') as file:
        lines = file.read().split('\n')
    return None if lines[0] == 'line 4000' and len(lines) == 1001 else '  %d lines from %r on' % (len(lines), lines[0])


def run(command, wanted, report):
    """Calls report(name, problem or None) for every case whose name is wanted."""
    home = tempfile.mkdtemp(prefix='cli-home-')
    try:
        for name, portions, patterns, code in CASES:
            if wanted('terminal: ' + name):
                report('terminal: ' + name, check(command, home, name, portions, patterns, code))
        for name, function in (('history', check_history), ('a long history', check_long_history)):
            if wanted('terminal: ' + name):
                report('terminal: ' + name, function(command, home))
    finally:
        shutil.rmtree(home, ignore_errors=True)
