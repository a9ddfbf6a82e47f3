#!/usr/bin/env python3
"""Runs the official Lua test programs, file by file: conformance.py DIR [FILE...] [options]

DIR is the `testes` directory of the Lua sources (the user obtains it; it is copied, never written to).
Every file runs in a process of its own under the conditions that its own driver, all.lua, sets up: nothing
soft, nothing left out as unportable, and through string.dump and load where the driver does that. Then
all.lua itself runs. Prints a table and, as its last line, `N passed, N failed`. docs/conformance.md says
what is left out and why.
"""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Files that are no tests of their own.
HELPERS = {"all.lua", "bwcoercion.lua", "tracegc.lua"}
DRIVER = "all.lua"

# Files that do nothing without the internal test library T of the reference implementation.
NEEDS_INTERNALS = {
    "api.lua": "all of it drives the C API through T, the reference implementation's internal test library",
    "code.lua": "all of it inspects the reference implementation's own instructions through T",
}
HEAVY = {"heavy.lua": "fills all memory it can get; run it with --heavy"}

# How the driver runs a file: "plain" as it is, "dump" through string.dump and load, "strip" likewise
# without debug information, "coroutine" inside a coroutine. Files not named here: dump.
MODES = {
    "gc.lua": "plain", "strings.lua": "plain", "literals.lua": "plain", "heavy.lua": "plain",
    "goto.lua": "strip", "sort.lua": "strip", "verybig.lua": "strip", "code.lua": "strip",
    "big.lua": "coroutine",
}
# What a file must return (a Lua expression), where the driver checks that.
RESULTS = {"attrib.lua": "27", "locals.lua": "5", "events.lua": "12", "verybig.lua": "10", "calls.lua": "deep",
           "big.lua": "'a'"}

# Where Perigee differs by design, or a test lost a race with it, the copy of a test is made to say so: file, text, its replacement. Binary chunks bear
# a format number of their own, so that no other implementation takes them for its own (docs/conformance.md).
BY_DESIGN = {"5.4": [
    ("calls.lua", 'local header = string.pack("c4BBc6BBB",', 'local header = string.sub(string.dump(load""), 1, 12)\n'
     '  local _ = string.pack("c4BBc6BBB",'),
    ("calls.lua", "assert(ci == 0x5678 and cn == 370.5)", ""),
    # Compiled code does not make a table that nobody looks at: this garbage has been looked at.
    ("gc.lua", "local b = {} end", "local b = {}; a[i][1] = b; a[i][1] = {} end"),
    ("main.lua", '"PUC%-Rio\\nhello"', '"%a\\nhello"'),  # the copyright line of option -v
    # Started fast enough, the program prints before the shell has named its process, and the search is over too soon.
    ("main.lua", """'%s -e "%s" & echo $!'""", """'(sleep 0.2; exec %s -e "%s") & echo $!'"""),
    ("main.lua", "string.find(string.rep('a', 100000), '.*b')", "string.find(string.rep('a', 1000000), '.*b')"),
], "5.3": [
    # Likewise.
    ("calls.lua", 'local header = string.pack("c4BBc6BBBBBj",', 'local header = string.sub(string.dump(load""), 1, 12)\n'
     '  local _ = string.pack("c4BBc6BBBBBj",'),
    ("gc.lua", "local b = {} end\n  local x = gcinfo()", "local b = {}; a[i][1] = b; a[i][1] = {} end\n  local x = gcinfo()"),
    ("main.lua", '"PUC%-Rio\\nhello"', '"%a\\nhello"'),
    ("main.lua", """'%s -e "%s" & echo $!'""", """'(sleep 0.2; exec %s -e "%s") & echo $!'"""),
    ("main.lua", "string.find(string.rep('a', 100000), '.*b')", "string.find(string.rep('a', 1000000), '.*b')"),
    # One collection frees a thread that refers to itself.
    ("gc.lua", "  collectgarbage()\n  assert(not collected)\n", ""),
    # Functions made at different times differ, as from 5.4 on.
    ("closure.lua", "assert(a[3] == a[4] and a[4] == a[5])", ""),
    ("closure.lua", "assert(f() == f())", ""),
    # Functions may be longer, stacks deeper; an argument that is a call takes two registers.
    ("constructs.lua", 'checkload(s, "too long")', ""),
    ("coroutine.lua", "local r, msg = coroutine.resume(co)\n    assert(not r)",
     "local r, msg = coroutine.resume(co)\n    assert(j < lim or not r)"),
    ("errors.lua", 'testrep("local a; ", "a(", "2", ")")', ""),
]}

FINISHED = "conformance: ran to its end"
RUNNER = "conformance_runner.lua"
RUNNER_TEXT = """
local file, mode, expected = arg[1], arg[2], arg[3]
ARG = arg
debug = nil                         -- a test requires it where it needs it
function Message(text) print(text) end
assert(os.setlocale "C")
if file ~= "main.lua" and _VERSION ~= "Lua 5.3" then require "tracegc".start() end
local chunk = assert(loadfile(file))
if mode == "dump" or mode == "strip" then
  chunk = assert(load(string.dump(chunk, mode == "strip")))
elseif mode == "coroutine" then
  local resume = coroutine.wrap(chunk)
  assert(resume() == "b")
  chunk = resume
end
local result = chunk()
if expected then
  local wanted = load("return " .. expected)()
  assert(wanted ~= nil and result == wanted, "the file returned something else than it should")
end
print(%r)
""" % FINISHED

# C modules that attrib.lua loads: library and source.
MODULES = {
    "5.4": {"lib1": "lib1", "lib11": "lib11", "lib2": "lib2", "lib21": "lib21", "lib2-v2": "lib22"},
    "5.3": {"lib1": "lib1", "lib11": "lib11", "lib21": "lib21", "lib2-v2": "lib2"},
}

HEADERS = {"5.4": str(ROOT / "include/perigee"), "5.3": str(ROOT / "include/perigee53")}

# Without the C modules: main.lua finds this one, which it names in a test of option -l, as a Lua module, and
# attrib.lua is told that there are no dynamic libraries, whereupon it leaves them out.
STAND_IN = ("lib2-v2.lua", "return {id = function() return true end}\n")
NO_LIBRARIES = "package.loadlib = function() return nil, 'C modules not compiled', 'absent' end"

# A message of a test program that it leaves something out: " >>> reason <<<".
LEFT_OUT = re.compile(r">>>\s*((?!closing state)\S.*?)\s*<<<", re.DOTALL)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", metavar="DIR", help="the directory with the official test programs")
    parser.add_argument("files", metavar="FILE", nargs="*", help="run these only (default: every file)")
    parser.add_argument("--command", default=str(ROOT / "build/release/perigee"), help="the command to test")
    parser.add_argument("--mode", help="of native code, given to the command as --jit=MODE")
    parser.add_argument("--lua", default="5.4", choices=list(BY_DESIGN), help="version of the language")
    parser.add_argument("--portable", action="store_true", help="leave out what the tests call soft or unportable")
    parser.add_argument("--heavy", action="store_true", help="also run what fills all memory (may take hours)")
    parser.add_argument("--headers", help="where lua.h is, to compile the C modules of attrib.lua (default: ours)")
    parser.add_argument("--timeout", type=float, default=600, help="seconds allowed for one file")
    parser.add_argument("--verbose", action="store_true", help="show the output of files that fail, whole")
    return parser.parse_args()


def check_directory(directory, version):
    driver = directory / DRIVER
    if not driver.is_file():
        sys.exit(f"conformance: no {DRIVER} in {directory}; the tests are the directory `testes` of the Lua sources")
    if f'"Lua {version}"' not in driver.read_text(encoding="latin-1"):
        sys.exit(f"conformance: the tests in {directory} are not for Lua {version}")


def resolve_command(text):
    """The words of the command, its program as an absolute path (the tests run elsewhere)."""
    words = shlex.split(text)
    program = shutil.which(words[0])
    if program is None:
        sys.exit(f"conformance: no such command: {words[0]}")
    return [str(Path(program).absolute())] + words[1:]


def compile_modules(directory, headers, language):
    """Compiles the C modules in directory/libs; returns None, or why attrib.lua must do without them."""
    if not (Path(headers) / "lua.h").is_file():
        return f"no lua.h in {headers}, so the C modules are not compiled"
    compiler = next(filter(None, map(shutil.which, ["clang-19", "clang", "gcc"])), None)
    if compiler is None:
        return "no C compiler, so the C modules are not compiled"
    for library, source in MODULES[language].items():
        done = subprocess.run([compiler, "-std=gnu99", "-O1", "-fPIC", "-shared", "-I", headers,
                               "-o", f"libs/{library}.so", f"libs/{source}.c"], cwd=directory,
                              capture_output=True, text=True)
        if done.returncode != 0:
            return f"libs/{source}.c does not compile: {done.stderr.splitlines()[0]}"
    return None


def has_own_format(words, directory, language):
    """Do the command's binary chunks have a format number other than the reference implementation's, 0?"""
    script = "io.write(string.dump(load''):byte(6))"
    return run(words + ["-e", script], directory, 60, language)[1].strip() != "0"


def clean_environment():
    return {name: value for name, value in os.environ.items() if not name.startswith(("LUA_PATH", "LUA_CPATH",
                                                                                      "LUA_INIT"))}


def run(words, directory, timeout, language):
    """Runs a command there, its standard input an empty pipe. Returns (exit status or None if out of time, output, seconds)."""
    start = time.monotonic()
    environment = dict(clean_environment(), PERIGEE_LUA=language)
    process = subprocess.Popen(words, cwd=directory, env=environment, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        output, _ = process.communicate(timeout=timeout)
        status = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        output, _ = process.communicate()
        status = None
    return status, output.decode("utf-8", "replace"), time.monotonic() - start


def run_file(words, directory, name, arguments, has_modules):
    """Runs one test file. Returns (ok, note, output, seconds)."""
    options = ["-e", "_soft, _port = true, true"] if arguments.portable else []
    if not has_modules and name in ("attrib.lua", DRIVER):
        options += ["-e", NO_LIBRARIES]
    if name == DRIVER:
        command, finished = words + options + [DRIVER], "final OK !!!"
    else:
        command, finished = words + options + [RUNNER, name, MODES.get(name, "dump")], FINISHED
        if name in RESULTS and not (arguments.portable and name == "big.lua"):
            command.append(RESULTS[name])
    status, output, seconds = run(command, directory, arguments.timeout, arguments.lua)
    left_out = "; ".join(dict.fromkeys(" ".join(text.split()) for text in LEFT_OUT.findall(output)))
    if name == DRIVER:
        left_out = f"{output.count('>>> testC')} parts that need T, as above"
    if status is None:
        return False, f"stopped after {arguments.timeout:g} s", output, seconds
    if status < 0:
        return False, f"killed by signal {-status}", output, seconds
    if status != 0 or finished not in output:
        lines = [line for line in output.splitlines() if re.search(r":\d+:|error|assert", line)]
        return False, (lines[0] if lines else f"exit status {status}")[:150], output, seconds
    return True, f"leaves out: {left_out}" if left_out else "", output, seconds


def reason_to_skip(name, arguments):
    if name in NEEDS_INTERNALS:
        return NEEDS_INTERNALS[name]
    if name in HEAVY and not arguments.heavy:
        return HEAVY[name]
    if name == "main.lua" and arguments.portable:
        return "tests the command through a Unix shell, not portable"
    if name == "big.lua" and arguments.portable:
        return "soft"
    return None


def select(directory, files):
    """The names to run: every test and then the driver, or those the user named."""
    every = sorted(p.name for p in directory.glob("*.lua") if p.name not in HELPERS) + [DRIVER]
    if not files:
        return every
    names = [name if name.endswith(".lua") else name + ".lua" for name in files]
    for name in names:
        if name not in every:
            sys.exit(f"conformance: no test program {name} in {directory}")
    return names


def main():
    arguments = parse_arguments()
    original = Path(arguments.directory)
    check_directory(original, arguments.lua)
    words = resolve_command(arguments.command) + ([f"--jit={arguments.mode}"] if arguments.mode else [])
    names = select(original, arguments.files)
    passed = failed = skipped = 0
    with tempfile.TemporaryDirectory(prefix="conformance-") as temporary:
        directory = Path(temporary) / "testes"
        shutil.copytree(original, directory)
        (directory / RUNNER).write_text(RUNNER_TEXT)
        for name, text, replacement in BY_DESIGN[arguments.lua] if has_own_format(words, directory, arguments.lua) else []:
            content = (directory / name).read_text(encoding="latin-1")
            if content.count(text) != 1:
                sys.exit(f"conformance: {name} is not the file that is known to differ: no {text!r}")
            (directory / name).write_text(content.replace(text, replacement), encoding="latin-1")
        no_modules = compile_modules(directory, arguments.headers or HEADERS[arguments.lua], arguments.lua)
        if no_modules:
            (directory / STAND_IN[0]).write_text(STAND_IN[1])
            print(f"{no_modules}: attrib.lua leaves them out, main.lua uses a Lua module in the place of one")
        print(f"{'file':<16} {'result':<8} {'seconds':>8}  notes")
        for name in names:
            reason = reason_to_skip(name, arguments)
            if reason:
                skipped += 1
                print(f"{name:<16} {'skipped':<8} {'':>8}  {reason}", flush=True)
                continue
            ok, note, output, seconds = run_file(words, directory, name, arguments, not no_modules)
            passed, failed = passed + ok, failed + (not ok)
            print(f"{name:<16} {'passed' if ok else 'FAILED':<8} {seconds:8.1f}  {note}", flush=True)
            if not ok:
                lines = output.splitlines()
                shown = lines if arguments.verbose else lines[-12:]
                print("\n".join(f"    | {line[:200]}" for line in shown), flush=True)
    if skipped:
        print(f"({skipped} skipped)")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
